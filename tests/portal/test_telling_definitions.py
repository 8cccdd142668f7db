"""A definition is told in words, every kind of step, and what differs between two is told too."""

import pytest

from language.organisation_reading import read_organisation
from language.reading import read_definition
from language.schema.steps import KINDS
from portal.definitions.differing import ADDED, GAP, MOST_LINES, REMOVED, SAME, Change, changes, lines
from portal.definitions.steps import TELL
from portal.definitions.telling import Part, in_words
from tests.api.repairs import ORGANISATION

AROUND = read_organisation({"organisation.yaml": ORGANISATION})
TOY = """\
process: toy
version: 2
title: Toy
number: TOY
owner: =ann
calendar: office
start: {to: [{to: a, when: n > 1}, {to: b}], at: 2026-01-05 08:00, every: 1 week}
fields:
  n: {type: number, value: =1 + 1, valid: n > 0, when: n > 0, locked: n > 1, write: [agent]}
  secret: {type: text, sensitive: [agent], default: Hush.}
  boss: user
  many: {type: list, of: user}
  rows: {type: list, of: {kind: text}}
targets: {total: {runs_in: [a], pauses_in: [b], within: 2 hours, calendar: office, at: {50%: [{set: {n: 1}}]}}}
blocks: {side: {runs_in: [a], do: [{wait: 1 hour}]}}
states:
  a:
    entry: [{set: {n: 2}}]
    on_error: [{go: b}]
    do:
      - STEP
  b: {final: true, when: n > 0, blocked: Not yet.}
transitions:
  back: {from: [a], to: b, at: =now, event: it.happened}
  again: {from: [a], every: 1 day}
migrate: {from: 1, states: {old: a}, fields: {m: n}}
"""
STEPS = {
    "{task: Look., for: [boss, ann], due: 2 days, escalate_to: [agent], form: [n, {why: text}], "
    "at: {75%: [{set: {n: 1}}]}}": [
        "Task “Look” for the Boss or Ann Agent, within 2 days.",
        "To be filled in: N and Why.",
        "When 75 % of the time has passed",
        "When 75 % of the time has passed › N becomes 1.",
        "Overdue, it goes to Agent too.",
    ],
    "{approval: May we?, by: [workshop, boss.manager], votes: {share: 60%, quorum: 3}, veto: [ann], not: [boss], "
    "due: =now, void_if: [n], escalate_to: [bob], approved: [{go: b}], rejected: [{fail: No}], expired: [{go: b}]}": [
        "Approval “May we?”: Workshop or the manager of Boss vote, by `now`.",
        "60 % of them must say yes, and at least 3 must vote.",
        "Ann Agent may veto it.",
        "No vote has the Boss.",
        "It begins anew when one of these changes: N.",
        "Overdue, it goes to Bob Boss too.",
        "Approved",
        "Approved › Go on to B.",
        "Rejected",
        "Rejected › Stop with the error “No”.",
        "Not decided in time",
        "Not decided in time › Go on to B.",
    ],
    "{approval: Or so?, by: [ann], votes: all, rejected: [{go: b}]}": [
        "Approval “Or so?”: Ann Agent vote.",
        "All must say yes.",
        "Approved, it goes on.",
    ],
    "{approval: Or so?, by: [ann], votes: each, rejected: [{go: b}]}": [
        "Approval “Or so?”: Ann Agent vote.",
        "One of each of those named must say yes.",
    ],
    "{approval: Or so?, by: [ann], votes: =n, rejected: [{go: b}]}": [
        "Approval “Or so?”: Ann Agent vote.",
        "How many must say yes: `n`.",
    ],
    "{call: x.y, with: {a: =n, b: [1, 2], c: {d: true}}, save: {n: =result.n}, timeout: 1 hour, retry: 2, "
    "on_error: [{go: b}], undo: [{wait: 1 hour}]}": [
        "Call `x.y`, with a `n`, b 1, 2, c d yes, within 1 hour, tried again up to 2 times.",
        "From what comes back: N becomes `result.n`.",
        "If that fails",
        "If that fails › Go on to B.",
        "To undo it",
        "To undo it › Wait 1 hour.",
    ],
    "{notify: hello, to: [boss, ann], when: n > 1}": [
        "Send the message `hello` to the Boss and Ann Agent, only when `n > 1`."
    ],
    '{notify: "Hi {{ n }}.", to: [anyone]}': ["Send “Hi {{ n }}” to anyone."],
    "{set: {boss: null, n: 3}}": ["Boss is emptied; N becomes 3."],
    "{wait: {event: it.came, at_most: 2 days}, save: {n: =event.n}}": [
        "Wait for `it.came`, at most 2 days.",
        "From what comes back: N becomes `event.n`.",
    ],
    "{wait: =now}": ["Wait until `now`."],
    "{choose: [{when: n > 1, do: [{go: b}]}, {when: n > 0, do: [{wait: 1 day}]}, {do: [{go: b}]}]}": [
        "The first of these that holds.",
        "If `n > 1`",
        "If `n > 1` › Go on to B.",
        "Else if `n > 0`",
        "Else if `n > 0` › Wait 1 day.",
        "Else",
        "Else › Go on to B.",
    ],
    "{repeat: {until: n > 1, at_most: 3, do: [{wait: 1 hour}]}}": [
        "Repeat until `n > 1`, at most 3 times.",
        "Wait 1 hour.",
    ],
    "{do: [{wait: 1 hour}]}": ["Together, in this order.", "Wait 1 hour."],
    "{together: {x: [{wait: 1 hour}], y: [{wait: 2 hours}]}}": [
        "At the same time.",
        "X",
        "X › Wait 1 hour.",
        "Y",
        "Y › Wait 2 hours.",
    ],
    "{for_each: one in many, mode: together, do: [{wait: 1 hour}]}": [
        "For each `one` of `many`, at the same time.",
        "Wait 1 hour.",
    ],
    "{block: side}": ["Do the block side."],
    "{rollback: a}": ["Undo what was done in A, the last first."],
    "{run: toy, with: {n: 1}, save: {n: =result.n}}": [
        "Start a record of toy and wait for its end, with n 1.",
        "From what comes back: N becomes `result.n`.",
    ],
    "{start: toy, once: true}": ["Start a record of toy, or take the open one there is."],
    "{send: it.came, to: =boss}": ["Tell `it.came` to `boss`."],
}


def parts(text: str = TOY, step: str = "{wait: 1 hour}") -> tuple[Part, ...]:
    return in_words(read_definition(text.replace("STEP", step)), AROUND)


def said(parts: tuple[Part, ...], part: str, name: str) -> list[str]:
    """Give what is said of a thing."""
    [found] = [item for each in parts if each.name == part for item in each.items if item.name == name]
    return list(found.lines())


@pytest.mark.parametrize(("step", "told"), STEPS.items())
def test_steps_are_told_in_sentences(step: str, told: list[str]) -> None:
    found = said(parts(step=step), "states", "a")
    since = found.index("Here") + 1
    assert [line.removeprefix("Here › ") for line in found[since : since + len(told)]] == told


def test_every_kind_of_step_has_words() -> None:
    assert set(TELL) == {kind.make for kind in KINDS.values()}


@pytest.mark.parametrize(
    ("part", "name", "told"),
    [
        ("glance", "start", "It is taken by itself at 2026-01-05 08:00, then every 1 week."),
        ("glance", "start", "It leads to A, only when `n > 1`."),
        ("states", "a", "When something fails here › Go on to B."),
        ("states", "b", "It is entered only when `n > 0`; else people read “Not yet”."),
        ("transitions", "back", "It is taken on the event `it.happened` and at `now`."),
        ("transitions", "again", "It is taken every 1 day."),
        ("targets", "total", "The time is 2 hours."),
        ("targets", "total", "It is counted in the hours of office."),
        ("targets", "total", "When 50 % of the time has passed › N becomes 1."),
        ("blocks", "side", "It is done beside A."),
        ("fields", "n", "It is kept up to date as `1 + 1`."),
        ("fields", "n", "It must hold that `n > 0`."),
        ("fields", "n", "It is written by Agent."),
        ("fields", "secret", "It begins as Hush."),
        ("fields", "secret", "It is sensitive: kept sealed, and read by Agent."),
        ("fields", "many", "It holds a list: a person."),
        ("fields", "rows", "It holds rows with Kind."),
        ("moving", "migrate", "The state `old` becomes A."),
    ],
)
def test_rules_are_told_in_sentences(part: str, name: str, told: str) -> None:
    assert told in said(parts(), part, name)


def test_what_differs_is_said_of_each_thing() -> None:
    after = (
        TOY.replace("n > 0, blocked", "n > 9, blocked").replace("again:", "anew:").replace("{kind: text}", "{x: text}")
    )
    assert changes(parts(), parts(after)) == (
        Change(
            "States",
            "B",
            "changed",
            ("It is entered only when `n > 0`; else people read “Not yet”.",),
            ("It is entered only when `n > 9`; else people read “Not yet”.",),
        ),
        Change("In several states", "Anew", ADDED, (), ("Possible in A.",)),
        Change("Fields", "Rows", "changed", ("It holds rows with Kind.",), ("It holds rows with X.",)),
        Change("In several states", "Again", REMOVED, (), ("Possible in A.",)),
    )


def test_another_order_is_said_too() -> None:
    twice = "{do: [{wait: 1 hour}, {wait: 2 hours}]}"
    [change] = changes(parts(step=twice), parts(step="{do: [{wait: 2 hours}, {wait: 1 hour}]}"))
    assert (change.removed, change.added) == ((), ("The order is another.",))


def test_lines_that_differ_are_given_with_some_around_them() -> None:
    before = "\n".join("abcdefghijklmnop")
    found = lines(before, before.replace("m", "M"))
    assert found is not None
    assert [each.how for each in found] == [GAP, SAME, SAME, SAME, REMOVED, ADDED, SAME, SAME, SAME]
    assert (found[4].before, found[5].after, found[-1].before, found[-1].after) == (13, 13, 16, 16)
    assert lines(before, before) == ()


def test_very_long_texts_are_not_compared() -> None:
    assert lines("a\n" * MOST_LINES, "b") is None
