"""`steward doctor`: looks at all Steward stands on, also while it is down: what is wrong, and what helps."""

import sys
from collections.abc import Iterable
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from cli import doctor_encryption, doctor_here, doctor_queues, doctor_servers
from cli.checkup import Checked, Status, looked
from cli.errors import FindingsError
from cli.terminal import err, out, print_json, print_rows, verbs
from settings import settings

app = verbs()

LOOKS = (*doctor_here.LOOKS, *doctor_servers.LOOKS, *doctor_queues.LOOKS, *doctor_encryption.LOOKS)
STYLES = {Status.FINE: "green", Status.NOTE: "yellow", Status.WRONG: "bold red"}


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Write what was found as JSON.")] = False,
) -> None:
    """Look at programs, data, servers and settings: what is fine, what is not, and what helps.

    It goes by the same settings as `steward worker` and `steward api`: run it where they run. Nothing is changed.
    Exit code 1 where anything is wrong.
    """
    found = tuple(looked(LOOKS, settings()))
    if as_json:
        print_json([each._asdict() for each in found])
    else:
        _print(found)
    count = sum(each.status is Status.WRONG for each in found)
    if count and not as_json:
        err().print(f"{count} of {len(found)} are wrong.", style="bold red")
    if count:
        raise FindingsError("")


def _print(found: Iterable[Checked]) -> None:
    if not sys.stdout.isatty():
        print_rows(("what", "status", "found", "remedy"), found)
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("what", style="bold", no_wrap=True)
    table.add_column("is", no_wrap=True)
    table.add_column("found, and what helps")
    for each in found:
        helps = f"\n[dim]→[/] {escape(each.remedy)}" if each.remedy else ""
        table.add_row(each.what, f"[{STYLES[each.status]}]{each.status}[/]", escape(each.found) + helps)
    out().print(table)
