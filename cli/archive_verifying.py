"""Proves files of the archive: line after line, each record, each attached file, and what the database has noted."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from cli.errors import UnreachableError, UsageError
from cli.stored import on_database
from store import archived
from store.archive_files import Line, is_kept, lines_of
from store.verifying import flaw_of


class Proven(NamedTuple):
    """What is in a file: how many records with how many events, and what is wrong at which line."""

    records: int
    events: int
    flaws: tuple[tuple[str, str], ...]


Noted = Callable[[str], Mapping[str, str]]
"""Gives the digests that are noted of a file of the archive, by record."""


def noted(file: str) -> Mapping[str, str]:
    """Ask the database of the settings; where there is none, the file stands for itself."""
    try:
        return on_database(lambda database: archived.digests(database, file))
    except UnreachableError:
        return {}


def proven(path: Path, of_file: Noted = noted) -> Proven:
    """Judge a file. Raises UsageError where there is none."""
    if not path.is_file():
        raise UsageError(f"there is no file {path}")
    known = dict(of_file(f"{path.parent.name}/{path.name}"))
    flaws: list[tuple[str, str]] = []
    records, events, before = 0, 0, ""
    for line in lines_of(path):
        flaws += [(f"{path.name}:{line.number}", text) for text in _flaws(line, before, path.parent.parent, known)]
        before = line.digest
        records += 1
        events += 0 if line.bundle is None else len(line.bundle.journal)
    flaws += [(path.name, f"{name} is missing") for name in known]
    return Proven(records, events, tuple(flaws))


def _flaws(line: Line, before: str, directory: Path, known: dict[str, str]) -> Iterator[str]:
    """Say what is wrong with a line, and take its record from those that are to be there."""
    if line.bundle is None:
        yield "cannot be read"
        return
    found = line.bundle
    name = found.record.id
    if line.previous != before:
        yield f"{name} does not follow the line before: one was changed, taken out or put in"
    if known.pop(name, line.digest) != line.digest:
        yield f"{name} is not what the database has noted"
    flaw = flaw_of(name, found.journal, found.record, found.outbox)
    if flaw is not None:
        yield f"{name}/{flaw.seq} {flaw.text}"
    for digest in found.files:
        if not is_kept(directory, digest):
            yield f"{name}: its file {digest} is missing or was changed"
