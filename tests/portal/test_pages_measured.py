"""The bench of pages: it gets to every page over links, as everybody, and a first visit to each moves little."""

from pathlib import Path

from bench.company import settle
from bench.pages import LARGEST, Taken, measure, rows
from store.database import Database
from store.migrations import migrate


async def test_every_page_is_reached_by_links_and_a_first_visit_moves_little(tmp_path: Path) -> None:
    await migrate(url := f"sqlite:///{tmp_path / 'pages.db'}")
    database = Database(url)
    try:
        await settle(database, 300)
        taken = Taken("sqlite", *await measure(database, rounds=1))
    finally:
        await database.close()
    assert (taken.missed, [each.route for each in taken.pages if each.moved > LARGEST]) == ([], [])
    pages, _, largest = rows(taken, 300)
    assert (pages.goal, pages.met, largest.met) == (f"all {pages.measured}", True, True)
