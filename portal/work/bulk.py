"""Many pieces of work at once: each as if it were sent alone, with a result of its own that stays on the page."""

from collections.abc import Iterable, Sequence

from fastapi import Response

from api.bulk import MOST, Asked, perform_each
from api.problems import RefusalError
from engine.record import Reason
from engine.visibility import viewer
from portal.pages import page_router
from portal.posting import Posted, Sent
from portal.refusals import refusal_of
from portal.results import Result, results_of
from portal.visiting import Visit, Visitor
from portal.work.deeds import DEEDS, Deed, split
from portal.work.page import News, place_at, shown
from store.queries import records_of

router = page_router()


@router.post("/work/bulk")
async def do_each(visit: Visitor, sent: Sent) -> Response:
    """Do the same to all that were chosen."""
    try:
        deed, chosen = _asked(sent)
    except RefusalError as error:
        return await shown(visit, place_at(sent.text("back")), News(refusal_of(error), sent=sent))
    theirs = [work for kind, _, work in (each.partition(":") for each in chosen) if kind == deed.kind]
    others = [work for kind, _, work in (each.partition(":") for each in chosen) if kind != deed.kind]
    titles = await _titles(visit, (*theirs, *others))
    done = await _performed(visit, deed, theirs, sent)
    unfit = [Result(split(each)[0], "", f"{deed.title} is for {deed.kind}s.", done=False) for each in others]
    results = [each._replace(title=titles.get(each.record, "")) for each in (*done, *unfit)]
    missed = [f"{deed.kind}:{work}" for work, result in zip(theirs, done, strict=True) if not result.done]
    return await shown(visit, place_at(sent.text("back")), News(results=results, chosen=missed, sent=sent))


def _asked(sent: Posted) -> tuple[Deed, tuple[str, ...]]:
    deed, chosen = DEEDS.get(sent.text("do")), tuple(dict.fromkeys(sent.values.get("item", ())))
    if deed is None:
        raise RefusalError([Reason("input", "bad-value", f'there is nothing "{sent.text("do")}" to do to all')])
    if not chosen:
        raise RefusalError([Reason("input", "required", "nothing was chosen: tick what you mean, then press again")])
    if len(chosen) > MOST:
        raise RefusalError([Reason("input", "too-long", f"choose at most {MOST} at once")])
    return deed, chosen


async def _performed(visit: Visit, deed: Deed, works: Sequence[str], sent: Posted) -> list[Result]:
    comment, asked = sent.text("comment"), []
    for work in works:
        record, name = split(work)
        asked.append(Asked(work, record, deed.event(name, comment)))
    return await results_of(visit, await perform_each(visit.sender(sent.key), asked, "item"), f"{deed.said}.")


async def _titles(visit: Visit, works: Iterable[str]) -> dict[str, str]:
    """Give the titles of the records that the visitor may see, as they are before anything is done."""
    rows = await records_of(visit.services.database, {split(each)[0] for each in works}, viewer(visit.actor))
    return {name: row.title for name, row in rows.items()}
