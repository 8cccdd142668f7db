"""Which transition is taken, what speaks against it, and in which order taking it happens."""

import pytest

from engine.record import Event, Kind, Record, Refused
from tests.engine.builders import ANN, BOB, CLEO, DAN, a_definition, act, begun, comment, edit, outcome

LIGHT = """
fields: {summary: text, level: number, owner: user}
states:
  first:
    transitions:
      go_on: {to: second, by: [agent], needs: [summary, reason], when: level > 2, blocked: "Only above {{ 1 + 1 }}."}
      hand_over: {by: [owner], ask: [owner]}
      stay: {by: [anyone], ask: [level, comment], then: [{set: {owner: bob}}]}
      again: {to: first, by: [agent]}
  second:
    when: owner is filled
    blocked: It needs an owner.
    transitions: {done: {to: end, by: [boss]}}
  end: {final: true}
transitions:
  stop: {from: [first, second], to: end, by: [boss]}
  done: {from: [first], to: end, by: [boss]}
"""


def test_nobody_becomes_entitled_by_what_they_fill_in() -> None:
    life = begun(LIGHT, owner="ann")
    assert life.refused(act("hand_over", BOB, owner="bob")) == ["only owner (Ann Archer) may hand_over"]
    assert life.happen(act("hand_over", ANN, owner="bob")).fields["owner"]["id"] == "bob"


def test_every_reason_is_collected_at_once_with_its_kind() -> None:
    life = begun(LIGHT, level=1)
    found = outcome(life.definition, life.record, act("go_on", ANN, level=5, nonsense=1))
    assert isinstance(found, Refused)
    assert [(reason.kind, reason.code, reason.path) for reason in found.reasons] == [
        ("input", "unknown-field", "with.level"),
        ("input", "unknown-field", "with.nonsense"),
        ("who", "not-allowed", ""),
        ("input", "required", "with.summary"),
        ("input", "required", "with.reason"),
        ("state", "guard", ""),
        ("state", "guard", ""),
    ]
    assert [reason.text for reason in found.reasons] == [
        "level is not asked for here. Asked for: summary, reason.",
        'no field named "nonsense". Asked for: summary, reason.',
        "only agent may go_on",
        "summary must be filled in to go_on",
        "reason must be filled in to go_on",
        "Only above 2. (level is 1, not more than 2)",
        "It needs an owner. (owner is empty)",
    ]


def test_a_reason_is_kept_in_the_journal_and_asked_afresh() -> None:
    life = begun(LIGHT, level=3)
    life.happen(act("stay", ANN, level=3)).happen(act("go_on", BOB, summary="x", reason="because"))
    assert life.line("reason").data == {"text": "because"}
    assert life.state == "second"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "go_on",
            "go_on is no longer possible: the record is now in second. Possible now: done, stop.",
        ),
        ("dome", 'there is no transition "dome". Did you mean "done"?'),
        ("zzzz", 'there is no transition "zzzz". Possible now: done, stop.'),
    ],
)
def test_a_transition_that_is_not_here_says_what_is(name: str, text: str) -> None:
    life = begun(LIGHT, level=3).happen(act("stay")).happen(act("go_on", BOB, summary="x", reason="y"))
    assert life.refused(act(name)) == [text]


def test_a_state_that_nobody_moves_on_says_so() -> None:
    life = begun("states: {first: {transitions: {x: {to: end, after: 1 day}}}, end: {final: true}}")
    assert life.refused(act("y")) == ['there is no transition "y". Nobody can move it on from there.']
    assert life.refused(act("x")) == ["nobody may x: it happens by itself"]


def test_a_states_own_transition_hides_the_top_level_one_of_the_same_name() -> None:
    life = begun(LIGHT, level=3).happen(act("stay")).happen(act("go_on", BOB, summary="x", reason="y"))
    assert life.happen(act("done", DAN)).line("transition").data == {"from": "second", "to": "end"}


def test_without_to_the_state_stays_and_is_not_entered_again() -> None:
    life = begun(LIGHT).happen(act("stay", ANN, level="4"))
    assert (life.state, life.record.visit, life.fields["level"]) == ("first", 1, "4")
    assert life.fields["owner"] == {"id": "bob", "label": "Bob Baker"}


def test_to_the_current_state_leaves_and_enters_it_again() -> None:
    assert begun(LIGHT).happen(act("again")).record.visit == 2


ORDER = """
states:
  first:
    do: [{task: Look, for: [desk]}]
    transitions: {move: {to: second, by: [agent], then: [{notify: then, to: [boss]}]}}
  second:
    entry: [{notify: entry, to: [boss]}]
    do: [{notify: do, to: [boss]}]
    transitions:
      at_once: {to: third, auto: true}
  third: {entry: [{notify: third, to: [boss]}]}
targets: {t: {runs_in: [second], within: 1 hour}}
"""


def test_leaving_then_entry_targets_do_and_auto_happen_in_this_order() -> None:
    life = begun(ORDER).happen(act("move"))
    told = [line.name or line.what for line in life.lines if line.what != "told_nobody"]
    assert told == ["move", "task_withdrawn", "task_withdrawn", "then", "entry", "t", "do", "at_once", "third", "t"]
    assert life.state == "third"


WAYS = """
fields: {kind: {type: choice, options: [a, b, c]}}
states:
  first:
    transitions:
      sort:
        by: [agent]
        ask: [kind]
        to: [{to: left, when: kind == 'a'}, {to: right, when: kind == 'b'}]
      simple: {by: [agent], ask: [kind], to: [{to: left, when: kind == 'a'}, {to: right}]}
  left: {}
  right: {}
"""


@pytest.mark.parametrize(
    ("kind", "name", "state"), [("a", "sort", "left"), ("b", "sort", "right"), ("c", "simple", "right")]
)
def test_of_several_ways_the_first_that_holds_is_taken(kind: str, name: str, state: str) -> None:
    assert begun(WAYS).happen(act(name, kind=kind)).state == state


def test_a_transition_without_a_way_says_why_each_is_closed() -> None:
    assert begun(WAYS).refused(act("sort", kind="c")) == ["sort leads nowhere now (kind is c, not a; kind is c, not b)"]


def test_a_guard_without_words_of_its_own_names_the_transition() -> None:
    life = begun("states: {first: {transitions: {x: {by: [agent], when: summary == 'y'}}}}", summary="x")
    assert life.refused(act("x")) == ["x is not possible now (summary is x, not y)"]


def test_words_that_cannot_be_filled_in_are_given_as_they_are_written() -> None:
    text = """states: {first: {transitions: {x: {by: [agent], when: false, blocked: "No {{ summary - 1 }}"}}}}"""
    assert begun(text, summary="x").refused(act("x")) == ["No {{ summary - 1 }} (it is written false)"]


def test_a_guard_that_cannot_be_evaluated_counts_as_no_and_says_why() -> None:
    life = begun("states: {first: {transitions: {x: {by: [agent], when: summary > 1}}}}", summary="x")
    (text,) = life.refused(act("x"))
    assert text.startswith('x is not possible now ("summary > 1": ')


HIDDEN = """
fields: {kind: text, detail: {type: text, when: kind == 'odd', required: true}}
start: {to: first, ask: [kind, detail]}
states: {first: {transitions: {x: {by: [agent], needs: [detail], ask: [kind]}}}}
"""


def test_a_field_that_is_not_shown_is_not_needed() -> None:
    life = begun(HIDDEN, kind="even").happen(act("x"))
    assert life.refused(act("x", kind="odd")) == ["detail must be filled in to x"]
    assert life.happen(act("x", kind="odd", detail="d")).fields["detail"] == "d"


def test_one_input_is_complained_of_once() -> None:
    text = "fields: {who: {type: user, required: true}}\nstart: {to: first, needs: [who]}\nstates: {first: {}}"
    definition = a_definition(text)
    record = Record("THG1", "thing", 1, definition.digest)
    for data, said in (({}, "who must be filled in to start"), ({"who": "zed"}, 'who: there is no person "zed"')):
        found = outcome(definition, record, Event(Kind.START, actor=BOB, data=data))
        assert isinstance(found, Refused)
        assert [(reason.text, reason.path) for reason in found.reasons] == [(said, "with.who")]


def test_a_comment_may_come_with_any_transition_but_is_no_reply_in_the_state_it_leaves() -> None:
    text = """
read: [agent]
fields: {owner: {type: user, default: bob}}
states:
  first: {transitions: {x: {to: second, by: [agent]}, y: {by: [agent]}}}
  second: {transitions: {replied: {to: third, event: owner.replied}}}
  third: {}
transitions: {seen: {from: [first], to: third, event: owner.replied}}
"""
    assert begun(text).happen(act("x", BOB, comment="Hello")).state == "second"
    assert begun(text).happen(act("y", BOB, comment="Hello")).state == "third"
    assert begun(text).happen(act("y", CLEO, comment="Hello")).state == "first"


def test_a_reason_nobody_asked_for_and_an_empty_comment_are_refused() -> None:
    life = begun("states: {first: {transitions: {x: {by: [agent]}}}}")
    assert life.refused(act("x", reason="r")) == ["reason is not asked for here. Nothing is asked for here."]
    assert life.refused(act("x", comment=" ")) == ["comment must be filled in"]
    assert life.refused(act("x", comment=["a"])) == ["comment: a list is not a text"]


def test_an_internal_note_with_a_transition_is_for_those_who_see_in_full() -> None:
    text = """
read: [agent, who]
fields: {who: {type: user, default: ann}}
states: {first: {transitions: {x: {by: [anyone]}}}}
"""
    life = begun(text)
    assert life.happen(act("x", BOB, note="n")).line("note").internal
    assert life.refused(act("x", ANN, note="n")) == ["internal notes are for agents: write a public comment"]


CHAIN = """
states:
  a: {transitions: {one: {to: b, auto: true}}}
  b: {do: [{set: {summary: at b}}], transitions: {two: {to: c, auto: true, when: summary == 'at b'}}}
  c: {transitions: {three: {to: d, auto: true, needs: [summary]}, never: {to: a, auto: true, when: "false"}}}
  d: {transitions: {by_hand: {to: e, event: three}}}
  e: {}
start: {to: a}
"""


def test_auto_transitions_follow_each_other_and_raise_events_of_their_names() -> None:
    life = begun(CHAIN)
    assert life.state == "e"
    assert [line.name for line in life.lines if line.what == "transition"] == [
        "start",
        "one",
        "two",
        "three",
        "by_hand",
    ]


def test_a_comment_given_by_edit_does_not_exist() -> None:
    life = begun("states: {first: {}}")
    assert life.refused(edit(comment="x")) == ['no field named "comment"']
    assert life.happen(comment("x")).told() == ["comment"]
