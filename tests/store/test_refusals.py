"""The log of refusals counts by the hour, is read the latest first, and never grows beyond its bounds."""

import pytest

from store.database import Database
from store.errors import CursorError
from store.refusals import Counted, Refused, Wanted, note, prune, refusals

DORA = Refused("10.0.0.1", "dora", "4f0a", "GET", "/api/v1/records/{record}", "REP1", 404, ())
NOBODY = Refused("10.0.0.2", "", "", "POST", "/api/v1/events", "", 401, ("unknown",))


def counted(refused: Refused, at: float, count: int = 1, request: str = "") -> Counted:
    return Counted(refused, at, at, count, request)


async def test_the_same_refusal_of_an_hour_is_one_row(database: Database) -> None:
    await note(database, 0.0, [counted(DORA, 10.0, request="a"), counted(NOBODY, 11.0)])
    await note(database, 0.0, [counted(DORA, 20.0, 2, "b")])
    await note(database, 3600.0, [counted(DORA, 3601.0)])
    found = await refusals(database, Wanted())
    assert found.next is None
    assert [(each.refused, each.first_at, each.last_at, each.times, each.request) for each in found.rows] == [
        (DORA, 3601.0, 3601.0, 1, ""),
        (DORA, 10.0, 20.0, 3, "b"),
        (NOBODY, 11.0, 11.0, 1, ""),
    ]


WANTED = [
    (Wanted(), [5, 4, 3, 2, 1]),
    (Wanted(since=4.0), [5, 4]),
    (Wanted(until=2.0), [1]),
    (Wanted(person="dora"), [5, 3, 1]),
    (Wanted(address="10.0.0.2", status=401), [4, 2]),
    (Wanted(subject="REP1", status=401), []),
]


async def test_refusals_are_found_page_by_page(database: Database) -> None:
    for at in (1.0, 2.0, 3.0, 4.0, 5.0):
        refused = DORA if at % 2 else NOBODY
        await note(database, at, [counted(refused, at)])
    for wanted, times in WANTED:
        found: list[float] = []
        cursor = None
        while True:
            page = await refusals(database, wanted, cursor, limit=2)
            found += [each.last_at for each in page.rows]
            cursor = page.next
            if cursor is None:
                break
        assert found == times, wanted


@pytest.mark.parametrize("cursor", ["", "x", "x~y"])
async def test_a_cursor_that_was_made_up_is_refused(database: Database, cursor: str) -> None:
    with pytest.raises(CursorError):
        await refusals(database, Wanted(), cursor)


async def test_what_is_old_and_what_is_too_much_is_forgotten(database: Database) -> None:
    for at in range(1, 8):
        await note(database, at, [counted(DORA, float(at))])
    await prune(database, before=3.0, most=100)
    assert [each.last_at for each in (await refusals(database, Wanted())).rows] == [7, 6, 5, 4, 3]
    await prune(database, before=0.0, most=2)
    assert [each.last_at for each in (await refusals(database, Wanted())).rows] == [7, 6]


async def test_nothing_anybody_sends_is_too_long_or_cannot_be_kept(database: Database) -> None:
    await note(database, 0.0, [counted(DORA._replace(subject="x" * 5000, person="a\x00\ud800"), 1.0)])
    [kept] = (await refusals(database, Wanted())).rows
    assert (len(kept.refused.subject), kept.refused.person) == (100, "a��")
