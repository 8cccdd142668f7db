"""The organisation by noun and id: read by everybody, changed by administrators and by who answers for a row."""

import asyncio
import hashlib
import json
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from api.entity_tags import has
from api.identity import Caller
from api.inputs import Values
from api.organisation_rights import demand_change, demand_some
from api.organisation_views import ChangeList, RowList, RowView, change_view, kind_of, row_view
from api.paging import Paged
from api.problems import NotFoundError, RefusalError, may_answer
from api.services import Provided, Services
from engine.record import Reason
from language.checks.outside import WAYS
from language.organisation import Organisation, Row
from language.organisation_json import RowRefused, with_row
from language.organisation_removing import dangling, without
from language.problems import did_you_mean
from store import definitions, organisation
from store.facts import organisation as present
from store.naming import newly_wrong
from store.reading import newest_of_each

router = APIRouter(tags=["organisation"])

IfMatch = Annotated[str | None, Header(description="the `ETag` you last saw; 412 when the row has changed since")]
IfChanged = Annotated[str | None, Header(alias="If-None-Match", description="304 when this is still its `ETag`")]
IfNoneMatch = Annotated[str | None, Header(description="`*`: only if there is no such row yet; 412 otherwise")]


@router.get("/organisation/changes", operation_id="list_organisation_changes", responses=may_answer(404))
async def list_changes(
    services: Provided,
    _caller: Caller,
    page: Paged,
    *,
    kind: Annotated[str | None, Query(description="one kind of row, as in addresses: people, groups …")] = None,
    row: Annotated[str | None, Query(description="the id of a row")] = None,
) -> ChangeList:
    """List who changed what, and when."""
    of_kind = None if kind is None else kind_of(kind)
    after = page.after(float, float)
    found = await organisation.changes_of(services.database, of_kind, row, after, page.enough)
    shown, address = page.cut(found, lambda each: (each.version, each.place))
    return ChangeList(changes=[change_view(each) for each in shown], next=address)


@router.get("/organisation/{kind}", operation_id="list_rows")
async def list_rows(kind: str, services: Provided, _caller: Caller, page: Paged) -> RowList:
    """List rows of one kind: people, groups, roles, services, configuration-items, absences, freezes and so on."""
    around, of = await present(services.database), kind_of(kind)
    shown, address = page.part(sorted(around.of(of)), lambda each: (each,), str)
    return RowList(rows=[row_view(around, of, each) for each in shown], next=address)


@router.get("/organisation/{kind}/{row}", operation_id="show_row", response_model=RowView)
async def show_row(
    kind: str, row: str, services: Provided, _caller: Caller, response: Response, if_none_match: IfChanged = None
) -> RowView | Response:
    """Show one row."""
    around, of = await present(services.database), kind_of(kind)
    found = around.find(of, row)
    if found is None:
        raise NotFoundError(f"there is no {row} in {kind}.", did_you_mean(row, around.of(of)))
    response.headers["ETag"] = tag = tag_of(found)
    return Response(status_code=304, headers={"ETag": tag}) if has(if_none_match, tag) else row_view(around, of, row)


@router.put(
    "/organisation/{kind}/{row}",
    operation_id="put_row",
    responses={201: {"model": RowView, "description": "there was no such row before"}},
)
async def put_row(
    kind: str,
    row: str,
    body: Values,
    services: Provided,
    caller: Caller,
    *,
    response: Response,
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
) -> RowView:
    """Write a row, whole: what is left out is as if it were not written in a file.

    Administrators write every row; others what they answer for: absences, groups they lead, services they own.
    """
    of = kind_of(kind)

    processes = await newest_of_each(services.database) if of in WAYS else None

    def edit(around: Organisation) -> Organisation:
        before = around.find(of, row)
        try:
            after = with_row(around, of, row, body, processes)
        except RowRefused:
            demand_some(caller, around, of, before)
            raise
        demand_change(caller, around, of, before, after.find(of, row))
        _demand_tag(before, if_match, if_none_match)
        return after

    try:
        done = await organisation.change(services.database, edit, by=caller.id, at=services.clock())
    except RowRefused as refused:
        wrong = [Reason("input", each.code, each.text, each.path or "body") for each in refused.problems]
        raise RefusalError(wrong) from refused
    around = await present(services.database)
    if any(each.old is None for each in done.changes):
        response.status_code = 201
    response.headers["ETag"] = tag_of(around.of(of)[row])
    return row_view(around, of, row)


@router.delete("/organisation/{kind}/{row}", operation_id="delete_row", status_code=204)
async def delete_row(kind: str, row: str, services: Provided, caller: Caller, *, if_match: IfMatch = None) -> None:
    """Take a row out; refused while anything names it. Who leaves is written `active: false` rather than taken out."""
    of = kind_of(kind)
    around = await present(services.database)
    demand_change(caller, around, of, around.find(of, row), None)
    await _demand_unnamed(services, around, of, row)

    def edit(now: Organisation) -> Organisation:
        before = now.find(of, row)
        _demand_tag(before, if_match, None)
        demand_change(caller, now, of, before, None)
        if before is None:
            raise NotFoundError(f"there is no {row} in {kind}.", did_you_mean(row, now.of(of)))
        after = without(now, of, row)
        named = [str(each) for each in dangling(after)]
        if named:
            raise _still_named(row, named)
        return after

    await organisation.change(services.database, edit, by=caller.id, at=services.clock())


async def _demand_unnamed(services: Services, around: Organisation, kind: str, row: str) -> None:
    """Refuse to take out what published definitions name."""
    published = await definitions.newest_of_each(services.database)
    after = without(around, kind, row)
    wrong = await asyncio.to_thread(newly_wrong, published, services.actions, around, after)
    if wrong:
        raise _still_named(row, list(wrong))


def _still_named(row: str, named: list[str]) -> RefusalError:
    reasons = [Reason("state", "still-named", f"{row} is still named: {each}") for each in named]
    return RefusalError(reasons)


def tag_of(row: Row) -> str:
    """Give the entity tag of a row."""
    text = json.dumps(row, sort_keys=True, separators=(",", ":"))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'


def _demand_tag(row: Row | None, if_match: str | None, if_none_match: str | None) -> None:
    if if_none_match is not None and row is not None:
        raise RefusalError([Reason("stale", "exists", "there is such a row already: read it first", "If-None-Match")])
    if if_match is None or (if_match.strip() == "*" and row is not None):
        return
    if row is None or if_match.strip().removeprefix("W/") != tag_of(row):
        raise RefusalError(
            [Reason("stale", "stale", "the row has changed since you looked: read it again", "If-Match")]
        )
