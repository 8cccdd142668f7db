"""A record is moved to another version as its owner asks, or is kept from it with every reason."""

import pytest

from engine.advance import advance
from engine.moving.move import move
from engine.people import PUBLISHERS
from engine.record import Actor, Advanced, Event, Kind, Refused
from engine.size import LARGEST
from tests.engine.builders import ANN, BOB, DAN, Life, act, begun, occur
from tests.engine.moving.house import asked, kept, moved, told, version

THING = """
fields: {summary: text, impact: {type: choice, options: [high, low]}}
states:
  new: {transitions: {wait: {to: waiting, by: [agent]}, end: {to: over, by: [agent]}}}
  waiting: {transitions: {back: {to: new, by: [agent]}}}
  over: {final: true}
"""
RENAMED = THING.replace("waiting", "pending")
SAID = "migrate: {from: 1, states: {waiting: pending}}\n"


def test_a_record_is_on_the_new_version_afterwards_and_its_journal_says_so() -> None:
    life = begun(THING)
    before = life.record
    moved(life, THING)
    assert (life.record.version, life.state, life.record.visit) == (2, "new", 1)
    assert life.line("moved").data == {"from": 1, "to": 2, "digest": life.definition.digest}
    assert life.record.head != before.head
    assert life.record.revision == before.revision + 1


def test_it_lives_by_the_new_version_from_then_on() -> None:
    life = moved(begun(THING), THING.replace("wait: {to: waiting", "hold: {to: waiting"))
    assert life.refused(act("wait")) == ['there is no transition "wait". Possible now: hold, end.']
    assert life.happen(act("hold")).state == "waiting"


def test_requests_that_were_answered_stay_so() -> None:
    life = begun(THING)
    life.happen(act("wait")._replace(id="key", body="digest"))
    assert moved(life, THING).record.seen == {"key": ("digest", 2)}


@pytest.mark.semantics("M2.1")
@pytest.mark.parametrize("who", [BOB, None])
def test_others_than_the_owner_move_no_records(who: Actor | None) -> None:
    refused = ["only administrator, process_owner, boss may move records to version 2"]
    assert kept(begun(THING), THING, who=who) == refused


@pytest.mark.semantics("M2.1")
@pytest.mark.parametrize("role", PUBLISHERS)
def test_who_may_publish_every_process_may_move_every_record(role: str) -> None:
    assert isinstance(asked(begun(THING), version(2, THING), who=Actor("eve", "Eve", (role,))), Advanced)


@pytest.mark.semantics("M2.1")
def test_a_closed_record_stays_as_it_was() -> None:
    life = begun(THING).happen(act("end"))
    assert kept(life, THING) == ["THG1 is closed (over), and nothing is written to it any more. Start a new record."]


def test_a_record_that_is_there_already_is_left_alone() -> None:
    assert kept(begun(THING), begun(THING).definition) == ["THG1 is on version 1 already"]


@pytest.mark.semantics("M2.13")
def test_a_record_that_is_not_on_the_version_it_is_to_come_from_is_left_alone() -> None:
    life = moved(begun(THING), THING)
    event = Event(Kind.MOVE, "", DAN, {"from": [1, 3]}, now=life.now)
    found = move(life.definition, version(3, THING), life.record, event)
    assert isinstance(found, Refused)
    assert [each.text for each in found.reasons] == ["THG1 is on version 2, not on 1, 3"]


def test_a_record_may_go_back() -> None:
    life = moved(moved(begun(THING), THING), version(1, THING))
    assert life.record.version == 1


@pytest.mark.semantics("M2.2")
def test_a_state_that_is_gone_keeps_the_record_with_the_remedy() -> None:
    life = begun(THING).happen(act("wait"))
    (reason,) = kept(life, RENAMED)
    assert reason.startswith("THG1 is in waiting, and version 2 neither has that state nor says what became of it.")
    assert reason.endswith("Say so: migrate: {from: 1, states: {waiting: …}}.")


@pytest.mark.semantics("M2.2")
def test_a_state_that_is_called_otherwise_is_the_same_visit() -> None:
    life = begun(THING).happen(act("wait"))
    entered = life.record.entered_at
    moved(life, RENAMED + SAID)
    assert (life.state, life.record.visit, life.record.entered_at) == ("pending", 2, entered)
    assert told(life) == [("state_renamed", "pending")]


def test_what_is_said_of_another_version_does_not_count() -> None:
    life = begun(THING).happen(act("wait"))
    assert "neither has that state" in kept(life, RENAMED + SAID.replace("from: 1", "from: 7"))[0]


def test_moving_ends_no_record() -> None:
    ending = THING.replace("waiting: {transitions: {back: {to: new, by: [agent]}}}", "waiting: {final: true}")
    life = begun(THING).happen(act("wait"))
    assert kept(life, ending) == ["THG1 is in waiting, which ends records in version 2: moving it would end it"]


def test_a_state_that_is_to_begin_again_must_be_there() -> None:
    assert kept(begun(THING), THING, "neww") == ['no state named "neww". Did you mean "new"?']


def test_every_reason_is_given_at_once() -> None:
    text = THING.replace("options: [high, low]", "options: [high, none_of_it]")
    assert kept(begun(THING, impact="low"), text, who=ANN) == [
        'impact: "low" is no value in version 2: "low" is not one of high, none_of_it',
        "only administrator, process_owner, boss may move records to version 2",
    ]


def test_auto_transitions_of_the_new_version_are_tried() -> None:
    text = THING.replace("wait: {to: waiting, by: [agent]}", "wait: {to: waiting, auto: true, when: impact == 'low'}")
    assert moved(begun(THING, impact="low"), text).state == "waiting"
    assert moved(begun(THING, impact="high"), text).state == "new"


def test_a_version_that_goes_round_in_circles_takes_no_record() -> None:
    text = THING.replace("by: [agent]", "auto: true")
    circling = text.replace("end: {to: over, auto: true}", "end: {to: over, by: [agent]}")
    assert kept(begun(THING), circling)[0].startswith("in version 2 the process goes round in circles: more than 20")


def test_a_move_without_a_definition_is_refused() -> None:
    life = begun(THING)
    found = advance(life.definition, life.record, Event(Kind.MOVE, actor=DAN, now=life.now))
    assert isinstance(found, Refused)
    assert [reason.code for reason in found.reasons] == ["no-version"]


def test_a_record_that_has_not_begun_is_not_moved() -> None:
    found = asked(Life(version(1, THING)), version(2, THING))
    assert isinstance(found, Refused)
    assert found.reasons[0].code == "not-begun"


def test_what_was_not_awaited_before_may_be_afterwards() -> None:
    life = moved(begun(THING), THING.replace("wait: {to: waiting, by: [agent]}", "wait: {to: waiting, event: hold}"))
    assert life.happen(occur("hold")).state == "waiting"


def test_a_version_that_would_make_a_record_too_large_does_not_take_it() -> None:
    life = begun(THING)
    life.record = life.record._replace(size=LARGEST)
    text = THING.replace("summary: text", f"summary: text, more: {{type: long_text, default: {'x' * 3_000}}}")
    assert kept(life, text)[0].startswith("THG1 would be larger than the 256 KB")
