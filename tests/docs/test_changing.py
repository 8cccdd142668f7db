"""Every change that the owner's guide shows can be made: it fits the file, and the checker has nothing against it."""

import re
from pathlib import Path

import pytest

from language.checker import check
from language.checks.outside import check_outside
from language.messages import read_message
from language.organisation_reading import read_organisation
from language.reading import read_definition
from language.surroundings import Surroundings
from tests.docs.pages import ROOT, Example, examples
from tests.shipped_actions import SHAPES

SHIPPED = ROOT / "definitions"
CHANGES = [each for each in examples("diff") if each.page.name == "changing-a-process.md"]
COMPULSORY = "needs: [summary, caller, service, cost_centre]"
"""A change of which the guide says that alerts and releases, which start incidents in three places, must follow it."""


def changed(example: Example) -> dict[Path, str]:
    """Give the shipped texts with the change made: lines with `-` are replaced by those with `+` behind them."""
    texts = {path: path.read_text(encoding="utf-8") for path in SHIPPED.rglob("*.yaml") if "schema" not in path.parts}
    file = ROOT / example.what
    for old, new in re.findall(r"((?:^-.*\n)+)((?:^\+.*\n)*)", example.text, re.MULTILINE):
        before, after = (re.sub(r"^[-+]", "", lines, flags=re.MULTILINE) for lines in (old, new))
        assert texts[file].count(before) == 1, before
        texts[file] = texts[file].replace(before, after)
    return texts


@pytest.mark.parametrize("example", CHANGES, ids=lambda example: example.name)
def test_a_change_that_the_guide_shows_can_be_made(example: Example) -> None:
    texts = changed(example)
    files = {path.name: text for path, text in texts.items() if path.parent.name == "organisation"}
    organisation = read_organisation(files)
    sources = [text for path, text in texts.items() if path.parent == SHIPPED and not path.name.endswith(".test.yaml")]
    processes = {each.process: each for each in map(read_definition, sources)}
    messages = {each.stem: read_message(each.read_text(encoding="utf-8")) for each in SHIPPED.glob("messages/*.md")}
    around = Surroundings.from_organisation(organisation, messages, SHAPES, processes)
    found = [problem.message for source in sources for problem in check(source, around)]
    expected = ["no incident can be started without cost_centre"] * 3 if COMPULSORY in example.text else []
    assert (found, check_outside(files, organisation, processes)) == (expected, {})


def test_the_guide_shows_changes_of_definitions_and_of_the_organisation() -> None:
    changed_files = {each.what.split("/")[1] for each in CHANGES}
    assert changed_files == {
        "incident.yaml",
        "alert.yaml",
        "change.yaml",
        "change_model.yaml",
        "request.yaml",
        "release.yaml",
        "organisation",
    }
