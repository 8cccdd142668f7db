"""`steward retry, skip`: mending what stands still on a record, by way of the API."""

from typing import Annotated

import typer

from cli.assignments import read_assignments
from cli.client import api, path
from cli.record_page import print_after
from cli.records import Json, Key, RecordId
from cli.terminal import print_json, verbs

app = verbs()

Fault = Annotated[str, typer.Argument(metavar="N", help="The number of the fault, as `steward show` lists it.")]


@app.command()
def retry(record: RecordId, fault: Fault, *, key: Key = None, as_json: Json = False) -> None:
    """Carry out again what stands still."""
    with api(key) as to:
        after = to.post(path("records", record, "faults", fault, "retry"), {}).body
    print_json(after) if as_json else print_after("Tried again", after)


@app.command()
def skip(
    record: RecordId,
    fault: Fault,
    fields: Annotated[
        list[str] | None, typer.Argument(metavar="FIELD=VALUE…", help="What the step should have brought.")
    ] = None,
    *,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Go on behind what stands still, with the values it should have brought."""
    given = read_assignments(fields or [])
    with api(key) as to:
        after = to.post(path("records", record, "faults", fault, "skip"), {"with": given}).body
    print_json(after) if as_json else print_after("Skipped", after)
