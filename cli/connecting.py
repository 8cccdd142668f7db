"""Connects worker and API to what they stand on: Temporal and the database, by the settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.runtime import Runtime
from temporalio.service import RPCError

from cli.data import running
from cli.embedded import LOOPBACK
from cli.encryption import codec_of, demand_same
from cli.errors import UnreachableError, UsageError
from cli.temporal_settings import temporal_address
from cli.unreached import Reached, why
from settings import Settings
from store.database import Database
from store.errors import StoreError
from store.migrations import migrate
from workflows.codec import encrypting
from workflows.tracing import Tracing


@asynccontextmanager
async def connected(settings: Settings, runtime: Runtime | None = None) -> AsyncIterator[tuple[Client, Database]]:
    """Connect to Temporal, and open the database with its newest schema; it is closed at the end of the block.

    `runtime` is what Temporal's library is to run on, where it is to count.

    Raises UnreachableError when one of the two does not answer or does not let us in, and UsageError for settings that
    cannot be right.
    """
    try:
        await migrate(settings.database_url)
    except StoreError as error:
        raise UnreachableError(str(error)) from error
    temporal = await _temporal(settings, runtime)
    database = Database(settings.database_url)
    try:
        yield temporal, database
    finally:
        await database.close()


async def _temporal(settings: Settings, runtime: Runtime | None) -> Client:
    options, codec = temporal_options(settings), codec_of(settings)
    converter = DataConverter.default if codec is None else encrypting(codec)
    try:
        client = await Client.connect(**options, data_converter=converter, runtime=runtime, interceptors=[Tracing()])
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
        await demand_same(client, codec)
    except (RuntimeError, RPCError, ValueError) as error:  # all that temporalio says of a connection that fails
        raise _unreached(options, _said(error)) from error
    return client


def temporal_options(settings: Settings) -> ClientConnectConfig:
    """Give the address of the settings; else what Temporal's own configuration says; else the embedded server.

    Raises UsageError for a configuration that cannot be read.
    """
    if settings.temporal_address is not None:
        return {"target_host": settings.temporal_address}
    temporal_address()  # says what is wrong with these settings better than what reads them next
    embedded = running(settings.data)
    nearby = embedded.temporal if embedded is not None else f"{LOOPBACK}:{settings.temporal_port}"
    try:
        return {"target_host": nearby, **ClientConfig.load_client_connect_config()}
    except (RuntimeError, ValueError, OSError) as error:
        raise UsageError(f"Temporal's settings (TEMPORAL_…): {str(error).partition(chr(10))[0]}") from None


def _said(error: Exception) -> str:
    return f"{error.status.name}: {error.message}" if isinstance(error, RPCError) else str(error)


def _unreached(options: ClientConnectConfig, said: str) -> UnreachableError:
    reached = Reached(
        options.get("target_host", ""),
        options.get("namespace", "default"),
        tls=bool(options.get("tls", options.get("api_key"))),
        api_key=bool(options.get("api_key")),
    )
    return UnreachableError(why(said, reached).of(reached.address), [said])
