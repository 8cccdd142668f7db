"""Makes an organisation the one of a store, whatever was there before: what tests begin with."""

from collections.abc import Mapping
from typing import Any

from language.organisation import Organisation
from store import organisation
from store.database import Database
from store.organisation import StoredOrganisation


async def apply(database: Database, document: Mapping[str, Any], *, by: str, at: float) -> StoredOrganisation:
    """Make this the organisation; the present version stays when it says the same."""
    await organisation.change(database, lambda _present: Organisation.from_json(document), by=by, at=at)
    stored = await organisation.current(database)
    assert stored is not None
    return stored
