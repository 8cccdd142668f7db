"""The shipped request, whole: who approves what it costs, and what a company's systems are asked to do and to undo."""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from store.migrations import migrate
from tests.temporal import TemporalServer
from tests.whole.company import Company, a_company
from tests.whole.desk import Desk, until
from tests.whole.test_change import in_state, vote

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]
ITEMS: tuple[dict[str, Any], ...] = (
    {"summary": "Customer file", "fulfilment": "access", "entitlement": "crm-user", "price": "600"},
    {"summary": "Laptop", "fulfilment": "equipment", "article": "laptop-14", "price": "400"},
)


class Shop(NamedTuple):
    """A desk with a catalogue (the ids of its items, in their order), and the systems behind it."""

    desk: Desk
    company: Company
    items: list[str]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """A shop that all tests here share."""
    folder = tmp_path_factory.mktemp("shop")
    url = f"sqlite:///{folder / 'steward.db'}"
    await migrate(url)
    server = TemporalServer(folder)
    desk = Desk(server, url)
    with a_company() as company, pytest.MonkeyPatch.context() as patch:
        patch.setenv("STEWARD_COMPANY_URL", f"http://127.0.0.1:{company.port}")
        patch.setenv("STEWARD_COMPANY_TOKEN", "a-token")
        await desk.open()
        yield Shop(desk, company, [await an_item(desk, **item) for item in ITEMS])
        await desk.close()
    server.kill()


@pytest.fixture
def shop(opened: Shop) -> Shop:
    """The shop, with systems that have nothing and have been asked nothing."""
    for kept in (opened.company.accounts, opened.company.reservations, opened.company.asked):
        kept.clear()
    return opened


async def an_item(desk: Desk, **fields: Any) -> str:
    """Publish an item of the catalogue."""
    given = {"description": "What it is", "delivery_time": "5 business days", **fields}
    item = await desk.start("catalogue_item", **given)
    assert (await desk.act(item, "publish", who="miriam"))["state"] == "published"
    return item


async def an_order(shop: Shop, items: list[str]) -> dict[str, Any]:
    """Order items as Kenji, and let his manager say yes."""
    body = {"fields": {"items": items}}
    begun = await shop.desk.ask("POST", "/processes/request/records", body, who="kenji")
    return await vote(shop.desk, await shop.desk.shown(begun["id"]), "sofia")


async def the_child(shop: Shop, process: str, order: str) -> dict[str, Any] | None:
    """Give the last record of a process, when an order has begun it and gives a task at it."""
    found = await shop.desk.listed(process)
    return found[-1] if found and found[-1]["fields"]["request"]["id"] == order and found[-1]["tasks"] else None


async def delivers(shop: Shop, order: str, what: str) -> bool:
    """Say whether an item of an order has been delivered."""
    return what in (await shop.desk.shown(order))["fields"]["delivered"]


async def test_the_manager_approves_by_cost_and_provisioning_that_fails_twice_makes_one_account(shop: Shop) -> None:
    shop.company.failing = 2
    body = {"fields": {"items": shop.items[:1]}}
    begun = await shop.desk.ask("POST", "/processes/request/records", body, who="kenji")
    order = await shop.desk.shown(begun["id"])
    [approval] = order["approvals"]
    assert (order["state"], [seat["id"] for seat in approval["seats"]]) == ("approve", ["sofia"])
    own = await shop.desk.answer("POST", f"/approvals/{approval['id']}/vote", {"choice": "yes"}, "kenji")
    assert (own.status_code, shop.company.asked) == (403, [])
    await vote(shop.desk, order, "sofia")
    await until(lambda: in_state(shop.desk, order["id"], "fulfilled"))
    assert list(shop.company.accounts.values()) == [("kenji", "crm-user")]
    keys = shop.company.tries("/accounts")
    assert (len(keys), len(set(keys))) == (3, 1)


async def test_one_item_that_cannot_be_delivered_makes_the_request_incomplete_and_it_says_which(shop: Shop) -> None:
    order = await an_order(shop, shop.items)
    child = await until(lambda: the_child(shop, "equipment", order["id"]))
    given = {"with": {"result": "not_possible"}}
    await shop.desk.ask("POST", f"/tasks/{child['tasks'][0]['id']}/complete", given, who="leyla")
    ended = await until(lambda: in_state(shop.desk, order["id"], "incomplete"))
    assert (ended["fields"]["undelivered"], ended["fields"]["delivered"]) == (["Laptop"], ["Customer file"])
    assert (len(shop.company.accounts), shop.company.reservations) == (1, {})


async def test_cancelling_before_it_is_fulfilled_takes_back_what_was_provisioned(shop: Shop) -> None:
    order = await an_order(shop, shop.items)
    child = await until(lambda: the_child(shop, "equipment", order["id"]))
    await until(lambda: delivers(shop, order["id"], "Customer file"))
    assert (len(shop.company.accounts), len(shop.company.reservations)) == (1, 1)
    await shop.desk.act(order["id"], "cancel", who="kenji", reason="I leave")
    await until(lambda: in_state(shop.desk, child["id"], "cancelled"))
    await shop.desk.pass_time(order["id"], 600)
    await until(lambda: in_state(shop.desk, order["id"], "cancelled"))
    assert (shop.company.accounts, shop.company.reservations) == ({}, {})
    assert len(shop.company.tries("/accounts/revoked")) == len(shop.company.tries("/reservations/released")) == 1
