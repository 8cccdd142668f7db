"""`steward token`: who may speak with the API, on the database itself; run it where the data directory is."""

import sys
import time
from typing import Annotated

import typer

from cli.errors import FindingsError, UsageError
from cli.stored import on_database
from cli.terminal import err, local_time, print_json, print_rows, verbs
from language.organisation import Organisation
from language.problems import did_you_mean
from store import tokens
from store.database import Database
from store.facts import organisation
from store.tokens import Token

DAY = 86_400.0
LONGEST = 36_500
"""Days; who wants more wants a token that is good until it is revoked."""
LONGEST_NAME = 100

app = verbs()
token = typer.Typer(no_args_is_help=True, help="Create, list and revoke the tokens of the API.")
app.add_typer(token, name="token")


@token.command()
def create(
    name: Annotated[str, typer.Argument(help="What it is for, as it will be listed.")],
    *,
    person: Annotated[str | None, typer.Option(help="Whose it is: an id of the organisation.")] = None,
    role: Annotated[list[str] | None, typer.Option(help="What a robot may do; may be repeated.")] = None,
    group: Annotated[list[str] | None, typer.Option(help="A group that a robot is in; may be repeated.")] = None,
    days: Annotated[
        int, typer.Option(min=0, max=LONGEST, help="For how long it is good; 0: until it is revoked.")
    ] = 365,
    as_json: Annotated[bool, typer.Option("--json", help="Write the token with its id as JSON.")] = False,
) -> None:
    """Make a token and write its secret, which is shown this once.

    A person's token may what the person may; with --role or --group, only that much of it.
    """
    roles, groups, now = tuple(role or ()), tuple(group or ()), time.time()

    async def make(database: Database) -> tuple[Token, str]:
        _check(await organisation(database), name, person, roles, groups)
        expires = now + days * DAY if days else None
        return await tokens.create(database, name, person or name, roles=roles, groups=groups, at=now, expires=expires)

    made, secret = on_database(make)
    if as_json:
        print_json({**made._asdict(), "secret": secret})
        return
    until = f"good until {local_time(made.expires_at)}" if days else "good until it is revoked"
    err().print(f"Token {made.id} of {made.person}, {until}. Nobody can read it again:", style="green")
    sys.stdout.write(secret + "\n")


@token.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Write them as JSON.")] = False) -> None:
    """List all tokens that were ever made, newest first; secrets are not kept."""
    found = on_database(tokens.all_tokens)
    if as_json:
        print_json([each._asdict() for each in found])
        return
    now = time.time()
    rows = [(each.id, each.name, each.person, ", ".join(each.roles), _state(each, now), _used(each)) for each in found]
    print_rows(("id", "name", "of", "roles", "state", "last used"), rows, {"id": "bold"})


@token.command()
def revoke(token_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `token list` shows.")]) -> None:
    """End a token now."""
    if not on_database(lambda database: tokens.revoke(database, token_id, time.time())):
        raise FindingsError(f'there is no token "{token_id}" that is still good. `steward token list` shows them.')
    err().print(f"Token {token_id} is revoked.", style="green")


def _check(
    around: Organisation, name: str, person: str | None, roles: tuple[str, ...], groups: tuple[str, ...]
) -> None:
    """Refuse a token that would be somebody else's or would mean nothing. Raises UsageError."""
    if not name.isprintable() or not 0 < len(name.strip()) <= LONGEST_NAME:
        raise UsageError(f"the name of a token is one line of 1 to {LONGEST_NAME} characters that can be seen")
    if person is None and not roles:
        raise UsageError("whose token is it? Say --person ID, or --role ROLE for a robot")
    if person is None and around.find("user", name) is not None:
        raise UsageError(f'there is a person "{name}": say --person {name}, or give the robot another name')
    if person == name and roles:
        raise UsageError(f"a token named {name} with roles would be a robot's: name it after what it is for")
    named = (("user", (person,) if person else ()), ("role", roles), ("group", groups))
    for kind, ids in named:
        for each in ids:
            if around.find(kind, each) is None:
                hint = did_you_mean(each, around.of(kind))
                raise UsageError(f'the organisation has no {WORDS[kind]} "{each}". {hint}'.rstrip())


WORDS = {"user": "person", "role": "role", "group": "group"}


def _state(each: Token, now: float) -> str:
    if each.revoked_at is not None:
        return f"revoked {local_time(each.revoked_at)}"
    if each.expires_at is None:
        return "good until revoked"
    return f"{'expired' if each.expires_at <= now else 'good until'} {local_time(each.expires_at)}"


def _used(each: Token) -> str:
    return "never" if each.used_at is None else local_time(each.used_at)
