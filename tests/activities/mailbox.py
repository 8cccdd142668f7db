"""A real SMTP server for tests: it keeps what it takes, and refuses whom it is told to refuse."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from activities.mail import MailOptions, Security


class Mailbox:
    """A mail server; `refusals` maps an address to the answers it gets before it is accepted."""

    def __init__(self, password: str | None = None) -> None:
        self.taken: list[EmailMessage] = []
        self.refusals: dict[str, list[str]] = {}
        self.unwanted: list[str] = []
        self.answers = asyncio.Event()
        self.answers.set()
        self.thanks = asyncio.Event()
        self.thanks.set()
        self.port = 0
        self._password = password

    def session(self) -> SMTP:
        """Speak with one client."""
        return SMTP(
            self,
            auth_required=self._password is not None,
            auth_require_tls=False,
            authenticator=lambda _server, _session, _envelope, _mechanism, login: AuthResult(
                handled=False,
                success=isinstance(login, LoginPassword) and login.password == (self._password or "").encode(),
            ),
        )

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse, or accept a recipient."""
        if self.refusals.get(address):
            return self.refusals[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        """Keep a mail; refuse it with an answer of `unwanted`.

        It waits before while `answers` is not set, and between keeping and saying so while `thanks` is not set.
        """
        await self.answers.wait()
        if self.unwanted:
            return self.unwanted.pop(0)
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        await self.thanks.wait()
        return "250 OK"

    def options(
        self, security: Security = Security.NONE, user: str | None = None, password: str | None = None
    ) -> MailOptions:
        """How it is reached."""
        return MailOptions("127.0.0.1", self.port, "Steward <steward@example.org>", security, user, password)

    def sent_to(self) -> list[str]:
        """The addresses of what it has taken, in order."""
        return [message["To"].addresses[0].addr_spec for message in self.taken]


@asynccontextmanager
async def a_mailbox(password: str | None = None) -> AsyncIterator[Mailbox]:
    """Run a mail server on loopback; nobody answers there afterwards."""
    mailbox = Mailbox(password)
    server = await asyncio.get_running_loop().create_server(mailbox.session, "127.0.0.1", 0)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()
        await server.wait_closed()
