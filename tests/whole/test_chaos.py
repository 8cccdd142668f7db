"""A short round of the crash suite, with every kind of kill on the embedded servers: no promise is broken."""

from collections import Counter
from pathlib import Path

import pytest

from chaos.evidence import Outcome
from chaos.rounds import Plan, run

pytestmark = pytest.mark.server
ROUND = Plan(seed=9, commands=12, kills=3, jumps=2, kills_of_jumps=0, hands=3, workers=1, badly=0.1, together=0.0)


async def test_nothing_is_lost_or_doubled_while_worker_api_and_temporal_are_killed(
    shipped_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    verdict = await run(ROUND, tmp_path / "data", shipped_file)
    assert verdict.violations == ()
    seen = verdict.evidence
    assert {stop.what for stop in seen.stops} == {"worker", "api", "temporal"}
    outcomes = Counter(each.outcome for each in seen.sent)
    assert outcomes[Outcome.UNKNOWN] == 0
    assert outcomes[Outcome.ACCEPTED] >= ROUND.kills
