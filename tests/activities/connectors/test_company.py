"""The shipped connectors and the demo company's systems fit: everything is done once, and can be taken back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.calling import as_activity
from engine.record import Event
from store.database import Database
from tests.demo.companies import Systems, a_connected_company
from tests.shipped_actions import ACTIONS
from workflows.messages import CallInput

NOON = 1_767_268_800.0


async def nowhere(record: str, event: Event) -> int:
    """Reach no record."""
    raise AssertionError((record, event))


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Systems]:
    """The systems, where the worker's environment says."""
    with a_connected_company(tmp_path / "company.db") as systems:
        yield systems


async def called(database: Database, action: str, key: str, **given: Any) -> dict[str, Any]:
    """Call a shipped action once, under a key."""
    [wanted] = [each for each in ACTIONS if each.name == action]
    call = as_activity(wanted, database, lambda: NOON, nowhere)
    found: dict[str, Any] = await ActivityEnvironment().run(call, CallInput(key, "REQ1", "request", given))
    return found


@pytest.mark.parametrize("carried_out", [True, False])
async def test_an_account_that_fails_twice_is_opened_once(
    database: Database, company: Systems, carried_out: bool
) -> None:
    company.control(fail=2, carried_out=carried_out)
    for _ in range(2):
        with pytest.raises(ApplicationError, match="answered 503") as failed:
            await called(database, "identity.grant", "REQ1/do/0", person="ann", entitlement="crm")
        assert (failed.value.non_retryable, str(failed.value.next_retry_delay)) == (False, "0:00:01")
    found = await called(database, "identity.grant", "REQ1/do/0", person="ann", entitlement="crm")
    assert [(row["id"], row["state"]) for row in company.rows("accounts")] == [(int(found["account"]), "open")]


@pytest.mark.parametrize(
    ("action", "given", "gives", "back", "table"),
    [
        ("identity.grant", {"person": "ann", "entitlement": "crm"}, "account", "identity.revoke", "accounts"),
        ("stock.reserve", {"item": "laptop-14", "person": "ann"}, "reservation", "stock.release", "reservations"),
        (
            "purchasing.order",
            {"item": "laptop-14", "person": "ann", "cost": "850.00"},
            "order",
            "purchasing.cancel",
            "orders",
        ),
    ],
)
async def test_what_is_done_is_taken_back_and_taking_it_back_twice_does_no_harm(  # noqa: PLR0917 - a table
    database: Database, company: Systems, action: str, given: dict[str, str], gives: str, back: str, table: str
) -> None:
    found = await called(database, action, "REQ1/do/0", **given)
    person = {"person": "ann", "entitlement": "crm"} if back == "identity.revoke" else {}
    for key in ("REQ1/undo/0", "REQ1/undo/1"):
        assert await called(database, back, key, **person, **{gives: found[gives]}) == {}
    assert [row["state"] in {"closed", "released", "cancelled"} for row in company.rows(table)] == [True]


async def test_what_is_out_of_stock_and_too_late_is_said_by_a_code(database: Database, company: Systems) -> None:
    company.control(item="laptop-14", quantity=0)
    with pytest.raises(ApplicationError) as none_left:
        await called(database, "stock.reserve", "K1", item="laptop-14", person="ann")
    order = await called(database, "purchasing.order", "K2", item="laptop-14", person="ann", cost="850")
    company.control(deliver=order["order"])
    with pytest.raises(ApplicationError) as delivered:
        await called(database, "purchasing.cancel", "K3", **order)
    assert (none_left.value.type, delivered.value.type) == ("out_of_stock", "too_late")
    assert (none_left.value.non_retryable, delivered.value.non_retryable) == (True, True)


async def test_without_the_company_the_actions_say_what_is_missing(database: Database) -> None:
    with pytest.raises(ApplicationError, match="the worker has no variable STEWARD_COMPANY_TOKEN") as missing:
        await called(database, "stock.reserve", "K1", item="laptop-14", person="ann")
    assert (missing.value.type, missing.value.non_retryable) == ("not-configured", True)
