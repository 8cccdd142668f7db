"""Values that are kept outside the file of connectors: looked up at every call, and repeated in no text."""

import os
from pathlib import Path

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


def _from_file(file: Path | None, who: str) -> str:
    try:
        value = file.read_bytes()[:LARGEST].decode().strip() if file else ""
    except (OSError, UnicodeDecodeError) as error:
        kind = type(error).__name__
        raise Refusal(NOT_CONFIGURED, f"{who} is not configured: {file} cannot be read ({kind})") from None
    if not value:
        raise Refusal(NOT_CONFIGURED, f"{who} is not configured: there is nothing in {file}")
    return value
