"""Compensation: what was done in a state is undone, the last first, one at a time, each once."""

from typing import Any

import pytest

from engine.calls import open_calls
from engine.record import Event, Kind
from engine.undoing import ending_calls
from tests.engine.builders import BOB, HOUR, Life, act, begun, complete, failure, result, retry, skip

WORK = """
fields: {log: long_text, work: {type: list, of: text}, kind: text}
states:
  work:
    do:
      - {task: Prepare, for: [desk], id: prepare, undo: [{set: {log: "{{ log }}prepare "}}]}
      - for_each: one in work
        do: [{call: sys.do, with: {what: =one}, undo: [{call: sys.undo, with: {what: =one}}]}]
      - {call: sys.deploy, undo: [{call: sys.restore}]}
      - {wait: 1 hour}
    on_error: [{go: back}]
    transitions: {back_out: {to: back, by: [agent]}, again: {to: work, by: [agent]}, end: {to: last, by: [agent]}}
  back:
    do: [{rollback: work, id: roll}, {set: {log: "{{ log }}."}}]
    transitions: {on: {to: other, by: [agent]}, end: {to: last, by: [agent]}}
  other: {transitions: {back: {to: back, by: [agent]}, end: {to: last, by: [agent]}}}
  last: {final: true}
"""
DO, UNDO = "1/work/do/1/item-{}/0", "1/work/do/1/item-{}/0/undo/0"


def working(text: str = WORK) -> Life:
    """A record in whose work two of three calls were made and the third is running."""
    life = begun(text, work=["a", "b", "c"]).happen(complete("1/work/do/0"))
    return life.happen(result(DO.format(0))).happen(result(DO.format(1)))


def cancelled(path: str) -> Event:
    return Event(Kind.RESULT, path, None, {"cancelled": True})


def asked(life: Life) -> list[tuple[str, Any]]:
    return [(command.action, command.input.get("what")) for command in open_calls(life.record)]


def listed(life: Life) -> list[str]:
    return [each.path for each in life.record.undo]


def test_a_call_is_listed_when_it_starts_and_other_steps_when_they_are_through() -> None:
    life = begun(WORK, work=["a"])
    assert listed(life) == []
    assert listed(life.happen(complete("1/work/do/0"))) == ["1/work/do/0", DO.format(0)]
    assert life.record.undo[1].names == {"one": "a"}


def test_a_rollback_waits_for_calls_that_are_ending_and_undoes_the_last_first_one_at_a_time() -> None:
    life = working().happen(act("back_out"))
    assert ending_calls(life.record) == (DO.format(2),)
    assert (life.state, asked(life)) == ("back", [])
    life.happen(cancelled(DO.format(2)))
    assert life.line("call_stopped").name == "sys.do"
    for number, what in ((2, "c"), (1, "b"), (0, "a")):
        assert (asked(life), life.fields["log"]) == ([("sys.undo", what)], None)
        life.happen(result(UNDO.format(number)))
    assert (life.fields["log"], life.record.undo, life.record.tokens) == ("prepare .", (), {})
    assert "rolled_back" in life.told()


def test_a_failed_call_and_a_person_share_one_path() -> None:
    life = working().happen(failure(DO.format(2)))
    assert (life.state, asked(life)) == ("back", [("sys.undo", "c")])


@pytest.mark.semantics("H1.10")
def test_a_call_that_is_known_not_to_have_happened_is_not_undone() -> None:
    error = {"error": {"code": "not_found", "text": "No", "happened": False}}
    life = working().happen(Event(Kind.RESULT, DO.format(2), None, error))
    assert asked(life) == [("sys.undo", "b")]
    life = working().happen(act("back_out")).happen(Event(Kind.RESULT, DO.format(2), None, error))
    assert asked(life) == [("sys.undo", "b")]


def test_any_other_error_leaves_it_open_whether_a_call_has_happened() -> None:
    life = working().happen(Event(Kind.RESULT, DO.format(2), None, {"error": "odd"}))
    assert asked(life) == [("sys.undo", "c")]


def test_an_answer_that_comes_while_the_call_is_ending_means_that_it_happened() -> None:
    life = working().happen(act("back_out")).happen(result(DO.format(2)))
    assert asked(life) == [("sys.undo", "c")]


@pytest.mark.parametrize("how", ["retry", "skip"])
def test_an_undo_that_fails_stands_still_and_the_rollback_with_it(how: str) -> None:
    life = working().happen(act("back_out")).happen(cancelled(DO.format(2))).happen(failure(UNDO.format(2)))
    assert (life.open("fault"), asked(life), life.state) == ([UNDO.format(2)], [], "back")
    life.happen(retry("1") if how == "retry" else skip("1"))
    assert asked(life) == [("sys.undo", "c" if how == "retry" else "b")]


def test_an_undo_may_catch_its_own_errors() -> None:
    text = WORK.replace("[{call: sys.restore}]", "[{do: [{fail: No}], on_error: [{set: {log: '{{ error.text }} '}}]}]")
    life = begun(text).happen(complete("1/work/do/0")).happen(failure("1/work/do/2"))
    assert life.fields["log"] == "No prepare ."


def test_what_a_condition_passed_over_or_a_person_skipped_is_not_undone() -> None:
    text = (
        "fields: {log: text}\nstates: {work: {do: ["
        "{set: {log: a}, when: log == 'x', undo: [{set: {log: wrong}}]},"
        "{fail: No, undo: [{set: {log: wrong}}]}, {rollback: work}, {set: {log: '{{ log }}.'}}]}}"
    )
    life = begun(text).happen(skip("1"))
    assert (life.fields["log"], life.record.undo) == (".", ())


def test_a_group_is_undone_as_a_whole_when_it_was_through_but_not_when_it_failed() -> None:
    steps = "{set: {log: a}}, {fail: No, when: kind == 'x'}"
    group = f"{{do: [{steps}], on_error: [{{set: {{log: b}}}}], undo: [{{set: {{kind: undone}}}}]}}"
    text = f"fields: {{log: text, kind: text}}\nstates: {{work: {{do: [{group}, {{rollback: work}}]}}}}"
    assert begun(text, kind="x").fields == {"log": "b", "kind": "x"}
    assert begun(text, kind="y").fields == {"log": "a", "kind": "undone"}


@pytest.mark.semantics("H1.13")
def test_a_list_survives_leaving_its_state_and_its_visits_and_is_dropped_at_the_end() -> None:
    life = begun(WORK).happen(complete("1/work/do/0")).happen(act("again")).happen(complete("2/work/do/0"))
    assert listed(life) == ["1/work/do/0", "1/work/do/2", "2/work/do/0", "2/work/do/2"]
    assert life.happen(act("end")).record.undo == ()


@pytest.mark.semantics("H1.12")
def test_when_the_state_is_left_the_undo_call_finishes_and_the_rest_waits_for_the_next_rollback() -> None:
    life = working().happen(act("back_out")).happen(cancelled(DO.format(2))).happen(act("on"))
    assert asked(life) == [("sys.undo", "c")]
    life.happen(result(UNDO.format(2)))
    assert (asked(life), listed(life)[-1]) == ([], DO.format(1))
    assert asked(life.happen(act("back"))) == [("sys.undo", "b")]


def test_a_rollback_waits_for_an_undo_that_an_earlier_one_left_running() -> None:
    life = working().happen(act("back_out")).happen(cancelled(DO.format(2))).happen(act("on")).happen(act("back"))
    assert asked(life) == [("sys.undo", "c")]
    assert asked(life.happen(result(UNDO.format(2)))) == [("sys.undo", "b")]


def test_an_undo_that_fails_after_the_state_was_left_is_a_fault_that_the_next_rollback_takes_up() -> None:
    life = working().happen(act("back_out")).happen(cancelled(DO.format(2))).happen(act("on"))
    life.happen(failure(UNDO.format(2)))
    assert (life.open("fault"), asked(life)) == ([UNDO.format(2)], [])
    life.happen(act("back"))
    assert (life.open("fault"), asked(life), life.record.faults) == ([], [("sys.undo", "c")], {})


TWO_STEPS = WORK.replace(
    "[{call: sys.restore}]",
    "[{call: sys.restore, save: {kind: =result.x}, on_error: [{task: Help, for: [desk]}]}, {task: Look, for: [desk]}]",
)
RESTORE = "1/work/do/2/undo/0"


def two_steps() -> Life:
    return begun(TWO_STEPS).happen(complete("1/work/do/0")).happen(failure("1/work/do/2"))


def test_of_an_undo_that_was_left_only_the_call_finishes() -> None:
    life = two_steps().happen(act("on")).happen(result(RESTORE, x="saved"))
    assert (life.fields["kind"], life.open("task"), listed(life)) == ("saved", [], ["1/work/do/0", "1/work/do/2"])
    assert asked(life.happen(act("back"))) == [("sys.restore", None)]


def test_the_handler_in_an_undo_that_was_left_is_not_begun() -> None:
    life = two_steps().happen(act("on")).happen(failure(RESTORE))
    assert (life.open("task"), life.open("fault")) == ([], [RESTORE])
    life = two_steps().happen(failure(RESTORE))
    assert life.open("task") == [f"{RESTORE}/on_error/0"]


def test_a_task_of_an_undo_is_withdrawn_with_the_state_that_rolls_back() -> None:
    life = two_steps().happen(result(RESTORE)).happen(act("on"))
    assert life.line("task_withdrawn").data["title"] == "Look"
    assert life.record.tokens == {}


def test_people_are_told_again_of_a_task_of_an_undo_that_begins_again() -> None:
    life = two_steps().happen(result(RESTORE))
    first = [row.key for row in life.outbox]
    life.happen(act("on")).happen(act("back")).happen(result(RESTORE))
    again = [row.key for row in life.outbox]
    assert (len(first), len(again), first == again) == (1, 1, False)


def test_at_the_end_only_calls_are_left() -> None:
    life = working().happen(act("back_out")).happen(cancelled(DO.format(2))).happen(act("end"))
    assert [token.kind for token in life.record.tokens.values()] == ["call"]
    assert life.happen(result(UNDO.format(2))).record.tokens == {}


def test_at_the_end_a_task_of_an_undo_is_gone_too() -> None:
    life = two_steps().happen(result(RESTORE)).happen(act("end"))
    assert life.told().count("task_withdrawn") == 1
    assert life.record.tokens == {}


SAME = """
fields: {log: long_text}
states:
  work:
    do:
      - together:
          a: [{call: sys.a, undo: [{call: sys.undo_a}]}, {wait: 1 hour}]
          b: [{task: Undo it, for: [desk]}, {rollback: work}, {set: {log: "{{ log }}b"}}]
          c: [{task: Undo it too, for: [desk]}, {rollback: work}, {set: {log: "{{ log }}c"}}]
    transitions: {out: {to: other, by: [agent]}}
  other: {}
"""
A, B, C = (f"1/work/do/0/branch-{each}" for each in range(3))


@pytest.mark.semantics("H1.11")
def test_a_rollback_waits_for_a_call_of_the_list_that_still_runs() -> None:
    life = begun(SAME).happen(complete(f"{B}/0"))
    assert asked(life) == [("sys.a", None)]
    assert asked(life.happen(result(f"{A}/0"))) == [("sys.undo_a", None)]


def test_of_two_rollbacks_at_once_one_undoes_and_both_wait_for_it() -> None:
    life = begun(SAME).happen(result(f"{A}/0")).happen(complete(f"{B}/0")).happen(complete(f"{C}/0"))
    assert asked(life) == [("sys.undo_a", None)]
    assert life.happen(result(f"{A}/0/undo/0")).fields["log"] == "bc"


def test_leaving_a_state_that_rolls_itself_back_lets_the_undo_call_finish() -> None:
    life = begun(SAME).happen(result(f"{A}/0")).happen(complete(f"{B}/0")).happen(act("out"))
    assert list(life.record.tokens) == [f"{A}/0/undo", f"{A}/0/undo/0"]
    assert life.happen(result(f"{A}/0/undo/0")).record.tokens == {}


def test_a_condition_is_asked_when_the_rollback_begins_and_not_again() -> None:
    text = WORK.replace("id: roll}", "id: roll, when: kind == 'x'}").replace(
        '{set: {log: "{{ log }}prepare "}}', '{set: {kind: y, log: "{{ log }}prepare "}}'
    )
    life = begun(text, kind="x").happen(complete("1/work/do/0")).happen(failure("1/work/do/2"))
    assert life.happen(result(RESTORE)).record.undo == ()


def test_with_nothing_to_undo_a_rollback_is_done_at_once() -> None:
    life = begun("fields: {log: text}\nstates: {work: {do: [{rollback: work}, {set: {log: x}}]}}")
    assert life.fields["log"] == "x"


BESIDE = """
fields: {log: long_text}
blocks:
  beside:
    runs_in: [work, more]
    do: [{task: One, for: [desk], undo: [{set: {log: "{{ log }}one"}}]}, {call: a.b}]
states:
  work: {transitions: {on: {to: more, by: [agent]}}}
  more: {transitions: {back: {to: back, by: [agent]}}}
  back: {do: [{rollback: work}, {set: {log: "{{ log }}."}}, {rollback: more}]}
"""


def test_what_a_block_does_beside_states_is_undone_with_the_state_in_which_it_was_done() -> None:
    life = begun(BESIDE).happen(act("on")).happen(complete("1/-/block-beside/0")).happen(act("back"))
    assert life.fields["log"] == ".one"


def test_what_undoes_something_with_a_block_is_not_undone_itself() -> None:
    text = (
        "fields: {log: text}\nblocks: {mend: {do: [{set: {log: x}, undo: [{fail: wrong}]}]}}\n"
        "states: {work: {do: [{set: {log: y}, undo: [{block: mend}]}, {rollback: work}]}}"
    )
    life = begun(text)
    assert (life.fields["log"], life.record.undo, life.record.faults) == ("x", (), {})


def test_a_call_that_is_tried_again_is_listed_once_and_may_have_happened_the_first_time() -> None:
    text = WORK.replace("    on_error: [{go: back}]\n", "")
    life = begun(text).happen(complete("1/work/do/0")).happen(failure("1/work/do/2")).happen(retry("1"))
    assert listed(life) == ["1/work/do/0", "1/work/do/2"]
    refused = {"error": {"code": "gone", "text": "No", "happened": False}}
    life.happen(Event(Kind.RESULT, "1/work/do/2", None, refused))
    assert listed(life) == ["1/work/do/0", "1/work/do/2"]
    assert life.pass_(HOUR).happen(act("back_out", BOB)).state == "back"
