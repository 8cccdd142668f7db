"""What a link from a mail is worth now: it lets one person decide one approval, once, and nothing else.

That it is good once is kept by the record, as with every request: the key of the vote belongs to the person and the
approval, so that a form sent again has no second effect.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from api.identity import person_of
from api.problems import UnauthenticatedError
from api.services import Services
from api.showing import restored, visible
from engine.approvals import name_of
from engine.record import Actor, Event, Kind, Record
from engine.requests import body_digest, scoped
from store.errors import LinkBrokenError
from store.facts import organisation
from store.projections import task_id
from store.queries import RecordRow
from store.signing import Link, Signing


class Over(Exception):
    """The link is good no more, or never was; the text says why, `record` what it was about (empty: not known)."""

    def __init__(self, text: str, record: str = "") -> None:
        """Keep both."""
        super().__init__(text)
        self.record = record


class Asked(NamedTuple):
    """What a link asks its person to decide: the approval as its record carries it, and the key of the vote.

    The approval is empty where the link was used.
    """

    actor: Actor
    row: RecordRow
    name: str
    approval: Mapping[str, Any]
    key: str

    def vote(self, choice: str, comment: str) -> Event:
        """Give the vote, as an event for the record."""
        data = {"choice": choice, "comment": comment or None, "for": None}
        event = Event(Kind.VOTE, self.name, self.actor, data, self.key)
        return event._replace(body=body_digest(event))


async def opened(services: Services, text: str, *, again: bool = False) -> Asked:
    """Say what a link asks; with `again` also what a used one has asked, without its approval.

    Raises Over, or NotFoundError where its person may not see the record.
    """
    link = _read(services, text)
    record, _, name = link.approval.partition(".")
    try:
        actor = person_of(await organisation(services.database), link.person)
    except UnauthenticatedError as gone:
        raise Over(f"{gone.detail}.") from gone
    row = await visible(services, record, actor)
    stored, key = restored(row), scoped(link.person, "decide", link.approval)
    if key in stored.seen:
        if again:
            return Asked(actor, row, name, {}, key)
        raise used(record)
    return Asked(actor, row, name, _open(stored, link, name), key)


def used(record: str) -> Over:
    """Say that a link was used."""
    return Over(f"This link was used: you have decided about {record} already.", record)


def _read(services: Services, text: str) -> Link:
    try:
        link = Signing(services.seals).read_link(text)
    except LinkBrokenError as broken:
        raise Over("This link is not one of ours, or not complete. Open it as it stands in the mail.") from broken
    if link.expires <= services.clock():
        record = link.approval.partition(".")[0]
        raise Over(f"The time of this link is over. Sign in to see whether {record} still waits for you.", record)
    return link


def _open(stored: Record, link: Link, name: str) -> Mapping[str, Any]:
    """Give the approval if it is open and waits for this person; raise Over with the reason otherwise."""
    for path, token in stored.tokens.items():
        if token.kind != "approval":
            continue
        rounds = [name_of(path, token.data, each) for each in token.data["earlier"]]
        if name in rounds:
            text = f"The plan of {stored.id} has changed since this mail was sent, and the votes were cleared."
            raise Over(f"{text} Look at it again and decide anew, by the newer mail or signed in.", stored.id)
        if task_id(stored.id, name_of(path, token.data)) == link.approval:
            return _waiting(stored, link, token.data)
    raise Over(f"This is decided, or not asked any more: {stored.id} needs no vote of yours here.", stored.id)


def _waiting(stored: Record, link: Link, data: Mapping[str, Any]) -> Mapping[str, Any]:
    seats = [seat for seat in data["seats"] if seat["id"] == link.person]
    if not seats:
        raise Over(f"You have no seat in this approval of {stored.id} any more.", stored.id)
    if all(seat.get("vote") for seat in seats):
        raise Over(f"You have voted already ({seats[0]['vote']['choice']}), and a vote is final.", stored.id)
    return data
