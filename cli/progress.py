"""Shows how far long work is, at a terminal and nowhere else."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.progress import Progress, track

from cli.terminal import err

Step = TypeVar("Step")


def tracked(steps: Iterable[Step], doing: str, total: int | None = None) -> Iterator[Step]:
    """Give the steps, with a bar that says how many are done; without a total one that only says that it goes on."""
    yield from track(steps, doing, total, console=err(), transient=True, disable=not sys.stderr.isatty())


@contextmanager
def counted(doing: str, total: int) -> Iterator[Callable[[], None]]:
    """Give what is to be called after each of so many steps, for the time that they take."""
    with Progress(console=err(), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(doing, total=total)
        yield lambda: bar.advance(task)
