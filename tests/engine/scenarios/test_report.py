"""What a run of tests says: how each case went, and what of the definition was reached."""

from engine.scenarios.report import in_words
from tests.engine.scenarios.trying import a_case, a_process, run_file

GONE = """
- {edit: {size: big}, as: bob}
- {act: rename, as: bob, with: {title: A lamp}}
- {event: dropped}
"""


def test_a_case_that_passes_has_its_name_and_line() -> None:
    report = run_file(a_case(GONE))
    assert report.passed
    assert [(case.name, case.line, case.passed) for case in report.cases] == [("A lamp", 3, True)]


def test_coverage_names_what_no_case_has_reached() -> None:
    states, transitions, rows, _ = run_file(a_case(GONE)).coverage
    assert states.missed == ("held", "done")
    assert transitions.missed == ("open.hold", "open.finish", "open.ship", "held.resume")
    assert transitions.all == ("start", "open.hold", "open.finish", "open.ship", "open.drop", "held.resume", "rename")
    assert rows.missed == ()


def test_a_row_that_decided_nothing_is_named_with_its_line() -> None:
    rows = run_file(a_case("- expect: {state: open}")).coverage[2]
    assert rows.missed == ("length row 2 (line 26)",)


def test_what_other_processes_reach_does_not_count() -> None:
    other = a_process(**{"process: repair": "process: upkeep", "number: REP": "number: UPK"})
    steps = "- {start: upkeep, as: bob, with: {title: Oil it}}\n- {act: hold, record: upkeep, as: bob}"
    states = run_file(a_case(steps), {**a_process(), **other}).coverage[0]
    assert "held" in states.missed


def test_a_report_reads_as_people_say_it() -> None:
    source = a_case("- expect: {state: held}").replace("- name: A lamp", "- name: It is held")
    words = in_words(run_file(source))
    assert words.startswith(
        "It is held (line 3)\n  repair.test.yaml:8: state: expected held, but it is open\n  REP0000001"
    )
    assert "\n\nrepair: 0 of 1 cases passed\n  states: 1 of 4; never reached: held, done, dropped\n" in words
    assert words.endswith("table rows: 1 of 2; never reached: length row 2 (line 26)")


def test_a_part_that_a_definition_does_not_have_is_left_out() -> None:
    plain = a_process(PLAIN)
    source = "tests: chat\ncases: [{name: X, at: 2026-03-06 10:00, as: bob, given: {}, steps: [expect: {state: on}]}]"
    assert in_words(run_file(source, plain)) == "chat: 1 of 1 cases passed\n  states: 1 of 1\n  transitions: 1 of 1"


PLAIN = """
process: chat
version: 1
title: Chat
number: CHA
owner: boss
start: {to: "on"}
fields: {title: text}
states: {"on": {final: true}}
"""
