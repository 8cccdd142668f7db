"""Who follows a record: oneself, or whom somebody adds who sees it in full."""

from fastapi import APIRouter, Response

from api.commanding import UNSEEN, Sent, command
from api.filtering import ME
from api.inputs import Body, Text
from api.showing import RecordView
from engine.record import Event, Kind

router = APIRouter(tags=["records"])


class Watcher(Body):
    """Who is to watch; `me`, or nothing: who asks."""

    person: Text = ME


@router.post("/records/{record}/watchers", operation_id="watch_record", response_model=RecordView, responses=UNSEEN)
async def watch(record: str, sender: Sent, body: Watcher | None = None) -> RecordView | Response:
    """Watch a record: be told of its public comments."""
    return await command(sender, record, Event(Kind.WATCH, _meant((body or Watcher()).person)), root="")


@router.delete(
    "/records/{record}/watchers/{person}", operation_id="unwatch_record", response_model=RecordView, responses=UNSEEN
)
async def unwatch(record: str, person: str, sender: Sent) -> RecordView | Response:
    """Watch a record no more; `me` is who asks."""
    return await command(sender, record, Event(Kind.UNWATCH, _meant(person)), root="")


def _meant(person: str) -> str:
    return "" if person == ME else person
