"""Whole lives and single decisions, ours against the workflow written by hand, in turn; and what histories hold."""

from itertools import pairwise
from statistics import median

from sqlalchemy import Connection, func, select

from bench.carrying import BY_HAND, OURS, UNWATCHED
from bench.ground import Ground, a_ground
from bench.lifecycles import ByHand, Ours, Run, Taken, carried, events, live
from bench.proving import Row, row
from store.tables import (
    approval,
    approval_seat,
    journal,
    outbox,
    record_move,
    record_reader,
    record_reliance,
    record_value,
)

SOURCE = "python -m bench performance by-hand"
AT_ONCE = 20
KINDS = (OURS, BY_HAND)
LEAST, MOST = 0.95, 1.05


async def rows(quick: bool) -> list[Row]:
    """Measure on a ground of its own."""
    async with a_ground() as ground:
        for kind in KINDS:
            await ground.start_worker(kind)
        both: dict[str, Ours | ByHand] = {OURS: Ours(ground), BY_HAND: ByHand(ground)}
        found = await _histories(ground, both)
        for by in both.values():
            await carried(ground, by, 2 if quick else 10, 2, {})
        rounds = 2 if quick else 8
        for at_once, errands in ((1, 2 if quick else 10), (AT_ONCE, AT_ONCE if quick else 2 * AT_ONCE)):
            runs: dict[str, list[Run]] = {kind: [] for kind in KINDS}
            taken: dict[str, Taken] = {kind: {} for kind in KINDS}
            for number in range(rounds):
                for kind in KINDS if number % 2 else KINDS[::-1]:
                    runs[kind].append(await carried(ground, both[kind], errands, at_once, taken[kind]))
            found += _throughput(runs, at_once)
            if at_once == 1:
                found += _latency(taken)
        return [*found, await _unwatched(ground, both[OURS], rounds)]


async def _unwatched(ground: Ground, ours: Ours | ByHand, rounds: int) -> Row:
    """Compare with the same written by hand where it does without the SDK's sandbox, too."""
    ground.stop_worker(BY_HAND)
    await ground.start_worker(UNWATCHED)
    by_hand = ByHand(ground, UNWATCHED)
    await carried(ground, by_hand, 10, 2, {})
    runs: list[list[Run]] = [[], []]
    for number in range(rounds):
        for place in (0, 1) if number % 2 else (1, 0):
            runs[place].append(await carried(ground, (ours, by_hand)[place], 2 * AT_ONCE, AT_ONCE, {}))
    ratio = median(other.seconds / mine.seconds for mine, other in zip(*runs, strict=True))
    claim = f"whole lives in a time against by hand without the SDK's sandbox, {AT_ONCE} at once"
    return row(claim, ratio, "×", source=SOURCE)


async def _histories(ground: Ground, both: dict[str, Ours | ByHand]) -> list[Row]:
    """Count the events of a history, exactly."""
    found, names = [], {kind: await live(ground, both[kind], {}) for kind in KINDS}
    counts = {kind: await ground.database.read(_rows_of, name) for kind, name in names.items()}
    if counts[OURS] != counts[BY_HAND]:
        raise RuntimeError(f"the two do not do the same: they leave other rows behind: {counts}")
    for kind, who in ((OURS, "of the language"), (BY_HAND, "by hand")):
        told = await events(ground, names[kind])
        each = [place for place, what in enumerate(told) if what == "workflow_execution_update_completed"]
        steps = [after - before for before, after in pairwise(each)]
        found.append(row(f"history events of a whole life, {who}", len(told), source=SOURCE))
        found.append(row(f"history events of a decision, {who}", f"{min(steps)} to {max(steps)}", source=SOURCE))
    return found


def _rows_of(connection: Connection, name: str) -> list[int]:
    """Count the rows of a record in every table that a projection writes."""
    tables = (journal, outbox, record_reader, record_value, record_move, record_reliance, approval, approval_seat)
    counted = (select(func.count()).select_from(table).where(table.c.record == name) for table in tables)
    return [connection.scalar(each) or 0 for each in counted]


def _throughput(runs: dict[str, list[Run]], at_once: int) -> list[Row]:
    rates = {kind: [each.errands / each.seconds for each in runs[kind]] for kind in KINDS}
    ratio = median(ours / by_hand for ours, by_hand in zip(rates[OURS], rates[BY_HAND], strict=True))
    how = "one at a time" if at_once == 1 else f"{at_once} at once"
    claim = f"whole lives in a time against by hand, {how}"
    return [
        row(claim, ratio, "×", goal=f"≥ {LEAST}", met=ratio >= LEAST, source=SOURCE),
        row(f"whole lives a second, {how}", median(rates[OURS]), "/s", source=SOURCE),
        *_spent(runs, how),
    ]


def _spent(runs: dict[str, list[Run]], how: str) -> list[Row]:
    """Say what the processors did: a ratio that other work on the machine hardly touches."""
    ours, by_hand = (runs[kind] for kind in KINDS)
    found = []
    for who, place in (("worker", 2), ("Temporal server", 3), ("client", 4)):
        ratio = sum(each[place] for each in ours) / sum(each[place] for each in by_hand)
        found.append(row(f"processor time of the {who} against by hand, {how}", ratio, "×", source=SOURCE))
    lives = sum(each.errands for each in ours)
    for who, place in (("worker", 2), ("Temporal server", 3)):
        spent = 1_000 * sum(each[place] for each in ours) / lives
        found.append(row(f"processor time of the {who} for a whole life, {how}", spent, "ms", source=SOURCE))
    return found


def _latency(taken: dict[str, Taken]) -> list[Row]:
    """Compare all decisions together, from the update to its answer."""
    all_of = {kind: [each for of_name in taken[kind].values() for each in of_name] for kind in KINDS}
    found = []
    for what, of in (("median", median), ("95th percentile", p95)):
        ours, by_hand = of(all_of[OURS]), of(all_of[BY_HAND])
        ratio = ours / by_hand
        claim = f"time of a decision against by hand, {what}"
        found.append(row(claim, ratio, "×", goal=f"≤ {MOST}", met=ratio <= MOST, source=SOURCE))
        found.append(row(f"time of a decision, {what}", 1_000 * ours, "ms", source=SOURCE))
    return found


def p95(taken: list[float]) -> float:
    """Give the time that all but the slowest twentieth stay within."""
    return sorted(taken)[-1 - len(taken) // 20]
