"""Everyday work from a terminal, against a whole Steward: edits, comments, tasks and faults."""

import json
import re

import pytest

from tests.cli.stewards import Up

pytestmark = pytest.mark.server

ERRAND = """
process: errand
version: 1
title: Errand
number: ERR
owner: service_desk_manager
read: [agent]
write: [agent]
start: {to: doing, by: [agent], ask: [summary]}
fields: {summary: text, found: text, size: {type: choice, options: [big, small]}}
states:
  doing:
    do:
      - {task: Look at it, id: look, for: [agent], due: 1 day, form: [found]}
      - {fail: Nobody knows how, when: size is empty}
      - {fail: Still nobody knows, when: found is filled}
      - go: done
  done: {final: true}
"""


@pytest.fixture(scope="module")
def errands(steward_up: Up) -> Up:
    """A Steward with a process of errands."""
    steward_up.publish("errand", ERRAND)
    return steward_up


def an_errand(up: Up) -> tuple[str, str]:
    """Give a record, and its task as the page names it."""
    record = up.started("errand", "summary=Buy milk")
    page = up.run("show", record).stdout
    [task] = re.findall(rf"{record}\.\S+", page)
    return record, task


def test_fields_are_written_and_emptied(errands: Up) -> None:
    record, _task = an_errand(errands)
    done = errands.run("edit", record, "summary=Buy bread", "size=small")
    assert done.stdout == f"{record} is doing.\n", done.stderr
    after = json.loads(errands.run("edit", record, "size=", "--json").stdout)
    assert (after["fields"]["summary"], after["fields"]["size"]) == ("Buy bread", None)


def test_an_edit_that_cannot_be_says_why_and_needs_something_to_write(errands: Up) -> None:
    record, _task = an_errand(errands)
    wrong = errands.run("edit", record, "size=huge")
    assert (wrong.returncode, '"huge" is not one of big, small' in wrong.stderr) == (1, True)
    assert errands.run("edit", record).returncode == 2


def test_a_comment_is_for_all_and_a_note_for_agents(errands: Up) -> None:
    record, _task = an_errand(errands)
    for words in (("On my way",), ("They never pay", "--note")):
        assert errands.run("comment", record, *words).stdout == f"{record} is doing.\n"
    journal = json.loads(errands.run("journal", record, "--json").stdout)
    said = [(line["text"], line["internal"]) for entry in journal["entries"] for line in entry["lines"]][-2:]
    assert said == [("comment: On my way", False), ("note: They never pay", True)]


def test_a_task_is_claimed_released_and_completed_by_the_name_on_the_page(errands: Up) -> None:
    record, task = an_errand(errands)
    assert errands.run("claim", task).returncode == 0
    assert "Look at it: Dana" in errands.run("show", record).stdout
    assert errands.run("release", task).returncode == 0
    lacking = errands.run("complete", task)
    assert (lacking.returncode, "found must be filled in" in lacking.stderr) == (1, True)
    assert errands.run("complete", task, "found=milk").stdout == f"{record} is doing.\n"


def test_what_stands_still_is_tried_again_and_skipped(errands: Up) -> None:
    record, task = an_errand(errands)
    errands.run("complete", task, "found=milk")
    assert "Nobody knows how" in errands.run("show", record).stdout
    assert errands.run("retry", record, "1").returncode == 0
    assert errands.run("skip", record, "2", "size=big").stdout == f"{record} is doing.\n"
    done = errands.run("skip", record, "3", "--json")
    assert (json.loads(done.stdout)["state"], json.loads(done.stdout)["fields"]["size"]) == ("done", "big")


def test_a_fault_that_is_not_there_is_said(errands: Up) -> None:
    record, _task = an_errand(errands)
    done = errands.run("retry", record, "7")
    assert (done.returncode, "Nothing stands still" in done.stderr) == (1, True)


def test_a_repeated_request_has_one_effect(errands: Up) -> None:
    record, _task = an_errand(errands)
    for _ in range(2):
        assert errands.run("comment", record, "Once", "--key", "once").returncode == 0
    assert errands.run("journal", record).stdout.count("comment: Once") == 1


def test_a_record_is_followed_for_oneself_and_for_others(errands: Up) -> None:
    record, _task = an_errand(errands)
    assert errands.run("follow", record).returncode == 0
    assert errands.run("follow", record, "jonas").returncode == 0
    page = errands.run("show", record).stdout
    assert re.findall(r"^  (dana|jonas) ", page, re.MULTILINE) == ["dana", "jonas"]
    after = json.loads(errands.run("unfollow", record, "jonas", "--json").stdout)
    assert [each["id"] for each in after["watchers"]] == ["dana"]
