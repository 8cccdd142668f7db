"""A form with a file (`multipart/form-data`), read as it comes: what stands before the file at once, the file in parts.

The proof that a form was meant stands before its file, so that we receive files only of those who may send them.
"""

import re
from collections.abc import AsyncIterator
from typing import NamedTuple

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.inputs import cleaned
from api.limits import LARGEST, too_large
from api.problems import RefusalError
from api.services import PREFIX
from engine.record import Reason

MEDIA_TYPE = "multipart/form-data"
TAKES_FILES = re.compile(rf"(?:{PREFIX})?/records/[^/]+/attachments")
"""Paths to which files are sent: whoever takes them counts what is read."""
PART = 200
"""Bytes that a field counts for besides what is in it."""


class FormFile(NamedTuple):
    """A file that begins, with what its sender says it is."""

    name: str
    media_type: str


class FormField(NamedTuple):
    """A field of a form, all of it."""

    name: str
    value: str


class Form:
    """A form that is being received; its file is read once, in its place."""

    def __init__(self, request: Request) -> None:
        """Read nothing before it is asked for."""
        self.fields: dict[str, str] = {}
        self.file: FormFile | None = None
        self._pieces = _pieces(request)

    async def before_file(self) -> dict[str, str]:
        """Give the fields before the file; all of them in a form without one. Raises RefusalError, and 413."""
        if self.file is None:
            async for piece in self._pieces:
                if self._takes(piece):
                    break
        return self.fields

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give the file in parts, and then have all fields; nothing where there is no file. Raises as `before_file`."""
        await self.before_file()
        async for piece in self._pieces:
            if isinstance(piece, bytes):
                yield piece
            elif self._takes(piece):
                raise _unreadable("it has more than one file: send each by itself")

    def _takes(self, piece: FormField | FormFile | bytes) -> bool:
        """Take a field or the beginning of a file, and say whether it is a file."""
        if isinstance(piece, FormField):
            self.fields[piece.name] = piece.value
            return False
        if self.file is None and isinstance(piece, FormFile):
            self.file = piece
        return True


class _Cutter:
    """Cuts what comes into fields, beginnings of files and their bytes, and gathers these in `pieces`."""

    def __init__(self, boundary: bytes) -> None:
        self.pieces: list[FormField | FormFile | bytes] = []
        self.ended = False
        self._header = (bytearray(), bytearray())
        self._headers: dict[str, str] = {}
        self._name = ""
        self._value: bytearray | None = None
        self._weight = 0
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_data": self._on_data,
                "on_part_end": self._on_part_end,
                "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers,
                "on_end": self._on_end,
            },
        )

    def cut(self, data: bytes) -> list[FormField | FormFile | bytes]:
        """Give the pieces that are complete with what has come now."""
        self.pieces = []
        self._parser.write(data)
        return self.pieces

    def _on_header_end(self) -> None:
        name, value = (part.decode("utf-8", "replace") for part in self._header)
        self._headers[name.lower()] = value
        self._header = (bytearray(), bytearray())

    def _on_headers(self) -> None:
        said = _options(self._headers.get("content-disposition", ""))
        self._name, file_name = said.get("name", ""), said.get("filename")
        if file_name is None:
            self._value = bytearray()
        else:
            self._value = None
            self.pieces.append(FormFile(_clean(file_name, self._name), self._headers.get("content-type", "")))
        self._weigh(PART + len(self._name))
        self._headers = {}

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._value is None:
            self.pieces.append(bytes(data[start:end]))
            return
        self._weigh(end - start)
        self._value += data[start:end]

    def _on_part_end(self) -> None:
        if self._value is not None:
            text = self._value.decode("utf-8", "replace")
            self.pieces.append(FormField(self._name, _clean(text, self._name)))
            self._value = None

    def _on_end(self) -> None:
        self.ended = True

    def _weigh(self, size: int) -> None:
        self._weight += size
        if self._weight > LARGEST:
            raise too_large(LARGEST)


def is_form(request: Request) -> bool:
    """Say whether a request sends a form that may have a file."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == MEDIA_TYPE


async def form_of(request: Request) -> Form:
    """Give the form of a request, the same whoever asks; where no files are taken its body can be read besides."""
    form: Form | None = getattr(request.state, "form", None)
    if form is None:
        if not TAKES_FILES.fullmatch(request.url.path):
            await request.body()
        form = request.state.form = Form(request)
    return form


async def _pieces(request: Request) -> AsyncIterator[FormField | FormFile | bytes]:
    boundary = _options(request.headers["content-type"]).get("boundary", "")
    if not boundary:
        raise _unreadable("its Content-Type names no boundary")
    try:
        cutter = _Cutter(boundary.encode())
        async for data in request.stream():
            for piece in cutter.cut(data):
                yield piece
            if cutter.ended:
                return
    except FormParserError as wrong:
        raise _unreadable(str(wrong)) from wrong
    raise _unreadable("it ends in the middle")


def _options(header: str) -> dict[str, str]:
    """Read the parameters of a header; browsers write quotes in names as %22."""
    encoded = header.encode().decode("latin-1")
    read = parse_options_header(encoded)[1]
    texts = {name.decode("latin-1"): value.decode("utf-8", "replace") for name, value in read.items()}
    return {name: text.replace("%22", '"') for name, text in texts.items()}


def _clean(text: str, name: str) -> str:
    try:
        return str(cleaned(text))
    except ValueError as wrong:
        raise RefusalError([Reason("input", "bad-value", f"{name}: {wrong}", name)]) from wrong


def _unreadable(why: str) -> RefusalError:
    return RefusalError([Reason("input", "bad-form", f"the form cannot be read: {why}", "body")])
