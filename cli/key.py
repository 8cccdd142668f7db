"""`steward key`: the keys of sensitive values, in the file that the settings name."""

import base64
import os
from typing import Annotated

import typer

from cli.errors import FindingsError
from cli.sealing import add_key
from cli.terminal import out, verbs
from settings import settings
from store.errors import NoSealingKeyError
from store.sealing import new_key

LENGTH = 32
"""Bytes of a key that encrypts what Temporal keeps; `workflows.codec` reads it."""

app = verbs()
key = typer.Typer(no_args_is_help=True, help="The keys of sensitive values, and of what Temporal keeps.")
app.add_typer(key, name="key")


@key.callback()
def _group() -> None:
    """Keep `add` a word of its own: without this, typer would take it away from the only command."""


@key.command()
def add(
    *, codec: Annotated[bool, typer.Option("--codec", help="A key that encrypts what Temporal keeps.")] = False
) -> None:
    """Make a key that seals sensitive values from now on; those there are go on opening what they have sealed.

    Restart the API afterwards. Keep every key as long as a record has a value that was sealed with it. With --codec, it
    is a key that encrypts what Temporal keeps: restart worker and API.
    """
    chosen = settings()
    file, make = (chosen.codec_key_file, codec_key) if codec else (chosen.sealing_key_file, new_key)
    try:
        count = add_key(file, make)
    except NoSealingKeyError as error:
        raise FindingsError(str(error)) from error
    others = _others(count, "decrypt" if codec else "open")
    programs = "worker and API" if codec else "the API"
    out().print(f"{file} has a new key, {others}. Restart {programs}, and keep a copy apart from the database.")


def codec_key() -> str:
    """Make a key that encrypts what Temporal keeps."""
    return base64.urlsafe_b64encode(os.urandom(LENGTH)).decode()


def _others(count: int, does: str) -> str:
    return {1: "the only one", 2: f"and one more {does}s"}.get(count, f"and {count - 1} more {does}")
