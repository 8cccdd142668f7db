"""Carries the messages of the outbox to people: into their inbox, and to their mail address where they have one.

What would go round in circles is not mailed, and stays in the inbox: to an address that comes back to us, and more than
20 messages in an hour about one record to one person.
"""

import asyncio
from collections.abc import Callable, Iterator

import structlog

from activities import mail
from activities.asking import Envelopes, page_about
from activities.letters import INSIDE, Person, Writer
from activities.mail import Mail, MailError, MailOptions, MailRefusedError
from activities.message_values import hours_of
from activities.relay import NotSentError
from activities.rendering import Rendered, with_note
from engine.facts import people
from engine.record import Actor
from engine.visibility import viewer
from language.organisation import Organisation
from store import inbox, outbox
from store.database import Database
from store.definitions import by_digest, messages_of
from store.facts import organisation
from store.outbox import OutboxRow
from store.queries import RecordRow, get_record
from store.reading import read
from store.signing import Signing

MOST_MAILS = 20
"""Mails to one person about one record within this many seconds:"""
AN_HOUR = 3_600.0
NO_MORE_MAILS = "For an hour, you find what else is told about it in your inbox only."

log = structlog.get_logger(__name__)


class Post:
    """The carrier of messages. `base_url` is where people reach the application; without mail, inboxes are all."""

    def __init__(
        self,
        database: Database,
        options: MailOptions | None,
        base_url: str,
        clock: Callable[[], float],
        signing: Signing,
    ) -> None:
        """Keep what it works with; `clock` gives seconds since the epoch, UTC, `signing` signs what mail carries."""
        self._database = database
        self._options = options
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        self._signing = signing

    async def carry(self, row: OutboxRow, record: RecordRow) -> None:
        """Tell everybody who has not been told; raises NotSentError where mail was not taken."""
        around = await organisation(self._database)
        writer = await self._writer(row, record, around)
        letters = []
        for person in recipients(around, row):
            full = row.body["message"] not in INSIDE or await self._sees_in_full(around, record, person)
            letters.append((person, await asyncio.to_thread(writer.letter, person, full=full)))
        for person, letter in letters:
            await self._put(row, person, letter)
        if self._options is not None:
            await self._mail(self._options, row, record, letters)

    async def _writer(self, row: OutboxRow, record: RecordRow, around: Organisation) -> Writer:
        published = await by_digest(self._database, record.digest)
        if published is None:
            raise NotSentError(f"the definition of {record.id} is not in the store (digest {record.digest})")
        messages = await messages_of(self._database, published.process, published.version)
        definition = read(published.source)
        hours = hours_of(definition, around, self._clock())
        return Writer(row, record, definition, messages, hours, f"{self._base_url}{page_about(row, record)}")

    async def _sees_in_full(self, around: Organisation, record: RecordRow, person: Person) -> bool:
        known = around.find("user", person.id) or {}
        actor = Actor(person.id, person.name, tuple(known.get("roles", ())), tuple(known.get("groups", ())))
        row = await get_record(self._database, record.id, viewer(actor))
        return row is not None and row.full

    async def _put(self, row: OutboxRow, person: Person, letter: Rendered) -> None:
        """Put a letter into the inbox, which is all there is for people without mail."""
        await inbox.put(
            self._database,
            row.key,
            person.id,
            record=row.record,
            subject=letter.subject,
            body=letter.text,
            at=self._clock(),
        )
        if self._options is None or not person.email:
            await outbox.delivered(self._database, row.key, person.id)

    async def _mail(
        self, options: MailOptions, row: OutboxRow, record: RecordRow, letters: list[tuple[Person, Rendered]]
    ) -> None:
        """Mail everybody who has an address; one that is refused stops nobody else, a server that is away does."""
        refused: list[MailRefusedError] = []
        for person, letter in letters:
            if not person.email:
                continue
            try:
                await self._mail_one(options, row, record, person, letter)
            except MailRefusedError as failed:
                refused.append(failed)
            except MailError as failed:
                raise NotSentError("; ".join(map(str, (*refused, failed)))) from failed
            else:
                await outbox.delivered(self._database, row.key, person.id)
        if refused:
            raise NotSentError("; ".join(map(str, refused)), again=any(each.again for each in refused))

    async def _mail_one(
        self, options: MailOptions, row: OutboxRow, record: RecordRow, person: Person, letter: Rendered
    ) -> None:
        """Mail one person, unless that would go round in circles: then the inbox has it."""
        told = await inbox.brought(self._database, person.id, record.id, row.key, AN_HOUR)
        if told > MOST_MAILS or options.addresses.is_ours(person.email):
            log.warning("not mailed, in the inbox only", person=person.id, key=row.key, told=told)
            return
        if told == MOST_MAILS:
            letter = with_note(letter, NO_MORE_MAILS)
        now = self._clock()
        envelopes = Envelopes(self._signing, options.addresses, self._base_url)
        given, reply_to = envelopes.envelope(row, record, person.id, letter, now)
        await mail.send(
            options, Mail(row.key, record.id, person.name, person.email, given, now, record.process, reply_to)
        )


def recipients(around: Organisation, row: OutboxRow) -> Iterator[Person]:
    """Look up who is meant and has not been told yet; people who have left are passed over, which is logged."""
    for name in dict.fromkeys(each for who in row.body["to"] for each in people(around, *who)):
        person = around.find("user", name) or {}
        if name in row.delivered:
            continue
        if person.get("active"):
            yield Person(name, around.label("user", name) or name, person.get("email") or "")
        else:
            log.info("not told, because not active any more", person=name, key=row.key)
