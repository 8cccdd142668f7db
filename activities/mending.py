"""Makes what the store has of a record be what its workflow says: for the reconciler, and for `steward rebuild`."""

from collections.abc import Mapping
from typing import Any

from activities.projection import index_of
from engine.listing import listing
from engine.snapshot import restore
from store.database import Database
from store.heads import StoredHead, newer_fence
from store.projections import RECONCILED, Projection, project
from store.reading import pinned


async def mend(database: Database, snapshot: Mapping[str, Any], stored: StoredHead | None) -> bool:
    """Project a workflow's own record again; False where its definition is not in the store, so that it cannot be.

    The journal has its event already, so there are no lines; where the store has nothing of it, the journal begins
    here. An event that is projected meanwhile counts, and this does not. Raises DataError and UnavailableError.
    """
    definition = await pinned(database, snapshot["digest"])
    if definition is None:
        return False
    record = restore(dict(snapshot))
    projection = Projection(
        record=dict(snapshot),
        event={"kind": RECONCILED, "name": "", "actor": None, "id": "", "now": record.updated_at},
        lines=[],
        outbox=[],
        fence=record.updated_at if stored is None else newer_fence(stored.fence),
        previous_head="",
        index=index_of(listing(definition, record)),
    )
    await project(database, projection)
    return True
