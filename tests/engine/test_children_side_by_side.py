"""Records that are run in branches, lists and blocks, and what undoes a step that has run or started one."""

from typing import Any

import pytest

from engine.record import Event, Kind
from tests.engine.builders import BOB, MINUTE, Life, act, begun, retry


def ended(path: str, name: str = "JOB1") -> Event:
    """Say that a record has ended."""
    return Event(Kind.CHILD, path, data={"result": {"id": name, "state": "done"}})


def rows(life: Life, kind: str) -> list[Any]:
    """Give what was sent of a kind: the paths, or the bodies of events."""
    return [row.body.get("path", row.body) for row in life.outbox if row.kind == kind]


TOGETHER = """
fields: {log: text}
states:
  first:
    do:
      - together:
          left: [{run: job}]
          right: [{run: task_force}, {fail: Not this way}]
        on_error: [{set: {log: =error.text}}]
      - {wait: 1 hour}
    transitions: {leave: {to: second, by: [agent]}}
  second: {final: true}
"""
LEFT, RIGHT = "1/first/do/0/branch-0/0", "1/first/do/0/branch-1/0"


def test_records_run_together_and_all_of_them_are_waited_for() -> None:
    life = begun(TOGETHER.replace(", {fail: Not this way}", ""))
    assert rows(life, "start") == [LEFT, RIGHT]
    assert life.happen(ended(RIGHT)).open("wait") == []
    assert life.happen(ended(LEFT)).open("wait") == ["1/first/do/1"]


def test_the_record_run_in_a_branch_that_is_cancelled_is_left() -> None:
    life = begun(TOGETHER).happen(ended(RIGHT))
    assert (rows(life, "leave"), life.fields["log"]) == ([LEFT], "Not this way")
    assert life.happen(ended(LEFT)).told() == ["late_child"]


def test_leaving_the_state_leaves_all_of_them_the_last_first() -> None:
    assert rows(begun(TOGETHER).happen(act("leave")), "leave") == [RIGHT, LEFT]


EACH = """
fields: {names: {type: list, of: text}, log: text}
states:
  first:
    do:
      - for_each: name in names
        mode: one_by_one
        do: [{run: job, with: {title: =name}, save: {log: "{{ log }}{{ name }}: {{ result.id }} "}}]
"""


def test_a_record_is_run_for_each_entry() -> None:
    life, item = begun(EACH, names=["a", "b"]), "1/first/do/0/item-{}/0"
    assert rows(life, "start") == [item.format(0)]
    assert rows(life.happen(ended(item.format(0), "JOB1")), "start") == [item.format(1)]
    assert life.happen(ended(item.format(1), "JOB2")).fields["log"] == "a: JOB1 b: JOB2 "


def test_or_for_all_entries_together() -> None:
    life = begun(EACH.replace("one_by_one", "together"), names=["a", "b"])
    assert [row.body["fields"] for row in life.outbox] == [{"title": "a"}, {"title": "b"}]


BLOCK = """
fields: {log: text}
blocks:
  beside: {runs_in: [first, second], do: [{run: job}, {set: {log: done}}]}
states:
  first: {transitions: {on: {to: second, by: [agent]}}}
  second: {transitions: {off: {to: third, by: [agent]}}}
  third: {}
"""
BESIDE = "1/-/block-beside/0"


def test_a_record_run_in_a_block_is_left_when_the_block_stops() -> None:
    life = begun(BLOCK)
    assert rows(life, "start") == [BESIDE]
    assert rows(life.happen(act("on")), "leave") == []
    assert rows(life.happen(act("off")), "leave") == [BESIDE]


def test_its_end_lets_the_block_go_on() -> None:
    assert begun(BLOCK).happen(act("on")).happen(ended(BESIDE)).fields["log"] == "done"


UNDO = """
fields: {{job: text, log: text}}
states:
  first:
    do:
      - {{{step}: job, save: {{job: =result.id}}, undo: [{{send: job.cancel, to: =job}}]}}
      - {{wait: 1 hour}}
    transitions: {{back: {{to: back, by: [agent]}}}}
  back:
    do: [{{rollback: first}}, {{set: {{log: back}}}}]
"""


@pytest.mark.parametrize("step", ["run", "start"])
def test_what_was_run_or_started_is_undone(step: str) -> None:
    life = begun(UNDO.format(step=step)).happen(ended("1/first/do/0")).happen(act("back"))
    (event,) = rows(life, "send")
    assert (event["event"], event["to"], life.fields["log"]) == ("job.cancel", ["JOB1"], "back")


@pytest.mark.parametrize("step", ["run", "start"])
def test_what_has_not_come_to_its_end_or_beginning_is_not_undone(step: str) -> None:
    life = begun(UNDO.format(step=step)).happen(act("back"))
    assert (rows(life, "send"), life.fields["log"]) == ([], "back")


def test_what_is_run_in_an_undo_is_left_with_the_rollback() -> None:
    text = UNDO.format(step="run").replace("send: job.cancel, to: =job", "run: cancelling")
    text += "    transitions: {stop: {to: end, by: [agent]}}\n  end: {}\n"
    life = begun(text).happen(ended("1/first/do/0")).happen(act("back"))
    assert rows(life, "start") == ["1/first/do/0/undo/0"]
    assert rows(life.happen(act("stop")), "leave") == ["1/first/do/0/undo/0"]


LATE = """
fields: {log: text}
states:
  first:
    do:
      - task: Look
        for: [desk]
        due: 10 minutes
        at: {50%: [{start: job, save: {log: "{{ seats }}: {{ result.id }}"}}]}
"""


def test_a_start_on_the_way_knows_the_local_names_when_it_saves() -> None:
    life = begun(LATE).pass_(6 * MINUTE)
    (path,) = life.open("start")
    assert life.happen(ended(path)).fields["log"] == "Bob Baker, Cleo Cole: JOB1"


CIRCLE = """
fields: {n: {type: number, default: 0}}
states:
  first: {do: [{run: job, save: {n: =1}}], transitions: {on: {to: second, auto: true, when: n > 0}}}
  second: {transitions: {back: {to: first, auto: true, when: n > 0}}}
"""


def test_an_end_that_sends_the_process_round_in_circles_is_a_fault_of_the_step() -> None:
    life = begun(CIRCLE).happen(ended("1/first/do/0"))
    (fault,) = life.record.faults.values()
    assert (fault.code, fault.path, life.state) == ("circles", "1/first/do/0", "first")
    assert rows(life.happen(retry("1", BOB)), "start") == ["1/first/do/0"]
