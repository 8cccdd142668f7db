"""Databases that are away, busy or not ours, and the way to the newest schema."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, text

from store.database import LOCK_WAIT, Database, lock
from store.errors import DatabaseUrlError, NewerSchemaError, UnavailableError
from store.migrations import migrate, schema
from store.projections import project
from store.queries import get_record
from store.tables import message, metadata
from tests.postgres import PostgresServer, postgres_server
from tests.store.builders import a_projection, given


@pytest.mark.parametrize("url", ["mysql://root@host/steward", "sqlite://", "sqlite:///:memory:", "steward.db", ""])
def test_a_url_of_another_database_is_refused_with_the_remedy(url: str) -> None:
    with pytest.raises(DatabaseUrlError, match=r"Use sqlite:///path/to/file\.db or postgresql://user@host/name"):
        Database(url)


def differences(connection: Connection) -> list[object]:
    """How the database differs from the tables, full text apart, which every database has in its own way."""

    def ours(_thing: object, name: str | None, *_rest: object) -> bool:
        return not (name or "").startswith(("search", "due_order", "alembic_"))

    def other(context: MigrationContext, _stored: object, _column: object, stored: Any, told: Any) -> bool:
        asked = told.compile(context.dialect).replace("VARCHAR", "TEXT")  # the same to PostgreSQL; collation included
        return bool(stored.compile(context.dialect) != asked)

    options = {"include_object": ours, "compare_type": other, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index due_order")
async def test_the_migrations_make_the_tables(database: Database) -> None:
    with database.writing() as connection:
        assert differences(connection) == []


async def test_migrating_again_changes_nothing(database: Database, url: str) -> None:
    await given(database, a_projection())
    await asyncio.gather(migrate(url), migrate(url))
    assert await get_record(database, "R1") is not None


async def test_who_starts_while_another_migrates_waits_as_long_as_it_takes(url: str, another: Database) -> None:
    with another.writing() as connection:
        lock(connection, "migrations")
        late = asyncio.create_task(migrate(url))
        await asyncio.wait((late,), timeout=LOCK_WAIT + 0.3)  # longer than any other work would wait
    await late


@pytest.mark.postgresql
async def test_an_empty_database_gets_its_tables_from_many_at_once(server: PostgresServer) -> None:
    url = server.create("fresh")
    await asyncio.gather(*(migrate(url) for _ in range(4)))
    found, newest = await schema(url)
    assert found == newest


async def test_a_database_of_a_newer_version_is_left_alone(database: Database, url: str) -> None:
    def renumber(after: str) -> str:
        with database.writing() as connection:
            before = connection.scalar(text("SELECT version_num FROM alembic_version"))
            connection.execute(text("UPDATE alembic_version SET version_num = :after"), {"after": after})
        return str(before)

    newest = renumber("9999")
    with pytest.raises(NewerSchemaError, match="made by a newer version of Steward"):
        await migrate(url)
    assert renumber(newest) == "9999"


async def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    async def interrupted() -> None:
        with database.writing() as connection:
            connection.execute(insert(message).values(digest="d", source="s"))
            message_of_ours = "given up"
            raise LookupError(message_of_ours)

    with pytest.raises(LookupError, match="given up"):
        await interrupted()
    with database.reading() as connection:
        assert (connection.execute(message.select())).all() == []


async def test_who_reads_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only"), database.reading() as connection:
        connection.execute(insert(message).values(digest="d", source="s"))


async def test_reading_goes_on_while_somebody_writes(database: Database, another: Database) -> None:
    await given(database, a_projection())
    with another.writing() as connection:
        connection.execute(insert(message).values(digest="d", source="s"))
        assert await get_record(database, "R1") is not None


async def test_who_waits_too_long_is_told_that_it_is_busy(url: str, database: Database, another: Database) -> None:
    impatient = Database(url, lock_wait=0.1)
    with another.writing() as connection:
        lock(connection, "feed")
        with pytest.raises(UnavailableError, match="away or busy"):
            await given(impatient, a_projection())
    await given(impatient, a_projection())
    await impatient.close()


@pytest.fixture
async def lone() -> AsyncIterator[tuple[PostgresServer, Database]]:
    """A PostgreSQL server for one test, which may stop it."""
    with postgres_server() as server:
        url = server.create("steward")
        await migrate(url)
        opened = Database(url)
        yield server, opened
        await opened.close()


@pytest.mark.postgresql
async def test_a_database_that_was_away_is_used_again_when_it_is_back(lone: tuple[PostgresServer, Database]) -> None:
    server, database = lone
    await given(database, a_projection())
    server.stop()
    with pytest.raises(UnavailableError):
        await project(database, a_projection(seq=2))
    server.start()
    assert await project(database, a_projection(seq=2)) == "h2"
