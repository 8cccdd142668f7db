"""`steward recover`: begins the workflows of open records again from the store, where Temporal has lost them."""

import asyncio
from typing import Annotated

import typer

from activities.recovering import Fate
from cli.connecting import connected
from cli.errors import FindingsError
from cli.reviving import Report, recovered
from cli.terminal import err, print_json, print_rows, verbs
from settings import settings

app = verbs()

REMEDIES = {
    Fate.LOST: "have no workflow: without --check, they are begun again",
    Fate.ENDED: "have a workflow that was terminated or has failed, and are left as they are",
    Fate.UNPUBLISHED: "are on a definition that is not in the store: publish it again, and do this again",
    Fate.NEWER: "need a newer Steward",
    Fate.UNREADABLE: "cannot be read",
}


@app.command()
def recover(
    *,
    check: Annotated[bool, typer.Option("--check", help="Only say what would be done.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write every record that has no workflow as JSON.")] = False,
) -> None:
    """Begin the workflows of open records again that Temporal has lost, from what the store has of them.

    For a Temporal server whose data are gone, or another one. Records whose workflow is there are left alone, so that
    this may be done at any time, and again. What was due meanwhile happens once; calls that ran are made again under
    the same keys. It goes by the same settings as `steward worker`. Before a move to another server, stop everything
    that works with the old one. Exit code 1 where a record has no workflow afterwards.
    """
    report = asyncio.run(_recover(check=check))
    if as_json:
        told = {each.value: [found.record for found in report.of(each)] for each in Fate if each is not Fate.THERE}
        print_json({"checked": report.checked, **told})
    else:
        print_rows(("record", "is", "because"), [tuple(each) for each in report.found])
    told_all = f"{report.checked:,} open records, {len(report.of(Fate.REVIVED)):,} workflows begun again"
    wrong = [f"{len(report.of(each)):,} {remedy}" for each, remedy in REMEDIES.items() if report.of(each)]
    if wrong:
        raise FindingsError(told_all, wrong)
    err().print(f"{told_all}.", style="green")


async def _recover(*, check: bool) -> Report:
    async with connected(settings()) as (temporal, database):
        return await recovered(temporal, database, check=check)
