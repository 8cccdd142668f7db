"""What auditors read across all records: the journals, and what the edges refused."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, Field

from api.exporting import MEDIA_TYPES, ONE_OF_FEW, Format, written
from api.identity import Caller, demand_role
from api.inputs import Text
from api.origins import AUDITORS
from api.paging import following
from api.refusal_log import RefusalLog
from api.services import Provided
from api.times import moment
from store import refusals
from store.exporting import Part, exported
from store.refusals import Counted, Wanted

router = APIRouter(tags=["audit"], responses={403: {}})

MOST = 500
AS_FILE = {each: {"Content-Disposition": f'attachment; filename="journal.{each}"'} for each in Format}
LINE = '{"record": "INC0000042", "process": "incident", "seq": 1, "at": "2026-03-06T10:00:00Z", "event": {}, …}\n'
ROW = "record,process,seq,at,kind,…\r\nINC0000042,incident,1,2026-03-06T10:00:00Z,start,…\r\n"


class RefusalView(BaseModel):
    """What was refused within an hour, and how often; empty texts are what was not known when it was refused."""

    first_at: datetime
    last_at: datetime
    times: int = Field(description="how often")
    address: str = Field(description="from where; empty: from very many addresses")
    person: str
    credential: str = Field(description="the id of the API token or session, also of one that is not good any more")
    method: str
    path: str = Field(description="the address, with `{…}` for names; empty: one that there is not, or many")
    subject: str = Field(description="the record, task, approval or process it was about")
    status: int
    codes: list[str] = Field(description="those of the reasons")
    request: str = Field(description="the id of the last of these requests, where requests have ids")


class RefusalList(BaseModel):
    """What was refused, the latest first; `next` is the address of the next page."""

    refusals: list[RefusalView]
    next: str | None


async def _log(request: Request) -> RefusalLog:
    found: RefusalLog = request.app.state.refusal_log
    return found


@router.get("/audit/refusals", operation_id="list_refusals")
async def list_refusals(
    services: Provided,
    caller: Caller,
    refusal_log: Annotated[RefusalLog, Depends(_log)],
    request: Request,
    response: Response,
    *,
    since: Annotated[AwareDatetime | None, Query(description="only what was refused then or later")] = None,
    until: Annotated[AwareDatetime | None, Query(description="only what was first refused before then")] = None,
    person: Annotated[str | None, Query(description="only to this person or robot")] = None,
    address: Annotated[str | None, Query(description="only from this address")] = None,
    subject: Annotated[
        str | None, Query(description="only what was about this record, task, approval, process")
    ] = None,
    status: Annotated[int | None, Query(ge=400, le=599)] = None,
    cursor: Annotated[str | None, Query(description="where the page before ended")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
) -> RefusalList:
    """List what the edges refused: who was not known, what was not allowed, not there, or not possible."""
    demand_role(caller, *AUDITORS, to="see what was refused")
    await refusal_log.flush()
    wanted = Wanted(_seconds(since), _seconds(until), person, address, subject, status)
    page = await refusals.refusals(services.database, wanted, cursor, limit)
    address = None if page.next is None else following(request, response, cursor=page.next)
    return RefusalList(refusals=[_refusal_view(each) for each in page.rows], next=address)


@router.get(
    "/audit/journal",
    operation_id="export_journal",
    response_class=StreamingResponse,
    dependencies=[ONE_OF_FEW],
    responses={
        200: {
            "description": "the events, in the order in which they were written",
            "content": {
                "application/jsonl": {"schema": {"type": "string"}, "example": LINE},
                "text/csv": {"schema": {"type": "string"}, "example": ROW},
            },
        }
    },
)
async def export_journal(
    services: Provided,
    caller: Caller,
    *,
    since: Annotated[AwareDatetime | None, Query(description="only what happened then or later")] = None,
    until: Annotated[AwareDatetime | None, Query(description="only what happened before then")] = None,
    process: Annotated[Text | None, Query(description="only records of this process")] = None,
    record: Annotated[Text | None, Query(description="only this record")] = None,
    format_: Annotated[
        Format, Query(alias="format", description="JSON Lines, or CSV for a spreadsheet")
    ] = Format.JSONL,
) -> StreamingResponse:
    """Export the journals of all records, internal lines included, with the heads that prove them."""
    demand_role(caller, *AUDITORS, to="export the journals")
    part = Part(_seconds(since), _seconds(until), process, record)
    lines = written(exported(services.database, part), format_)
    return StreamingResponse(lines, media_type=MEDIA_TYPES[format_], headers=AS_FILE[format_])


def _seconds(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()


def _refusal_view(counted: Counted) -> RefusalView:
    refused = counted.refused
    return RefusalView(
        first_at=moment(counted.first_at),
        last_at=moment(counted.last_at),
        times=counted.times,
        address=refused.address,
        person=refused.person,
        credential=refused.credential,
        method=refused.method,
        path=refused.path,
        subject=refused.subject,
        status=refused.status,
        codes=list(refused.codes),
        request=counted.request,
    )
