"""The worker's loops: one that fails is begun again, and ends nothing else."""

import asyncio

import pytest
from structlog.testing import capture_logs

import worker


class Failing:
    """A loop that fails so many times, and is then told to stop."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.begun = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Fail, or have the work end."""
        self.begun += 1
        if self.begun <= self.failures:
            raise ValueError(f"failure {self.begun}")
        stop.set()


@pytest.mark.parametrize("failures", [0, 1, 3])
async def test_a_loop_that_fails_is_begun_again_and_the_log_says_so(
    failures: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "AGAIN", 0.0)
    loop = Failing(failures)
    with capture_logs() as said:
        await worker.kept(loop, asyncio.Event())
    assert loop.begun == failures + 1
    told = [(each["event"], each["loop"], str(each["exc_info"])) for each in said]
    again = "a loop failed, and is begun again"
    assert told == [(again, "Failing", f"failure {number}") for number in range(1, failures + 1)]


async def test_a_loop_that_fails_when_the_work_ends_is_not_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "AGAIN", 3_600.0)
    loop, stop = Failing(1), asyncio.Event()
    told = asyncio.get_running_loop().create_future()
    monkeypatch.setattr(worker, "_tell", lambda *_: told.set_result(None))
    working = asyncio.create_task(worker.kept(loop, stop))
    await told
    stop.set()
    await working
    assert loop.begun == 1
