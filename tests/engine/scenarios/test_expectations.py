"""What a case may expect, and what it says when that is not so."""

import pytest

from engine.scenarios.expectations import bare
from tests.engine.scenarios.trying import GIVEN, a_process, passes, run

LOOK = "{complete: look, as: bob, with: {price: 1}}"


@pytest.mark.parametrize(
    "expected",
    [
        "state: open",
        "fields: {title: The lamp, caller: ann, size: small, days: 1, price: null, parts: null, ready: null}",
        "fields: {caller: ann, days: 1.0, frost: false}",
        "open: [look]",
        "open: [Look at it]",
        "open: [{task: look, for: [eva, bob], due: 2026-03-06 14:00}]",
        "targets: {mending: running}",
        "targets: {mending: {is: running, due: 2026-03-06 14:00, spent: 0 minutes, left: 4 hours}}",
        "sent: [task_opened to bob, task_opened to eva]",
        'sent: ["task_opened to eva, bob"]',
        "faults: []",
        "called: []",
        "journal: [started in open, given to Bob Baker]",
        "actions: {bob: {hold: yes, finish: no, ship: yes}}",
        "actions: {bob: {finish: Finish the task}, ann: {hold: only desk, rename: yes}}",
    ],
)
def test_what_is_there_is_as_expected(expected: str) -> None:
    assert passes(f"- expect: {{{expected}}}")


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("state: held", "state: expected held, but it is open"),
        ("fields: {size: big}", "size: expected big, but it is small"),
        ("fields: {caller: bob}", "caller: expected bob, but it is ann"),
        ("fields: {caller: null}", "caller: expected empty, but it is ann"),
        ("fields: {ready: 2026-03-06 10:00}", "ready: expected 2026-03-06T09:00:00Z, but it is empty"),
        ("open: []", 'open: expected nothing else, but there is "Look at it"'),
        ("open: [look, wash]", 'open: expected "wash", but there is nothing'),
        ("open: [{task: look, for: bob}]", "look: expected for bob, but it is for bob, eva"),
        ("open: [{task: look, claimed_by: eva}]", "look: expected to be claimed by eva, but it is by nobody"),
        (
            "open: [{task: look, due: 2026-03-06 15:00}]",
            "look: expected to be due 2026-03-06 15:00, but it is 2026-03-06 14:00",
        ),
        ("targets: {mending: met}", "target mending: expected met, but it is running (due in 4 hours)"),
        (
            "targets: {mending: {due: 2026-03-07 14:00}}",
            "target mending: expected to be due 2026-03-07 14:00, but it is 2026-03-06 14:00",
        ),
        ("targets: {mending: {spent: 10 minutes}}", "target mending: expected 10 minutes spent, but it is 0 minutes"),
        ("targets: {mending: {left: 1 hour}}", "target mending: expected 1 hour left, but it is 4 hours"),
        (
            "sent: [task_opened to ann]",
            "sent: expected task_opened to ann, but there is task_opened to bob; task_opened to eva",
        ),
        ("sent: []", "sent: expected nothing, but there is task_opened to bob; task_opened to eva"),
        ("faults: [no stock]", "faults: expected no stock, but there is nothing"),
        ("called: [parts.order]", "called: expected parts.order, but there is nothing"),
        ("journal: [nonsense]", "journal: expected nonsense, but there is "),
        ("actions: {bob: {hold: no}}", 'actions: expected hold for bob to be "no", but it is "yes"'),
        (
            "actions: {bob: {finish: Money}}",
            'actions: expected finish for bob to be "Money", but it is "no" (Finish the task first.',
        ),
        ("actions: {bob: {resume: yes}}", 'actions: expected resume for bob to be "yes", but it is "no"'),
    ],
)
def test_what_is_not_as_expected_is_said_with_what_is_there(expected: str, said: str) -> None:
    failure = run(f"- expect: {{{expected}}}").failure
    assert failure.startswith("repair.test.yaml:8: ")
    assert said in failure


def test_everything_that_is_not_as_expected_is_said_at_once() -> None:
    failure = run("- expect: {state: held, fields: {size: big}}").failure
    assert "state: expected held" in failure
    assert "size: expected big" in failure


def test_a_failure_tells_the_journal_so_far_on_the_clocks_of_the_office() -> None:
    failure = run("- {act: hold, as: bob}\n- expect: {state: open}").failure
    assert (
        "REP0000001 so far (it is 2026-03-06 10:00):\n  2026-03-06 10:00  title: empty → The lamp (form) — Ann Weber"
        in failure
    )
    assert "\n  2026-03-06 10:00  hold: open → held — Bob Baker" in failure


def test_a_paused_target_has_no_due_time() -> None:
    failure = run("- {act: hold, as: bob}\n- expect: {targets: {mending: {is: paused, due: 2026-03-06 14:00}}}").failure
    assert "target mending: expected to be due 2026-03-06 14:00, but it is not due at any time now" in failure


def test_a_target_that_has_not_started_is_said_to_be_so() -> None:
    later = a_process(**{"runs_in: [open], pauses_in: [held]": "runs_in: [held]"})
    assert "target mending: expected to be there" in run("- expect: {targets: {mending: met}}", GIVEN, later).failure


def test_a_task_that_is_claimed_says_by_whom() -> None:
    assert passes("- {claim: look, as: bob}\n- expect: {open: [{task: look, claimed_by: bob}]}")


def test_what_has_been_looked_at_is_over() -> None:
    assert passes("""
        - expect: {sent: [task_opened to bob], journal: [started]}
        - expect: {sent: [], journal: []}
        - {act: hold, as: bob}
        - expect: {sent: ["task_withdrawn to bob, eva"], journal: ["hold: open → held"]}
    """)


def test_a_call_is_expected_with_some_of_its_input() -> None:
    assert passes(f"- {LOOK}\n- expect: {{called: [{{parts.order: {{title: The lamp}}}}]}}")
    failure = run(f"- {LOOK}\n- expect: {{called: [{{parts.order: {{title: A chair}}}}]}}").failure
    assert "called: expected parts.order (title: A chair), but there is parts.order (title: The lamp)" in failure
    assert not run(f"- {LOOK}\n- expect: {{called: [{{parts.order: {{price: 3}}}}]}}").passed


def test_all_faults_are_expected_or_none() -> None:
    failing = f"{GIVEN}\n    answers: {{parts.order: {{fail: no stock}}}}"
    assert passes(f"- {LOOK}\n- expect: {{faults: [no stock]}}", failing)
    assert "expected nothing, but there is no stock" in run(f"- {LOOK}\n- expect: {{faults: []}}", failing).failure
    assert "faults: expected other" in run(f"- {LOOK}\n- expect: {{faults: [other]}}", failing).failure


def test_rows_numbers_and_references_are_compared_as_they_are_written() -> None:
    ann = {"id": "ann", "label": "Ann Weber"}
    assert bare([{"who": ann, "share": 50, "done": True, "note": None}]) == [
        {"who": "ann", "share": "50", "done": True, "note": None}
    ]
