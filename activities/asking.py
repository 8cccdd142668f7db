"""What a mail has that an inbox has not: an address for answers, and when it asks for a vote how to give it so.

Both are made when the mail is sent, for its recipient and the approval as it is then.
"""

from typing import Any, NamedTuple

from activities.rendering import Rendered, with_note
from engine.approvals import name_of
from store.correspondence import Correspondence
from store.errors import NoSealingKeyError
from store.outbox import OutboxRow
from store.projections import task_id
from store.queries import RecordRow
from store.signing import Signing

HOW_TO_REPLY = """\
To decide, answer this mail: write APPROVE or REJECT as its first line, and below it why; REJECT needs a reason."""


def asked(row: OutboxRow, record: RecordRow, person: str) -> str:
    """Give the id of the approval that a message asks somebody to decide; empty where it asks for nothing any more."""
    wanted = row.body["with"].get("approval")
    for path, token in record.body["tokens"].items():
        if token["kind"] == "approval" and row.key.startswith(f"{record.id}/{path}/"):
            name = name_of(path, token["data"])
            if wanted in (None, name) and any(_waits_for(seat, person) for seat in token["data"]["seats"]):
                return task_id(record.id, name)
    return ""


class Enveloped(NamedTuple):
    """A letter as it is mailed, and the address for answers to it (empty: the sender's)."""

    letter: Rendered
    reply_to: str


class Envelopes:
    """Adds to letters what only mail has. Without a key nothing is signed, and answers go to the sender."""

    def __init__(self, signing: Signing, addresses: Correspondence) -> None:
        """Keep what it works with."""
        self._signing = signing
        self._addresses = addresses

    def envelope(self, row: OutboxRow, record: RecordRow, person: str, letter: Rendered) -> Enveloped:
        """Give the letter to a person as it is mailed now."""
        ask = asked(row, record, person)
        try:
            reply_to = self._addresses.reply_address(self._signing, person, record.id, ask)
        except NoSealingKeyError:
            return Enveloped(letter, "")
        return Enveloped(with_note(letter, HOW_TO_REPLY) if ask and reply_to else letter, reply_to)


def _waits_for(seat: Any, person: str) -> bool:  # noqa: ANN401  # JSON
    return seat["id"] == person and not seat.get("vote")
