"""What people still have in hand: open tasks and approvals that wait for them, and open records that name them."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select

from engine.listing import CREATED_BY, WATCHERS
from store.columns import index_key
from store.database import Database
from store.tables import approval_seat, record, record_value, task_seat


class OpenWork(NamedTuple):
    """How many open tasks and approvals wait for somebody, and how many open records name them."""

    seats: int = 0
    records: int = 0


async def open_work(database: Database, people: Collection[str]) -> Mapping[str, OpenWork]:
    """Count what these people have in hand; those without anything are left out."""
    return await database.read(_open_work, people) if people else {}


def _open_work(connection: Connection, people: Collection[str]) -> Mapping[str, OpenWork]:
    seats = dict.fromkeys(people, 0)
    for table in (task_seat, approval_seat):
        who = [f"user:{each}" for each in people]
        query = select(table.c.who, func.count()).where(table.c.who.in_(who)).group_by(table.c.who)
        for seat, number in connection.execute(query):
            seats[seat.removeprefix("user:")] += number
    records = {each.value: each.number for each in connection.execute(_named(people))}
    found = {each: OpenWork(seats[each], records.get(index_key(each), 0)) for each in people}
    return {each: work for each, work in found.items() if any(work)}


def _named(people: Collection[str]) -> Select[Any]:
    """Count the open records in which these people are the value of a field."""
    named = record_value.c
    return (
        select(named.value, func.count(named.record.distinct()).label("number"))
        .join(record, record.c.id == named.record)
        .where(named.value.in_([index_key(each) for each in people]), record.c.final.is_(False))
        .where(named.field.not_in((CREATED_BY, WATCHERS)))
        .group_by(named.value)
    )
