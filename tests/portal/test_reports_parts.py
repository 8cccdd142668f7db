"""What reports are made of: shares, periods, charts, heat and outcomes, and for whom they are."""

from datetime import date

import pytest

from engine.record import Actor
from language.reading import read_definition
from portal.reports.charts import Series, lines, stacked
from portal.reports.durations import heat
from portal.reports.pages import written
from portal.reports.parts import Cell, Table, count, percent
from portal.reports.periods import Period, number, period
from portal.reports.rights import reads_all
from portal.reports.success import outcome_fields
from store.reporting.keeping import DAY
from store.reporting.stays import Stay
from tests.api.repairs import REPAIR

TODAY = date(2026, 3, 6)
NOON = (number(TODAY) + 0.5) * DAY


def test_a_cell_that_a_spreadsheet_would_compute_is_text() -> None:
    table = Table("x", "X", ("=A1", "b"), ((Cell("@sum"), Cell("2 days", 172_800)),))
    assert written(table) == "'=A1,b\r\n'@sum,172800\r\n"


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(9_995, 10_000, "99.9 %"), (999_999, 1_000_000, "99.9 %"), (7, 7, "100 %"), (0, 3, "0.0 %"), (0, 0, "–")],
)
def test_only_all_of_them_are_a_hundred_percent(part: int, whole: int, told: str) -> None:
    assert percent(part, whole).text == told


def test_a_number_leads_to_what_it_counts_unless_it_is_none() -> None:
    assert count(1_234, "/there") == Cell("1,234", 1_234, "/there")
    assert count(0, "/there").address == ""


PERIODS = [
    (("", "", ""), Period(date(2025, 12, 6), TODAY, "week")),
    (("2026-03-01", "2026-03-04", "day"), Period(date(2026, 3, 1), date(2026, 3, 4), "day")),
    (("2026-03-04", "2026-03-01", "day"), Period(date(2026, 3, 1), date(2026, 3, 4), "day")),
    (("never", "2030-01-01", "hour"), Period(date(2025, 12, 6), TODAY, "week")),
    (("2025-09-01", "", "day"), Period(date(2025, 9, 1), TODAY, "week")),
    (("2001-01-01", "", "day"), Period(date(2024, 3, 6), TODAY, "month")),
]


@pytest.mark.parametrize(("asked", "given"), PERIODS)
def test_a_period_ends_today_and_is_not_counted_too_finely(asked: tuple[str, str, str], given: Period) -> None:
    assert period(*asked, NOON) == given


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("day", ["2025-12-30", "2025-12-31", "2026-01-01", "2026-01-02"]),
        ("week", ["2026 week 01"]),
        ("month", ["2025-12", "2026-01"]),
    ],
)
def test_stretches_cover_every_day_once(by: str, names: list[str]) -> None:
    found = Period(date(2025, 12, 30), date(2026, 1, 2), by).stretches()
    assert [each.name for each in found] == names
    days = [day for each in found for day in range(each.first, each.last + 1)]
    assert days == list(range(number(date(2025, 12, 30)), number(date(2026, 1, 2)) + 1))


def test_bars_stand_on_one_another_and_lines_reach_as_high() -> None:
    series = [Series("kept", "good", (30.0, 0.0)), Series("missed", "bad", (10.0, 0.0))]
    chart = stacked("Targets", ["a", "b"], series)
    assert [(bar.tone, bar.title) for bar in chart.bars] == [("good", "a: kept 30"), ("bad", "a: missed 10")]
    assert chart.bars[0].y == pytest.approx(chart.bars[1].y + chart.bars[1].height)
    assert [mark.text for mark in chart.numbers] == ["0", "10", "20", "30", "40"]
    assert lines("Open", [], []).lines == ()


def test_the_longest_stay_is_the_hottest() -> None:
    found = tuple(Stay(name, 1, float(place), 9.0) for place, name in enumerate("abcde"))
    assert [heat(each, found) for each in found] == [1, 1, 2, 3, 4]


def test_an_outcome_is_a_choice_that_people_make_on_the_way() -> None:
    source = REPAIR.replace(
        "  outcome: {type: text, write: [agent]}", "  outcome: {type: choice, options: [good, bad]}"
    )
    assert [each.name for each in outcome_fields(read_definition(source))] == ["outcome"]
    assert outcome_fields(read_definition(REPAIR)) == ()


@pytest.mark.parametrize(
    ("roles", "sees"),
    [(("agent",), True), (("manager",), True), (("auditor",), True), (("customer",), False), ((), False)],
)
def test_reports_are_for_who_may_read_every_record(roles: tuple[str, ...], sees: bool) -> None:
    assert reads_all(read_definition(REPAIR), Actor("eve", "Eve", roles)) is sees
