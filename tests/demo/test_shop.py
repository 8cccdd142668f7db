"""The shop of the demonstration: its rings are processes, and what deploys there is what an operator would allow."""

import asyncio
import os
import subprocess
from pathlib import Path

import httpx2
import pytest

from activities.actions import Context
from activities.counters import read_counters
from activities.deploying import Deployed, Deploying, Restored
from activities.deployments import Deployments
from cli.demo_shop import MARK, RINGS, open_shop
from demo import rings
from store.database import Database
from store.migrations import migrate
from tests.cli.stewards import steward

OLD, GOOD, BAD = "4.1.0", "4.2.0", "4.3.0"


async def counted(deployments: Deployments, name: str, requests: int) -> float:
    """Wait until a ring has had so many customers, and give the share of those that it failed."""
    while True:
        found = await read_counters(deployments.health("web_shop", name))
        if found.requests >= requests:
            return found.errors / found.requests
        await asyncio.sleep(0.05)


async def test_versions_come_to_rings_and_go_back_and_a_bad_one_fails_real_customers(tmp_path: Path) -> None:
    await migrate(f"sqlite:///{tmp_path / 'steward.db'}")
    database, file = Database(f"sqlite:///{tmp_path / 'steward.db'}"), tmp_path / "deployments.yaml"
    context = Context("R1/1", "R1", "rollout", database, lambda: 0.0, lambda *_: asyncio.sleep(0, 1))
    with open_shop(tmp_path / "shop", file, OLD) as shop:
        deployments = Deployments(file, tmp_path / "locks")
        deploying = Deploying(deployments)
        before = await deploying.deploy(Deployed(service="web_shop", version=BAD, target="early"), context)
        assert (before.previous, shop.versions()) == (OLD, {"canary": OLD, "early": BAD, "all": OLD})
        assert 0.1 < await counted(deployments, "early", 10) < 0.4
        await deploying.restore(Restored(service="web_shop", target="early"), context)
        assert shop.versions() == dict.fromkeys(RINGS, OLD)
        assert await counted(deployments, "early", 10) == 0
        closed = [shop.url(name) for name in RINGS]
    for url in closed:
        with pytest.raises(httpx2.ConnectError):
            httpx2.get(url, trust_env=False)
    assert not file.exists()
    await database.close()


def test_the_good_version_takes_coupons_and_the_bad_one_does_not(tmp_path: Path) -> None:
    rings.add(tmp_path, "early", GOOD, os.getpid())
    url = f"http://127.0.0.1:{rings.read(tmp_path, 'early').port}"
    assert httpx2.get(f"{url}/?coupon=SPRING", trust_env=False).status_code == 200
    subprocess.run([*rings.command(tmp_path), "deploy", "early", BAD], check=True)
    assert [httpx2.get(url + path, trust_env=False).status_code for path in ("/", "/?coupon=SPRING")] == [200, 500]
    current = subprocess.run([*rings.command(tmp_path), "current", "early"], check=True, capture_output=True)
    rings.stop(rings.read(tmp_path, "early"))
    assert (current.stdout, rings.said(rings.read(tmp_path, "early"))) == (f"{BAD}\n".encode(), None)


def test_an_operators_own_file_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "deployments.yaml"
    file.write_text("commands: {}\n")
    with pytest.raises(Exception, match="is yours"), open_shop(tmp_path / "shop", file, OLD):
        pass
    assert file.read_text() == "commands: {}\n"
    assert MARK.startswith("#")


def test_the_demonstration_needs_a_steward(tmp_path: Path) -> None:
    done = steward("demo", "release", STEWARD_DATA=str(tmp_path))
    assert (done.returncode, "Start it in another terminal: steward up" in done.stderr) == (3, True)


@pytest.mark.parametrize("words", [[], ["/tmp", "deploy", "early"], ["/tmp", "stop"]])
def test_the_command_says_how_it_is_called(words: list[str]) -> None:
    assert rings.main(words) == 2
