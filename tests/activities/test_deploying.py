"""Deployments run the operator's commands, real ones: each once, one at a time, and back again."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from activities.actions import AgainError, Context, Refusal
from activities.deploying import Before, Deployed, Deploying, Restored
from activities.deployments import Deployments
from store.database import Database
from tests.activities.servicing import operators_file
from tests.activities.story import NOON, nowhere

TO_1_1 = Deployed(service="shop", version="1.1", target="ring_1")


@pytest.fixture
def context(database: Database) -> Context:
    return Context("R1/1/new/do/0", "R1", "parcel", database, lambda: NOON, nowhere)


@pytest.fixture
def deploying(tmp_path: Path) -> Deploying:
    return Deploying(Deployments(operators_file(tmp_path), tmp_path / "locks"))


def runs(folder: Path) -> list[str]:
    file = folder / "runs"
    return file.read_text().splitlines() if file.exists() else []


async def there(path: Path) -> None:
    while not path.exists():
        await asyncio.sleep(0.02)


async def test_a_deployment_brings_the_version_and_says_what_was_there(
    deploying: Deploying, context: Context, tmp_path: Path
) -> None:
    before = await deploying.deploy(TO_1_1, context)
    assert before.previous == "1.0"
    assert (tmp_path / "version").read_text() == "1.1"
    assert before.log == "red ['LANG', 'PATH', 'STEWARD_KEY', 'STEWARD_RECORD']"


async def test_a_second_try_deploys_nothing_and_still_knows_what_was_there(
    deploying: Deploying, context: Context, tmp_path: Path
) -> None:
    await deploying.deploy(TO_1_1, context)
    assert await deploying.deploy(TO_1_1, context) == Before(previous="1.0", log="1.1 is already there")
    assert runs(tmp_path) == ["deploy 1.1 R1/1/new/do/0"]


@pytest.mark.parametrize("version", ["1.0", None])
async def test_what_was_there_is_restored_once(
    deploying: Deploying, context: Context, tmp_path: Path, version: str | None
) -> None:
    await deploying.deploy(TO_1_1, context)
    back = Restored(service="shop", target="ring_1", version=version)
    for _ in range(2):
        await deploying.restore(back, replace(context, key="R1/1/new/undo/0"))
    assert (tmp_path / "version").read_text() == "1.0"
    assert runs(tmp_path)[1:] == ["restore 1.0 R1/1/new/undo/0"]


async def test_without_a_deployment_there_is_nothing_to_restore(deploying: Deploying, context: Context) -> None:
    said = await deploying.restore(Restored(service="shop", target="ring_1"), context)
    assert said.log == "R1 has changed nothing of shop on ring_1"


async def test_a_command_that_fails_is_told_and_tried_again(
    deploying: Deploying, context: Context, tmp_path: Path
) -> None:
    (tmp_path / "broken").touch()
    with pytest.raises(AgainError, match=r"bringing 1.1 ended with exit code 3. The end of .*: red") as failed:
        await deploying.deploy(TO_1_1, context)
    assert failed.value.code == "deployment-failed"
    (tmp_path / "broken").unlink()
    (tmp_path / "version").write_text("half-way there")
    assert (await deploying.deploy(TO_1_1, context)).previous == "1.0"


async def test_where_nobody_can_tell_what_is_there_nothing_is_deployed(
    deploying: Deploying, context: Context, tmp_path: Path
) -> None:
    (tmp_path / "version").write_text("")
    with pytest.raises(AgainError, match="did not say which version is there"):
        await deploying.deploy(TO_1_1, context)
    assert runs(tmp_path) == []


@pytest.mark.parametrize(
    ("wanted", "code", "why"),
    [
        (TO_1_1.model_copy(update={"service": "mail"}), "not-allowed", "there is: shop on ring_1. An operator"),
        (TO_1_1.model_copy(update={"target": "ring_2"}), "not-allowed", 'of service "shop" on target "ring_2"'),
        *(
            (TO_1_1.model_copy(update={"version": version}), "bad-version", "is no version")
            for version in ("--force", "1.1; reboot", "../1.1", "1..1", "1.1\n", "", "1" * 101)
        ),
    ],
)
async def test_what_is_not_allowed_is_refused_for_good(
    deploying: Deploying, context: Context, wanted: Deployed, code: str, why: str
) -> None:
    with pytest.raises(Refusal, match=why) as refused:
        await deploying.deploy(wanted, context)
    assert refused.value.code == code


async def test_a_deployment_that_nobody_waits_for_is_ended_with_its_program(
    deploying: Deploying, context: Context, tmp_path: Path
) -> None:
    (tmp_path / "slow").touch()
    running = asyncio.create_task(deploying.deploy(TO_1_1, context))
    await there(tmp_path / "runs")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    (tmp_path / "slow").unlink()
    assert (await deploying.deploy(TO_1_1, context)).previous == "1.0"
    assert len(runs(tmp_path)) == 2


async def test_two_deployments_of_a_target_wait_for_each_other(
    deploying: Deploying, context: Context, tmp_path: Path
) -> None:
    (tmp_path / "slow").touch()
    first = asyncio.create_task(deploying.deploy(TO_1_1, context))
    await there(tmp_path / "runs")
    to_1_2 = TO_1_1.model_copy(update={"version": "1.2"})
    second = asyncio.create_task(deploying.deploy(to_1_2, replace(context, key="R2/1/new/do/0", record="R2")))
    (tmp_path / "slow").unlink()
    assert [(await each).previous for each in (first, second)] == ["1.0", "1.1"]
