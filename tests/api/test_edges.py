"""What every edge of the API takes at most: heads, addresses, and what one person holds open at a time."""

from contextlib import ExitStack

import pytest

from api.heads import LARGEST, LONGEST, MOST
from api.problems import MEDIA_TYPE, NotFoundError
from api.streams import MOST_EXAMINED, MOST_WAITS
from api.waiting import changed
from engine.record import Actor
from tests.api.office import Office
from workflows.client import CrowdedError

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

PATHS = ("/api/v1/records", "/api/v1/openapi.json", "/healthz", "/nowhere")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("a" * LONGEST, {}, 414),
        ("&".join(f"p{number}=1" for number in range(2_000)), {}, 414),
        ("", {f"X-{number}": "a" for number in range(MOST)}, 431),
        ("", {"X-Large": "a" * LARGEST}, 431),
        ("", {"Cookie": "a=b; " * (LARGEST // 5)}, 431),
    ],
    ids=["a long query", "many parameters", "many headers", "a large header", "large cookies"],
)
async def test_a_head_that_is_too_large_is_refused_whatever_is_asked(
    alone: Office, path: str, query: str, headers: dict[str, str], status: int
) -> None:
    told = await alone.http.get(f"{path}?{query}", headers=headers)
    assert (told.status_code, told.headers["content-type"]) == (status, MEDIA_TYPE)
    kind = {414: "address-too-long", 431: "head-too-large"}[status]
    assert told.json()["type"] == f"urn:steward:problem:{kind}"
    assert told.headers["X-Request-Id"]


async def test_somebody_waits_for_so_many_changes_at_a_time(alone: Office) -> None:
    services = alone.services
    with ExitStack() as held:
        for _ in range(MOST_WAITS):
            held.enter_context(services.waits.place("carl"))
        with pytest.raises(CrowdedError, match=f"you have {MOST_WAITS} long polls open"):
            await changed(services, "REP9999999", Actor("carl", "Carl"), bool, 60.0)
    with pytest.raises(NotFoundError):
        await changed(services, "REP9999999", Actor("carl", "Carl"), bool, 60.0)


async def test_somebody_has_so_many_definitions_examined_at_a_time(alone: Office) -> None:
    with ExitStack() as held:
        for _ in range(MOST_EXAMINED):
            held.enter_context(alone.services.examined.place("bob"))
        told = await alone.post("bob", "/definitions/check", {"source": "x"})
    assert (told.status_code, told.headers.get("Retry-After")) == (429, "2")
    assert (await alone.post("bob", "/definitions/check", {"source": "x"})).status_code == 200
