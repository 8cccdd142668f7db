"""The two local activities of every record: its events are written to the store, and facts are read from it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from store import projections
from store.database import Database
from store.errors import DataError, NotPublishedError
from store.facts import facts
from store.projections import Index, Projection
from workflows.messages import FACTS, PROJECT, FactsInput, ProjectionInput


class StoreActivities:
    """What a record's workflow asks of the store."""

    def __init__(self, database: Database) -> None:
        """Keep the database; nothing is opened yet."""
        self._database = database

    @activity.defn(name=PROJECT)
    async def project(self, given: ProjectionInput) -> str:
        """Write one event of a record; answers the head that is stored for it afterwards.

        Fails with the type `DataError` or `NotPublishedError` where repeating alone does not help; the workflow says
        whether it gives up or waits until somebody has mended the store.
        """
        with _by_type():
            return await projections.project(self._database, projection_of(given))

    @activity.defn(name=FACTS)
    async def facts(self, given: FactsInput) -> dict[str, Any]:
        """Answer facts from the organisation, by their keys."""
        return dict(await facts(self._database, given.keys, given.now))


def projection_of(given: ProjectionInput) -> Projection:
    """Give what the store writes of an event as it came from a workflow."""
    return Projection(
        record=given["record"],
        event=given["event"],
        lines=given["lines"],
        outbox=given["outbox"],
        fence=given["fence"],
        previous_head=given["previous_head"],
        index=index_of(given["index"]),
    )


def index_of(listed: Mapping[str, Any]) -> Index:
    """Give a record's place in lists, as `engine.listing` said it and JSON carried it."""
    return Index(**{**listed, "readers": [(who, full) for who, full in listed["readers"]]})


@contextmanager
def _by_type() -> Iterator[None]:
    try:
        yield
    except (DataError, NotPublishedError) as error:
        raise ApplicationError(str(error), type=type(error).__name__) from error
