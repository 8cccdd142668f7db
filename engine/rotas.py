"""Answers who is on call: whoever's turn it is in a rota of the group, or stands in for them while they are away."""

from datetime import UTC, date, datetime, timedelta

from engine.answers import Answer, fact
from engine.record import Json
from engine.windows import seconds
from language.calendars import ALWAYS_OPEN, Calendar, snapshot
from language.durations import Duration
from language.organisation import Organisation, Row, hours_of

AROUND = timedelta(days=400)


def on_call(organisation: Organisation, now: float, group: Json) -> Answer:
    """Give who is on call for a group now, and until when; empty, with the reason, where nobody is.

    Of several rotas the first counts that is on at this hour and has somebody who is there.
    """
    name = str(group["id"] if isinstance(group, dict) else group)
    for rota in organisation.of("rota").values():
        if rota["group"] == name:
            person, until = _turn(organisation, rota, now)
            if person:
                value = {"id": person, "label": organisation.label("user", person) or person}
                return fact(value, until=until)
    return fact(None, f"nobody is on call for {organisation.label('group', name) or name} now")


def _turn(organisation: Organisation, rota: Row, now: float) -> tuple[str, float]:
    """Give whose turn it is and until when; nobody before the rota begins, or while it is off."""
    clocks = _clocks(organisation, rota, now)
    local, begin = now + _ahead(clocks, now), seconds(rota["from"])
    begin += _ahead(clocks, begin)
    length = Duration.parse(rota["every"]).seconds or 1.0
    turn = int((local - begin) // length)
    if turn < 0 or (rota.get("hours") and not clocks.open_between(now, now + 1)):
        return "", now
    end = begin + (turn + 1) * length
    return _first_there(organisation, rota["people"], turn, now), end - clocks.ahead(end)


def _first_there(organisation: Organisation, people: list[str], turn: int, now: float) -> str:
    """Give whose turn it is, their delegate while they are away, or the next who is there; nobody: empty."""
    for place in range(len(people)):
        person = people[(turn + place) % len(people)]
        for each in (person, *_delegates(organisation, person, now)):
            if _is_there(organisation, each, now):
                return each
    return ""


def _is_there(organisation: Organisation, person: str, now: float) -> bool:
    row = organisation.find("user", person)
    return row is not None and bool(row["active"]) and not _away(organisation, person, now)


def _delegates(organisation: Organisation, person: str, now: float) -> list[str]:
    return [row["delegate"] for row in _away(organisation, person, now) if row["delegate"]]


def _away(organisation: Organisation, person: str, now: float) -> list[Row]:
    rows = (row for row in organisation.of("absence").values() if row["person"] == person)
    return [row for row in rows if seconds(row["from"]) <= now < seconds(row["until"])]


def _clocks(organisation: Organisation, rota: Row, now: float) -> Calendar:
    """Give the hours in which a rota is on, on the clocks of its calendar; without hours always."""
    zone = (organisation.find("calendar", rota["calendar"] or "") or {}).get("zone", "UTC")
    today = datetime.fromtimestamp(now, UTC).date()
    hours = hours_of(rota["hours"]) if rota.get("hours") else ALWAYS_OPEN.hours
    return snapshot("", zone, hours, (), since=min(today - AROUND, _day(rota)), until=today + AROUND)


def _day(rota: Row) -> date:
    return datetime.fromtimestamp(seconds(rota["from"]), UTC).date()


def _ahead(clocks: Calendar, instant: float) -> float:
    """Tell how far the clocks are ahead of UTC at an instant."""
    return next((offset for since, offset in reversed(clocks.offsets) if since <= instant), clocks.offsets[0][1])
