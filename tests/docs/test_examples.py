"""Every example of the documentation is real: definitions are checked, parts too, scenarios run."""

import re
from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import pytest
import yaml

from activities.connectors.reading import read_text
from activities.deployments import Written
from engine.scenarios.running import run_tests
from language.checker import check
from language.messages import read_message
from language.organisation import Organisation
from language.organisation_reading import read_organisation
from language.reading import read_definition
from language.surroundings import Surroundings
from scripts import process_pages
from tests.docs.pages import ROOT, Example, examples
from tests.shipped_actions import SHAPES

SHIPPED = ROOT / "definitions"
INCIDENT = (SHIPPED / "incident.yaml").read_text(encoding="utf-8")

PLACES = {
    "steps": (r"  assigned:\n(?=    entry)", "    do:\n", 6),
    "transitions": (r"  assigned:\n    entry:\n(?:      .*\n)+    transitions:\n", "", 6),
    "fields": (r"^fields:\n", "", 2),
    "targets": (r"^targets:.*\n", "", 2),
    "transitions of several states": (r"^transitions:.*\n", "", 2),
}
"""Where a part is put into the incident to be checked: behind what, under which key, how deep."""


def shipped_organisation() -> Organisation:
    """The organisation that comes with Steward."""
    files = sorted((SHIPPED / "organisation").glob("*.yaml"))
    return read_organisation({file.name: file.read_text(encoding="utf-8") for file in files})


ORGANISATION = shipped_organisation()
MESSAGES = {file.stem: read_message(file.read_text(encoding="utf-8")) for file in (SHIPPED / "messages").glob("*.md")}
TEXTS = (
    *(file.read_text(encoding="utf-8") for file in SHIPPED.glob("*.yaml") if not file.name.endswith(".test.yaml")),
    *(each.text for each in examples("yaml") if each.what == "definition"),
)
PROCESSES = {definition.process: definition for definition in map(read_definition, TEXTS)}
"""The processes that are shipped, and those that pages show whole."""
AROUND = Surroundings.from_organisation(ORGANISATION, MESSAGES, SHAPES, PROCESSES)


def check_definition(example: Example) -> None:
    """Check a whole definition."""
    assert check(example.text, AROUND) == ()


def check_part(example: Example) -> None:
    """Put the part into the incident, and check that."""
    behind, key, depth = PLACES[example.what]
    written = key + indent(example.text, " " * depth)
    text, places = re.subn(behind, lambda found: found[0] + written, INCIDENT, flags=re.MULTILINE)
    assert (places, check(text, AROUND)) == (1, ())


def check_organisation(example: Example) -> None:
    """Add the rows to the shipped organisation."""
    read_organisation({example.name: example.text}, ORGANISATION)


def check_deployments(example: Example) -> None:
    """Read it as an operator's file."""
    assert Written.model_validate(yaml.safe_load(example.text)).commands


def run_scenarios(example: Example) -> None:
    """Run the cases on the shipped incident."""
    report = run_tests(example.text, PROCESSES, ORGANISATION)
    assert [case.failure for case in report.cases if not case.passed] == []


def check_excerpt(example: Example) -> None:
    """Find the lines, without their comments, in the file they are from."""
    file = example.what.removeprefix("excerpt of ")
    wanted = bare(example.text.split("\n", 1)[1])
    assert wanted in bare((ROOT / file).read_text(encoding="utf-8"))


def bare(text: str) -> str:
    """Leave out comments and the space at the ends of lines."""
    return "\n".join(re.sub(r" *(#.*)?$", "", line) for line in text.rstrip("\n").split("\n"))


def check_connectors(example: Example) -> None:
    """Read the file."""
    assert read_text(example.text)


CHECKS: dict[str, Callable[[Example], None]] = {
    "definition": check_definition,
    **dict.fromkeys(PLACES, check_part),
    "organisation": check_organisation,
    "deployments": check_deployments,
    "test": run_scenarios,
    "connectors": check_connectors,
}


@pytest.mark.parametrize("example", examples("yaml"), ids=lambda example: example.name)
def test_an_example_in_yaml_is_real(example: Example) -> None:
    is_excerpt = example.what.startswith("excerpt of ")
    (check_excerpt if is_excerpt else CHECKS[example.what])(example)


@pytest.mark.parametrize("example", examples("markdown"), ids=lambda example: example.name)
def test_an_example_of_a_message_can_be_read(example: Example) -> None:
    assert read_message(example.text).subject


@pytest.mark.parametrize("path", process_pages.PAGES, ids=lambda path: path.name)
def test_the_page_of_a_process_shows_its_diagram(path: Path) -> None:
    present = path.read_text(encoding="utf-8")
    assert len(process_pages.DRAWN.findall(present)) == 1
    assert present == process_pages.page(path), "run: python scripts/process_pages.py"


@pytest.mark.parametrize("path", process_pages.PAGES, ids=lambda path: path.name)
def test_every_rule_of_a_process_is_proven_and_every_case_proves_one(path: Path) -> None:
    listed = process_pages.rules(path)
    proven = [int(rule) for case in process_pages.cases(path) for rule in case.get("rules", ())]
    assert listed == list(range(1, len(listed) + 1))
    assert sorted(set(proven)) == listed
    assert [case["name"] for case in process_pages.cases(path) if not case.get("rules")] == []
