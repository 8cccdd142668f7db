"""Requests that are sent again."""

import pytest

from engine.record import SEEN_LIMIT, Event, Kind, Refused
from engine.requests import answered, body_digest, scoped
from tests.engine.builders import BOB, NOW, begun, edit


def request(key: str, value: str) -> Event:
    event = edit(BOB, summary=value)
    return event._replace(id=key, body=body_digest(event), now=NOW)


def test_the_same_request_again_gives_the_seq_it_made() -> None:
    life = begun("states: {first: {}}").happen(request("k", "x")).happen(edit(BOB, summary="y"))
    assert answered(life.record, request("k", "x")) == 2
    assert answered(life.record, request("l", "x")) is None


def test_the_same_key_for_another_request_is_refused() -> None:
    life = begun("states: {first: {}}").happen(request("k", "x"))
    found = answered(life.record, request("k", "z"))
    assert isinstance(found, Refused)
    assert found.reasons[0].text == "this key was used for another request: use a new key for a new request"


def test_the_same_delivery_under_another_id_is_taken_once() -> None:
    life = begun("states: {first: {}}").happen(request("k", "x")).happen(edit(BOB, summary="y"))
    again = request("l", "z")
    assert answered(life.record, again._replace(same_as=("j", "k"))) == 2
    assert answered(life.record, again._replace(same_as=(request("k", "x").body,))) == 2
    assert answered(life.record, again._replace(same_as=("j",))) is None


@pytest.mark.semantics("K1.4")
def test_the_last_requests_are_remembered() -> None:
    life = begun("states: {first: {}}")
    life.record = life.record._replace(seen={str(n): ("b", n) for n in range(SEEN_LIMIT)})
    seen = life.happen(request("new", "x")).record.seen
    assert (len(seen), "0" in seen, "1" in seen, "new" in seen) == (SEEN_LIMIT, False, True, True)


@pytest.mark.semantics("K1.3")
def test_a_key_belongs_to_its_sender_and_to_what_it_asks_for() -> None:
    keys = [scoped("ann", "/a", "k"), scoped("bob", "/a", "k"), scoped("ann", "/b", "k"), scoped("ann", "/a", "l")]
    assert len(dict.fromkeys(keys)) == 4
    assert scoped("ann", "/a", "k") == keys[0]


def test_a_body_is_what_is_asked_not_when_or_by_whom() -> None:
    event = Event(Kind.ACT, "x", BOB, {"a": 1, "b": 2})
    assert body_digest(event) == body_digest(event._replace(now=5.0, actor=None, data={"b": 2, "a": 1}))
    assert body_digest(event) != body_digest(event._replace(name="y"))
