"""Votes from a terminal, against a whole Steward: yes or no, and why not."""

import pytest

from tests.cli.stewards import Up

pytestmark = pytest.mark.server

GIVEN = ("summary=Mail is down", "caller=carla", "service=mail")


def test_a_vote_on_what_is_not_open_is_refused_with_the_reason(steward_up: Up) -> None:
    incident = steward_up.run("start", "incident", *GIVEN).stdout.strip()
    done = steward_up.run("vote", f"{incident}.1.judge.1", "yes", "--comment", "Fine")
    assert (done.returncode, "this approval is not open" in done.stderr) == (1, True), done.stderr


def test_a_vote_is_yes_or_no(steward_up: Up) -> None:
    done = steward_up.run("vote", "INC0000001.1.judge.1", "perhaps")
    assert (done.returncode, "'yes', 'no'" in done.stderr) == (2, True), done.stderr
