"""Lists of so many records that they are walked, not picked out: each way finds what a look at every record finds."""

import random
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text

from bench.lists import ASKED, Store
from bench.many_records import COMMON, FREQUENT, fill
from store.database import Database
from store.listing import Filter, list_records
from store.narrowing import FEW, narrowed
from store.queries import full_sight
from store.search import words
from store.tables import record, record_reader, record_value

COUNT = FEW + 1_000
SEES_ALL = ("user:agent1", "name:agent")
GROUP = ("name:group1", "group:group1")
OWN = ("user:person7",)
NO_WORD = "…"
SITE = "site"
"""A field in which every record has the value `here`, but one."""


@pytest.fixture
async def many(database: Database) -> Database:
    fill(database, COUNT)
    await database.write(_put_somewhere)
    return database


def _put_somewhere(connection: Connection) -> None:
    told = (record.c.id, text(f"'{SITE}'"), text("'here'"), text("false"), record.c.updated_at, record.c.final)
    names = ["record", "field", "value", "internal", "updated_at", "final"]
    connection.execute(insert(record_value).from_select(names, select(*told).where(record.c.ordinal > 1)))


def _everything(connection: Connection) -> list[dict[str, Any]]:
    """Read what lists go by, as plain as can be."""
    readers, values = dict[str, set[str]](), dict[str, set[tuple[str, str]]]()
    for name, who in connection.execute(select(record_reader.c.record, record_reader.c.who)):
        readers.setdefault(name, set()).add(who)
    for name, field, value in connection.execute(select(*list(record_value.c)[:3])):
        values.setdefault(name, set()).add((field, value))
    columns = [record.c[name] for name in ("id", "ordinal", "process", "state", "final", "updated_at", "due", "words")]
    rows = connection.execute(select(*columns)).mappings()
    return [{**row, "readers": readers[row["id"]], "values": values[row["id"]]} for row in rows]


def _fits(row: dict[str, Any], wanted: Filter, viewer: tuple[str, ...]) -> bool:
    return (
        not row["readers"].isdisjoint(viewer)
        and (not wanted.process or row["process"] in wanted.process)
        and (not wanted.state or row["state"] in wanted.state)
        and (wanted.final is None or row["final"] == wanted.final)
        and all(any((name, each) in row["values"] for each in given) for name, given in wanted.values.items())
        and all(any(said.startswith(word) for said in row["words"].split()) for word in words(wanted.q))
    )


ORDERS = {
    "-updated": lambda row: (-row["updated_at"], -row["ordinal"]),
    "updated": lambda row: (row["updated_at"], row["ordinal"]),
    "-created": lambda row: -row["ordinal"],
    "due": lambda row: (row["due"] is None, row["due"] or 0, row["ordinal"]),
}
LISTS = [
    (Filter(), SEES_ALL, "-updated"),
    (Filter(), SEES_ALL, "due"),
    (Filter(), OWN, "-updated"),
    (Filter(), GROUP, "updated"),
    (Filter(final=False), SEES_ALL, "due"),
    (Filter(process=("change",), state=("closed",)), SEES_ALL, "-updated"),
    (Filter(values={"assignee": ("agent3",)}), SEES_ALL, "-updated"),
    (Filter(values={"assignee": ("agent3",)}, q=COMMON), SEES_ALL, "-updated"),
    (Filter(values={"assignee": ("agent3",)}), SEES_ALL, "due"),
    (Filter(values={"assignee": ("agent3", "agent4"), SITE: ("here",)}), SEES_ALL, "-updated"),
    (Filter(values={"priority": ("P1",), "assignee": ("agent3",)}), SEES_ALL, "-updated"),
    (Filter(values={SITE: ("here",)}), SEES_ALL, "-updated"),
    (Filter(values={SITE: ("here",)}, state=("new", "closed"), process=("alert",)), SEES_ALL, "updated"),
    (Filter(values={SITE: ("here",)}, q=COMMON), SEES_ALL, "-updated"),
    (Filter(values={SITE: ("here",)}, final=False), SEES_ALL, "-updated"),
    (Filter(values={SITE: ("here",)}, final=True), SEES_ALL, "-created"),
    (Filter(q=COMMON), SEES_ALL, "-updated"),
    (Filter(q="unique77"), SEES_ALL, "-updated"),
    (Filter(q=f"{COMMON} unique77 {FREQUENT}"), SEES_ALL, "-updated"),
    (Filter(q=f"{COMMON} word1"), SEES_ALL, "-updated"),
    (Filter(q=COMMON), OWN, "-updated"),
    (Filter(q="nowhere"), SEES_ALL, "-updated"),
    (Filter(q=NO_WORD), SEES_ALL, "-updated"),
]


async def test_every_list_has_what_a_look_at_each_record_finds(many: Database) -> None:
    rows = await many.read(_everything)
    for wanted, viewer, sort in LISTS:
        expected = [row["id"] for row in sorted(rows, key=ORDERS[sort]) if _fits(row, wanted, viewer)]
        page = await list_records(many, wanted, viewer=viewer, sort=sort, limit=30)
        found = [row.id for row in page.rows]
        if page.next is not None:
            following = await list_records(many, wanted, viewer=viewer, sort=sort, limit=30, cursor=page.next)
            found += [row.id for row in following.rows]
        assert found == (expected[:60] if wanted.q != NO_WORD else []), (wanted, viewer, sort)


async def test_what_is_few_is_picked_and_what_is_frequent_is_walked(many: Database) -> None:
    def way(connection: Connection, viewer: tuple[str, ...], wanted: Filter, *, by: bool = True) -> tuple[int, object]:
        found = narrowed(connection, viewer, wanted.values, wanted.q, full_sight(viewer), by_change=by)
        return len(found.conditions), found.along

    here, whose = {SITE: ("here",)}, {"assignee": ("agent3",)}
    assert await many.read(way, SEES_ALL, Filter()) == (0, None)
    assert await many.read(way, OWN, Filter()) == (1, None)
    assert await many.read(way, SEES_ALL, Filter(values={**here, **whose})) == (0, ("assignee", "agent3"))
    assert await many.read(way, SEES_ALL, Filter(values={**here, **whose}), by=False) == (1, None)
    assert await many.read(way, SEES_ALL, Filter(values={**here, "assignee": ("agent3", "agent4")})) == (1, None)
    assert await many.read(way, SEES_ALL, Filter(values=here)) == (0, (SITE, "here"))
    assert await many.read(way, SEES_ALL, Filter(values=here, q=COMMON)) == (1, (SITE, "here"))
    assert await many.read(way, SEES_ALL, Filter(values=here, q=f"{COMMON} unique77")) == (2, None)


async def test_what_is_measured_can_be_asked(database: Database) -> None:
    fill(database, 200)
    for ask in ASKED.values():
        await ask(Store(database, 200), random.Random(1))
