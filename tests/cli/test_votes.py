"""Votes from a terminal, against a whole Steward: what is asked, yes or no, and why not."""

import pytest

from tests.cli.stewards import Up

pytestmark = pytest.mark.server

QUESTION = """
process: question
version: 1
title: Question
number: QUE
owner: service_desk_manager
read: [agent]
start: {to: asked, by: [agent], ask: [summary]}
fields: {summary: text}
states:
  asked:
    do:
      - {approval: "Shall we {{ summary }}", id: shall, by: [agent], due: 1 day, rejected: [{go: denied}]}
      - go: granted
  granted: {final: true}
  denied: {final: true}
"""


@pytest.fixture(scope="module")
def question(steward_up: Up) -> str:
    """A question that dana and other agents may answer."""
    steward_up.publish("question", QUESTION)
    return steward_up.started("question", "summary=go")


def test_a_vote_is_given_on_what_the_record_shows(steward_up: Up, question: str) -> None:
    approval = f"{question}.1.shall.1"
    page = steward_up.run("show", question).stdout
    assert approval in page
    assert "Shall we go (votes: 1): waits for" in page
    refused = steward_up.run("vote", approval, "no")
    assert (refused.returncode, "a no needs a comment" in refused.stderr) == (1, True), refused.stderr
    voted = steward_up.run("vote", approval, "yes")
    assert voted.stdout == f"Voted yes: it is decided. {question} is granted.\n", voted.stderr


def test_a_vote_on_what_is_not_open_is_refused_with_the_reason(steward_up: Up, question: str) -> None:
    done = steward_up.run("vote", f"{question}.7.shall.1", "yes", "--comment", "Fine")
    assert (done.returncode, "nothing is written to it any more" in done.stderr) == (1, True), done.stderr


def test_a_vote_is_yes_or_no(steward_up: Up) -> None:
    done = steward_up.run("vote", "INC0000001.1.judge.1", "perhaps")
    assert (done.returncode, "is not one of 'yes'" in done.stderr) == (2, True), done.stderr
