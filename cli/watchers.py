"""`steward follow, unfollow`: who watches a record, by way of the API."""

from typing import Annotated

import typer

from cli.client import api, path
from cli.record_page import print_after
from cli.records import Json, Key, RecordId
from cli.terminal import print_json, verbs

app = verbs()

ME = "me"
Person = Annotated[str, typer.Argument(metavar="PERSON", help="Whose id it is; yourself without it.")]


@app.command()
def follow(record: RecordId, person: Person = ME, *, key: Key = None, as_json: Json = False) -> None:
    """Watch a record: be told of its public comments. Who sees it in full may say it for others."""
    with api(key) as to:
        after = to.post(path("records", record, "watchers"), {"person": person}).body
    print_json(after) if as_json else print_after("Watched", after)


@app.command()
def unfollow(record: RecordId, person: Person = ME, *, key: Key = None, as_json: Json = False) -> None:
    """Watch a record no more."""
    with api(key) as to:
        after = to.delete(path("records", record, "watchers", person)).body
    print_json(after) if as_json else print_after("Watched no more", after)
