"""A suite of several parts, each of which can be measured alone, and which is kept when all of them were."""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

import structlog
from rich.console import Console
from rich.table import Table

from bench.proving import Row, keep, made_on
from scripts.proof import shown

Parts = Mapping[str, Callable[[bool], Awaitable[list[Row]]]]
"""What measures, by the word that names it; it is told whether it is only a trial."""


def run(suite: str, about: str, parts: Parts, given: Sequence[str]) -> None:
    """Measure, show, and keep; the process ends at once, because temporalio may abort at an orderly exit."""
    parser = argparse.ArgumentParser(prog=f"python -m bench {suite}", description=about)
    parser.add_argument("--quick", action="store_true", help="a trial: few rounds, and nothing is kept")
    parser.add_argument("part", nargs="*", choices=[*parts, []], help="only these, and nothing is kept")
    told = parser.parse_args(given)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    rows = asyncio.run(_measured({name: parts[name] for name in told.part or parts}, quick=told.quick))
    _show(suite, rows)
    if not told.part and not told.quick:
        Console().print(f"kept as {keep(suite, rows, made_on('sqlite'))}; now run: make proof")
    sys.stdout.flush()
    os._exit(0)


async def _measured(parts: Parts, *, quick: bool) -> list[Row]:
    return [row for measure in parts.values() for row in await measure(quick)]


def _show(suite: str, rows: Iterable[Row]) -> None:
    table = Table("what", "measured", "unit", "goal", "met", title=suite)
    for each in rows:
        met = "" if each.met is None else "yes" if each.met else "NO"
        table.add_row(each.claim, shown(each.measured), each.unit, each.goal or "", met)
    Console().print(table)
