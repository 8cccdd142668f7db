"""A mail becomes what its sender says in it: a comment on a record, or their vote on what they were asked.

Nothing is done by a mail that a program has sent, and nothing by one whose sender is not certain. Who is certain is
told by mail why something was refused; nobody else gets an answer, which a forged address would lead to a stranger.
The Message-ID is the key of the request: a mail that comes twice has one effect.
"""

import hashlib
from collections.abc import Sequence
from typing import Literal, NamedTuple

import structlog

from api.commanding import carry_out
from api.identity import person_of
from api.mail_files import keep_files
from api.mail_reading import Mail
from api.mail_verifying import Sender, UnknownSender, sender_of
from api.problems import RETRY_AFTER, ProblemError, RefusalError
from api.services import Services
from api.showing import restored, visible
from engine.approvals import name_of
from engine.outside import clean
from engine.record import Actor, Event, Kind, Origin, Reason, Record
from engine.requests import body_digest, scoped
from store.answers import tell
from store.correspondence import Reply, approval_digest, tag_in
from store.facts import organisation
from store.projections import task_id
from store.signing import Signing
from workflows.client import RefusedError

Did = Literal["voted", "commented", "refused", "nothing"]
CHOICES = {"APPROVE": "yes", "APPROVED": "yes", "YES": "yes", "REJECT": "no", "REJECTED": "no", "NO": "no"}
"""First lines of an answer to a mail that asks for a vote."""
ORDERS = ("APPROVE", "APPROVED", "REJECT", "REJECTED")
"""First lines that are meant as a vote wherever they stand."""
REFUSED = "mail_refused"
"""The message that says why something was refused."""

NOT_ASKED = (
    "a vote by mail is taken as the answer to the mail that asks for it, sent from the address it came to. "
    "Open the link in that mail, or vote in the application."
)
NO_LONGER = "what you were asked is not open any more: it was decided, or the plan changed and you were asked anew"
NOTHING_SAID = "there is nothing in it but what it answers to"

log = structlog.get_logger("steward.api")


class Taken(NamedTuple):
    """What a mail came to, on which record, and why nothing was done or it was refused."""

    did: Did
    record: str | None = None
    because: str = ""


class Incoming(NamedTuple):
    """A mail of a person who is certain, about a record they may see; `key` is its own."""

    actor: Actor
    reply: Reply | None
    record: str
    mail: Mail
    key: str


async def take(services: Services, mail: Mail, recipient: str) -> Taken:
    """Do what a mail says; `recipient` is whom it was delivered to, where the mail server says so (else empty).

    Raises NotFoundError and RefusalError for mail of somebody certain that is about no record, ProblemError (429) where
    one person sends too many, and the client's errors.
    """
    ways, signing = services.mail, Signing(services.seals)
    if mail.automatic or ways.addresses.is_ours(mail.sender) or ways.addresses.record_of(mail.message_id):
        return _nothing(mail, f"a program has sent it ({mail.automatic or 'it is our own'})")
    around = await organisation(services.database)
    addresses = (recipient.casefold(), *mail.recipients)
    replies = [reply for each in addresses if (reply := ways.addresses.read_reply(each)) is not None]
    sender = sender_of(ways, signing, around, mail, replies)
    if isinstance(sender, UnknownSender):
        return _nothing(mail, sender.because)
    if not ways.throttle.takes(sender.person, services.clock()):
        raise ProblemError(429, "this person sends too many mails: later again", headers={"Retry-After": RETRY_AFTER})
    record = _about(services, sender, mail, replies)
    actor = person_of(around, sender.person)._replace(origin=Origin("mail", mail.sender))
    row = await visible(services, record, actor)
    incoming = Incoming(actor, sender.reply, record, mail, scoped(actor.id, "mail", _message_id(mail)))
    return await _do(services, incoming, restored(row))


def _about(services: Services, sender: Sender, mail: Mail, replies: list[Reply]) -> str:
    """Name the record that a mail is about, by its address, what it answers, or its subject."""
    answered = (services.mail.addresses.record_of(each) for each in mail.answers)
    reply = sender.reply or next(iter(replies), None)
    record = (reply.record if reply else "") or next(filter(None, answered), "") or tag_in(mail.subject)
    if not record:
        text = "This mail is about no record: answer a mail of ours, or put a record's id in brackets into the subject."
        raise RefusalError([Reason("input", "no-record", text)])
    return record


async def _do(services: Services, incoming: Incoming, stored: Record) -> Taken:
    if incoming.key in stored.seen:
        return Taken("nothing", incoming.record, "it was taken before")
    first, _, rest = incoming.mail.text.partition("\n")
    word = first.strip(" \t.!*").upper()
    if incoming.reply is not None and incoming.reply.approval and word in CHOICES:
        name = _asked(stored, incoming.reply)
        not_kept = (*(file.name for file in incoming.mail.files), *incoming.mail.left_out)
        data = {"choice": CHOICES[word], "comment": _with_names(rest.strip(), left_out=not_kept) or None, "for": None}
        if name is None:
            return await _refused(services, incoming, NO_LONGER)
        return await _send(services, incoming, Event(Kind.VOTE, name, data=data))
    if word in ORDERS:
        return await _refused(services, incoming, NOT_ASKED)
    kept, left_out = await keep_files(services, incoming.record, incoming.mail)
    text = _with_names(incoming.mail.text, attached=[file["name"] for file in kept], left_out=left_out)
    if not text:
        return await _refused(services, incoming, NOTHING_SAID)
    comment = {"text": text, "internal": False, "attachments": [*kept]}
    return await _send(services, incoming, Event(Kind.COMMENT, data=comment))


async def _send(services: Services, incoming: Incoming, event: Event) -> Taken:
    """Have the event carried out as the sender's; what is refused is answered."""
    asked = event._replace(actor=incoming.actor, id=incoming.key, body=body_digest(event))
    try:
        await carry_out(services, incoming.record, asked, services.command_wait)
    except RefusedError as refused:
        return await _refused(services, incoming, "; ".join(reason.text for reason in refused.reasons))
    return Taken("voted" if event.kind is Kind.VOTE else "commented", incoming.record)


async def _refused(services: Services, incoming: Incoming, why: str) -> Taken:
    """Tell the sender why, once."""
    said = {"text": why, "subject": clean(incoming.mail.subject)[:200]}
    person = incoming.actor.id
    await tell(services.database, incoming.record, incoming.key, person=person, message=REFUSED, values=said)
    return Taken("refused", incoming.record, why)


def _asked(stored: Record, reply: Reply) -> str | None:
    """Find the approval that an address was made for: an open one, in this round or (to be refused) an earlier one."""
    for path, token in stored.tokens.items():
        for round_ in (token.data["round"], *token.data["earlier"]) if token.kind == "approval" else ():
            name = name_of(path, token.data, round_)
            if approval_digest(task_id(stored.id, name)) == reply.approval:
                return name
    return None


def _with_names(text: str, attached: Sequence[str] = (), left_out: Sequence[str] = ()) -> str:
    """Give a text that also says what was attached and is kept, or is not."""
    told = {"attached": attached, "left out": left_out}
    named = [f"({said}: {', '.join(names)})" for said, names in told.items() if names]
    return clean("\n\n".join(filter(None, (text, *named))))


def _message_id(mail: Mail) -> str:
    """Give what a mail is known by; one without a Message-ID by all that it says."""
    return mail.message_id or hashlib.sha256(repr(mail).encode()).hexdigest()


def _nothing(mail: Mail, because: str) -> Taken:
    log.info("mail not taken", sender=mail.sender, message_id=mail.message_id, because=because)
    return Taken("nothing", None, because)
