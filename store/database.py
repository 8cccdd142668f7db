"""Opens a database by its URL and gives transactions on it; the one place that knows which of the two databases it is.

SQLite: write-ahead log, one writer connection a process, `BEGIN IMMEDIATE` for every write, so that writers queue and
never fail half-way. PostgreSQL: advisory locks where one order is needed. Waiting for a lock ends after 1.5 s on both,
below the 2 s that a local activity has (docs/decisions/0003, rule 6).

A transaction is work for one thread from its beginning to its end. Handing over every single statement (aiosqlite,
psycopg's coroutines) was measured at three times the processor time: 19 instead of 6 ms a projection.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import DataError as DriverDataError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from store.errors import DatabaseUrlError, DataError, UnavailableError

P = ParamSpec("P")
T = TypeVar("T")

LOCK_WAIT = 1.5
"""Seconds that a transaction waits for another one before it gives up with `UnavailableError`."""

READERS = 4
CACHE = 16_000
"""Kilobytes of a SQLite file that each connection keeps: of its own 2,000, the tops of indexes take the most."""
CONNECTIONS = 10
PLANS = "-c plan_cache_mode=force_custom_plan -c jit=off"
"""Plans for what is asked, not for whatever may be asked: a list of few and one of many have the same statement."""


class Database:
    """A database that is open; any event loop and any thread may use it. `close()` it in the end."""

    def __init__(self, url: str, *, lock_wait: float = LOCK_WAIT) -> None:
        """Prepare connections to `sqlite:///file` or `postgresql://…`; nothing is opened before the first transaction.

        `lock_wait` is how many seconds a transaction waits for another one.

        Raises:
            DatabaseUrlError: the URL names something else.
        """
        address = _address(url)
        self.dialect = address.get_backend_name()
        if self.dialect == "sqlite":
            self._writer = _sqlite(address, lock_wait, writes=True)
            self._reader = _sqlite(address, lock_wait, writes=False)
            self._writing = ThreadPoolExecutor(1, "store-write")
            self._reading = ThreadPoolExecutor(READERS, "store-read")
        else:
            self._writer = self._reader = _postgresql(address, lock_wait)
            self._writing = self._reading = ThreadPoolExecutor(CONNECTIONS, "store")

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do this work, with these arguments, in a transaction that only reads; errors as `reading`."""
        return await _in_thread(self._reading, self.reading, partial(_with, work, args, kwargs))

    async def write(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do this work, with these arguments, in a transaction that writes; errors as `writing`.

        Work that has begun is finished even when nobody waits for it any more.
        """
        return await _in_thread(self._writing, self.writing, partial(_with, work, args, kwargs))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads.

        Raises:
            UnavailableError: the database is away or busy.
        """
        with _translated(), self._reader.connect() as connection:
            if self.dialect == "postgresql":
                connection.execution_options(postgresql_readonly=True)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; it commits at the end of the block, and rolls back when the block raises.

        Raises:
            UnavailableError: the database is away, or another writer held it for longer than `lock_wait`.
            DataError: the database refuses a value.
        """
        with _translated(), self._writer.begin() as connection:
            yield connection

    async def close(self) -> None:
        """Finish what is being done, and close every connection."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._writing.shutdown()
        self._reading.shutdown()
        self._writer.dispose()
        self._reader.dispose()


def lock(connection: Connection, name: str, *, shared: bool = False) -> None:
    """Until this transaction ends, let no other pass the same name (`shared`: but those that share it too).

    On SQLite a transaction that writes is alone already.
    """
    if connection.dialect.name == "postgresql":
        number = func.hashtextextended(name, 0)
        taken = func.pg_advisory_xact_lock_shared(number) if shared else func.pg_advisory_xact_lock(number)
        connection.execute(select(taken))


def at_one_moment(connection: Connection) -> None:
    """Let everything this transaction reads be as it is now: say so first; on SQLite it always is."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _with(work: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any], connection: Connection) -> T:
    return work(connection, *args, **kwargs)


async def _in_thread(
    threads: ThreadPoolExecutor,
    transaction: Callable[[], AbstractContextManager[Connection]],
    work: Callable[[Connection], T],
) -> T:
    def whole() -> T:
        with transaction() as connection:
            return work(connection)

    return await asyncio.get_running_loop().run_in_executor(threads, whole)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # of a port that is none, which may be the end of a password
        raise DatabaseUrlError(url.partition(":")[0]) from None
    backend = address.get_backend_name()
    if backend == "sqlite" and address.database not in {None, "", ":memory:"}:
        return address.set(drivername="sqlite+pysqlite")
    if backend == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    raise DatabaseUrlError("sqlite in memory" if backend == "sqlite" else backend)


def _postgresql(address: URL, lock_wait: float) -> Engine:
    options = f"-c lock_timeout={lock_wait * 1000:.0f} -c idle_in_transaction_session_timeout=10000 {PLANS}"
    return create_engine(
        address,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=lock_wait,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 2, "application_name": "steward", "options": options},
    )


def _sqlite(address: URL, lock_wait: float, *, writes: bool) -> Engine:
    engine = create_engine(address, pool_size=1 if writes else READERS, max_overflow=0, pool_timeout=lock_wait)

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {lock_wait * 1000:.0f}")
        cursor.execute("PRAGMA journal_mode = WAL" if writes else "PRAGMA query_only = ON")
        cursor.execute("PRAGMA synchronous = FULL")  # the journal is nowhere else: a commit outlives a power loss
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA cache_size = -{CACHE}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the drivers' errors into the two that a caller can act on; others are mistakes of ours."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise UnavailableError(f"the database is away or busy: {error.orig}") from error
    except PoolTimeoutError as error:
        raise UnavailableError("the database is busy: no connection became free in time") from error
    except DriverDataError as error:
        raise DataError(str(error.orig)) from error
    except DBAPIError as error:
        if type(error.orig) is sqlite3.DatabaseError:  # no database at all, or a damaged one
            raise UnavailableError(f"the database cannot be read: {error.orig}") from error
        if not error.connection_invalidated:
            raise
        raise UnavailableError(f"the connection to the database was lost: {error.orig}") from error
