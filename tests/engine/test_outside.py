"""What comes from outside becomes a value that expressions know and every store can hold."""

from decimal import Decimal
from typing import Any

import pytest

from engine.outside import DEEPEST, brief, outside

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
