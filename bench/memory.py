"""What an open record takes: memory of the worker that has it at hand, and bytes of the files of store and Temporal."""

from bench.direct import Direct, numbers
from bench.errand import ERRAND
from bench.ground import a_ground
from bench.proving import Row, row

SOURCE = "python -m bench growth memory"
KB = 1_024


async def rows(quick: bool) -> list[Row]:
    """Open records and look at what has grown."""
    first, more = (10, 20) if quick else (50, 300)
    async with a_ground() as ground:
        await ground.start_worker()
        records = Direct(ground, ERRAND)

        async def opened(count: int) -> None:
            for _ in range(count):
                await records.start(f"open-{next(numbers)}", {"summary": "Fetch the parcel"})

        await opened(first)
        before = ground.memory(), ground.stored(), ground.kept_by_temporal()
        await opened(more)
        after = ground.memory(), ground.stored(), ground.kept_by_temporal()
    each = [(new - old) / more / KB for old, new in zip(before, after, strict=True)]
    return [
        row("memory of the worker for an open record at hand", each[0], "kB", source=SOURCE),
        row("bytes of the store for an open record", each[1], "kB", source=SOURCE),
        row("bytes of Temporal for an open record", each[2], "kB", source=SOURCE),
    ]
