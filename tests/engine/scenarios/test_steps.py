"""What the steps of a case do, and how a refusal is told."""

import pytest

from language.definition import Definition
from tests.engine.scenarios.trying import GIVEN, a_case, a_process, passes, run, run_file

PERSONS = """
- {act: finish, as: bob, refused: Finish the task first.}
- {claim: look, as: bob}
- {claim: Look at it, as: eva, refused: Bob Baker has claimed this task}
- {release: look, as: bob}
- {complete: look, as: eva, with: {price: 12.50, result: ok}}
- expect: {open: [], fields: {price: 12.5}}
- {edit: {size: big}, as: bob}
- {edit: {size: big}, as: ann, refused: only desk may write size}
- {comment: Is it done?, as: ann}
- {note: Nearly, as: bob}
- {act: rename, as: ann, with: {title: The old lamp, comment: It is the other one}}
- {act: finish, as: bob}
- expect: {state: done}
"""


def test_people_act_edit_comment_and_work_on_tasks() -> None:
    assert passes(PERSONS)


def test_an_outside_event_reaches_the_record() -> None:
    assert passes("""
        - {event: dropped, with: {height: 2}}
        - expect: {state: dropped}
        - {event: dropped, refused: is closed (dropped)}
    """)


def test_a_call_without_an_answer_stays_open() -> None:
    assert passes("""
        - {complete: look, as: bob, with: {price: 1}}
        - expect: {called: [parts.order], journal: [asked parts.order], sent: [task_opened to bob]}
        - pass: 5 days
        - expect: {called: [], sent: []}
    """)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("{parts: [bulb]}", "expect: {fields: {parts: [bulb]}, sent: [The parts are there to ann]}"),
        ("{fail: no stock}", "expect: {faults: [no stock]}"),
        ("{fail: no stock, code: timeout}", "expect: {journal: [no stock (timeout)]}"),
        ("[{fail: no stock}, {parts: [bulb]}]", "expect: {faults: [no stock]}"),
        ("[]", "expect: {faults: [], called: [parts.order], fields: {parts: null}}"),
    ],
)
def test_a_call_is_answered_as_the_case_says(answer: str, expected: str) -> None:
    assert passes(f"- {{complete: look, as: bob, with: {{price: 1}}}}\n- {expected}", answered(answer))


def answered(answer: str) -> str:
    """Write the beginning of a case in which an order of parts is answered so."""
    return f"{GIVEN}\n    answers: {{parts.order: {answer}}}"


def test_a_list_of_answers_is_used_up_in_turn() -> None:
    assert passes(
        """
        - {complete: look, as: bob, with: {price: 1}}
        - {fault: retry, as: ann, refused: only desk}
        - {fault: retry, as: bob}
        - expect: {faults: [], fields: {parts: [bulb]}}
        - {fault: retry, as: bob, refused: there is no fault}
        """,
        answered("[{fail: no stock}, {parts: [bulb]}]"),
    )


def test_a_fault_is_skipped_with_values() -> None:
    assert passes(
        """
        - {complete: look, as: bob, with: {price: 1}}
        - {fault: skip, as: bob, with: {parts: [tube]}}
        - expect: {faults: [], fields: {parts: [tube]}, sent: [The parts are there to ann]}
        """,
        answered("{fail: no stock}"),
    )


def test_time_passes_on_the_calendar_of_the_process_and_stops_at_deadlines() -> None:
    assert passes("""
        - expect: {open: [{task: look, due: 2026-03-06 14:00}]}
        - pass: 3 business hours
        - expect: {targets: {mending: {left: 1 hour}}}
        - pass: {until: 2026-03-06 14:00}
        - expect: {targets: {mending: missed}, journal: ["task “Look at it” is overdue"]}
        - pass: 1 business day
        - expect: {targets: {mending: {due: "2026-03-06 13:00Z"}}}
        - pass: {until: 2026-03-09 14:00}
    """)


def test_what_repeats_happens_as_often_as_time_passes() -> None:
    nag = 'resume: {to: open, by: [desk]}, nag: {every: 1 business day, then: [{notify: "Still held", to: [desk]}]}'
    steps = """
        - {act: hold, as: bob}
        - pass: 2 business days
        - expect: {sent: [Still held to bob, Still held to bob], state: held}
    """
    assert run(steps, definitions=a_process(**{"resume: {to: open, by: [desk]}": nag})).failure == ""


def test_a_schedule_starts_a_record_when_nobody_does() -> None:
    changed = {
        "by: [desk, caller], needs: [title], ask: [caller, size]": "at: 2026-03-02 09:00, every: 1 day",
        "title:  {type: text, required: true}": 'title: {type: text, default: "For {{ event.scheduled_at }}"}',
    }
    file = a_case('- expect: {state: open, fields: {title: "For 2026-03-06T09:00:00+00:00"}}', "given: {}")
    (report,) = run_file(file.replace("    as: ann\n", ""), a_process(**changed)).cases
    assert report.failure == ""


def test_time_does_not_go_backwards() -> None:
    failure = run("- pass: {until: 2026-03-06 09:00}").failure
    assert "repair.test.yaml:8: 2026-03-06 09:00 has passed already: it is 2026-03-06 10:00" in failure


def test_a_fact_is_answered_as_the_case_says() -> None:
    assert passes(
        """
        - {act: ship, as: bob, refused: Stocktaking}
        - fact: {frozen: false}
        - {act: ship, as: bob}
        - expect: {state: done}
    """,
        "given: {title: A lamp, caller: ann}\n    answers: {frozen: {value: true, reason: Stocktaking}}",
    )


def test_without_a_word_of_the_case_the_organisation_answers_a_fact() -> None:
    assert passes("- {act: ship, as: bob}\n- expect: {state: done}")


def test_several_records_have_names_and_numbers_of_their_own() -> None:
    assert passes("""
        - {start: repair, record: other, as: ann, with: {caller: ann}, refused: title must be filled in}
        - {start: repair, record: other, as: bob, with: {title: A chair, caller: ann}}
        - {event: dropped, record: other}
        - {expect: {state: dropped}, record: other}
        - expect: {state: open}
        - pass: 1 hour
        - {expect: {targets: {mending: met}}, record: other}
    """)


def test_a_record_is_started_by_a_step_where_nothing_is_given() -> None:
    assert passes(
        """
        - {start: repair, as: bob, with: {title: A chair}}
        - expect: {state: open, fields: {caller: null}}
    """,
        "answers: {}",
    )


def test_deadlines_of_several_records_act_in_the_order_of_time() -> None:
    report = run("""
        - pass: 1 hour
        - {start: repair, record: other, as: bob, with: {title: A chair}}
        - pass: 4 hours
        - {expect: {targets: {mending: missed}}, record: other}
        - {expect: {state: held}, record: other}
    """)
    assert "REP0000002 so far (it is 2026-03-06 15:00)" in report.failure
    assert "2026-03-06 15:00  target mending missed: not within 4 business hours" in report.failure


def test_a_refusal_that_nobody_expects_fails_the_case_with_all_reasons() -> None:
    failure = run("- {act: finish, as: ann}").failure
    assert "repair.test.yaml:8: ann: act finish is refused:" in failure
    assert "\n  - only desk may finish" in failure
    assert "\n  - Finish the task first. (open_tasks is 1, not 0)" in failure


def test_a_refusal_that_does_not_come_fails_the_case() -> None:
    failure = run("- {act: hold, as: bob, refused: not today}").failure
    assert "bob: act hold should be refused because of “not today”, but it was done" in failure


def test_a_refusal_for_another_reason_fails_the_case() -> None:
    failure = run("- {act: finish, as: bob, refused: not today}").failure
    assert "should be refused because of “not today”, but the reasons are:\n  - Finish the task first." in failure


def test_a_start_that_is_refused_fails_the_case() -> None:
    report = run("- expect: {state: open}", "given: {caller: ann}")
    assert report.failed_at == 6
    assert report.failure.startswith("repair.test.yaml:6: ann starts repair is refused:\n  - title must be filled in")


def test_an_event_may_start_a_record() -> None:
    source = a_case("- {start: lamp, with: {title: Broken}}\n- {expect: {state: open}, record: lamp}", "answers: {}")
    report = run_file(source.replace("start: lamp", "start: repair, record: lamp"), by_event())
    assert report.passed, report.cases[0].failure


def by_event() -> dict[str, Definition]:
    """Give the process, to be started by an outside event only."""
    return a_process(**{"by: [desk, caller], needs: [title], ask": "event: broken, needs: [title], ask"})


def test_a_case_in_which_too_much_happens_is_stopped() -> None:
    failure = run("- {act: hold, as: bob}\n- pass: 3 weeks", definitions=restless()).failure
    assert "pass is refused:\n  - more than 5000 events in one case: let less time pass" in failure
    assert "\n  …\n" in failure


def restless() -> dict[str, Definition]:
    """Give the process with a loop that tells the caller something every minute."""
    loop = "{repeat: {at_most: 1000, do: [{wait: 1 minute}, {notify: Still, to: [caller]}]}}"
    return a_process(**{"held:\n": f"held:\n    do: [{loop}, {{go: held}}]\n"})
