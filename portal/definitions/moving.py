"""Open records moved to another version: first what would come of each, then moved, each with its result."""

from collections.abc import Sequence
from typing import NamedTuple

from fastapi import Response
from pydantic import ValidationError

from api.definitions import FollowedVersionView
from api.moves import MOST, MovesBody, MovesView, MoveView, Outcome, move_records
from api.problems import RefusalError
from api.publishers import demand_publisher
from engine.record import Reason
from language.definition import Definition
from language.organisation import Organisation
from portal.definitions.shown import versions
from portal.definitions.wording import Words
from portal.pages import ERRORS, page_router
from portal.posting import Posted, Sent
from portal.refusals import Refusal, beside, refusal_of
from portal.rendering import page
from portal.showing import reasons_told
from portal.visiting import Visit, Visitor
from store.facts import organisation
from store.reading import newest

MAY = "move records of {}"
SAID = {
    Outcome.WOULD_MOVE: ("would move", "info"),
    Outcome.MOVED: ("moved", "good"),
    Outcome.REFUSED: ("stays", "warn"),
    Outcome.BUSY: ("not moved, try again", "warn"),
    Outcome.UNKNOWN: ("not known yet, try again", "warn"),
}
"""What is said of each outcome, and its colour."""

router = page_router()


class Asked(NamedTuple):
    """What stands in the form: versions, states that may begin again, and the record after which a page begins."""

    before: str
    to: str
    restart: str = ""
    after: str = ""


class Row(NamedTuple):
    """What came, or would come, of moving a record: in words, with why not and with what its journal would say."""

    record: str
    said: str
    tone: str
    states: str
    reasons: Sequence[str]
    changes: Sequence[str]


@router.get("/definitions/{process}/move")
async def show(process: str, visit: Visitor) -> Response:
    """Ask which open records are to be moved, from which version to which."""
    known = await versions(visit, process)
    await demand_publisher(visit.services, visit.actor, process, MAY)
    waiting = [each.version for each in known[1:] if each.open_records]
    before = waiting[-1] if waiting else known[-1].version
    return await _page(visit, process, known, Asked(str(before), str(known[0].version)))


@router.post("/definitions/{process}/move")
async def move(process: str, visit: Visitor, sent: Sent) -> Response:
    """Say what would come of moving records, or move those that are ticked."""
    known = await versions(visit, process)
    await demand_publisher(visit.services, visit.actor, process, MAY)
    asked = Asked(*(sent.text(name) for name in Asked._fields))
    try:
        done = await move_records(process, _body(asked, sent), visit.services, visit.actor, sent.key)
    except ERRORS as error:
        return await _page(visit, process, known, asked, refusal=beside(refusal_of(error), ()))
    return await _page(visit, process, await versions(visit, process), asked, done=done)


def _body(asked: Asked, sent: Posted) -> MovesBody:
    """Make of the form what the API is asked; raise RefusalError where it cannot be."""
    moves = sent.text("do") == "move"
    given = {"to": asked.to, "from": [asked.before], "restart": asked.restart.split(), "dry_run": not moves}
    chosen = {"records": list(sent.values.get("record", ()))} if moves else {"after": asked.after}
    try:
        return MovesBody.model_validate({**given, **chosen})
    except ValidationError as wrong:
        text = f"tick at least one record, and at most {MOST}, of a version"
        raise RefusalError([Reason("input", "bad-value", text)]) from wrong


async def _page(
    visit: Visit,
    process: str,
    known: Sequence[FollowedVersionView],
    asked: Asked,
    *,
    done: MovesView | None = None,
    refusal: Refusal | None = None,
) -> Response:
    database = visit.services.database
    definition, around = await newest(database, process), await organisation(database)
    assert definition is not None
    return page(
        visit,
        "definitions/move.html",
        200 if refusal is None else refusal.status,
        definition=definition,
        versions=known,
        asked=asked,
        done=done,
        rows=[_row(definition, around, each) for each in done.records] if done else [],
        refusal=refusal,
    )


def _row(definition: Definition, around: Organisation, view: MoveView) -> Row:
    words, (said, tone) = Words(definition, {}), SAID[view.outcome]
    states = dict.fromkeys(words.state(each) for each in (view.state, view.becomes) if each)
    reasons = reasons_told(around, view.reasons)
    return Row(view.record, said, tone, " → ".join(states), reasons, view.changes)
