"""How the tables come to be: brings a database to the schema of this version, in one transaction, by Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from store.database import LOCK_WAIT, Database, lock
from store.errors import NewerSchemaError

TURN = 600.0
"""Seconds that one waits until another, who started at the same time, has migrated: many records take minutes."""


async def migrate(url: str) -> None:
    """Bring the database to the newest schema; nothing happens when it is there already.

    Any number of processes may do it at once: one does, and the others wait.

    Raises:
        NewerSchemaError: it was made by a newer version of Steward.
        UnavailableError: the database is away or busy.
    """
    database = Database(url, lock_wait=TURN)
    try:
        await database.write(_upgrade)
    finally:
        await database.close()


async def schema(url: str) -> tuple[str, str]:
    """Give the revision of the database's schema (empty: it has none) and the newest one; nothing is changed.

    Raises UnavailableError.
    """
    database = Database(url)
    try:
        found = await database.read(_revision)
    finally:
        await database.close()
    return found, ScriptDirectory.from_config(_config()).get_current_head() or ""


def _revision(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""


def _upgrade(connection: Connection) -> None:
    lock(connection, "migrations")
    if connection.dialect.name == "postgresql":  # whoever works goes before: no table is waited for that long
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_WAIT * 1000:.0f}")
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        if "Can't locate revision" not in str(error):
            raise
        raise NewerSchemaError from error


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
