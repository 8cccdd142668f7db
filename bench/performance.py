"""What the language costs, and how it grows: `python -m bench performance [--quick] [PART …]`.

Each part can be measured alone (`by-hand`, `http`, `engine`, `memory`, `start`, `timers`, `history`, `size`), and is
then only shown. All of them are kept as `docs/proof/performance.json` and `docs/proof/growth.json`, from which
`make proof` makes the pages. Ratios are taken in turn within one run, so that a busy machine slows both sides.
"""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

import structlog
from rich.console import Console
from rich.table import Table

from bench import against_by_hand, against_direct, growing, memory, starting, thinking
from bench.proving import Row, keep, made_on
from scripts.proof import shown

Part = Callable[[bool], Awaitable[list[Row]]]

OF_PERFORMANCE: Mapping[str, Part] = {
    "by-hand": against_by_hand.rows,
    "http": against_direct.rows,
    "engine": thinking.rows,
    "start": starting.rows,
}
OF_GROWTH: Mapping[str, Part] = {
    "memory": memory.rows,
    "timers": growing.with_timers,
    "history": growing.with_history,
    "size": growing.with_size,
}


def main(given: Sequence[str]) -> None:
    """Measure, show, and keep; the process ends at once, because temporalio may abort at an orderly exit."""
    parser = argparse.ArgumentParser(prog="python -m bench performance", description="Measure against goals.")
    parser.add_argument("--quick", action="store_true", help="a trial: few rounds, and nothing is kept")
    parser.add_argument("part", nargs="*", help=f"only these: {', '.join({**OF_PERFORMANCE, **OF_GROWTH})}")
    told = parser.parse_args(given)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(_measured(told.part, quick=told.quick))
    sys.stdout.flush()
    os._exit(0)


async def _measured(wanted: Sequence[str], *, quick: bool) -> None:
    for name, parts in (("performance", OF_PERFORMANCE), ("growth", OF_GROWTH)):
        rows: list[Row] = []
        for part, measure in parts.items():
            if not wanted or part in wanted:
                rows += await measure(quick)
        if rows:
            _show(name, rows)
        if rows and not wanted and not quick:
            Console().print(f"kept as {keep(name, rows, made_on('sqlite'))}; now run: make proof")


def _show(name: str, rows: Iterable[Row]) -> None:
    table = Table("what", "measured", "unit", "goal", "met", title=name)
    for each in rows:
        met = "" if each.met is None else "yes" if each.met else "NO"
        table.add_row(each.claim, shown(each.measured), each.unit, each.goal or "", met)
    Console().print(table)
