"""Blocks: steps with a name, used in several places or running beside states."""

import pytest

from tests.engine.builders import DAY, HOUR, act, begun, complete, failure, result

USED = """
fields: {log: text, n: {type: number, default: 0}}
blocks:
  count: {do: [{set: {n: =n + 1}}, {task: "Task {{ n }}", for: [desk], id: look}]}
  twice: {do: [{block: count}, {block: count, on_error: [{set: {log: caught}}]}]}
states:
  first:
    do: [{block: twice}, {set: {log: "{{ log }} through"}}]
    transitions: {out: {to: last, by: [agent]}}
  last: {final: true}
"""


def test_a_block_is_done_where_it_is_used() -> None:
    life = begun(USED)
    assert life.open("task") == ["1/first/do/0/block/0/block/1"]
    life.happen(complete("1/first/do/0/block/0/block/1")).happen(complete("1/first/do/0/block/1/block/1"))
    assert (life.fields["n"], life.fields["log"], life.record.tokens) == ("2", " through", {})


def test_what_a_block_does_ends_with_the_state_that_uses_it() -> None:
    assert begun(USED).happen(act("out")).line("task_withdrawn").data["title"] == "Task 1"


def test_a_block_that_comes_back_to_itself_is_an_error_and_not_the_end() -> None:
    life = begun("blocks: {a: {do: [{block: b}]}, b: {do: [{block: a}]}}\nstates: {first: {do: [{block: a}]}}")
    (fault,) = life.record.faults.values()
    assert (fault.code, fault.text) == ("too-deep", "the block a is used more than 10 blocks deep: use fewer")


BESIDE = """
fields: {log: long_text}
blocks:
  watch:
    runs_in: [plan, work]
    do: [{task: Watch, for: [desk]}, {set: {log: watched}}]
  other: {runs_in: [work], do: [{wait: 1 day}]}
states:
  draft: {}
  plan: {do: [{task: Plan, for: [desk]}]}
  work: {}
  done: {}
  closed: {final: true}
transitions:
  draft: {from: [plan, work, done], to: draft, by: [agent]}
  plan: {from: [draft, work, done], to: plan, by: [agent]}
  work: {from: [draft, plan, work, done], to: work, by: [agent]}
  done: {from: [draft, plan, work], to: done, by: [agent]}
  close: {from: [draft, plan, work, done], to: closed, by: [agent]}
"""
WATCH = "2/-/block-watch"


def test_a_block_begins_on_entering_the_first_of_its_states_and_moving_between_them_does_not_disturb_it() -> None:
    life = begun(BESIDE).happen(act("plan"))
    assert life.open("task") == [f"{WATCH}/0", "2/plan/do/0"]
    for name in ("work", "work", "plan"):
        life.happen(act(name))
        assert life.record.tokens[f"{WATCH}/0"].seq == 2
    assert life.happen(complete(f"{WATCH}/0")).fields["log"] == "watched"
    assert life.line("block_through").name == "watch"


@pytest.mark.parametrize("to", ["draft", "done", "close"])
def test_a_block_stops_on_entering_any_other_state(to: str) -> None:
    life = begun(BESIDE).happen(act("work")).happen(act(to))
    assert [line.name for line in life.lines if line.what == "block_stopped"] == ["other", "watch"]
    assert life.line("task_withdrawn").data["title"] == "Watch"
    assert life.record.tokens == {}


def test_a_block_that_is_through_begins_again_only_after_it_stopped() -> None:
    life = begun(BESIDE).happen(act("plan")).happen(complete(f"{WATCH}/0")).happen(act("work"))
    assert f"{WATCH}/0" not in life.record.tokens
    assert "block_stopped" not in life.happen(act("plan")).told()[2:]
    life.happen(act("done"))
    assert life.record.tokens == {}
    assert life.happen(act("work")).open("block") == ["6/-/block-watch", "6/-/block-other"]


def test_what_fails_in_a_block_stands_still_and_is_not_for_the_state() -> None:
    text = (
        "blocks: {b: {runs_in: [first], do: [{call: a.b}, {wait: 1 day}]}}\n"
        "states: {first: {on_error: [{go: last}], do: [{wait: 2 days}]}, last: {}}"
    )
    life = begun(text).happen(failure("1/-/block-b/0"))
    assert (life.state, life.open("fault")) == ("first", ["1/-/block-b/0"])


GOES = """
fields: {log: text}
blocks:
  b:
    runs_in: [first, second]
    do: [{wait: 1 hour}, {choose: [{when: summary == 'x', do: [{go: second}]}, {do: [{go: out}]}]}, {set: {log: y}}]
states:
  first: {transitions: {out: {to: third, by: [agent]}}}
  second: {}
  third: {}
"""


@pytest.mark.parametrize(("summary", "state", "log"), [("x", "second", "y"), ("", "third", None)])
def test_a_go_in_a_block_leaves_the_state_and_the_block_only_where_it_stops(
    summary: str, state: str, log: str | None
) -> None:
    life = begun(GOES.replace("{log: text}", "{log: text, summary: text}"), summary=summary).pass_(HOUR)
    assert (life.state, life.fields["log"]) == (state, log)


def test_the_result_of_a_call_of_a_block_arrives_in_any_of_its_states() -> None:
    text = BESIDE.replace("{task: Watch, for: [desk]}", "{call: a.b, save: {log: =result.x}}").replace(
        ", {set: {log: watched}}", ""
    )
    life = begun(text).happen(act("plan")).happen(act("work"))
    assert life.happen(result(f"{WATCH}/0", x="hello")).fields["log"] == "hello"


def test_time_acts_in_a_block_whatever_the_state() -> None:
    life = begun(BESIDE.replace("{task: Watch, for: [desk]}", "{wait: 1 day}")).happen(act("plan")).pass_(DAY / 2)
    assert life.happen(act("work")).pass_(DAY / 2).fields["log"] == "watched"
