"""Words, tokens, addresses and surroundings that are not as they should be: each is said, none ends in a traceback."""

import os
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from cli.boot import boot
from cli.errors import UnreachableError, UsageError
from settings import settings
from tests.cli.stewards import COMMAND, DEFINITIONS, Done, environment, steward

NOWHERE = "http://127.0.0.1:1"
TEXT = "surrogateescape"


def as_a_process(*words: str, stdout: int, **variables: str) -> Done:
    """Run a command as a process of its own, which writes to a file descriptor."""
    given = environment(STEWARD_URL=NOWHERE, STEWARD_TOKEN="x", **variables)
    done = subprocess.run(words, env=given, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False)
    return Done(done.returncode, "", done.stderr)


@pytest.fixture
def stranger() -> Iterator[str]:
    """A web server that is no Steward: its address with `/html`, `/json` or `/broken`, which say how it answers."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kinds = {"html": ("text/html", b"<p>hello"), "json": ("application/json", b"[1]")}
            media, body = kinds.get(self.path.split("/")[1], ("application/json", b"{"))
            self.send_response(404 if media.endswith("json") else 200)
            self.send_header("Content-Type", media)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("kind", ["html", "json", "broken"])
def test_another_web_server_is_not_taken_for_steward(stranger: str, kind: str) -> None:
    done = steward("show", "INC1", STEWARD_URL=f"{stranger}/{kind}", STEWARD_TOKEN="x")
    assert (done.returncode, "not as Steward does" in done.stderr) == (3, True)


@pytest.mark.parametrize("words", [("show", ""), ("show", ".."), ("act", "INC1", "."), ("journal", "")])
def test_a_name_that_would_lead_elsewhere_is_refused(words: tuple[str, ...]) -> None:
    done = steward(*words, STEWARD_URL=NOWHERE, STEWARD_TOKEN="x")
    assert (done.returncode, "is no name" in done.stderr) == (2, True)


@pytest.mark.parametrize("word", [b"INC\xff", b"q=\xff\xfe"])
def test_words_that_are_not_utf_8_are_refused(word: bytes) -> None:
    done = steward("list", word.decode(errors=TEXT), STEWARD_URL=NOWHERE, STEWARD_TOKEN="x")
    assert (done.returncode, "is not text in UTF-8" in done.stderr) == (2, True)


@pytest.mark.parametrize("address", ["nonsense", "ftp://steward.example", "http://", "http://a:b"])
def test_an_address_that_is_none_is_said(address: str) -> None:
    done = steward("list", STEWARD_URL=address, STEWARD_TOKEN="x")
    assert (done.returncode, "STEWARD_URL=http://HOST:PORT" in done.stderr) == (2, True)


@pytest.mark.parametrize("token", ["two words", "bäd", "line\nbreak"])
def test_a_token_that_cannot_be_one_is_not_sent(token: str) -> None:
    done = steward("list", STEWARD_URL=NOWHERE, STEWARD_TOKEN=token)
    assert (done.returncode, "what STEWARD_TOKEN says is not one" in done.stderr) == (2, True)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a b"])
def test_a_spoiled_token_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "token").write_bytes(content)
    done = steward("list", STEWARD_DATA=str(tmp_path))
    assert (done.returncode, f"the token in {tmp_path / 'token'} is not one" in done.stderr) == (2, True)


@pytest.mark.parametrize("key", ["kéy", "a\nb", "→", " ", "a "])
def test_a_key_that_no_header_carries_is_refused(key: str) -> None:
    done = steward("act", "INC1", "assign", "--key", key, STEWARD_URL=NOWHERE, STEWARD_TOKEN="x")
    assert (done.returncode, "a key has letters" in done.stderr) == (2, True)


@pytest.mark.parametrize(("word", "code"), [("limit=3", 2), ("path=x", 3), ("self=x", 3), ("parameters=x", 3)])
def test_any_name_may_be_a_filter(word: str, code: int) -> None:
    assert steward("list", word, STEWARD_URL=NOWHERE, STEWARD_TOKEN="x").returncode == code


def test_only_the_variable_that_is_wrong_is_named() -> None:
    said = steward("list", STEWARD_PORT="99999").stderr
    assert ("STEWARD_PORT" in said, "STEWARD_BASE_URL" in said) == (True, False)


def test_a_full_disk_is_said() -> None:
    with Path("/dev/full").open("w") as full:
        done = as_a_process(*COMMAND, "--help", stdout=full.fileno())
    assert (done.returncode, done.stderr) == (1, "steward: not finished: [Errno 28] No space left on device\n")


def test_a_reader_who_has_gone_is_nothing_to_talk_about() -> None:
    read, write = os.pipe()
    os.close(read)
    assert as_a_process(*COMMAND, "--help", stdout=write).stderr == ""
    os.close(write)


def test_a_terminal_that_cannot_show_a_character_shows_another() -> None:
    read, write = os.pipe()
    done = as_a_process(*COMMAND, "--help", stdout=write, PYTHONIOENCODING="ascii")
    assert (done.returncode, b"steward COMMAND ?" in os.read(read, 1_000)) == (0, True)


def test_without_anywhere_to_write_it_still_ends_well() -> None:
    done = as_a_process("sh", "-c", '"$0" "$@" >&-', *COMMAND, "--help", stdout=subprocess.DEVNULL)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("inside", ["", "below"])
def test_a_data_directory_that_cannot_be_one_is_said(tmp_path: Path, inside: str) -> None:
    (tmp_path / "file").touch()
    done = steward("up", "--port", "0", "--data", str(tmp_path / "file" / inside))
    assert (done.returncode, "cannot be the data directory" in done.stderr) == (2, True)


@pytest.mark.parametrize(("host", "port"), [("300.1.1.1", "0"), ("192.0.2.1", "0"), ("192.0.2.1", "8080")])
def test_a_host_that_is_not_this_machine_is_said(tmp_path: Path, host: str, port: str) -> None:
    done = steward("up", "--host", host, "--port", port, "--data", str(tmp_path / "data"))
    assert (done.returncode, f"{host} is no address of this machine" in done.stderr) == (2, True)


def test_ctrl_c_ends_a_command_without_a_traceback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        variables = environment(STEWARD_URL=f"http://127.0.0.1:{silent.getsockname()[1]}", STEWARD_TOKEN="x")
        command = ["env", "--default-signal=INT", *COMMAND, "list"]  # whoever runs the tests may ignore it
        asking = subprocess.Popen(command, env=variables, stderr=subprocess.PIPE, text=True)
        connection, _ = silent.accept()
        connection.recv(1)  # its request: from here on it waits for the answer
        asking.send_signal(signal.SIGINT)
        _, said = asking.communicate()
        connection.close()
    assert (asking.returncode, "Traceback" in said) == (130, False)


@pytest.mark.asyncio
@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"stw_old"])
async def test_a_first_token_that_is_not_good_any_more_is_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "token").write_bytes(content)
    booted = await boot(settings(data=tmp_path, definitions=DEFINITIONS))
    assert (booted.token_of, (tmp_path / "token").read_text().startswith("stw_")) == ("dana", True)


@pytest.mark.asyncio
async def test_what_stands_in_the_way_of_the_first_token_is_said(tmp_path: Path) -> None:
    (tmp_path / "token").mkdir()
    with pytest.raises(UsageError, match="the first token cannot be kept"):
        await boot(settings(data=tmp_path, definitions=DEFINITIONS))


@pytest.mark.asyncio
async def test_a_damaged_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "steward.db").write_bytes(b"garbage" * 1_000)
    with pytest.raises(UnreachableError, match="the database cannot be read: file is not a database"):
        await boot(settings(data=tmp_path, definitions=DEFINITIONS))
