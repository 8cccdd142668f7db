"""The chain: each head depends on everything before it, and on nothing else."""

from hashlib import sha256

import pytest

from engine.chain import digest, line_json, seal
from engine.record import Advanced, Event, Line
from tests.engine.builders import NOW, Life, begun, comment, edit, outcome


def sealed(life: Life, event: Event, before: str = "") -> str:
    found = outcome(life.definition, life.record, event._replace(now=NOW))
    assert isinstance(found, Advanced)
    return seal(found, before).record.head


@pytest.mark.semantics("J1.4")
def test_the_same_past_gives_the_same_head_and_any_other_another() -> None:
    life = begun("fields: {summary: text, other: text}\nstates: {first: {}}")
    heads = [
        sealed(life, edit(summary="x")),
        sealed(life, edit(summary="y")),
        sealed(life, edit(other="x")),
        sealed(life, comment("x")),
        sealed(life, edit(summary="x"), "before"),
    ]
    assert len(dict.fromkeys(heads)) == 5
    assert sealed(life, edit(summary="x")) == heads[0]


def test_request_keys_are_outside_the_chain() -> None:
    life = begun("states: {first: {}}")
    assert sealed(life, edit(summary="x")) == sealed(life, edit(summary="x")._replace(id="key", body="b"))


def test_a_link_is_a_hash_of_the_one_before_and_what_happened() -> None:
    assert digest("before", {"b": 1, "a": "ä"}) == sha256('before\n{"a":"ä","b":1}'.encode()).hexdigest()
    assert line_json(Line("note", "n", {"text": "t"}, True)) == {
        "what": "note",
        "name": "n",
        "data": {"text": "t"},
        "internal": True,
    }
