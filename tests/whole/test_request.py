"""The shipped request, whole: who approves what it costs, and what a company's systems are asked to do and to undo."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from tests.demo.companies import Systems, a_connected_company
from tests.temporal import TemporalServer
from tests.whole.desk import Desk, until
from tests.whole.test_change import in_state, vote

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]
ITEMS: tuple[dict[str, Any], ...] = (
    {"summary": "Customer file", "fulfilment": "access", "entitlement": "crm-user", "price": "600"},
    {"summary": "Laptop", "fulfilment": "equipment", "article": "laptop-14", "price": "400"},
)


class Shop(NamedTuple):
    """A desk with a catalogue (the ids of its items, in their order), and the systems of the company behind it."""

    desk: Desk
    company: Systems
    items: list[str]

    def has(self, table: str, who: str) -> list[str]:
        """Say how what the systems have done for somebody stands now, the oldest first."""
        return [row["state"] for row in self.company.rows(table) if row["person"] == who]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shop(shipped_file: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """A shop that all tests here share; each orders for somebody else."""
    folder = tmp_path_factory.mktemp("shop")
    server = TemporalServer(folder)
    desk = Desk(server, f"sqlite:///{shutil.copy(shipped_file, folder / 'steward.db')}")
    with a_connected_company(folder / "company.db") as company:
        await desk.open()
        yield Shop(desk, company, [await an_item(desk, **item) for item in ITEMS])
        await desk.close()
    server.kill()


async def an_item(desk: Desk, **fields: Any) -> str:
    """Publish an item of the catalogue."""
    given = {"description": "What it is", "delivery_time": "5 business days", **fields}
    item = await desk.start("catalogue_item", **given)
    assert (await desk.act(item, "publish", who="miriam"))["state"] == "published"
    return item


async def ordered(shop: Shop, who: str, items: list[str]) -> dict[str, Any]:
    """Order items for oneself, and wait until somebody is to approve them."""
    begun = await shop.desk.ask("POST", "/processes/request/records", {"fields": {"items": items}}, who)
    found: dict[str, Any] = await until(lambda: waiting(shop.desk, begun["id"]))
    return found


async def waiting(desk: Desk, order: str) -> dict[str, Any] | None:
    """Give a request when it waits for an approval."""
    shown = await desk.shown(order)
    return shown if shown["approvals"] else None


async def at_hand(shop: Shop, order: str) -> dict[str, Any] | None:
    """Give the record that delivers the equipment of an order, when it waits for somebody to hand it over."""
    found = [each for each in await shop.desk.listed("equipment") if each["fields"]["request"]["id"] == order]
    return found[0] if found and found[0]["tasks"] else None


async def delivers(shop: Shop, order: str, what: str) -> bool:
    """Say whether an item of an order has been delivered."""
    return what in (await shop.desk.shown(order))["fields"]["delivered"]


async def test_the_manager_approves_by_cost_and_provisioning_that_fails_twice_makes_one_account(shop: Shop) -> None:
    order = await ordered(shop, "kenji", shop.items[:1])
    [approval] = order["approvals"]
    assert (order["state"], [seat["id"] for seat in approval["seats"]]) == ("approve", ["sofia"])
    own = await shop.desk.answer("POST", f"/approvals/{approval['id']}/vote", {"choice": "yes"}, "kenji")
    assert (own.status_code, shop.has("accounts", "kenji")) == (403, [])
    shop.company.control(fail=2, carried_out=True)
    await vote(shop.desk, order, "sofia")
    await until(lambda: in_state(shop.desk, order["id"], "fulfilled"))
    assert shop.has("accounts", "kenji") == ["open"]


async def test_one_item_that_cannot_be_delivered_makes_the_request_incomplete_and_it_says_which(shop: Shop) -> None:
    order = await ordered(shop, "peter", shop.items)
    await vote(shop.desk, order, "aisha")
    child = await until(lambda: at_hand(shop, order["id"]))
    given = {"with": {"result": "not_possible"}}
    await shop.desk.ask("POST", f"/tasks/{child['tasks'][0]['id']}/complete", given, who="leyla")
    ended = await until(lambda: in_state(shop.desk, order["id"], "incomplete"))
    assert (ended["fields"]["undelivered"], ended["fields"]["delivered"]) == (["Laptop"], ["Customer file"])
    assert (shop.has("accounts", "peter"), shop.has("reservations", "peter")) == (["open"], ["released"])


async def test_cancelling_before_it_is_fulfilled_takes_back_what_was_provisioned(shop: Shop) -> None:
    order = await ordered(shop, "ines", shop.items)
    await vote(shop.desk, order, "sofia")
    child = await until(lambda: at_hand(shop, order["id"]))
    await until(lambda: delivers(shop, order["id"], "Customer file"))
    assert (shop.has("accounts", "ines"), shop.has("reservations", "ines")) == (["open"], ["held"])
    await shop.desk.act(order["id"], "cancel", who="ines", reason="I leave")
    await until(lambda: in_state(shop.desk, child["id"], "cancelled"))
    await shop.desk.pass_time(order["id"], 600)
    await until(lambda: in_state(shop.desk, order["id"], "cancelled"))
    assert (shop.has("accounts", "ines"), shop.has("reservations", "ines")) == (["closed"], ["released"])
