"""The ways of the header: in one order, each only for those who may see its page, and marked where one is."""

import pytest

from engine.record import Actor
from portal.navigation import WAYS, Way, ways

CARL, ANN = Actor("carl", "Carl"), Actor("ann", "Ann", roles=("agent",))


def agents(actor: Actor) -> bool:
    return "agent" in actor.roles


THREE = (Way("Work", "/work"), Way("Reports", "/reports", agents), Way("People", "/people"))


@pytest.mark.parametrize(("actor", "theirs"), [(None, 0), (CARL, 2), (ANN, 3)])
def test_the_header_leads_to_the_pages_that_a_visitor_may_see(
    monkeypatch: pytest.MonkeyPatch, actor: Actor | None, theirs: int
) -> None:
    monkeypatch.setattr("portal.navigation.WAYS", THREE)
    assert len(ways(actor, "/")) == theirs


@pytest.mark.parametrize(("path", "here"), [("/work", True), ("/work/x", True), ("/works", False), ("/", False)])
def test_a_way_is_marked_on_its_page_and_those_below_it(path: str, here: bool) -> None:
    marks = {way.address: marked for way, marked in ways(CARL, path)}
    assert (marks["/work"], any(marks[each] for each in marks if each != "/work")) == (here, False)


def test_there_are_no_more_ways_than_the_header_holds() -> None:
    assert len(WAYS) <= 8
