"""What was done can still be undone in the new version, each once, the last first; else the record stays as it is."""

import pytest

from engine.calls import open_calls
from engine.record import Event, Kind
from engine.undoing import ending_calls
from tests.engine.builders import BOB, Life, act, begun, complete, failure, result, retry
from tests.engine.moving.house import kept, moved, told, version

WORK = """
fields: {log: long_text, work: {type: list, of: text}}
states:
  work:
    do:
      - {task: Prepare, for: [desk], id: prepare, undo: [{set: {log: "{{ log }}prepare "}}]}
      - for_each: one in work
        do: [{call: sys.do, with: {what: =one}, undo: [{call: sys.undo, with: {what: =one}}]}]
      - {call: sys.deploy, id: deploy, undo: [{call: sys.restore}]}
    transitions: {back_out: {to: back, by: [agent]}}
  back:
    do: [{rollback: work, id: roll}, {set: {log: "{{ log }}."}}]
  last: {final: true}
transitions: {end: {from: [work, back], to: last, by: [agent]}}
"""
INSERTED = WORK.replace("    do:\n      - {task", "    do:\n      - {set: {log: =log}}\n      - {task")


def working() -> Life:
    """A record in whose work one of two calls was made and the second is running."""
    life = begun(WORK, work=["a", "b"]).happen(complete("1/work/do/0"))
    return life.happen(result("1/work/do/1/item-0/0"))


def undo_all(life: Life) -> list[object]:
    """Answer every call that is made; give what they were given."""
    asked: list[object] = []
    while calls := open_calls(life.record):
        asked.append(calls[0].input.get("what", calls[0].action))
        life.happen(result(calls[0].path))
    return asked


@pytest.mark.semantics("M2.11")
def test_what_is_to_be_undone_goes_along() -> None:
    life = moved(working(), INSERTED)
    assert [each.path for each in life.record.undo] == [
        "2/work/do/1",
        "2/work/do/2/item-0/0",
        "2/work/do/2/item-1/0",
    ]
    life.happen(result("1/work/do/1/item-1/0")).happen(result("2/work/do/3")).happen(act("back_out"))
    assert undo_all(life) == ["sys.restore", "b", "a"]
    assert life.fields["log"] == "prepare ."


def test_it_is_undone_as_the_new_version_says() -> None:
    life = moved(working(), INSERTED.replace("{call: sys.undo, with: {what: =one}}", "{call: sys.repair}"))
    life.happen(result("1/work/do/1/item-1/0")).happen(result("2/work/do/3")).happen(act("back_out"))
    assert undo_all(life) == ["sys.restore", "sys.repair", "sys.repair"]


@pytest.mark.semantics("M2.11")
def test_what_could_not_be_undone_any_more_keeps_the_record() -> None:
    reason = "is done and can be undone, and version 2 does not say how. Keep the step and its undo."
    (only,) = kept(working(), WORK.replace(', undo: [{set: {log: "{{ log }}prepare "}}]', ""))
    assert only == f"prepare in work {reason}"
    life = working().happen(act("back_out"))
    assert kept(life, WORK.replace("one in work", "each in work"))[0] == f"1/work/do/1/item-0/0 in work {reason}"


def test_a_call_that_is_still_ending_is_waited_for_under_its_old_name() -> None:
    life = moved(working().happen(act("back_out")), INSERTED)
    assert ending_calls(life.record) == ("1/work/do/1/item-1/0",)
    assert open_calls(life.record) == ()
    life.happen(Event(Kind.RESULT, "1/work/do/1/item-1/0", None, {"cancelled": True}))
    assert ending_calls(life.record) == ()
    assert undo_all(life) == ["b", "a"]


def test_a_call_that_was_moved_and_then_left_is_waited_for_under_its_old_name() -> None:
    life = moved(working(), INSERTED).happen(act("back_out"))
    assert ending_calls(life.record) == ("1/work/do/1/item-1/0",)
    life = moved(life, version(3, WORK))
    assert ending_calls(life.record) == ("1/work/do/1/item-1/0",)
    life.happen(result("1/work/do/1/item-1/0"))
    assert undo_all(life) == ["b", "a"]


def test_an_undo_that_goes_on_does_so_and_one_that_stands_still_can_be_mended() -> None:
    life = working().happen(result("1/work/do/1/item-1/0")).happen(act("back_out"))
    life.happen(Event(Kind.RESULT, "1/work/do/2", None, {"cancelled": True}))
    life.happen(failure("1/work/do/2/undo/0"))
    mended = INSERTED.replace("undo: [{call: sys.restore}]", "undo: [{call: sys.restore_all}]")
    moved(life, mended)
    assert told(life) == [("fault_cleared", "1"), ("goes_on", UNDOING), ("call_started", "sys.restore_all")]
    assert undo_all(life) == ["sys.restore_all", "b", "a"]


UNDOING = "the undoing of what was done in work"


def test_an_undo_of_which_nothing_is_left_is_done() -> None:
    life = working().happen(result("1/work/do/1/item-1/0")).happen(act("back_out"))
    life.happen(Event(Kind.RESULT, "1/work/do/2", None, {"cancelled": True}))
    before = "undo: [{call: sys.restore}]"
    life = moved(life, version(2, WORK.replace(before, "undo: [{call: sys.restore, id: restore}, {set: {log: x}}]")))
    life.happen(failure("1/work/do/2/undo/0"))
    moved(life, version(3, WORK.replace(before, "undo: [{set: {log: x}}]")))
    assert undo_all(life) == ["b", "a"]


def test_an_undo_that_is_partly_done_otherwise_does_not_begin_again() -> None:
    text = WORK.replace("undo: [{call: sys.restore}]", "undo: [{set: {log: y}}, {call: sys.restore}]")
    life = begun(text, work=[]).happen(complete("1/work/do/0")).happen(result("1/work/do/2")).happen(act("back_out"))
    life.happen(failure("1/work/do/2/undo/1"))
    other = WORK.replace("undo: [{call: sys.restore}]", "undo: [{set: {log: z}}, {call: sys.other}]")
    (reason,) = kept(life, other, "back")
    assert reason == f"which steps of {UNDOING} are done cannot be told, because they are others and have no id"


def test_a_rollback_goes_by_the_new_name_of_the_state() -> None:
    renamed = WORK.replace("  work:\n", "  labour:\n").replace("from: [work", "from: [labour")
    renamed = renamed.replace("rollback: work, id: roll", "rollback: labour, id: roll")
    text = f"start: {{to: labour, ask: [work]}}\n{renamed}migrate: {{from: 1, states: {{work: labour}}}}\n"
    life = working().happen(result("1/work/do/1/item-1/0")).happen(act("back_out"))
    life.happen(Event(Kind.RESULT, "1/work/do/2", None, {"cancelled": True}))
    moved(life, text)
    assert [each.state for each in life.record.undo] == ["labour"] * 4
    assert life.record.tokens["4/back/do/0"].data == {"state": "labour", "at": "3/labour/do/2"}
    assert undo_all(life) == ["sys.restore", "b", "a"]


def test_a_rollback_of_another_state_begins_anew() -> None:
    life = working().happen(result("1/work/do/1/item-1/0")).happen(act("back_out"))
    life.happen(Event(Kind.RESULT, "1/work/do/2", None, {"cancelled": True}))
    moved(life, WORK.replace("rollback: work, id: roll", "rollback: back, id: roll"))
    assert [what for what, _ in told(life)] == ["rollback_started", "rolled_back"]


def test_a_fault_of_an_undo_is_retried_after_a_move() -> None:
    life = working().happen(result("1/work/do/1/item-1/0")).happen(act("back_out"))
    life.happen(Event(Kind.RESULT, "1/work/do/2", None, {"cancelled": True}))
    life = moved(life.happen(failure("1/work/do/2/undo/0")), INSERTED).happen(retry("1", BOB))
    assert undo_all(life) == ["sys.restore", "b", "a"]


BLOCK = """
fields: {log: long_text}
blocks: {beside: {runs_in: [work, back], do: [{call: sys.do, id: %s, undo: [{call: sys.undo}]}, {wait: 1 day}]}}
states:
  work: {transitions: {back_out: {to: back, by: [agent]}}}
  back: {do: [{rollback: work}]}
  last: {final: true}
transitions: {end: {from: [work, back], to: last, by: [agent]}}
"""


def test_what_a_block_did_goes_along_or_keeps_the_record() -> None:
    life = begun(BLOCK % "a").happen(result("1/-/block-beside/0"))
    assert [each.path for each in moved(life, BLOCK.replace("do: [", "do: [{set: {log: x}}, ") % "a").record.undo] == [
        "2/-/block-beside/1"
    ]
    assert kept(life, version(3, BLOCK.replace("beside", "other") % "a"))[0].startswith("a in work is done")
