"""Where `do` stands: steps in order, groups, loops, choices, errors and what catches them."""

import pytest

from tests.engine.builders import BOB, DAY, HOUR, act, begun, complete, edit, failure, occur, result

STEPS = """
fields: {log: long_text, kind: text, amount: number}
states:
  first:
    do: %s
    transitions: {out: {to: last, by: [agent]}, stay: {by: [agent], ask: [kind]}}
  last: {final: true}
  other: {}
"""


def said(*steps: str) -> str:
    """Give a definition whose first state does these steps."""
    return STEPS % f"[{', '.join(steps)}]"


def add(text: str, **keys: str) -> str:
    """A step that adds a text to the log."""
    more = "".join(f", {key}: {value}" for key, value in keys.items())
    return f"""{{set: {{log: "{{{{ log }}}}{text}"}}{more}}}"""


WAIT = "{wait: 1 hour}"
FAIL = "{fail: Bang}"


@pytest.mark.parametrize(
    ("steps", "log"),
    [
        ([add("a"), add("b")], "ab"),
        ([add("a", when="kind == 'x'"), add("b")], "b"),
        ([f"{{do: [{add('a')}, {add('b')}]}}", add("c")], "abc"),
        ([f"{{do: [{add('a')}], when: kind == 'x'}}", add("b")], "b"),
        ([f"{{choose: [{{when: kind is empty, do: [{add('a')}]}}, {{do: [{add('b')}]}}]}}", add("c")], "ac"),
        ([f"{{choose: [{{when: kind is filled, do: [{add('a')}]}}, {{do: [{add('b')}]}}]}}", add("c")], "bc"),
        ([f"{{repeat: {{do: [{add('a')}], at_most: 3}}}}", add("b")], "aaab"),
        ([f"{{repeat: {{do: [{add('a')}], at_most: 9, until: log == 'aa'}}}}", add("b")], "aab"),
        ([f"{{repeat: {{do: [{add('a')}], at_most: 2, until: log == 'x'}}}}"], "aa"),
        ([f"{{repeat: {{do: [{{repeat: {{do: [{add('a')}], at_most: 2}}}}, {add('b')}], at_most: 2}}}}"], "aabaab"),
        ([f"{{fail: Bang, on_error: [{add('x')}]}}", add("b")], "xb"),
        ([f"{{do: [{add('a')}, {FAIL}, {add('b')}], on_error: [{add('x')}]}}", add("c")], "axc"),
        ([f"{{do: [{{fail: Bang, on_error: [{FAIL}]}}], on_error: [{add('y')}]}}", add("c")], "yc"),
        (
            ["{fail: '{{ 1 + 1 }} bangs', id: it, on_error: [{set: {log: '=error.step + error.text'}}]}"],
            "it2 bangs",
        ),
        ([f"{{do: [{{fail: Bang, on_error: [{{do: [{add('{{ error.code }}')}]}}]}}]}}"], "failed"),
        ([f"{{set: {{amount: many}}, on_error: [{add('{{ error.code }}')}]}}"], "bad-value"),
    ],
)
def test_steps_run_in_order(steps: list[str], log: str) -> None:
    assert begun(said(*steps)).fields["log"] == log


def test_an_error_nobody_handles_stands_still_and_the_record_goes_on() -> None:
    life = begun(said(add("a"), FAIL, add("b")))
    assert (life.fields["log"], life.open("fault")) == ("a", ["1/first/do/1"])
    assert life.record.faults["1"].text == "Bang"
    assert life.happen(act("out")).state == "last"


def test_the_states_own_handler_is_the_last_to_catch() -> None:
    steps = f"{{do: [{FAIL}, {add('b')}], on_error: [{add('x')}, {{go: other}}]}}"
    life = begun(f"fields: {{log: text}}\nstates: {{first: {steps}, other: {{}}}}")
    assert (life.state, life.fields["log"]) == ("other", "x")


def test_an_error_in_the_states_own_handler_stands_still() -> None:
    life = begun(f"states: {{first: {{do: [{FAIL}], on_error: [{{fail: Worse}}]}}}}")
    assert life.open("fault") == ["1/first/on_error/0"]
    assert [fault.text for fault in life.record.faults.values()] == ["Worse"]


def test_what_is_open_beside_a_caught_error_is_withdrawn() -> None:
    text = "states: {first: {do: [{do: [{wait: 1 hour}, {fail: Bang}], on_error: [{wait: 2 hours}]}]}}"
    life = begun(text).pass_(HOUR)
    assert life.open("wait") == ["1/first/do/0/on_error/0"]
    assert life.open("scope") == ["1/first/do/0/on_error"]
    assert life.pass_(2 * HOUR).record.tokens == {}


def test_a_do_that_ends_leaves_the_record_where_it_is() -> None:
    life = begun(said(add("a")))
    assert (life.state, life.record.tokens) == ("first", {})


def test_go_takes_the_transition_of_that_name_or_goes_to_the_state() -> None:
    assert begun(said("{go: out}")).record.final
    life = begun(said("{go: other}"))
    assert life.state == "other"
    assert life.lines[-1].name == "to_other"


def test_a_go_without_a_way_out_goes_on_behind_it() -> None:
    assert begun(said("{go: stay}", add("a"))).fields["log"] == "a"


REFUSED = """
states:
  first:
    do: [{go: out, on_error: [{set: {summary: =error.text}}]}]
    transitions: {out: {to: last, needs: [summary], when: summary == 'x', blocked: Not yet.}}
  last: {}
"""


def test_a_go_that_is_refused_fails_with_the_reasons() -> None:
    life = begun(REFUSED)
    assert life.fields["summary"] == "summary must be filled in to out; Not yet. (summary is empty)"
    assert life.state == "first"


def test_a_go_to_a_state_that_does_not_let_it_in_fails() -> None:
    life = begun("states: {first: {do: [{go: last}]}, last: {when: summary == 'x'}}", summary="y")
    assert life.record.faults["1"].text == "last is not possible now (summary is y, not x)"


def test_leaving_the_state_takes_everything_away_depth_first() -> None:
    text = said("{do: [{task: One, for: [desk]}]}")
    life = begun(text).happen(act("out"))
    assert life.line("task_withdrawn").data["title"] == "One"
    assert life.sent() == [("task_withdrawn", [["user", "bob", ""], ["user", "cleo", ""]])]
    assert life.record.tokens == {}


def test_a_loop_whose_turns_wait_is_cancelled_with_its_state() -> None:
    text = said("{repeat: {do: [{wait: 1 day}, " + add("a") + "]}}")
    life = begun(text).pass_(2 * DAY)
    assert life.fields["log"] == "aa"
    assert life.open("wait") == ["1/first/do/0/turn-3/0"]
    assert life.happen(act("out")).pass_(DAY).fields["log"] == "aa"


WAITS = (
    "fields: {at: datetime, got: text, due: datetime}\nstates: {first: {do: [%s, {set: {got: 'went on {{ got }}'}}]}}"
)


@pytest.mark.parametrize(
    ("wait", "hours"),
    [("{wait: 90 minutes}", 1.5), ("{wait: =at}", 2), ("{wait: 1 business hour}", 1), ("{wait: 1 business day}", 96)],
)
def test_a_wait_goes_on_when_its_time_has_come(wait: str, hours: float) -> None:
    life = begun("calendar: office\n" + WAITS % wait, at="2026-03-06 13:00")
    assert life.pass_(hours * HOUR - 1).fields["got"] is None
    assert life.pass_(1).fields["got"] == "went on "


def test_a_time_that_is_past_is_not_waited_for() -> None:
    assert begun(WAITS % "{wait: =at}", at="2026-03-06 09:00").fields["got"] == "went on "


def test_a_step_on_the_way_may_have_a_condition_too() -> None:
    entry = "[{set: {a: x}, when: b is filled}, {set: {b: y}, when: a is empty}]"
    text = f"fields: {{a: text, b: text}}\nstates: {{first: {{entry: {entry}}}}}"
    assert begun(text).fields == {"a": None, "b": "y"}


def test_without_a_time_there_is_nothing_to_wait_for() -> None:
    (fault,) = begun(WAITS % "{wait: =at}").record.faults.values()
    assert fault.text == "there is no time to wait for: at is empty. Fill it in, then retry."


SAVE = "save: {got: =event.text, due: =event.due}, on_error: [{set: {got: =error.code}}]"
EVENT = f"{{wait: {{event: news, at_most: 1 hour}}, {SAVE}}}"


def test_a_wait_for_an_event_saves_what_came_in() -> None:
    life = begun(WAITS % EVENT).happen(occur("news", text="hello", due="2026-03-06T12:00:00Z"))
    assert life.fields["got"] == "went on hello"
    assert life.fields["due"] == "2026-03-06T12:00:00Z"


def test_a_wait_for_an_event_times_out() -> None:
    life = begun(WAITS % EVENT).pass_(HOUR)
    assert life.fields["got"] == "went on timeout"
    assert life.line("step_failed").data["text"] == "news did not come in time"


def test_what_an_event_brings_that_cannot_be_saved_fails_the_wait() -> None:
    life = begun(WAITS % EVENT).happen(occur("news", due="soon"))
    assert life.fields["got"] == "went on bad-event"
    life = begun(WAITS % "{wait: {event: news, at_most: 1 hour}, save: {due: =event.due}}").happen(occur("news", due=1))
    assert life.record.faults["1"].code == "bad-event"


def test_a_save_does_not_overwrite_what_a_person_wrote_since() -> None:
    life = begun(WAITS % EVENT).happen(edit(BOB, got="mine")).happen(occur("news", text="hello"))
    assert life.fields["got"] == "went on mine"
    assert life.line("not_overwritten").data == {"by": "event news"}


def test_local_names_are_seen_only_where_they_are() -> None:
    life = begun(said("{set: {log: =error.text}, on_error: [{set: {log: =error.text}}]}"))
    assert life.fields["log"] == 'log: "error.text": nothing is named "error" here'


INSIDE = """
fields: {log: text}
states:
  first:
    do: [{task: Look, for: [desk], id: look}, {wait: 1 day}]
    transitions:
      noted: {event: noted, then: [{set: {log: noted}}]}
      note: {by: [agent], then: [{set: {log: x}}]}
      seen: {event: note, then: [{set: {log: "{{ log }} seen"}}]}
"""


def test_a_transition_without_to_leaves_do_alone() -> None:
    life = begun(INSIDE).happen(act("note"))
    assert life.fields["log"] == "x seen"
    assert life.open("task") == ["1/first/do/0"]
    assert life.happen(complete("1/first/do/0")).open("wait") == ["1/first/do/1"]


CALLS = """
states:
  first:
    do: [{call: a.b, save: {summary: =result.text}}, {wait: 1 hour}]
    transitions: {again: {to: first, by: [agent]}}
"""


def test_the_result_of_an_earlier_visit_is_too_late() -> None:
    life = begun(CALLS).happen(act("again"))
    assert life.happen(result("1/first/do/0", text="old")).told() == ["late_result"]
    assert life.happen(result("2/first/do/0", text="new")).fields["summary"] == "new"
    assert life.happen(failure("2/first/do/0")).told() == ["late_result"]
