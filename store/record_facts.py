"""Answers facts about records from what is stored of them: which there are, and what an attribute of one is."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, exists, select

from engine.answers import fact
from engine.record_facts import Sought, about, correlated, found, process_of, said, sought
from engine.records import PARENT as RECORD
from engine.snapshot import restore
from store.columns import index_key
from store.database import Database
from store.queries import get_record, open_by_correlation
from store.reading import newest, pinned
from store.tables import record, record_value


async def record_facts(database: Database, keys: Sequence[str]) -> Mapping[str, Any]:
    """Answer facts about records by their keys. Raises UnavailableError."""
    return {key: await _answer(database, key) for key in keys}


async def _answer(database: Database, key: str) -> Mapping[str, Any]:
    looked_up = correlated(key)
    if looked_up is not None:
        holder = await open_by_correlation(database, *looked_up)
        return fact(None if holder is None else holder.id)
    asked = about(key)
    if asked is None:
        definition = await newest(database, process_of(key))
        return found(key, [] if definition is None else await database.read(_ids, sought(definition, key)))
    process, name, _attribute = asked
    row = await get_record(database, name)
    if row is None or process not in (row.process, RECORD):
        return said(None, None, key)
    return said(await pinned(database, row.digest), restore(dict(row.body)), key)


def _ids(connection: Connection, wanted: Sought) -> list[str]:
    query = select(record.c.id).where(record.c.process == wanted.process)
    if wanted.states is not None:
        query = query.where(record.c.state.in_(wanted.states))
    if wanted.since is not None:
        query = query.where(record.c.created_at >= wanted.since)
    for name, values in wanted.values.items():
        texts = [index_key(each) for each in values]
        held = (record_value.c.record == record.c.id, record_value.c.field == name, record_value.c.value.in_(texts))
        query = query.where(exists().where(*held))
    newest_first = query.order_by(record.c.ordinal.desc()).limit(wanted.most)
    return list(reversed(connection.scalars(newest_first).all()))
