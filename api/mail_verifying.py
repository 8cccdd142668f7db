"""Who has sent a mail, as far as it is certain: by the mark in the address it answers, or by the mail server's word.

An address for replies was given to one person (`store.correspondence`). A mail server that is trusted (its
`authserv-id` is a setting) says in Authentication-Results (RFC 8601) whether DMARC vouches for the sender's domain; it
takes away such headers that come from outside with its name, as it must.
"""

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from api.mail_reading import Mail
from language.organisation import Organisation
from store.correspondence import Correspondence, Reply, is_from
from store.signing import Signing

MOST_MAILS = 30
"""Mails of one person within so many seconds; the mail server keeps what is more, and brings it later."""
MINUTES = 600.0

_COMMENT = re.compile(r"\([^()]*\)")
_DMARC = re.compile(r"\s*dmarc\s*=\s*([a-z]+)", re.IGNORECASE)
_FROM = re.compile(r"\bheader\.from\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


class Throttle:
    """Counts the mails of each person that came a short while ago, in this process."""

    def __init__(self) -> None:
        self._came: dict[str, deque[float]] = {}

    def takes(self, person: str, now: float) -> bool:
        """Count one more at `now` (seconds); False where that is too many."""
        came = self._came.setdefault(person, deque())
        while came and came[0] <= now - MINUTES:
            came.popleft()
        if len(came) >= MOST_MAILS:
            return False
        came.append(now)
        return True


@dataclass(frozen=True, slots=True)
class MailWays:
    """How mail comes in: our addresses, and the `authserv-id` of the mail server that is trusted (empty: none is)."""

    addresses: Correspondence = field(default_factory=lambda: Correspondence(""))
    trusted: str = ""
    throttle: Throttle = field(default_factory=Throttle)


class Sender(NamedTuple):
    """Who has sent a mail for certain; `reply` is the address for replies that was given to them, if they used it."""

    person: str
    reply: Reply | None


class UnknownSender(NamedTuple):
    """Nobody can say for certain who has sent a mail; `because` says what is missing."""

    because: str


def sender_of(
    ways: MailWays, signing: Signing, around: Organisation, mail: Mail, replies: Iterable[Reply]
) -> Sender | UnknownSender:
    """Say who has sent a mail; `replies` are the addresses for replies it went to. Raises NoSealingKeyError."""
    people = [name for name in around.of("user") if _has_address(around, name, mail.sender)]
    if not mail.sender or not people:
        return UnknownSender("nobody who is active in the organisation has the address it comes from")
    word = vouched(ways.trusted, mail)
    if word not in ("", "pass"):
        return UnknownSender(f"the mail server says dmarc={word} of its sender")
    for reply in replies:
        for person in people:
            if is_from(signing, person, reply):
                return Sender(person, reply)
    if word == "pass" and len(people) == 1:
        return Sender(people[0], None)
    return UnknownSender("it does not answer a mail of ours to this person, and no trusted mail server vouches for it")


def vouched(trusted: str, mail: Mail) -> str:
    """Give what the trusted server says of DMARC for the sender's domain (`pass`, `fail` …); empty where nothing."""
    for header in mail.results if trusted else ():
        server, *results = _COMMENT.sub(" ", header).split(";")
        if server.split()[:1] == [trusted]:
            return next((word for each in results if (word := _word(each, mail.sender))), "")
    return ""


def _word(result: str, sender: str) -> str:
    said, of = _DMARC.match(result), _FROM.search(result)
    if said is None or of is None or of[1].casefold() != sender.rpartition("@")[2]:
        return ""
    return said[1].casefold()


def _has_address(around: Organisation, name: str, address: str) -> bool:
    row = around.find("user", name) or {}
    return bool(row.get("active")) and (row.get("email") or "").casefold() == address
