"""Definitions: checked while they are written, published when they are right, listed by version."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.identity import Caller
from api.inputs import Body, Revision
from api.isolation import TookTooLongError, isolated
from api.paging import Paged
from api.pinned import newest
from api.problems import FailureView, FindingView, RefusalError, RejectedDefinitionError
from api.publishers import demand_publisher
from api.services import PREFIX, Provided, Services
from api.times import moment
from engine.record import Actor, Reason
from store import definitions
from store.definitions import Published
from store.examining import Around, Draft, Examination, examine
from store.following import counted
from store.publishing import Publication, RejectedError, around, compared, publish
from store.retiring import Retirement, retired

router = APIRouter(tags=["definitions"])

LARGER = {f"{PREFIX}/definitions": 2 * 1024 * 1024, f"{PREFIX}/definitions/check": 2 * 1024 * 1024}
"""Bytes that a definition may come with: the texts beside it are only read."""

Answer = TypeVar("Answer")

CHECKING, TESTING = 2.0, 20.0
"""Seconds that looking at somebody's text may take, without and with its scenarios."""


class Source(Body):
    """The text of a definition, and the texts of the messages it sends, by name."""

    source: str = Field(description="YAML")
    messages: dict[str, str] = Field(default_factory=dict)
    beside: list[str] = Field(
        default_factory=list, max_length=100, description="YAML of processes it refers to that are to be published too"
    )


class DraftBody(Source):
    """What is to be published, with the text of its scenarios."""

    tests: str = Field("", description="YAML; empty: none")


class Checked(BaseModel):
    """Every mistake and warning, in the order of the text."""

    findings: list[FindingView]


class VersionView(BaseModel):
    """A published version; records are pinned to its digest."""

    process: str
    version: int
    title: str
    digest: str
    published_by: str
    published_at: datetime


class PublishedView(VersionView):
    """A version that is published, and the warnings that were found in it."""

    findings: list[FindingView]


class FollowedVersionView(VersionView):
    """A published version, how many open records follow it, and whether (by whom, when) it is retired."""

    open_records: int
    retired_by: str | None
    retired_at: datetime | None


class VersionList(BaseModel):
    """A page of the versions of a process, newest first, and the address of the next one."""

    versions: list[FollowedVersionView]
    next: str | None = None


@router.post("/definitions/check", operation_id="check_definition")
async def check_definition(body: Source, services: Provided, caller: Caller) -> Checked:
    """Find the mistakes in a definition, as publishing it would."""
    await demand_publisher(services, caller)
    draft = Draft(body.source, "", body.messages, tuple(body.beside))
    with services.examined.place(caller.id):
        found = await apart(CHECKING, examine, draft, await around(services.database, services.actions))
    found = await compared(services.database, found, body.source)
    return Checked(findings=_finding_views(found))


@router.post(
    "/definitions",
    operation_id="publish_definition",
    status_code=201,
    responses={200: {"model": PublishedView, "description": "it was published before, with the same content"}},
)
async def publish_definition(
    body: DraftBody, services: Provided, caller: Caller, response: Response, made_from: Revision
) -> PublishedView:
    """Check, test and publish a definition; new records follow it from then on.

    `If-Match` takes the version that it was made from, such as `"3"`: 412 when another has been published since.
    """
    done = await published(
        services, caller, Draft(body.source, body.tests, body.messages, tuple(body.beside)), made_from
    )
    response.status_code = 201 if done.new else 200
    warnings = _finding_views(done.examination) if done.examination else []
    return PublishedView(**_version_view(done.published).model_dump(), findings=warnings)


async def published(services: Services, actor: Actor, draft: Draft, made_from: int | None) -> Publication:
    """Check, test and publish a draft of somebody, made from the newest version there is (None: whatever that is)."""
    await demand_publisher(services, actor)

    async def examined(draft: Draft, surroundings: Around) -> Examination:
        with services.examined.place(actor.id):
            found = await apart(TESTING, examine, draft, surroundings)
        await demand_publisher(services, actor, found.process or None)
        return found

    try:
        return await publish(
            services.database,
            draft.source,
            draft.tests,
            draft.messages,
            services.actions,
            by=actor.id,
            at=services.clock(),
            beside=draft.beside,
            made_from=made_from,
            examined=examined,
        )
    except RejectedError as rejected:
        raise _rejection(rejected.examination) from rejected


@router.get("/definitions/{process}/versions", operation_id="list_versions")
async def list_versions(process: str, services: Provided, _caller: Caller, page: Paged) -> VersionList:
    """List the published versions of a process."""
    await newest(services.database, process)
    found = await versions_of(services, process)
    shown, address = page.part(found.versions, lambda each: (-each.version,), float)
    return VersionList(versions=[*shown], next=address)


async def versions_of(services: Services, process: str) -> VersionList:
    """Give every published version of a process, newest first."""
    found, records = await definitions.versions(services.database, process), await counted(services.database, process)
    gone = await retired(services.database, process)
    return VersionList(
        versions=[_followed(each, records.get(each.version, 0), gone.get(each.version)) for each in found]
    )


async def apart(seconds: float, look: Callable[[Draft, Around], Answer], draft: Draft, surroundings: Around) -> Answer:
    """Look at somebody's text in a process of its own; raise RefusalError where that takes too long."""
    try:
        return await isolated(seconds, look, draft, surroundings)
    except TookTooLongError as late:
        text = f"the definition could not be examined: {late}. Make its tables or scenarios smaller."
        raise RefusalError([Reason("input", "too-much", text, "source")]) from late


def _rejection(found: Examination) -> RejectedDefinitionError:
    cases = [case for case in (found.report.cases if found.report else ()) if not case.passed]
    failures = [FailureView(name=case.name, line=case.line, failure=case.failure) for case in cases]
    findings = _finding_views(found)
    counts = (_counted(len(findings), "finding"), _counted(len(failures), "failed scenario"))
    detail = f"not published: {', '.join(each for each in counts if each)}"
    return RejectedDefinitionError(detail, findings, failures)


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'s' * (count > 1)}" if count else ""


def _finding_views(found: Examination) -> list[FindingView]:
    return [FindingView(file=each.part, **each.problem._asdict()) for each in found.findings]


def _followed(published: Published, records: int, gone: Retirement | None) -> FollowedVersionView:
    return FollowedVersionView(
        **_version_view(published).model_dump(),
        open_records=records,
        retired_by=None if gone is None else gone.by,
        retired_at=None if gone is None else moment(gone.at),
    )


def _version_view(published: Published) -> VersionView:
    return VersionView(
        process=published.process,
        version=published.version,
        title=published.title,
        digest=published.digest,
        published_by=published.published_by,
        published_at=moment(published.published_at),
    )
