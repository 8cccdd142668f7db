"""What becomes of open records when the embedded Temporal server of `steward up` begins with an empty file."""

from collections.abc import Iterator
from pathlib import Path

from activities.recovering import Fate
from cli.connecting import connected
from cli.reviving import Report, recovered
from settings import Settings
from store.unsettled import count_unsettled

OURS, UNKNOWN = "ours\n", "unknown\n"
"""Whose the records in the store are: of this data directory, or perhaps of another Temporal server."""


def begins_anew(chosen: Settings, *, ran_before: bool) -> bool:
    """Say whether the server has no file yet; that is remembered until `go_on` is through, also when we are killed.

    A server that never ran here may have got the database of another one.
    """
    data = chosen.data
    if not (data / "temporal.db").exists():
        ours = ran_before or chosen.database_url.startswith("sqlite")
        _mark(data).write_text(OURS if ours else UNKNOWN, encoding="utf-8")
    return _mark(data).exists()


async def go_on(chosen: Settings) -> tuple[str, ...]:
    """Have the open records of the store go on, if there are any and they are ours; give what people should know."""
    async with connected(chosen) as (temporal, database):
        if _mark(chosen.data).read_text(encoding="utf-8") == OURS:
            remarks = tuple(_told(await recovered(temporal, database)))
        else:
            remarks = tuple(_foreign(await count_unsettled(database)))
    _mark(chosen.data).unlink()
    return remarks


def _told(report: Report) -> Iterator[str]:
    begun = len(report.of(Fate.REVIVED))
    if begun:
        yield f"Temporal's data were not there. {begun:,} open records go on from what the database has of them."
    if begun < len(report.found):
        yield f"{len(report.found) - begun:,} open records cannot go on: `steward recover` says which, and why."


def _foreign(count: int) -> Iterator[str]:
    if count:
        yield f"The database has {count:,} open records that this Temporal server does not know."
        yield "If no other server has them, begin them again here: steward recover"


def _mark(data: Path) -> Path:
    return data / "temporal.anew"
