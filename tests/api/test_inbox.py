"""Everybody reads their own messages."""

import pytest

from store import inbox
from tests.api.office import Office

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_messages_are_shown_to_whom_they_are_for_and_marked_as_read(alone: Office) -> None:
    key = "REP0000001/1/new/entry/0"
    told = {"record": "REP0000001", "subject": "It is new", "body": "**New**", "at": 1_772_791_200.0}
    await inbox.put(alone.services.database, key, "ann", **told)  # type: ignore[arg-type]  # of many types
    [message] = (await alone.get("ann", "/inbox")).json()["messages"]
    assert (message["subject"], message["at"], message["read_at"]) == ("It is new", "2026-03-06T10:00:00Z", None)
    assert (await alone.get("bob", "/inbox")).json() == {"messages": [], "next": None}
    for _ in range(2):
        assert (await alone.post("ann", f"/inbox/{key}/read")).status_code == 204
    assert (await alone.get("ann", "/inbox?unread=true")).json() == {"messages": [], "next": None}
    assert (await alone.get("ann", "/inbox")).json()["messages"][0]["read_at"] is not None
