"""What a mail has that an inbox has not: an address for answers, and when it asks for a vote a link to give it by.

Both are signed, and made when the mail is sent, for its recipient and the approval as it is then.
"""

from typing import Any, NamedTuple
from urllib.parse import quote

from activities.rendering import Rendered, with_note
from engine.approvals import name_of
from store.correspondence import Correspondence
from store.errors import NoSealingKeyError
from store.outbox import OutboxRow
from store.projections import task_id
from store.queries import RecordRow
from store.signing import Link, Signing

HOW_TO_REPLY = """\
Or answer this mail: write APPROVE or REJECT as its first line, and below it why; REJECT needs a reason."""
TASKS = ("task_opened", "task_escalated")
"""Messages that ask somebody to do a task."""
GOOD_FOR = 7 * 86_400.0
"""Seconds for which a link is good where the approval has no time by which it is due."""


class Asked(NamedTuple):
    """An approval that waits for somebody's vote: its id, and when it is due (None: at no time)."""

    approval: str
    due: float | None


def asked(row: OutboxRow, record: RecordRow, person: str) -> Asked | None:
    """Give the approval that a message asks somebody to decide; None where it asks for nothing, or no longer."""
    wanted = row.body["with"].get("approval")
    for path, token in record.body["tokens"].items():
        if token["kind"] == "approval" and row.key.startswith(f"{record.id}/{path}/"):
            name = name_of(path, token["data"])
            if wanted in (None, name) and any(_waits_for(seat, person) for seat in token["data"]["seats"]):
                return Asked(task_id(record.id, name), token["data"]["due"])
    return None


def page_about(row: OutboxRow, record: RecordRow) -> str:
    """Give the address of the page that a message leads to: of the task that it asks to do, else of the record."""
    address = f"/records/{record.id}"
    if row.body["message"] in TASKS:
        for path, token in record.body["tokens"].items():
            if token["kind"] == "task" and row.key.startswith(f"{record.id}/{path}/"):
                return f"{address}/tasks/{quote(path)}"
    return address


class Enveloped(NamedTuple):
    """A letter as it is mailed, and the address for answers to it (empty: the sender's)."""

    letter: Rendered
    reply_to: str


class Envelopes:
    """Adds to letters what only mail has. Without a key nothing is signed: no links, and answers go to the sender."""

    def __init__(self, signing: Signing, addresses: Correspondence, base_url: str) -> None:
        """Keep what it works with; `base_url` is where people reach the application, without a slash at its end."""
        self._signing = signing
        self._addresses = addresses
        self._base_url = base_url

    def envelope(self, row: OutboxRow, record: RecordRow, person: str, letter: Rendered, now: float) -> Enveloped:
        """Give the letter to a person as it is mailed now."""
        ask = asked(row, record, person)
        try:
            reply_to = self._addresses.reply_address(self._signing, person, record.id, ask.approval if ask else "")
            if ask is None:
                return Enveloped(letter, reply_to)
            expires = ask.due if ask.due is not None and ask.due > now else now + GOOD_FOR
            link = self._signing.link(Link(person, ask.approval, expires))
        except NoSealingKeyError:
            return Enveloped(letter, "")
        note = HOW_TO_REPLY if reply_to else ""
        return Enveloped(with_note(letter, note, f"{self._base_url}/decide/{link}", "Decide"), reply_to)


def _waits_for(seat: Any, person: str) -> bool:  # noqa: ANN401  # JSON
    return seat["id"] == person and not seat.get("vote")
