"""`steward archive`: moves closed records from the database to files that prove themselves, and reads them again."""

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.errors import FindingsError, UsageError
from cli.stored import on_database
from cli.terminal import err, local_time, print_json, print_rows, verbs
from settings import Settings, settings
from store import archived
from store.archive_files import Bundle, attached, lines_of
from store.archiving import Fate, Rule, counted
from store.archiving import archive as archived_by

app = verbs()
archive = typer.Typer(no_args_is_help=True, help="Move closed records to the archive, and read them there.")
app.add_typer(archive, name="archive")

STAYS = {
    Fate.NAMED: "are named by records that are open",
    Fate.WAITING: "have something that is still to be sent, or the newest event of all",
    Fate.FLAWED: "are not what was written: `steward audit verify` names them",
}


def rule(chosen: Settings) -> Rule:
    """Give what the settings say about the archive."""
    return Rule(chosen.archive, chosen.keep_days, chosen.keep_days_of)


@archive.command()
def write(
    *,
    check: Annotated[bool, typer.Option("--check", help="Only say what would be done.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write what became of each record as JSON.")] = False,
) -> None:
    """Move records to the archive that ended longer ago than they are to be kept (STEWARD_KEEP_DAYS).

    It goes by the same settings as `steward worker`, whose workers do this once a day. It may be done at any time,
    and again. Exit code 1 where a record stays because it is not what was written.
    """
    chosen = rule(settings())
    if not chosen.is_any:
        raise UsageError("records are kept for ever. Set STEWARD_KEEP_DAYS, or STEWARD_KEEP_DAYS_OF for some processes")
    fates = on_database(lambda database: archived_by(database, chosen, time.time(), check=check))
    if as_json:
        print_json({fate.value: [name for name, found in fates.items() if found is fate] for fate in Fate})
    found = counted(fates)
    for fate, because in STAYS.items():
        if found[fate] and not as_json:
            err().print(f"{found[fate]:,} stay: they {because}", soft_wrap=True)
    told = f"{found[Fate.ARCHIVED]:,} records {'would be' if check else 'are'} archived in {chosen.directory}"
    if found[Fate.FLAWED]:
        raise FindingsError(told)
    err().print(f"{told}.", style="green")


@archive.command()
def show(
    record: Annotated[str, typer.Argument(metavar="ID", help="The record.")],
    *,
    file: Annotated[Path | None, typer.Option(help="The file it is in, where the database does not know.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write all that is kept of it as JSON.")] = False,
) -> None:
    """Show a record that is in the archive, with its journal and where its files are."""
    directory = settings().archive if file is None else file.parent.parent
    found = _found(record, directory / _file(record) if file is None else file)
    told = _told(found, directory)
    if as_json:
        print_json(told)
        return
    about = [(name, str(told[name])) for name in ("id", "process", "title", "state", "created", "ended")]
    fields = [(name, json.dumps(value, ensure_ascii=False)) for name, value in told["fields"].items()]
    print_rows(("what", "is"), [*about, *fields, *((name, path) for name, path in told["files"].items())])
    print_rows(("when", "who", "what"), [_happened(each) for each in told["journal"]])


def _file(record: str) -> str:
    where = on_database(lambda database: archived.find(database, record))
    if where is None:
        raise UsageError(f'there is no record "{record}" in the archive, as far as the database knows. Take --file')
    return where.file


def _found(record: str, path: Path) -> Bundle:
    if not path.is_file():
        raise UsageError(f"there is no file {path}. STEWARD_ARCHIVE says where the archive is")
    for line in lines_of(path):
        if line.bundle is not None and line.bundle.record.id == record:
            return line.bundle
    raise UsageError(f'there is no record "{record}" in {path}')


def _told(found: Bundle, directory: Path) -> dict[str, Any]:
    stored = found.record
    entries = [each for each in found.journal if not each.void]
    return {
        "id": stored.id,
        "process": stored.process,
        "version": stored.version,
        "title": found.title,
        "state": stored.state,
        "created": local_time(stored.created_at),
        "ended": local_time(stored.updated_at),
        "fields": json.loads(stored.body).get("fields", {}),
        "files": {digest: str(attached(directory, digest)) for digest in found.files},
        "journal": [
            {"seq": each.seq, "at": local_time(each.at), "head": each.head}
            | {"event": json.loads(each.event), "lines": json.loads(each.lines)}
            for each in entries
        ],
    }


def _happened(entry: dict[str, Any]) -> tuple[str, str, str]:
    event = entry["event"]
    who = (event.get("actor") or {}).get("id", "")
    return entry["at"], who, " ".join(filter(None, (event["kind"], event.get("name", ""))))
