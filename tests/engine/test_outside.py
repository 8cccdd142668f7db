"""What comes from outside becomes a value that expressions know and every store can hold."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from engine.outside import DEEPEST, brief, outside
from engine.record import Actor, Advanced, Event, Kind
from engine.snapshot import snapshot
from language.inputs import unclean
from tests.engine.builders import BOB, begun, outcome

ODD = "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (None, None),
        (True, True),
        (5, Decimal(5)),
        (1.1, Decimal("1.1")),
        (10**4_000, Decimal(10**4_000)),
        (float("nan"), None),
        (float("-inf"), None),
        (Decimal("2.50"), Decimal("2.50")),
        ("a\r\nb\tc", "a\nb\tc"),
        ("a\x00b\ud800", f"a{ODD}b{ODD}"),
        ([1, ["x"]], (Decimal(1), ("x",))),
        ({"a\x1b": {"b": [None]}, 1: 2}, {f"a{ODD}": {"b": (None,)}, "1": Decimal(2)}),
    ],
)
def test_plain_json_becomes_what_it_is(given: Any, value: Any) -> None:
    assert outside(given) == value


def test_what_nobody_reads_is_left_out() -> None:
    deep: Any = "x"
    for _ in range(2_000):
        deep = [deep]
    found = outside(deep)
    for _ in range(DEEPEST):
        assert isinstance(found, tuple)
        (found,) = found
    assert found is None


@pytest.mark.parametrize(
    ("given", "text"), [("a\x00", f"a{ODD}"), (5, "5"), ("x" * 2_001, "x" * 1_999 + "…"), (None, "None")]
)
def test_a_text_for_the_journal_is_clean_and_short(given: Any, text: str) -> None:
    assert brief(given) == text


OPEN = """
fields: {summary: text, words: {type: list, of: text}}
states:
  first:
    do:
      - together:
          task: [{task: T, id: look, for: [desk], form: [summary]}]
          vote: [{approval: A, by: [desk], votes: 2, rejected: [{set: {summary: x}}]}]
          call: [{call: a.b, save: {summary: =result.text}}]
          wait: [{wait: {event: part.came, at_most: 1 day}, save: {summary: =event.text}}]
          fail: [{fail: No}]
    transitions: {move: {to: second, by: [anyone], ask: [summary, words, comment]}, ev: {event: told, ask: [summary]}}
  second: {}
"""
NUL = "a\x00b"
AIMED = [
    (Kind.ACT, "move"),
    (Kind.EDIT, ""),
    (Kind.COMMENT, ""),
    (Kind.WATCH, ""),
    (Kind.CLAIM, "1/first/do/0/branch-0/0"),
    (Kind.COMPLETE, "1/first/do/0/branch-0/0"),
    (Kind.VOTE, "1.first.1"),
    (Kind.RESULT, "1/first/do/0/branch-2/0"),
    (Kind.OCCUR, "part.came"),
    (Kind.OCCUR, "told"),
    (Kind.OCCUR, "nothing"),
    (Kind.SKIP, "1"),
]


@pytest.mark.parametrize(
    ("part", "changes"),
    [
        ("name", {"name": NUL}),
        ("id", {"id": NUL}),
        ("actor", {"actor": Actor(NUL)}),
        ("actor", {"actor": Actor("bob", NUL)}),
        ("actor", {"actor": Actor("bob", roles=("agent", NUL))}),
        ("actor", {"actor": Actor("bob", groups=("\ud800",))}),
    ],
)
@pytest.mark.parametrize(("kind", "name"), AIMED)
def test_what_is_named_with_characters_that_cannot_be_kept_is_refused(
    kind: Kind, name: str, part: str, changes: dict[str, Any]
) -> None:
    life = begun(OPEN)
    (text,) = life.refused(Event(kind, name, BOB)._replace(**changes))
    what = {"name": "what it is for", "id": "its id", "actor": "who sends it"}[part]
    assert text.startswith(f"{what} has the character U+")


@pytest.mark.parametrize("given", [NUL, "\ud800", [NUL], {NUL: NUL}, [{"a": NUL}], {"text": [NUL]}], ids=repr)
@pytest.mark.parametrize(("kind", "name"), AIMED)
def test_whatever_an_event_carries_nothing_is_kept_that_a_store_cannot_hold(kind: Kind, name: str, given: Any) -> None:
    life = begun(OPEN)
    names = ("summary", "words", "comment", "text", "choice", "result", "error", "person", NUL)
    for data in [{each: given} for each in names] + [{"result": {"text": given}}, {"error": {"code": given}}]:
        found = outcome(life.definition, life.record, Event(kind, name, BOB, data, now=life.now))
        if isinstance(found, Advanced):
            kept = [snapshot(found.record), *found.lines, *found.outbox]
            assert [text for text in texts(kept) if unclean(text)] == []


def texts(value: Any) -> Iterator[str]:
    """Give every text in something, with the names of keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from (*texts(key), *texts(each))
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from texts(each)
