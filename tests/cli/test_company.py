"""The demo company's systems beside `steward up`: there out of the box, and not where people have their own."""

import json
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from cli import company
from settings import SHIPPED, settings
from tests.cli.stewards import ROOT, Up, environment, steward, wait_for


def test_they_are_wanted_only_where_the_connectors_are_those_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STEWARD_CONNECTORS", raising=False)
    monkeypatch.delenv(company.URL, raising=False)
    plain, own = settings(), settings(connectors=Path("own.yaml"))
    assert (plain.connectors, company.are_wanted(plain), company.are_wanted(own)) == (
        SHIPPED / "connectors" / "company.yaml",
        True,
        False,
    )
    monkeypatch.setenv(company.URL, "https://company.example.org")
    assert not company.are_wanted(settings())


def test_a_token_is_new_each_time_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first, second = (company.systems(tmp_path, 1).variables[company.TOKEN] for _ in range(2))
    assert (tmp_path / "company.token").read_text().strip() == second != first
    assert (tmp_path / "company.token").stat().st_mode & 0o777 == 0o600


def test_wrong_connectors_are_said_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("connectors:\n  one: {url: x}\n")
    done = steward("check", STEWARD_CONNECTORS=str(tmp_path / "own.yaml"))
    assert done.returncode == 2
    assert f"{tmp_path / 'own.yaml'}:2:9 bad-connector" in done.stderr


@pytest.mark.parametrize("words", [(), ("file", "port"), ("file", "1", "2")])
def test_they_say_how_they_are_started(words: tuple[str, ...]) -> None:
    command = [sys.executable, "-P", "-m", "demo", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment(COMPANY_TOKEN="t"), capture_output=True, check=False)
    assert (done.returncode, b"usage: COMPANY_TOKEN" in done.stderr) == (2, True)


@pytest.mark.server
def test_they_run_beside_steward_up_and_take_its_token(steward_up: Up) -> None:
    [line] = [line for line in steward_up.said.read_text().splitlines() if "Company" in line]
    token = (steward_up.data / "company.token").read_text().strip()
    headers = {"Authorization": f"Bearer {token}"}

    def listed() -> bool:
        try:
            answer = httpx2.get(f"{line.split()[1]}/accounts", headers=headers, trust_env=False)
        except httpx2.TransportError:
            return False
        return answer.status_code == 200 and json.loads(answer.text) == {"rows": []}

    wait_for(listed)
