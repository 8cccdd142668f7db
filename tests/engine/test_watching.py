"""Watchers: who may become one, what they are told, and what they see."""

from typing import Any

import pytest

from engine.journal import tell
from engine.record import Actor, Event, Kind
from engine.turn import Turn
from engine.visibility import readers, sight
from engine.watching import MOST_WATCHERS
from tests.engine.builders import ANN, BOB, CLEO, DAN, Life, act, begun, comment

THING = """
read: [agent, caller, watchers]
start: {to: new, by: [agent], ask: [caller, summary]}
fields: {summary: text, caller: user}
states:
  new:
    transitions:
      hold: {by: [agent], ask: [comment], then: [{notify: "Held", to: [watchers]}]}
      close: {to: done, by: [agent]}
  done: {final: true}
"""


def watch(who: Actor, whom: str = "") -> Event:
    return Event(Kind.WATCH, whom, who)


def unwatch(who: Actor, whom: str = "") -> Event:
    return Event(Kind.UNWATCH, whom, who)


def a_thing() -> Life:
    return begun(THING, BOB, caller="ann", summary="Lamp")


def watchers(life: Life) -> list[str]:
    return [each["id"] for each in life.record.watchers]


def test_whoever_sees_a_record_may_watch_it_and_stop_again() -> None:
    life = a_thing().happen(watch(ANN))
    assert (watchers(life), tell(life.line("watched"))) == (["ann"], "Ann Archer watches")
    life.happen(unwatch(ANN))
    assert (watchers(life), tell(life.line("unwatched"))) == ([], "Ann Archer watches no more")


@pytest.mark.semantics("I2.5")
def test_who_sees_it_in_full_may_say_it_for_others() -> None:
    life = a_thing().happen(watch(BOB, "dan")).happen(watch(BOB, "ann"))
    assert watchers(life) == ["dan", "ann"]
    assert watchers(life.happen(unwatch(CLEO, "dan"))) == ["ann"]


@pytest.mark.parametrize(
    ("event", "texts"),
    [
        (watch(DAN), []),  # the owner of the process
        (watch(Actor("zed")), ["only those who may see this record may watch it"]),
        (watch(ANN, "dan"), ["only those who see this record in full may say for others that they watch it"]),
        (
            unwatch(CLEO, "\0"),
            ["what it is for has the character U+0000 in its name, which cannot be kept. Remove it."],
        ),
        (unwatch(ANN, "bob"), ["only those who see this record in full may say for others that they watch it"]),
        (watch(BOB, "bobb"), ['there is no person "bobb". Did you mean "bob"?']),
    ],
)
def test_others_may_not(event: Event, texts: list[str]) -> None:
    assert (a_thing().refused(event) if texts else watchers(a_thing().happen(event))) == (texts or ["dan"])


def test_watching_twice_and_ending_what_never_was_change_nothing() -> None:
    life = a_thing().happen(watch(ANN)).happen(watch(ANN))
    assert (watchers(life), life.lines) == (["ann"], [])
    assert life.happen(unwatch(BOB)).lines == []


def test_so_many_may_watch_and_no_more() -> None:
    life = a_thing()
    many = tuple({"id": f"p{number}", "label": "P"} for number in range(MOST_WATCHERS))
    life.record = life.record._replace(watchers=many)
    assert life.refused(watch(ANN)) == [
        "100 people watch this record, which is the most there can be. Take somebody off first."
    ]


def test_a_watcher_sees_the_record_where_it_says_so() -> None:
    life = a_thing().happen(watch(BOB, "dan"))
    assert ("user:dan", False) in readers(life.definition, life.record)
    turn = Turn(life.definition, life.record, Event(Kind.TICK))
    assert sight(turn, Actor("dan")) == "public"


@pytest.mark.semantics("I2.6")
def test_watchers_are_told_of_comments_but_not_of_notes_or_their_own() -> None:
    life = a_thing().happen(watch(ANN)).happen(watch(BOB))
    assert life.happen(comment("Soon", BOB)).sent() == [("commented", [["user", "ann", ""]])]
    assert life.outbox[0].body["with"] == {"text": "Soon", "by": "Bob Baker"}
    assert life.happen(comment("They never pay", BOB, internal=True)).sent() == []
    assert a_thing().happen(watch(BOB)).happen(comment("Mine", BOB)).sent() == []


def test_a_comment_with_a_transition_is_told_too() -> None:
    life = a_thing().happen(watch(ANN)).happen(act("hold", BOB, comment="Wait"))
    assert [name for name, _ in life.sent()] == ["commented", "Held"]


def test_processes_tell_watchers_as_they_tell_others() -> None:
    life = a_thing().happen(watch(BOB, "dan")).happen(act("hold", BOB))
    assert life.sent() == [("Held", [["user", "dan", ""]])]


def test_nobody_begins_to_watch_what_is_closed() -> None:
    (text,) = a_thing().happen(act("close")).refused(watch(BOB))
    assert "is closed" in text


def test_what_is_said_to_watchers_leaves_the_reply_what_it_is() -> None:
    replied: dict[str, Any] = {"come": "event: caller.replied, then: [{set: {summary: =event.text}}]"}
    text = THING.replace("      hold:", f"      come: {{{replied['come']}}}\n      hold:")
    life = begun(text, BOB, caller="ann", summary="Lamp").happen(watch(BOB))
    assert life.happen(comment("It works", ANN)).fields["summary"] == "It works"
