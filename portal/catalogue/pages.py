"""The catalogue's pages: everything that somebody may begin or order, and the form of each."""

from typing import Annotated, NamedTuple

from fastapi import Query, Response

from api.forms import titled
from api.inputs import Text
from api.pinned import newest
from api.problems import NotFoundError
from api.starting import start
from engine.record import Kind
from engine.visibility import viewer
from language.definition import Definition
from portal.catalogue.offers import offer, offers
from portal.catalogue.things import Order, Shelf, order_of, orders, shelf, summed
from portal.choices import Choice
from portal.forms import MORE, PREFIX, Filling, filling, form_of, transition_lines
from portal.pages import ERRORS, page_router
from portal.posting import Posted, Sent
from portal.refusals import Refusal, beside, refusal_of
from portal.rendering import gone_to, page, part
from portal.visiting import Visit, Visitor
from portal.words import listed
from store.queries import get_record
from store.starting import unbegun

router = page_router()

Words = Annotated[Text, Query(max_length=1_000)]


@router.get("/catalogue")
async def show(visit: Visitor, q: Words = "", cursor: Text | None = None) -> Response:
    """Show what the visitor may begin or order, as far as it fits some words."""
    offered = await offers(visit)
    ordering = await orders(visit, offered)
    shelves = [await shelf(visit, each, q, cursor) for each in ordering]
    others = [each.definition for each in offered if each not in [order.offer for order in ordering]]
    forms = [(each, _asked(each)) for each in others if cursor is None and _fits(each, q)]
    return page(visit, "catalogue/shelves.html", shelves=shelves, forms=forms, q=q, empty_handed=not offered)


@router.get("/catalogue/{process}")
async def ask(process: str, visit: Visitor) -> Response:
    """Ask for what a start needs; the address may fill something in (`?with.FIELD=…`)."""
    given = visit.request.query_params
    posted = Posted({name: tuple(given.getlist(name)) for name in given}) if given else None
    return await _form_page(visit, await _begin(visit, process, posted))


@router.post("/catalogue/{process}")
async def send(process: str, visit: Visitor, sent: Sent) -> Response:
    """Begin a record, and lead to it; refused, the form comes back with what was entered."""
    started = await _begin(visit, process, sent)
    if visit.part or sent.text(MORE):
        return await _form_page(visit, started)
    request = sent.key.scoped(visit.actor.id, f"processes/{process}/records")
    try:
        record, _ = await start(visit.services, visit.actor, process, started.filled.given(), request)
    except ERRORS as error:
        return await _form_page(visit, started, refusal_of(error))
    seen = await get_record(visit.services.database, record, viewer(visit.actor))
    said = f"{started.filled.definition.title} {record} is on its way."
    return gone_to(f"/records/{record}#next", said) if seen else gone_to("/requests", said)


class _Started(NamedTuple):
    """The form of a start being filled in; `order` where it orders things."""

    filled: Filling
    order: Order | None


async def _begin(visit: Visit, process: str, posted: Posted | None) -> _Started:
    """Begin to fill in the form of a start. Raises NotFoundError where the visitor may not begin such a record."""
    definition = await newest(visit.services.database, process)
    found = await offer(visit, definition, {})
    if found is None:
        raise NotFoundError(f"You cannot begin records of {definition.title}.", "The catalogue shows what you can.")
    given = {f"{PREFIX}{name}": (value,) for name, value in found.given.items()}
    lines = transition_lines(definition, definition.start)
    before = Posted({**given, **(posted.values if posted else {})}) if posted or given else None
    filled = await filling(visit, definition, unbegun(definition), (Kind.START, "start"), lines, posted=before)
    return _Started(filled, await order_of(visit, found))


async def _form_page(visit: Visit, started: _Started, refusal: Refusal | None = None) -> Response:
    filled, order = started
    there = None if order is None else await shelf(visit, order, "")
    form = await form_of(visit, filled, {} if there is None else {there.order.of.process: _choices(there)})
    chosen = filled.given().get(order.field) if order else None
    given = {
        "form": form,
        "definition": filled.definition,
        "refusal": None if refusal is None else beside(refusal, form.names),
        "sum": await summed(visit, order, chosen or ()) if order else None,
    }
    if visit.part:
        return part("catalogue/controls.html", **given)
    key = filled.posted.text("key") if filled.posted and refusal is None else ""
    return page(visit, "catalogue/form.html", 200 if refusal is None else refusal.status, key=key, **given)


def _choices(there: Shelf) -> list[Choice]:
    """Give the things of a shelf with what they cost, to choose from."""
    things = [each for group in there.groups.values() for each in group] + list(there.others)
    return [(each.id, " · ".join((each.title, *(f"{title} {told}" for title, told in each.facts)))) for each in things]


def _asked(definition: Definition) -> str:
    """Say in words what the form of a start asks for at least."""
    fields = definition.fields
    names = [titled(each, fields[each].title) for each in definition.start.needs if each in fields]
    return listed(names) if names else ""


def _fits(definition: Definition, words: str) -> bool:
    told = " ".join((definition.title, definition.process, _asked(definition))).casefold()
    return all(word in told for word in words.casefold().split())
