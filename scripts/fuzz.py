"""Spoils what strangers send, for as long as it is told (`make fuzz`), and keeps what should not have happened.

What comes of an input that nobody had before is spoilt again. A finding goes into its corpus, where tests replay it.
"""

import hashlib
import logging
import resource
import sys
import time
from random import Random

from tests.fuzz.targets import CORPORA, TARGETS, corpus, mutated, outcome

MEMORY = 2 * 1024**3
"""Bytes that reading may need: more is a finding."""


def fuzz(name: str, seconds: float, chance: Random) -> tuple[int, list[str]]:
    """Spoil the inputs of a target; give how many were tried, and what was found."""
    pool = [file.read_bytes() for file in corpus(name)]
    seen, found, tried, until = set[tuple[str, int]](), dict[str, str](), 0, time.monotonic() + seconds
    while time.monotonic() < until:
        data = mutated(chance.choice(pool), pool, chance)
        result, tried = outcome(name, data), tried + 1
        if result.mistake and result.mistake not in found:
            file = CORPORA / name / f"found-{hashlib.sha256(data).hexdigest()[:12]}"
            file.write_bytes(data)
            found[result.mistake] = f"{file.name}: {result.mistake}"
        kind = (result.said, len(data).bit_length())
        if kind not in seen:
            seen.add(kind)
            pool.append(data)
    return tried, list(found.values())


def main() -> int:
    """Go through all targets; exit code 1 when something was found."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns() % 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    logging.disable()
    any_found = False
    for name in TARGETS:
        tried, found = fuzz(name, seconds, Random(f"{seed} {name}"))  # noqa: S311 - no secret
        print(f"{name:<12}{tried:>8} inputs in {seconds:g} s (seed {seed}): {len(found)} found", *found, sep="\n  ")
        any_found = any_found or bool(found)
    return int(any_found)


if __name__ == "__main__":
    sys.exit(main())
