"""A mail server that keeps what it takes, is late, refuses, and breaks off after it has taken a message."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP, Envelope, Session

from chaos.evidence import Mail
from chaos.moods import Mood, Moods

LOOPBACK = "127.0.0.1"


class MailServer:
    """What it has taken, in order."""

    def __init__(self, moods: Moods) -> None:
        """Keep how it behaves; `serving` has it listen."""
        self.moods = moods
        self.taken: list[Mail] = []
        self.port = 0

    def session(self) -> SMTP:
        """Speak with one client."""
        return SMTP(self)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # its name
        """Take a message, or not, and say so, or not."""
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        id_, to, subject = (str(message[name]) for name in ("Message-ID", "To", "Subject"))
        mood = self.moods.next(id_)
        if mood is Mood.FAILS:
            return "451 not now"
        if mood is Mood.LATE:
            await asyncio.sleep(self.moods.delay())
        thanked = mood not in (Mood.SILENT, Mood.FAILS_AFTER)
        self.taken.append(Mail(id_, to, subject, time.time(), thanked))
        if mood is Mood.SILENT:
            assert server.transport is not None
            server.transport.close()
        return "250 OK" if thanked else "451 taken, and something went wrong"


@asynccontextmanager
async def serving(moods: Moods) -> AsyncIterator[MailServer]:
    """Listen on loopback inside the block."""
    mailbox = MailServer(moods)
    server = await asyncio.get_running_loop().create_server(mailbox.session, LOOPBACK, 0)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()
        await server.wait_closed()
