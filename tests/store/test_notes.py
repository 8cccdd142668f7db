"""Notes and samples: the first note of a key stays, and samples are those since what runs there came there."""

from store.database import Database
from store.notes import first_note, noted
from store.samples import Sample, add_sample, samples_of


async def test_the_first_note_of_a_key_stays(database: Database) -> None:
    assert await noted(database, "a" * 300) is None
    assert [await first_note(database, "a" * 300, text) for text in ("1.0", "1.1")] == ["1.0", "1.0"]
    assert await noted(database, "a" * 300) == "1.0"


async def test_samples_are_told_in_order_of_time_and_begin_anew(database: Database) -> None:
    for at, requests in ((2.0, 20.0), (1.0, 10.0), (2.0, 21.0)):
        await add_sample(database, "shop on ring_1", Sample(at, requests, 0.5))
    await add_sample(database, "shop on ring_2", Sample(1.5, 7.0, 0.0))
    assert await samples_of(database, "shop on ring_1") == (Sample(1.0, 10.0, 0.5), Sample(2.0, 21.0, 0.5))
    await add_sample(database, "shop on ring_1", Sample(3.0, 1.0, 0.0), afresh=True)
    assert await samples_of(database, "shop on ring_1") == (Sample(3.0, 1.0, 0.0),)
