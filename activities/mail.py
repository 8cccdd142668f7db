"""Mail by SMTP: text and HTML, one message for each recipient, always the same for the same key and person.

Its headers say that a program sends it (RFC 3834), so that no other program answers.
"""

from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum
from typing import NamedTuple

import aiosmtplib

from activities.rendering import Rendered
from store.correspondence import Correspondence, tagged

TIMEOUT = 10.0
"""Seconds that a mail server may take for each answer."""


BY_A_PROGRAM: Mapping[str, str] = {
    "Auto-Submitted": "auto-generated",
    "Precedence": "bulk",
    "X-Auto-Response-Suppress": "OOF, AutoReply",
}
"""Headers by which other programs see that nobody waits for an answer of theirs."""


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class MailOptions:
    """The mail server and how to speak to it; `sender` is `Steward <steward@example.org>`; no `user`: no login.

    `reply_to` is the address whose mail comes back to us by `steward mailgate`; empty: nothing comes back.
    """

    host: str
    port: int
    sender: str
    security: Security = Security.STARTTLS
    user: str | None = None
    password: str | None = None
    reply_to: str = ""

    @property
    def addresses(self) -> Correspondence:
        """The addresses of this Steward."""
        return Correspondence(self.sender, self.reply_to)


class Mail(NamedTuple):
    """One message to one person; `at` is when it is sent, in seconds since the epoch, UTC.

    `process` is the record's, `reply_to` the address for answers (empty: the sender's).
    """

    key: str
    record: str
    name: str
    address: str
    rendered: Rendered
    at: float
    process: str
    reply_to: str = ""


class MailError(Exception):
    """The mail server was not reached, or takes nothing from us: try all of it again later."""


class MailRefusedError(MailError):
    """This one mail was refused, others may be taken; `again` says whether trying again can help."""

    def __init__(self, text: str, *, again: bool) -> None:
        """Keep whether to try again; the message is what the server said."""
        super().__init__(text)
        self.again = again


async def send(options: MailOptions, mail: Mail) -> None:
    """Send a mail. Raises MailError, or MailRefusedError where only this mail is meant."""
    message = compose(options.addresses, mail)
    server = aiosmtplib.SMTP(
        hostname=options.host,
        port=options.port,
        username=options.user,
        password=options.password,
        use_tls=options.security is Security.TLS,
        start_tls=options.security is Security.STARTTLS,
        timeout=TIMEOUT,
    )
    try:
        await server.connect()
        await server.send_message(message)
        with suppress(aiosmtplib.SMTPException):  # it has been taken already
            await server.quit()
    except aiosmtplib.SMTPRecipientsRefused as refused:
        raise _refused(options, mail, refused.recipients[0]) from None
    except aiosmtplib.SMTPDataError as refused:
        raise _refused(options, mail, refused) from None
    except (aiosmtplib.SMTPException, OSError) as failed:
        said = unrepeated(options, str(failed)) or type(failed).__name__
        raise MailError(f"{options.host}:{options.port}: {said}") from None
    finally:
        server.close()


def _refused(options: MailOptions, mail: Mail, said: aiosmtplib.SMTPResponseException) -> MailRefusedError:
    return MailRefusedError(f"{mail.address}: {said.code} {unrepeated(options, said.message)}", again=said.code < 500)


def unrepeated(options: MailOptions, said: str) -> str:
    """Give what a mail server said without the password, also where it repeats it as it was sent (RFC 4954)."""
    if not options.password:
        return said
    plain = f"\0{options.user}\0{options.password}"
    for secret in (*(b64encode(each.encode()).decode() for each in (plain, options.password)), options.password):
        said = said.replace(secret, "…")
    return said


def compose(addresses: Correspondence, mail: Mail) -> EmailMessage:
    """Write a mail; the headers of all mail about one record make mail programs show it as one thread.

    Raises MailRefusedError where the address is none.
    """
    message = EmailMessage()
    message["From"] = addresses.sender
    message["To"] = _recipient(mail)
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    message["Subject"] = _unencoded(tagged(mail.record, mail.rendered.subject))
    message["Date"] = format_datetime(datetime.fromtimestamp(mail.at, UTC))
    message["Message-ID"] = addresses.message_id(mail.record, f"{mail.key}\n{mail.address}")
    message["In-Reply-To"] = message["References"] = addresses.message_id(mail.record, mail.record)
    message["List-Id"] = f"<{mail.process}.steward.{addresses.domain}>"
    for name, value in BY_A_PROGRAM.items():
        message[name] = value
    message.set_content(mail.rendered.text)
    message.add_alternative(mail.rendered.html, subtype="html")
    return message


def _unencoded(text: str) -> str:
    """Give a text in which no mail program sees an encoded word (RFC 2047), which could hide a line break."""
    return text.replace("=?", "= ?")


def _recipient(mail: Mail) -> Address:
    try:
        return Address(_unencoded(mail.name), addr_spec=mail.address)
    except (ValueError, IndexError) as wrong:
        raise MailRefusedError(f'"{mail.address}" is not a mail address', again=False) from wrong
