"""What `steward recover` and the start of `steward up` do: open records go on from what the store has of them."""

from typing import NamedTuple

from temporalio.client import Client

from activities.recovering import Fate, Found, Recovering
from cli.errors import UnreachableError
from cli.progress import counted
from store.database import Database
from store.errors import StoreError
from store.unsettled import count_unsettled
from workflows.errors import ClientError
from workflows.reviving import Reviving


class Report(NamedTuple):
    """How many open records there were, and those whose workflow was not there."""

    checked: int
    found: tuple[Found, ...]

    def of(self, fate: Fate) -> tuple[Found, ...]:
        """Give those of one fate."""
        return tuple(each for each in self.found if each.fate is fate)


async def recovered(temporal: Client, database: Database, *, check: bool = False) -> Report:
    """Begin the workflows again that are lost, with a bar at a terminal. Raises UnreachableError."""
    checked, found = 0, []
    try:
        with counted("looking for workflows", await count_unsettled(database)) as done:
            async for each in Recovering(database, Reviving(temporal)).recover(check=check):
                done()
                checked += 1
                if each.fate is not Fate.THERE:
                    found.append(each)
    except (ClientError, StoreError) as away:
        again = "Do it again when it is back: what was begun is not begun twice."
        raise UnreachableError(f"not finished after {checked:,} records: {away}", [again]) from away
    return Report(checked, tuple(found))
