"""What encryption costs: whole lives of errands with a codec against the same without one, in turn, in one process.

`python -m bench codec [--quick]` tells the ratio of processor time of worker and client together, and keeps it as
`docs/proof/codec.json`.
"""

import argparse
import asyncio
import base64
import os
import time
from statistics import median

from temporalio.client import Client

from bench.carrying import OURS, carrier
from bench.ground import Ground, a_ground
from bench.lifecycles import Ours, live
from bench.proving import Row, keep, made_on, row
from workflows.codec import Codec, encrypting

SOURCE = "python -m bench codec"
LIVES, ROUNDS = 10, 8
FEW, SHORT = 2, 2


def main(given: list[str]) -> None:
    """Measure, print and keep."""
    asked = argparse.ArgumentParser(prog="bench codec", description=__doc__)
    asked.add_argument("--quick", action="store_true", help="few lives, and nothing is kept")
    quick = asked.parse_args(given).quick
    rows = asyncio.run(measured(*((FEW, SHORT) if quick else (LIVES, ROUNDS))))
    for each in rows:
        print(f"{each.claim}: {each.measured} {each.unit}")
    if not quick:
        print(keep("codec", rows, made_on("sqlite")))


async def measured(lives: int, rounds: int) -> list[Row]:
    """Let so many errands live on each ground in every round, the first round not counted."""
    key = base64.urlsafe_b64encode(os.urandom(32)).decode()
    async with a_ground() as plain, a_ground() as sealed:
        codec = encrypting(Codec(lambda: [key]))
        sealed.temporal = Client(sealed.temporal.service_client, data_converter=codec)
        taken: dict[bool, list[float]] = {False: [], True: []}
        workers = (carrier(each.temporal, each.database, OURS) for each in (plain, sealed))
        async with next(workers), next(workers):
            for _ in range(rounds + 1):
                for encrypted, ground in ((True, sealed), (False, plain)):
                    taken[encrypted].append(await _spent(ground, lives))
    with_it, without = (median(taken[each][1:]) / lives for each in (True, False))
    return [
        row("processor time of a whole life with encryption, against none", with_it / without, "×", source=SOURCE),
        row("processor time of a whole life with encryption, worker and client", 1000 * with_it, "ms", source=SOURCE),
    ]


async def _spent(ground: Ground, lives: int) -> float:
    """Give the seconds of processor time of so many lives, one after the other."""
    by, began = Ours(ground), time.process_time()
    for _ in range(lives):
        await live(ground, by, {})
    return time.process_time() - began
