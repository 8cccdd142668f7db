"""The scene of a conformance case on a real Temporal server: what people see is read from the store."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import count

from temporalio.client import WorkflowExecutionStatus

from engine.calls import open_calls
from engine.children import BEGIN, RUN, START
from engine.judging import judge
from engine.messages import MESSAGE
from engine.record import Event, Json, Kind, Line, Needs, Plain, Refused
from engine.requests import body_digest, scoped
from engine.scenarios.courses import Course, Told
from engine.scenarios.scene import Reasons, Scene
from engine.scenarios.script import Case, Script, WantedCall
from engine.snapshot import restore
from engine.timers import earliest
from engine.undoing import ending_calls
from store import outbox, queries
from store.numbers import allot
from store.record_facts import record_facts
from store.starting import arrived
from tests.conformance import suite
from tests.conformance.served import PATIENCE, Served
from tests.temporal import fast_forward
from workflows.client import BusyError, ClosedError, RecordClient, RefusedError
from workflows.messages import Limits

PAUSE = 0.05
"""Seconds between two looks whether anything is still going on."""
SHORT = Limits(events=40)
"""A history is continued as new after few events, so that it happens in the middle of cases."""

numbers = count()


class ServedScene(Scene):
    """The surroundings of a case whose records are workflows; their clocks go on while it runs."""

    exact = 600.0
    patience = PATIENCE

    def __init__(self, served: Served, script: Script, case: Case) -> None:
        """Begin when the case does, with no records."""
        self._served = served
        self._ahead = 0.0
        self._calls: defaultdict[str, list[WantedCall]] = defaultdict(list)
        self._unanswered: list[str] = []
        self._key = f"case-{next(numbers)}"
        self._keys = count()
        super().__init__(suite.definitions(), script, case)
        self._records = RecordClient(served.temporal, lambda: self.now, SHORT)

    @property
    def now(self) -> float:
        """The time of the case, which goes on by itself."""
        return time.time() + self._ahead

    @now.setter
    def now(self, instant: float) -> None:
        self._ahead = instant - time.time()

    def happen(self, course: Course, event: Event, name: str = "") -> Reasons:
        """Let something happen to a record, and wait until all that comes of it is over."""
        data = self.sealed(course, event)
        if isinstance(data, Refused):
            return data.reasons
        return self._served.run(self._happen(course, event._replace(data=data), name))

    def until(self, instant: float) -> Reasons:
        """Skip time on the server, stopping at every deadline on the way where there are several records."""
        return self._served.run(self._until(instant))

    def about_records(self, key: str) -> Json:
        """Answer a fact about records from the store."""
        return self._served.run(record_facts(self._served.database, [key]))[key]

    def called(self, key: str, record: str, action: str, given: Plain) -> Plain | None:
        """Take note of a call, and give what the case says comes of it."""
        self._calls[record].append(WantedCall(action, given))
        answer = self.answer(action)
        if answer is None:
            self._unanswered.append(key)
        return answer

    def prove(self) -> None:
        """Assert that what is stored of every record is what its workflow says, and that no workflow has failed."""
        self._served.run(self._proven())

    async def _proven(self) -> None:
        database = self._served.database
        for course in self.courses.values():
            record = course.record.id
            described = await self._served.temporal.get_workflow_handle(record).describe()
            assert described.status in (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.COMPLETED)
            assert await queries.find_break(database, record) is None
            journal = await queries.get_journal(database, record)
            assert [each.seq for each in journal] == list(range(1, course.record.seq + 1))

    async def _happen(self, course: Course, event: Event, name: str) -> Reasons:
        key = scoped(event.actor.id if event.actor else "", event.kind, f"{self._key}-{next(self._keys)}")
        event = event._replace(id=key, now=self.now)
        event = event._replace(body=body_digest(event))
        try:
            if event.kind is Kind.START:
                return await self._start(course, event, name)
            if event.kind is Kind.OCCUR:
                await self._records.occur(course.record.id, event)
                await self._taken(course, key)
            else:
                await self._records.send(course.record.id, event, self._facts_of, PATIENCE)
        except RefusedError as refused:
            return refused.reasons
        except ClosedError:
            return await self._judged(course, event)
        await self._settled()
        return ()

    async def _start(self, course: Course, event: Event, name: str) -> Reasons:
        """Start a record as the edge does: judged with facts, numbered, begun."""
        while isinstance(outcome := judge(course.definition, course.record, event), Needs):
            event = event._replace(facts={**event.facts, **await self._facts_of(outcome.keys, event.now)})
        if isinstance(outcome, Refused):
            return outcome.reasons
        definition = course.definition
        record = await allot(self._served.database, definition.number, event.id)
        course.record = course.record._replace(id=record)
        self._served.cases[record] = self
        begun = event._replace(facts_at=event.now)
        await self._records.start(record, definition.process, definition.source, definition.digest, begun)
        assert await arrived(self._served.database, record, PATIENCE) is not None
        self.courses[name] = course
        await self._settled()
        return ()

    async def _judged(self, course: Course, event: Event) -> Reasons:
        """Say why an event is refused that came after the record was closed, as the edge does."""
        while isinstance(outcome := judge(course.definition, course.record, event), Needs):
            event = event._replace(facts={**event.facts, **await self._facts_of(outcome.keys, event.now)})
        assert isinstance(outcome, Refused)
        return outcome.reasons

    async def _facts_of(self, keys: Sequence[str], _now: float) -> Mapping[str, Json]:
        told = {key: self.told(key) for key in keys}
        of_records = [key for key, answer in told.items() if answer is None]
        return {**told, **await record_facts(self._served.database, of_records)}

    async def _taken(self, course: Course, key: str) -> None:
        """Wait until a signal has been taken."""
        async with asyncio.timeout(self.patience):
            while key not in (await self._row(course.record.id)).body["seen"]:
                await asyncio.sleep(PAUSE)

    async def _until(self, instant: float) -> Reasons:
        while self.now < instant:
            alive = [course.record for course in self.courses.values() if not course.record.final]
            dues = [due for due in map(earliest, alive) if due is not None]
            target = instant if len(alive) < 2 else min([instant, *(due + 1.0 for due in dues)])
            target = max(target, self.now)
            temporal, ahead = self._served.temporal, target - self.now
            await asyncio.gather(*(fast_forward(temporal, record.id, ahead) for record in alive))
            self.now = max(target, self.now)
            await self._settled()
        return ()

    async def _settled(self) -> None:
        """Wait until nothing goes on any more, and read how everything stands."""
        before: list[int] | None = None
        async with asyncio.timeout(PATIENCE):
            while True:
                still = await self._adopted()
                for course in self.courses.values():
                    still = await self._is_still(course) and still
                stand = [course.record.seq for course in self.courses.values()] if still else None
                if stand is not None and stand == before:
                    break
                before = stand
                await asyncio.sleep(PAUSE)
        for course in self.courses.values():
            await self._read(course)

    async def _adopted(self) -> bool:
        """Take the records that others have started among those of the case; say whether all of them have begun."""
        known = [course.record.id for course in self.courses.values()]
        ours = [record for record, case in tuple(self._served.cases.items()) if case is self and record not in known]
        for record in ours:
            row = await queries.get_record(self._served.database, record)
            if row is None:
                return False
            name, number = row.process, 1
            while name in self.courses:
                number += 1
                name = f"{row.process}_{number}"
            self.courses[name] = Course(self.definitions[row.process], restore(dict(row.body)))
        return True

    async def _is_still(self, course: Course) -> bool:
        """Read a record; say whether nothing is on its way in it, to it or from it."""
        row = await self._row(course.record.id)
        course.record = record = restore(dict(row.body))
        sent = await outbox.of_record(self._served.database, record.id)
        if any(each.state == outbox.WAITING for each in sent):
            return False
        try:
            head = await self._records.head(record.id)
        except BusyError:  # it is just being continued as new
            return False
        if head is None:
            return record.final
        due = earliest(record)
        ended = [each.record for each in self.courses.values() if each.record.final and each.record.parent == record.id]
        awaited = [(each.parent, each.run) for each in ended]
        return (
            (head.seq, head.head) == (row.seq, row.head)
            and (due is None or due > self.now)
            and not ending_calls(record)
            and all(call.key in self._unanswered for call in open_calls(record))
            and not any(token.kind == START for token in record.tokens.values())
            and not any(token.kind == RUN and (record.id, path) in awaited for path, token in record.tokens.items())
        )

    async def _read(self, course: Course) -> None:
        """Read what people see of a record besides: its journal, who was told, what was called and started."""
        record = course.record.id
        course.journal = [
            Told(entry.at, (entry.event["actor"] or {}).get("label", ""), Line(**line))
            for entry in await queries.get_journal(self._served.database, record)
            for line in entry.lines
        ]
        rows = await outbox.of_record(self._served.database, record)
        course.sent = [
            f"{row.body['message'] or row.body['text']} to {person}"
            for row in rows
            if row.kind == MESSAGE
            for person in row.delivered
        ]
        course.called = list(self._calls[record])
        course.started = [WantedCall(row.body["process"], row.body["fields"]) for row in rows if row.kind == BEGIN]

    async def _row(self, record: str) -> queries.RecordRow:
        row = await queries.get_record(self._served.database, record)
        assert row is not None
        return row
