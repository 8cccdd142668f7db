"""The files of an organisation, applied as a whole: the difference first, and nothing where anything is wrong."""

import asyncio
from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.identity import Caller
from api.inputs import Body, Revision, tag_of
from api.isolation import TookTooLongError, isolated
from api.organisation_parsing import parse
from api.organisation_rights import demand_editor
from api.organisation_views import DifferenceView, difference_view
from api.problems import FindingView, RefusalError, RejectedDefinitionError
from api.services import PREFIX, Provided, Services
from engine.record import Reason
from language.organisation import Organisation
from language.organisation_changes import Change
from store import definitions
from store.errors import DanglingError
from store.naming import newly_wrong
from store.open_work import OpenWork, open_work
from store.organisation_files import Plan, apply_files, plan

router = APIRouter(tags=["organisation"])

ADDRESS = f"{PREFIX}/organisation/apply"
LARGER = {ADDRESS: 4 * 1024 * 1024}
"""Bytes that the files of an organisation may come with."""
READING = 20.0
"""Seconds that reading the files may take."""
PERSON = "user"


class FilesBody(Body):
    """The files of an organisation: their texts, by name."""

    files: dict[str, str] = Field(max_length=200, description="YAML, by the names that findings have")
    beside: list[str] = Field(
        default_factory=list,
        max_length=100,
        description="YAML of processes that intakes and events name, to be published",
    )
    dry_run: bool = Field(False, description="only say what would change")


class AppliedView(BaseModel):
    """What was, or would be, changed; `version` is the one that is current now."""

    version: int
    applied: bool
    changes: list[DifferenceView]
    warnings: list[str] = Field(
        description="what somebody should look at: open work of who leaves, names that are lost"
    )


@router.post("/organisation/apply", operation_id="apply_organisation")
async def apply_organisation(
    body: FilesBody, services: Provided, caller: Caller, response: Response, expected: Revision
) -> AppliedView:
    """Apply what has changed in the files since the last time; what was changed here meanwhile stays.

    `If-Match` takes the `ETag` of a dry run: 412 when the organisation is not the same any more.
    """
    demand_editor(caller)
    published = [each.source for each in await definitions.newest_of_each(services.database)]
    files = await _read(body.files, [*published, *body.beside])
    planned = await plan(services.database, files)
    lost = [str(each) for each in planned.dangling]
    warnings = await _warnings(services, planned)
    version = planned.version
    if lost and not body.dry_run:
        raise _lost(DanglingError(tuple(lost)))
    if not body.dry_run:
        try:
            done = await apply_files(services.database, files, by=caller.id, at=services.clock(), expected=expected)
        except DanglingError as error:
            raise _lost(error) from error
        version = done.version
    response.headers["ETag"] = tag_of(version)
    changes = [difference_view(each) for each in planned.changes]
    return AppliedView(version=version, applied=not body.dry_run, changes=changes, warnings=[*lost, *warnings])


async def _read(files: Mapping[str, str], processes: Sequence[str]) -> Organisation:
    try:
        parsed = await isolated(READING, parse, files, processes)
    except TookTooLongError as late:
        text = f"the files could not be read: {late}. Make them smaller."
        raise RefusalError([Reason("input", "too-much", text, "files")]) from late
    if parsed.organisation is None:
        findings = [
            FindingView(file=file, **each._asdict()) for file, problems in parsed.problems.items() for each in problems
        ]
        raise RejectedDefinitionError(f"not applied: {len(findings)} mistakes", findings, [])
    return parsed.organisation


async def _warnings(services: Services, planned: Plan) -> list[str]:
    leaving = [each for each in planned.changes if _leaves(each)]
    work = await open_work(services.database, [each.id for each in leaving])
    said = [_in_hand(planned.before, person, each) for person, each in work.items()]
    if any(each.new is None for each in planned.changes):
        published = await definitions.newest_of_each(services.database)
        said += await asyncio.to_thread(newly_wrong, published, services.actions, planned.before, planned.after)
    return said


def _leaves(change: Change) -> bool:
    """Say whether somebody is taken out, or is not active any more."""
    if change.kind != PERSON or change.old is None or not change.old["active"]:
        return False
    return change.new is None or not change.new["active"]


def _in_hand(around: Organisation, person: str, work: OpenWork) -> str:
    seats = f"{work.seats} open tasks and approvals" if work.seats else ""
    records = f"is named in {work.records} open records" if work.records else ""
    has = f"has {seats}" if seats else ""
    return f"{around.label(PERSON, person)} ({person}) {' and '.join(filter(None, (has, records)))}"


def _lost(error: DanglingError) -> RefusalError:
    texts = (f"{each}, which would not be there any more" for each in error.lost)
    return RefusalError([Reason("state", "still-named", text) for text in texts])
