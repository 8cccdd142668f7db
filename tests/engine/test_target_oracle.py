"""The time a target has used, against an oracle that looks at the clock on the wall every minute."""

from datetime import UTC, datetime
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.record import Event, Kind
from language.organisation import Organisation
from language.organisation_reading import read_organisation
from tests.engine.builders import BOB, MINUTE, Life, a_definition, act, edit

BEGIN = datetime(2026, 3, 20, tzinfo=UTC).timestamp()
MINUTES = 40 * 24 * 60
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Hours = tuple[tuple[str, ...], ...]
OFFICE: Hours = (("09:00-17:00",),) * 5 + ((), ())
CALENDARS: dict[str, tuple[str, Hours, tuple[str, ...]]] = {  # the clocks of all of them change within these weeks
    "berlin": ("Europe/Berlin", OFFICE, ("2026-03-30", "2026-04-03")),
    "jerusalem": ("Asia/Jerusalem", (("08:00-12:00", "13:00-17:30"),) * 6 + (("00:00-04:00",),), ()),
    "lord_howe": ("Australia/Lord_Howe", (("00:00-24:00",),) * 7, ("2026-04-05",)),
    "casablanca": ("Africa/Casablanca", (("01:30-03:30", "23:00-24:00"),) * 7, ()),
}

RUN_AND_HOLD = """
calendar: %s
fields: {p: {type: choice, options: [around, hours, days]}}
targets:
  t:
    runs_in: [run]
    pauses_in: [hold]
    per: p
    within: {around: 5 hours, hours: 9 business hours, days: 2 business days}
states: {run: {}, hold: {}, stop: {}}
transitions:
  run: {from: [run, hold, stop], to: run, by: [agent]}
  hold: {from: [run, hold, stop], to: hold, by: [agent]}
  stop: {from: [run, hold, stop], to: stop, by: [agent]}
"""


def organisation() -> Organisation:
    """Give an organisation with these calendars."""
    people = "people: {bob: {name: Bob, roles: [agent], groups: []}}\nroles: {agent: {title: Agent}}\ncalendars:"
    return read_organisation({"all.yaml": "\n".join([people, *map(_calendar, CALENDARS)])})


def _calendar(name: str) -> str:
    zone, hours, holidays = CALENDARS[name]
    spans = [f"{day}: {list(spans)}" for day, spans in zip(DAYS, hours, strict=True) if spans]
    closed = f", holidays: {list(holidays)}" if holidays else ""
    return f"  {name}: {{zone: {zone}, hours: {{{', '.join(spans)}}}{closed}}}"


@cache
def opened(name: str) -> list[int]:
    """Count the open minutes before each minute since the beginning, asking the clock on the wall."""
    zone, hours, holidays = CALENDARS[name]
    return list(accumulate((_is_open(minute, ZoneInfo(zone), hours, holidays) for minute in range(MINUTES)), initial=0))


def _is_open(minute: int, zone: ZoneInfo, hours: Hours, holidays: tuple[str, ...]) -> bool:
    local = datetime.fromtimestamp(BEGIN + minute * MINUTE, zone)
    clock = f"{local:%H:%M}"
    spans = (span.split("-") for span in hours[local.weekday()])
    return local.date().isoformat() not in holidays and any(begin <= clock < end for begin, end in spans)


class Oracle:
    """Adds up minutes while the record is in `run`, on the calendar of the promise that then holds."""

    def __init__(self, calendar: str, promise: str) -> None:
        self.counted = opened(calendar)
        self.promise = promise
        self.state = "run"
        self.minute = self.spent = self.wall = 0

    def pass_(self, minutes: int) -> None:
        if self.state == "run":
            self.spent += self.between(self.minute, self.minute + minutes)
            self.wall += minutes
        self.minute += minutes

    def between(self, begin: int, end: int) -> int:
        return end - begin if self.promise == "around" else self.counted[end] - self.counted[begin]


HAPPENING = st.tuples(st.integers(1, 3_000), st.sampled_from(["run", "hold", "stop", "around", "hours", "days"]))
ORGANISED = organisation()


@settings(max_examples=60, derandomize=True)
@given(
    st.sampled_from(list(CALENDARS)),
    st.sampled_from(["around", "hours", "days"]),
    st.integers(0, 3_000),
    st.lists(HAPPENING, max_size=12),
)
@pytest.mark.semantics("F3.12")
def test_time_spent_is_what_the_clock_on_the_wall_says(
    calendar: str, promise: str, begin: int, happening: list[tuple[int, str]]
) -> None:
    life, oracle = (
        Life(a_definition(RUN_AND_HOLD % calendar), ORGANISED, BEGIN + begin * MINUTE),
        Oracle(calendar, promise),
    )
    oracle.minute = begin
    life.happen(Event(Kind.START, actor=BOB, data={"p": promise}))
    for minutes, what in [*happening, (1, "hold")]:
        oracle.pass_(minutes)
        life.pass_(minutes * MINUTE)
        life.happen(act(what) if what in life.definition.states else edit(BOB, p=what))
        if what in life.definition.states:
            oracle.state = what
        else:
            oracle.promise = what
        _agrees(life, oracle)
    life.pass_(0)
    clock = life.record.targets["t"]
    assert (clock.spent, clock.wall) == pytest.approx((oracle.spent * MINUTE, oracle.wall * MINUTE))
    assert clock.late is (clock.spent >= clock.allowed - 0.0005)


def _agrees(life: Life, oracle: Oracle) -> None:
    """While it runs in time, exactly what is left lies between now and when it is due."""
    clock = life.record.targets["t"]
    if clock.due is None or clock.late or clock.status != "running":
        return
    assert clock.allowed == {"around": 300 * MINUTE, "hours": 540 * MINUTE}.get(oracle.promise, clock.allowed)
    due = round((clock.due - BEGIN) / MINUTE)
    if life.now < clock.due and due < MINUTES:
        assert oracle.between(oracle.minute, due) * MINUTE == pytest.approx(clock.allowed - oracle.spent * MINUTE)
        assert oracle.between(oracle.minute, due - 1) < oracle.between(oracle.minute, due)
