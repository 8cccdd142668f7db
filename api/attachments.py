"""Files on records: each comes with a comment, is seen by those who see that, and is kept once by its digest."""

import hashlib
import re
from collections.abc import AsyncIterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, BinaryIO, cast
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from api.commanding import Sent, performed
from api.identity import Caller
from api.inputs import Text
from api.limits import too_large
from api.problems import NotFoundError, RefusalError, may_answer
from api.services import PREFIX, Provided, Services
from api.showing import PersonView, address, visible
from api.times import moment
from engine.record import Actor, Event, Kind, Reason
from store.attachments import ATTACHED, File, keep, names, read_chunks
from store.queries import JournalEntry, get_journal

router = APIRouter(tags=["attachments"])

MOST = 100
"""Files of one record."""
IN_MEMORY = 1024 * 1024
"""Bytes of a file that is being received which are held in memory; what is larger waits on the disk."""
UPLOADED = re.compile(rf"{PREFIX}/records/[^/]+/attachments")
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")
ANY_TYPE = "application/octet-stream"
SHOWN = {each: each for each in ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf")} | {
    "text/plain": "text/plain; charset=utf-8"
}
"""What a browser may show, by what the sender said it is; anything else it can only save."""
BYTES: dict[str, Any] = {ANY_TYPE: {"schema": {"type": "string", "contentMediaType": ANY_TYPE}}}


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
    """The files of a record that you may see, the oldest first."""

    attachments: list[AttachmentView]


class Upload(BaseModel):
    """What is said of a file that is sent."""

    name: Text = Field(min_length=1, max_length=150, pattern=r"^[^/\\]+$", description="without a folder")
    comment: Text | None = Field(None, min_length=1, description="what is said with it; without that, its name")
    internal: bool = Field(False, description="only agents see it")


@router.post(
    "/records/{record}/attachments",
    operation_id="attach_file",
    status_code=201,
    responses=may_answer(413),
    openapi_extra={"requestBody": {"required": True, "content": BYTES}},
)
async def attach(record: str, upload: Annotated[Upload, Query()], request: Request, sender: Sent) -> AttachmentView:
    """Attach a file to a record, with a comment; the body is the file itself, whatever its `Content-Type`."""
    services = sender.services
    await visible(services, record, sender.actor)
    _refuse_name(upload.name)
    media = _media_type(request.headers.get("content-type", ""))
    with SpooledTemporaryFile(IN_MEMORY) as spool:
        file = await _received(request, cast(BinaryIO, spool), services.attachment_size)
        await _refuse_too_many(services, record, file.digest)
        await keep(services.database, record, file, services.clock())
    told = {"name": upload.name, "digest": file.digest, "size": file.size, "type": media}
    data = {"text": upload.comment or upload.name, "internal": upload.internal, "attachments": [told]}
    await performed(sender, record, Event(Kind.COMMENT, data=data), root="")
    found = await _entries_and_lines(services, record)
    view = next(_view(entry, line) for entry, line in reversed(found) if names(line, file.digest))
    sender.response.headers["Location"] = view.address
    return view


@router.get("/records/{record}/attachments", operation_id="list_attachments")
async def list_attachments(record: str, services: Provided, caller: Caller) -> Attachments:
    """List the files of a record that you may see."""
    found = await _seen(services, record, caller)
    return Attachments(attachments=[_view(entry, line) for entry, line in found])


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


async def _received(request: Request, spool: BinaryIO, most: int) -> File:
    """Read what is sent, at most so many bytes, into a spool. Raises RefusalError, and 413 for more."""
    digest, size = hashlib.sha256(), 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise too_large(most)
        digest.update(part)
        spool.write(part)
    if not size:
        raise RefusalError(
            [Reason("input", "required", "the file is empty: send it as the body of the request", "body")]
        )
    return File(digest.hexdigest(), size, spool)


def _media_type(said: str) -> str:
    found = said.partition(";")[0].strip().lower()
    return found if MEDIA_TYPE.fullmatch(found) else ANY_TYPE


def _refuse_name(name: str) -> None:
    """Raise RefusalError for a name that is none of a file."""
    if name != name.strip() or name in (".", "..") or not name.isprintable():
        text = "name: it must be the name of a file, in one line, without folders or space around it"
        raise RefusalError([Reason("input", "bad-value", text, "name")])


async def _refuse_too_many(services: Services, record: str, digest: str) -> None:
    """Raise RefusalError where the record has as many files as there may be; one it has already may come again."""
    digests = {line["data"]["digest"] for _, line in await _entries_and_lines(services, record)}
    if len(digests) >= MOST and digest not in digests:
        text = f"{record} has {MOST} files, which is the most there can be: put several into one"
        raise RefusalError([Reason("state", "too-many-attachments", text)])


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
