"""Reads one mail (RFC 5322, RFC 2045), whatever is in it: who sends it to whom, what it answers, and what it says.

It is called in a process of its own (`api.isolation`), which ends when a mail takes too long.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from mimetypes import guess_extension
from typing import NamedTuple, cast

from api.mail_text import said, text_of

LARGEST_HEAD = 128 * 1024
"""Bytes of all headers together."""
LONGEST_TEXT = 256 * 1024
"""Bytes of a text that are looked at."""
MOST_NAMED, MOST_FILES = 40, 20
"""Attachments that are named, and that are kept."""
MOST_REFERENCES = 50
LONGEST_NAME = 100

HOSTILE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What the standard library's parser can end in over what is no mail."""

_PROGRAMS = frozenset(("mailer-daemon", "postmaster", "noreply", "no-reply", "bounce"))
_LISTS = ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Loop")
_ROUND = frozenset(("bulk", "junk", "list", "auto_reply"))


class MailFile(NamedTuple):
    """A file that is attached to a mail, under a name that a file can have."""

    name: str
    media_type: str
    data: bytes


class Mail(NamedTuple):
    """A mail. `sender` is the address in From where there is exactly one, `automatic` says why a program has sent it.

    `results` are its Authentication-Results, the topmost first. `files` are the first 20 of its attachments, `left_out`
    names those that are not among them.
    """

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    answers: tuple[str, ...]
    subject: str
    text: str
    automatic: str
    results: tuple[str, ...]
    files: tuple[MailFile, ...]
    left_out: tuple[str, ...]


def read_mail(data: bytes) -> Mail | str:
    """Read a mail; a text says why it cannot be read."""
    head = data.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if len(head) > LARGEST_HEAD:
        return f"its headers have more than {LARGEST_HEAD // 1024} KB"
    try:
        message = message_from_bytes(data, policy=policy.default)
        assert isinstance(message, EmailMessage)
        if not message["From"]:
            return "it has no sender: a mail begins with its headers"
        return _mail(message)
    except HOSTILE as error:
        return f"it cannot be read ({type(error).__name__})"


def _mail(message: EmailMessage) -> Mail:
    senders = tuple(_addresses(message, "From"))
    recipients = (*_addresses(message, "To", "Cc"), *_texts(message, "Delivered-To", "X-Original-To"))
    answers = " ".join(_texts(message, "In-Reply-To", "References")).split()
    text, files, left_out = _content(message)
    return Mail(
        message_id=" ".join(_texts(message, "Message-ID")).strip(),
        sender=senders[0] if len(senders) == 1 else "",
        recipients=tuple(dict.fromkeys(each.strip().casefold() for each in recipients)),
        answers=tuple(answers[:1] + answers[: -MOST_REFERENCES - 1 : -1]),
        subject=" ".join(" ".join(_texts(message, "Subject")).split()),
        text=text,
        automatic=_automatic(message, senders),
        results=tuple(_texts(message, "Authentication-Results")),
        files=files,
        left_out=left_out,
    )


def _automatic(message: EmailMessage, senders: tuple[str, ...]) -> str:
    """Say by which sign a program has sent it; empty where a person seems to have."""
    submitted = "".join(_texts(message, "Auto-Submitted")[:1]).partition(";")[0].strip().casefold()
    if submitted not in ("", "no"):
        return f"Auto-Submitted: {submitted}"
    if "".join(_texts(message, "Precedence")[:1]).strip().casefold() in _ROUND:
        return "Precedence"
    found = next((name for name in _LISTS if message[name] is not None), "")
    if found:
        return found
    if "".join(_texts(message, "Return-Path")[:1]).strip() == "<>":
        return "it has no return path"
    if message.get_content_type() in ("multipart/report", "message/delivery-status"):
        return "it is a report"
    return "its sender" if any(each.partition("@")[0] in _PROGRAMS for each in senders) else ""


def _content(message: EmailMessage) -> tuple[str, tuple[MailFile, ...], tuple[str, ...]]:
    """Give what is said in it, what is attached to it, and the names of attachments that are too many or empty."""
    body = message.get_body(("plain", "html"))
    text = "" if body is None else _text(body)
    if body is not None and body.get_content_subtype() == "html":
        text = text_of(text)
    attached = [part for part in _parts(message) if part is not body and _is_attached(part)][:MOST_NAMED]
    files = [MailFile(_name(part), part.get_content_type(), _data(part)) for part in attached]
    kept = tuple(file for file in files[:MOST_FILES] if file.data)
    return said(text), kept, tuple(file.name for file in files if file not in kept)


def _text(part: Message) -> str:
    """Decode a text; what its charset does not have, or an unknown charset, is shown as far as it goes."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    data = data[:LONGEST_TEXT]
    try:
        return data.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _parts(message: Message) -> Iterator[Message]:
    """Give the parts that are no containers, but for those of a mail that is attached whole."""
    containers: list[Message] = [message]
    while containers:
        container = containers.pop()
        held = cast(list[Message], container.get_payload()) if container.is_multipart() else []
        for part in held:
            if part.get_content_maintype() == "multipart":
                containers.append(part)
            else:
                yield part


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or (
        part.get_content_maintype() != "text" and "Content-ID" not in part
    )


def _data(part: Message) -> bytes:
    """Give the bytes of a file; a mail that is attached, as it is written."""
    if part.is_multipart():
        held = cast(list[Message], part.get_payload())
        try:
            return held[0].as_bytes()
        except HOSTILE:
            return b""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _name(part: Message) -> str:
    """Give the name of a file: in one line, without a folder, and at most 100 characters."""
    last = re.split(r"[/\\]", part.get_filename() or "")[-1]
    name = " ".join("".join(each if each.isprintable() else " " for each in last).split())[-LONGEST_NAME:].strip()
    if name.strip("."):
        return name
    return f"attachment{guess_extension(part.get_content_type()) or ''}"


def _addresses(message: EmailMessage, *names: str) -> Iterator[str]:
    for name in names:
        for header in message.get_all(name, ()):
            for address in header.addresses:
                yield address.addr_spec.casefold()


def _texts(message: EmailMessage, *names: str) -> tuple[str, ...]:
    return tuple(str(header) for name in names for header in message.get_all(name, ()))
