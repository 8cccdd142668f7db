"""Builders of what projections need: `an_event(record="R1", seq=2, …)`, chained by their heads."""

from typing import Any

from store import definitions
from store.database import Database
from store.projections import Index, Projection, project

SOURCE = "process: paper\nversion: 1\n"


def a_projection(
    record: str = "R1",
    seq: int = 1,
    *,
    fence: float = 100.0,
    head: str | None = None,
    previous: str | None = None,
    kind: str = "act",
    outbox: tuple[str, ...] = (),
    index: Index | None = None,
    **columns: Any,
) -> Projection:
    """The event `seq` of a record; heads are `h1`, `h2`, … unless said otherwise."""
    snapshot = {
        "id": record,
        "process": "paper",
        "version": 1,
        "digest": definitions.digest_of(SOURCE),
        "engine": 1,
        "state": "open",
        "final": False,
        "seq": seq,
        "revision": seq,
        "head": head or f"h{seq}",
        "created_at": 10.0,
        "updated_at": 10.0 + seq,
        "fields": {},
        **columns,
    }
    before = previous if previous is not None else f"h{seq - 1}" if seq > 1 else ""
    return Projection(
        record=snapshot,
        event={"kind": kind, "name": "sign", "actor": {"id": "ann"}, "id": "", "now": 10.0 + seq},
        lines=[{"what": "taken", "name": "sign"}],
        outbox=[{"key": key, "kind": "notify", "body": {"to": "ann"}} for key in outbox],
        fence=fence,
        previous_head=before,
        index=index or Index(title=f"Paper {record}"),
    )


async def publish_paper(database: Database) -> None:
    """Publish the definition that `a_projection` follows."""
    await definitions.publish(database, "paper", 1, SOURCE, title="Paper", messages={}, by="ann", at=1.0)


async def given(database: Database, *projections: Projection) -> None:
    """Publish the definition and write these projections."""
    await publish_paper(database)
    for projection in projections:
        await project(database, projection)
