"""The event map is read, looked up by type and source, and checked against the processes that its events are for."""

import pytest

from language.checks.outside import check_outside
from language.codes import CODES
from language.definition import Literal
from language.event_map import mapped
from language.organisation_reading import OrganisationMistakes, read_organisation
from language.problems import Problem
from language.reading import read_definition

ORDER = """\
process: order
version: 1
title: Order
number: ORD
owner: ann
correlate: reference
start: {to: placed, event: order.placed, needs: [reference, amount], ask: [note]}
fields:
  reference: {type: text, index: true}
  amount: number
  parts: {type: list, of: service, index: true}
  secret: {type: text, sensitive: true}
  carrier: text
  state_of_road: {type: text, value: =reference}
states:
  placed:
    do: [{wait: {event: part.weighed, at_most: 1 day}}]
    transitions:
      ship: {to: shipped, event: order.shipped, ask: [carrier]}
      lose: {to: shipped, event: order.lost, by: [ann]}
  shipped: {final: true}
"""
AROUND = """\
people: {ann: {groups: []}}
events:
  placed:
    type: com.example.order.placed
    process: order
    value: =data.id
    event: order.placed
    with: {amount: =data.amount, note: "From {{ source }}"}
  shipped:
    type: com.example.parcel.sent
    source: /parcels
    process: order
    field: parts
    value: =data.part
    event: order.shipped
    with: {carrier: =data.carrier}
  weighed:
    type: com.example.weighed
    process: order
    value: "order/{{ subject }}"
    event: part.weighed
    with: {anything: =data}
  lost: {type: com.example.lost, process: order, value: lost and found, event: order.lost}
"""


def problems_of(text: str = AROUND, definition: str = ORDER) -> tuple[Problem, ...]:
    found = check_outside({"e.yaml": text}, read_organisation({"e.yaml": text}), {"order": read_definition(definition)})
    return found.get("e.yaml", ())


def test_a_sound_event_map_has_no_problems() -> None:
    assert problems_of() == ()


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("unknown-process", "process: order\n    field", "process: ordr\n    field"),
        ("unknown-event", "event: order.shipped", "event: order.shiped"),
        ("unknown-field", "field: parts", "field: part"),
        ("not-indexed", "field: parts", "field: carrier"),
        ("sensitive-read", "field: parts", "field: secret"),
        ("unknown-field", "{carrier: =data.carrier}", "{carier: =data.carrier}"),
        ("not-asked", "{carrier: =data.carrier}", "{amount: =data.amount}"),
        ("wrong-type", "value: =data.part", "value: =data.part is filled"),
        ("unknown-function", "value: =data.part", "value: =on_call(data.part)"),
        ("missing-key", "    value: =data.part\n", ""),
        ("intake-incomplete", "amount: =data.amount, ", ""),
    ],
)
def test_a_seeded_mistake_is_found(code: str, old: str, new: str) -> None:
    assert old in AROUND
    found = problems_of(AROUND.replace(old, new))
    assert [each.code for each in found] == [code]
    assert code in CODES


@pytest.mark.parametrize(("value", "expected"), [("    value: =data.id\n", ["correlate-missing"]), ("", [])])
def test_where_nothing_finds_records_an_event_can_only_start_them(value: str, expected: list[str]) -> None:
    loose = ORDER.replace("correlate: reference\n", "")
    only = AROUND[: AROUND.index("  shipped:")].replace("{amount:", "{reference: x, amount:")
    assert [each.code for each in problems_of(only.replace("    value: =data.id\n", value), loose)] == expected


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("unknown-name", "value: =data.id", "value: =dta.id"),
        ("unknown-name", "=data.amount", "=labels.amount"),
        ("duplicate-row", "type: com.example.lost", "type: com.example.weighed"),
        ("missing-key", "    event: order.shipped\n", ""),
        ("bad-name", "event: order.shipped", "event: Shipped"),
        ("bad-expression", "value: =data.id", "value: =data.id +"),
    ],
)
def test_a_row_that_cannot_be_is_refused(code: str, old: str, new: str) -> None:
    assert old in AROUND
    with pytest.raises(OrganisationMistakes) as refused:
        read_organisation({"e.yaml": AROUND.replace(old, new)})
    assert {each.code for each in refused.value.problems} == {code}


def test_the_very_source_goes_before_any() -> None:
    around = read_organisation(
        {"e.yaml": AROUND + "  here: {type: com.example.lost, source: /here, process: order, event: x}\n"}
    )
    assert [found and found.name for found in (
        mapped(around, "com.example.lost", "/there"),
        mapped(around, "com.example.lost", "/here"),
        mapped(around, "com.example.parcel.sent", "/elsewhere"),
        mapped(around, "com.example.nothing", "/parcels"),
    )] == ["lost", "here", None, None]  # fmt: skip
    lost = mapped(around, "com.example.lost", "")
    assert lost is not None
    assert (lost.value, lost.with_, lost.field, lost.event) == (Literal("lost and found"), None, None, "order.lost")
