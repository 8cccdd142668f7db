"""Files of records: kept once by their digest, given as they were, discarded when no journal names them."""

import hashlib
from io import BytesIO

import pytest
from sqlalchemy import delete, func, select, update

from store.attachments import AFTER, CHUNK, Discarded, File, discard_unnamed, keep, read_chunks
from store.database import Database
from store.errors import DamagedFileError
from store.projections import Projection, project
from store.tables import attachment, stored_chunk, stored_file
from tests.store.builders import a_projection, given

NOW = 1_000.0
LONG = bytes(range(256)) * (2 * CHUNK // 256) + b"end"


def a_file(data: bytes = b"hello") -> File:
    return File(hashlib.sha256(data).hexdigest(), len(data), BytesIO(data))


def naming(digest: str, projection: Projection) -> Projection:
    """Give a projection whose journal names a file."""
    projection.lines.append({"what": "attached", "name": "a.txt", "data": {"digest": digest}})
    return projection


async def kept(database: Database) -> tuple[int, int]:
    """Count the files that are kept, and whose they are."""
    with database.reading() as connection:
        counts = [connection.scalar(select(func.count()).select_from(each)) for each in (stored_file, attachment)]
    return counts[0] or 0, counts[1] or 0


async def read(database: Database, digest: str, into: list[bytes] | None = None) -> list[bytes]:
    """Collect the parts of a file, as they come."""
    found = [] if into is None else into
    async for chunk in read_chunks(database, digest):
        found.append(chunk)
    return found


@pytest.mark.parametrize("data", [b"x", b"x" * CHUNK, LONG])
async def test_a_file_is_given_as_it_was(database: Database, data: bytes) -> None:
    file = a_file(data)
    file.data.read()
    await keep(database, "R1", file, NOW)
    chunks = await read(database, file.digest)
    assert b"".join(chunks) == data
    assert max(map(len, chunks)) <= CHUNK


async def test_the_same_file_of_two_records_is_kept_once(database: Database) -> None:
    for record in ("R1", "R2", "R1"):
        await keep(database, record, a_file(), NOW)
    assert await kept(database) == (1, 2)


@pytest.mark.parametrize("damage", ["changed", "shortened", "gone"])
async def test_of_a_file_that_is_damaged_the_end_is_never_given(database: Database, damage: str) -> None:
    file = a_file(LONG)
    await keep(database, "R1", file, NOW)
    last = stored_chunk.c.place == 2
    with database.writing() as connection:
        if damage == "changed":
            connection.execute(update(stored_chunk).where(last).values(data=b"END"))
        else:
            connection.execute(delete(stored_chunk).where(last if damage == "shortened" else stored_chunk.c.place >= 0))
    seen: list[bytes] = []
    with pytest.raises(DamagedFileError):
        await read(database, file.digest, seen)
    assert len(b"".join(seen)) < len(LONG)


async def test_what_no_journal_names_is_discarded_after_an_hour(database: Database) -> None:
    named, refused = a_file(b"named"), a_file(b"refused")
    await given(database, naming(named.digest, a_projection("R1")))
    for file in (named, refused):
        await keep(database, "R1", file, NOW)
    assert await discard_unnamed(database, NOW + AFTER) == Discarded(0, 0)
    assert await discard_unnamed(database, NOW + AFTER + 1) == Discarded(2, 1)
    assert await discard_unnamed(database, NOW + AFTER + 1) == Discarded(0, 0)
    assert await read(database, named.digest) == [b"named"]
    assert await kept(database) == (1, 1)


async def test_a_file_that_another_record_has_stays(database: Database) -> None:
    file = a_file()
    await given(database, naming(file.digest, a_projection("R1")))
    for record in ("R1", "R2"):
        await keep(database, record, file, NOW)
    assert await discard_unnamed(database, NOW + AFTER + 1) == Discarded(2, 0)
    assert await kept(database) == (1, 1)


async def test_a_file_that_was_sent_again_has_its_hour_again(database: Database) -> None:
    await keep(database, "R1", a_file(), NOW)
    await keep(database, "R1", a_file(), NOW + AFTER)
    assert await discard_unnamed(database, NOW + AFTER + 1) == Discarded(0, 0)


async def test_a_file_of_an_event_that_is_void_stays_because_it_may_happen_after_all(database: Database) -> None:
    file = a_file()
    await given(database, a_projection("R1"), naming(file.digest, a_projection("R1", 2, head="lost", fence=101.0)))
    await keep(database, "R1", file, NOW)
    await project(database, a_projection("R1", 2, fence=102.0))
    assert await discard_unnamed(database, NOW + AFTER + 1) == Discarded(1, 0)
