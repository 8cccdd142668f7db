"""`steward rebuild`: makes the rows of open records again from their workflows, which know how these stand."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer

from activities.rebuilding import Compared, Outcome, Rebuilding
from cli.connecting import connected
from cli.errors import FindingsError, UnreachableError
from cli.progress import counted
from cli.terminal import err, print_json, print_rows, verbs
from settings import settings
from store.errors import StoreError
from workflows.client import RecordClient
from workflows.errors import ClientError
from workflows.reviving import Reviving

app = verbs()

REMEDIES = {
    Outcome.GONE: "have no workflow any more: `steward recover` begins them again",
    Outcome.SILENT: "did not answer: see that a worker runs, and do this again",
    Outcome.UNPUBLISHED: "are on a definition that is not in the store: publish it again, and do this again",
    Outcome.UNWRITABLE: "cannot be written",
}


@app.command()
def rebuild(
    *, as_json: Annotated[bool, typer.Option("--json", help="Write every record that was not right as JSON.")] = False
) -> None:
    """Make the rows of open records again from their workflows, wherever the two differ.

    For a database that was restored from a backup. It goes by the same settings as `steward worker`, which must run;
    what it does may be done at any time, and again. Exit code 1 where a record is not right afterwards, 3 where one
    did not answer.
    """
    checked, found = asyncio.run(_rebuilt())
    of = {outcome: [each.record for each in found if each.outcome is outcome] for outcome in Outcome}
    if as_json:
        print_json({"checked": checked, **{each.value: of[each] for each in Outcome if each is not Outcome.RIGHT}})
    else:
        print_rows(("record", "is", "because"), [tuple(each) for each in found])
    told = f"{checked:,} records were compared, {len(of[Outcome.REMADE]):,} rows made again"
    wrong = [f"{len(of[each]):,} {remedy}" for each, remedy in REMEDIES.items() if of[each]]
    if of[Outcome.SILENT]:
        raise UnreachableError(told, wrong)
    if wrong:
        raise FindingsError(told, wrong)
    err().print(f"{told}.", style="green")


async def _rebuilt() -> tuple[int, Sequence[Compared]]:
    """Compare all; give how many there were, and those whose rows were not right."""
    async with connected(settings()) as (temporal, database):
        client = RecordClient(temporal, lambda: 0.0)  # sends no commands, which is what a clock is for
        rebuilding = Rebuilding(database, client, Reviving(temporal))
        try:
            names = await rebuilding.names()
            with counted("comparing records", len(names)) as done:
                found = []
                async for each in rebuilding.rebuild(names):
                    done()
                    if each.outcome is not Outcome.RIGHT:
                        found.append(each)
        except (ClientError, StoreError) as away:
            raise UnreachableError(f"not finished: {away}", ["Do it again when it is back."]) from away
    return len(names), found
