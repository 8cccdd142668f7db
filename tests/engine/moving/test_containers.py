"""Loops, branches, lists and blocks: what goes on in them does so in theirs of the new version."""

import pytest

from engine.calls import open_calls
from tests.engine.builders import BOB, HOUR, Life, act, begun, complete, failure, occur, result
from tests.engine.moving.house import kept, moved, told

OUTER = """
fields: {n: {type: number, default: 0}, log: long_text, words: {type: list, of: text, default: [a, b, c]}}
states:
  open:
    do: %s
    transitions: {on: {to: more, by: [agent]}, away: {to: off, by: [agent]}}
  more: {transitions: {away: {to: off, by: [agent]}, back: {to: open, by: [agent]}}}
  off: {transitions: {back: {to: open, by: [agent]}}}
  over: {final: true}
transitions: {end: {from: [open, more, off], to: over, by: [agent]}}
"""


def doing(steps: str, more: str = "") -> str:
    return OUTER % f"[{steps}]" + more


def log(letter: str) -> str:
    return f'{{set: {{log: "{{{{ log }}}}{letter}"}}}}'


def logged(life: Life) -> str:
    return str(life.fields["log"] or "")


WAIT = "{wait: 1 hour, id: w}"
LOOP = "{repeat: {at_most: %s, do: [%s]}}"
FIRST, NEXT = f"{WAIT}, {log('a')}", f"{WAIT}, {log('b')}"


@pytest.mark.parametrize(
    ("old", "new", "then"),
    [
        (LOOP % (5, FIRST), LOOP % (5, NEXT), "abbbb"),
        (LOOP % (5, FIRST), LOOP % (2, NEXT), "ab"),
        (f"{{do: [{FIRST}]}}, {log('x')}", f"{{do: [{NEXT}]}}, {log('y')}", "by"),
        (f"{{do: [{FIRST}]}}, {log('x')}", f"{{do: [{log('z')}, {NEXT}], when: n == 9}}, {log('y')}", "by"),
        (
            f"{{choose: [{{when: n == 0, do: [{FIRST}]}}, {{do: [{log('x')}]}}]}}",
            f"{{choose: [{{when: n == 5, do: [{log('y')}]}}, {{when: n == 0, do: [{NEXT}]}}, {{do: [{log('x')}]}}]}}",
            "b",
        ),
        (
            f"{{choose: [{{when: n == 0, do: [{FIRST}]}}, {{do: [{log('x')}]}}]}}",
            f"{{choose: [{{when: n == 7, do: [{NEXT}]}}, {{do: [{log('x')}]}}]}}",
            "b",
        ),
        (f"{{together: {{l: [{FIRST}], r: [{log('r')}]}}}}", f"{{together: {{l: [{NEXT}], r: [{log('s')}]}}}}", "rb"),
        (f"{{for_each: x in words, do: [{FIRST}]}}", f"{{for_each: x in words, do: [{NEXT}]}}", "abb"),
        (f"{FIRST}, {log('x')}", f"{LOOP % (2, NEXT)}", "bb"),
        (f"{LOOP % (5, FIRST)}, {log('x')}", f"{NEXT}, {log('y')}", "aby"),
    ],
)
def test_what_goes_on_inside_does_so_in_the_new_version(old: str, new: str, then: str) -> None:
    life = begun(doing(old))
    if then.startswith("a"):
        life.pass_(HOUR)
    assert logged(moved(life, doing(new)).pass_(6 * HOUR)) == then


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            f"{{choose: [{{when: n == 0, do: [{log('a')}, {{wait: 1 hour}}]}}, {{do: [{log('x')}]}}]}}",
            f"{{choose: [{{when: n == 1, do: [{log('a')}, {{wait: 1 hour}}]}}, {{do: [{log('x')}]}}]}}",
        ),
        (f"{{together: {{l: [{FIRST}], r: [{log('r')}]}}}}", f"{{together: {{l: [{NEXT}], q: [{log('s')}]}}}}"),
        (f"{{for_each: x in words, do: [{FIRST}]}}", f"{{for_each: y in words, do: [{NEXT}]}}"),
        (f"{{together: {{l: [{FIRST}], r: [{log('r')}]}}}}", FIRST),
        (f"{{for_each: x in words, do: [{FIRST}]}}", FIRST),
    ],
)
def test_what_goes_on_otherwise_and_is_partly_done_keeps_the_record(old: str, new: str) -> None:
    life = begun(doing(old)).pass_(HOUR) if "for_each" in old else begun(doing(old))
    (reason,) = kept(life, doing(new))
    assert reason == (
        "step 1 of do of open is something else in version 2, and part of it is done. "
        "To let do of open begin again, restart open."
    )
    assert told(moved(life, doing(new), "open"))[-1] == ("begins_again", "do of open")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{do: [{wait: 1 hour}, %s]}", "{do: [{wait: 2 hours}, %s]}"),
        ("{together: {l: [{wait: 1 hour}, %s]}}", "{together: {m: [{wait: 2 hours}, %s]}}"),
        ("{for_each: x in words, do: [{wait: 1 hour}, %s]}", "{for_each: y in words, do: [{wait: 2 hours}, %s]}"),
        ("{repeat: {at_most: 1, do: [{wait: 1 hour}, %s]}}", "{repeat: {at_most: 1, do: [{wait: 2 hours}, %s]}}"),
        ("{together: {l: [{wait: 1 hour}], r: [{wait: 1 hour}, %s]}}", "{wait: 2 hours}, %s"),
        ("{block: mend}", "{block: other}"),
    ],
)
def test_a_step_of_which_nothing_is_done_gives_way_to_what_stands_there_now(old: str, new: str) -> None:
    blocks = f"blocks: {{mend: {{do: [{{wait: 1 hour}}, {log('a')}]}}, other: {{do: [{{wait: 2 hours}}, {log('b')}]}}}}"
    life = begun(doing(old % log("a") if "%" in old else old, blocks)).pass_(HOUR / 2)
    moved(life, doing(new % log("b") if "%" in new else new, blocks))
    assert logged(life.pass_(HOUR)) == ""
    assert logged(life.pass_(6 * HOUR)).startswith("b")


@pytest.mark.parametrize(
    "inside",
    [
        "{choose: [{when: n == 5, do: [%s]}, {do: [%s]}]}",
        "{repeat: {at_most: 1, do: [{choose: [{when: n == 1, do: [%s]}, {do: [%s]}]}]}}",
        "{do: [%s, {block: named}]}",
    ],
)
def test_what_is_open_is_found_wherever_it_was_put_by_its_id(inside: str) -> None:
    block = f"blocks: {{named: {{do: [{NEXT}]}}}}\n" if "named" in inside else ""
    filled = inside % ((log("x"), NEXT) if inside.count("%s") == 2 else log("x"))
    life = moved(begun(doing(FIRST)).pass_(HOUR / 2), doing(filled, block))
    assert logged(life.pass_(HOUR / 2)) == "b"


def test_a_block_that_uses_itself_is_compared_once() -> None:
    text = doing("{block: round}", "blocks: {round: {do: [{wait: 1 hour}, {block: round}]}}\n")
    life = begun(text)
    tokens = life.record.tokens
    assert moved(life, text).record.tokens == tokens


def test_a_running_call_in_a_step_that_is_gone_keeps_the_record() -> None:
    life = begun(doing("{do: [{call: a.one}]}"))
    assert kept(life, doing(log("x")))[0].startswith("a.one is under way in do of open")


HANDLED = "{call: a.bad, id: bad, on_error: [{wait: 1 hour}, %s]}"


def test_an_error_that_is_being_handled_is_so_further_and_still_known() -> None:
    say = '{set: {log: "%s {{ error.text }}"}}'
    life = begun(doing(HANDLED % (say % "a"))).happen(failure("1/open/do/0"))
    moved(life, doing(f"{log('x')}, {HANDLED % (say % 'b')}"))
    assert logged(life.pass_(HOUR)) == "b It broke"


def test_an_error_that_nothing_handles_any_more_keeps_the_record() -> None:
    life = begun(doing(HANDLED % log("a"))).happen(failure("1/open/do/0"))
    assert kept(life, doing("{call: a.bad, id: bad}"))[0].startswith("bad of do of open is something else in version 2")


STATE_HANDLED = doing("{fail: No}").replace(
    "    transitions: {on", "    on_error: [{wait: 1 hour, id: w}, %s]\n    transitions: {on"
)


def test_what_a_state_does_about_an_error_goes_on() -> None:
    life = moved(begun(STATE_HANDLED % log("a")), STATE_HANDLED % log("b"))
    assert logged(life.pass_(HOUR)) == "b"


def test_what_a_state_does_about_an_error_gives_way_to_its_do_only_when_that_may_begin_again() -> None:
    life = begun(STATE_HANDLED % log("a"))
    assert kept(life, doing(log("b")))[0].startswith("on_error of open is something else in version 2")
    assert logged(moved(life, doing(log("b")), "open")) == "b"


BESIDE = """
blocks:
  beside:
    runs_in: [%s]
    do: [%s]
"""


def beside(states: str, steps: str) -> str:
    return doing(log("_")) + BESIDE % (states, steps)


def test_a_block_beside_states_goes_on() -> None:
    life = begun(beside("open, more", FIRST)).happen(act("on"))
    moved(life, beside("open, more", f"{log('x')}, {NEXT}"))
    assert told(life) == []
    assert logged(life.pass_(HOUR)) == "_b"


def test_a_block_that_is_through_stays_so_or_goes_on_with_what_is_new() -> None:
    life = moved(begun(beside("open, more", log("a"))), beside("open, more", f"{log('a')}, {log('b')}"))
    assert logged(life) == "a_b"
    life = moved(begun(beside("open, more", log("a"))), beside("open, more", log("c")))
    assert (told(life), logged(life)) == ([("stays_through", "the block beside")], "a_")
    assert logged(life.happen(act("on"))) == "a_"


def test_a_block_that_does_not_run_there_any_more_stops_and_one_that_does_now_begins() -> None:
    life = moved(begun(beside("open", FIRST)), beside("more", FIRST))
    assert told(life) == [("block_stopped", "beside")]
    life = moved(begun(beside("open", FIRST)), doing(log("_")))
    assert told(life) == [("block_stopped", "beside")]
    life = moved(begun(beside("more", FIRST)), beside("open", FIRST))
    assert (told(life), logged(life.pass_(HOUR))) == ([("block_started", "beside")], "_a")


def test_a_block_begins_again_with_its_state() -> None:
    life = begun(beside("open", f"{log('a')}, {{wait: 1 hour}}"))
    text = beside("open", f"{log('b')}, {{wait: 2 hours}}")
    assert kept(life, text)[0].endswith("To let the block beside begin again, restart open.")
    assert told(moved(life, text, "open")) == [
        ("block_stopped", "beside"),
        ("begins_again", "the block beside"),
        ("block_started", "beside"),
    ]
    assert logged(life) == "a_b"


ENTERED = doing(log("_")).replace("    do: ", "    entry: [%s]\n    do: ")


def test_a_call_that_nothing_waits_for_goes_on_where_it_is_now() -> None:
    call = "{call: a.one, save: {n: =result.n}}"
    life = moved(begun(ENTERED % call), ENTERED % f"{log('x')}, {call}")
    (running,) = open_calls(life.record)
    assert life.happen(result(running.path, n="7")).fields["n"] == "7"


def test_a_call_that_nothing_waits_for_and_nobody_asks_for_any_more_keeps_the_record() -> None:
    life = begun(ENTERED % "{call: a.one}")
    (reason,) = kept(life, doing(log("_")))
    assert reason.startswith("a.one is under way in entry of open, and version 2 does not ask for it there.")


def test_a_fault_of_what_is_done_at_once_is_over_where_that_is_gone() -> None:
    life = begun(ENTERED % "{call: a.one}").happen(failure("1/open/entry/0"))
    assert told(moved(life, doing(log("_")))) == [("fault_cleared", "1")]


THEN = doing(log("_")).replace("on: {to: more, by: [agent]}", "on: {to: more, by: [agent], then: [%s]}")
START = "start: {to: open, ask: [n], then: [{call: a.start}]}\n"


def test_calls_of_transitions_and_of_the_start_are_found_by_their_names() -> None:
    life = begun(START + THEN % "{call: a.one}").happen(act("on"))
    calls = open_calls(life.record)
    moved(life, START + THEN % f"{log('x')}, {{call: a.one}}")
    assert open_calls(life.record) == calls
    assert kept(life, START + doing(log("_")).replace("on: {to: more", "off: {to: more"))[0].startswith(
        "a.one is under"
    )


TARGET = doing(log("_")) + "targets: {t: {runs_in: [open], within: 2 hours, at: {%s: [{call: a.one}]}}}\n"


def test_calls_of_targets_are_found_by_target_and_threshold() -> None:
    life = begun(TARGET % "50%").pass_(HOUR)
    calls = open_calls(life.record)
    assert open_calls(moved(life, TARGET % "50%" + "title: Other").record) == calls
    assert kept(life, TARGET % "60%")[0].startswith("a.one is under way in target-t-50% of open")
    assert kept(life, doing(log("_")))[0].startswith("a.one is under way in target-t-50% of open")


TASK = "{task: Look, id: look, for: desk, due: 2 hours, at: {50%%: [{call: a.half}]}, form: [%s]}"


def test_a_call_of_a_task_goes_with_the_task() -> None:
    life = begun(doing(TASK % "n")).pass_(HOUR)
    (call,) = open_calls(moved(life, doing(f"{log('x')}, {TASK % 'n'}")).record)
    assert call.path == "1/open/do/0/at-50%.2/0"
    life.happen(complete("1/open/do/0", BOB, n="1")).happen(result(call.path))
    assert (life.record.tokens, life.line("call_returned").name) == ({}, "a.half")


def test_a_call_of_a_task_that_is_given_out_anew_is_withdrawn_with_it() -> None:
    life = moved(begun(doing(TASK % "n")).pass_(HOUR), doing(TASK % "log"))
    assert [what for what, _ in told(life)] == ["call_withdrawn", "task_withdrawn", "task_opened"]


def test_an_event_takes_the_record_on_after_a_move_as_before() -> None:
    text = doing(WAIT).replace("on: {to: more, by: [agent]}", "on: {to: more, event: go_on}")
    assert moved(begun(text), text + "title: Other").happen(occur("go_on")).state == "more"
