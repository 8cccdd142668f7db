"""Debian's own Alertmanager posts to a whole Steward: alerts become one incident, repeats count, the end heals."""

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.stewards import Up, up, wait_for
from tests.temporal import free_port

pytestmark = [pytest.mark.server, pytest.mark.alertmanager]

CONFIGURATION = """
route: {{receiver: steward, group_by: [service], group_wait: 1s, group_interval: 1s, repeat_interval: 1s}}
receivers:
  - name: steward
    webhook_configs:
      - url: {url}/api/v1/intake/alertmanager
        send_resolved: true
        http_config: {{authorization: {{credentials: {secret}}}}}
"""


@pytest.fixture
def steward(tmp_path: Path) -> Iterator[Up]:
    """A whole Steward, as `steward up` starts it."""
    with up(tmp_path / "data") as running:
        yield running


@pytest.fixture
def alertmanager(steward: Up, tmp_path: Path) -> Iterator[str]:
    """An Alertmanager whose receiver is that Steward; its address."""
    made = json.loads(steward.run("token", "create", "alertmanager", "--person", "monitoring", "--json").stdout)
    port = free_port()
    (tmp_path / "alertmanager.yml").write_text(CONFIGURATION.format(url=steward.note["api"], secret=made["secret"]))
    command = ["prometheus-alertmanager", f"--config.file={tmp_path / 'alertmanager.yml'}"]
    command += [f"--storage.path={tmp_path / 'alerts'}", f"--web.listen-address=127.0.0.1:{port}"]
    with (tmp_path / "alertmanager.log").open("wb") as log:
        process = subprocess.Popen([*command, "--cluster.listen-address="], stdout=log, stderr=log)
    yield f"http://127.0.0.1:{port}/api/v2"
    process.kill()
    process.wait()


def test_an_alert_counts_repeats_and_becomes_an_incident_that_heals(steward: Up, alertmanager: str) -> None:
    fire(alertmanager, "MailDown", "critical")
    wait_for(lambda: listed(steward, "incident"))
    fire(alertmanager, "QueueFull", "critical")
    wait_for(lambda: shown(steward, "alert")["fields"]["alert_count"] == "2")
    wait_for(lambda: shown(steward, "incident")["fields"]["group"]["id"] == "mail_team")
    incident = shown(steward, "incident")
    assert incident["fields"]["priority"] == "P1"
    assert incident["targets"]["response"]["status"] == "running"
    fire(alertmanager, "MailDown", "critical", over=True)
    fire(alertmanager, "QueueFull", "critical", over=True)
    wait_for(lambda: shown(steward, "incident")["state"] == "resolved")
    assert int(shown(steward, "alert")["fields"]["repeats"]) >= 1
    assert [len(listed(steward, process)) for process in ("alert", "incident")] == [1, 1]


def fire(alertmanager: str, name: str, severity: str, *, over: bool = False) -> None:
    """Let an alert of the mail service fire, or end."""
    alert = {
        "labels": {"alertname": name, "service": "mail", "severity": severity},
        "annotations": {"summary": f"{name} on mail", "description": "Seen by a probe"},
        "startsAt": "2026-01-01T00:00:00Z",
        **({"endsAt": "2026-01-01T01:00:00Z"} if over else {}),
    }
    request = urllib.request.Request(
        f"{alertmanager}/alerts", json.dumps([alert]).encode(), {"Content-Type": "application/json"}
    )
    wait_for(lambda: posted(request))


def posted(request: urllib.request.Request) -> bool:
    """Send it; False while Alertmanager does not listen yet."""
    try:
        with urllib.request.urlopen(request, timeout=5):
            return True
    except OSError:
        return False


def listed(steward: Up, process: str) -> list[Any]:
    """List the records of a process."""
    done = steward.run("list", f"process={process}", "--json")
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


def shown(steward: Up, process: str) -> dict[str, Any]:
    """Show the first record of a process as JSON."""
    return steward.shown(listed(steward, process)[0]["id"])
