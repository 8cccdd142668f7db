"""`steward audit`: proves that the store is what was written, on the database itself, and reads what auditors may."""

from typing import Annotated

import typer
from rich.progress import Progress

from cli.errors import FindingsError
from cli.stored import on_database
from cli.terminal import err, print_json, print_rows, verbs
from store.auditing import Audited, audited, changed_definitions, events_there
from store.database import Database

app = verbs()
audit = typer.Typer(no_args_is_help=True, help="Prove that nothing was changed.")
app.add_typer(audit, name="audit")


@audit.command()
def verify(
    record: Annotated[str, typer.Option(metavar="ID", help="Only this record.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Write what was found as JSON.")] = False,
) -> None:
    """Compute every chain again, and name the first broken row of each record; exit code 1 where there is one."""
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
