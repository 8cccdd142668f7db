"""A record that a schedule starts: nobody does it, defaults fill it, and the journal says for when."""

from engine.advance import SCHEDULE
from engine.journal import tell
from engine.record import Event, Kind
from tests.engine.builders import DAY, NOW, Life, a_definition

CHECK = """
start: {to: open, at: 2026-03-06 11:00, every: 1 day, when: summary is filled}
calendar: office
fields:
  summary: {type: text, default: "Check of {{ event.scheduled_at }}"}
  until: {type: datetime, default: =event.scheduled_at}
states: {open: {}}
"""
TEN = "2026-03-06T10:00:00+00:00"


def scheduled(text: str) -> Event:
    return Event(Kind.START, SCHEDULE, None, {"scheduled_at": text})


def test_a_scheduled_start_is_filled_by_defaults_that_may_read_its_time() -> None:
    life = Life(a_definition(CHECK), now=NOW + DAY).happen(scheduled(TEN))
    assert life.fields == {"summary": f"Check of {TEN}", "until": "2026-03-06T10:00:00Z"}
    assert life.record.created_by is None


def test_the_journal_says_for_when_a_record_was_started() -> None:
    life = Life(a_definition(CHECK)).happen(scheduled(TEN))
    assert life.told() == ["scheduled", "transition"]
    assert tell(life.line("scheduled")) == "started by its schedule, for 2026-03-06 10:00"


def test_a_guard_may_refuse_a_scheduled_start() -> None:
    refused = CHECK.replace("summary is filled", "summary == 'Nothing'")
    assert Life(a_definition(refused)).refused(scheduled(TEN)) == [
        f"start is not possible now (summary is Check of {TEN}, not Nothing)"
    ]
