"""What reports count is what a look at every row counts, with and without a value that narrows it."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import Connection, Table, insert

from store.database import Database
from store.reporting.attainment import Attainment, attainment, records_of
from store.reporting.keeping import DAY, KEPT, MISSED, RUNNING
from store.reporting.outcomes import Ended, Outcomes, outcomes
from store.reporting.span import Span
from store.reporting.stays import Stay, stays
from store.reporting.volumes import Day, volumes
from store.tables import record, record_move, record_reader, record_target, record_value
from tests.store.builders import a_projection

Row = dict[str, Any]
FIRST, LAST, TODAY = 103, 115, 120
WAYS = {"": "open", "open": "held", "held": "done"}
VALUES = {"team": ("red", "blue"), "code": ("good", "bad")}
SPANS = [
    Span("paper", FIRST, LAST),
    Span("paper", FIRST, LAST, {"team": "red"}),
    Span("paper", FIRST, TODAY, {"team": "blue", "code": "good"}),
    Span("paper", LAST + 1, TODAY),
    Span("other", FIRST, LAST),
]


class Company:
    """Rows as projections keep them, made by chance."""

    def __init__(self) -> None:
        chance = random.Random(11)
        self.rows: dict[Table, list[Row]] = {
            each: [] for each in (record, record_move, record_target, record_value, record_reader)
        }
        self.values: dict[str, Mapping[str, str]] = {}
        for number in range(120):
            self._add(chance, f"R{number:03}", chance.choice(("paper", "paper", "other")), number)

    def _add(self, chance: random.Random, name: str, process: str, ordinal: int) -> None:
        moves = list(_moves(chance, name, process))
        self.rows[record_move] += moves
        final = moves[-1]["final"]
        columns = {"process": process, "state": moves[-1]["target"], "final": final, "fence": 0.0, "title": name}
        told = {key: value for key, value in a_projection(name).record.items() if key in record.c}
        rest = {"feed": ordinal, "ordinal": ordinal, "words": "", "internal_words": "", "body": {}}
        self.rows[record].append({**told, **rest, **columns})
        self.values[name] = {field: chance.choice(values) for field, values in VALUES.items() if chance.random() < 0.8}
        for field, value in self.values[name].items():
            self.rows[record_value].append({"record": name, "field": field, "value": value, "internal": False})
        for target in ("answer", "solution"):
            outcome = chance.choice((KEPT, KEPT, MISSED, RUNNING))
            day = None if outcome == RUNNING else chance.randrange(100, TODAY)
            told = {"record": name, "process": process, "target": target, "outcome": outcome, "day": day}
            self.rows[record_target].append({**told, "held": float(chance.randrange(9))})
        if chance.random() < 0.5:
            self.rows[record_reader].append({"record": name, "who": "user:ann", "full": True})

    def write(self, connection: Connection) -> None:
        for table, rows in self.rows.items():
            connection.execute(insert(table), rows)

    def of(self, table: Table, span: Span) -> list[Row]:
        """Give the rows of a table that a span is about, whatever the day."""
        return [
            row
            for row in self.rows[table]
            if row["process"] == span.process
            and span.values.items() <= self.values[row["record" if "record" in row else "id"]].items()
        ]


def _moves(chance: random.Random, name: str, process: str) -> Iterator[Row]:
    state, day = "", chance.randrange(95, TODAY)
    for place in range(chance.randrange(1, 5)):
        if state not in WAYS or day > TODAY:
            return
        told = {"record": name, "seq": place, "place": 0, "head": "h", "process": process, "day": day, "at": day * DAY}
        final = WAYS[state] == "done"
        yield {**told, "source": state, "target": WAYS[state], "final": final, "lasted": float(chance.randrange(50))}
        state, day = WAYS[state], day + chance.randrange(6)


COMPANY = Company()


@pytest.fixture
async def company(database: Database) -> Database:
    await database.write(COMPANY.write)
    return database


def _within(rows: list[Row], span: Span) -> list[Row]:
    return [row for row in rows if row["day"] is not None and span.first <= row["day"] <= span.last]


async def test_volumes_are_what_moves_and_records_say(company: Database) -> None:
    for span in SPANS:
        found = await volumes(company, span, TODAY, ["team"])
        moves = COMPANY.of(record_move, span)
        begun = Counter(row["day"] for row in moves if row["source"] == "")
        ended = Counter(row["day"] for row in moves if row["final"])
        for day in found.days:
            still = sum(begun[each] - ended[each] for each in range(90, day.day + 1))
            assert day == Day(day.day, begun[day.day], ended[day.day], still)
        assert [each.day for each in found.days] == list(range(span.first, span.last + 1))
        waiting = [row for row in COMPANY.of(record, span) if not row["final"]]
        assert found.states == Counter(row["state"] for row in waiting)
        teams = (COMPANY.values[row["id"]].get("team") for row in waiting)
        assert found.values == {"team": Counter(team for team in teams if team)}


async def test_targets_are_counted_by_day_and_by_value(company: Database) -> None:
    for span in SPANS:
        rows = _within(all_rows := COMPANY.of(record_target, span), span)
        found: Attainment = await attainment(company, span, "team")
        counted = Counter((row["target"], row["day"], row["outcome"]) for row in rows)
        assert {each[:3]: each.number for each in found.decided} == counted
        assert sum(each.held for each in found.decided) == sum(row["held"] for row in rows)
        assert found.running == Counter(row["target"] for row in all_rows if row["day"] is None)
        teams = ((row, COMPANY.values[row["record"]].get("team")) for row in rows)
        valued = Counter((row["target"], row["day"], team, row["outcome"]) for row, team in teams if team)
        assert {each[:4]: each.number for each in found.valued} == valued
        assert (await attainment(company, span)).valued == ()


async def test_records_behind_a_number_are_those_that_somebody_may_read(company: Database) -> None:
    seen = {row["record"] for row in COMPANY.rows[record_reader]}
    for outcome in (KEPT, MISSED, RUNNING):
        rows = [row for row in COMPANY.of(record_target, SPANS[1]) if row["target"] == "answer"]
        rows = rows if outcome == RUNNING else _within(rows, SPANS[1])
        wanted = {row["record"] for row in rows if row["outcome"] == outcome}
        found = await records_of(company, SPANS[1], ("answer", outcome), ("user:ann",), 99)
        assert {row.id for row in found} == wanted & seen
        assert len(await records_of(company, SPANS[1], ("answer", outcome), None, 2)) == min(2, len(wanted))


def _percentile(times: list[float], tenths: int) -> float:
    return sorted(times)[-(-len(times) * tenths // 10) - 1]


async def test_percentiles_are_times_that_so_many_stay_within(company: Database) -> None:
    for span in SPANS:
        expected = []
        for state in ("held", "open"):
            times = [row["lasted"] for row in _within(COMPANY.of(record_move, span), span) if row["source"] == state]
            if times:
                expected.append(Stay(state, len(times), _percentile(times, 5), _percentile(times, 9)))
        assert list(await stays(company, span, ["open", "held", "never"])) == expected


async def test_outcomes_are_counted_by_state_or_field_and_by_another_field(company: Database) -> None:
    for span in SPANS:
        rows = [row for row in _within(COMPANY.of(record_move, span), span) if row["final"]]
        told = [(row["day"], row["target"], COMPANY.values[row["record"]]) for row in rows]
        by_state = Counter((day, state) for day, state, _ in told)
        assert await outcomes(company, span) == Outcomes(_ended(by_state), ())
        by_code = Counter((day, values.get("code", "")) for day, _, values in told)
        by_team = Counter((values.get("team", ""), values.get("code", "")) for _, _, values in told)
        assert await outcomes(company, span, "code", "team") == Outcomes(_ended(by_code), _ended(by_team))


def _ended(counted: Mapping[tuple[Any, str], int]) -> tuple[Ended, ...]:
    return tuple(Ended(*key, number) for key, number in sorted(counted.items()))
