"""Things that can be ordered: records with a price, of which a process needs a list to begin.

What a thing is told by follows from the types of its fields: long text describes it, money is what it costs, a duration
how long it takes, and a list of its own kind what is in it. Who may order it is for the engine to say.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from api.forms import titled
from engine.journal import shown
from engine.records import is_record
from engine.visibility import viewer
from language.definition import Definition, Field
from language.values import FieldType
from portal.catalogue.offers import Offer, against
from portal.visiting import Visit
from store.listing import Filter, list_records
from store.queries import RecordRow, records_of
from store.reading import newest, newest_of_each

MOST = 18
"""Things on a page: each is judged by the engine."""
MOST_CHOSEN = 50
"""Things that are added up."""
COSTS = (FieldType.MONEY, FieldType.DURATION)


class Order(NamedTuple):
    """A process that orders: the field of its start that takes the things, and the process whose records they are."""

    offer: Offer
    field: str
    of: Definition


class Thing(NamedTuple):
    """A thing: its words, what it costs and how long it takes (title and words each), what is in it, its group."""

    id: str
    title: str
    text: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[str, ...]
    group: str
    possible: bool


class Shelf(NamedTuple):
    """A page of things that fit some words: by group, those that the visitor may not order, and the next page."""

    order: Order
    groups: Mapping[str, Sequence[Thing]]
    others: Sequence[Thing]
    next: str | None


async def orders(visit: Visit, offered: Iterable[Offer]) -> tuple[Order, ...]:
    """Give those of the offers that order things."""
    known = await newest_of_each(visit.services.database)
    return tuple(filter(None, (_order(each, known) for each in offered)))


async def order_of(visit: Visit, offer: Offer) -> Order | None:
    """Give an offer as an order, if it is one."""
    kind = next(iter(_lists(offer.definition)), ("", ""))[1]
    of = await newest(visit.services.database, kind) if kind else None
    return None if of is None else _order(offer, {kind: of})


def _order(offer: Offer, known: Mapping[str, Definition]) -> Order | None:
    for name, kind in _lists(offer.definition):
        of = known.get(kind)
        if of is not None and any(each.shape.type is FieldType.MONEY for each in _public(of)):
            return Order(offer, name, of)
    return None


def _lists(definition: Definition) -> Iterable[tuple[str, str]]:
    """Give the fields that a start needs which hold a list of records, and the process of those."""
    for name in definition.start.needs:
        shape = definition.fields[name].shape if name in definition.fields else None
        if shape is not None and shape.type is FieldType.LIST and shape.columns is None and is_record(shape.entry.kind):
            yield name, shape.entry.kind


async def shelf(visit: Visit, order: Order, words: str, cursor: str | None = None) -> Shelf:
    """Give a page of the things that fit some words, each with whether the visitor may order it for themselves."""
    wanted = Filter(process=(order.of.process,), final=False, q=words)
    page = await list_records(
        visit.services.database, wanted, viewer=viewer(visit.actor), sort="id", cursor=cursor, limit=MOST
    )
    known: dict[str, Any] = {}
    inside = await _inside(visit, order.of, page.rows)
    things = [thing(order.of, row, inside, possible=await _possible(visit, order, row.id, known)) for row in page.rows]
    groups: dict[str, list[Thing]] = {}
    for each in things:
        if each.possible:
            groups.setdefault(each.group, []).append(each)
    return Shelf(order, groups, [each for each in things if not each.possible], page.next)


async def _possible(visit: Visit, order: Order, name: str, known: dict[str, Any]) -> bool:
    """Say whether the visitor may order a thing, whatever else the form asks for."""
    reasons = await against(visit, order.offer.definition, {**order.offer.given, order.field: [name]}, known)
    return all(each.kind == "input" and each.code == "required" for each in reasons)


async def _inside(visit: Visit, of: Definition, rows: Iterable[RecordRow]) -> Mapping[str, str]:
    """Give the titles of what is in these things, by id, as far as the visitor may see it."""
    names = dict.fromkeys(name for row in rows for name in _parts(of, row))
    found = await records_of(visit.services.database, tuple(names), viewer(visit.actor))
    return {name: row.title for name, row in found.items()}


def thing(of: Definition, row: RecordRow, inside: Mapping[str, str], *, possible: bool = True) -> Thing:
    """Tell a thing by the public fields of its record; `inside` are the titles of what may be in it."""
    filled = [(each, value) for each in _public(of) if (value := row.body["fields"].get(each.name)) not in (None, "")]
    texts = [str(value) for each, value in filled if each.shape.type is FieldType.LONG_TEXT]
    choices = [str(value) for each, value in filled if each.shape.type is FieldType.CHOICE]
    costs = [(each, value) for each, value in filled if each.shape.type in COSTS and not _is_nothing(each, value)]
    return Thing(
        row.id,
        row.title,
        "".join(texts[:1]),
        tuple((titled(each.name, each.title), shown(value)) for each, value in costs),
        tuple(inside[name] for name in _parts(of, row) if name in inside),
        titled(choices[0]) if choices else of.title,
        possible,
    )


class Sum(NamedTuple):
    """What an order comes to: its things, and what all of them cost together, by the titles of their fields."""

    things: tuple[Thing, ...]
    totals: tuple[tuple[str, str], ...]


async def summed(visit: Visit, order: Order, chosen: Iterable[str]) -> Sum:
    """Add up what is chosen, as far as the visitor may see it."""
    names = tuple(dict.fromkeys(chosen))[:MOST_CHOSEN]
    found = await records_of(visit.services.database, names, viewer(visit.actor))
    rows = [found[name] for name in names if name in found and found[name].process == order.of.process]
    inside = await _inside(visit, order.of, rows)
    money = [each for each in _public(order.of) if each.shape.type is FieldType.MONEY]
    totals = [(each, sum(Decimal(row.body["fields"].get(each.name) or 0) for row in rows)) for each in money]
    return Sum(
        tuple(thing(order.of, row, inside) for row in rows),
        tuple((titled(each.name, each.title), f"{total:.2f}") for each, total in totals if total),
    )


def _public(of: Definition) -> tuple[Field, ...]:
    return tuple(each for each in of.fields.values() if not each.internal and not each.shape.sealed)


def _is_nothing(field: Field, value: str) -> bool:
    return field.shape.type is FieldType.MONEY and not Decimal(value)


def _parts(of: Definition, row: RecordRow) -> tuple[str, ...]:
    """Name what is in a thing: the records of its own kind that its first list of those holds."""
    for each in _public(of):
        shape, value = each.shape, row.body["fields"].get(each.name)
        if shape.type is FieldType.LIST and shape.columns is None and shape.entry.kind == of.process and value:
            return tuple(str(part["id"]) for part in value)
    return ()
