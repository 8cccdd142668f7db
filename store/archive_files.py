"""The files of the archive: one a process and month, a line of JSON a record, each line chained to the one before.

A line has the rows of a record as they were, so that they are proven as in the store (store/verifying.py). What belongs
to a record as a file lies beside under its SHA-256. What was begun and not finished when a machine died is cut off.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from store.verifying import JournalText, OutboxText, RecordText

FORMAT = 1
"""The number of what a line has in it."""
FILES = "files"
"""The folder of attached files."""


class Bundle(NamedTuple):
    """All that is kept of a record; `files` are those attached to it, by SHA-256, with their sizes."""

    record: RecordText
    title: str
    readers: tuple[str, ...]
    journal: tuple[JournalText, ...]
    outbox: tuple[OutboxText, ...]
    files: Mapping[str, int]


class Line(NamedTuple):
    """A line of a file: its digest, that of the line before as it says, and what was kept (None: it cannot be read)."""

    number: int
    digest: str
    previous: str
    bundle: Bundle | None


class Appended:
    """A file of the archive while lines are added to it; nobody else does meanwhile."""

    def __init__(self, file: BinaryIO) -> None:
        """Read what is there, and cut off a line that was not finished."""
        self._file = file
        self._digests: dict[tuple[str, str], str] = {}
        self._last, end = "", 0
        file.seek(0)
        for raw in file:
            if not raw.endswith(b"\n"):
                break
            end += len(raw)
            self._last = digest_of(raw)
            bundle = _bundle(_read(raw))
            if bundle is not None:
                self._digests[bundle.record.id, bundle.record.head] = self._last
        file.truncate(end)
        file.seek(end)

    def add(self, bundle: Bundle) -> str:
        """Add a record, unless it is there already, and give the digest of its line."""
        key = (bundle.record.id, bundle.record.head)
        if key not in self._digests:
            raw = _written(bundle, self._last)
            self._file.write(raw)
            self._last = self._digests[key] = digest_of(raw)
        return self._digests[key]

    def sync(self) -> None:
        """See that everything added outlives a power loss."""
        self._file.flush()
        os.fsync(self._file.fileno())


@contextmanager
def appending(path: Path) -> Iterator[Appended]:
    """Open a file of the archive to add to it; it is made where it is not there yet."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("a+b") as file:
        flock(file, LOCK_EX)
        appended = Appended(file)
        _sync_folder(path.parent)
        yield appended


def file_of(process: str, ended_at: float) -> str:
    """Name the file of a record, by the month in which it ended (UTC)."""
    return f"{process}/{datetime.fromtimestamp(ended_at, UTC):%Y-%m}.jsonl"


def lines_of(path: Path) -> Iterator[Line]:
    """Read a file of the archive, line after line."""
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            told = _read(raw)
            yield Line(number, digest_of(raw), str(told.get("previous", "")), _bundle(told))


def attached(directory: Path, digest: str) -> Path:
    """Say where an attached file is, by its SHA-256."""
    return directory / FILES / digest[:2] / digest


def keep_file(directory: Path, digest: str, parts: Iterable[bytes]) -> None:
    """Keep an attached file, for good when this returns."""
    path = attached(directory, digest)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    begun = path.with_name(f"{digest}.{os.getpid()}.begun")
    with begun.open("wb") as file:
        for part in parts:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    begun.replace(path)
    _sync_folder(path.parent)


def is_kept(directory: Path, digest: str) -> bool:
    """Say whether an attached file is there and is what it was."""
    path = attached(directory, digest)
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest


def digest_of(raw: bytes) -> str:
    """Give the SHA-256 of a line, without its end."""
    return hashlib.sha256(raw.rstrip(b"\n")).hexdigest()


def _written(bundle: Bundle, previous: str) -> bytes:
    told = {
        "format": FORMAT,
        "previous": previous,
        "record": bundle.record._asdict(),
        "title": bundle.title,
        "readers": bundle.readers,
        "journal": [row._asdict() for row in bundle.journal],
        "outbox": [row._asdict() for row in bundle.outbox],
        "files": dict(bundle.files),
    }
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"


def _read(raw: bytes) -> dict[str, Any]:
    try:
        told = json.loads(raw)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _bundle(told: dict[str, Any]) -> Bundle | None:
    """Read what `_written` wrote; None for anything else."""
    try:
        return Bundle(
            RecordText(**told["record"]),
            told["title"],
            tuple(told["readers"]),
            tuple(JournalText(**row) for row in told["journal"]),
            tuple(OutboxText(**row) for row in told["outbox"]),
            told["files"],
        )
    except (KeyError, TypeError):
        return None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
