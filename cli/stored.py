"""The database of the settings, for verbs that work on it directly: no server need be running."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from cli.errors import UnreachableError
from settings import settings
from store.database import Database
from store.errors import StoreError

Given = TypeVar("Given")


def on_database(work: Callable[[Database], Awaitable[Given]]) -> Given:
    """Open the database of the settings and do something with it. Raises UnreachableError."""

    async def opened() -> Given:
        database = Database(settings().database_url)
        try:
            return await work(database)
        finally:
            await database.close()

    data = settings().data
    if not data.is_dir() and settings().database_url.startswith("sqlite"):
        raise UnreachableError(
            f"there is no data directory {data}. `steward up` makes one; STEWARD_DATA names another."
        )
    try:
        return asyncio.run(opened())
    except StoreError as error:
        raise UnreachableError(str(error)) from error
