"""Webhooks from a terminal: made, shown, paused, tested, and what came of it."""

import json

import pytest

from tests.cli.stewards import Up

pytestmark = pytest.mark.server

URL = "https://127.0.0.1:9/hook"


@pytest.fixture(scope="module")
def webhook(steward_up: Up) -> str:
    """A webhook that leads to an address that may not be reached."""
    done = steward_up.run(
        "webhook", "create", URL, "--process", "incident", "--type", "steward.record.withdraw", "--json"
    )
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["secret"].startswith("whsec_")
    return str(made["id"])


def test_a_webhook_is_listed_shown_paused_and_resumed(steward_up: Up, webhook: str) -> None:
    assert webhook in [line.split("\t")[0] for line in steward_up.run("webhook", "list").stdout.splitlines()]
    shown = steward_up.run("webhook", "show", webhook).stdout
    assert URL in shown
    assert "processes: incident" in shown
    assert "paused (paused by" in steward_up.run("webhook", "pause", webhook).stdout
    refused = steward_up.run("webhook", "ping", webhook)
    assert (refused.returncode, "resume it first" in refused.stderr) == (1, True)
    assert json.loads(steward_up.run("webhook", "resume", webhook, "--json").stdout)["active"]


def test_a_test_is_sent_and_logged_and_sent_again(steward_up: Up, webhook: str) -> None:
    sent = json.loads(steward_up.run("webhook", "ping", webhook, "--json").stdout)[0]
    rows = [line.split("\t") for line in steward_up.run("webhook", "deliveries", webhook).stdout.splitlines()]
    assert [row[0] for row in rows] == [sent["id"]]
    assert rows[0][4].startswith("steward.webhook.ping")
    again = steward_up.run("webhook", "redeliver", webhook, sent["id"])
    assert (again.returncode, again.stdout.split("\t")[0]) == (0, sent["id"])


def test_secrets_are_shown_once_and_a_webhook_is_taken_away(steward_up: Up) -> None:
    made = steward_up.run("webhook", "create", URL, "--description", "Chat")
    assert made.stdout.startswith("whsec_")
    name = made.stderr.split()[1]
    rotated = steward_up.run("webhook", "rotate", name).stdout
    assert rotated.startswith("whsec_")
    assert rotated != made.stdout
    assert "whsec_" not in steward_up.run("webhook", "show", name, "--json").stdout
    assert steward_up.run("webhook", "remove", name).returncode == 0
    gone = steward_up.run("webhook", "show", name)
    assert (gone.returncode, "There is no webhook" in gone.stderr) == (1, True)


@pytest.mark.parametrize("url", ["ftp://example.org", "nothing"])
def test_what_is_no_address_is_refused(steward_up: Up, url: str) -> None:
    refused = steward_up.run("webhook", "create", url)
    assert (refused.returncode, "url" in refused.stderr) == (1, True)
