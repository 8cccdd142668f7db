"""`steward sign-in`: a link by which somebody signs in at the portal of this machine; run it where the data is."""

import sys
import time
from typing import Annotated

import typer

from cli.boot import ADMINISTRATOR
from cli.data import running
from cli.errors import FindingsError, UsageError
from cli.listening import is_nearby
from cli.stored import on_database
from cli.terminal import err, print_json, verbs
from language.organisation import Organisation
from language.problems import did_you_mean
from settings import Settings, settings
from store import sign_in_links
from store.database import Database
from store.facts import organisation
from store.sign_in_links import GOOD

app = verbs()


@app.command("sign-in")
def sign_in(
    person: Annotated[
        str | None, typer.Argument(help="Who: an id of the organisation. [the first administrator]", metavar="[PERSON]")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write the link with whose it is as JSON.")] = False,
) -> None:
    """Write a link that signs somebody in at the portal, once, within 10 minutes.

    It is good on this machine only, and only while the API listens nowhere else.
    """
    chosen = settings()
    if not is_nearby(chosen):
        raise FindingsError(
            f"links sign in only where the API listens on this machine alone, and yours is at {chosen.base_url}. "
            "Open that in a browser and sign in there."
        )
    now = time.time()

    async def make(database: Database) -> tuple[str, str]:
        whose = _person(await organisation(database), person)
        return whose, await sign_in_links.create(database, whose, now)

    whose, secret = on_database(make)
    link = _link(_address(chosen), secret)
    if as_json:
        print_json({"person": whose, "link": link, "expires_at": now + GOOD})
        return
    err().print(f"Open this on this machine within {GOOD / 60:.0f} minutes; it signs {whose} in once:", style="green")
    sys.stdout.write(link + "\n")


async def link_for(chosen: Settings, person: str) -> str:
    """Make a link for a person, when nothing else has the database of the settings open here."""
    database = Database(chosen.database_url)
    try:
        return _link(chosen.base_url, await sign_in_links.create(database, person, time.time()))
    finally:
        await database.close()


def _link(address: str, secret: str) -> str:
    return f"{address}/sign-in/{secret}"


def _address(chosen: Settings) -> str:
    """Where the portal is: as it is configured, else where `steward up` has put it."""
    there = running(chosen.data)
    return chosen.base_url if there is None or "base_url" in chosen.model_fields_set else there.api


def _person(around: Organisation, named: str | None) -> str:
    """Give who is to be signed in. Raises UsageError where they are not there, or not active."""
    if named is None:
        administrators = around.holders(ADMINISTRATOR)
        if not administrators:
            raise UsageError("nobody is an administrator. Say who: steward sign-in PERSON")
        return administrators[0]
    row = around.find("user", named)
    if row is None:
        raise UsageError(f'the organisation has no person "{named}". {did_you_mean(named, around.of("user"))}'.rstrip())
    if not row["active"]:
        raise UsageError(f"{named} is not active any more: nobody signs in as them")
    return named
