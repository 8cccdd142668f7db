"""`steward audit`: proves that the store is what was written, on the database itself, and reads what auditors may."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.progress import Progress

from cli.archive_verifying import proven
from cli.client import api
from cli.errors import FindingsError
from cli.stored import on_database
from cli.terminal import err, local_time, print_json, print_rows, verbs
from store.auditing import Audited, audited, changed_definitions, events_there
from store.database import Database

PAGE = 500
"""Refusals that are asked for at once."""

app = verbs()
audit = typer.Typer(
    no_args_is_help=True, help="Prove that nothing was changed, export the journals, and see what was refused."
)
app.add_typer(audit, name="audit")


@audit.command("refusals")
def refusals_(
    *,
    person: Annotated[str | None, typer.Option(help="Only what was refused to this person or robot.")] = None,
    address: Annotated[str | None, typer.Option(help="Only what came from this address.")] = None,
    subject: Annotated[str | None, typer.Option(help="Only what was about this record, task or process.")] = None,
    since: Annotated[str | None, typer.Option(help="Only since then: 2026-03-06T10:00:00Z.")] = None,
    until: Annotated[str | None, typer.Option(help="Only before then.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Write them as JSON.")] = False,
) -> None:
    """List what the edges refused, the latest first, by way of the API: for auditors and administrators."""
    given = {"person": person, "address": address, "subject": subject, "since": since, "until": until}
    wanted = {name: value for name, value in given.items() if value is not None}
    found: list[dict[str, Any]] = []
    with api() as to:
        for page in to.pages("/audit/refusals", {**wanted, "limit": min(limit, PAGE)}):
            found += page.body["refusals"]
            if len(found) >= limit:
                break
    if as_json:
        print_json(found[:limit])
        return
    print_rows(("last", "times", "who", "from", "status", "what"), [_refusal_row(each) for each in found[:limit]])


def _refusal_row(refusal: Mapping[str, Any]) -> tuple[str, ...]:
    asked = " ".join(filter(None, (refusal["method"], refusal["path"], refusal["subject"], *refusal["codes"])))
    who = refusal["person"] or refusal["credential"]
    times = (local_time(refusal["last_at"]), str(refusal["times"]))
    return (*times, who, refusal["address"], str(refusal["status"]), asked)


@audit.command()
def export(
    *,
    since: Annotated[str | None, typer.Option(help="Only what happened since then: 2026-03-06T10:00:00Z.")] = None,
    until: Annotated[str | None, typer.Option(help="Only what happened before then.")] = None,
    process: Annotated[str | None, typer.Option(help="Only records of this process.")] = None,
    record: Annotated[str | None, typer.Option(metavar="ID", help="Only this record.")] = None,
    format_: Annotated[
        Literal["jsonl", "csv"], typer.Option("--format", help="JSON Lines, or CSV for a spreadsheet.")
    ] = "jsonl",
) -> None:
    """Write the journals of all records to standard output, by way of the API: for auditors and administrators."""
    given = {"since": since, "until": until, "process": process, "record": record, "format": format_}
    with api() as to, Progress(console=err(), transient=True, disable=not err().is_terminal) as progress:
        bar = progress.add_task("characters", total=None)
        for part in to.stream("/audit/journal", {name: each for name, each in given.items() if each is not None}):
            sys.stdout.write(part)
            progress.advance(bar, len(part))


@audit.command()
def verify(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files of the archive; without any, the database is judged.")
    ] = None,
    *,
    record: Annotated[str, typer.Option(metavar="ID", help="Only this record.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Write what was found as JSON.")] = False,
) -> None:
    """Compute every chain again, and name the first broken row of each record; exit code 1 where there is one."""
    if files:
        _prove(files, as_json=as_json)
        return
    found, definitions = on_database(lambda database: _verified(database, record))
    if record and not found.records:
        raise FindingsError(f'there is no record "{record}" in the store')
    broken = [flaw._asdict() for flaw in found.flaws]
    if as_json:
        told = {"records": found.records, "events": found.events, "unsealed": found.unsealed}
        print_json({**told, "broken": broken, "definitions": list(definitions)})
    else:
        print_rows(("event", "what differs"), [(f"{each['record']}/{each['seq']}", each["text"]) for each in broken])
    if not as_json and found.unsealed:
        err().print(
            f"{found.unsealed:,} events were written before whole events were sealed: only their links were held"
        )
    wrong = [f"the published text of {each} is not what was published" for each in definitions]
    counted = f"{found.records:,} records with {found.events:,} events"
    if broken or wrong:
        raise FindingsError(f"{counted}: {len(broken)} are not what was written", wrong)
    err().print(f"{counted}: each is what was written.", style="green")


def _prove(files: Sequence[Path], *, as_json: bool) -> None:
    """Prove files of the archive."""
    found = [proven(file) for file in files]
    flaws = [flaw for each in found for flaw in each.flaws]
    counted = f"{sum(each.records for each in found):,} records with {sum(each.events for each in found):,} events"
    if as_json:
        print_json([{"file": str(file), **each._asdict()} for file, each in zip(files, found, strict=True)])
    else:
        print_rows(("line", "what differs"), flaws)
    if flaws:
        raise FindingsError(f"{counted}: {len(flaws)} are not what was written")
    err().print(f"{counted}: each is what was written.", style="green")


async def _verified(database: Database, record: str) -> tuple[Audited, tuple[str, ...]]:
    """Judge the store, lot after lot, with a bar at a terminal."""
    found = Audited("", 0, 0, 0, ())
    with Progress(console=err(), transient=True, disable=not err().is_terminal) as progress:
        bar = progress.add_task("events", total=None if record else await events_there(database))
        async for lot in audited(database, record):
            found = Audited(
                lot.last,
                found.records + lot.records,
                found.events + lot.events,
                found.unsealed + lot.unsealed,
                (*found.flaws, *lot.flaws),
            )
            progress.advance(bar, lot.events)
    return found, await changed_definitions(database)
