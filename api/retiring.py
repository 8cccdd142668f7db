"""Versions are retired: nothing begins with them any more, and what follows them goes on."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.definitions import VersionList, versions_of
from api.identity import Caller
from api.pinned import newest
from api.problems import NotFoundError
from api.publishers import demand_publisher
from api.services import Provided, Services
from engine.record import Actor
from store import definitions
from store.retiring import retire

router = APIRouter(tags=["definitions"])

RETIRE = "retire versions of {}"

Version = Annotated[int, Path(ge=1, le=1_000_000)]


@router.post("/definitions/{process}/versions/{version}/retire", operation_id="retire_version")
async def retire_version(process: str, version: Version, services: Provided, caller: Caller) -> VersionList:
    """Retire a version that a newer one has replaced: no record is moved to it any more, those that follow it go on."""
    await _demand(services, caller, process)
    if await definitions.get(services.database, process, version) is None:
        raise NotFoundError(f"{process} has no version {version}.")
    await retire(services.database, process, version, by=caller.id, at=services.clock())
    return await versions_of(services, process)


@router.post("/definitions/{process}/retire", operation_id="retire_process")
async def retire_process(process: str, services: Provided, caller: Caller) -> VersionList:
    """Retire a process with all its versions: no record of it begins until another version is published."""
    await _demand(services, caller, process)
    await retire(services.database, process, None, by=caller.id, at=services.clock())
    return await versions_of(services, process)


async def _demand(services: Services, actor: Actor, process: str) -> None:
    """Raise NotFoundError where there is no such process, RefusalError where it is not the actor's to retire."""
    await newest(services.database, process)
    await demand_publisher(services, actor, process, RETIRE)
