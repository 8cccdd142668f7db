"""Calls of actions: what is asked, what comes back, and what becomes of an answer that is late, bad or an error."""

import pytest

from engine.calls import open_calls
from engine.record import Command, Event, Kind
from tests.engine.builders import BOB, CLEO, Life, act, begun, edit, failure, result

CALL = """
fields: {summary: text, group: group, kind: {type: choice, options: [a, b]}, size: {type: number, valid: size > 1}}
tables: {t: {given: [size], gives: [kind], rows: [["7", a], [any, b]]}}
states:
  first:
    do:
      - call: desk.suggest
        with: {text: "{{ summary }}!", count: 3}
        save: {group: =result.group, size: =result.size}
        timeout: 2 hours
        retry: 0
      - set: {summary: done}
    transitions:
      leave: {to: second, by: [agent]}
      found: {to: third, auto: true, when: group == 'empty'}
  second: {final: true}
  third: {}
"""
PATH = "1/first/do/0"


@pytest.mark.semantics("K1.5")
def test_an_open_call_is_a_command_with_its_own_key() -> None:
    life = begun(CALL, summary="x")
    assert open_calls(life.record) == (
        Command(f"THG1/{PATH}", PATH, "desk.suggest", {"text": "x!", "count": "3"}, 7_200.0, 1),
    )


@pytest.mark.semantics("E1.1")
def test_without_saying_otherwise_a_call_has_five_minutes_and_five_tries() -> None:
    (command,) = open_calls(begun("states: {first: {do: [{call: a.b}]}}").record)
    assert (command.timeout, command.attempts) == (300.0, 5)
    (command,) = open_calls(begun("states: {first: {do: [{call: a.b, retry: 2}]}}").record)
    assert command.attempts == 3


def test_a_result_is_saved_and_the_flow_goes_on() -> None:
    life = begun(CALL).happen(result(PATH, group="desk", size=7))
    assert life.fields["group"] == {"id": "desk", "label": "Desk"}
    assert (life.fields["kind"], life.fields["summary"]) == ("a", "done")
    assert open_calls(life.record) == ()


def test_what_is_saved_may_open_an_auto_transition() -> None:
    assert begun(CALL).happen(result(PATH, group="empty", size=3)).state == "third"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"group": "desc", "size": 7}, 'group: there is no group "desc". Did you mean "desk"?'),
        ({"group": "desk", "size": "much"}, 'size: "much" is not a number'),
        ({"group": "desk", "size": 1}, "size: it must be so that size > 1 (size is 1, not more than 1)"),
    ],
)
def test_a_result_that_cannot_be_saved_fails_the_step_and_writes_nothing(data: dict[str, object], text: str) -> None:
    life = begun(CALL).happen(result(PATH, **data))
    (fault,) = life.record.faults.values()
    assert fault.code == "bad-result"
    assert fault.text.startswith(f"what desk.suggest gave cannot be saved: {text}")
    assert (life.fields["group"], life.fields["size"]) == (None, None)


@pytest.mark.semantics("D2.3")
def test_an_answer_does_not_overwrite_what_a_person_wrote_meanwhile() -> None:
    life = begun(CALL).happen(edit(BOB, size=9)).happen(result(PATH, group="desk", size=7))
    assert life.fields["size"] == "9"
    assert life.line("not_overwritten").name == "size"


def test_an_answer_overwrites_what_was_filled_in_before_the_call() -> None:
    assert begun(CALL, size=9).happen(result(PATH, group="desk", size=7)).fields["size"] == "7"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ({"code": "timeout", "text": "Too\x00 slow"}, ("timeout", "Too\N{REPLACEMENT CHARACTER} slow")),
        ({}, ("failed", "it failed and did not say why")),
        ("odd", ("failed", "odd")),
        ({"text": "x" * 3_000}, ("failed", "x" * 1_999 + "…")),
        ({"code": 5}, ("5", "it failed and did not say why")),
    ],
)
def test_an_error_becomes_a_fault_with_its_words(error: object, said: tuple[str, str]) -> None:
    life = begun(CALL).happen(Event(Kind.RESULT, PATH, data={"error": error}))
    assert [(fault.code, fault.text) for fault in life.record.faults.values()] == [said]


def test_an_error_may_be_handled_where_the_call_is() -> None:
    text = "states: {first: {do: [{call: a.b, on_error: [{set: {summary: =error.text}}]}]}}"
    assert begun(text).happen(failure(PATH, text="No luck")).fields["summary"] == "No luck"


@pytest.mark.semantics("D4.5")
def test_a_call_whose_state_is_left_is_no_longer_asked_for() -> None:
    life = begun(CALL).happen(act("leave"))
    assert life.line("call_withdrawn").name == "desk.suggest"
    assert open_calls(life.record) == ()
    assert life.happen(result(PATH, group="desk")).told() == ["late_result"]


AT_ONCE = """
fields: {summary: text, got: text}
states:
  first:
    transitions:
      move: {to: second, by: [agent], then: [{call: a.b, save: {got: =result.text}}]}
      end: {to: last, by: [agent]}
  second: {transitions: {end: {to: last, by: [agent]}}}
  last: {final: true}
"""


def moved() -> Life:
    return begun(AT_ONCE).happen(act("move"))


def test_a_call_made_on_the_way_is_saved_whatever_the_state() -> None:
    life = moved()
    (path,) = life.open("call")
    assert path == "1/first/then-move-2.1/0"
    assert life.happen(result(path, text="hello")).fields["got"] == "hello"
    assert life.record.tokens == {}


def test_nothing_is_written_to_a_record_that_is_closed() -> None:
    life = moved()
    (path,) = life.open("call")
    life.happen(act("end", CLEO)).happen(result(path, text="late"))
    assert (life.told(), life.fields["got"]) == (["call_ended"], None)


def test_the_failure_of_a_call_made_on_the_way_blocks_nothing() -> None:
    life = moved()
    (path,) = life.open("call")
    life.happen(failure(path))
    assert life.open("fault") == [path]
    assert life.happen(act("end")).record.faults == {}
