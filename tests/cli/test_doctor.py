"""What the doctor says: of a whole Steward that is well, of one that is down, and of single things that are wrong."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import doctor_here, doctor_servers
from cli.checkup import Checked, Status, fine, looked
from settings import settings
from store import findings
from store.database import Database
from store.findings import GONE, MENDED, UNWRITABLE
from store.migrations import migrate
from tests.cli.stewards import Up, steward

NOT_OURS = {"disk", "clocks"}
"""How full the disk is and how late a machine answers is nothing of this program."""


def found(done: str) -> dict[str, str]:
    return {each["what"]: each["status"] for each in json.loads(done)}


@pytest.mark.server
def test_a_steward_that_runs_is_well(steward_up: Up) -> None:
    done = steward_up.run(
        "doctor", "--json", STEWARD_URL=steward_up.note["api"], STEWARD_DEFINITIONS=str(steward_up.data)
    )
    statuses = found(done.stdout)
    expected = dict.fromkeys(set(statuses) - NOT_OURS, "fine") | {"definitions": "wrong", "mail server": "note"}
    assert {what: statuses[what] for what in expected} == expected, done.stdout
    assert done.returncode == 1


def test_with_everything_down_it_says_what_helps(tmp_path: Path) -> None:
    done = steward(
        "doctor",
        STEWARD_DATA=str(tmp_path / "none"),
        STEWARD_DEFINITIONS=str(tmp_path),
        STEWARD_TEMPORAL_ADDRESS="127.0.0.1:1",
        STEWARD_URL="http://127.0.0.1:1",
        STEWARD_PORT="0",
    )
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in done.stdout.splitlines()}
    assert rows["API"][0::2] == ["wrong", "`steward up` or `steward api` starts it; STEWARD_URL names it."]
    assert (rows["Temporal"][0], rows["worker"][0], rows["database"][0]) == ("wrong", "wrong", "note")
    assert (done.returncode, "are wrong" in done.stderr, (tmp_path / "none").exists()) == (1, True, False)


def test_what_breaks_while_it_looks_is_a_finding_and_the_rest_is_looked_at() -> None:
    def breaks(_chosen: object) -> Checked:
        raise ZeroDivisionError("no")

    assert [each[:3] for each in looked((("a", breaks), ("b", lambda _chosen: fine("good"))), settings())] == [
        ("a", Status.WRONG, "ZeroDivisionError: no"),
        ("b", Status.FINE, "good"),
    ]


def test_what_others_can_read_is_wrong(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    open_to_all = doctor_here.data_directory(settings(data=tmp_path))
    assert open_to_all[1:] == (Status.WRONG, f"{tmp_path} can be read by others (755)", f"chmod 700 {tmp_path}")
    tmp_path.chmod(0o700)
    assert doctor_here.data_directory(settings(data=tmp_path)).status is Status.FINE


@pytest.mark.parametrize(("key", "status"), [("", Status.WRONG), ("no key", Status.WRONG), (None, Status.FINE)])
def test_keys_are_looked_at_as_they_are_used(tmp_path: Path, key: str | None, status: Status) -> None:
    file = tmp_path / "keys"
    if key is None:
        assert steward("key", "add", STEWARD_SEALING_KEY_FILE=str(file)).returncode == 0
    else:
        file.write_text(key)
    assert doctor_here.sealing_keys(settings(sealing_key_file=file)).status is status


def test_a_program_that_is_not_there_is_named_with_the_remedy() -> None:
    checked = doctor_here.temporal_program(settings(temporal_cli=Path("/nowhere/temporal")))
    assert checked[1:3] == (Status.WRONG, "there is no program /nowhere/temporal")
    assert "STEWARD_TEMPORAL_CLI" in checked.remedy


@pytest.mark.parametrize(
    ("what", "status", "says"),
    [
        (GONE, Status.WRONG, ("1 open records have no workflow: INC0000001", "`steward recover`")),
        (UNWRITABLE, Status.WRONG, ("INC0000001 (no room)", "`steward rebuild`")),
        (MENDED, Status.FINE, ("1 rows were mended in 30 days: INC0000001", "")),
    ],
)
def test_what_the_reconciler_has_found_is_told(
    tmp_path: Path, what: str, status: Status, says: tuple[str, str]
) -> None:
    url = f"sqlite:///{tmp_path / 'steward.db'}"

    async def note() -> None:
        await migrate(url)
        database = Database(url)
        await findings.note(database, "INC0000001", what, "no room", 1.0)
        await database.close()

    asyncio.run(note())
    checked = doctor_servers.records(settings(database_url=url))
    assert (checked.status, says[0] in checked.found, says[1] in checked.remedy) == (status, True, True), checked


@pytest.fixture
def greeting() -> Iterator[int]:
    """A mail server that knows EHLO and QUIT, and offers nothing: its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _from = listening.accept()
            with connection, connection.makefile("rw", newline="\r\n") as lines:
                print("220 mail", file=lines, flush=True)
                for line in lines:
                    print("221 bye" if line.startswith(("QUIT", "quit")) else "250 mail", file=lines, flush=True)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(("security", "status"), [("none", Status.FINE), ("starttls", Status.WRONG)])
def test_a_mail_server_is_greeted_and_held_against_the_settings(greeting: int, security: str, status: Status) -> None:
    checked = doctor_servers.mail(settings(mail_host="127.0.0.1", mail_port=greeting, mail_security=security))
    assert checked.status is status, checked
