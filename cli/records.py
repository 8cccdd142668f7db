"""`steward start, act, show, list, journal`: records (and processes to be shown), by way of the API."""

import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from cli.assignments import read_assignments
from cli.client import api, path
from cli.errors import UsageError
from cli.process_page import print_process
from cli.record_page import print_after, print_journal, print_record, print_records
from cli.terminal import out, print_json, verbs
from language.names import NAME

PAGE = 50
"""Records of a page that is asked for."""

app = verbs()

Json = Annotated[bool, typer.Option("--json", help="Write what the API answers, as JSON.")]
Key = Annotated[
    str | None, typer.Option(help="Repeat an earlier request: the same key has one effect, however often it is sent.")
]
RecordId = Annotated[str, typer.Argument(metavar="ID", help="The record, for example INC0000001.")]


@app.command()
def start(
    process: Annotated[str, typer.Argument(help="The process, for example incident.")],
    fields: Annotated[list[str] | None, typer.Argument(metavar="FIELD=VALUE…", help="What it begins with.")] = None,
    *,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Start a record and say which one it became (nothing but its id, when not at a terminal)."""
    given = read_assignments(fields or [])
    with api(key) as to:
        begun = to.post(path("processes", process, "records"), {"fields": given}).body
    if as_json:
        print_json(begun)
    elif sys.stdout.isatty():
        state = begun.get("state", "on its way")
        out().print(f"[bold]{begun['id']}[/] is {state}. [dim]Next: steward show {begun['id']}[/]")
    else:
        sys.stdout.write(f"{begun['id']}\n")


@app.command()
def act(
    record: RecordId,
    transition: Annotated[str, typer.Argument(help="What to do, as `steward show` lists it.")],
    fields: Annotated[list[str] | None, typer.Argument(metavar="FIELD=VALUE…", help="What it needs.")] = None,
    *,
    comment: Annotated[str | None, typer.Option(help="A comment that everybody sees.")] = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Take an action on a record."""
    asked: dict[str, Any] = {"with": read_assignments(fields or [])}
    with api(key) as to:
        after = to.post(path("records", record, "actions", transition), {**asked, "comment": comment}).body
    print_json(after) if as_json else print_after(f"Done: {transition}", after)


@app.command()
def show(
    shown: Annotated[str, typer.Argument(metavar="ID|PROCESS", help="A record, or a process such as incident.")],
    as_json: Json = False,
) -> None:
    """Show a record with what you can do with it, or a process with when it starts by itself."""
    is_process = NAME.fullmatch(shown) is not None  # numbers of records have capital letters
    with api() as to:
        found = to.get(path("processes" if is_process else "records", shown)).body
    if as_json:
        print_json(found)
    else:
        (print_process if is_process else print_record)(found)


@app.command("list")
def list_(
    filters: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILTER=VALUE…", help="process= state= priority= assignee=me group= final= q=WORDS sort= …"
        ),
    ] = None,
    *,
    limit: Annotated[int, typer.Option(min=1, help="How many, at most.")] = PAGE,
    as_json: Json = False,
) -> None:
    """List the records you may see, last changed first: `steward list state=new q="mail down"`."""
    found: list[Mapping[str, Any]] = []
    wanted = {name: "" if value is None else value for name, value in read_assignments(filters or []).items()}
    if "limit" in wanted:
        raise UsageError("say how many with --limit N")
    with api() as to:
        for page in to.pages("/records", {**wanted, "limit": min(limit, PAGE)}):
            found += page.body["records"]
            if len(found) >= limit:
                break
    print_json(found[:limit]) if as_json else print_records(found[:limit])


@app.command()
def journal(record: RecordId, as_json: Json = False) -> None:
    """Tell what happened to a record: when, who, what."""
    with api() as to:
        found = to.whole(path("records", record, "journal"), "entries")
    print_json(found) if as_json else print_journal(found)
