"""Inputs: what people and files give becomes plain values, or is refused with what to do."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.inputs import ValueRefused, read
from language.values import FieldType, Plain, Shape, plain, typed

TEXT = Shape(FieldType.TEXT)
LONG_TEXT = Shape(FieldType.LONG_TEXT)
NUMBER = Shape(FieldType.NUMBER)
MONEY = Shape(FieldType.MONEY)
YES_NO = Shape(FieldType.YES_NO)
IMPACT = Shape(FieldType.CHOICE, options=("high", "medium", "low"))
DATE = Shape(FieldType.DATE)
DATETIME = Shape(FieldType.DATETIME)
DURATION = Shape(FieldType.DURATION)
SERVICE = Shape(FieldType.REF, of="service")
LIST = Shape(FieldType.LIST)
ROWS = Shape(FieldType.LIST, columns={"title": TEXT, "cost": MONEY})


@pytest.mark.parametrize(
    ("shape", "given_", "stored"),
    [
        (TEXT, "Mail is down", "Mail is down"),
        (TEXT, " ", None),
        (TEXT, None, None),
        (TEXT, 5, "5"),
        (TEXT, Decimal("1.10"), "1.10"),
        (LONG_TEXT, "a\r\n\tb", "a\n\tb"),
        (NUMBER, 5, "5"),
        (NUMBER, "007.50", "7.5"),
        (NUMBER, "-0.0", "0"),
        (NUMBER, "+12", "12"),
        (NUMBER, "100", "100"),
        (NUMBER, 0.1, "0.1"),
        (NUMBER, 1e22, "10000000000000000000000"),
        (NUMBER, Decimal("1E+2"), "100"),
        (MONEY, "12.5", "12.50"),
        (MONEY, 12, "12.00"),
        (MONEY, "12.345", "12.345"),
        (YES_NO, True, True),
        (YES_NO, "No", False),
        (IMPACT, " high ", "high"),
        (Shape(FieldType.CHOICE, options=("1", "2")), 2, "2"),
        (DATE, "2026-03-06", "2026-03-06"),
        (DATETIME, "2026-03-06 10:00", "2026-03-06T10:00:00Z"),
        (DATETIME, "2026-03-06T10:00:30.25Z", "2026-03-06T10:00:30.250000Z"),
        (DATETIME, "2026-03-06 10:00 UTC", "2026-03-06T10:00:00Z"),
        (DATETIME, "2026-03-06T10:00:00+01:00", "2026-03-06T09:00:00Z"),
        (DATETIME, "2026-03-06 10:00 -05:30", "2026-03-06T15:30:00Z"),
        (DURATION, "1 hours", "1 hour"),
        (SERVICE, "mail", {"id": "mail", "label": "mail"}),
        (SERVICE, {"id": "mail", "label": "Forged"}, {"id": "mail", "label": "mail"}),
        (LIST, ["a", "", "b"], ["a", "b"]),
        (LIST, (), []),
        (ROWS, [{"title": "Disk"}, None, {"title": ""}], [{"title": "Disk", "cost": None}]),
    ],
)
def test_what_is_given_becomes_a_plain_value(shape: Shape, given_: object, stored: Plain) -> None:
    assert read(shape, given_) == stored


@pytest.mark.parametrize(
    ("shape", "given_", "text"),
    [
        (IMPACT, "hgih", '"hgih" is not one of high, medium, low. Did you mean "high"?'),
        (IMPACT, True, "yes or no is not one of high, medium, low"),
        (TEXT, "a\nb", "it must be one line"),
        (TEXT, "x" * 1_001, "Shorten it to 1000"),
        (LONG_TEXT, "x" * 32_001, "Shorten it to 32000"),
        (TEXT, "a\x00", "U+0000"),
        (TEXT, "a\x1b[31m", "U+001B"),
        (TEXT, "\ud800", "U+D800"),
        (TEXT, True, "yes or no is not a text"),
        (TEXT, [], "a list is not a text"),
        (TEXT, {}, "a mapping is not a text"),
        (NUMBER, "1,000", "without an exponent or separators"),
        (NUMBER, "1e5", "without an exponent"),
        (NUMBER, "NaN", "is not a number"),
        (NUMBER, "٣", "is not a number"),
        (NUMBER, True, "yes or no is not a number"),
        (NUMBER, float("nan"), "must be finite"),
        (NUMBER, Decimal("Infinity"), "must be finite"),
        pytest.param(NUMBER, 10**5_000, "at most 28 digits", id="a huge number"),
        (NUMBER, Decimal("1E+99999999"), "at most 28 digits"),
        (NUMBER, 1e-300, "at most 28 digits"),
        (NUMBER, "1." + "1" * 28, "at most 28 digits"),
        (YES_NO, "perhaps", "Give true or false"),
        (YES_NO, 1, "a number is not yes or no"),
        (DATE, "20260306", "Write it like 2026-03-06"),
        (DATE, 5, "a number is not a date"),
        (DATE, "2026-02-30", '"2026-02-30" is not a date: day is out of range'),
        (DATETIME, "tomorrow", "Write it like 2026-03-06 10:00"),
        (DATETIME, 5, "a number is not a time"),
        (DATETIME, "2026-03-06 25:00", "is not a time: hour must be"),
        (DATETIME, "2026-03-06 10:00+99:00", "there is no offset +99:00"),
        (DATETIME, "0001-01-01 00:00+01:00", "is not a time"),
        (DURATION, "3 bussines days", "business days"),
        (DURATION, 3, "Write it like 3 business days"),
        (SERVICE, {"label": "x"}, "nothing is not the id of a service"),
        (SERVICE, {"id": " "}, "is not the id of a service"),
        (SERVICE, "x" * 201, "is not the id of a service"),
        (LIST, "a", "Give a list"),
        (LIST, ["a"] * 501, "Give at most 500"),
        (LIST, ["a", "b\nc"], "entry 2: it must be one line"),
        (ROWS, [{"titel": "x"}], 'row 1: no column named "titel". Did you mean "title"?'),
        (ROWS, [{"zzz": "x"}], "There are: title, cost."),
        (ROWS, ["x"], "row 1: .* Give its columns by name: title, cost."),
        (ROWS, [{"title": "x"}, {"cost": "dear"}], 'row 2: cost: "dear" is not a number'),
    ],
)
@pytest.mark.semantics("I1.11")
def test_what_cannot_be_a_value_is_refused_with_what_to_do(shape: Shape, given_: object, text: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        read(shape, given_)
    first, _, last = text.partition(" .* ")
    assert first in refused.value.text
    assert last in refused.value.text


def test_a_time_without_an_offset_is_read_on_the_clocks_of_its_zone() -> None:
    assert (
        read(DATETIME, "2026-07-01 10:00", lambda local: 7200.0 if local.month == 7 else 0.0) == "2026-07-01T08:00:00Z"
    )


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20), max_value=10**20))
def test_a_number_is_stored_exactly_and_in_one_way_only(number: Decimal) -> None:
    stored = read(NUMBER, number)
    assert typed(NUMBER, stored) == number
    assert read(NUMBER, plain(typed(NUMBER, stored))) == stored


@given(st.text(max_size=50))
def test_any_text_is_kept_as_it_is_or_refused(text: str) -> None:
    try:
        stored = read(LONG_TEXT, text)
    except ValueRefused:
        return
    assert stored is None or stored == text.replace("\r\n", "\n")
