"""The one workflow that carries out every process: it asks the engine, remembers, projects, and makes Temporal match.

Everything that happens to a record (start, person, event, time, a call's result) goes through `take`: one at a time,
what is due first, facts by need, memory before the first await, then the projection, then the calls and the one timer
that the record asks for. The rules and the measurements behind them: docs/decisions/0003-one-record-one-workflow.md.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from engine.advance import next_event, settled
from engine.calls import open_calls
from engine.chain import event_told, line_json, seal
from engine.deciding import decide
from engine.judging import judge
from engine.listing import listing
from engine.record import ENGINE, Advanced, Command, Event, Kind, Needs, Record, Refused
from engine.requests import answered
from engine.snapshot import restore, snapshot
from engine.timers import earliest
from engine.turn import MOST_ROUNDS
from engine.undoing import ending_calls
from language.definition import Definition
from workflows import messages
from workflows.calling import called
from workflows.card import card
from workflows.causes import NOBODY, continue_for
from workflows.messages import FactsInput, Head, ProjectionInput, RecordInput
from workflows.pinned import compiled
from workflows.reaching import StoreReach
from workflows.refusing import refusal

FRESH = 5.0
"""Seconds for which the facts that came with a request may be used."""
FORCED = 4
"""How many times over its limits a history may grow while a call is running."""
NEVER = float("inf")
RESULT_IN_TURN = "result-in-turn"
"""The patch since which a call is over only when its result has been taken."""

Model = TypeVar("Model")


@workflow.defn(dynamic=True)
class ProcessWorkflow:
    """A record, alive: its workflow id is the record's id, its type the name of the process."""

    @workflow.init
    def __init__(self, args: Sequence[RawValue]) -> None:
        """Build everything here: handlers run before `run` does."""
        self.input = _decode(args, RecordInput)
        self.definition = compiled(self.input.definition, self.input.digest)
        self.start = messages.event_from(self.input.start)
        self.record = self._first_record() if self.input.record is None else restore(self.input.record)
        if self.record.engine > ENGINE:
            raise RuntimeError(f"{self.record.id} needs engine {self.record.engine}: start a newer worker")
        self.written = self.record.seq
        self.store = StoreReach()
        self.lock = asyncio.Lock()
        self.calls: dict[str, asyncio.Task[None]] = {}
        self.calls_in_hand = 0
        self.landed: set[str] = set()
        self.alarm: asyncio.Task[None] | None = None
        self.armed = NEVER
        self.errands: list[asyncio.Task[None]] = []
        self.leaving = False
        self.failure: Exception | None = None
        self.signals = 0
        self.updates = 0
        self.grown = 0.0
        self.moved = False
        self.began_with = self.input.digest

    def _first_record(self) -> Record:
        definition = self.definition
        name, engine = workflow.info().workflow_id, self.input.engine
        return Record(name, definition.process, definition.version, definition.digest, engine)

    @workflow.run
    async def run(self, args: Sequence[RawValue]) -> None:  # noqa: ARG002 - read by __init__
        """Live until the record is settled, continuing as new at quiet points."""
        self._show()
        self.errands.append(asyncio.create_task(self._alone(self.take(Event(Kind.TICK)))))
        await self._until(lambda: self._failed() or settled(self.record) or self._wants_to_leave())
        self.leaving = not settled(self.record)
        await self._until(lambda: self._failed() or self._quiet())
        if not settled(self.record):  # no await since the check
            workflow.continue_as_new(self._carried())

    async def _until(self, condition: Callable[[], bool]) -> None:
        """Wait in the main coroutine; when an operator cancels the workflow, the record ends in *withdrawn*."""
        while True:
            try:
                await workflow.wait_condition(condition)
            except asyncio.CancelledError:
                if workflow.cancellation_reason() is None:  # not an operator: the worker evicts it from its cache
                    raise
                self.errands.append(asyncio.create_task(self._alone(self._withdraw())))
            else:
                return

    async def _withdraw(self) -> None:
        try:
            await self.take(Event(Kind.WITHDRAW))
        except ApplicationError as refused:
            workflow.logger.info("not withdrawn: %s", refused)

    @workflow.update(name=messages.COMMAND)
    async def command(self, event: dict[str, Any]) -> int:
        """Carry out what a person or automation asks for; the answer is the `seq` it made."""
        self.updates += 1
        return await self.take(messages.event_from(event))

    @command.validator
    def refuse(self, event: dict[str, Any]) -> None:
        """Refuse for free, without history or state: late, busy, answered before, not possible, or facts missing."""
        asked, now = messages.event_from(event), workflow.now().timestamp()
        if now > asked.expires:
            late = f"it came {now - asked.expires:.1f} s after the time until which it could be taken"
            raise ApplicationError(late, type=messages.LATE, non_retryable=True)
        before = answered(self.record, asked)
        unwritten = isinstance(before, int) and before > self.written
        if self.store.away or self.leaving or not self.record.seq or unwritten:
            raise ApplicationError("busy: repeat with the same key", type=messages.BUSY, non_retryable=True)
        if isinstance(before, int):
            raise ApplicationError("answered", before, type=messages.ANSWERED, non_retryable=True)
        told = 0 <= now - asked.facts_at < FRESH  # then judged as of that time: what is asked of `now` is found again
        at, facts = (asked.facts_at, asked.facts) if told else (now, {})
        outcome = before or judge(self.definition, self.record, asked._replace(now=at, facts=facts), _into(asked))
        if isinstance(outcome, Needs):
            raise ApplicationError("facts needed", list(outcome.keys), at, type=messages.NEEDS, non_retryable=True)
        if isinstance(outcome, Refused):
            raise refusal(outcome)

    @workflow.signal(name=messages.OCCUR)
    async def occur(self, event: dict[str, Any]) -> None:
        """Take an event from outside; one that nobody awaits never fails the record."""
        self.signals += 1
        try:
            await self.take(messages.event_from(event))
        except ApplicationError as refused:
            workflow.logger.info("event not taken: %s", refused)

    @workflow.query(name=messages.HEAD)
    def head(self) -> Head:
        """Say where the record stands: to be asked of a workflow that is closed."""
        return Head(self.record.seq, self.record.head)

    @workflow.query(name=messages.SNAPSHOT)
    def whole(self) -> dict[str, Any]:
        """Give the whole record, as continue-as-new carries it: to be asked of a workflow that is closed."""
        return snapshot(self.record)

    @workflow.update(name=messages.ASK)
    async def ask(self, what: str) -> None:
        """Answer a query that is put as an update: the answer is its refusal, so this is never carried out."""

    @ask.validator
    def answer(self, what: str) -> None:
        """Answer without history, as every refusal does, and with what is durable when the answer is sent, or busy.

        A query ends the task that it comes with, also while a local activity runs: what follows is then replayed at
        another time, and in another order, than it happened.
        """
        if self.record.seq != self.written:
            raise ApplicationError("busy: ask again", type=messages.BUSY, non_retryable=True)
        told = self.head() if what == messages.HEAD else self.whole()
        raise ApplicationError("told", told, type=messages.TOLD, non_retryable=True)

    async def take(self, event: Event) -> int:
        """Take one event, after the start and everything due: THE one path. Raises Refused as an application error.

        Its time is that of its arrival, which a replay knows; when its turn comes is a matter of how fast the store is.
        """
        now, self.grown = workflow.now().timestamp(), self._growth()
        async with self.lock:
            before = answered(self.record, event) if event.id else None
            if isinstance(before, Refused):
                raise refusal(before)
            if before is not None:
                return before
            refused = await self._happen(event, now)
            if event.kind is Kind.RESULT:
                self.landed.discard(self._key(event.name))
            made = self.record.seq
            await self._tell_stopped(now)
            self._match()
            self.moved = self.input.digest != self.began_with
            if refused is not None:
                raise refusal(refused)
            return made

    async def _tell_stopped(self, now: float) -> None:
        """Tell the record of the calls of whose end it waits to hear, and which are not running any more."""
        for path in [path for path in ending_calls(self.record) if not self._goes_on(self._key(path))]:
            stopped = await self._advance(Event(Kind.RESULT, path, data={"cancelled": True}, now=now))
            assert isinstance(stopped, Advanced)
            await self._remember(stopped)

    async def _happen(self, event: Event, now: float) -> Refused | None:
        """Let happen what comes before an event, then the event; give why not, where one of them is refused.

        What comes before may be the very same: the start that an event repeats which came before it had happened.
        """
        while not (event.same_as and answered(self.record, event)):
            following = next_event(self.record, event._replace(now=now), self.start)
            if following.kind is Kind.TICK and not self._due(now):
                return None
            advanced = await self._advance(following)
            if isinstance(advanced, Refused):
                return advanced
            await self._remember(advanced)
            if following.kind is event.kind and event.kind is not Kind.TICK:
                return None
        return None

    def _due(self, now: float) -> bool:
        due = earliest(self.record)
        return due is not None and due <= now

    async def _advance(self, event: Event) -> Advanced | Refused:
        """Ask the engine, fetching the facts it needs; those that came along count while they are fresh."""
        event = event._replace(facts=event.facts if event.now - event.facts_at < FRESH else {}, asked=0)
        for round_ in range(2 * MOST_ROUNDS):  # with what it takes to say that it asks too often
            outcome = decide(self.definition, self.record, event, _into(event))
            if not isinstance(outcome, Needs):
                return outcome
            facts = await self._facts(outcome.keys, event.now, round_)
            event = event._replace(facts={**event.facts, **facts}, asked=round_ + 1)
        raise RuntimeError(f"{self.record.id}: {event.kind} {event.name} asks for facts without end")

    async def _facts(self, keys: Sequence[str], now: float, round_: int) -> dict[str, Any]:
        wanted = FactsInput(list(keys), now)
        facts: dict[str, Any] = await self.store.ask(
            messages.FACTS, f"facts-{self.record.seq + 1}-{round_}", lambda: wanted
        )
        return facts

    async def _remember(self, advanced: Advanced) -> None:
        """Make the new record ours before the first await, then have it projected, and compare what the store holds."""
        previous, advanced = self.record.head, seal(advanced, self.record.head)
        if advanced.record.large and not self.record.large:
            workflow.logger.warning("%s is large: %d bytes", self.record.id, advanced.record.size)
        self.record = record = advanced.record
        if into := _into(advanced.event):
            self.definition, self.input = into, replace(self.input, definition=into.source, digest=into.digest)
        self._show()
        projection = ProjectionInput(
            record=snapshot(record),
            event=event_told(advanced),
            lines=[line_json(line) for line in advanced.lines],
            outbox=[row._asdict() for row in advanced.outbox],
            fence=workflow.now().timestamp(),
            previous_head=previous,
            index=listing(self.definition, record),
        )
        head = await self.store.ask(
            messages.PROJECT,
            f"project-{record.seq}",
            lambda: {**projection, "fence": workflow.now().timestamp()},
            gives_up=record.seq == 1,  # a record that was never there ends: its definition is not published
        )
        if head != record.head:
            raise RuntimeError(f"{record.id}/{record.seq}: the engine decided {record.head}, the store holds {head}")
        self.written = record.seq

    def _show(self) -> None:
        """Tell those who look at the workflow where the record stands."""
        workflow.set_current_details(card(self.definition, self.record))

    def _match(self) -> None:
        """Make Temporal match the record: start what is open, cancel what is not, a timer for the earliest deadline."""
        wanted = {command.key: command for command in open_calls(self.record)}
        for key, task in self.calls.items():
            if key not in wanted:
                task.cancel()
        for key, command in wanted.items():
            if not self.leaving and not self._goes_on(key):
                self.calls[key] = asyncio.create_task(self._alone(self._call(command)))
        due = earliest(self.record)
        if due is not None and due < self.armed:
            if self.alarm is not None:
                self.alarm.cancel()
            self.armed, self.alarm = due, asyncio.create_task(self._alone(self._wake(due)))

    async def _alone(self, work: Coroutine[Any, Any, object]) -> None:
        """Run work that nobody awaits; what goes wrong in it fails the workflow task, as it would in a handler."""
        try:
            await work
        except Exception as failure:  # noqa: BLE001 - raised again by `_failed`, in the main coroutine
            self.failure = failure

    def _failed(self) -> bool:
        """Raise what went wrong in the background; asked first, because the record in memory may be settled by it."""
        if self.failure is not None:
            raise self.failure
        return False

    async def _wake(self, due: float) -> None:
        await workflow.sleep(max(due - workflow.now().timestamp(), 0.001))
        self.armed, self.alarm = NEVER, None
        continue_for(NOBODY)  # time, and not whoever set the alarm
        await self.take(Event(Kind.TICK))

    async def _call(self, command: Command) -> None:
        """Run one call to its end and take its result; a cancelled one has none, but its key may be wanted again."""
        self.calls_in_hand += 1
        try:
            data = await called(command, self.record)
            del self.calls[command.key]
            if data is not None:
                self.landed.add(command.key)
            await self.take(Event(Kind.TICK) if data is None else Event(Kind.RESULT, command.path, data=data))
        finally:
            self.calls_in_hand -= 1

    def _key(self, path: str) -> str:
        return f"{self.record.id}/{path}"

    def _goes_on(self, key: str) -> bool:
        """Say whether a call is running, or has ended and its result waits for its turn behind another event.

        Before the patch such a call was begun again, or told as cancelled: a history that did so is replayed as it was.
        """
        return key in self.calls or (key in self.landed and workflow.patched(RESULT_IN_TURN))

    def _growth(self) -> float:
        """Say how many times over its limits the history is.

        Asked only where something has come that is in the history: what a local activity brings, or a refusal, may be
        worked through at another length of it in a replay.
        """
        info, limits = workflow.info(), self.input.limits
        return max(
            info.get_current_history_length() / limits.events,
            self.signals / limits.signals,
            self.updates / limits.updates,
        )

    def _wants_to_leave(self) -> bool:
        """Say whether the history is long, or tells of another version first; while a call is running it may grow."""
        return self.grown > FORCED or ((self.grown > 1 or self.moved) and not self.calls_in_hand)

    def _quiet(self) -> bool:
        idle = not self.lock.locked() and not self.calls_in_hand and all(each.done() for each in self.errands)
        return idle and workflow.all_handlers_finished()

    def _carried(self) -> RecordInput:
        """Give what the next run begins with; only here does a record come under newer rules."""
        return replace(self.input, record=snapshot(self.record._replace(engine=ENGINE)))


def _into(event: Event) -> Definition | None:
    """Give the version that an event moves the record to, which it brings along."""
    return compiled(event.data["definition"], event.data["digest"]) if event.kind is Kind.MOVE else None


def _decode(args: Sequence[RawValue], model: type[Model]) -> Model:
    decoded: Model = workflow.payload_converter().from_payload(args[0].payload, model)
    return decoded
