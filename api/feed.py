"""The feed: what happens to the records you may read, as a stream of CloudEvents or page by page."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel, ConfigDict, Field

from api.identity import Caller
from api.inputs import Text
from api.journal import EntryView, entry_view, sees_where
from api.paging import following
from api.pinned import pinned
from api.problems import RefusalError
from api.services import Provided, Services
from api.showing import restored
from api.times import moment
from api.waiting import LONGEST, LOOK_AGAIN
from engine.record import Actor, Reason
from engine.visibility import viewer
from store.cloud_events import RECORDS, event_id, event_type
from store.entries import clocks
from store.errors import UnavailableError
from store.feed import FeedEvent, FeedPart, newest_feed, read_feed
from store.listing import LARGEST

router = APIRouter(tags=["feed"])

STREAM = EventSourceResponse.media_type
HEARTBEAT = 15.0
"""Seconds after which a stream on which nothing happened gives a sign of life."""
RETRY = 1_000
"""Milliseconds after which who was reading a stream comes back."""
PART = 100
"""Events that a stream reads at once."""


class EventData(BaseModel):
    """What happened to a record, and where that stands now, which later events may have changed already."""

    process: str
    title: str
    state: str
    final: bool
    revision: int = Field(description="the `ETag`")
    entry: EntryView


class FeedEventView(BaseModel):
    """An event as a CloudEvent. Told again it has the same `id`."""

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str = RECORDS
    type: str = Field(description="`steward.record.` and the kind of the journal's entry: `steward.record.act`")
    subject: str = Field(description="the record")
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    feed: str = Field(description="its number in the feed, for `after` and `Last-Event-ID`")
    data: EventData


class FeedPage(BaseModel):
    """A part of the feed and where it goes on; with `more` there is something to be had at once."""

    events: list[FeedEventView]
    next: str
    more: bool


class Chosen(BaseModel):
    """Which events: of several values one must fit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    process: list[Text] = Field(default_factory=list, max_length=100)
    record: list[Text] = Field(default_factory=list, max_length=100)
    after: int | None = Field(None, ge=0, lt=LARGEST, description="the number in the feed that you have read last")
    limit: int = Field(PART, ge=1, le=200, description="events of a page")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads which events."""

    services: Services
    actor: Actor
    chosen: Chosen

    async def part(self, after: int, limit: int = PART) -> FeedPart:
        """Give what follows a number of the feed."""
        asked, database = self.chosen, self.services.database
        names: dict[str, Any] = {"process": asked.process, "record": asked.record}
        return await read_feed(database, after, viewer=viewer(self.actor), limit=limit, **names)

    async def told(self, part: FeedPart) -> list[FeedEventView]:
        """Tell the events of which there is something to see for the reader."""
        found = [await _event_view(self.services, self.actor, each) for each in part.events]
        return [
            view for view, event in zip(found, part.events, strict=True) if view.data.entry.lines or event.record.full
        ]


async def _streaming(
    services: Provided, caller: Caller, accept: Annotated[str, Header(include_in_schema=False)] = ""
) -> AsyncGenerator[bool, None]:
    """Say whether a stream is asked for, and hold its place until it has ended."""
    if STREAM not in accept.lower():
        yield False
        return
    with services.streams.place(caller.id):
        yield True


@router.get(
    "/feed",
    operation_id="read_feed",
    response_model=FeedPage,
    responses={200: {"content": {STREAM: {"schema": {"type": "string"}}}, "description": "a page, or the stream"}},
)
async def feed(
    chosen: Annotated[Chosen, Query()],
    services: Provided,
    caller: Caller,
    request: Request,
    response: Response,
    *,
    streaming: Annotated[bool, Depends(_streaming)],
    last_event_id: Annotated[
        Text, Header(description="of a stream: the `id` you have read last, instead of `after`")
    ] = "",
) -> FeedPage | Response:
    """Tell what happens to the records you may read, in the order of the feed.

    With `Accept: text/event-stream` as a stream of server-sent events, which begins with what happens from now on, or
    goes on after `Last-Event-ID`; else as a page, which begins with the first event, or goes on after `after`.
    """
    reader = Reader(services, caller, chosen)
    if streaming:
        after = await _begin(services, chosen.after, last_event_id)
        return EventSourceResponse(_stream(reader, after), headers={"Cache-Control": "no-store"})
    part = await reader.part(await _known(services, chosen.after or 0, "after"), chosen.limit)
    address = following(request, response, after=part.last)
    return FeedPage(events=await reader.told(part), next=address, more=part.more)


async def _begin(services: Services, after: int | None, last: str) -> int:
    """Give the number of the feed after which a stream begins. Raises RefusalError."""
    if not last:
        return await newest_feed(services.database) if after is None else await _known(services, after, "after")
    if not (last.isascii() and last.isdigit() and len(last) < len(str(LARGEST))):
        text = f'"{last[:40]}" is no number of the feed: send the id of an event, or nothing'
        raise RefusalError([Reason("input", "bad-cursor", text, "Last-Event-ID")])
    return await _known(services, int(last), "Last-Event-ID")


async def _known(services: Services, after: int, path: str) -> int:
    """Give back a number that the feed has reached; raise RefusalError for one it has not."""
    newest = await newest_feed(services.database) if after else 0
    if after > newest:
        text = f"the feed has {newest} events, not {after}: perhaps it was restored. Begin anew with after={newest}."
        raise RefusalError([Reason("input", "bad-cursor", text, path)])
    return after


async def _stream(reader: Reader, after: int) -> AsyncIterator[bytes]:
    """Write what happens from a number of the feed on; it ends with the API, or so that rights are looked at anew."""
    clock = asyncio.get_running_loop().time
    until, quiet = clock() + LONGEST, clock() + HEARTBEAT
    yield format_sse_event(retry=RETRY)
    while True:
        try:
            part = await reader.part(after)
            told = await reader.told(part)
        except UnavailableError:
            return
        for each in told:
            yield format_sse_event(id=each.feed, data_str=each.model_dump_json())
        after, ending = part.last, reader.services.stopping() or clock() > until
        if ending or (not told and clock() > quiet):
            yield format_sse_event(comment="", id=str(after))
        if ending:
            return
        if told or clock() > quiet:
            quiet = clock() + HEARTBEAT
        if not part.more:
            await asyncio.sleep(LOOK_AGAIN)


async def _event_view(services: Services, actor: Actor, event: FeedEvent) -> FeedEventView:
    entry, record = event
    hours = clocks(await pinned(services.database, record.digest), restored(record))
    return FeedEventView(
        id=event_id(entry),
        type=event_type(entry.kind),
        subject=entry.record,
        time=moment(entry.at),
        feed=str(entry.feed),
        data=EventData(
            process=record.process,
            title=record.title,
            state=record.state,
            final=record.final,
            revision=record.revision,
            entry=entry_view(entry, hours, full=record.full, located=sees_where(record, actor)),
        ),
    )
