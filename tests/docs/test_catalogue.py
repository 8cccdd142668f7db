"""The catalogue of the demo company (docs/examples/catalogue.sh): what it starts can be started, and is published."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cli.assignments import read_assignments
from engine.scenarios.running import run_tests
from language.organisation_reading import read_organisation
from language.reading import read_definition
from tests.docs.pages import DOCS, ROOT

SHIPPED = ROOT / "definitions"
RECORDER = """#!/bin/sh
echo "$(printf '%s\\037' "$@")" >> "$ASKED"
[ "$1" = start ] && echo "CAT000000$(grep -c ^start "$ASKED")"
exit 0
"""
"""Stands where `steward` does: it keeps what it is asked, and numbers what it is asked to start."""


def asked(tmp_path: Path) -> list[list[str]]:
    """Run the script, and give the words of every `steward` in it."""
    recorder, kept = tmp_path / "steward", tmp_path / "asked"
    recorder.write_text(RECORDER)
    recorder.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "ASKED": str(kept)}
    subprocess.run(["sh", str(DOCS / "examples" / "catalogue.sh")], env=environment, check=True, capture_output=True)
    return [line.rstrip("\037").split("\037") for line in kept.read_text().splitlines()]


def steps(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Give the script as the steps of a scenario; whatever it takes an action on must be published then."""
    begun = 0
    for verb, about, *rest in asked(tmp_path):
        if verb == "start":
            begun += 1
            given = read_assignments([each for each in rest if "=" in each])
            yield {"start": about, "as": "miriam", "with": given, "record": f"cat000000{begun}"}
        else:
            yield {"act": rest[0], "as": "miriam", "record": about.lower()}
            yield {"expect": {"state": "published"}, "record": about.lower()}


def test_the_items_of_the_demo_company_can_be_written_and_published(tmp_path: Path) -> None:
    case: dict[str, Any] = {
        "name": "All items",
        "at": "2026-03-03 09:00",
        "as": "miriam",
        "steps": list(steps(tmp_path)),
    }
    files = {each.name: each.read_text("utf-8") for each in (SHIPPED / "organisation").iterdir()}
    texts = (each.read_text("utf-8") for each in SHIPPED.glob("*.yaml") if not each.name.endswith(".test.yaml"))
    processes = {each.process: each for each in map(read_definition, texts)}
    test = json.dumps({"tests": "catalogue_item", "cases": [case]})
    report = run_tests(test, processes, read_organisation(files))
    assert [each.failure for each in report.cases if not each.passed] == []
    assert len(case["steps"]) == 5 * 3
