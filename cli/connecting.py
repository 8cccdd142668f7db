"""Connects worker and API to what they stand on: Temporal and the database, by the settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.client import Client
from temporalio.envconfig import ClientConfig, ClientConnectConfig

from cli.data import running
from cli.embedded import LOOPBACK
from cli.errors import UnreachableError
from settings import Settings
from store.database import Database
from store.errors import StoreError
from store.migrations import migrate


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[tuple[Client, Database]]:
    """Connect to Temporal, and open the database with its newest schema; it is closed at the end of the block.

    Raises UnreachableError when one of the two does not answer.
    """
    try:
        await migrate(settings.database_url)
    except StoreError as error:
        raise UnreachableError(str(error)) from error
    temporal = await _temporal(settings)
    database = Database(settings.database_url)
    try:
        yield temporal, database
    finally:
        await database.close()


async def _temporal(settings: Settings) -> Client:
    options = _options(settings)
    try:
        return await Client.connect(**options)
    except RuntimeError as error:  # all that temporalio says of a connection that fails
        hint = "Start one with `steward up`, or set STEWARD_TEMPORAL_ADDRESS or TEMPORAL_ADDRESS."
        message = f"no Temporal server answers at {options['target_host']}. {hint}"
        raise UnreachableError(message, [str(error)]) from error


def _options(settings: Settings) -> ClientConnectConfig:
    """The address of the settings; else what Temporal's own configuration says; else the embedded server."""
    if settings.temporal_address is not None:
        return {"target_host": settings.temporal_address}
    embedded = running(settings.data)
    nearby = embedded.temporal if embedded is not None else f"{LOOPBACK}:{settings.temporal_port}"
    return {"target_host": nearby, **ClientConfig.load_client_connect_config()}
