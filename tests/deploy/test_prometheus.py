"""The alerts and the dashboard: read and tried by Prometheus's own promtool, and about numbers that there are."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.numbers import OF_TEMPORAL, ours

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy/prometheus/steward.rules.yaml"
BOARD: dict[str, Any] = json.loads((ROOT / "deploy/grafana/steward.json").read_text())
PAGE = (ROOT / "docs/observability.md").read_text()
PROMTOOL = shutil.which("promtool") or str(ROOT / ".tools/promtool")
ALERTS = {each["alert"]: each for each in yaml.safe_load(RULES.read_text())["groups"][0]["rules"]}
PANELS = [(each["title"], target["expr"]) for each in BOARD["panels"] for target in each.get("targets", ())]
NUMBER = re.compile(r"\b(?:steward|temporal|process)_\w+|\bup\b(?=\{)")
PROCESS = ("process_resident_memory_bytes", "process_cpu_seconds_total")

pytestmark = pytest.mark.promtool


def promtool(*words: str | Path) -> None:
    done = subprocess.run([PROMTOOL, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_alerts_fire_when_they_should_and_only_then() -> None:
    promtool("check", "rules", RULES)
    promtool("test", "rules", RULES.with_name("steward.rules.test.yaml"))


def test_the_prometheus_of_the_compose_file_can_read_what_it_is_to_do() -> None:
    promtool("check", "config", "--syntax-only", RULES.with_name("prometheus.yaml"))


def test_every_alert_is_tried_both_ways_and_told_what_to_do_about() -> None:
    tried = [
        (each["alertname"], bool(each.get("exp_alerts")))
        for case in yaml.safe_load(RULES.with_name("steward.rules.test.yaml").read_text())["tests"]
        for each in case["alert_rule_test"]
    ]
    assert set(tried) == {(name, fires) for name in ALERTS for fires in (True, False)}
    assert re.findall(r"^### (Steward\w+)$", PAGE, re.MULTILINE) == list(ALERTS)
    for name, alert in ALERTS.items():
        assert alert["annotations"]["runbook"] == f"docs/observability.md#{name.lower()}"


def test_every_question_of_the_dashboard_can_be_asked(tmp_path: Path) -> None:
    asked = [each.replace("$__rate_interval", "5m").replace("$process", ".*") for _, each in PANELS]
    rules = [{"record": f"panel:{place}", "expr": each} for place, each in enumerate(asked)]
    (tmp_path / "board.yaml").write_text(yaml.safe_dump({"groups": [{"name": "board", "rules": rules}]}))
    promtool("check", "rules", tmp_path / "board.yaml")


@pytest.mark.parametrize(("where", "asked"), [*PANELS, *((name, each["expr"]) for name, each in ALERTS.items())])
def test_only_numbers_that_there_are_are_asked_for(where: str, asked: str) -> None:
    known = {*ours(), *OF_TEMPORAL, *PROCESS, "up"}
    plain = re.sub(r'"[^"]*"', '""', re.sub(r"by \([^)]*\)", "", asked))
    found = {re.sub(r"_(bucket|count|sum)$", "", name) for name in NUMBER.findall(plain)}
    assert found
    assert found <= known, where


def test_every_number_of_ours_is_on_the_dashboard() -> None:
    asked = " ".join(each for _, each in PANELS)
    assert [name for name in ours() if name not in asked] == []


def test_panels_have_numbers_of_their_own_and_places_that_do_not_overlap() -> None:
    assert len({each["id"] for each in BOARD["panels"]}) == len(BOARD["panels"])
    taken = [
        (x, y)
        for each in BOARD["panels"]
        for x in range(each["gridPos"]["x"], each["gridPos"]["x"] + each["gridPos"]["w"])
        for y in range(each["gridPos"]["y"], each["gridPos"]["y"] + each["gridPos"]["h"])
    ]
    assert len(set(taken)) == len(taken)


def test_the_page_lists_every_number_with_its_labels() -> None:
    rows = re.findall(r"^\| `(steward_\w+)` \| ([^|]*)\|", PAGE, re.MULTILINE)
    assert {name: tuple(re.findall(r"`(\w+)`", labels)) for name, labels in rows} == dict(ours())
    named = re.findall(r"^\| `(temporal_\w+)` \|", PAGE, re.MULTILINE)
    assert sorted(named) == sorted(OF_TEMPORAL)
