"""`steward up`: one group of programs on one data directory, from its start to every kind of end."""

import asyncio
import os
import re
import signal
import socket
import stat
from pathlib import Path

import httpx2
import pytest

from cli import embedded
from cli.anew import begins_anew
from settings import settings
from tests.cli.stewards import Up, is_alive, steward, up, wait_for

pytestmark = pytest.mark.server

GIVEN = ("summary=Mail is down", "caller=carla", "service=mail")


def test_the_card_says_where_everything_is(steward_up: Up) -> None:
    said = steward_up.said.read_text()
    note = steward_up.note
    for place in (note["api"], note["temporal"], str(steward_up.data), "incident 1", "(of dana, administrator)"):
        assert place in said


def test_the_command_on_the_card_works_as_it_is_written(steward_up: Up) -> None:
    [command] = re.findall(r"start (incident .*)", steward_up.said.read_text())
    words = command.replace("'", "").replace("Something is wrong", "Something_is_wrong").split()
    assert steward_up.run("start", *words).returncode == 0


def test_a_link_signs_whom_it_names_in_at_the_portal(steward_up: Up) -> None:
    assert f"{steward_up.note['api']}/sign-in/" in steward_up.said.read_text()
    link = steward_up.run("sign-in", "tomasz").stdout.strip()
    with httpx2.Client(trust_env=False, follow_redirects=True) as http:
        page = http.post(link, headers={"Origin": steward_up.note["api"]})
    assert (page.status_code, page.url.path, "Tomasz" in page.text) == (200, "/work", True)


def test_the_data_directory_and_the_token_are_their_owners_alone(steward_up: Up) -> None:
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (steward_up.data, steward_up.data / "token")]
    assert modes == [0o700, 0o600]


def test_only_this_machine_reaches_the_temporal_server(steward_up: Up) -> None:
    assert steward_up.note["temporal"].startswith("127.0.0.1:")


def test_a_second_one_on_the_same_data_is_refused_with_the_reason(steward_up: Up) -> None:
    done = steward("up", "--port", "0", "--data", str(steward_up.data))
    assert done.returncode == 1
    assert f"process {steward_up.process.pid}" in done.stderr


def test_a_port_that_is_taken_is_said(steward_up: Up, tmp_path: Path) -> None:
    port = steward_up.note["api"].rpartition(":")[2]
    done = steward("up", "--port", port, "--data", str(tmp_path / "data"))
    assert (done.returncode, f"port {port} is taken" in done.stderr) == (3, True)


@pytest.mark.parametrize("verb", ["worker", "api"])
def test_a_program_that_dies_is_started_again(steward_up: Up, verb: str) -> None:
    before = steward_up.child(verb)
    assert before is not None
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: steward_up.child(verb) not in (None, before))
    wait_for(lambda: steward_up.run("start", "incident", *GIVEN).returncode == 0)
    assert f"{verb} was killed (SIGKILL). Starting it again" in steward_up.said.read_text()


def test_it_stops_in_order_leaves_nothing_and_goes_on_where_it_was(tmp_path: Path) -> None:
    with up(tmp_path / "data") as first:
        record = first.started("incident", *GIVEN)
        children, note = first.children, first.note
        assert len(children) == 4
        assert first.stop() == 0
    assert not any(is_alive(child) for child in children)
    for address in (note["api"].removeprefix("http://"), note["temporal"]):
        host, _, port = address.rpartition(":")
        with socket.socket() as probe:
            assert probe.connect_ex((host, int(port))) != 0
    with up(tmp_path / "data", "--workers", "2") as second:
        done = second.run("act", record, "assign", "assignee=jonas")
        assert (done.returncode, "is assigned" in done.stdout) == (0, True), done.stderr
        children = second.children
        assert (len(children), (second.data / "logs" / "worker-2.log").exists()) == (5, True)
        second.kill()
        wait_for(lambda: not any(is_alive(child) for child in children))


def test_a_file_of_another_server_version_is_refused_with_the_remedy(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "temporal.db").touch()
    (data / "temporal.version").write_text("temporal version 0.9\n")
    done = steward("up", "--port", "0", "--data", str(data))
    assert done.returncode == 1
    assert "STEWARD_TEMPORAL_CLI" in done.stderr
    assert "steward up --recover" in done.stderr


def test_with_recover_such_a_file_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / "temporal.db").write_text("old")
    (tmp_path / "temporal.version").write_text("temporal version 0.9\n")
    program = embedded.program_path(None)
    assert asyncio.run(embedded.stamp(program, tmp_path, anew=True))
    assert (tmp_path / "temporal.db.old").read_text() == "old"
    assert not (tmp_path / "temporal.db").exists()


def test_open_records_go_on_when_the_file_of_temporal_is_gone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with up(data) as first:
        record = first.started("incident", *GIVEN)
        assert first.stop() == 0
    for file in data.glob("temporal.db*"):
        file.unlink()
    with up(data) as second:
        assert "1 open records go on from what the database has of them" in second.said.read_text()
        done = second.run("act", record, "assign", "assignee=jonas")
        assert (done.returncode, "is assigned" in done.stdout) == (0, True), done.stderr
        assert second.run("audit", "verify").returncode == 0
        assert not (data / "temporal.anew").exists()


def test_a_database_that_may_be_of_another_temporal_is_left_alone(tmp_path: Path) -> None:
    url = "postgresql://steward@db/steward"
    assert begins_anew(settings(data=tmp_path, database_url=url), ran_before=False)
    assert (tmp_path / "temporal.anew").read_text() == "unknown\n"
    (tmp_path / "temporal.db").touch()
    assert begins_anew(settings(data=tmp_path, database_url=url), ran_before=True)
    assert (tmp_path / "temporal.anew").read_text() == "unknown\n"


def test_with_strict_it_does_not_start_with_definitions_that_are_refused(tmp_path: Path) -> None:
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "wrong.yaml").write_text("process: wrong\n")
    (tmp_path / "definitions" / "organisation").mkdir()
    ways_in = "events: {came: {type: com.example.came, process: wrog, event: it.came}}\n"
    (tmp_path / "definitions" / "organisation" / "events.yaml").write_text(ways_in)
    given = ("--definitions", str(tmp_path / "definitions"), "--strict")
    done = steward("up", "--port", "0", "--data", str(tmp_path / "data"), *given)
    assert done.returncode == 1
    assert "wrong.yaml is not taken" in done.stderr
    assert 'events.yaml:1:50 unknown-process: no process named "wrog"' in done.stderr


def test_a_server_that_does_not_start_is_shown_with_the_end_of_its_log(tmp_path: Path) -> None:
    program = tmp_path / "temporal"
    program.write_text('#!/bin/sh\ntest "$1" = --version || { echo no room left >&2; exit 4; }\n')
    program.chmod(0o755)
    done = steward("up", "--port", "0", "--data", str(tmp_path / "data"), STEWARD_TEMPORAL_CLI=str(program))
    assert done.returncode == 3
    assert "no room left" in done.stderr


@pytest.mark.parametrize("verb", ["worker", "api"])
def test_worker_and_api_alone_say_which_temporal_server_they_miss(verb: str, tmp_path: Path) -> None:
    done = steward(verb, STEWARD_DATA=str(tmp_path), STEWARD_TEMPORAL_ADDRESS="127.0.0.1:1")
    assert done.returncode == 3
    assert "no Temporal server answers at 127.0.0.1:1" in done.stderr
