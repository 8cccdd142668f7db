"""Paths: where a step stands, as a text."""

import pytest

from engine.paths import (
    at_once,
    container,
    holder,
    index,
    order,
    root,
    sequence,
    step_at,
    transition_named,
    transitions_of,
    undone,
    within,
)
from language.definition import Step
from tests.engine.builders import a_definition

EVERYWHERE = """
start: {to: first, then: [{notify: start, to: [desk]}]}
targets: {t: {runs_in: [first], within: 1 hour, at: {75%: [{notify: target, to: [desk]}]}}}
blocks: {part: {runs_in: [first], do: [{notify: part, to: [desk]}]}}
states:
  first:
    entry: [{notify: entry, to: [desk]}]
    do:
      - do: [{notify: group, to: [desk]}]
        on_error: [{notify: caught, to: [desk]}]
      - repeat: {at_most: 2, do: [{notify: turn, to: [desk]}]}
      - choose: [{when: true, do: [{notify: one, to: [desk]}]}, {do: [{notify: two, to: [desk]}]}]
      - {task: x, for: [desk], due: 1 hour, at: {50%: [{notify: half, to: [desk]}]}}
      - together: {a: [{notify: side, to: [desk]}], b: [{for_each: x in y, do: [{notify: entry_of_y, to: [desk]}]}]}
      - {block: part, undo: [{notify: undone, to: [desk]}]}
    on_error: [{notify: last, to: [desk]}]
    transitions: {own: {by: [agent], then: [{notify: own, to: [desk]}]}}
  second: {transitions: {top: {by: [agent], to: first}}}
transitions: {top: {from: [first, second], by: [agent], then: [{notify: top, to: [desk]}]}}
"""


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("0/-/then-start-1.1/0", "start"),
        ("1/first/entry/0", "entry"),
        ("1/first/do/0/do/0", "group"),
        ("1/first/do/0/on_error/0", "caught"),
        ("1/first/do/1/turn-12/0", "turn"),
        ("1/first/do/2/branch-0/0", "one"),
        ("1/first/do/2/branch-1/0", "two"),
        ("1/first/do/3/at-50%.7/0", "half"),
        ("1/first/do/4/branch-0/0", "side"),
        ("1/first/do/4/branch-1/0/item-17/0", "entry_of_y"),
        ("1/first/do/5/block/0", "part"),
        ("1/first/do/5/undo/0", "undone"),
        ("7/-/block-part/0", "part"),
        ("1/first/on_error/0", "last"),
        ("1/first/then-own-7.2/0", "own"),
        ("1/first/then-top-7.1/0", "top"),
        ("3/first/target-t-75%/0", "target"),
    ],
)
def test_a_path_leads_to_its_step(path: str, message: str) -> None:
    step: Step = step_at(a_definition(EVERYWHERE), path)
    assert getattr(step, "message") == message  # noqa: B009 - one kind of step has it


@pytest.mark.parametrize("path", ["1/first/entry/0", "0/-/then-start-1.1/0", "1/a/target-t-75%/3", "1/a/do/3/at-50%/0"])
def test_some_steps_are_carried_out_at_once(path: str) -> None:
    assert at_once(path)
    assert not at_once("1/first/do/0")


def test_a_path_can_be_taken_apart() -> None:
    assert sequence("3/new/do/0/turn-2/1") == "3/new/do/0/turn-2"
    assert (index("3/new/do/12"), container("3/new/do/0/turn-2")) == (12, ("turn", "2"))
    assert (holder("3/new/do/0/turn-2"), holder("3/new/do")) == ("3/new/do/0", None)


def test_a_path_lies_in_another_only_at_a_boundary() -> None:
    assert within("1/a/do/1/do/0", "1/a/do/1")
    assert within("1/a/do/1", "1/a/do/1")
    assert not within("1/a/do/12", "1/a/do/1")


def test_paths_sort_as_they_are_read() -> None:
    paths = ["2/a/do/0", "1/a/do/10", "1/a/do/9", "1/a/do", "1/a/do/9/turn-10/1", "1/a/do/9/turn-2/1", "1/-/block-b"]
    assert sorted(paths, key=order) == [
        "1/-/block-b",
        "1/a/do",
        "1/a/do/9",
        "1/a/do/9/turn-2/1",
        "1/a/do/9/turn-10/1",
        "1/a/do/10",
        "2/a/do/0",
    ]


def test_a_path_says_what_it_undoes_and_where_its_root_is() -> None:
    assert undone("1/a/do/2/undo/0/do/1") == undone("1/a/do/2/undo") == "1/a/do/2"
    assert undone("1/undo/do/2") == ""
    assert (root("4/-/block-b/0/do/1"), root("1/a/do")) == ("4/-/block-b", "1/a/do")


def test_transitions_are_a_states_own_and_then_those_of_several_states() -> None:
    definition = a_definition(EVERYWHERE)
    assert [each.name for each in transitions_of(definition, "first")] == ["own", "top"]
    assert [bool(each.to) for each in transitions_of(definition, "second")] == [True]
    assert transitions_of(definition, "") == ()
    assert transition_named(definition, "first", "none") is None
    assert transition_named(definition, "second", "own") is None
