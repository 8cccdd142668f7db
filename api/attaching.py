"""A file that is sent: received from a body or a form, kept, and named by the comment that it comes with."""

import hashlib
import re
from collections.abc import AsyncIterator
from tempfile import SpooledTemporaryFile
from typing import Annotated, BinaryIO, cast

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from api.commanding import Sender, performed
from api.inputs import Text
from api.limits import too_large
from api.multipart import Form, FormFile, form_of, is_form
from api.problems import RefusalError
from api.showing import visible
from engine.record import Event, Kind, Reason
from store.attachments import File, keep
from store.errors import TooManyFilesError

IN_MEMORY = 1024 * 1024
"""Bytes of a file that is being received which are held in memory; what is larger waits on the disk."""
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")
ANY_TYPE = "application/octet-stream"
EMPTY = "the file is empty: send it as the body of the request, or as the `file` of a form"


class Upload(BaseModel):
    """What is said of a file that is sent, in the address or in a form."""

    name: Text = Field("", max_length=150, description="without a folder; in a form, the file's own unless it is given")
    comment: Annotated[Text | None, BeforeValidator(lambda said: said or None)] = Field(
        None, description="what is said with it; without that, its name"
    )
    internal: Annotated[bool, BeforeValidator(lambda said: said or False)] = Field(
        False, description="only agents see it"
    )


async def attach(sender: Sender, record: str, request: Request, upload: Upload) -> str:
    """Attach the file of a request to a record, as its sender, and give its digest.

    What a form says counts where it says something. Raises NotFoundError, RefusalError and 413 as the call does.
    """
    services = sender.services
    await visible(services, record, sender.actor)
    form = await _form(request) if is_form(request) else None
    chunks = request.stream() if form is None else form.chunks()
    with SpooledTemporaryFile(IN_MEMORY) as spool:
        file = await _received(chunks, cast(BinaryIO, spool), services.attachment_size)
        media, upload = (request.headers.get("content-type", ""), upload) if form is None else _said(form, upload)
        refuse_name(upload.name)
        try:
            await keep(services.database, record, file, services.clock())
        except TooManyFilesError as error:
            raise RefusalError([Reason("state", "too-many-attachments", str(error))]) from error
    told = {"name": upload.name, "digest": file.digest, "size": file.size, "type": media_type(media)}
    data = {"text": upload.comment or upload.name, "internal": upload.internal, "attachments": [told]}
    await performed(sender, record, Event(Kind.COMMENT, data=data), root="")
    return file.digest


def media_type(said: str) -> str:
    """Give the type that a sender says a file has; what is none, as anything."""
    found = said.partition(";")[0].strip().lower()
    return found if MEDIA_TYPE.fullmatch(found) else ANY_TYPE


def refuse_name(name: str) -> None:
    """Raise RefusalError for a name that is none of a file; the reason says what to send instead."""
    wrong = _wrong_with(name)
    if wrong:
        raise RefusalError([Reason("input", "bad-value", f"name: {wrong}", "name")])


def _wrong_with(name: str) -> str:
    last = re.split(r"[/\\]", name)[-1].strip()
    unseen = next((each for each in name if not each.isprintable()), None)
    if not name.strip():
        return "the file has no name: say how it is called, such as name=error.png"
    if unseen is not None:
        return f"it has the character U+{ord(unseen):04X}, which cannot be seen, at {name.index(unseen)}: take it out"
    if re.search(r"[/\\]", name):
        return f'"{name}" has a folder in it: send the name alone{_such_as(last)}'
    if name in (".", ".."):
        return f'"{name}" is a folder, not a file: send the name of the file'
    return f'"{name}" has space around it: send "{last}"' if name != name.strip() else ""


def _such_as(name: str) -> str:
    return f', "{name}"' if name and not _wrong_with(name) else ""


async def _form(request: Request) -> Form:
    """Give the form of a request, at its file."""
    form = await form_of(request)
    await form.before_file()
    if form.file is None:
        raise RefusalError([Reason("input", "required", "the form has no file: send it as `file`", "file")])
    return form


def _said(form: Form, upload: Upload) -> tuple[str, Upload]:
    """Give what a form that was read says of its file: the type, and the rest with what the address says."""
    name, media = cast(FormFile, form.file)
    said = {field: form.fields[field] for field in Upload.model_fields if form.fields.get(field)}
    given = {"name": name, **upload.model_dump(exclude_defaults=True), **said}
    try:
        return media, Upload.model_validate(given)
    except ValidationError as wrong:
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in wrong.errors()]) from wrong


async def _received(chunks: AsyncIterator[bytes], spool: BinaryIO, most: int) -> File:
    """Read a file, of at most so many bytes, into a spool. Raises RefusalError, and 413 for more."""
    digest, size = hashlib.sha256(), 0
    async for part in chunks:
        size += len(part)
        if size > most:
            raise too_large(most)
        digest.update(part)
        spool.write(part)
    if not size:
        raise RefusalError([Reason("input", "required", EMPTY, "body")])
    return File(digest.hexdigest(), size, spool)
