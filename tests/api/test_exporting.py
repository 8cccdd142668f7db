"""Exports of the journals: what was sealed, exactly, for auditors alone, and no formula for a spreadsheet."""

import csv
import io
import json
from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import Any

import pytest

from api.exporting import COLUMNS, Format, cell, csv_line, json_line, written
from api.streams import MOST_EXPORTS
from engine.chain import head_of
from store.exporting import Exported
from tests.api.office import Office, a_token

LINE = {"what": "comment", "name": "", "data": {"text": "=1+1"}, "internal": False}
EVENT = {"kind": "comment", "name": "", "actor": {"id": "ann", "label": "+Ann", "origin": {"channel": "api"}}}
ROW = Exported(7, "REP1", "repair", 2, 1772794800.0, {**EVENT, "version": 3}, [LINE], "h1", "h2")


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1", "'=1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("\uff1d1", "'\uff1d1"),
        (" =1", "' =1"),
        ("\u3000\uff0b1", "'\u3000\uff0b1"),
        (" a", " a"),
        ("a=1", "a=1"),
        (None, ""),
    ],
)
def test_no_cell_is_a_formula(value: Any, shown: str) -> None:
    assert cell(value) == shown


def test_a_row_of_csv_tells_an_event() -> None:
    [row] = cells(csv_line(ROW))
    told = dict(zip(COLUMNS, row, strict=True))
    assert (told["record"], told["at"], told["actor"], told["label"]) == (
        "REP1",
        "2026-03-06T11:00:00Z",
        "ann",
        "'+Ann",
    )
    assert (told["what"], told["channel"], told["version"], told["head"]) == ("comment: =1+1", "api", "3", "h2")


def test_a_line_of_json_has_what_was_sealed() -> None:
    told = json.loads(json_line(ROW))
    assert (told["event"], told["lines"], told["previous_head"], told["head"]) == (ROW.event, [LINE], "h1", "h2")


async def events(*rows: Exported) -> AsyncIterator[Exported]:
    for row in rows:
        yield row


@pytest.mark.asyncio
async def test_a_csv_file_begins_with_its_columns() -> None:
    parts = [part async for part in written(events(ROW), Format.CSV)]
    assert cells("".join(parts))[0] == list(COLUMNS)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.server
async def test_an_export_proves_itself_and_tells_nothing_that_is_sealed(office: Office) -> None:
    office.secrets["auditor"] = await a_token(office.services.database, "auditor-robot", "auditor")
    record = (await office.repair(summary="=cmd()"))["id"]
    await office.post("ann", f"/records/{record}/comments", {"text": "Psst", "internal": True})
    answer = await office.get("auditor", f"/audit/journal?record={record}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/jsonl")
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [row["seq"] for row in rows] == [1, 2]
    assert [head_of(row["previous_head"], record, row["seq"], row["event"], row["lines"]) for row in rows] == [
        row["head"] for row in rows
    ]
    sheet = cells((await office.get("auditor", f"/audit/journal?record={record}&format=csv")).text)
    assert (len(sheet), "note: Psst" in sheet[2][COLUMN]) == (3, True)


COLUMN = list(COLUMNS).index("what")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.server
async def test_an_export_is_narrowed(office: Office) -> None:
    office.secrets["auditor"] = await a_token(office.services.database, "auditor-robot", "auditor")
    await office.repair()
    for query, some in (("process=repair", True), ("process=x", False), ("since=2999-01-01T00:00:00Z", False),
                        ("until=2999-01-01T00:00:00Z", True), ("record=REP7654321", False)):  # fmt: skip
        assert bool((await office.get("auditor", f"/audit/journal?{query}")).text) is some, query


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.server
async def test_somebody_has_so_many_exports_at_a_time_and_each_gives_its_place_back(office: Office) -> None:
    office.secrets["auditor"] = await a_token(office.services.database, "auditor-robot", "auditor")
    path = "/audit/journal?record=REP7654321"
    with ExitStack() as held:
        for _ in range(MOST_EXPORTS):
            held.enter_context(office.services.exports.place("auditor-robot"))
        told = await office.get("auditor", path)
    assert (told.status_code, told.headers.get("Retry-After")) == (429, "2")
    assert [(await office.get("auditor", path)).status_code for _ in range(MOST_EXPORTS + 1)] == [200] * 3


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.server
@pytest.mark.parametrize("who", ["ann", "bob", "carl", "alarms"])
async def test_only_auditors_export(office: Office, who: str) -> None:
    assert (await office.get(who, "/audit/journal")).status_code == 403
