"""Whoever asks too often is told to wait, and for how long; others are not kept waiting."""

from dataclasses import replace

import httpx2
import pytest
from starlette.requests import Request

from api.app import create_app
from api.problems import ProblemError
from api.rates import MOST_KEPT, Rates, Throttle
from tests.api.office import Office

NOON = 1_772_798_400.0


class Route:
    """A route as the router leaves it in a request."""

    def __init__(self, operation_id: str) -> None:
        self.operation_id = operation_id


def a_call(called: str = "show_record", address: str = "192.0.2.1") -> Request:
    return Request({"type": "http", "client": (address, 1), "route": Route(called)})


def wait_of(throttle: Throttle, person: str, call: Request, now: float) -> int:
    """Give the seconds that a call is told to wait; 0: it is let through."""
    try:
        throttle.take(person, call, now)
    except ProblemError as crowded:
        return int(dict(crowded.headers or {})["Retry-After"])
    return 0


def test_a_minutes_calls_may_come_at_once_and_the_next_one_waits() -> None:
    throttle = Throttle(Rates(calls=4))
    assert [wait_of(throttle, "ann", a_call(), NOON) for _ in range(5)] == [0, 0, 0, 0, 15]
    assert wait_of(throttle, "bob", a_call(), NOON) == 0
    assert wait_of(throttle, "ann", a_call(), NOON + 14) == 1
    assert wait_of(throttle, "ann", a_call(), NOON + 15) == 0


def test_who_is_refused_waits_no_longer_for_having_asked() -> None:
    throttle = Throttle(Rates(calls=1))
    waits = [wait_of(throttle, "ann", a_call(), NOON + after) for after in (0, 10, 20, 60)]
    assert waits == [0, 50, 40, 0]


@pytest.mark.parametrize("called", ["start_record", "send_event", "take_alerts"])
def test_what_may_start_records_has_its_own_rate(called: str) -> None:
    throttle = Throttle(Rates(starts=2))
    assert [wait_of(throttle, "ann", a_call(called), NOON) for _ in range(3)] == [0, 0, 30]
    assert wait_of(throttle, "ann", a_call(), NOON) == 0


def test_checks_have_their_own_rate() -> None:
    throttle = Throttle(Rates(checks=1))
    waits = [wait_of(throttle, "ann", a_call(called), NOON) for called in ("check_definition", "publish_definition")]
    assert waits == [0, 60]


def test_an_address_brings_so_many_strangers() -> None:
    throttle = Throttle(Rates(strangers=1))
    throttle.take_stranger(a_call(), NOON)
    throttle.take_stranger(a_call(address="192.0.2.2"), NOON)
    with pytest.raises(ProblemError, match="more than 1 unknown calls in a minute: try again in 60 s"):
        throttle.take_stranger(a_call(), NOON)
    assert wait_of(throttle, "ann", a_call(), NOON) == 0


def test_who_asked_long_ago_is_forgotten() -> None:
    throttle = Throttle()
    for number in range(MOST_KEPT + 1):
        throttle.take(f"robot-{number}", a_call(), NOON)
    throttle.take("ann", a_call(), NOON + 60)
    assert list(throttle._full) == [("ann", "calls")]


@pytest.mark.asyncio(loop_scope="module")
async def test_one_call_too_many_is_a_problem_that_says_when_to_come_again(alone: Office) -> None:
    services = replace(alone.services, throttle=Throttle(Rates(calls=2, strangers=1)), clock=lambda: NOON)
    transport, sent = httpx2.ASGITransport(create_app(services)), {"Authorization": f"Bearer {alone.secrets['ann']}"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://steward.test") as http:
        known = [await http.get("/api/v1/processes", headers=sent) for _ in range(3)]
        unknown = [await http.get("/api/v1/processes") for _ in range(2)]
        alive = [await http.get("/healthz") for _ in range(5)]
    assert [each.status_code for each in (*known, *unknown)] == [200, 200, 429, 401, 429]
    assert (known[2].headers["Retry-After"], known[2].json()["type"]) == ("30", "urn:steward:problem:crowded")
    assert {each.status_code for each in alive} == {200}
