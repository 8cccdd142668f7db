"""Faults: who is told, who may mend them, what retrying and skipping do, and definitions that go round in circles."""

import pytest

from engine.record import Event, Kind
from tests.engine.builders import (
    ANN,
    BOB,
    CLEO,
    DAN,
    HOUR,
    Life,
    a_definition,
    act,
    begun,
    comment,
    edit,
    failure,
    occur,
    result,
    retry,
    skip,
)

CALL = """
write: [agent]
fields: {summary: text, n: {type: number, valid: n < 5}, owner: {type: user, default: bob}}
states:
  first:
    do: [{call: a.b, save: {n: =result.n}}, {set: {summary: went on}}, {wait: 1 hour}]
    transitions: {out: {to: last, by: [agent]}, again: {to: first, by: [owner]}}
  last: {final: true}
"""
PATH = "1/first/do/0"


def broken() -> Life:
    return begun(CALL).happen(failure(PATH))


def test_the_owner_and_those_who_move_the_record_on_are_told() -> None:
    life = broken()
    assert life.sent() == [("fault", [["name", "boss", ""], ["user", "bob", ""]])]
    assert life.outbox[0].body["with"] == {"code": "failed", "text": "It broke", "step": PATH}
    assert life.told() == ["call_failed", "step_failed", "fault", "told"]


def test_retrying_carries_the_step_out_again_with_the_same_identity() -> None:
    life = broken().happen(retry("1"))
    assert life.open("call") == [PATH]
    assert life.record.faults == {}
    assert life.line("fault_cleared").data == {"how": "retried"}
    assert life.happen(result(PATH, n=3)).fields["summary"] == "went on"


def test_skipping_writes_the_values_and_goes_on_behind_the_step() -> None:
    life = broken().happen(skip("1", BOB, n=4))
    assert (life.fields["n"], life.fields["summary"], life.open("wait")) == ("4", "went on", ["1/first/do/2"])


@pytest.mark.parametrize(
    ("event", "texts"),
    [
        (retry("1", ANN), ["only agent, boss may retry a fault"]),
        (skip("1", ANN, n=1), ["only agent, boss may skip a fault"]),
        (retry("2", CLEO), ['there is no fault "2", or no more. Standing: 1.']),
        (skip("1", DAN, n=7), ["n: it must be so that n < 5 (n is 7, not less than 5)"]),
        (
            skip("x", ANN, summarx="?", n="?"),
            [
                "only agent, boss may skip a fault",
                'no field named "summarx". Did you mean "summary"?',
                'n: "?" is not a number. Write it like 1250 or 12.50, without an exponent or separators for thousands.',
            ],
        ),
    ],
)
def test_mending_is_for_those_who_may_write_and_says_what_is_wrong(event: Event, texts: list[str]) -> None:
    assert broken().refused(event) == texts


def test_without_a_fault_there_is_nothing_to_mend() -> None:
    assert begun(CALL).refused(retry("1")) == ['there is no fault "1", or no more. Nothing stands still.']


def test_a_fault_goes_with_the_state_it_stands_in() -> None:
    life = broken().happen(act("again"))
    assert (life.record.faults, list(life.record.tokens)) == ({}, ["2/first/do/0"])
    assert life.line("fault_cleared").data == {"how": "withdrawn"}
    life.happen(failure("2/first/do/0"))
    assert list(life.record.faults) == ["2"]


ENTRY = """
fields: {n: number}
states:
  first: {entry: [{set: {n: many}}, {set: {n: 2}}], transitions: {out: {to: second, by: [agent]}}}
  second: {transitions: {out: {to: last, by: [agent]}}}
  last: {final: true}
"""


def test_what_fails_on_entry_blocks_nothing_and_stands_until_it_is_mended() -> None:
    life = begun(ENTRY)
    assert (life.state, life.fields["n"], list(life.record.faults)) == ("first", "2", ["1"])
    life.happen(act("out"))
    assert list(life.record.faults) == ["1"]
    assert life.happen(retry("1")).record.faults["2"].text.startswith('n: "many" is not a number')
    assert life.happen(skip("2", DAN)).record.tokens == {}


def test_in_a_final_state_no_fault_stands() -> None:
    life = begun(ENTRY).happen(act("out")).happen(act("out"))
    assert (life.record.faults, life.record.tokens, life.record.final) == ({}, {}, True)


def test_in_a_final_state_no_fault_stands_that_had_no_step() -> None:
    text = """
fields: {team: {type: group, default: gone}}
states: {first: {transitions: {x: {to: last, by: [agent]}}}, last: {final: true}}
"""
    assert begun(text).happen(act("x")).record.faults == {}


def test_a_default_that_is_a_fault_without_a_step_can_be_skipped() -> None:
    life = begun("fields: {team: {type: group, default: gone}}\nstates: {first: {}}")
    assert life.happen(skip("1", BOB, team="desk")).record.faults == {}
    assert life.fields["team"]["id"] == "desk"


ROUND = """
fields: {summary: text, got: text}
states:
  first:
    do: [{call: a.b, save: {summary: =result.text}}]
    transitions:
      spin: {to: second, auto: true, when: summary == 'spin'}
      by_hand: {to: third, by: [agent]}
  second: {transitions: {back: {to: first, auto: true}}}
  third: {}
"""


def test_going_round_in_circles_leaves_the_record_as_it_was_with_one_fault() -> None:
    life = begun(ROUND).happen(edit(BOB, summary="spin"))
    assert (life.state, life.record.visit, life.fields["summary"]) == ("first", 1, None)
    assert life.told() == ["fault", "told"]
    assert life.record.faults["1"].text == (
        "the process goes round in circles: more than 20 transitions in one event, the last into first"
    )


def test_a_start_that_goes_round_in_circles_is_refused_because_no_record_could_have_the_fault() -> None:
    (text,) = Life(a_definition(ROUND)).refused(Event(Kind.START, actor=BOB, data={"summary": "spin"}))
    assert text == (
        "the process goes round in circles: more than 20 transitions in one event, the last into second."
        " Ask the owner of Thing to mend the process."
    )


def test_while_it_stands_auto_transitions_rest_and_people_can_move_the_record() -> None:
    life = begun(ROUND).happen(edit(BOB, summary="spin")).happen(edit(BOB, summary="spin"))
    assert (life.fields["summary"], life.state) == ("spin", "first")
    life.happen(comment("?")).happen(retry("1"))
    assert list(life.record.faults) == ["1"]
    life.happen(edit(BOB, summary="calm")).happen(retry("1"))
    assert life.record.faults == {}
    assert life.happen(act("by_hand")).state == "third"


def test_the_result_that_made_it_go_round_is_used_up() -> None:
    life = begun(ROUND).happen(result(PATH, text="spin"))
    assert (life.open("fault"), life.fields["summary"]) == ([PATH], None)
    assert life.happen(skip("1", BOB, got="x")).record.tokens == {}


def test_a_late_result_while_it_goes_round_makes_no_fault_of_its_step() -> None:
    text = ROUND.replace("summary == 'spin'", "now > created_at")
    life = begun(text)
    life.now += 1
    assert life.happen(result("9/first/do/9")).record.faults["1"].path == ""


ENDLESS = "fields: {n: {type: number, default: 0}}\nstates: {first: {do: [%s]}}"


def test_more_steps_than_any_process_needs_are_a_circle_too() -> None:
    loop = "{repeat: {at_most: 1000, do: [{repeat: {at_most: 1000, do: [{set: {n: =n + 1}}]}}]}}"
    life = begun(ENDLESS % ("{wait: 1 hour}, " + loop)).pass_(HOUR)
    (fault,) = life.record.faults.values()
    assert fault.text == "the process goes round in circles: more than 5000 steps in one event, in first"
    assert (life.fields["n"], life.open("fault")) == ("0", ["1/first/do/0"])


TIMED = """
fields: {n: {type: number, default: 0}, summary: text}
targets: {t: {runs_in: [first], within: 3 hours, at: {100%: [{set: {summary: spin}}]}}}
states:
  first:
    do: [{task: Look, for: [desk], due: 2 hours, at: {100%: [{set: {summary: spin}}]}}]
    transitions:
      late: {after: 1 hour, then: [{set: {summary: spin}}]}
      spin: {to: second, auto: true, when: summary == 'spin'}
  second: {transitions: {back: {to: first, auto: true}}}
"""


def test_a_deadline_that_made_it_go_round_has_acted() -> None:
    life = begun(TIMED).pass_(HOUR)
    assert (list(life.record.faults), life.record.timers) == (["1"], {})
    assert life.record.fired == {"first.late": life.now}
    life = begun(TIMED.replace("after: 1 hour", "after: 9 hours")).pass_(2 * HOUR)
    assert (life.open("task"), list(life.record.faults)) == (["1/first/do/0"], ["1"])
    assert life.record.tokens["1/first/do/0"].data["alarms"] == []
    quiet = TIMED.replace("after: 1 hour", "after: 9 hours").replace("due: 2 hours", "due: 9 hours")
    life = begun(quiet).pass_(3 * HOUR)
    assert life.record.targets["t"].passed == ("100%",)
    assert life.happen(occur("x")).told() == ["not_awaited"]


def test_telling_of_a_circle_may_need_a_fact() -> None:
    text = ROUND.replace("fields:", "owner: =created_by.manager\nfields:")
    life = begun(text).happen(edit(BOB, summary="spin"))
    assert life.sent() == [("fault", [["user", "cleo", ""]])]
