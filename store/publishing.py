"""Publishing: a definition is checked and its scenarios are run, and only then it becomes the one for new records.

StoreError
└── RejectedError   mistakes were found, or scenarios failed; `examination` holds them
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from language.surroundings import ActionShape
from store import definitions
from store.database import Database
from store.definitions import Published, digest_of
from store.errors import StoreError
from store.examining import Around, Draft, Examination, examine, held_against
from store.facts import organisation


class Publication(NamedTuple):
    """A version that is published; `new` is false when it had been, with the same content. Warnings may remain."""

    published: Published
    new: bool
    examination: Examination | None


class RejectedError(StoreError):
    """A draft is not published: mistakes were found in it, or scenarios failed."""

    def __init__(self, examination: Examination) -> None:
        """Keep what was found; the message lists all of it."""
        self.examination = examination
        failures = [case.failure for case in (examination.report.cases if examination.report else ()) if case.failure]
        super().__init__("\n".join([*map(str, examination.findings), *failures]))


Examine = Callable[[Draft, Around], Awaitable[Examination]]


async def publish(  # noqa: PLR0917 - what is published, by whom, when: in the order in which one says it
    database: Database,
    source: str,
    tests: str,
    messages: Mapping[str, str],
    actions: Mapping[str, ActionShape],
    by: str,
    at: float,
    *,
    beside: tuple[str, ...] = (),
    made_from: int | None = None,
    examined: Examine | None = None,
) -> Publication:
    """Check and test a definition with its messages, and publish it; what is published already is left as it is.

    `beside` are texts of processes that it refers to and that will be published with it, `made_from` is the newest
    version that its author knows of. `examined` does the checking elsewhere, for texts of people whom one does not
    trust.

    Raises:
        RejectedError: mistakes were found, or scenarios failed.
        AlreadyPublishedError: the version exists with other content.
        OlderVersionError: a newer version exists.
        StaleVersionError: the newest version is not the one it was made from.
    """
    before = await _published_before(database, source, messages)
    if before is not None:
        return Publication(before, False, None)
    draft, surroundings = Draft(source, tests, messages, beside), await around(database, actions)
    found = await examined(draft, surroundings) if examined is not None else examine(draft, surroundings)
    found = await compared(database, found, source)
    if not found.passed:
        raise RejectedError(found)
    row = Published(found.process, found.version, digest_of(source), found.title, source, by, at)
    new = await definitions.publish(
        database,
        row.process,
        row.version,
        source,
        title=row.title,
        messages=messages,
        by=by,
        at=at,
        tests=tests,
        made_from=made_from,
    )
    return Publication(row, new, found)


async def around(database: Database, actions: Mapping[str, ActionShape]) -> Around:
    """Collect what exists around a draft."""
    published = await definitions.newest_of_each(database)
    return Around(await organisation(database), actions, tuple(each.source for each in published))


async def compared(database: Database, found: Examination, source: str) -> Examination:
    """Hold what a draft says of records of an earlier version against that version."""
    if found.migrate is None:
        return found
    earlier = await definitions.get(database, found.process, found.migrate.from_)
    return held_against(found, source, None if earlier is None else earlier.source)


async def _published_before(database: Database, source: str, messages: Mapping[str, str]) -> Published | None:
    """Give the version that has exactly this content, if it is published."""
    before = await definitions.by_digest(database, digest_of(source))
    if before is None or await definitions.messages_of(database, before.process, before.version) != dict(messages):
        return None
    return before
