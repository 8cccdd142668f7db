"""Every shape of value is written into a form and read back the same."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from language.values import FieldType, Shape
from portal.controls import control, raw, raw_rows, texts
from portal.posting import Posted

BERLIN = ZoneInfo("Europe/Berlin")
USERS = Shape(FieldType.LIST, of=Shape(FieldType.USER))
RINGS = Shape(FieldType.LIST, columns={"name": Shape(FieldType.TEXT), "open": Shape(FieldType.YES_NO)})
MANY = [(f"u{n}", f"User {n}") for n in range(40)]
ANN = {"id": "ann", "label": "Ann Agent"}


@pytest.mark.parametrize(
    ("shape", "value", "written", "sent"),
    [
        (Shape(FieldType.TEXT), "a (b)", ("a (b)",), "a (b)"),
        (Shape(FieldType.LONG_TEXT), " two\nlines ", (" two\nlines ",), " two\nlines "),
        (Shape(FieldType.NUMBER), "12.5", ("12.5",), "12.5"),
        (Shape(FieldType.YES_NO), False, ("no",), "no"),
        (Shape(FieldType.CHOICE, options=("s", "l")), "l", ("l",), "l"),
        (Shape(FieldType.DATE), "2026-03-06", ("2026-03-06",), "2026-03-06"),
        (Shape(FieldType.DATETIME), "2026-07-06T08:30:00Z", ("2026-07-06T10:30",), "2026-07-06T10:30:00+02:00"),
        (Shape(FieldType.USER), ANN, ("ann",), "ann"),
        (USERS, [ANN], ("ann",), ["ann"]),
        (Shape(FieldType.LIST), ["a", "b"], ("a", "b"), ["a", "b"]),
        (Shape(FieldType.TEXT), None, (), None),
        (Shape(FieldType.TEXT, sealed=True), {"sealed": "x"}, (), None),
    ],
)
def test_a_value_is_written_and_sent_back_as_it_is(
    shape: Shape, value: Any, written: tuple[str, ...], sent: Any
) -> None:
    assert texts(shape, value, BERLIN) == written
    assert raw(shape, written, BERLIN) == sent


def test_one_of_many_is_written_with_its_name_and_meant_by_its_id() -> None:
    written = texts(Shape(FieldType.USER), ANN, BERLIN, few=False)
    assert (written, raw(Shape(FieldType.USER), written, BERLIN)) == (("Ann Agent (ann)",), "ann")


def test_what_is_no_time_is_left_for_the_record_to_refuse() -> None:
    assert raw(Shape(FieldType.DATETIME), ("soon",), BERLIN) == "soon"
    assert raw(Shape(FieldType.DATETIME), ("2026-01-01T00:00Z",), BERLIN) == "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        (Shape(FieldType.USER), "search"),
        (Shape(FieldType.GROUP), "choice"),
        (USERS, "entries"),
        (Shape(FieldType.LIST, of=Shape(FieldType.CHOICE, options=("a",))), "ticks"),
        (Shape(FieldType.LIST, of=Shape(FieldType.GROUP)), "ticks"),
        (Shape(FieldType.TEXT, sealed=True), "secret"),
        (Shape(FieldType.LONG_TEXT), "lines"),
    ],
)
def test_few_are_chosen_from_and_many_are_searched(shape: Shape, kind: str) -> None:
    assert control(shape, (), {"user": MANY, "group": MANY[:3]}).kind == kind


def test_rows_are_read_from_their_cells_and_empty_ones_are_left_out() -> None:
    sent = Posted({"r.0.name": ("a",), "r.0.open": ("yes",), "r.1.name": (" ",), "r.10.name": ("b",), "r.x": ("c",)})
    assert raw_rows(RINGS, "r", sent, BERLIN) == [{"name": "a", "open": "yes"}, {"name": "b"}]
    assert raw_rows(RINGS, "other", sent, BERLIN) is None
