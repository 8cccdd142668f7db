"""Carries what goes on between a parent and the records it starts: their start, their end, and the end of waiting.

A record is started under the key of the step that starts it, so that any number of attempts start one. Its definition
is the newest that is published.
"""

from collections.abc import Callable
from typing import Any

from activities.relay import NotSentError
from engine.children import RUN
from engine.identity import standing
from engine.parting import PARENT_LEFT, report_of
from engine.record import Event, Kind, Refused
from engine.requests import body_digest, scoped
from engine.snapshot import restore
from language.definition import Definition
from store.allotted import allotted
from store.database import Database
from store.outbox import ATTEMPTS, OutboxRow
from store.queries import RecordRow, get_record, last_by_correlation, open_by_correlation
from store.reading import newest, pinned
from store.starting import arrived, prepare
from workflows.client import ClosedError, RecordClient

ARRIVAL = 5.0
"""Seconds for which a record that was started is waited for, before the row is taken up again later."""


class Starting:
    """The carriers of `start`, `answer` and `leave`; `clock` gives seconds since the epoch, UTC."""

    def __init__(self, database: Database, client: RecordClient, clock: Callable[[], float]) -> None:
        """Keep what it works with; nothing is sent."""
        self._database = database
        self._client = client
        self._clock = clock

    async def start(self, row: OutboxRow, parent: RecordRow) -> None:
        """Start a record for a step, and tell the step what it has to know; one that nobody waits for is left out."""
        wanted = row.body
        if wanted["waits"] and not _waits(parent, row):
            return
        definition = await newest(self._database, wanted["process"])
        if definition is None:
            await self._answer(row, _error("unknown-process", f"no process named {wanted['process']} is published"))
            return
        if await self._taken(row, definition):
            return
        key = await self._start_key(row, definition)
        refused = await self._begin(row, definition, key)
        if refused is None:
            await self._begun(row, definition, key)
        elif not await self._taken(row, definition):  # another was quicker
            await self._answer(row, refused)

    async def answer(self, row: OutboxRow, _child: RecordRow) -> None:
        """Tell a parent how the record ended that a step of it waits for; one that does not wait need not know.

        A step that is tried again waits as another attempt: the row that it then writes asks for this end again.
        """
        name, path = row.body["record"], row.body["path"]
        parent = await get_record(self._database, name)
        attempt = None if parent is None else _attempt(parent, path)
        if attempt is not None:
            await self._ended(name, path, attempt, row.body["data"])

    async def leave(self, row: OutboxRow, _parent: RecordRow) -> None:
        """Tell a record that its parent does not wait for it any more; one that never began need not know."""
        definition = await newest(self._database, row.body["process"])
        if definition is not None:
            await self._left(definition, row)

    async def _taken(self, row: OutboxRow, definition: Definition) -> bool:
        """Say whether the row asks for a record only once and one is open: then tell the step of that."""
        open_already = await open_by_correlation(self._database, *by) if (by := _once(row, definition)) else None
        if open_already is not None:
            await self._answer(row, _result(row, open_already))
        return open_already is not None

    async def _start_key(self, row: OutboxRow, definition: Definition) -> str:
        """Give the key of the record: of the step, or, once for all, of the value after the last record that had it."""
        by = _once(row, definition)
        if by is None:
            return _key(row.record, row.body["path"])
        last = await last_by_correlation(self._database, *by)
        return scoped("once", "/".join(by), f"start after {last.id if last else 'nothing'}")

    async def _begin(self, row: OutboxRow, definition: Definition, key: str) -> dict[str, Any] | None:
        """Start the record that the row asks for, unless it was started before; give the error where it cannot be."""
        wanted, now = row.body, self._clock()
        if await self._there(definition, key) is not None:
            return None
        run = wanted["path"] if wanted["waits"] else ""
        event = Event(Kind.START, "start", None, wanted["fields"], id=key, now=now)
        event = event._replace(body=body_digest(event), parent=row.record, run=run, depth=wanted["depth"])
        prepared = await prepare(self._database, definition, event)
        if isinstance(prepared, Refused):
            return _error("refused", "; ".join(reason.text for reason in prepared.reasons))
        record, known = prepared
        await self._client.start(record, definition.process, definition.source, definition.digest, known)
        return None

    async def _begun(self, row: OutboxRow, definition: Definition, key: str) -> None:
        """See that the record is there; tell who waits for its beginning, and who waits for an end that was before."""
        name = await allotted(self._database, definition.number, key)
        child = None if name is None else await arrived(self._database, name, ARRIVAL)
        if child is None:
            await self._late(row, f"{name} has not begun yet")
            return
        if not row.body["waits"]:
            await self._answer(row, _result(row, child))
        elif child.final:
            ended = await pinned(self._database, child.digest)
            assert ended is not None  # the row exists, so its definition is published
            data = {"result": report_of(ended, restore(dict(child.body)))}
            await self._ended(row.record, row.body["path"], row.seq, data)
        else:
            parent = await get_record(self._database, row.record)
            if parent is not None and not _waits(parent, row):  # left while the record was being started
                await self._left(definition, row)

    async def _late(self, row: OutboxRow, text: str) -> None:
        """Leave the row for later; in the last attempt give up, and tell the step."""
        if row.attempts + 1 < ATTEMPTS:
            raise NotSentError(text)
        await self._answer(row, _error("not-started", text))

    async def _left(self, definition: Definition, row: OutboxRow) -> None:
        path, depth = row.body["path"], row.body["depth"]
        name = await allotted(self._database, definition.number, _key(row.record, path))
        if name is not None:
            await self._tell(name, Event(Kind.LEFT, PARENT_LEFT, depth=depth), left_key(row.record, path))

    async def _there(self, definition: Definition, key: str) -> RecordRow | None:
        name = await allotted(self._database, definition.number, key)
        return None if name is None else await get_record(self._database, name)

    async def _ended(self, parent: str, path: str, attempt: int, data: dict[str, Any]) -> None:
        """Tell an attempt of a step how its record ended: the same event, whether its end or its start brings it."""
        await self._tell(parent, Event(Kind.CHILD, path, data=data), f"{_key(parent, path)}/ended-{attempt}")

    async def _answer(self, row: OutboxRow, data: dict[str, Any]) -> None:
        """Tell the step that asked what came of it."""
        await self._tell(row.record, Event(Kind.CHILD, row.body["path"], data=data), f"{row.key}/answer")

    async def _tell(self, record: str, event: Event, key: str) -> None:
        """Let an event reach a record; one that is over takes no more."""
        event = event._replace(id=scoped(record, event.kind, key))
        try:
            await self._client.occur(record, event._replace(body=body_digest(event)))
        except ClosedError:
            return


def _key(record: str, path: str) -> str:
    return f"{record}/{path}"


def left_key(parent: str, path: str) -> str:
    """Give the key of the event that tells a record that the step at a path of its parent does not wait any more."""
    return f"{_key(parent, path)}/left"


def _once(row: OutboxRow, definition: Definition) -> tuple[str, str] | None:
    """Give the process and the value by which an open record would be taken instead; None where one is always begun."""
    value = row.body["fields"].get(definition.correlate) if row.body.get("once") else None
    return None if value is None else (definition.process, str(value))


def _result(row: OutboxRow, child: RecordRow) -> dict[str, Any]:
    """Tell of a record that has begun; it existed where another record than the one that asks has begun it."""
    return {"result": {"id": child.id, "existed": child.body["parent"] != row.record}}


def _waits(parent: RecordRow, row: OutboxRow) -> bool:
    """Say whether the step that a row was written for still waits for the end of a record."""
    return _attempt(parent, row.body["path"]) == row.seq


def _attempt(parent: RecordRow, path: str) -> int | None:
    """Give the number of the event with which a step began to wait for the end of a record; None where none waits."""
    record = restore(dict(parent.body))
    token = record.tokens.get(standing(record, path))
    return token.seq if token is not None and token.kind == RUN else None


def _error(code: str, text: str) -> dict[str, Any]:
    return {"error": {"code": code, "text": text}}
