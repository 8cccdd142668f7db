"""The ways into the organisation: what there is, rows by their kind, and who has changed what."""

from urllib.parse import urlencode

from fastapi import Response

from api.organisation_rights import demand_some
from api.organisation_views import KINDS, change_view, kind_of
from api.problems import RefusalError
from engine.record import Actor
from language.organisation import Organisation
from language.organisation_changes import Change
from portal.organisation.telling import as_text, page_of, titles
from portal.pages import page_router
from portal.rendering import page
from portal.visiting import Visitor
from store import organisation as stored
from store.facts import organisation

LIMIT = 50
HERE = "/organisation"

router = page_router()


@router.get(HERE)
async def show(visit: Visitor) -> Response:
    """Show what kinds of row there are, and the visitor's own."""
    around = await organisation(visit.services.database)
    counts = [(noun, title, len(around.of(KINDS[noun]))) for noun, title in titles().items()]
    own = page_of("user", visit.actor.id) if around.find("user", visit.actor.id) else ""
    return page(visit, "organisation/kinds.html", counts=counts, own=own)


@router.get(f"{HERE}/changes")
async def changes(visit: Visitor, *, kind: str = "", row: str = "", before: str = "") -> Response:
    """Show who has changed what, and when, the newest first."""
    of_kind = kind_of(kind) if kind else None
    found = await stored.changes_of(visit.services.database, of_kind, row or None, _place(before), LIMIT + 1)
    shown, following = found[:LIMIT], ""
    if len(found) > LIMIT:
        asked = {"kind": kind, "row": row, "before": f"{shown[-1].version}.{shown[-1].place}"}
        following = f"{HERE}/changes?{urlencode({name: each for name, each in asked.items() if each})}"
    around = await organisation(visit.services.database)
    return page(
        visit,
        "organisation/changes.html",
        changes=[(change_view(each), Change(each.kind, each.row, each.old, each.new)) for each in shown],
        differences=differences,
        following=following,
        of=row or titles().get(kind, ""),
        label=lambda each: around.label("user", each) or each,
        now=visit.services.clock(),
    )


def _place(text: str) -> tuple[int, int] | None:
    """Read after which change a page begins; None: at the newest."""
    version, _, place = text.partition(".")
    return (int(version[:9]), int(place[:9])) if version.isdecimal() and place.isdecimal() else None


@router.get(f"{HERE}/{{noun}}")
async def rows(noun: str, visit: Visitor, *, q: str = "", after: str = "") -> Response:
    """Show the rows of one kind, those in which the words are found."""
    around, kind = await organisation(visit.services.database), kind_of(noun)
    found = [each for each in sorted(around.of(kind)) if each > after and _fits(around, kind, each, q)]
    shown = found[:LIMIT]
    following = f"{HERE}/{noun}?{urlencode({'q': q, 'after': shown[-1]})}" if len(found) > LIMIT else ""
    return page(
        visit,
        "organisation/rows.html",
        noun=noun,
        title=titles()[noun.replace("_", "-")],
        rows=[(each, around.label(kind, each) or each, page_of(kind, each), around.of(kind)[each]) for each in shown],
        following=following,
        q=q,
        may_add=may_add(visit.actor, around, kind),
        people=kind == "user",
        label=lambda of, each: around.label(of, each) or each,
    )


def may_add(actor: Actor, around: Organisation, kind: str) -> bool:
    """Say whether somebody may, perhaps, add a row of a kind."""
    try:
        demand_some(actor, around, kind, None)
    except RefusalError:
        return False
    return True


def differences(change: Change) -> list[tuple[str, str, str]]:
    """Give the keys that a change is about, with what they were and became; nothing where the row came or went."""
    if change.old is None or change.new is None:
        return []
    keys = (key for key in change.new if change.old.get(key) != change.new[key])
    return [(key.replace("_", " "), _short(change.old.get(key)), _short(change.new[key])) for key in keys]


def _short(value: object) -> str:
    if value in (None, [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) and not any(map(_deep, value)) else _text(value)


def _deep(value: object) -> bool:
    return isinstance(value, dict | list)


def _text(value: object) -> str:
    return as_text(value) if _deep(value) else str(value)


def _fits(around: Organisation, kind: str, name: str, q: str) -> bool:
    row = around.of(kind)[name]
    about = f"{name} {around.label(kind, name)} {row.get('email') or ''}".casefold()
    return all(each in about for each in q.casefold().split())
