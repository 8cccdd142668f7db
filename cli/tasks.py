"""`steward claim, release, complete`: the work on tasks, by way of the API."""

from typing import Annotated

import typer

from cli.assignments import read_assignments
from cli.client import api, path
from cli.record_page import print_after
from cli.records import Json, Key
from cli.terminal import print_json, verbs

app = verbs()

Task = Annotated[str, typer.Argument(metavar="TASK", help="The task, as `steward show` lists it.")]


@app.command()
def claim(task: Task, *, key: Key = None, as_json: Json = False) -> None:
    """Take a task, so that the others see that you are at it."""
    _work(task, "claim", "Claimed", key, as_json=as_json)


@app.command()
def release(task: Task, *, key: Key = None, as_json: Json = False) -> None:
    """Give a task back to the others."""
    _work(task, "release", "Released", key, as_json=as_json)


@app.command()
def complete(
    task: Task,
    fields: Annotated[list[str] | None, typer.Argument(metavar="FIELD=VALUE…", help="Its form.")] = None,
    *,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Complete a task with its form."""
    _work(task, "complete", "Completed", key, fields, as_json=as_json)


def _work(task: str, what: str, done: str, key: str | None, fields: list[str] | None = None, *, as_json: bool) -> None:
    body = {"with": read_assignments(fields)} if fields else {}
    with api(key) as to:
        after = to.post(path("tasks", task, what), body).body
    print_json(after) if as_json else print_after(done, after)
