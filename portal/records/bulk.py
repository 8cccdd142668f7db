"""A transition of many records at once: each as if it were taken alone, with a result that stays on the page."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fastapi import Response

from api.bulk import MOST, Asked, perform_each
from api.forms import titled
from api.pinned import pinned
from api.problems import RefusalError
from engine.paths import transition_named
from engine.record import Event, Kind, Reason
from engine.visibility import viewer
from portal.forms import MORE, Filling, filling, form_of, transition_lines
from portal.pages import page_router
from portal.posting import Posted, Sent
from portal.records.page import News, shown
from portal.records.wanted import wanted_at
from portal.refusals import refusal_of
from portal.rendering import page, part
from portal.results import Result, results_of
from portal.visiting import Visit, Visitor
from store.queries import RecordRow, records_of
from store.starting import unbegun

router = page_router()


class Chosen(NamedTuple):
    """What was chosen: records as they are before, and a transition; it begins in a state of a version (a digest)."""

    transition: str
    names: tuple[str, ...]
    rows: Mapping[str, RecordRow]
    title: str
    digest: str = ""
    state: str = ""


@router.post("/records/bulk")
async def act_on_each(visit: Visitor, sent: Sent) -> Response:
    """Take a transition of every record that was chosen; one with a form asks for it first, once for all."""
    wanted = wanted_at(sent.text("back"))
    try:
        chosen = await _chosen(visit, sent)
    except RefusalError as error:
        return await shown(visit, wanted, News(refusal_of(error), picked=sent.values.get("item", ())))
    filled = await _filling(visit, chosen, sent)
    if filled is not None and filled.lines and (visit.part or sent.text(MORE) or not sent.text("filled")):
        form = await form_of(visit, filled)
        if visit.part:
            return part("form/controls.html", form=form, refusal=None)
        back, comment = wanted.address(), sent.text("comment")
        return page(visit, "records/together.html", chosen=chosen, form=form, back=back, comment=comment)
    data = {} if filled is None else filled.given()
    results = await _performed(visit, chosen, sent, data)
    missed = [each.record for each in results if not each.done]
    return await shown(visit, wanted, News(results=results, picked=missed))


async def _chosen(visit: Visit, sent: Posted) -> Chosen:
    names = tuple(dict.fromkeys(sent.values.get("item", ())))
    if not names:
        raise RefusalError([Reason("input", "required", "nothing was chosen: tick what you mean, then press again")])
    if not sent.text("do"):
        raise RefusalError([Reason("input", "required", "say what is to be done: choose a transition")])
    if len(names) > MOST:
        raise RefusalError([Reason("input", "too-long", f"choose at most {MOST} at once")])
    rows = await records_of(visit.services.database, names, viewer(visit.actor))
    return await _with_form(visit, Chosen(sent.text("do"), names, rows, titled(sent.text("do"))), sent)


async def _with_form(visit: Visit, chosen: Chosen, sent: Posted) -> Chosen:
    """Find where the transition begins: as the form says that was filled in, else where the first such record is."""
    places = [(row.digest, row.state) for row in chosen.rows.values()]
    for digest, state in [(sent.text("digest"), sent.text("state"))] if sent.text("digest") else places:
        definition = await pinned(visit.services.database, digest)
        found = transition_named(definition, state, chosen.transition)
        if found is not None:
            return chosen._replace(title=titled(found.name, found.title), digest=digest, state=state)
    return chosen


async def _filling(visit: Visit, chosen: Chosen, sent: Posted) -> Filling | None:
    """Begin the form of the transition, of a record that holds nothing: what is filled in is for all."""
    if not chosen.digest:
        return None
    definition = await pinned(visit.services.database, chosen.digest)
    found = transition_named(definition, chosen.state, chosen.transition)
    lines = () if found is None else transition_lines(definition, found)
    asked = tuple(line for line in lines if line.name != "comment")
    empty, event = unbegun(definition)._replace(state=chosen.state), (Kind.ACT, chosen.transition)
    posted = sent if sent.text("filled") else None
    return await filling(visit, definition, empty, event, asked, posted=posted)


async def _performed(visit: Visit, chosen: Chosen, sent: Posted, data: Mapping[str, Any]) -> Sequence[Result]:
    said = {"comment": sent.text("comment")} if sent.text("comment") else {}
    event = Event(Kind.ACT, chosen.transition, data={**data, **said})
    asked = [Asked(name, name, event, "with") for name in chosen.names]
    found = await perform_each(visit.sender(sent.key), asked, "item")
    titles = {name: row.title for name, row in chosen.rows.items()}
    results = await results_of(visit, found, f"{chosen.title}: done.")
    return [each._replace(title=titles.get(each.record, "")) for each in results]
