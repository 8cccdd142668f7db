"""Files on records: each comes with a comment, is seen by those who see that, and is kept once by its digest."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from api.attaching import ANY_TYPE, Upload, attach
from api.commanding import Sent
from api.identity import Caller
from api.multipart import MEDIA_TYPE
from api.paging import Paged
from api.problems import NotFoundError, may_answer
from api.services import Provided, Services
from api.showing import PersonView, address, visible
from api.times import moment
from engine.record import Actor
from store.attachments import ATTACHED, names, read_chunks
from store.queries import JournalEntry, get_journal

router = APIRouter(tags=["attachments"])

SHOWN = {each: each for each in ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf")} | {
    "text/plain": "text/plain; charset=utf-8"
}
"""What a browser may show, by what the sender said it is; anything else it can only save."""
BYTES: dict[str, Any] = {ANY_TYPE: {"schema": {"type": "string", "contentMediaType": ANY_TYPE}}}
FORM: dict[str, Any] = {
    "schema": {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {"type": "string", "contentMediaType": ANY_TYPE},
            "name": {"type": "string", "maxLength": 150, "description": "without it, that of the file"},
            "comment": {"type": "string", "description": "what is said with it; without that, its name"},
            "internal": {"type": "boolean", "description": "only agents see it"},
        },
    }
}
"""The same file as browsers send it."""


class AttachmentView(BaseModel):
    """A file on a record."""

    name: str
    digest: str = Field(description="SHA-256 of its bytes")
    size: int = Field(description="bytes")
    type: str = Field(description="the media type that its sender says it has; nobody has checked that")
    internal: bool
    at: datetime
    by: PersonView | None
    address: str = Field(description="where it can be had")


class Attachments(BaseModel):
    """A page of the files of a record that you may see, the oldest first, and the address of the next one."""

    attachments: list[AttachmentView]
    next: str | None


@router.post(
    "/records/{record}/attachments",
    operation_id="attach_file",
    status_code=201,
    responses=may_answer(413),
    openapi_extra={"requestBody": {"required": True, "content": {**BYTES, MEDIA_TYPE: FORM}}},
)
async def attach_file(
    record: str, upload: Annotated[Upload, Query()], request: Request, sender: Sent
) -> AttachmentView:
    """Attach a file to a record, with a comment; the body is the file itself, whatever its type, or a form with it."""
    digest = await attach(sender, record, request, upload)
    found = await _entries_and_lines(sender.services, record)
    view = next(_view(entry, line) for entry, line in reversed(found) if names(line, digest))
    sender.response.headers["Location"] = view.address
    return view


@router.get("/records/{record}/attachments", operation_id="list_attachments")
async def list_attachments(record: str, services: Provided, caller: Caller, page: Paged) -> Attachments:
    """List the files of a record that you may see."""
    found = [*enumerate(await attachments_of(services, record, caller))]
    shown, address = page.part(found, lambda each: (each[0],), float)
    return Attachments(attachments=[view for _, view in shown], next=address)


async def attachments_of(services: Services, record: str, actor: Actor) -> list[AttachmentView]:
    """Give the files of a record that an actor may see, the oldest first. Raises NotFoundError."""
    return [_view(entry, line) for entry, line in await _seen(services, record, actor)]


@router.get(
    "/records/{record}/attachments/{digest}",
    operation_id="download_attachment",
    response_class=Response,
    responses={200: {"content": BYTES, "description": "the file"}},
)
async def download(
    record: str,
    digest: str,
    services: Provided,
    caller: Caller,
    *,
    inline: Annotated[bool, Query(description="shown, not saved: images, PDF and plain text")] = False,
) -> Response:
    """Give a file of a record, to be saved."""
    found = [line for _, line in await _seen(services, record, caller) if names(line, digest)]
    if not found:
        raise NotFoundError(f"{record} has no file {digest}.")
    line = found[-1]
    chunks = read_chunks(services.database, digest)
    begin = await anext(chunks)  # what is gone is said before anything is sent
    media = SHOWN.get(line["data"]["type"]) if inline else None
    file_name = quote(line["name"], safe="")
    headers = {
        "Content-Length": str(line["data"]["size"]),
        "Content-Disposition": f"{'inline' if media else 'attachment'}; filename*=UTF-8''{file_name}",
        "Content-Type": media or ANY_TYPE,
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(_after(begin, chunks), headers=headers)


async def _after(begin: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield begin
    async for chunk in chunks:
        yield chunk


async def _seen(services: Services, record: str, actor: Actor) -> list[tuple[JournalEntry, dict[str, Any]]]:
    """Give the lines of a record that name files, as far as the actor may see them. Raises NotFoundError."""
    full = (await visible(services, record, actor)).full
    return [each for each in await _entries_and_lines(services, record) if full or not each[1]["internal"]]


async def _entries_and_lines(services: Services, record: str) -> list[tuple[JournalEntry, dict[str, Any]]]:
    entries = await get_journal(services.database, record)
    return [(entry, dict(line)) for entry in entries for line in entry.lines if line["what"] == ATTACHED]


def _view(entry: JournalEntry, line: dict[str, Any]) -> AttachmentView:
    actor, data = entry.event.get("actor"), line["data"]
    return AttachmentView(
        name=line["name"],
        digest=data["digest"],
        size=data["size"],
        type=data["type"],
        internal=line["internal"],
        at=moment(entry.at),
        by=PersonView(id=actor["id"], label=actor["label"]) if actor else None,
        address=f"{address(entry.record)}/attachments/{data['digest']}",
    )
