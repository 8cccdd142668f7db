"""The corpus of recorded histories: what was decided once is decided again, by every process and every kind of step.

Each history replays from nothing, as for a worker that has no record in memory. How one is added: docs/histories.md.
"""

import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.advance import HAPPENS
from engine.record import ENGINE, Kind
from engine.steps import AT_ONCE, BEGIN
from language.reading import read_definition
from tests.workflows.house import HERE
from tests.workflows.replay import WATCHED
from tests.workflows.test_determinism import replay

CORPUS = HERE / "tests" / "histories"
SEEDS = ("0", "4242")
CHANGED = "changed"
ELSEWHERE = (Kind.WITHDRAW, Kind.MOVE)
"""Events that no scenario brings about: test_determinism.py replays moves, test_children.py has withdrawals."""
MOST = 3_000_000
"""Bytes that all histories may have."""


@pytest.fixture(scope="module")
def replays() -> Mapping[str, subprocess.CompletedProcess[str]]:
    """Replay the corpus under each hash seed, and with a rule changed: each in a process of its own."""
    with ThreadPoolExecutor() as pool:
        found = {seed: pool.submit(replay, CORPUS, seed) for seed in SEEDS}
        found[CHANGED] = pool.submit(replay, CORPUS, SEEDS[0], CHANGED)
        return {name: each.result() for name, each in found.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_history_replays(seed: str, replays: Mapping[str, subprocess.CompletedProcess[str]]) -> None:
    done = replays[seed]
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_changed_rule_is_caught(replays: Mapping[str, subprocess.CompletedProcess[str]]) -> None:
    done = replays[CHANGED]
    assert (done.returncode, "the engine decided" in done.stdout) == (1, True), done.stderr


def test_every_process_step_event_and_engine_has_a_history(
    replays: Mapping[str, subprocess.CompletedProcess[str]],
) -> None:
    sources = [file for file in HERE.glob("definitions/*.yaml") if not file.name.endswith(".test.yaml")]
    shipped = [read_definition(file.read_text("utf-8")) for file in sources]
    wanted = [
        *(f"process {each.process} {each.version}" for each in shipped),
        *(f"step {kind.__name__}" for kind in BEGIN),
        "step Go",
        *(f"at once {kind.__name__}" for kind in AT_ONCE),
        *(f"event {kind}" for kind in HAPPENS if kind not in ELSEWHERE),
        *(f"engine {number}" for number in range(1, ENGINE + 1)),
    ]
    shown = replays[SEEDS[0]].stdout.splitlines()
    assert [each for each in wanted if each not in shown] == [], "run: PYTHONPATH=. python scripts/histories.py"


def test_the_sandbox_watches_every_replay(replays: Mapping[str, subprocess.CompletedProcess[str]]) -> None:
    assert [line for line in replays[SEEDS[0]].stdout.splitlines() if "sandbox" in line] == [WATCHED]


def test_the_corpus_is_small() -> None:
    assert sum(file.stat().st_size for file in CORPUS.rglob("*.json.gz")) < MOST
