"""What outside events find their record by is held by one open record only."""

from engine.advance import advance
from engine.record import Advanced, Event, Kind, Needs, Outcome, Record, Refused
from tests.engine.builders import BOB, NOW, a_definition

ALARM = a_definition("""
process: alarm
correlate: key
fields: {key: {type: text, index: true}, other: text}
start: {to: open, by: [anyone], ask: [key, other]}
states:
  open: {transitions: {take_over: {by: [agent], ask: [key]}}}
""")
KEY = '["correlated","alarm","k1"]'


def start(holder: str | None, **data: str) -> Outcome:
    event = Event(Kind.START, actor=BOB, data=data, now=NOW, facts={KEY: {"value": holder}})
    return advance(ALARM, Record("ALA1", "alarm", 1, ALARM.digest), event)


def test_a_start_asks_who_holds_the_value() -> None:
    event = Event(Kind.START, actor=BOB, data={"key": "k1"}, now=NOW)
    assert advance(ALARM, Record("ALA1", "alarm", 1, ALARM.digest), event) == Needs((KEY,))


def test_a_value_that_another_open_record_holds_is_refused() -> None:
    refused = start("ALA7", key="k1")
    assert isinstance(refused, Refused)
    (reason,) = refused.reasons
    assert (reason.code, reason.path, reason.text) == ("taken", "with.key", "key: ALA7 is open and has this already")


def test_a_value_that_nobody_or_the_record_itself_holds_is_taken() -> None:
    assert isinstance(start(None, key="k1"), Advanced)
    assert isinstance(start("ALA1", key="k1"), Advanced)


def test_a_record_without_a_value_asks_nobody() -> None:
    assert isinstance(start("ALA7", other="x"), Advanced)


def test_a_value_is_judged_by_whatever_route_it_is_written() -> None:
    begun = start(None)
    assert isinstance(begun, Advanced)
    facts = {KEY: {"value": "ALA7"}}
    acted = advance(ALARM, begun.record, Event(Kind.ACT, "take_over", BOB, {"key": "k1"}, now=NOW, facts=facts))
    assert isinstance(acted, Refused)
    edited = advance(ALARM, begun.record, Event(Kind.EDIT, "", BOB, {"key": "k1"}, now=NOW, facts=facts))
    assert isinstance(edited, Refused)
    assert edited.reasons[0].path == "key"
