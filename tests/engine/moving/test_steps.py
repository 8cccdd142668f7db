"""What is done in a state goes on where it is in the new version, or with the first step that is not done, or not."""

import pytest

from engine.calls import open_calls
from tests.engine.builders import BOB, HOUR, Life, begun, failure, occur, result, retry, skip
from tests.engine.moving.house import kept, moved, told


def doing(*steps: str, more: str = "") -> str:
    written = "\n".join(f"      - {step}" for step in steps)
    return f"""
fields: {{n: number, log: long_text}}
states:
  open:
    do:
{written}
    transitions: {{on: {{to: more, by: [agent]}}}}
  more: {{transitions: {{back: {{to: open, by: [agent]}}}}}}
  over: {{final: true}}
transitions: {{end: {{from: [open, more], to: over, by: [agent]}}}}
{more}"""


def log(letter: str, name: str = "") -> str:
    return f'{{set: {{log: "{{{{ log }}}}{letter}"}}{name and f", id: {name}"}}}'


WAIT, LONGER = "{wait: 1 hour}", "{wait: 3 hours}"


def logged(life: Life) -> str:
    return str(life.fields["log"] or "")


@pytest.mark.semantics("M2.9")
@pytest.mark.parametrize(
    ("old", "new", "then"),
    [
        ([log("a"), WAIT, log("b")], [log("a"), WAIT, log("c")], "ac"),
        ([log("a"), WAIT, log("b")], [log("z"), log("a"), WAIT, log("b")], "ab"),
        ([log("a"), WAIT, log("b")], [WAIT, log("b")], "ab"),
        ([log("a", "a"), WAIT], [log("a", "a"), log("x"), log("y")], "axy"),
        ([log("a", "a"), WAIT, log("b", "b")], [log("a", "a"), log("b", "b"), log("c")], "abc"),
        ([log("a", "a"), WAIT, log("b", "b")], [log("x", "x"), log("b", "b")], "axb"),
        ([log("a", "a"), WAIT, log("b")], [log("z", "a"), log("b")], "ab"),
        ([log("a"), WAIT], [log("a")], "a"),
        ([log("a"), WAIT], [log("a"), LONGER, log("b")], "ab"),
        ([log("a"), WAIT], [log("a", "a"), log("b", "b"), WAIT], "a"),
    ],
)
def test_it_goes_on_where_it_was_or_with_the_first_step_that_is_not_done(
    old: list[str], new: list[str], then: str
) -> None:
    life = moved(begun(doing(*old)), doing(*new))
    assert logged(life.pass_(5 * HOUR)) == then


@pytest.mark.semantics("M2.10")
@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            [log("a"), WAIT],
            [log("x"), log("y")],
            "which steps of do of open are done cannot be told, because they are others and have no id",
        ),
        (
            [log("a", "a"), log("b", "b"), WAIT],
            [log("x"), log("b", "b"), log("c")],
            "in do of open step 1 comes before what is done: b",
        ),
        (
            [f"{{do: [{log('a')}, {WAIT}]}}"],
            [f"{{repeat: {{at_most: 1, do: [{log('a')}, {WAIT}]}}}}"],
            "step 1 of do of open is something else in version 2, and part of it is done",
        ),
    ],
)
def test_where_that_cannot_be_told_it_only_begins_again(old: list[str], new: list[str], reason: str) -> None:
    life = begun(doing(*old))
    assert kept(life, doing(*new)) == [f"{reason}. To let do of open begin again, restart open."]
    before = logged(life)
    moved(life, doing(*new), "open")
    assert told(life) == [("begins_again", "do of open")]
    assert logged(life).startswith(before)
    assert len(logged(life)) > len(before)


def test_a_flow_that_can_go_on_does_so_though_it_might_begin_again() -> None:
    life = moved(begun(doing(log("a"), WAIT)), doing(log("a"), WAIT, log("b")), "open")
    assert (told(life), logged(life.pass_(HOUR))) == ([], "ab")


def test_a_wait_that_is_the_same_ends_when_it_would_have() -> None:
    life = begun(doing(WAIT, log("a"))).pass_(HOUR / 2)
    assert logged(moved(life, doing(log("x"), WAIT, log("b"))).pass_(HOUR / 2)) == "b"


def test_a_wait_that_is_another_one_by_its_id_begins_anew() -> None:
    life = begun(doing("{wait: 1 hour, id: w}", log("a"))).pass_(HOUR / 2)
    moved(life, doing("{wait: 2 hours, id: w}", log("b")))
    assert logged(life.pass_(HOUR)) == ""
    assert logged(life.pass_(HOUR)) == "b"


def test_an_event_that_is_waited_for_is_so_still() -> None:
    coming = "{wait: {event: came, at_most: 1 day}}"
    life = moved(begun(doing(coming, log("a"))), doing(log("x"), coming, log("b")))
    assert logged(life.happen(occur("came"))) == "b"


def test_what_is_through_goes_on_with_new_steps_behind_what_is_done() -> None:
    life = begun(doing(log("a")))
    assert logged(moved(life, doing(log("a"), log("b")))) == "ab"
    assert life.line("goes_on").data == {"step": "step 2", "again": []}
    assert logged(moved(begun(doing(log("a"))), doing(log("a")) + "title: Other")) == "a"


def test_a_state_in_which_nothing_was_done_begins_with_what_is_to_be_done_now() -> None:
    idle = doing(log("a")).replace("    do:\n", "").replace(f"      - {log('a')}\n", "")
    assert logged(moved(begun(idle), doing(log("b"), WAIT))) == "b"
    assert logged(moved(begun(doing(log("a"), WAIT)), idle).pass_(HOUR)) == "a"


def test_what_is_through_stays_so_where_it_cannot_be_told_what_is_done() -> None:
    life = moved(begun(doing(log("a"))), doing(log("b")))
    assert (told(life), logged(life)) == ([("stays_through", "do of open")], "a")
    life = moved(begun(doing(log("a"))), doing(log("b")), "open")
    assert (told(life), logged(life)) == ([("begins_again", "do of open")], "ab")


CALLING = doing("{call: a.first, id: first, save: {n: =result.n}}", "{call: a.second, save: {n: =result.n}}", log("a"))


@pytest.mark.semantics("M2.8")
def test_a_running_call_goes_on_and_what_follows_is_as_the_new_version_says() -> None:
    life = begun(CALLING)
    (before,) = open_calls(life.record)
    saved = CALLING.replace("save: {n: =result.n}}", "save: {log: =result.n}}", 1)
    moved(life, saved.replace("- {call: a.first", "- {set: {n: 1}}\n      - {call: a.first"))
    assert open_calls(life.record) == (before,)
    life.happen(result(before.path, n="7"))
    assert logged(life) == "7"
    assert [call.path for call in open_calls(life.record)] == ["2/open/do/2"]


@pytest.mark.semantics("M2.8")
def test_a_running_call_of_another_action_keeps_the_record() -> None:
    life = begun(CALLING)
    other = "a.first is under way in do of open, and version 2 does not ask for it there."
    hint = "Move the record when it has ended. To let do of open begin again, restart open."
    assert kept(life, CALLING.replace("a.first", "b.first")) == [f"{other} {hint}"]
    assert kept(life, doing(log("x"))) == [f"{other} {hint}"]
    moved(life, CALLING.replace("a.first", "b.first"), "open")
    assert life.line("begins_again").data == {"step": "", "again": []}
    assert [call.action for call in open_calls(life.record)] == ["b.first"]


@pytest.mark.semantics("M2.10")
def test_calls_that_are_made_again_are_listed() -> None:
    life = begun(CALLING).happen(result("1/open/do/0", n="1"))
    text = CALLING.replace("a.second, save", "b.third, id: third, save")
    moved(life, text.replace("- {call: a.first", "- {call: a.zero}\n      - {call: a.first"), "open")
    assert life.line("begins_again").data["again"] == ["a.first"]
    assert life.record.tokens["2/open/do/0"].data["action"] == "a.zero"


def test_a_key_is_never_used_for_another_call() -> None:
    life = begun(doing("{call: a.one}", WAIT)).happen(result("1/open/do/0"))
    moved(life, doing("{call: b.two}", LONGER), "open")
    assert [call.key for call in open_calls(life.record)] == ["THG1/2/open/do/0"]


FAULTY = doing(log("a", "a"), "{call: a.bad, id: bad}", log("b"))


def test_a_fault_stays_where_it_was_and_is_retried_as_the_new_version_says() -> None:
    life = begun(FAULTY).happen(failure("1/open/do/1"))
    moved(life, FAULTY.replace("a.bad", "a.good").replace("- {call", "- {set: {n: 1}}\n      - {call"))
    assert [fault.path for fault in life.record.faults.values()] == ["2/open/do/2"]
    assert [call.action for call in open_calls(life.happen(retry("1", BOB)).record)] == ["a.good"]


def test_a_fault_can_be_skipped_after_a_move() -> None:
    life = moved(begun(FAULTY).happen(failure("1/open/do/1")), FAULTY + "title: Other")
    assert logged(life.happen(skip("1", BOB))) == "ab"


def test_a_fault_of_the_only_call_of_its_action_stays_though_the_step_was_mended() -> None:
    faulty = FAULTY.replace(", id: bad", "")
    life = moved(
        begun(faulty).happen(failure("1/open/do/1")), faulty.replace("{call: a.bad}", "{call: a.bad, retry: 1}")
    )
    (call,) = open_calls(life.happen(retry("1", BOB)).record)
    assert (call.key, call.attempts) == ("THG1/1/open/do/1", 2)


def test_a_fault_of_a_step_that_is_another_one_is_over_and_the_new_step_begins() -> None:
    faulty = FAULTY.replace(", id: bad", "")
    life = moved(begun(faulty).happen(failure("1/open/do/1")), faulty.replace("a.bad", "a.good"))
    assert (life.record.faults, life.line("goes_on").data) == ({}, {"step": "step 2", "again": []})
    assert [call.key for call in open_calls(life.record)] == ["THG1/2/open/do/1"]


def test_a_fault_that_belongs_to_no_step_stays() -> None:
    text = "calendar: nowhere\n" + doing(WAIT).replace(
        "on: {to: more, by: [agent]}", "on: {to: more, after: 1 business day}"
    )
    life = moved(begun(text), text + "title: Other")
    assert [fault.code for fault in life.record.faults.values()] == ["calendar"]
