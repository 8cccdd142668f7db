"""The bench of pages: it gets to pages over links, as everybody, and a first visit to each moves little."""

from pathlib import Path

from bench.company import settle
from bench.pages import LARGEST, measure
from store.database import Database
from store.migrations import migrate


async def test_pages_are_reached_by_links_and_a_first_visit_moves_little(tmp_path: Path) -> None:
    await migrate(url := f"sqlite:///{tmp_path / 'pages.db'}")
    database = Database(url)
    try:
        await settle(database, 300)
        taken, _ = await measure(database, rounds=1)
    finally:
        await database.close()
    assert {"/work", "/sign-in", "/records/{record}", "/records/{record}/edit"} <= {each.route for each in taken}
    assert [(each.route, each.moved) for each in taken if each.moved > LARGEST] == []
