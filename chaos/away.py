"""Nobody there at a deadline: all workers are killed before it and come back long after it; `python -m chaos.away`."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

from bench.proving import Row, row
from chaos.commands import Command, Sender
from chaos.evidence import Evidence, Outcome, Stop
from chaos.fleet import Fleet, fleet
from chaos.gathering import gathered, settled
from chaos.oracle import Violation, violations
from chaos.people import Work
from chaos.report import print_rows, write_json
from store.queries import JournalEntry, get_journal, get_record

MINUTES = 30.0
SOON = 60.0
"""Seconds from now to the deadline: enough for the start, a vote, and the mails of both."""
BEFORE = 5.0
"""Seconds before the workers come back, in which somebody votes already."""
PATIENCE = 120.0


class Returned(NamedTuple):
    """What was found when everybody was back; `late` is how long after the deadline that was, in seconds."""

    late: float
    journal: tuple[JournalEntry, ...]
    state: str
    evidence: Evidence
    violations: tuple[Violation, ...]

    def count(self, what: str) -> int:
        """Count lines of the journal."""
        return sum(line["what"] == what for entry in self.journal for line in entry.lines)

    @property
    def copies(self) -> int:
        """Count mails that came a second time."""
        return len(self.evidence.mails) - len({each.id for each in self.evidence.mails})


async def away(data: Path, minutes: float, prepared: Path | None = None) -> Returned:
    """Ask, have one vote, kill every worker until so long after the deadline, and have the others vote."""
    async with fleet(data, 1, badly=0.0, workers=1, prepared=prepared) as running:
        sender = Sender(running.api, running.secrets, Random(1))
        try:
            return await _away(running, sender, minutes)
        finally:
            await sender.close()


async def _away(running: Fleet, sender: Sender, minutes: float) -> Returned:
    people, due = Work(sender, Random(1)), time.time() + SOON
    fields = {"subject": "a new door", "deadline": datetime.fromtimestamp(due, UTC).isoformat()}
    record = await people.start("jonas", "decision", fields, plain=True)
    assert record is not None
    await _vote(sender, record, "sofia")
    await settled(running, PATIENCE)
    workers = [each for name, each in running.programs.items() if name.startswith("worker")]
    stops = [Stop("worker", time.time(), minutes * 60)]
    for each in workers:
        each.up.clear()
        each.kill()
    await asyncio.sleep(max(due + minutes * 60 - BEFORE - time.time(), 0.0))
    voting = asyncio.create_task(_vote(sender, record, "lars"))
    await asyncio.sleep(BEFORE)
    for each in workers:
        each.up.set()
    late = time.time() - due
    await voting
    await settled(running, PATIENCE)
    await _vote(sender, record, "tomasz")
    await settled(running, PATIENCE)
    evidence = await gathered(running, sender, people, stops, {})
    stored = await get_record(running.database, record)
    assert stored is not None
    journal = await get_journal(running.database, record)
    return Returned(late, journal, stored.state, evidence, violations(evidence))


async def _vote(sender: Sender, record: str, who: str) -> None:
    """Vote, again under the same key until it is answered."""
    approval = f"{record}.1.may.1"
    body = {"choice": "yes", "comment": "Because"}
    await sender.send(Command(who, f"/approvals/{approval}/vote", body, f"records/{record}/vote/1.may.1"), plain=True)


def rows(found: Returned, source: str) -> Iterator[Row]:
    """Give the figures."""
    accepted = sum(each.outcome is Outcome.ACCEPTED for each in found.evidence.sent)
    for claim, measured, wanted in (
        ("times that the deadline has acted", found.count("approval_escalated"), 1),
        ("votes that count: one from before, one sent meanwhile, one from afterwards", found.count("voted"), 3),
        ("commands accepted: the start and the votes", accepted, 4),
        ("mails that came a second time", found.copies, 0),
        ("findings of the oracle", len(found.violations), 0),
    ):
        yield row(claim, measured, goal=str(wanted), met=measured == wanted, source=source)
    yield row("how the approval ended", found.state, goal="taken", met=found.state == "taken", source=source)
    yield row("every worker was away until so long after the deadline", found.late / 60, "minutes", source=source)
    yield row("mails taken", len(found.evidence.mails), "mails", source=source)


def main(words: list[str]) -> int:
    """Run, print, and give 1 where something is not as it must be."""
    parser = argparse.ArgumentParser(prog="python -m chaos.away", description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long after the deadline workers come back")
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="write the figures there")
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="steward-away-") as folder:
        returned = asyncio.run(away(Path(folder), given.minutes))
    found = list(rows(returned, " ".join(("python -m chaos.away", *words))))
    print_rows("Nobody there at a deadline", found)
    for each in returned.violations:
        print(f"BROKEN {each.promise}: {each.where}: {each.text}")
    if given.json is not None:
        write_json(found, given.json, postgresql=False)
    return 1 if any(each.met is False for each in found) else 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)  # temporalio may abort at an orderly exit
