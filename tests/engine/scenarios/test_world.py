"""The simulated world: order, calendars and those who are told."""

from engine.scenarios.running import run_tests
from tests.engine.scenarios.trying import ORGANISATION, a_process

WATCH = """
process: watch
version: 1
title: Watch
number: WAT
owner: boss
calendar: office
start: {to: "on", by: [desk]}
fields: {title: text}
targets:
  answer: {runs_in: ["on"], within: 0 minutes}
states:
  "on":
    do: [{call: parts.order, save: {title: =result.title}}]
  "off": {final: true}
transitions: {leave: {from: ["on"], to: "off", by: [desk]}}
"""

ONE_CASE = """
tests: watch
cases:
  - name: One
    at: 2026-03-06 10:00
    as: bob
    given: {}
    answers: {parts.order: {title: The lamp}}
    steps: [STEP]
"""


def journal_of(step: str, source: str = WATCH) -> str:
    """Run a case of one step, which is to fail, and give what it says."""
    return run_tests(ONE_CASE.replace("STEP", step), a_process(source), ORGANISATION).cases[0].failure


def test_what_is_due_happens_before_a_call_is_answered() -> None:
    lines = [line[20:] for line in journal_of("expect: {state: off}").split("\n") if line.startswith("  2026")]
    assert lines[-3:] == [
        "target answer missed: not within 0 minutes",
        "parts.order answered",
        "title: empty → The lamp (call parts.order)",
    ]


def test_without_a_calendar_that_there_is_times_are_utc() -> None:
    lost = WATCH.replace("calendar: office", "calendar: nowhere")
    assert "it is 2026-03-06 10:00" in journal_of("expect: {state: off}", lost)
    assert journal_of("expect: {targets: {answer: {due: 2026-03-06T10:00:00Z}}}", lost) == ""


def test_those_who_left_are_not_told() -> None:
    gone = "organisation: {people: {eva: {groups: [desk], active: false}}}\n"
    source = (
        gone + "tests: repair\ncases:\n- {name: X, at: 2026-03-06 10:00, as: bob, given: {title: A}, steps: [STEP]}"
    )
    step = "expect: {sent: [task_opened to eva]}"
    failure = run_tests(source.replace("STEP", step), a_process(), ORGANISATION).cases[0].failure
    assert "sent: expected task_opened to eva, but there is task_opened to bob\n" in failure


def test_what_is_due_at_once_is_done_before_the_next_step() -> None:
    assert journal_of("expect: {targets: {answer: missed}}") == ""
