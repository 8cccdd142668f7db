"""`steward edit, comment`: what people write on a record, by way of the API."""

from typing import Annotated

import typer

from cli.assignments import read_assignments
from cli.client import api, path
from cli.record_page import print_after
from cli.records import Json, Key, RecordId
from cli.terminal import print_json, verbs

app = verbs()


@app.command()
def edit(
    record: RecordId,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE…", help="What to write; FIELD= empties it.")],
    *,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Write fields of a record."""
    given = read_assignments(fields)
    with api(key) as to:
        after = to.patch(path("records", record), {"fields": given}).body
    print_json(after) if as_json else print_after(f"Written: {', '.join(given)}", after)


@app.command()
def comment(
    record: RecordId,
    text: Annotated[str, typer.Argument(help="What to say, in quotes.")],
    *,
    note: Annotated[bool, typer.Option("--note", help="Only agents see it.")] = False,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Say something on a record: everybody who sees it reads it, a note only agents."""
    with api(key) as to:
        after = to.post(path("records", record, "comments"), {"text": text, "internal": note}).body
    print_json(after) if as_json else print_after("Noted" if note else "Said", after)
