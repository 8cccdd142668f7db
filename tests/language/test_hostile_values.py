"""Hostile values of fields: whatever is sent for whatever type can be kept, or is refused in words."""

import json
import time
from typing import Any

import pytest

from language.inputs import ValueRefused, read, unclean
from language.values import FieldType, Shape, plain, typed

BOUND = 5.0
"""Seconds of processor time for all types, the best of two: many times what is needed, and far from what hangs."""

LONGEST = 300
"""Characters of what is said of it."""
LARGEST = 40_000
"""Bytes of what is kept of it."""

DEEP: Any = "x"
for _ in range(10_000):
    DEEP = [DEEP]

VALUES = {
    "a null character": "a\x00b",
    "an escape that hides": "a\x1b[2J",
    "half of a pair": "\ud800",
    "a line break": "a\nb",
    "a text of a million": "x" * 1_000_000,
    "digits without end": "9" * 1_000_000,
    "a number of thousands of digits": 10**5_000,
    "a number that is none": float("nan"),
    "a number without end": float("-inf"),
    "the smallest number": 5e-324,
    "the largest number": 1.7e308,
    "an exponent": "1e999999999",
    "digits of another script": "٣٢١",
    "minus nothing": -0.0,
    "yes": True,
    "a list in a list, ten thousand times": DEEP,
    "a hundred thousand entries": [1] * 100_000,
    "entries that are empty": [None, "", [], {}],
    "a group of keys": {"a": {"b": {"c": None}}},
    "keys that cannot be kept": {"a\x00": 1, "\ud800": 2},
    "a reference with a null character": {"id": "\x00"},
    "a reference that is a list": {"id": ["mail"], "label": {}},
    "a reference to a file": {"id": "../../etc/passwd"},
    "a thousand keys": {f"k{number}": number for number in range(1_000)},
    "something sealed by somebody else": {"sealed": "AAAA"},
    "an expression": "=__import__('os')",
    "a template": "{{ ''.__class__ }}",
    "ages": f"{'9' * 400} years",
    "the end of time": "9999-12-31 23:59 -12:00",
    "before the beginning of time": "0001-01-01 00:00 +14:00",
}

TEXT = Shape(FieldType.TEXT)
SHAPES = [
    *(Shape(each) for each in FieldType if each not in (FieldType.CHOICE, FieldType.REF, FieldType.LIST)),
    Shape(FieldType.CHOICE, options=("high", "low")),
    Shape(FieldType.REF, of="service"),
    Shape(FieldType.LIST),
    Shape(FieldType.LIST, of="service"),
    Shape(FieldType.LIST, columns={"title": TEXT, "size": Shape(FieldType.NUMBER)}),
    Shape(FieldType.TEXT, sealed=True),
]


@pytest.mark.parametrize("given", VALUES.values(), ids=VALUES)
def test_a_hostile_value_can_be_kept_or_is_refused_in_words(given: Any) -> None:
    times = []
    for _ in range(2):
        began = time.process_time()
        for shape in SHAPES:
            keeps(shape, given)
        times.append(time.process_time() - began)
    assert min(times) < BOUND


def keeps(shape: Shape, given: Any) -> None:
    """Read a value; what is kept of it is clean, small and the same when it is read again."""
    kept, said = None, "kept"
    try:
        kept = read(shape, given)
    except ValueRefused as refused:
        said = refused.text
    assert said.isprintable()
    assert 0 < len(said) < LONGEST
    assert not unclean(json.dumps(kept, ensure_ascii=False))
    assert len(json.dumps(kept)) < LARGEST
    if not shape.sealed:
        assert plain(typed(shape, kept)) == kept
