"""Values: plain and typed forms lead to each other, and each reads well."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType

import pytest

from language.durations import Duration
from language.values import FieldType, Ref, Shape, Unknown, Value, plain, show, typed

MAIL = Ref("service", "mail", "E-mail")
NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
ROWS = Shape(FieldType.LIST, columns={"title": Shape(FieldType.TEXT), "cost": Shape(FieldType.MONEY)})

PAIRS = [
    (Shape(FieldType.TEXT), "Mail is down", "Mail is down"),
    (Shape(FieldType.LONG_TEXT), "a\nb", "a\nb"),
    (Shape(FieldType.NUMBER), "12.5", Decimal("12.5")),
    (Shape(FieldType.MONEY), "12.50", Decimal("12.50")),
    (Shape(FieldType.YES_NO), False, False),
    (Shape(FieldType.CHOICE, options=("high", "low")), "high", "high"),
    (Shape(FieldType.DATE), "2026-03-06", date(2026, 3, 6)),
    (Shape(FieldType.DATETIME), "2026-03-06T12:00:00Z", NOON),
    (Shape(FieldType.DATETIME), "2026-03-06T12:00:00.250000Z", NOON.replace(microsecond=250_000)),
    (Shape(FieldType.DURATION), "3 business days", Duration.parse("3 business days")),
    (Shape(FieldType.USER), {"id": "ann", "label": "Ann"}, Ref("user", "ann", "Ann")),
    (Shape(FieldType.GROUP), {"id": "cab", "label": "CAB"}, Ref("group", "cab", "CAB")),
    (Shape(FieldType.REF, of="service"), {"id": "mail", "label": "E-mail"}, MAIL),
    (Shape(FieldType.FILE), {"id": "7", "label": "log.txt"}, Ref("file", "7", "log.txt")),
    (Shape(FieldType.LIST), ["a", "b"], ("a", "b")),
    (Shape(FieldType.LIST, of="service"), [{"id": "mail", "label": "E-mail"}], (MAIL,)),
    (Shape(FieldType.LIST, of=Shape(FieldType.NUMBER)), ["1", "2"], (Decimal(1), Decimal(2))),
    (ROWS, [{"title": "Disk", "cost": "9.00"}], ({"title": "Disk", "cost": Decimal("9.00")},)),
    (Shape(FieldType.NUMBER), None, None),
]


@pytest.mark.parametrize(("shape", "stored", "value"), PAIRS)
def test_what_is_stored_is_calculated_with_and_stored_again(shape: Shape, stored: object, value: Value) -> None:
    assert typed(shape, stored) == value  # type: ignore[arg-type]  # a table of plain values
    assert plain(value) == stored


def test_a_row_stored_before_a_column_was_added_has_it_empty() -> None:
    assert typed(ROWS, [{"title": "Disk"}]) == ({"title": "Disk", "cost": None},)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (Unknown(("impact is empty",)), None),
        (Decimal("-0"), "0"),
        (Decimal("1E+3"), "1000"),
        (timedelta(hours=1, minutes=30), "90 minutes"),
        (datetime(2026, 3, 6, 13, tzinfo=timezone(timedelta(hours=1))), "2026-03-06T12:00:00Z"),
        (MappingProxyType({"left": Decimal(1)}), {"left": "1"}),
    ],
)
def test_what_an_expression_gives_can_be_stored(value: Value, stored: object) -> None:
    assert plain(value) == stored


@pytest.mark.parametrize("span", [timedelta(seconds=30), timedelta(minutes=-5)])
def test_a_length_of_time_that_no_duration_can_say_is_not_stored(span: timedelta) -> None:
    with pytest.raises(ValueError, match="not a whole number of minutes"):
        plain(span)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (Unknown(("impact is empty",)), ""),
        (True, "yes"),
        (False, "no"),
        ("Mail", "Mail"),
        (Decimal("1E+3"), "1000"),
        (date(2026, 3, 6), "2026-03-06"),
        (NOON, "2026-03-06 12:00 UTC"),
        (NOON.replace(second=5), "2026-03-06 12:00:05 UTC"),
        (timedelta(hours=-4, minutes=-20), "-4 hours 20 minutes"),
        (Duration.parse("1 hour"), "1 hour"),
        (MAIL, "E-mail"),
        ((MAIL, "web"), "E-mail, web"),
        ({"title": "Disk", "cost": None}, "title: Disk, cost: "),
    ],
)
def test_a_value_reads_well_inside_a_text(value: Value, shown: str) -> None:
    assert show(value) == shown
