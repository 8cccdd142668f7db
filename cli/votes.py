"""`steward vote`: yes or no to an approval, by way of the API."""

from enum import StrEnum
from typing import Annotated

import typer

from cli.client import api
from cli.records import Json, Key
from cli.terminal import out, print_json, verbs

app = verbs()


class Choice(StrEnum):
    """What can be said to an approval."""

    YES = "yes"
    NO = "no"


@app.command()
def vote(
    approval: Annotated[str, typer.Argument(metavar="ID", help="The approval, as `steward show` lists it.")],
    choice: Annotated[Choice, typer.Argument(help="A vote is final.")],
    *,
    comment: Annotated[str | None, typer.Option(help="Why; a no needs one.")] = None,
    for_: Annotated[str | None, typer.Option("--for", help="Whose vote it is, recorded from minutes.")] = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Vote on an approval."""
    said = {"choice": choice.value, "comment": comment, "for": for_}
    with api(key) as to:
        after = to.post(f"/approvals/{approval}/vote", said).body
    if as_json:
        print_json(after)
    elif after is None:
        out().print(f"Voted {choice}. You do not see the record any more.")
    else:
        is_open = any(each["id"] == approval for each in after["approvals"])
        state = "others have yet to vote" if is_open else "it is decided"
        out().print(f"Voted {choice}: {state}. [bold]{after['id']}[/] is {after['state']}.")
