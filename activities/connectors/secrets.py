"""Values that are kept outside the file of connectors: looked up at every call, and repeated in no text."""

import os
from base64 import b64decode, b64encode
from html import escape
from pathlib import Path
from urllib.parse import quote, quote_plus

from activities.actions import Refusal
from activities.connectors.declaring import Credential

NOT_CONFIGURED = "not-configured"
LARGEST = 10_000
"""Bytes of a file with a credential."""


def from_environment(variable: str, who: str) -> str:
    """Give the value of a variable; refuse the call of `who` where it is not set."""
    value = os.environ.get(variable, "").strip()
    if not value:
        raise Refusal(NOT_CONFIGURED, f"{who} is not configured: the worker has no variable {variable}")
    return value


def header_of(credential: Credential, who: str) -> tuple[str, str]:
    """Give the header that says who we are, its value read anew: credentials change.

    Refuses the call where there is none, or none that can stand in a header, without repeating it.
    """
    value = from_environment(credential.variable, who) if credential.variable else _from_file(credential.file, who)
    if not value.isascii() or not value.isprintable():
        raise Refusal(NOT_CONFIGURED, f"{who} is not configured: its credential is not one line of plain letters")
    return (credential.header, value) if credential.header else ("Authorization", f"Bearer {value}")


def repeats(said: str, header: str) -> bool:
    """Say whether a text tells the credential of a header: as it is, as texts are encoded, or what stands within it."""
    scheme, _space, rest = header.partition(" ")
    secrets = {rest.strip() or scheme, *(_within(rest) if scheme.lower() == "basic" else ())}
    return any(form in said for secret in secrets for form in _forms(secret))


def _forms(secret: str) -> tuple[str, ...]:
    in_base64 = b64encode(secret.encode()).decode().rstrip("=")
    return (secret, quote(secret, safe=""), quote_plus(secret), escape(secret), in_base64)


def _within(encoded: str) -> tuple[str, ...]:
    """Give the name with its password that `Basic` encodes, and the password alone."""
    try:
        plain = b64decode(encoded, validate=True).decode()
    except ValueError:
        return ()
    password = plain.partition(":")[2]
    return (plain, password) if password else (plain,)


def _from_file(file: Path | None, who: str) -> str:
    try:
        value = file.read_bytes()[:LARGEST].decode().strip() if file else ""
    except (OSError, UnicodeDecodeError) as error:
        kind = type(error).__name__
        raise Refusal(NOT_CONFIGURED, f"{who} is not configured: {file} cannot be read ({kind})") from None
    if not value:
        raise Refusal(NOT_CONFIGURED, f"{who} is not configured: there is nothing in {file}")
    return value
