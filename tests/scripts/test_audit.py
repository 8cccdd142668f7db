"""`scripts/audit.py`: a known flaw fails the check, and what nobody could look at is never said to be clean."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scripts import audit
from tests.temporal import free_port

FLAW = {"id": "PYSEC-1", "aliases": ["CVE-2014-1402", "GHSA-x"], "fix_versions": ["2.7.2"], "description": "…"}


def said(*dependencies: object) -> str:
    """Give what pip-audit writes."""
    return json.dumps({"dependencies": dependencies, "fixes": []})


CLEAN = {"name": "flask", "version": "3", "vulns": []}
FLAWED = {"name": "jinja2", "version": "2.4.1", "vulns": [FLAW, FLAW]}
UNKNOWN = {"name": "click", "skip_reason": "not found"}


def test_a_known_flaw_fails_and_says_which_version_is_mended() -> None:
    code, lines = audit.verdict(audit.read(said(CLEAN, FLAWED)), 2)
    assert code == 1
    assert lines[0] == "jinja2 2.4.1: PYSEC-1, CVE-2014-1402; mended in 2.7.2"
    assert "make lock" in lines[1]


def test_what_the_service_does_not_know_is_said_not_to_be_audited() -> None:
    code, lines = audit.verdict(audit.read(said(CLEAN, UNKNOWN)), 2)
    assert (code, lines) == (0, ["not audited: 1 of 2 packages, of which the service knows nothing"])


def test_nothing_is_said_of_what_is_clean() -> None:
    assert audit.verdict(audit.read(said(CLEAN)), 1) == (0, [])


@pytest.mark.parametrize("answer", ["", "<html>", "[]", "{}"])
def test_an_answer_that_is_none_is_not_taken_for_clean(answer: str) -> None:
    with pytest.raises(audit.UnansweredError):
        audit.read(answer)


def test_everything_in_both_locks_is_asked_about() -> None:
    asked = [each for lock in audit.LOCKS for each in audit.pinned(lock.read_text(encoding="utf-8"))]
    assert len(asked) > 130
    assert all("==" in each and each[0].isalnum() for each in asked)


class Advisories(BaseHTTPRequestHandler):
    """Answers as the OSV interface does: of versions that it knows, which flaws they have."""

    known = (("jinja2", "2.4.1"), ("flask", "0.5"))

    def do_POST(self) -> None:
        """Tell what is known of one version."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        package, version = asked["package"], asked["version"]
        ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9.9"}]}]
        flaw = {"id": f"FLAW-{package['name']}", "affected": [{"package": package, "ranges": ranges}]}
        body = json.dumps({"vulns": [flaw]} if (package["name"], version) in self.known else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def advisories() -> Iterator[str]:
    """Run a service of advisories on loopback, and give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Advisories)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """A lock that pins a version with a flaw and one without."""
    file = tmp_path / "asked.lock"
    file.write_text("flask==0.5 \\\n    --hash=sha256:00\nclick==8.0 \\\n    --hash=sha256:00\n")
    return file


def test_a_pin_with_a_flaw_fails_when_a_service_is_really_asked(
    tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PATIENCE", audit.LONGEST)
    with advisories() as url:
        code, lines = audit.audit(tmp_path / "kept", [lock], ("-s", "osv", "--osv-url", url))
    assert (code, lines[0]) == (1, "flask 0.5: FLAW-flask; mended in 9.9")
    assert (len(lines), (tmp_path / "kept" / "clean").exists()) == (2, False)


def test_a_service_that_nobody_reaches_is_said_not_to_have_been_asked(
    tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PATIENCE", audit.LONGEST)
    service = ("-s", "osv", "--osv-url", f"http://127.0.0.1:{free_port()}")
    code, [line] = audit.audit(tmp_path / "kept", [lock], service)
    assert (code, line.startswith("not audited: "), (tmp_path / "kept" / "clean").exists()) == (0, True, False)
