"""`steward mailgate` ends as mail servers understand it: taken, refused for good, or to be tried again."""

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cli.mailgate import LARGEST
from tests.cli.stewards import Done, steward

MAIL = b"From: ann@example.org\n\nHello\n"


class Edge(HTTPServer):
    """An API that answers as it is told, and keeps what it was sent."""

    status = 200
    taken: bytes = b""
    media_type: str | None = None
    path = ""


@pytest.fixture
def edge() -> Iterator[Edge]:
    """Run one on loopback."""

    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            edge = self.server
            assert isinstance(edge, Edge)
            edge.taken = self.rfile.read(int(self.headers["Content-Length"]))
            edge.media_type, edge.path = self.headers["Content-Type"], self.path
            done = {"did": "commented", "record": "INC0000001", "because": ""}
            problem = {"title": "No", "detail": "it is not possible", "status": edge.status}
            self.send_response(edge.status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(done if edge.status == 200 else problem).encode())

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    with Edge(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def mailgate(monkeypatch: pytest.MonkeyPatch, url: str, *words: str, mail: bytes = MAIL, token: str = "x") -> Done:
    """Hand over a mail."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(mail)))
    return steward("mailgate", *words, STEWARD_URL=url, STEWARD_TOKEN=token)


def test_a_mail_is_handed_over_as_it_is(monkeypatch: pytest.MonkeyPatch, edge: Edge) -> None:
    done = mailgate(monkeypatch, f"http://127.0.0.1:{edge.server_port}", "--recipient", "desk+x@example.org")
    assert (done.returncode, done.stdout) == (0, "commented INC0000001\n")
    assert (edge.taken, edge.media_type) == (MAIL, "message/rfc822")
    assert edge.path == "/api/v1/intake/mail?recipient=desk%2Bx%40example.org"


@pytest.mark.parametrize(
    ("status", "code"), [(422, 65), (413, 65), (404, 65), (401, 75), (403, 75), (429, 75), (500, 75), (503, 75)]
)
def test_what_is_refused_for_good_goes_back_and_all_else_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, edge: Edge, status: int, code: int
) -> None:
    edge.status = status
    done = mailgate(monkeypatch, f"http://127.0.0.1:{edge.server_port}")
    assert (done.returncode, "it is not possible" in done.stderr) == (code, True)


@pytest.mark.parametrize(("url", "token"), [("http://127.0.0.1:1", "x"), ("http://127.0.0.1:1", ""), ("no", "x")])
def test_what_is_not_reached_or_not_set_up_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, url: str, token: str
) -> None:
    assert mailgate(monkeypatch, url, token=token).returncode == 75


def test_a_mail_that_is_too_large_is_not_even_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    done = mailgate(monkeypatch, "http://127.0.0.1:1", mail=b"x" * (LARGEST + 1))
    assert (done.returncode, "more than 10 MB" in done.stderr) == (65, True)
