"""Messages to whoever asks, inside the application."""

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.identity import Caller
from api.paging import Paged
from api.services import Provided
from api.times import moment
from store.inbox import letters, mark_read

router = APIRouter(tags=["inbox"])


class MessageView(BaseModel):
    """A message about a record; `body` is Markdown."""

    key: str
    record: str
    subject: str
    body: str
    at: datetime
    read_at: datetime | None


class Inbox(BaseModel):
    """A page of your messages, newest first, and the address of the next one."""

    messages: list[MessageView]
    next: str | None


@router.get("/inbox", operation_id="show_inbox")
async def show_inbox(services: Provided, caller: Caller, page: Paged, unread: bool = False) -> Inbox:
    """Show your messages."""
    after = page.after(float, str)
    found = await letters(services.database, caller.id, unread=unread, limit=page.enough, after=after)
    shown, following = page.cut(found, lambda letter: (letter.at, letter.key))
    return Inbox(
        messages=[
            MessageView(
                key=letter.key,
                record=letter.record,
                subject=letter.subject,
                body=letter.body,
                at=moment(letter.at),
                read_at=moment(letter.read_at),
            )
            for letter in shown
        ],
        next=following,
    )


@router.post("/inbox/{key:path}/read", operation_id="read_message", status_code=204)
async def read_message(key: str, services: Provided, caller: Caller) -> Response:
    """Say that you have read a message; saying it again is nothing."""
    await mark_read(services.database, key, caller.id, services.clock())
    return Response(status_code=204)
