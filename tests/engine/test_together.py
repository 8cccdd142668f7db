"""Branches side by side: all of them finish, the first error that is caught outside them withdraws the others."""

import pytest

from engine.record import Token
from tests.engine.builders import HOUR, Life, act, begun, complete, failure, occur, result, retry, skip

BRANCHES = """
fields: {log: long_text, got: text}
states:
  first:
    do:
      - together:
          left: [%s]
          right: [%s]
        on_error: [{set: {log: "{{ log }}caught {{ error.step }}"}}]
      - set: {log: "{{ log }}."}
    transitions: {out: {to: last, by: [agent]}}
  last: {final: true}
"""
LEFT, RIGHT = "1/first/do/0/branch-0", "1/first/do/0/branch-1"


def two(left: str, right: str) -> Life:
    return begun(BRANCHES % (left, right))


def add(text: str) -> str:
    return f'{{set: {{log: "{{{{ log }}}}{text}"}}}}'


def test_branches_take_turns_and_the_flow_goes_on_when_all_are_through() -> None:
    life = two(f"{add('a')}, {add('b')}", f"{add('c')}, {{wait: 1 hour}}, {add('d')}")
    assert life.fields["log"] == "acb"
    assert life.record.tokens["1/first/do/0"] == Token("together", life.now, 1, {"open": [1], "next": 2, "of": 2})
    assert life.pass_(HOUR).fields["log"] == "acbd."
    assert life.record.tokens == {}


def test_branches_wait_for_different_things_at_the_same_time() -> None:
    life = two("{task: Look, for: [desk]}", "{call: a.b, save: {got: =result.text}}")
    assert life.happen(result(f"{RIGHT}/0", text="x")).fields["log"] is None
    assert life.happen(complete(f"{LEFT}/0")).fields["log"] == "."


def test_the_first_error_that_is_caught_outside_withdraws_the_other_branches_the_last_first() -> None:
    life = two("{call: a.b, id: it}", "{task: One, for: [desk]}, {wait: 1 hour}")
    life.happen(failure(f"{LEFT}/0"))
    assert life.fields["log"] == "caught it."
    assert [line.what for line in life.lines if "withdrawn" in line.what] == ["task_withdrawn"]
    assert life.record.tokens == {}


def test_an_error_caught_in_its_branch_leaves_the_others_alone() -> None:
    life = two(f"{{call: a.b, on_error: [{add('x')}]}}", "{task: One, for: [desk]}").happen(failure(f"{LEFT}/0"))
    assert (life.fields["log"], life.open("task")) == ("x", [f"{RIGHT}/0"])
    assert life.happen(complete(f"{RIGHT}/0")).fields["log"] == "x."


UNCAUGHT = """
fields: {log: text}
states: {first: {do: [{together: {a: [{call: a.b}], b: [{wait: 1 hour}]}}, {set: {log: through}}]}}
"""


@pytest.mark.parametrize("mended", [[skip("1")], [retry("1"), result("1/first/do/0/branch-0/0")]])
def test_an_error_that_nobody_catches_stands_still_and_the_other_branches_go_on(mended: list[object]) -> None:
    life = begun(UNCAUGHT).happen(failure("1/first/do/0/branch-0/0")).pass_(HOUR)
    assert (life.open("fault"), life.fields["log"]) == (["1/first/do/0/branch-0/0"], None)
    for event in mended:
        life.happen(event)  # type: ignore[arg-type]  # events of two kinds in a table
    assert life.fields["log"] == "through"


@pytest.mark.semantics("D4.2")
def test_leaving_the_state_withdraws_branches_depth_first_and_the_last_first() -> None:
    text = "states: {first: {do: [{together: {%s}}], transitions: {out: {to: last, by: [agent]}}}, last: {}}"
    tasks = ", ".join(f"b{each}: [{{task: T{each}, for: [desk]}}]" for each in range(12))
    life = begun(text % tasks).happen(act("out"))
    withdrawn = [line.data["title"] for line in life.lines if line.what == "task_withdrawn"]
    assert withdrawn == [f"T{each}" for each in reversed(range(12))]
    assert life.record.tokens == {}


def test_of_two_waits_for_an_event_the_first_that_fails_takes_the_other_with_it() -> None:
    wait = "{wait: {event: news, at_most: 1 hour}, save: {at: =event.at}}"
    fields = "fields: {at: datetime, n: {type: number, default: 0}}\n"
    both = f"{{together: {{a: [{wait}], b: [{wait}]}}, on_error: [{{set: {{n: =n + 1}}}}]}}"
    life = begun(f"{fields}states: {{first: {{do: [{both}]}}}}")
    assert life.happen(occur("news", at="soon")).fields["n"] == "1"
    assert life.record.tokens == {}


def test_a_go_in_a_branch_leaves_the_state_with_all_of_them() -> None:
    life = begun("states: {first: {do: [{together: {a: [{go: last}], b: [{wait: 1 hour}]}}]}, last: {}}")
    assert (life.state, life.record.tokens) == ("last", {})


def test_branches_stand_inside_branches() -> None:
    inner = "{together: {c: [{wait: 1 hour}], d: [{wait: 2 hours}]}}"
    life = two(inner, "{wait: 3 hours}")
    assert [life.pass_(HOUR).fields["log"] for _ in range(3)] == [None, None, "."]
