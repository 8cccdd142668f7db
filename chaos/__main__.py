"""Runs the crash suite and says what it found: `make chaos`, `python -m chaos --minutes 60 --postgresql`."""

import argparse
import asyncio
import os
import secrets
import sys
import tempfile
from pathlib import Path

from chaos.report import print_verdict, rows, write_json
from chaos.rounds import Plan, run

MINUTES = 2.5
"""How long it is at work when nothing is said; to begin, to come to rest and to judge takes another one."""


def main(words: list[str]) -> int:
    """Run, print, and give 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="for how long there is work and killing")
    parser.add_argument("--seed", type=int, default=None, help="the same seed asks and kills in the same order")
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL of its own, which is killed, too")
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="write the figures there")
    parser.add_argument(
        "--data", type=Path, default=None, metavar="DIR", help="keep logs and databases in this new one"
    )
    given = parser.parse_args(words)
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    plan = Plan(seed, seconds=given.minutes * 60, postgresql=given.postgresql)
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="steward-chaos-") as folder:
        data = given.data or Path(folder)
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        verdict = asyncio.run(run(plan, data))
    source = " ".join(("python -m chaos", *words))
    print_verdict(verdict, source)
    if given.json is not None:
        write_json(rows(verdict, source), given.json, postgresql=given.postgresql)
    return 1 if verdict.violations else 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)  # temporalio may abort at an orderly exit
