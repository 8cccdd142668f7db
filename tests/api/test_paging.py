"""Lists are read page by page, by the address that each page gives; what comes meanwhile repeats and hides nothing."""

import base64

import pytest

from store import inbox
from tests.api.office import Office, a_token, reasons

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def tell(office: Office, key: str, at: float) -> None:
    """Bring ann a message."""
    told = {"record": "REP0000001", "subject": key, "body": "**New**"}
    await inbox.put(office.services.database, key, "ann", at=at, **told)


async def test_pages_follow_each_other_whatever_comes_meanwhile(alone: Office) -> None:
    for at, key in ((1.0, "a"), (2.0, "b"), (2.0, "c"), (2.0, "d"), (3.0, "e")):
        await tell(alone, key, at)
    found, address = [], "/api/v1/inbox?limit=2&unread=true"
    while address:
        page = await alone.get("ann", address)
        found.append([each["key"] for each in page.json()["messages"]])
        address = page.json()["next"]
        assert page.headers.get("Link") == (f'<{address}>; rel="next"' if address else None)
        await tell(alone, f"new {len(found)}", 9.0)
    assert found == [["e", "d"], ["c", "b"], ["a"]]


async def paged(office: Office, who: str, path: str, name: str) -> list[object]:
    """Read a list one by one."""
    found, address = list[object](), f"/api/v1{path}?limit=1"
    while address:
        page = (await office.get(who, address)).json()
        found += page[name]
        address = page["next"]
    return found


LISTS = {
    "/processes": "processes",
    "/definitions/repair/versions": "versions",
    "/organisation/changes": "changes",
    "/organisation/people": "rows",
}


@pytest.mark.parametrize(("path", "name"), LISTS.items())
async def test_page_by_page_a_list_is_the_same(alone: Office, path: str, name: str) -> None:
    alone.secrets["admin"] = await a_token(alone.services.database, "robot", "administrator")
    for number in (1, 2):
        await alone.ask("admin", "PUT", "/organisation/roles/tester", {"title": f"Tester {number}"})
    whole = (await alone.get("ann", path)).json()
    assert (await paged(alone, "ann", path, name), whole["next"]) == (whole[name], None)


PAGED = ("/tasks", "/approvals", "/inbox", *LISTS)


@pytest.mark.parametrize("path", PAGED)
@pytest.mark.parametrize(
    "made_up", ["[" * 5_000, "[1, 2, 3, 4]", '["x", 1]', "[1e400, 1, null]", "[NaN, 0, 1]", "x", "{}", "[true]"]
)
async def test_a_cursor_that_somebody_made_up_is_refused(alone: Office, path: str, made_up: str) -> None:
    told = await alone.get("ann", f"{path}?cursor={base64.urlsafe_b64encode(made_up.encode()).decode()}")
    assert (told.status_code, reasons(told)) == (422, [("input", "bad-cursor", "cursor")])


@pytest.mark.parametrize("path", PAGED)
async def test_a_page_has_so_many_entries_at_most(alone: Office, path: str) -> None:
    assert reasons(await alone.get("ann", f"{path}?limit=201")) == [("input", "bad-value", "limit")]
