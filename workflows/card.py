"""The card of a record in Temporal's UI: where it stands, what it waits for, and when it acts by itself.

Whoever may look at Temporal sees it, so it has names of the definition and numbers only: no value of a field, no title
that may be made of one, and nobody's name.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from engine.record import Record, Token
from engine.timers import earliest
from language.definition import Definition

WAITS = {
    "task": "a task",
    "approval": "an approval",
    "call": "an action",
    "wait": "something to happen",
    "run": "another record",
    "fault": "somebody to mend a fault",
}
"""What a record waits for, by the kinds of its tokens."""


def card(definition: Definition, record: Record) -> str:
    """Give the card in Markdown."""
    return "\n\n".join(_paragraphs(definition, record))


def _paragraphs(definition: Definition, record: Record) -> Iterator[str]:
    version = f"version {definition.version}, event {record.seq}"
    yield f"**{definition.title} {record.id}** is *{record.state}* ({version})"
    waits = [_told(path, token) for path, token in record.tokens.items() if token.kind in WAITS]
    if waits:
        yield "It waits for\n\n" + "\n".join(f"* {each}" for each in waits)
    due = earliest(record)
    if due is not None:
        yield f"It acts by itself at {datetime.fromtimestamp(due, UTC):%Y-%m-%d %H:%M:%S} UTC at the latest"


def _told(path: str, token: Token) -> str:
    open_ = [seat for seat in token.data.get("seats", ()) if not seat.get("vote")]
    people = f", open for {len(open_)}" if open_ else ""
    return f"{WAITS[token.kind]} (`{path}`{people})"
