"""One run of the crash suite: people at work, kills, jumps of time, quiet, evidence, and the verdict over it."""

import asyncio
import time
from pathlib import Path
from random import Random
from typing import NamedTuple

from chaos.commands import Sender
from chaos.evidence import Evidence
from chaos.fleet import Fleet, fleet
from chaos.gathering import gathered, settled
from chaos.jumping import jumped
from chaos.killing import Killer
from chaos.oracle import Violation, violations
from chaos.people import Work, work

QUIET_WITHIN = 240.0
"""Seconds after the last kill within which everything must have come to rest."""


class Plan(NamedTuple):
    """How much is done: for so many seconds (None: does not matter), and at least so many commands and kills.

    `hands` work side by side; `badly` is the share of mails and calls that meet with something bad, `together`
    that of kills that take a second thing along.
    """

    seed: int
    seconds: float | None = None
    commands: int = 0
    kills: int = 0
    jumps: int = 12
    kills_of_jumps: int = 3
    hands: int = 6
    workers: int = 2
    badly: float = 0.2
    together: float = 0.2
    postgresql: bool = False


class Verdict(NamedTuple):
    """What was found; `seconds` is how long it took until the last command, `met` how often others behaved badly."""

    plan: Plan
    evidence: Evidence
    violations: tuple[Violation, ...]
    duplicates: int
    jumps: int
    badly: int
    seconds: float


async def run(plan: Plan, data: Path, prepared: Path | None = None) -> Verdict:
    """Run everything in an empty directory; the same seed asks and kills in the same order."""
    how = fleet(data, plan.seed, workers=plan.workers, badly=plan.badly, postgresql=plan.postgresql, prepared=prepared)
    async with how as running:
        random = Random(plan.seed)
        sender = Sender(running.api, running.secrets, random)
        try:
            return await _run(plan, running, sender, random)
        finally:
            await sender.close()


async def _run(plan: Plan, running: Fleet, sender: Sender, random: Random) -> Verdict:
    people, began = Work(sender, random), time.monotonic()
    await people.prepare()
    probe = await people.start("sofia", "cab_meeting", {}, plain=True) or ""
    killer = Killer(running, sender, random, probe, plan.together)

    def goes_on() -> bool:
        in_time = plan.seconds is not None and time.monotonic() - began < plan.seconds
        return in_time or len(sender.sent) < plan.commands

    def kills_on() -> bool:
        return goes_on() or len(killer.stops) < plan.kills

    async with asyncio.TaskGroup() as group:
        group.create_task(work(people, plan.hands, kills_on))
        group.create_task(killer.kill(kills_on))
    seconds = time.monotonic() - began
    await running.until_ready()
    running.mail.moods.kind = running.other.mood.kind = True
    await settled(running, QUIET_WITHIN)
    ahead, stops = await jumped(running, random, plan.jumps, plan.kills_of_jumps)
    await settled(running, QUIET_WITHIN)
    evidence = await gathered(running, sender, people, [*killer.stops, *stops], ahead)
    met = running.mail.moods.met + running.other.mood.met
    badly = sum(count for mood, count in met.items() if mood != "well")
    return Verdict(plan, evidence, violations(evidence), sender.duplicates, len(ahead), badly, seconds)
