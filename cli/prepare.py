"""`steward prepare`: the database of the settings with all that worker and API need to find there."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from cli.boot import prepare as prepared
from cli.errors import FindingsError
from cli.terminal import err, verbs
from settings import settings

app = verbs()


@app.command()
def prepare(
    *,
    definitions: Annotated[
        Path | None, typer.Option(help="Your definitions (STEWARD_DEFINITIONS). [./definitions, else those shipped]")
    ] = None,
) -> None:
    """Bring the database to the newest schema, apply the organisation, and publish definitions whose version is new.

    `steward up` does this by itself. Run it before worker and API where these run apart: the first time, and whenever
    the files have changed. It may be repeated, and run beside them. Exit code 1 where a file is not taken.
    """
    remarks = asyncio.run(prepared(settings(definitions=definitions)))
    if remarks:
        raise FindingsError("not everything was taken:", list(remarks))
    err().print("The database is ready for worker and API.", style="green")
