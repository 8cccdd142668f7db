"""Comments and notes: who may write them, who sees them, and that a comment is heard."""

from typing import Any

import pytest

from engine.record import Actor, Event, Kind
from tests.engine.builders import ANN, BOB, CLEO, Life, begun, comment

TALK = """
read: [agent, caller]
fields: {caller: user, others: {type: list, of: user}, got: text}
states:
  first:
    do: [{wait: {event: others.replied, at_most: 1 day}, save: {got: =event.text}}]
    transitions: {heard: {to: second, event: caller.replied, then: [{set: {got: =event.text}}]}}
  second: {}
"""


def talking() -> Life:
    return begun(TALK, caller="ann", others=["cleo"])


def test_a_comment_of_the_caller_is_a_reply_whatever_becomes_of_what_it_says() -> None:
    life = talking().happen(comment("Here\r\nyou are", ANN))
    assert life.line("comment").data == {"text": "Here\nyou are"}
    assert life.state == "second"
    assert life.record.faults["1"].text == "got: it must be one line: remove the line breaks"


def test_what_was_said_is_what_came_in() -> None:
    life = talking().happen(comment("Yes", ANN))
    assert (life.state, life.fields["got"]) == ("second", "Yes")
    assert talking().happen(comment("No", CLEO)).fields["got"] == "No"


def test_a_comment_of_somebody_else_and_a_note_are_no_reply() -> None:
    assert talking().happen(comment("Hm", BOB)).state == "first"
    life = begun(TALK, caller="bob").happen(comment("Hm", BOB, internal=True))
    assert (life.state, life.line("note").internal) == ("first", True)


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (comment("x", Actor("zed")), "only those who may see this record may comment on it"),
        (comment("x", ANN, internal=True), "internal notes are for agents: write a public comment"),
        (comment(" "), "comment must be filled in"),
        (Event(Kind.COMMENT, actor=BOB), "comment must be filled in"),
        (Event(Kind.COMMENT, actor=BOB, data={"text": ["x"], "internal": True}), "note: a list is not a text"),
        (comment("a\x00b"), "comment: a text cannot hold the character U+0000. Remove it."),
        (comment("x" * 32_001), "comment: it has 32001 characters. Shorten it to 32000."),
    ],
)
def test_a_refused_comment_says_why(event: Event, text: str) -> None:
    assert talking().refused(event) == [text]


FILE = {"name": "loose.png", "digest": "d1", "size": 2_048, "type": "image/png"}


@pytest.mark.semantics("I2.7")
@pytest.mark.parametrize(("internal", "what"), [(False, "comment"), (True, "note")])
def test_a_file_comes_with_what_is_said_and_is_as_internal_as_that(internal: bool, what: str) -> None:
    event = comment("Look", BOB, internal=internal)
    life = talking().happen(event._replace(data={**event.data, "attachments": [FILE]}))
    line = life.line("attached")
    assert (line.name, line.data, line.internal) == (
        "loose.png",
        {"digest": "d1", "size": 2_048, "type": "image/png"},
        internal,
    )
    assert life.line(what).internal is internal


def test_a_file_does_not_come_with_a_comment_that_is_refused() -> None:
    event = Event(Kind.COMMENT, actor=ANN, data={"text": "x", "internal": True, "attachments": [FILE]})
    assert talking().refused(event) == ["internal notes are for agents: write a public comment"]


def test_a_comment_is_no_change_of_the_record() -> None:
    life = talking()
    assert life.happen(comment("x")).record.revision == 1


def test_without_a_person_nobody_speaks() -> None:
    assert talking().refused(Event(Kind.COMMENT, data={"text": "x"})) == [
        "only those who may see this record may comment on it"
    ]


def test_a_group_in_the_record_is_nobody_who_replies() -> None:
    fields: dict[str, Any] = {"team": "desk", "names": ["bob"]}
    text = """
read: [agent]
fields: {team: group, names: {type: list, of: text}}
states: {first: {transitions: {a: {event: names.replied, to: second}}}, second: {}}
"""
    assert begun(text, **fields).happen(comment("x")).state == "first"
