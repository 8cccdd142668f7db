"""Intakes are checked against the processes whose records they start."""

from pathlib import Path

import pytest

from language.checks.outside import check_outside
from language.codes import CODES
from language.organisation_reading import read_organisation
from language.problems import Problem
from language.reading import read_definition

DEFINITIONS = Path(__file__).parents[2] / "definitions"

TICKET = """\
process: ticket
version: 1
title: Ticket
number: TIC
owner: ann
correlate: key
start: {to: open, event: alert, needs: [summary, caller], ask: [key, impact, size, note]}
fields:
  summary: {type: text, required: true}
  caller: {type: user, required: true}
  key: {type: text, index: true}
  impact: {type: choice, options: [high, low], required: true, default: low}
  size: number
  place: {type: text, required: true, value: =summary}
  later: {type: text, required: true, when: impact == 'low'}
states:
  open:
    do: [{wait: {event: alert.confirmed, at_most: 1 day}}]
    transitions: {close: {to: closed, event: alert.over}}
  closed: {final: true}
"""
AROUND = """\
people: {ann: {groups: []}}
intakes:
  alerts:
    process: ticket
    key: group
    start:
      summary: =title
      caller: ann
      key: =group_key
      impact: high
      size: =alerts
      note: "{{ annotations.text }}"
    repeated: alert.confirmed
    resolved: alert.over
"""


def problems_of(text: str = AROUND, definition: str = TICKET) -> tuple[Problem, ...]:
    other = "groups: {desk: {}}\n"
    found = check_outside(
        {"intakes.yaml": text, "groups.yaml": other},
        read_organisation({"intakes.yaml": text, "groups.yaml": other}),
        {"ticket": read_definition(definition)},
    )
    assert [*found] in ([], ["intakes.yaml"])
    return found.get("intakes.yaml", ())


def test_a_sound_intake_has_no_problems() -> None:
    assert problems_of() == ()


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("unknown-process", "process: ticket", "process: tiket"),
        ("unknown-field", "size: =alerts", "sise: =alerts"),
        ("not-asked", "size: =alerts", "later: =title"),
        ("bad-value", "impact: high", "impact: hihg"),
        ("unknown-thing", "caller: ann", "caller: anne"),
        ("wrong-type", "summary: =title", "summary: =labels.a is filled"),
        ("wrong-type", "size: =alerts", "size: =alerts > title"),
        ("unknown-function", "summary: =title", "summary: =frozen(title)"),
        ("unknown-function", "{{ annotations.text }}", "{{ lne(title) }}"),
        ("unknown-event", "repeated: alert.confirmed", "repeated: alert.confirmd"),
        ("unknown-event", "resolved: alert.over", "resolved: alert"),
    ],
)
def test_a_seeded_mistake_is_found_where_it_was_made(code: str, old: str, new: str) -> None:
    text = AROUND.replace(old, new)
    line = 1 + next(number for number, one in enumerate(text.split("\n")) if new in one)
    assert (line, code) in [(problem.line, problem.code) for problem in problems_of(text)]
    assert code in CODES


def test_a_mistake_in_an_expression_is_shown_at_its_letter() -> None:
    [problem] = problems_of(AROUND.replace("{{ annotations.text }}", "From {{ lne(title) }}"))
    assert problem.column == 1 + len('      note: "From {{ ')


@pytest.mark.parametrize("field", ["summary: =title", "caller: ann", "key: =group_key"])
def test_what_a_record_needs_must_be_filled(field: str) -> None:
    [problem] = problems_of(AROUND.replace(f"      {field}\n", ""))
    assert problem.code == "intake-incomplete"
    assert field.split(":", maxsplit=1)[0] in problem.message


def test_a_process_must_say_how_its_records_are_found() -> None:
    [problem] = problems_of(definition=TICKET.replace("correlate: key\n", ""))
    assert (problem.code, problem.line) == ("correlate-missing", 4)


def test_a_note_may_be_written_at_the_start() -> None:
    assert problems_of(AROUND.replace('"{{ annotations.text }}"', "Look at the monitoring")) == ()


def test_an_intake_without_events_only_starts_records() -> None:
    silent = AROUND.replace("    repeated: alert.confirmed\n    resolved: alert.over\n", "")
    assert problems_of(silent, TICKET.replace("event: alert.over", "by: [ann]")) == ()


def test_the_intakes_we_ship_are_sound() -> None:
    texts = {path.name: path.read_text() for path in sorted((DEFINITIONS / "organisation").glob("*.yaml"))}
    alert = read_definition((DEFINITIONS / "alert.yaml").read_text())
    assert check_outside(texts, read_organisation(texts), {"alert": alert}) == {}
