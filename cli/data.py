"""The data directory of `steward up`: one of them at a time, and where its servers are for the commands beside it."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from cli.errors import FindingsError, UsageError

OWNER_ONLY = 0o700


class Running(NamedTuple):
    """What runs on a data directory: the process of `steward up`, and the addresses of its servers."""

    pid: int
    api: str
    temporal: str


@contextmanager
def claimed(data: Path) -> Iterator[None]:
    """Make the directory and hold it alone; the kernel lets go of it however we end.

    Raises FindingsError when another `steward up` holds it, and UsageError when nothing can be kept there.
    """
    try:
        data.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
        opened = (data / "lock").open("a")
    except OSError as error:
        reason = f"{data} cannot be the data directory ({error.strerror}). Take another: --data DIRECTORY"
        raise UsageError(reason) from error
    with opened as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FindingsError(_taken(data)) from None
        try:
            yield
        finally:
            _note(data).unlink(missing_ok=True)


def note(data: Path, running: Running) -> None:
    """Write down what runs, for `running`."""
    beside = _note(data).with_suffix(".new")
    beside.write_text(json.dumps(running._asdict()) + "\n", encoding="utf-8")
    beside.replace(_note(data))


def running(data: Path) -> Running | None:
    """What runs on this directory, as far as it was written down: after a crash it may be gone."""
    try:
        return Running(**json.loads(_note(data).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _taken(data: Path) -> str:
    other = running(data)
    who = f" (process {other.pid}, {other.api})" if other is not None else ""
    return f"another `steward up` runs on {data}{who}. Stop it with Ctrl-C first, or use another: --data DIRECTORY"


def _note(data: Path) -> Path:
    return data / "up.json"
