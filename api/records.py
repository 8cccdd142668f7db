"""Records: started, listed, shown and edited."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, Field

from api.commanding import UNSEEN, Sent, command
from api.filtering import Filters, listed
from api.identity import Caller
from api.inputs import Body, Values, tag_of
from api.paging import following
from api.pinned import pinned
from api.services import Provided
from api.showing import RecordSummary, RecordView, address, record_view, summary, tagged, visible
from api.starting import start
from api.waiting import LONGEST, changed
from engine.record import Event, Kind
from engine.visibility import viewer
from store.queries import RecordRow, get_record

router = APIRouter(tags=["records"])


class Fields(Body):
    """What is filled in, by the names of fields; null empties one."""

    fields: Values = Field(default_factory=dict)


class StartedView(BaseModel):
    """A record that has begun, and where it will be found; it is not there yet, or not for you to see."""

    id: str
    process: str


class RecordList(BaseModel):
    """A page of records, and the address of the next one."""

    records: list[RecordSummary]
    next: str | None


@router.post(
    "/processes/{process}/records",
    operation_id="start_record",
    status_code=201,
    response_model=RecordView | StartedView,
    responses={202: {"model": StartedView, "description": "begun; look at `Location` again"}},
)
async def start_record(process: str, body: Fields, sender: Sent) -> RecordView | StartedView:
    """Start a record of a process."""
    services, caller, response = sender.services, sender.actor, sender.response
    request = sender.key.scoped(caller.id, f"processes/{process}/records")
    record, row = await start(services, caller, process, body.fields, request)
    response.headers["Location"] = address(record)
    response.status_code = 202 if row is None else 201
    seen = None if row is None else await get_record(services.database, record, viewer(caller))
    if seen is None:
        return StartedView(id=record, process=process)
    return tagged(response, await record_view(services, seen, caller))


@router.get("/records", operation_id="list_records")
async def list_records(
    filters: Annotated[Filters, Query()], services: Provided, caller: Caller, request: Request, response: Response
) -> RecordList:
    """List the records you may see, the newest change first; any indexed field of a process is a filter too."""
    page = await listed(services, caller, filters)
    next_page = None
    if page.next is not None:
        next_page = following(request, response, cursor=page.next)
    known = {digest: await pinned(services.database, digest) for digest in {row.digest for row in page.rows}}
    return RecordList(records=[summary(known[row.digest], row) for row in page.rows], next=next_page)


@router.get(
    "/records/{record}",
    operation_id="show_record",
    response_model=RecordView,
    responses={304: {"description": "it is still the one that you have"}},
)
async def show_record(
    record: str,
    services: Provided,
    caller: Caller,
    response: Response,
    *,
    wait: Annotated[float, Query(ge=0, le=LONGEST, description="seconds to wait until it changes")] = 0.0,
    seq: Annotated[int | None, Query(ge=0, description="the `seq` you last saw: wait for anything after it")] = None,
    if_none_match: Annotated[str | None, Header(description="304 when this `ETag` is still the record's")] = None,
) -> RecordView | Response:
    """Show a record, and what you may do to it."""
    row = await visible(services, record, caller)
    tag = if_none_match.removeprefix("W/") if if_none_match else None

    def same(now: RecordRow) -> bool:
        """Whether this is what the caller has; without having said what, what there was when they asked."""
        if seq is not None:
            return now.seq == seq
        return tag_of(now.revision) == tag if tag else now.seq == row.seq

    if wait:
        row = await changed(services, record, caller, same, wait)
    if tag == tag_of(row.revision) and same(row):
        return Response(status_code=304, headers={"ETag": tag})
    return tagged(response, await record_view(services, row, caller))


@router.patch("/records/{record}", operation_id="edit_record", response_model=RecordView, responses=UNSEEN)
async def edit_record(record: str, body: Fields, sender: Sent) -> RecordView | Response:
    """Edit fields of a record."""
    return await command(sender, record, Event(Kind.EDIT, data=body.fields), root="fields")
