"""How mail names records: what goes out is written here, so that an answer to it is found again when it comes in.

A Message-ID of ours holds the record's id, a subject has it in brackets, and an address for replies has it behind the
plus sign: `steward+CHG0000001.MARK@example.org` for one person (`store.signing`), and for the one approval that they
were asked for, `steward+CHG0000001.APPROVAL.MARK@example.org`, with a digest of the approval's id.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from email.utils import parseaddr
from typing import NamedTuple

from store.signing import MARK_LENGTH, Signing

LONGEST_LOCAL = 64
"""Bytes in front of the @ (RFC 5321)."""
APPROVAL_LENGTH = 10

_RECORD = r"[A-Za-z]{2,10}[0-9]{7,12}"
_REPLY = re.compile(
    rf"({_RECORD})(?:\.([a-z2-7]{{{APPROVAL_LENGTH}}}))?\.([a-z2-7]{{{MARK_LENGTH}}})", re.IGNORECASE | re.ASCII
)
_MESSAGE_ID = re.compile(rf"<({_RECORD})\.[0-9a-f]{{32}}@([^<>@\s]{{1,255}})>", re.ASCII)
_TAG = re.compile(rf"\[({_RECORD})\]", re.ASCII)


class Reply(NamedTuple):
    """What an address for replies says: the record, a digest of the approval asked for (or empty), and the mark."""

    record: str
    approval: str
    mark: str


@dataclass(frozen=True, slots=True)
class Correspondence:
    """The addresses of this Steward: `sender` (`Steward <steward@example.org>`) and `reply_to`, an address or empty.

    Without `reply_to` answers go to the sender, and say nothing of who wrote them.
    """

    sender: str
    reply_to: str = ""

    @property
    def domain(self) -> str:
        """The domain of the sender."""
        return parseaddr(self.sender)[1].rpartition("@")[2] or "localhost"

    def message_id(self, record: str, what: str) -> str:
        """Give the Message-ID that stands for something about a record: the same for the same."""
        return f"<{record}.{hashlib.sha256(what.encode()).hexdigest()[:32]}@{self.domain}>"

    def record_of(self, message_id: str) -> str:
        """Name the record that a Message-ID of ours is about; empty for one of others."""
        found = _MESSAGE_ID.fullmatch(message_id)
        return found[1] if found and found[2].casefold() == self.domain.casefold() else ""

    def reply_address(self, signing: Signing, person: str, record: str, approval: str = "") -> str:
        """Give the address by which an answer of this person is known; empty where none can be made.

        `approval` is the id of the approval that they are asked for. Raises NoSealingKeyError.
        """
        local, _, domain = self.reply_to.rpartition("@")
        about = (record, approval_digest(approval)) if approval else (record,)
        full = f"{local}+{'.'.join((*about, signing.mark(person, '.'.join(about))))}" if local else ""
        return f"{full}@{domain}" if local and len(full.encode()) <= LONGEST_LOCAL else ""

    def read_reply(self, address: str) -> Reply | None:
        """Read an address for replies; None for any other. Whose mark it is, `is_from` says."""
        own, _, own_domain = self.reply_to.casefold().rpartition("@")
        local, _, domain = address.casefold().rpartition("@")
        base, plus, said = local.partition(f"{own}+")
        found = _REPLY.fullmatch(said)
        if not own or base or not plus or domain != own_domain or found is None:
            return None
        return Reply(found[1].upper(), found[2] or "", found[3])

    def is_ours(self, address: str) -> bool:
        """Say whether mail to this address would come back to us."""
        given, _, domain = address.casefold().rpartition("@")
        for own in (parseaddr(self.sender)[1], self.reply_to):
            local, _, own_domain = own.casefold().rpartition("@")
            if local and domain == own_domain and (given == local or given.startswith(f"{local}+")):
                return True
        return False


def is_from(signing: Signing, person: str, reply: Reply) -> bool:
    """Say whether an address for replies was given to this person. Raises NoSealingKeyError."""
    return signing.is_mark(person, ".".join(filter(None, (reply.record, reply.approval))), reply.mark)


def approval_digest(approval: str) -> str:
    """Give a few letters that stand for an approval's id in an address."""
    return base64.b32encode(hashlib.sha256(approval.encode()).digest()).decode().lower()[:APPROVAL_LENGTH]


def tagged(record: str, subject: str) -> str:
    """Put the record's id in brackets at the beginning of a subject, for answers to find it by."""
    return f"[{record}] {subject.removeprefix(record).lstrip(' :')}".rstrip()


def tag_in(subject: str) -> str:
    """Name the record whose id stands in brackets in a subject; empty where none does."""
    found = _TAG.search(subject)
    return found[1] if found else ""
