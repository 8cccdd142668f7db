"""Calendar arithmetic is what a process owner expects, over clock changes too, and never changes afterwards."""

import json
import re
import time
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.calendars import ALWAYS_OPEN, Calendar, CalendarError, Hours, snapshot
from language.durations import Duration, Unit

NINE_TO_FIVE: Hours = (((540, 1020),),) * 5 + ((), ())
WITH_LUNCH: Hours = (((540, 720), (780, 1020)),) * 5 + ((), ())
ROUND_THE_CLOCK: Hours = (((0, 1440),),) * 7
AT_NIGHT: Hours = (((0, 105), (135, 160), (240, 420), (1320, 1440)),) * 7
BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"


@cache
def a_calendar(hours: Hours = NINE_TO_FIVE, zone: str = BERLIN, holidays: tuple[str, ...] = ()) -> Calendar:
    """Build a calendar that knows the clock changes of 2020 to 2035."""
    closed = [date.fromisoformat(day) for day in holidays]
    return snapshot("office", zone, hours, closed, since=date(2020, 1, 1), until=date(2035, 12, 31))


def at(text: str, zone: str = BERLIN) -> float:
    """Give the instant of a local time written `2026-03-06 10:00`; `+` behind it means the second of two."""
    local = datetime.fromisoformat(text.rstrip("+")).replace(tzinfo=ZoneInfo(zone), fold=int(text.endswith("+")))
    return local.timestamp()


def local(instant: float, zone: str = BERLIN) -> str:
    """Write an instant as the clock of a zone shows it."""
    moment = datetime.fromtimestamp(instant, ZoneInfo(zone))
    return moment.strftime("%Y-%m-%d %H:%M") + ("+" if moment.fold else "")


# 2026-03-06 is a Friday. Clocks change in Berlin on Sunday 2026-03-29 (2:00 → 3:00) and 2026-10-25 (3:00 → 2:00).
@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-03-06 10:00", "90 minutes", "2026-03-06 11:30"),
        ("2026-03-28 12:00", "1 day", "2026-03-29 13:00"),
        ("2026-03-28 12:00", "1 week", "2026-04-04 13:00"),
        ("2026-01-31 10:00", "1 month", "2026-02-28 10:00"),
        ("2028-01-31 10:00", "1 month", "2028-02-29 10:00"),
        ("2026-11-30 10:00", "3 months", "2027-02-28 10:00"),
        ("2026-03-15 10:00", "12 months", "2027-03-15 10:00"),
        ("2028-02-29 10:00", "1 year", "2029-02-28 10:00"),
        ("2026-02-28 02:30", "1 month", "2026-03-28 02:30"),
        ("2026-03-01 10:00", "1 month", "2026-04-01 10:00"),
        ("2026-02-28 09:00", "0 months", "2026-02-28 09:00"),
        ("2026-01-29 02:30", "2 months", "2026-03-29 03:30"),
        ("2026-09-25 02:30", "1 month", "2026-10-25 02:30"),
        ("2026-10-25 02:30+", "0 months", "2026-10-25 02:30+"),
        ("2026-03-06 10:00", "4 business hours", "2026-03-06 14:00"),
        ("2026-03-06 10:00", "7 business hours", "2026-03-06 17:00"),
        ("2026-03-06 16:00", "2 business hours", "2026-03-09 10:00"),
        ("2026-03-07 12:00", "2 business hours", "2026-03-09 11:00"),
        ("2026-03-06 10:00", "40 business hours", "2026-03-13 10:00"),
        ("2026-03-06 10:00", "1 business day", "2026-03-09 10:00"),
        ("2026-03-06 10:00", "5 business days", "2026-03-13 10:00"),
        ("2026-03-27 10:00", "1 business day", "2026-03-30 10:00"),
        ("2026-03-09 20:00", "1 business day", "2026-03-10 17:00"),
        ("2026-03-09 07:00", "1 business day", "2026-03-10 09:00"),
        ("2026-03-07 12:00", "1 business day", "2026-03-10 09:00"),
        ("2026-03-08 23:00", "1 business day", "2026-03-10 09:00"),
        ("2026-03-07 12:00", "0 business days", "2026-03-07 12:00"),
    ],
)
def test_a_duration_leads_to_the_time_an_owner_expects(start: str, duration: str, end: str) -> None:
    assert local(a_calendar().add(at(start), Duration.parse(duration))) == end


@pytest.mark.parametrize(
    ("end", "duration", "start"),
    [
        ("2026-03-06 11:30", "90 minutes", "2026-03-06 10:00"),
        ("2026-03-31 10:00", "1 month", "2026-02-28 10:00"),
        ("2026-01-15 10:00", "1 year", "2025-01-15 10:00"),
        ("2026-03-09 10:00", "2 business hours", "2026-03-06 16:00"),
        ("2026-03-08 12:00", "1 business hour", "2026-03-06 16:00"),
        ("2026-03-09 10:00", "1 business hour", "2026-03-09 09:00"),
        ("2026-03-13 10:00", "5 business days", "2026-03-06 10:00"),
        ("2026-03-07 12:00", "1 business day", "2026-03-05 17:00"),
        ("2026-03-09 07:00", "1 business day", "2026-03-06 09:00"),
        ("2026-06-01 10:00", "400 business hours", "2026-03-23 10:00"),
        ("2026-03-07 12:00", "0 business hours", "2026-03-07 12:00"),
    ],
)
def test_a_duration_leads_back_by_the_same_rules(end: str, duration: str, start: str) -> None:
    assert local(a_calendar().back(at(end), Duration.parse(duration))) == start


def test_no_time_at_all_leaves_a_time_where_it_is() -> None:
    calendar, evening = a_calendar(), at("2026-03-06 20:00")
    assert calendar.spend(evening, 0, business=True) == evening
    assert calendar._spend_back(evening, 0) == evening


def test_holidays_are_not_working_days() -> None:
    easter = a_calendar(holidays=("2026-04-06", "2026-04-03"))
    assert local(easter.add(at("2026-04-02 10:00"), Duration.parse("1 business day"))) == "2026-04-07 10:00"
    assert local(easter.add(at("2026-04-02 16:00"), Duration.parse("2 business hours"))) == "2026-04-07 10:00"
    assert local(easter.back(at("2026-04-07 10:00"), Duration.parse("1 business day"))) == "2026-04-02 10:00"
    assert easter.open_between(at("2026-04-02 17:00"), at("2026-04-07 09:00")) == 0


@pytest.mark.parametrize(
    ("clock", "then"), [("11:00", "11:00"), ("12:30", "13:00"), ("18:00", "17:00"), ("08:00", "09:00")]
)
def test_a_business_day_ends_within_opening_hours(clock: str, then: str) -> None:
    monday = at(f"2026-03-09 {clock}")
    assert local(a_calendar(WITH_LUNCH).add(monday, Duration.parse("1 business day"))) == f"2026-03-10 {then}"


@pytest.mark.parametrize(
    ("shown", "hours"),
    [("2026-03-06 10:00", 1), ("2026-03-29 02:30", 1), ("2026-03-29 03:00", 2), ("2026-10-25 02:30", 2)],
)
def test_a_local_time_tells_how_far_the_clock_is_ahead(shown: str, hours: int) -> None:
    assert a_calendar().ahead(at(shown, "UTC")) == hours * 3600


def test_days_may_open_at_different_times() -> None:
    calendar = a_calendar((((540, 1020),), (), ((600, 720),), (), (), ((0, 60),), ()))
    assert local(calendar.add(at("2026-03-09 16:00"), Duration.parse("1 business day"))) == "2026-03-11 12:00"
    assert local(calendar.add(at("2026-03-09 16:00"), Duration.parse("4 business hours"))) == "2026-03-14 01:00"


@pytest.mark.parametrize(("sunday", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-05", 24)])
def test_a_day_on_which_the_clocks_change_is_open_as_long_as_it_lasts(sunday: str, hours: int) -> None:
    calendar, begin = a_calendar(ROUND_THE_CLOCK), at(f"{sunday} 00:00")
    end = calendar.add(begin, Duration.parse("1 business day"))
    assert local(end)[11:] == "00:00"
    assert calendar.open_between(begin, end) == hours * 3600


@pytest.mark.parametrize("friday", ["2026-03-27", "2026-10-23"])
def test_a_business_week_over_a_clock_change_is_a_business_week(friday: str) -> None:
    calendar, start = a_calendar(), at(f"{friday} 15:30")
    for week in ("5 business days", "40 business hours"):
        end = calendar.add(start, Duration.parse(week))
        assert datetime.fromtimestamp(end, ZoneInfo(BERLIN)).strftime("%a %H:%M") == "Fri 15:30"
        assert calendar.budget(start, Duration.parse(week)) == 40 * 3600


@pytest.mark.parametrize(
    ("start", "duration", "seconds"),
    [
        ("2026-03-06 10:00", "4 hours", 4 * 3600),
        ("2026-03-28 12:00", "1 day", 24 * 3600),
        ("2026-03-07 12:00", "4 business hours", 4 * 3600),
        ("2026-03-06 10:00", "1 business day", 8 * 3600),
        ("2026-03-06 20:00", "1 business day", 8 * 3600),
        ("2026-03-07 12:00", "1 business day", 8 * 3600),
        ("2026-03-01 00:00", "1 month", 31 * 86400 - 3600),
    ],
)
def test_a_target_may_use_opening_time_for_business_units(start: str, duration: str, seconds: int) -> None:
    assert a_calendar().budget(at(start), Duration.parse(duration)) == seconds


def test_always_open_has_only_working_days() -> None:
    assert ALWAYS_OPEN.add(1000.5, Duration.parse("3 business days")) == 1000.5 + 3 * 86400
    assert ALWAYS_OPEN.spend(1000.5, 50, business=True) == ALWAYS_OPEN.spend(1000.5, 50, business=False) == 1050.5
    assert ALWAYS_OPEN.open_between(10, 5) == 0


CHANGES = [
    (BERLIN, "2026-03-29"),
    (BERLIN, "2026-10-25"),
    (NEW_YORK, "2026-03-08"),
    (NEW_YORK, "2026-11-01"),
    (LORD_HOWE, "2026-04-05"),
    (LORD_HOWE, "2026-10-04"),
    ("Pacific/Apia", "2011-12-30"),
]


def open_minutes(calendar: Calendar, begin: int, minutes: int) -> list[int]:
    """Give the open minutes of some, by looking at the clock of the zone at each: what is right by definition."""
    zone = ZoneInfo(calendar.zone)
    found = []
    for instant in range(begin, begin + minutes * 60, 60):
        shown = datetime.fromtimestamp(instant, zone)
        minute = shown.hour * 60 + shown.minute
        opens = any(start <= minute < end for start, end in calendar.hours[shown.weekday()])
        if opens and shown.date().isoformat() not in calendar.holidays:
            found.append(instant)
    return found


@pytest.mark.parametrize(("zone", "day"), CHANGES)
@pytest.mark.parametrize("hours", [AT_NIGHT, WITH_LUNCH, ROUND_THE_CLOCK])
def test_opening_time_over_a_clock_change_is_what_the_clock_on_the_wall_shows(
    zone: str, day: str, hours: Hours
) -> None:
    change = date.fromisoformat(day)
    span = {"since": change - timedelta(200), "until": change + timedelta(200)}
    calendar = snapshot("office", zone, hours, [change + timedelta(1)], **span)
    begin = int(datetime.fromisoformat(f"{day}T00:00:00Z").timestamp()) - 2 * 86400
    end = begin + 4 * 86400
    minutes = open_minutes(calendar, begin, 4 * 1440)
    for spent, instant in enumerate(minutes):
        assert calendar.open_between(begin, instant) == spent * 60
        assert calendar.open_between(instant, end) == (len(minutes) - spent) * 60
        assert calendar.spend(begin, spent * 60 + 60, business=True) == instant + 60
        assert calendar._spend_back(end, (len(minutes) - spent) * 60) == instant


calendars = st.builds(
    a_calendar,
    hours=st.sampled_from([AT_NIGHT, WITH_LUNCH, NINE_TO_FIVE, ROUND_THE_CLOCK, (((0, 1),), *((),) * 6)]),
    zone=st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, "UTC"]),
    holidays=st.sampled_from(
        [(), ("2026-12-25", "2026-12-26", "2027-01-01"), ("2026-03-28", "2026-03-29", "2026-03-30")]
    ),
)
instants = st.integers(int(at("2025-01-01 00:00")), int(at("2028-01-01 00:00")))


@given(calendars, instants, st.integers(0, 10**7))
def test_what_is_spent_is_the_opening_time_in_between(calendar: Calendar, start: int, seconds: int) -> None:
    end = calendar.spend(start, seconds, business=True)
    assert calendar.open_between(start, end) == seconds
    assert seconds == 0 or calendar.open_between(start, end - 1) == seconds - 1


@given(calendars, instants, st.floats(0, 1e6))
def test_fractions_of_a_second_are_spent_too(calendar: Calendar, start: int, seconds: float) -> None:
    begin = start + 1 / 3
    end = calendar.spend(begin, seconds, business=True)
    assert calendar.open_between(begin, end) == pytest.approx(seconds, abs=1e-5)
    assert calendar.open_between(calendar._spend_back(end, seconds), end) == pytest.approx(seconds, abs=1e-5)


@given(calendars, st.lists(instants, min_size=3, max_size=3).map(sorted))
def test_opening_time_adds_up(calendar: Calendar, moments: list[int]) -> None:
    first, middle, last = moments
    parts = calendar.open_between(first, middle) + calendar.open_between(middle, last)
    assert calendar.open_between(first, last) == parts <= last - first


@given(calendars, instants, instants, st.integers(1, 30), st.sampled_from([Unit.BUSINESS_DAYS, Unit.BUSINESS_HOURS]))
def test_who_starts_later_is_not_due_earlier(calendar: Calendar, one: int, other: int, amount: int, unit: Unit) -> None:
    duration = Duration(amount, unit)
    early, late = sorted((one, other))
    if local(late, calendar.zone).endswith("+") or local(early, calendar.zone).endswith("+"):
        return  # in the hour that the clock shows twice, the same clock time counts from the first
    assert calendar.add(early, duration) <= calendar.add(late, duration)
    assert calendar.add(early, Duration(amount + 1, unit)) > calendar.add(early, duration) > early


@given(calendars, instants, st.integers(1, 100))
def test_business_days_are_counted_one_by_one(calendar: Calendar, start: int, amount: int) -> None:
    zone = ZoneInfo(calendar.zone)
    end = datetime.fromtimestamp(calendar.add(start, Duration(amount, Unit.BUSINESS_DAYS)), zone)
    day, left = datetime.fromtimestamp(start, zone).date(), amount
    while not is_working(calendar, day):
        day += timedelta(1)
    while left:
        day += timedelta(1)
        left -= is_working(calendar, day)
    assert end.date() == day or end == datetime.combine(day + timedelta(1), datetime.min.time(), zone)


def is_working(calendar: Calendar, day: date) -> bool:
    """Say whether a day has opening hours and is no holiday."""
    return bool(calendar.hours[day.weekday()]) and day.isoformat() not in calendar.holidays


def test_a_snapshot_goes_through_json_unchanged() -> None:
    calendar = a_calendar(WITH_LUNCH, holidays=("2026-12-25",))
    again = Calendar.from_json(json.loads(json.dumps(calendar.to_json())))
    assert again == calendar
    assert hash(again) == hash(calendar)


def test_a_snapshot_knows_every_clock_change_of_its_time_to_the_second() -> None:
    calendar = snapshot("office", BERLIN, NINE_TO_FIVE, [], since=date(2026, 1, 1), until=date(2026, 12, 31))
    winter, spring, autumn = at("2026-01-01 01:00"), at("2026-03-29 03:00"), at("2026-10-25 02:00+")
    assert calendar.offsets == ((int(winter), 3600), (int(spring), 7200), (int(autumn), 3600))
    assert calendar.open_between(at("2019-01-07 00:00"), at("2019-01-08 00:00")) == 8 * 3600


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Berln", 'no time zone named "Europe/Berln". Did you mean "Europe/Berlin"?'),
        ("!", 'no time zone named "!". Zones are called Europe/Berlin'),
        ("../../zones", 'no time zone named "../../zones"'),
    ],
)
def test_an_unknown_zone_is_refused_with_the_nearest(zone: str, said: str) -> None:
    with pytest.raises(CalendarError, match=re.escape(said)):
        a_calendar(zone=zone)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"hours": NINE_TO_FIVE[:5]}, "seven days"),
        ({"hours": ((),) * 7}, "it is never open"),
        ({"hours": (((540, 540),), *NINE_TO_FIVE[1:])}, "on Monday each opening must end after it begins"),
        ({"hours": (*NINE_TO_FIVE[:6], ((0, 60), (60, 90)))}, "on Sunday"),
        ({"hours": (((-1, 540),), *NINE_TO_FIVE[1:])}, "on Monday"),
        ({"hours": (((540, 1441),), *NINE_TO_FIVE[1:])}, "on Monday"),
        ({"holidays": ("25.12.2026",)}, '"25.12.2026" is not a date such as 2026-12-25'),
        ({"holidays": ("20261225",)}, '"20261225" is not a date'),
        ({"holidays": ("2026-12-25", "2026-12-25")}, "in order and none there twice"),
        ({"offsets": ((5, 0), (1, 3600))}, "in order and none there twice"),
        ({"offsets": ()}, "its zone needs offsets"),
        ({"offsets": ((0, 90_000),)}, "its zone needs offsets"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(changed: dict[str, object], said: str) -> None:
    valid = {"name": "office", "zone": "UTC", "hours": NINE_TO_FIVE, "holidays": (), "offsets": ((0, 0),)}
    with pytest.raises(CalendarError, match=f'calendar "office": .*{said}'):
        Calendar(**(valid | changed))  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(("days", "refused"), [(390, False), (420, True)])
def test_a_calendar_closed_for_more_than_400_days_is_refused(days: int, refused: bool) -> None:
    holidays = [date(2026, 1, 1) + timedelta(number) for number in range(days)]
    take = {"since": date(2026, 1, 1), "until": date(2026, 1, 2)}
    if refused:
        with pytest.raises(CalendarError, match='calendar "office": its holidays close it for more than 400 days'):
            snapshot("office", "UTC", NINE_TO_FIVE, holidays, **take)
    else:
        closed = snapshot("office", "UTC", NINE_TO_FIVE, [*holidays, date(2029, 1, 1)], **take)
        assert closed.add(at("2026-01-01 10:00", "UTC"), Duration.parse("1 business hour")) > at(
            "2027-01-20 00:00", "UTC"
        )


def test_arithmetic_over_years_takes_no_time() -> None:
    calendar, start = a_calendar(WITH_LUNCH, holidays=("2026-12-25",)), at("2026-03-06 10:00")
    began = time.process_time()
    for _ in range(100):
        calendar.open_between(start, start + 3650 * 86400)
        calendar.add(start, Duration.parse("36525 business days"))
        calendar.add(start, Duration.parse("876600 business hours"))
    assert time.process_time() - began < 1
