"""Branches, lists, blocks and undo: what of them is read, and every mistake the checker finds in them."""

import pytest

from language.checker import check
from language.codes import CODES
from language.definition import ForEach, Group, Mode, Rollback, Set, Step, Together, UseBlock, Wait
from language.problems import Problem
from language.reading import read_definition
from language.schema.steps import waits_for_certain
from language.surroundings import Surroundings
from language.walking import every_step, flow_of, steps_within

AROUND = Surroundings(people=("ann",), groups=("desk",), roles=("agent", "boss"), calendars=("office",))

MOVE = """\
process: move
version: 1
title: Move
number: MOV
owner: boss
calendar: office
read: [agent]
write: [agent]
start: {to: plan, by: [agent], ask: [summary, helpers, work]}

fields:
  summary: text
  helpers: {type: list, of: user}
  work: {type: list, of: {title: text, hours: number, group: group, kind: text}}
  cost: {type: number, default: 0}

blocks:
  pack:
    do:
      - {task: Pack, for: [desk], due: 1 day, undo: [{task: Unpack, for: [desk], due: 1 day}]}
  watch:
    runs_in: [plan, doing]
    do: [{wait: 1 day}, {notify: Still moving, to: [desk]}]

states:
  plan:
    do:
      - together:
          tell: [{for_each: one in helpers, do: [{notify: "Hello {{ one.name }}", to: [one, one.manager]}]}]
          count: [{set: {cost: 1}}]
      - go: doing
  doing:
    do:
      - for_each: job in work
        do:
          - {set: {cost: =cost + job.hours}, undo: [{set: {cost: =cost - job.hours}}]}
          - {task: "{{ job.title }}", for: [=job.group, job.group.lead], due: 1 day}
        mode: together
      - block: pack
      - go: done
    on_error: [{go: back}]
    transitions: {stop: {to: back, by: [agent]}}
  back:
    do: [{rollback: doing}, {go: failed}]
  done: {final: true}
  failed: {final: true}
"""

SEEDS = [
    ("wrong-kind", "      - go: doing", "      - together: x\n      - go: doing"),
    ("nothing-here", "      - go: doing", "      - together: {}\n      - go: doing"),
    ("bad-name", "          count: [{set", "          Count: [{set"),
    ("wrong-type", "count: [{set: {cost: 1}}]", "count: [{set: {cost: =helpers}}]"),
    ("bad-for-each", "for_each: one in helpers", "for_each: helpers"),
    ("bad-for-each", "for_each: job in work", "for_each: job of work"),
    ("wrong-kind", "for_each: job in work", "for_each: [job, work]"),
    ("bad-name", "for_each: one in helpers", "for_each: any in helpers"),
    ("bad-name", "for_each: one in helpers", "for_each: One in helpers"),
    ("bad-expression", "for_each: job in work", "for_each: job in =work"),
    ("unknown-name", "for_each: job in work", "for_each: job in wrok"),
    ("wrong-type", "for_each: job in work", "for_each: job in summary"),
    ("name-taken", "for_each: one in helpers", "for_each: cost in helpers"),
    ("name-taken", "for_each: one in helpers", "for_each: result in helpers"),
    ("name-taken", "for_each: one in helpers", "for_each: actor in helpers"),
    ("unknown-attribute", "{{ one.name }}", "{{ one.nmae }}"),
    ("unknown-attribute", "=cost - job.hours", "=cost - job.huors"),
    ("wrong-type", "=cost + job.hours", "=cost + job.group"),
    ("not-people", "[=job.group, job.group.lead]", "[=job.hours]"),
    ("unknown-name", "cost: 1}", "cost: =job.hours}"),
    ("bad-choice", "mode: together", "mode: at_once"),
    ("unknown-block", "block: pack", "block: pakc"),
    ("wrong-kind", "block: pack", "block: [pack]"),
    ("unused-block", "      - block: pack\n", "", "pack:"),
    ("block-circle", "      - {task: Pack,", "      - block: pack\n      - {task: Pack,", "pack:"),
    ("block-circle", "do: [{wait: 1 day}, {not", "do: [{block: watch}, {wait: 1 day}, {not", "watch:"),
    ("unknown-state", "runs_in: [plan, doing]", "runs_in: [plan, doign]"),
    ("final-goes-on", "runs_in: [plan, doing]", "runs_in: [plan, done]"),
    ("named-twice", "runs_in: [plan, doing]", "runs_in: [plan, plan]"),
    ("unknown-key", "    runs_in: [plan, doing]", "    run_in: [plan, doing]"),
    ("unknown-state", "{notify: Still moving, to: [desk]}", "{go: stop}"),
    ("unknown-state", "rollback: doing", "rollback: doign"),
    ("nothing-to-undo", "rollback: doing", "rollback: plan"),
    ("nothing-to-undo", "- go: done", "- {go: done, undo: [{set: {cost: 1}}]}"),
    ("step-not-here", "undo: [{set: {cost: =cost - job.hours}}]", "undo: [{go: plan}]"),
    ("step-not-here", "undo: [{set: {cost: =cost - job.hours}}]", "undo: [{do: [{rollback: doing}]}]"),
    ("step-not-here", "stop: {to: back,", "stop: {then: [{set: {cost: 1}, undo: [{set: {cost: 1}}]}], to: back,"),
    ("undo-in-undo", "{task: Unpack, for: [desk], due: 1 day}", "{set: {cost: 1}, undo: [{set: {cost: 2}}]}"),
    ("undo-in-undo", "[{set: {cost: =cost - job.hours}}]", "[{block: pack}]", "- {task: Pack"),
    ("wait-without-deadline", "{task: Pack, for: [desk], due: 1 day,", "{task: Pack, for: [desk],"),
    ("unreachable-state", "back:\n    do: [{rollback", "lost: {do: [{go: done}]}\n  back:\n    do: [{rollback"),
]


def problems(text: str) -> tuple[Problem, ...]:
    return check(text, AROUND)


def changed(old: str, new: str) -> str:
    assert old in MOVE
    return MOVE.replace(old, new, 1)


def test_a_sound_definition_has_no_problems() -> None:
    assert problems(MOVE) == ()


@pytest.mark.parametrize(("code", "old", "new", "line"), [(*seed, None)[:4] for seed in SEEDS])
def test_a_seeded_mistake_is_found_where_it_was_made(code: str, old: str, new: str, line: str | None) -> None:
    text = changed(old, new)
    lines = text.split("\n")
    found = [problem.line for problem in problems(text) if problem.code == code]
    if line is None:
        pairs = zip(MOVE.split("\n"), lines, strict=False)
        wanted = [next(number for number, (before, after) in enumerate(pairs, start=1) if before != after)]
    else:
        wanted = [number for number, one in enumerate(lines, start=1) if one.strip().startswith(line)]
    assert wanted[0] in found, problems(text)
    assert code in CODES


def test_a_mistake_in_the_list_is_shown_at_its_letter() -> None:
    text = MOVE.replace("for_each: job in work", 'for_each: "job in  work + wrok"')
    (problem,) = [each for each in problems(text) if each.code == "unknown-name"]
    assert text.split("\n")[problem.line - 1][problem.column - 1 :].startswith("wrok")


def test_a_go_in_a_block_must_be_possible_in_every_state_that_does_it() -> None:
    text = MOVE.replace("{notify: Still moving, to: [desk]}", "{go: stop}")
    assert [each.code for each in problems(text)] == ["unknown-state"]
    assert problems(text.replace("runs_in: [plan, doing]", "runs_in: [doing]")) == ()


def test_what_is_done_in_blocks_belongs_to_the_states_that_use_them() -> None:
    definition = read_definition(MOVE)
    doing = [type(step) for step in flow_of(definition, definition.states["doing"])]
    assert UseBlock in doing
    assert doing.count(Wait) == 1
    assert len([step for step in every_step(definition) if isinstance(step, Wait)]) == 1
    assert definition.blocks["watch"].runs_in == ("plan", "doing")


def step(written: str) -> Step:
    head, _, _ = MOVE.partition("states:")
    return read_definition(f"{head}states: {{plan: {{do: [{written}]}}}}").states["plan"].do[0]


def test_each_kind_is_read() -> None:
    both = step("{together: {a: [{set: {cost: 1}}], b: [{wait: 1 day}]}}")
    assert isinstance(both, Together)
    assert {name: type(branch[0]) for name, branch in both.branches.items()} == {"a": Set, "b": Wait}
    each = step("{for_each: one in helpers, do: [{wait: 1 day}]}")
    assert isinstance(each, ForEach)
    assert (each.name, each.items.text, each.mode) == ("one", "helpers", Mode.ONE_BY_ONE)
    assert step("{block: pack}").block == "pack"  # type: ignore[attr-defined]  # one kind of step has it
    assert isinstance(step("{rollback: plan}"), Rollback)
    group = step("{do: [{wait: 1 day}], undo: [{set: {cost: 1}}]}")
    assert [type(each) for each in steps_within((group,))] == [Group, Wait, Set]


@pytest.mark.parametrize(
    ("turn", "waits"),
    [
        ("{together: {a: [{set: {cost: 1}}], b: [{wait: 1 day}]}}", True),
        ("{together: {a: [{set: {cost: 1}}]}}", False),
        ("{for_each: one in helpers, do: [{wait: 1 day}]}", False),
        ("{block: pack}", False),
    ],
)
def test_a_turn_waits_for_certain_when_a_branch_does(turn: str, waits: bool) -> None:
    assert waits_for_certain((step(turn),)) is waits
