"""The demo company's systems: each request once, taken back safely, and failing when told to."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.demo.companies import Systems, a_company

GRANT = {"person": "ann", "entitlement": "crm"}
ORDER = {"item": "laptop", "person": "ann", "cost": "850.00"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Systems]:
    """The systems, for all tests of this module: each test asks for people and things of its own."""
    with a_company(tmp_path_factory.mktemp("company") / "company.db") as systems:
        yield systems


def rows(systems: Systems, table: str, **wanted: str) -> list[dict[str, Any]]:
    """List what has these values."""
    return [row for row in systems.rows(table) if wanted.items() <= row.items()]


def test_a_request_that_is_repeated_has_its_effect_once(running: Systems) -> None:
    answers = [running.ask("/reservations", {"item": "mouse", "person": "ann"}, "once").json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len(rows(running, "reservations", item="mouse")) == 1


def test_a_key_stands_for_one_request(running: Systems) -> None:
    assert running.ask("/orders", ORDER, "one").status_code == 201
    assert running.ask("/orders", {**ORDER, "person": "bob"}, "one").status_code == 422
    assert rows(running, "orders", person="bob") == []


def test_an_account_that_is_open_is_not_opened_again(running: Systems) -> None:
    first, second = (running.ask("/accounts", {"person": "eve", "entitlement": "crm"}, key) for key in ("e1", "e2"))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


@pytest.mark.parametrize("named", [True, False])
def test_an_account_is_closed_by_its_id_or_by_what_it_is(running: Systems, named: bool) -> None:
    given = {"person": f"zoe-{named}", "entitlement": "crm"}
    account = running.ask("/accounts", given, f"open-{named}").json()["account"]["id"] if named else None
    if not named:
        running.ask("/accounts", given, f"open-{named}")
    back = {**given, "account": account}
    assert [running.ask("/accounts/revoked", back, f"{named}{n}").status_code for n in (1, 2)] == [204, 404]
    assert [row["state"] for row in rows(running, "accounts", person=given["person"])] == ["closed"]


def test_what_is_reserved_is_not_there_for_others_until_it_is_released(running: Systems) -> None:
    running.control(item="dock", quantity=1)
    held = running.ask("/reservations", {"item": "dock", "person": "ann"}, "dock-1").json()["reservation"]["id"]
    assert running.ask("/reservations", {"item": "dock", "person": "bob"}, "dock-2").status_code == 409
    assert running.ask("/reservations/released", {"reservation": held}, "dock-3").status_code == 204
    assert running.ask("/reservations", {"item": "dock", "person": "bob"}, "dock-4").status_code == 201


def test_an_order_is_cancelled_until_it_was_delivered(running: Systems) -> None:
    first, second = (running.ask("/orders", ORDER, key).json()["order"]["id"] for key in ("o1", "o2"))
    running.control(deliver=second)
    answers = [running.ask("/orders/cancelled", {"order": each}, f"c{each}").status_code for each in (first, second)]
    assert answers == [204, 409]


@pytest.mark.parametrize("path", ["/accounts/revoked", "/reservations/released", "/orders/cancelled"])
def test_to_take_back_what_never_was_does_no_harm(running: Systems, path: str) -> None:
    assert running.ask(path, {"person": "nobody", "entitlement": "x"}, f"never {path}").status_code == 404


@pytest.mark.parametrize("carried_out", [True, False])
def test_it_fails_as_often_as_it_is_told_and_has_its_effect_once(running: Systems, carried_out: bool) -> None:
    running.control(fail=2, carried_out=carried_out)
    given = {"person": f"max-{carried_out}", "entitlement": "crm"}
    answers = [running.ask("/accounts", given, f"fail {carried_out}") for _ in range(3)]
    assert [each.status_code for each in answers] == [503, 503, 201]
    assert [each.headers.get("Retry-After") for each in answers] == ["1", "1", None]
    assert len(rows(running, "accounts", person=given["person"])) == 1


@pytest.mark.parametrize(
    ("path", "given", "status"),
    [
        ("/accounts", {"person": "ann"}, 422),
        ("/accounts", {"person": 7, "entitlement": "crm"}, 422),
        ("/reservations", {"item": "x" * 201, "person": "ann"}, 422),
        ("/orders", {**ORDER, "cost": "much"}, 422),
        ("/orders", {**ORDER, "cost": "NaN"}, 422),
        ("/orders", {"cost": "1"}, 422),
        ("/control", {"fail": "often"}, 422),
        ("/somewhere", {}, 404),
        ("/orders", ["ann"], 400),
    ],
)
def test_what_it_does_not_understand_is_refused(running: Systems, path: str, given: Any, status: int) -> None:
    assert running.ask(path, given, f"{path} {given}").status_code == status


def test_a_request_without_a_key_is_refused(running: Systems) -> None:
    assert running.ask("/orders", ORDER, key=None).status_code == 400


@pytest.mark.parametrize("token", ["", "Bearer wrong", "Basic canary-company-token"])
def test_nobody_gets_in_without_the_token(running: Systems, token: str) -> None:
    headers = {"Authorization": token}
    listed = httpx2.get(f"{running.url}/accounts", headers=headers, trust_env=False)
    asked = httpx2.post(f"{running.url}/control", json={"fail": 1}, headers=headers, trust_env=False)
    assert (listed.status_code, asked.status_code) == (401, 401)


def test_there_is_nothing_else_to_read_and_no_body_too_large(running: Systems) -> None:
    headers = {"Authorization": "Bearer canary-company-token"}
    assert httpx2.get(f"{running.url}/answers", headers=headers, trust_env=False).status_code == 404
    large = httpx2.post(f"{running.url}/orders", content=b"[" * 70_000, headers=headers, trust_env=False)
    assert large.status_code == 413


def test_what_it_keeps_stays_when_it_is_started_again(tmp_path: Path) -> None:
    with a_company(tmp_path / "company.db") as first:
        answer = first.ask("/accounts", GRANT, "stays").json()
    with a_company(tmp_path / "company.db") as second:
        assert second.ask("/accounts", GRANT, "stays").json() == answer
        assert len(second.rows("accounts")) == 1
