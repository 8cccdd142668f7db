"""What is seen of a Steward from outside after a run: what was sent, what stands in the store, what arrived elsewhere.

Times are seconds since the epoch, UTC.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple


class Outcome(StrEnum):
    """What became of a command, as its sender knows it in the end."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Sent(NamedTuple):
    """A command and what became of it; `event` is the id by which a journal knows it.

    `times` is how often it was sent under its key, `lost` how many answers never came.
    """

    what: str
    event: str
    outcome: Outcome
    times: int = 1
    lost: int = 0


class Stop(NamedTuple):
    """Something that was killed, when, and the seconds until a command was answered again."""

    what: str
    at: float
    back: float


class Happened(NamedTuple):
    """A row of a journal; `id` is that of the request or the outside event, empty for what happened by itself."""

    record: str
    seq: int
    head: str
    previous: str
    kind: str
    name: str
    id: str


class Stored(NamedTuple):
    """A record as it is stored; `due` is when it acts by itself, `ahead` how far its time was put forward."""

    id: str
    process: str
    state: str
    final: bool
    seq: int
    head: str
    due: float | None
    fields: Mapping[str, Any]
    faults: tuple[str, ...] = ()
    ahead: float = 0.0


class Standing(NamedTuple):
    """What Temporal says of a record: where its workflow stands, None where it is gone, and its task's attempt."""

    seq: int | None
    head: str
    attempt: int = 1


class Effect(NamedTuple):
    """A row of the outbox; `told` are those who have it, `mailed` the Message-IDs of those of them with an address.

    `ids` are the Message-IDs that its mails may have, whoever they are for.
    """

    key: str
    record: str
    kind: str
    state: str
    due: float
    error: str
    told: tuple[str, ...] = ()
    mailed: Mapping[str, str] = {}
    ids: frozenset[str] = frozenset()


class Mail(NamedTuple):
    """A message that a mail server took; `thanked`: it said so, and did not break off."""

    id: str
    to: str
    subject: str
    at: float
    thanked: bool


class Call(NamedTuple):
    """A request that another system carried out; `asked` is what was asked for, `made` that it makes something."""

    key: str
    asked: str
    made: bool


class Told(NamedTuple):
    """What the monitoring told of one thing: distinct bodies that were accepted, and whether one is in doubt."""

    key: str
    accepted: int
    doubtful: int = 0


class Evidence(NamedTuple):
    """All of it; `made` counts what the other system holds, `flaws` are those of `steward audit verify`.

    `silences` is when a worker noted that the store or the mail server had not answered it in time.
    `errors` are the internal errors that were answered (500), `letters` the messages in the inboxes, by key and person.
    `pokes` are outside events to clockworks by record: accepted, and in doubt.
    """

    now: float
    sent: tuple[Sent, ...] = ()
    errors: tuple[str, ...] = ()
    stops: tuple[Stop, ...] = ()
    silences: tuple[float, ...] = ()
    journal: tuple[Happened, ...] = ()
    records: tuple[Stored, ...] = ()
    standing: Mapping[str, Standing] = {}
    outbox: tuple[Effect, ...] = ()
    letters: frozenset[tuple[str, str]] = frozenset()
    mails: tuple[Mail, ...] = ()
    calls: tuple[Call, ...] = ()
    made: int = 0
    told: tuple[Told, ...] = ()
    pokes: Mapping[str, tuple[int, int]] = {}
    flaws: tuple[str, ...] = ()
