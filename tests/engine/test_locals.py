"""Local names survive JSON with their types."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.locals import keep, keep_all, kept, kept_all
from engine.outside import outside
from language.durations import Duration
from language.values import Ref, Unknown, Value

VALUES: list[Value] = [
    None,
    True,
    "number",
    Decimal("12.50"),
    date(2026, 3, 6),
    datetime(2026, 3, 6, 10, 0, 0, 5, UTC),
    timedelta(days=-1, seconds=5, microseconds=7),
    Duration.parse("3 business days"),
    Ref("group", "desk", "Desk"),
    (Decimal(1), ("a", None)),
    {"number": Decimal(1), "row": {"ref": Ref("user", "ann", "Ann")}},
    {},
    (),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back_as_it_was(value: Value) -> None:
    back = kept(json.loads(json.dumps(keep(value))))
    assert (back, type(back)) == (value, type(value))
    assert outside(back) == value


def test_what_is_unknown_is_empty() -> None:
    assert kept_all(keep_all({"x": Unknown(("y is empty",))})) == {"x": None}
