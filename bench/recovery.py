"""How long it takes until everything goes on: after a kill, on a database from a backup, and without Temporal's data.

`python -m bench recovery` starts a whole `steward up`, fills it with open records, does all that to it, and keeps what
it took in docs/proof/recovery.json. It takes about two minutes; `--records` says how many there are.
"""

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import httpx2

from bench.proving import Row, keep, made_on, row
from tests.cli.stewards import Up, wait_for

RECORDS = 1_000
AT_ONCE = 8
UNLIMITED = {"STEWARD_CALLS_PER_MINUTE": "1000000", "STEWARD_STARTS_PER_MINUTE": "1000000"}
GIVEN = {"summary": "The mail queue does not move", "caller": "carla", "service": "mail"}
COMMAND = "python -m bench recovery"


class House(NamedTuple):
    """A `steward up` that can be killed, and its data directory."""

    data: Path

    def up(self) -> Up:
        """Start it, and wait until it is ready."""
        (self.data / "up.json").unlink(missing_ok=True)  # of one that was killed
        return Up(self.data, **UNLIMITED)

    def backup(self) -> Path:
        """Give the copy of its database."""
        return self.data / "backup.db"

    def restore(self) -> None:
        """Put the copy in the place of the database; nothing may run."""
        for each in self.data.glob("steward.db-*"):
            each.unlink()
        shutil.copy(self.backup(), self.data / "steward.db")

    def lose_temporal(self) -> None:
        """Remove all that Temporal has kept; nothing may run."""
        for each in self.data.glob("temporal.db*"):
            each.unlink()


class Rebuilt(NamedTuple):
    """What `steward rebuild` said, and the seconds it took."""

    seconds: float
    checked: int
    remade: int
    wrong: int


def fill(running: Up, count: int) -> None:
    """Start that many records, and wait until the store has them."""
    headers = {"authorization": f"Bearer {(running.data / 'token').read_text(encoding='utf-8').strip()}"}
    with httpx2.Client(base_url=running.note["api"], headers=headers, timeout=120, trust_env=False) as http:

        def start(_number: int) -> None:
            http.post("/api/v1/processes/incident/records", json={"fields": GIVEN}).raise_for_status()

        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(start, range(count)))
        wait_for(lambda: rebuilt(running).wrong == 0)


def rebuilt(running: Up) -> Rebuilt:
    """Compare every open record with its workflow, and make its rows again."""
    began = time.perf_counter()
    done = running.run("rebuild", "--json")
    seconds = time.perf_counter() - began
    told = json.loads(done.stdout)
    checked, remade = told.pop("checked"), len(told.pop("remade"))
    return Rebuilt(seconds, checked, remade, sum(len(each) for each in told.values()))


def ready(house: House) -> tuple[Up, float]:
    """Start it; give it and the seconds until it was ready."""
    began = time.perf_counter()
    running = house.up()
    return running, time.perf_counter() - began


def measure(house: House, count: int) -> list[Row]:
    """Do everything to a house, one after the other."""
    running = house.up()
    running.stop()
    shutil.copy(house.data / "steward.db", house.backup())
    running = house.up()
    fill(running, count)
    running.kill()
    running, again = ready(house)
    compared = rebuilt(running)
    running.stop()
    house.restore()
    running = house.up()
    remade = rebuilt(running)
    running.kill()
    house.lose_temporal()
    running, recovered = ready(house)
    after = rebuilt(running)
    running.stop()
    lost = count - min(compared.checked, remade.checked, after.checked) + compared.wrong + remade.wrong + after.wrong
    return _told(count, compared, remade, again=again, recovered=recovered, lost=lost)


def _told(count: int, compared: Rebuilt, remade: Rebuilt, *, again: float, recovered: float, lost: int) -> list[Row]:
    among = f"{count:,} open records"
    return [
        row(f"`steward up` killed with {among}, then started: until it is ready", again, "s", source=COMMAND),
        row(f"`steward rebuild` compares {among} with their workflows", compared.seconds, "s", source=COMMAND),
        row(
            f"`steward rebuild` makes the rows of {remade.remade:,} records again, on a backup from before them",
            remade.seconds,
            "s",
            source=COMMAND,
        ),
        row(
            f"Temporal's data lost: `steward up` begins {among} again from the store, until it is ready",
            recovered,
            "s",
            source=COMMAND,
        ),
        row("Records that did not go on after any of it", lost, goal="0", met=lost == 0, source=COMMAND),
    ]


def main(words: Sequence[str]) -> None:
    """Measure in a directory that is gone afterwards, print, and keep the figures."""
    options = argparse.ArgumentParser("bench recovery", description="How long it takes until everything goes on.")
    options.add_argument("--records", type=int, default=RECORDS, help="how many open records there are")
    given = options.parse_args(words)
    with tempfile.TemporaryDirectory() as directory:
        house = House(Path(directory) / "data")
        rows = measure(house, given.records)
    for each in rows:
        print(f"{each.claim}: {each.measured} {each.unit}")
    if given.records == RECORDS:
        keep("recovery", rows, made_on("sqlite"))
