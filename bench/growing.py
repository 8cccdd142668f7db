"""What becomes slower as there is more, and what it takes: `python -m bench growth [--quick] [PART …]`.

More of open records with timers, of a record's history, of a definition. Each is the time of a decision where there is
much, against that where there is little, in turn.
"""

import asyncio
from collections.abc import Iterator, Sequence
from statistics import median

from bench import memory, parts
from bench.direct import Direct, numbers
from bench.ground import Ground, a_ground
from bench.proving import Row, row

SOURCE = "python -m bench growth {}"
TRIED = 40
"""Decisions that are timed at each size."""
AT_ONCE = 16
MB = 1_048_576

LOOP = """
process: loop
version: 1
title: Loop
number: LOO
owner: ann
read: [anyone]
start: {to: here}
fields: {said: text}
states:
  here: {transitions: {flip: {to: there, by: [ann]}, lapse: {to: over, after: 300 days}}}
  there: {transitions: {flop: {to: here, by: [ann]}, lapse: {to: over, after: 300 days}}}
  over: {final: true}
"""


def large(states: int) -> str:
    """Give a definition of so many states, each with a field and a way to the next, whose first two are a loop."""
    return "".join(_large(states))


def _large(states: int) -> Iterator[str]:
    yield f"process: loop{states}\nversion: 1\ntitle: Loop\nnumber: L{states}X\nowner: ann\nread: [anyone]\n"
    yield "start: {to: s0}\nfields:\n"
    yield from (f"  f{each}: {{type: text}}\n" for each in range(states))
    yield "states:\n  s0: {transitions: {flip: {to: s1, by: [ann]}}}\n"
    yield "  s1: {transitions: {flop: {to: s0, by: [ann]}, on: {to: s2, by: [ann], ask: [f1]}}}\n"
    for each in range(2, states):
        yield f"  s{each}: {{transitions: {{on: {{to: s{each + 1}, by: [ann], ask: [f{each}]}}}}}}\n"
    yield f"  s{states}: {{final: true}}\n"


async def _looped(records: Direct, name: str, times: int) -> list[float]:
    """Let a record go back and forth; give the seconds of each decision."""
    taken = []
    for _ in range(times // 2):
        taken += [await records.timed(name, "flip"), await records.timed(name, "flop")]
    return taken


async def _opened(ground: Ground, count: int) -> None:
    """Open so many records, each with a timer running."""
    records, left = Direct(ground, LOOP), iter(range(count))

    async def one_after_the_other() -> None:
        for _ in left:
            await records.start(f"open-{next(numbers)}", {})

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))


async def with_timers(quick: bool) -> list[Row]:
    """Time decisions among more and more open records, whose timers are all running, and in turn among few."""
    few, *more = (20, 60) if quick else (100, 1_000, 10_000)
    source, found = SOURCE.format("timers"), []
    async with a_ground() as small, a_ground() as large:
        tried = [await _ready(ground) for ground in (small, large)]
        await _opened(small, few)
        opened = 0
        for count in more:
            await _opened(large, count - opened)
            opened = count
            taken: tuple[list[float], list[float]] = ([], [])
            for _ in range(TRIED // 4):
                for records, times in zip(tried, taken, strict=True):
                    times += await _looped(records, "tried", 4)
            among_few, among_many = (median(times) for times in taken)
            claim = f"time of a decision with {count:,} open timers"
            megabytes = large.memory_of_server() / MB
            found += [
                row(claim, 1_000 * among_many, "ms", source=source),
                row(f"{claim} against {few:,}", among_many / among_few, "×", source=source),
                row(f"memory of the Temporal server with {count:,} open timers", megabytes, "MB", source=source),
            ]
    return found


async def _ready(ground: Ground) -> Direct:
    """Start a worker, and a record on which decisions are timed."""
    await ground.publish(LOOP)
    await ground.start_worker()
    records = Direct(ground, LOOP)
    await records.start("tried", {})
    await _looped(records, "tried", 10)
    return records


async def with_history(quick: bool) -> list[Row]:
    """Time decisions on records of a few events and of many, in turn; the many were continued as new meanwhile."""
    source, found, at = SOURCE.format("history"), [], {}
    sizes = (10, 50) if quick else (10, 100, 1_000)
    async with a_ground() as ground:
        await ground.publish(LOOP)
        await ground.start_worker()
        records = Direct(ground, LOOP)
        taken: dict[int, list[float]] = {size: [] for size in sizes}
        for size in sizes:
            await records.start(f"old-{size}", {})
        await asyncio.gather(*(_looped(records, f"old-{size}", size) for size in sizes))
        for _ in range(TRIED // 4):
            for size in sizes:
                taken[size] += await _looped(records, f"old-{size}", 4)
        for size in sizes:
            at[size] = median(taken[size])
            found.append(row(f"time of a decision after {size:,} events", 1_000 * at[size], "ms", source=source))
    claim = f"time of a decision after {sizes[-1]:,} events against {sizes[0]}"
    return [*found, row(claim, at[sizes[-1]] / at[sizes[0]], "×", source=source)]


async def with_size(quick: bool) -> list[Row]:
    """Time decisions under definitions of few and many states, in turn."""
    source, found, at = SOURCE.format("size"), [], {}
    sizes = (10, 100) if quick else (10, 100, 300)
    async with a_ground() as ground:
        await ground.start_worker()
        by = {}
        for size in sizes:
            await ground.publish(large(size))
            by[size] = Direct(ground, large(size))
            await by[size].start(f"of-{size}", {})
            await _looped(by[size], f"of-{size}", 4)
        taken: dict[int, list[float]] = {size: [] for size in sizes}
        for _ in range(TRIED // 4):
            for size in sizes:
                taken[size] += await _looped(by[size], f"of-{size}", 4)
        for size in sizes:
            at[size] = median(taken[size])
            found.append(row(f"time of a decision under {size} states", 1_000 * at[size], "ms", source=source))
    claim = f"time of a decision under {sizes[-1]} states against {sizes[0]}"
    return [*found, row(claim, at[sizes[-1]] / at[sizes[0]], "×", source=source)]


PARTS: parts.Parts = {"memory": memory.rows, "timers": with_timers, "history": with_history, "size": with_size}


def main(given: Sequence[str]) -> None:
    """Measure what is asked for; all of it is kept in docs/proof/growth.json."""
    parts.run("growth", "What becomes slower as there is more.", PARTS, given)
