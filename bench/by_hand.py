"""The errand as a good programmer writes it for Temporal: one workflow that knows its states, and no engine.

It keeps the promises that a record keeps: a validator refuses for free, a request key has one effect, every event is a
row of the journal in a chain of hashes, and the answer comes when the store has it. What it does not need it does not
have: facts that change, versions, undoing, messages between records.
"""

import asyncio
import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

WRITE = "write_by_hand"
OWNER, VOTERS = "ann", ("ann", "bob")
VOTING, CLOSING = timedelta(days=2), timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks of an errand; `key` is that of the request, `expires` in seconds since the epoch."""

    kind: str
    name: str
    who: str
    label: str
    key: str
    data: dict[str, Any]
    expires: float


@dataclass(slots=True)
class Errand:
    """Where an errand stands."""

    id: str
    state: str = ""
    seq: int = 0
    revision: int = 0
    head: str = ""
    created_at: float = 0.0
    created_by: str = ""
    updated_at: float = 0.0
    entered_at: float = 0.0
    summary: str = ""
    assignee: dict[str, str] | None = None
    due: float | None = None
    waiting: list[str] = field(default_factory=list)
    votes: dict[str, str] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """One event for the store: the errand after it, what happened, which state it has left, and whom to tell what."""

    errand: dict[str, Any]
    event: dict[str, Any]
    lines: list[dict[str, Any]]
    outbox: list[dict[str, Any]]
    previous_head: str
    left: str
    lasted: float


def chained(before: str, told: dict[str, Any]) -> str:
    """Give the next hash of the chain."""
    return hashlib.sha256(f"{before}\n{json.dumps(told, sort_keys=True)}".encode()).hexdigest()


@workflow.defn(name="errand_by_hand")
class ErrandByHand:
    """An errand: new, approving, approved, closed."""

    @workflow.init
    def __init__(self, created: Asked) -> None:
        """Begin with what was asked for."""
        self.errand = Errand(workflow.info().workflow_id, summary=created.data["summary"])
        self.lock = asyncio.Lock()

    @workflow.run
    async def run(self, created: Asked) -> None:
        """Live until closed, by people or by time."""
        await self._take(created)
        await workflow.wait_condition(lambda: self.errand.state != "new")
        await self._within(VOTING, "approving")
        await self._within(CLOSING, "approved")
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.update
    async def decide(self, asked: Asked) -> int:
        """Carry out what somebody asks for; the answer is the number of the event."""
        return await self._take(asked)

    @decide.validator
    def refuse(self, asked: Asked) -> None:
        """Refuse for free: late, too early, answered before, or not possible now."""
        if workflow.now().timestamp() > asked.expires:
            raise ApplicationError("late", type="Late", non_retryable=True)
        if not self.errand.seq:
            raise ApplicationError("busy", type="Busy", non_retryable=True)
        if asked.key in self.errand.seen:
            raise ApplicationError("answered", self.errand.seen[asked.key], type="Answered", non_retryable=True)
        if reason := self._against(asked):
            raise ApplicationError(reason, type="Refused", non_retryable=True)

    def _against(self, asked: Asked) -> str:
        """Say why not, or nothing."""
        match asked.kind, asked.name, self.errand.state:
            case "start", _, "":
                return "" if asked.data["summary"] else "it needs a summary"
            case "act", "assign", "new":
                return "" if asked.who == OWNER else "only Ann assigns"
            case "vote", "may", "approving":
                return "" if asked.who in self.errand.waiting else "no vote of theirs is awaited"
            case "act", "close", "approved":
                return "" if asked.who == OWNER else "only Ann closes"
            case _, "lapse", "approving" | "approved":
                return ""
            case _:
                return f"not possible while it is {self.errand.state}"

    async def _within(self, time: timedelta, state: str) -> None:
        """Wait until a state is left, and leave it when its time is over."""
        try:
            await workflow.wait_condition(lambda: self.errand.state != state, timeout=time)
        except TimeoutError:
            key = f"{state}-lapse"
            await self._take(Asked("tick", "lapse", "", "", key, {}, float("inf")))

    async def _take(self, asked: Asked) -> int:
        """Let one thing happen after the other, each written before it is answered."""
        async with self.lock:
            if asked.key in self.errand.seen:
                return self.errand.seen[asked.key]
            if reason := self._against(asked):
                raise ApplicationError(reason, type="Refused", non_retryable=True)
            errand, now = self.errand, workflow.now().timestamp()
            before, left, entered = errand.head, errand.state, errand.entered_at
            errand.seq += 1
            lines, outbox = self._happen(asked, now)
            errand.seen[asked.key] = errand.seq
            event: dict[str, Any] = {"kind": asked.kind, "name": asked.name, "actor": None, "id": asked.key, "now": now}
            if asked.who:
                event["actor"] = {"id": asked.who, "label": asked.label}
            errand.head = chained(before, {"record": errand.id, "seq": errand.seq, "event": event, "lines": lines})
            lasted = errand.entered_at - entered if left else 0.0
            await workflow.execute_local_activity(
                WRITE,
                Written(asdict(errand), event, lines, outbox, before, left, lasted),
                activity_id=f"write-{errand.seq}",
                start_to_close_timeout=timedelta(seconds=2),
                retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=5)),
            )
            return errand.seq

    def _happen(self, asked: Asked, now: float) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Change the errand; give the lines of the journal and what is to be sent."""
        errand, lines, outbox = self.errand, [], []
        match asked.kind, asked.name:
            case "start", _:
                errand.created_at, errand.created_by = now, asked.who
                lines += [_line("field", "summary", new=errand.summary), self._enter("new", asked, now)]
                outbox.append(self._message("", [OWNER], f"{errand.id} is new"))
            case "act", "assign":
                errand.assignee, errand.waiting = asked.data["assignee"], list(VOTERS)
                lines += [_line("field", "assignee", new=errand.assignee), self._enter("approving", asked, now)]
                errand.due = now + VOTING.total_seconds()
                lines.append(_line("approval_opened", "may", seats=list(VOTERS), due=errand.due))
                outbox.append(self._message("approval_opened", VOTERS, ""))
            case "vote", _:
                errand.waiting.remove(asked.who)
                errand.votes[asked.who] = asked.data["choice"]
                lines.append(_line("voted", "may", who=asked.who, choice=asked.data["choice"]))
                if asked.data["choice"] != "yes":
                    lines.append(self._enter("closed", asked, now))
                elif not errand.waiting:
                    lines += [_line("approval_decided", "may", outcome="approved"), self._enter("approved", asked, now)]
                    errand.due = now + CLOSING.total_seconds()
            case _:
                lines.append(self._enter("closed", asked, now))
        return lines, outbox

    def _enter(self, state: str, asked: Asked, now: float) -> dict[str, Any]:
        errand, before = self.errand, self.errand.state
        errand.state, errand.due = state, None
        errand.revision += 1
        errand.entered_at = errand.updated_at = now
        workflow.set_current_details(f"**Errand {errand.id}** is *{state}* (event {errand.seq})")
        return {**_line("transition", asked.name), "data": {"from": before, "to": state}}

    def _message(self, name: str, to: tuple[str, ...] | list[str], text: str) -> dict[str, Any]:
        errand = self.errand
        fields = {"summary": errand.summary, "assignee": errand.assignee, "id": errand.id, "state": errand.state}
        body = {"message": name, "text": text, "to": list(to), "fields": fields, "seq": errand.seq}
        return {"key": f"{errand.id}/{errand.seq}/told", "kind": "message", "body": body}


def _line(what: str, name: str, **data: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"what": what, "name": name, "data": data, "internal": False}
