"""How the tables come to be: brings a database to the schema of this version, in one transaction, by Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from store.database import Database, lock
from store.errors import NewerSchemaError


async def migrate(url: str) -> None:
    """Bring the database to the newest schema; nothing happens when it is there already.

    Raises:
        NewerSchemaError: it was made by a newer version of Steward.
        UnavailableError: the database is away or busy.
    """
    database = Database(url)
    try:
        await database.write(_upgrade)
    finally:
        await database.close()


def _upgrade(connection: Connection) -> None:
    lock(connection, "migrations")
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        if "Can't locate revision" not in str(error):
            raise
        raise NewerSchemaError from error
