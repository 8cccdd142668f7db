"""The schemas for editors allow all that the checker allows, and mark what is wrong with its form."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from language.json_schemas.definitions import definition_schema
from language.json_schemas.forms import DURATION, keyed
from language.json_schemas.organisations import message_schema, organisation_schema
from language.loader import load, plain
from language.reading import read_definition_leniently
from language.schema.keys import Key
from tests.language.processes import REPAIR

SHIPPED = Path(__file__).parents[2] / "definitions"
INCIDENT = (SHIPPED / "incident.yaml").read_text()
DEFINITIONS = sorted(file for file in SHIPPED.glob("*.yaml") if not file.name.endswith(".test.yaml"))
MESSAGES = sorted((SHIPPED / "messages").glob("*.md"))
ORGANISATION = sorted((SHIPPED / "organisation").glob("*.yaml"))

PROCESS = jsonschema.Draft7Validator(definition_schema())
AROUND = jsonschema.Draft7Validator(organisation_schema())
HEADS = jsonschema.Draft7Validator(message_schema())


def wrong(validator: jsonschema.Draft7Validator, text: str) -> list[str]:
    """Give the paths at which a text is not as the schema says."""
    return [each.json_path for each in validator.iter_errors(plain(load(text)))]


@pytest.mark.parametrize("made", [definition_schema, organisation_schema, message_schema])
def test_a_schema_is_a_schema(made: Any) -> None:
    jsonschema.Draft7Validator.check_schema(made())


MOVED = INCIDENT + "migrate: {from: 1, states: {waiting: pending}, fields: {severity: impact}}\n"


@pytest.mark.parametrize("text", [INCIDENT, REPAIR, MOVED], ids=["incident", "repair", "moved"])
def test_a_definition_whose_form_is_right_is_allowed(text: str) -> None:
    assert wrong(PROCESS, text) == []


@pytest.mark.parametrize("file", DEFINITIONS, ids=lambda file: file.name)
def test_every_shipped_definition_is_allowed(file: Path) -> None:
    assert wrong(PROCESS, file.read_text()) == []


@pytest.mark.parametrize("file", MESSAGES, ids=lambda file: file.name)
def test_the_head_of_every_shipped_message_is_allowed(file: Path) -> None:
    _, head, _ = file.read_text().split("---\n", 2)
    assert wrong(HEADS, head) == []


@pytest.mark.parametrize(
    ("head", "where"),
    [("subjekt: Hello", ["$", "$"]), ("subject: [Hello]", ["$.subject"]), ("subject: Hello\nto: ann", ["$"])],
)
def test_a_mistake_in_the_head_of_a_message_is_marked(head: str, where: list[str]) -> None:
    assert wrong(HEADS, head) == where


@pytest.mark.parametrize("file", ORGANISATION, ids=lambda file: file.name)
def test_the_shipped_organisation_is_allowed(file: Path) -> None:
    assert wrong(AROUND, file.read_text()) == []


@pytest.mark.parametrize(
    ("right", "mistake", "where"),
    [
        ("title: Incident", "titel: Incident", "$"),
        ("title: Incident", "title: [Incident]", "$.title"),
        ("version: 1", "version: one", "$.version"),
        ("number: INC ", "number: inc ", "$.number"),
        ("type: group", "type: team", "$.fields.group"),
        ("required: true}", "required: yes}", "$.fields.summary"),
        ("by: [agent, caller, automation]", "by: []", "$.start.by"),
        ("by: [agent, caller, automation]", "at: soon", "$.start.at"),
        ("after: 3 business days", "after: 3 business dais", "$.states.resolved.transitions.auto_close.after"),
        ("when: open_tasks == 0", "when: =open_tasks == 0", "$.states.assigned.transitions.resolve.when"),
        ("{call: routing", "{cal: routing", "$.states.new.do[0]"),
        ("at_most: 3", "at_most: many", "$.states.pending.do[0]"),
        ("{notify: incident_resolved, to: [caller]}", "{wait: 3 days}", "$.states.resolved.entry[1]"),
        ("50%:  [{notify: target_warning, to: [group]", "half: [{notify: x, to: [group]", "$.targets.response.at"),
        ("  closed: ", "  Closed: ", "$.states"),
        ("  closed: ", "  any: ", "$.states"),
    ],
)
def test_a_mistake_of_form_is_marked_where_the_checker_finds_it_too(right: str, mistake: str, where: str) -> None:
    spoilt = INCIDENT.replace(right, mistake, 1)
    assert where in wrong(PROCESS, spoilt)
    assert read_definition_leniently(spoilt)[1] != ()


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("people: {ann: {mail: a@b}}", ["$.people.ann"]),
        ("people: {ann: {email: nobody}}", ["$.people.ann.email"]),
        ("calendars: {office: {zone: UTC, hours: {mon: 9-5}}}", ["$.calendars.office.hours.mon"]),
        ("calendars: {office: {hours: {}}}", ["$.calendars.office"]),
        ("services: {mail: {criticality: utmost}}", ["$.services.mail.criticality"]),
        ("intakes: {x: {process: incident, key: group, start: {}}}", ["$.intakes.x.start"]),
        ("agreements: {gold: {targets: {response: {P1: soon}}}}", ["$.agreements.gold.targets.response"]),
        ("groups: {Mail-Team: {}}", ["$.groups"]),
        ("freezes: {x: {services: all, from: 2026-12-18 18:00, until: 2027-01-04 09:00}}", []),
    ],
)
def test_a_mistake_in_an_organisation_is_marked(text: str, where: list[str]) -> None:
    assert wrong(AROUND, text) == where


@pytest.mark.parametrize(
    ("text", "allowed"),
    [("3 business days", True), ("1 Hour", True), ("15  minutes", True), ("3 dais", False), ("soon", False)],
)
def test_a_duration_is_told_from_what_is_none(text: str, allowed: bool) -> None:
    assert jsonschema.Draft7Validator(DURATION).is_valid(text) is allowed


def test_a_schedule_is_allowed() -> None:
    schedule = "{to: new, at: 2026-01-05 09:00 +01:00, every: 1 week}"
    head, _, rest = INCIDENT.partition("start:\n")
    text = f"{head}start: {schedule}\nfields:\n{rest.partition('fields:')[2]}"
    assert wrong(PROCESS, text) == []


def test_a_key_whose_form_nobody_has_said_is_named() -> None:
    with pytest.raises(LookupError, match="how 'colour' is written"):
        keyed({"colour": Key(lambda _reading, _node: None)})
