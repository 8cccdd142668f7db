"""What `steward up` says when it is ready: where everything is, and what to try first."""

import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.markup import escape

from cli.boot import Booted
from cli.company import Systems
from cli.terminal import out
from language.definition import ANYONE, Definition, Field
from language.organisation import Organisation
from language.values import FieldType
from settings import Settings

USUAL_DATA = Path(".steward")


def print_card(chosen: Settings, booted: Booted, company: Systems | None, link: str | None) -> None:
    """Write it to the terminal; `link` signs the person of the first token in."""
    console = out()
    console.print("[bold green]Steward is ready.[/] Ctrl-C stops it; what it keeps stays.\n")
    for name, where in (*_places(chosen, booted), *_beside(company)):
        console.print(f"  {name:<10} {escape(where)}", soft_wrap=True)
    if link is not None:
        console.print(f"\nOpen this within 10 minutes; it signs {escape(booted.token_of)} in, once:")
        console.print(f"  [bold]{link}[/]", soft_wrap=True)
        console.print(f"  [dim]For another, or to be somebody else: {_program()} sign-in \\[PERSON][/]", soft_wrap=True)
    commands = tuple(_commands(chosen, booted))
    if commands:
        console.print("\nTry, in another terminal:")
        for command in commands:
            console.print(f"  [bold]{escape(command)}[/]", soft_wrap=True)


def _places(chosen: Settings, booted: Booted) -> Iterator[tuple[str, str]]:
    yield "Portal", chosen.base_url
    yield "API", f"{chosen.base_url}/api/v1"
    yield "OpenAPI", f"{chosen.base_url}/api/v1/openapi.json"
    yield "Temporal", chosen.temporal_address or ""
    yield "Data", f"{chosen.data}  (logs in {chosen.data / 'logs'})"
    yield "Processes", ", ".join(f"{each.process} {each.version}" for each in booted.definitions) or "none yet"
    if booted.token_of:
        yield "Token", f"{booted.token_file}  (of {booted.token_of}, administrator)"


def _beside(company: Systems | None) -> Iterator[tuple[str, str]]:
    if company is not None:
        yield "Company", f"{company.url}  (the demo company's systems; token in {company.token_file})"


def _commands(chosen: Settings, booted: Booted) -> Iterator[str]:
    startable = sorted(_startable(booted), key=_how_many_may, reverse=True)
    if not startable:
        return
    first, filled_in = startable[0]
    if chosen.data != USUAL_DATA:
        yield f"export STEWARD_DATA={shlex.quote(str(chosen.data))}"
    program = _program()
    yield " ".join([program, "start", first.process, *filled_in])
    yield f"{program} show {first.number}0000001"
    yield f"{program} list"


def _how_many_may(startable: tuple[Definition, object]) -> tuple[bool, int]:
    """Order processes by how many kinds of people may start them; without `by` everybody may."""
    by = startable[0].start.by
    return not by, len(by)


def _program() -> str:
    """How this program is called from here: by its name where that finds it."""
    here, found = Path(sys.argv[0]), shutil.which("steward")
    return "steward" if found and here.resolve() == Path(found).resolve() else str(here)


def _startable(booted: Booted) -> Iterator[tuple[Definition, tuple[str, ...]]]:
    """Give what the person of the token may start, with what it needs, filled in with the first of everything."""
    around, person = booted.organisation, booted.token_of
    row = around.of("user").get(person)
    if row is None:
        return
    names = {ANYONE, person, *row["roles"], *row["groups"]}
    for definition in booted.definitions:
        start = definition.start
        values = {name: _first(definition.fields[name], around, person) for name in start.needs}
        if (not start.by or names.intersection(start.by)) and all(values.values()):
            yield definition, tuple(f"{name}={shlex.quote(value)}" for name, value in values.items() if value)


def _first(field: Field, around: Organisation, person: str) -> str | None:
    match field.shape.type:
        case FieldType.USER:
            return person
        case FieldType.GROUP | FieldType.REF:
            return next(iter(around.of(field.shape.kind)), None)
        case FieldType.CHOICE:
            return field.shape.options[0]
        case FieldType.TEXT | FieldType.LONG_TEXT:
            return "Something is wrong"
        case _:
            return None
