"""Whoever has what a list says is not sent it again."""

import pytest

from api.entity_tags import has
from tests.api.office import Office, a_token

pytestmark = pytest.mark.asyncio(loop_scope="module")
LISTS = ("/records", "/processes", "/processes/repair", "/tasks", "/approvals", "/inbox", "/organisation/people")


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_is_sent_once_until_it_says_something_else(alone: Office, path: str) -> None:
    first = await alone.get("ann", path)
    tag = first.headers["etag"]
    again = await alone.get("ann", path, If_None_Match=tag)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert "content-type" not in again.headers
    other = await alone.get("ann", path, If_None_Match='W/"other"')
    assert (other.status_code, other.json()) == (200, first.json())


async def test_a_change_makes_another_tag(alone: Office) -> None:
    alone.secrets["admin"] = await a_token(alone.services.database, "robot", "administrator")
    tag = (await alone.get("ann", "/organisation/roles")).headers["etag"]
    await alone.ask("admin", "PUT", "/organisation/roles/cook", {"title": "Cook"})
    changed = await alone.get("ann", "/organisation/roles", If_None_Match=tag)
    assert (changed.status_code, changed.headers["etag"] == tag) == (200, False)


async def test_a_row_has_the_tag_by_which_it_is_changed(alone: Office) -> None:
    tag = (await alone.get("ann", "/organisation/people/ann")).headers["etag"]
    again = await alone.get("ann", "/organisation/people/ann", If_None_Match=tag)
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/nothing", "/records/NONE", "/records?cursor=x"])
async def test_what_went_wrong_has_no_tag(alone: Office, path: str) -> None:
    answer = await alone.get("ann", path, If_None_Match="*")
    assert (answer.status_code >= 400, "etag" in answer.headers) == (True, False)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [(None, False), ("*", True), ('"a"', True), ('W/"a"', True), ('"b", W/"a"', True), ('"b"', False), ("", False)],
)
async def test_tags_are_compared_weakly(sent: str | None, expected: bool) -> None:
    assert (has(sent, 'W/"a"'), has(sent, '"a"')) == (expected, expected)
