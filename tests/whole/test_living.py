"""`steward up --demo`: the demo company at work, in an empty house only."""

import pytest

from cli.living import CHANGES, INCIDENTS, ITEMS, ORDERS, live
from settings import settings
from tests.portal.visits import served
from tests.whole.desk import Desk

pytestmark = pytest.mark.server
BEGUN = ("catalogue_item", "incident", "request", "change")
MADE = len(ITEMS) + 1 + len(INCIDENTS) + len(ORDERS) + len(CHANGES)


async def test_the_demo_company_works_once(desk: Desk, shipped_url: str) -> None:
    async with served(desk.app) as address:
        said = [await live(settings(database_url=shipped_url), address) for _ in range(2)]
    made = (await desk.ask("GET", "/records?limit=100"))["records"]
    assert (said, len([each for each in made if each["process"] in BEGUN])) == (["", ""], MADE)
