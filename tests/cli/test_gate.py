"""A gate for pipelines and the watch of a record, against a whole Steward, and across a server that goes away."""

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.cli.stewards import COMMAND, Done, Up, environment, steward

QUESTION = """
process: petition
version: 1
title: Petition
number: PET
owner: service_desk_manager
read: [agent]
start: {to: asked, by: [agent], ask: [summary]}
fields: {summary: text}
states:
  asked:
    do:
      - {approval: "Shall we {{ summary }}", id: shall, by: [created_by], due: 1 day, rejected: [{go: denied}]}
      - go: granted
  granted: {transitions: {carry_out: {to: done, by: [agent]}}}
  denied: {final: true}
  done: {final: true}
"""
NOBODY_ANSWERS = {"title": "Busy", "status": 503, "detail": "no worker", "type": "about:blank"}


@pytest.fixture(scope="module")
def petitions(steward_up: Up) -> Up:
    steward_up.publish("petition", QUESTION)
    return steward_up


def as_a_process(running: Up, *words: str) -> Done:
    """Run a command in a process of its own: what this process writes meanwhile is another's."""
    variables = environment(STEWARD_DATA=str(running.data))
    done = subprocess.run([*COMMAND, *words], env=variables, capture_output=True, text=True, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.mark.server
def test_a_gate_opens_with_the_vote_that_decides(petitions: Up) -> None:
    record, ended = petitions.started("petition", "summary=go"), list[Done]()
    waiting = threading.Thread(target=lambda: ended.append(as_a_process(petitions, "gate", record, "--timeout", "2m")))
    waiting.start()
    assert petitions.run("vote", f"{record}.1.shall.1", "yes").returncode == 0
    waiting.join()
    (done,) = ended
    assert (done.returncode, done.stdout) == (0, f"{record} passed: approval “Shall we go” approved (yes 1, no 0)\n")
    named = petitions.run("gate", record, "--until", "granted", "--json")
    verdict = {"record": record, "state": "granted", "verdict": "passed", "why": "it is granted"}
    assert (named.returncode, json.loads(named.stdout)) == (0, verdict)


@pytest.mark.server
def test_a_gate_says_no_in_time_and_names_states_that_are_not_there(petitions: Up) -> None:
    record = petitions.started("petition", "summary=stop")
    late = petitions.run("gate", record, "--timeout", "1s")
    assert (late.returncode, "was not decided within 1s: it is asked and waits for a vote of" in late.stderr) == (
        4,
        True,
    )
    typo = petitions.run("gate", record, "--until", "grantd")
    assert (typo.returncode, 'no state "grantd". Did you mean "granted"?' in typo.stderr) == (2, True), typo.stderr
    assert petitions.run("vote", f"{record}.1.shall.1", "no", "--comment", "Never").returncode == 0
    refused = petitions.run("gate", record, "--timeout", "2m")
    assert (refused.returncode, "is refused: approval “Shall we stop” rejected" in refused.stderr) == (1, True)


@pytest.mark.server
def test_a_watch_tells_all_that_happens_until_the_record_has_ended(petitions: Up) -> None:
    record = petitions.started("petition", "summary=look")
    for words in (("vote", f"{record}.1.shall.1", "yes"), ("act", record, "carry_out")):
        assert petitions.run(*words).returncode == 0
    lines = [line.split("\t") for line in petitions.run("watch", record).stdout.splitlines()]
    assert "started in asked" in [line[2] for line in lines]
    assert "carry_out: granted → done" in [line[2] for line in lines]
    entries = [json.loads(line) for line in petitions.run("watch", record, "--json").stdout.splitlines()]
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))


@pytest.fixture
def shaky() -> Iterator[str]:
    """An API that knows one record, goes away at the first long poll, and has it ended when it is back."""
    asked: list[str] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            polls = [path for path in asked if "wait=" in path]
            away, seq = "wait=" in self.path and len(polls) == 1, min(len(polls), 2)
            entries = [_entry(each) for each in range(1, seq + 1)]
            record = {
                "id": "PET1",
                "seq": seq,
                "state": "done",
                "final": seq == 2,
                "approvals": [],
                "process": "petition",
            }
            body = NOBODY_ANSWERS if away else {"entries": entries} if "journal" in self.path else record
            self.send_response(503 if away else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _entry(seq: int) -> dict[str, object]:
    line = {"what": "comment", "name": "", "text": f"line {seq}", "data": {}, "internal": False}
    return {"seq": seq, "at": "2026-03-03T09:00:00Z", "kind": "tick", "actor": None, "lines": [line]}


def test_a_watch_goes_on_where_it_was_when_the_server_is_back(shaky: str) -> None:
    done = steward("watch", "PET1", STEWARD_URL=shaky, STEWARD_TOKEN="x")
    assert [line.split("\t")[1:] for line in done.stdout.splitlines()] == [["time", "line 1"], ["time", "line 2"]]
    assert (done.returncode, "Trying again" in done.stderr) == (0, True)


@pytest.mark.parametrize("timeout", ["30", "-1s", "0s", "1w", "half an hour"])
def test_a_time_that_is_none_is_refused_before_anything_is_asked(timeout: str) -> None:
    done = steward("gate", "PET1", f"--timeout={timeout}", STEWARD_URL="http://127.0.0.1:1", STEWARD_TOKEN="x")
    assert (done.returncode, "is no time to wait" in done.stderr) == (2, True)


@pytest.mark.parametrize("verb", ["watch", "gate"])
def test_a_server_that_never_answered_is_not_waited_for(verb: str) -> None:
    done = steward(verb, "PET1", STEWARD_URL="http://127.0.0.1:1", STEWARD_TOKEN="x")
    assert (done.returncode, "steward up" in done.stderr) == (3, True)
