"""The journal's words: every line the engine writes reads as a sentence."""

import ast
from pathlib import Path

import pytest

import engine
from engine.journal import WORDS, shown, tell
from engine.record import Line
from language.calendars import ALWAYS_OPEN, Calendar

ANN, BOB = {"id": "ann", "label": "Ann Weber"}, {"id": "bob", "label": "Bob Baker"}
BERLIN = Calendar("office", "Europe/Berlin", ALWAYS_OPEN.hours, (), ((0, 3_600),))
TEN = 1772791200.0  # 2026-03-06 10:00 UTC

CLOCK = {"spent": 7_800.0, "allowed": 14_400.0}
FAILURE = {"path": "1/new/do/0", "code": "timeout", "text": "no answer"}
TASK = {"path": "1/new/do/0", "title": "Look at it"}
DAYS = [f"2026-05-0{day}" for day in range(1, 8)]

CHOSEN = {
    "move": ["goes_on", "begins_again", "stays_through"],
    "flow": ["task_withdrawn", "approval_withdrawn"],
    "talk": ["comment", "note", "reason"],
    "transitions": ["comment", "note", "reason"],
    "targets": ["target_paused", "target_met", "target_stopped"],
}
"""Kinds of line that a module of the engine chooses from when it writes one."""

MOVED = {"step": "", "again": []}
ASKED = {"title": "Authorise it", "path": "2/authorise/do/0"}
SEAT = {**BOB, "for": ANN}
LINES = [
    (Line("moved", "", {"from": 3, "to": 4, "digest": "ab"}), "moved from version 3 to version 4"),
    (Line("state_renamed", "pending", {"old": "waiting"}), "the state waiting is called pending now"),
    (Line("field_renamed", "impact", {"old": "severity"}), "the field severity is called impact now"),
    (Line("field_dropped", "colour", {"old": ANN}), "colour is a field no more; it was Ann Weber"),
    (Line("goes_on", "do of new", {**MOVED, "step": "look"}), "do of new goes on with look"),
    (Line("begins_again", "do of new", MOVED), "do of new begins again"),
    (Line("begins_again", "do of new", {**MOVED, "again": ["a.b"]}), "do of new begins again; asked again: a.b"),
    (Line("stays_through", "do of new", MOVED), "do of new is another one now, and stays done"),
    (Line("target_dropped", "fix", {"spent": 3_600.0}), "target fix is no more, after 1 hour"),
    (Line("transition", "assign", {"from": "new", "to": "assigned"}), "assign: new → assigned"),
    (Line("transition", "start", {"from": "", "to": "new"}), "started in new"),
    (Line("transition", "count", {"from": "new", "to": "new"}), "count, in new"),
    (
        Line("field", "priority", {"old": "P3", "new": "P1", "by": "table priority"}),
        "priority: P3 → P1 (table priority)",
    ),
    (Line("field", "assignee", {"old": None, "new": ANN, "by": "form"}), "assignee: empty → Ann Weber (form)"),
    (Line("comment", "", {"text": "Which {room}?"}), "comment: Which {room}?"),
    (Line("note", "", {"text": "Odd"}), "note: Odd"),
    (Line("reason", "cancel", {"text": "A test"}), "reason: A test"),
    (Line("attached", "a.txt", {"size": 1}), "attached a.txt (1 byte)"),
    (Line("attached", "a.txt", {"size": 812}), "attached a.txt (812 bytes)"),
    (Line("attached", "a.png", {"size": 52_900}), "attached a.png (52 KB)"),
    (Line("attached", "a.pdf", {"size": 3_600_000}), "attached a.pdf (3.4 MB)"),
    (
        Line("record_large", "", {"size": 130, "most": 256}),
        "the record has 130 KB, and 256 KB is the most: shorten fields, or close it",
    ),
    (Line("watched", "ann", {"label": "Ann Weber"}), "Ann Weber watches"),
    (Line("unwatched", "ann", {"label": "Ann Weber"}), "Ann Weber watches no more"),
    (Line("not_awaited", "alert_repeated"), "event alert_repeated was not awaited"),
    (Line("told", "hello", {"to": [["user", "ann", ""]]}), "told hello to ann"),
    (Line("told", "hello", {"to": [["group", "desk", "lead"]]}), "told hello to lead of desk"),
    (Line("told_nobody", "hello"), "hello was told to nobody: there is nobody to tell"),
    (Line("call_started", "parts.order", {"path": "p"}), "asked parts.order"),
    (Line("call_returned", "parts.order", {"path": "p"}), "parts.order answered"),
    (Line("call_failed", "parts.order", FAILURE), "parts.order failed: no answer (timeout)"),
    (Line("call_withdrawn", "parts.order", {"path": "p"}), "parts.order is no longer needed"),
    (Line("call_ended", "parts.order", {"path": "p"}), "parts.order ended after the record was closed"),
    (Line("call_stopped", "parts.order", {"path": "p"}), "parts.order, which is no longer needed, has ended"),
    (Line("block_started", "authority"), "block authority began"),
    (Line("block_through", "authority"), "block authority is through"),
    (Line("block_stopped", "authority"), "block authority stopped"),
    (Line("rollback_started", "implement", {"count": 0}), "rolling back implement: no steps to undo"),
    (Line("rollback_started", "implement", {"count": 1}), "rolling back implement: 1 step to undo"),
    (Line("rollback_started", "implement", {"count": 3}), "rolling back implement: 3 steps to undo"),
    (Line("undo_started", "deploy"), "undoing deploy"),
    (Line("undone", "deploy"), "deploy undone"),
    (Line("rolled_back", "implement"), "implement rolled back"),
    (Line("late_result", "1/new/do/0"), "an answer came too late and was ignored (1/new/do/0)"),
    (
        Line("not_overwritten", "group", {"by": "routing.suggest_group"}),
        "group stays as a person wrote it meanwhile, not as routing.suggest_group gave it",
    ),
    (
        Line("not_computed", "group", {"because": 'there is no group "x"'}),
        'group could not be kept up to date and is empty: there is no group "x"',
    ),
    (Line("step_failed", "1/new/do/0", FAILURE), "step 1/new/do/0 failed: no answer"),
    (Line("fault", "1", FAILURE), "fault 1: no answer"),
    (Line("fault_cleared", "1", {"how": "retried"}), "fault 1 retried"),
    (
        Line("task_opened", "look", {**TASK, "seats": [ANN, BOB], "due": TEN}),
        "task “Look at it” given to Ann Weber, Bob Baker, due 2026-03-06 11:00",
    ),
    (Line("task_opened", "", {**TASK, "seats": [ANN], "due": None}), "task “Look at it” given to Ann Weber"),
    (Line("task_claimed", "look", TASK), "task “Look at it” claimed"),
    (Line("task_released", "look", TASK), "task “Look at it” released"),
    (
        Line("task_completed", "look", {**TASK, "filled_in": {"result": "ok"}}),
        "task “Look at it” completed: result: ok",
    ),
    (Line("task_completed", "look", {**TASK, "filled_in": {}}), "task “Look at it” completed"),
    (
        Line("task_completed", "look", {**TASK, "filled_in": {"n": "2"}, "for": {"id": "ann", "label": "Ann Archer"}}),
        "task “Look at it” completed on behalf of Ann Archer: n: 2",
    ),
    (Line("task_overdue", "look", TASK), "task “Look at it” is overdue"),
    (Line("task_escalated", "look", {"path": "p", "seats": [BOB]}), "task escalated to Bob Baker"),
    (Line("task_withdrawn", "look", TASK), "task “Look at it” withdrawn"),
    (Line("target_started", "resolution", {"within": "4 hours"}), "target resolution started: 4 hours"),
    (Line("target_paused", "resolution", CLOCK), "target resolution paused after 2 hours 10 minutes"),
    (Line("target_resumed", "resolution", {"within": "4 hours"}), "target resolution goes on: 4 hours"),
    (
        Line("target_changed", "resolution", {"old": "2 business days", "new": "4 hours"}),
        "target resolution: 2 business days → 4 hours",
    ),
    (
        Line("target_threshold", "resolution", {"threshold": "75%"}),
        "target resolution: 75% of the time has passed",
    ),
    (
        Line("target_missed", "resolution", {"within": "4 hours", "due": TEN}),
        "target resolution missed: not within 4 hours",
    ),
    (
        Line(
            "approval_opened",
            "authorise",
            {**ASKED, "seats": [SEAT, BOB], "votes": "60% with 3 voting", "due": TEN, "round": 2},
        ),
        (
            "approval “Authorise it” asked of Bob Baker for Ann Weber, Bob Baker (votes: 60% with 3 voting, round 2),"
            " due 2026-03-06 11:00"
        ),
    ),
    (
        Line("approval_opened", "", {**ASKED, "seats": [BOB], "votes": "1", "due": None, "round": 1}),
        "approval “Authorise it” asked of Bob Baker (votes: 1)",
    ),
    (
        Line("voted", "authorise", {**ASKED, "seat": {**SEAT, "vote": {"choice": "no", "comment": "Too risky"}}}),
        "Bob Baker on behalf of Ann Weber votes no on “Authorise it”: Too risky",
    ),
    (
        Line("voted", "", {**ASKED, "seat": {**BOB, "vote": {"choice": "yes", "comment": None, "recorded_by": ANN}}}),
        "Bob Baker votes yes on “Authorise it” (recorded by Ann Weber)",
    ),
    (
        Line("approval_voided", "", {**ASKED, "fields": ["plan", "start"]}),
        "approval “Authorise it” begins anew, votes are cleared: plan, start changed",
    ),
    (Line("approval_overdue", "", ASKED), "approval “Authorise it” is overdue"),
    (
        Line("approval_escalated", "", {**ASKED, "seats": [], "due": TEN}),
        "approval “Authorise it” escalated to nobody, due 2026-03-06 11:00",
    ),
    (Line("approval_withdrawn", "", ASKED), "approval “Authorise it” withdrawn"),
    (
        Line("approval_decided", "", {**ASKED, "outcome": "rejected", "yes": 2, "no": 1}),
        "approval “Authorise it” rejected (yes 2, no 1)",
    ),
    (
        Line("seat_handed_on", "", {**ASKED, "was": ANN, "seat": SEAT}),
        "“Authorise it” passes from Ann Weber to Bob Baker for Ann Weber",
    ),
    (Line("seat_lost", "", {**ASKED, "seat": SEAT}), "Bob Baker for Ann Weber has left “Authorise it”"),
    (
        Line("calendar_changed", "office", {"added": ["2026-12-24"], "removed": [], "other": []}),
        "calendar office has changed: holiday 2026-12-24 added",
    ),
    (
        Line("calendar_changed", "office", {"added": DAYS, "removed": DAYS[:2], "other": ["opening hours"]}),
        (
            "calendar office has changed: holidays 2026-05-01, 2026-05-02, 2026-05-03, 2026-05-04, 2026-05-05 and 2 "
            "more added, holidays 2026-05-01, 2026-05-02 removed, opening hours"
        ),
    ),
    (
        Line("target_moved", "resolution", {"old": TEN, "new": TEN + 86_400}),
        "target resolution is due 2026-03-07 11:00, no longer 2026-03-06 11:00",
    ),
    (Line("target_met", "resolution", CLOCK), "target resolution met after 2 hours 10 minutes (54 % of the time)"),
    (
        Line("target_met", "resolution", {"spent": 14_393.0, "allowed": 14_400.0}),
        "target resolution met after 3 hours 59 minutes (99 % of the time)",
    ),
    (
        Line("target_stopped", "resolution", {"spent": 15_000.0, "allowed": 14_400.0}),
        "target resolution missed by 10 minutes",
    ),
    (
        Line("timer_blocked", "begin", {"due": TEN, "because": ["change freeze", "no plan"]}),
        "begin should have happened at 2026-03-06 11:00; blocked: change freeze; no plan",
    ),
    (Line("timer_passed", "remind", {"due": TEN}), "remind was for 2026-03-06 11:00, which had already passed"),
    (
        Line("timer_passed", "remind", {"due": TEN, "until": TEN + 60.0 * 1_233, "count": 1_234}),
        "remind was for 1,234 times from 2026-03-06 11:00 to 2026-03-07 07:33, which had already passed",
    ),
    (
        Line("timer_refused", "remind", {"due": TEN, "because": ["ok is no"]}),
        "remind did not happen at 2026-03-06 11:00, and waits for its next time: ok is no",
    ),
    (
        Line("scheduled", "", {"due": "2026-03-06T10:00:00+00:00"}),
        "started by its schedule, for 2026-03-06 11:00",
    ),
    (Line("started_by", "REQ1"), "started by REQ1"),
    (Line("parent_left", "REQ1"), "REQ1 does not wait for this any more"),
    (Line("child_asked", "job", {"path": "1/new/do/0"}), "asked for a new job"),
    (Line("child_begun", "JOB1", {"path": "1/new/do/0"}), "JOB1 has begun"),
    (Line("child_done", "JOB1", {"path": "1/new/do/0", "state": "done"}), "JOB1 ended in done"),
    (
        Line("child_failed", "job", {"code": "refused", "text": "title must be filled in"}),
        "no job: title must be filled in (refused)",
    ),
    (Line("child_left", "job", {"path": "1/new/do/0"}), "the job that was run is not waited for any more"),
    (Line("late_child", "1/new/do/0"), "what came of a record was no longer waited for (1/new/do/0)"),
    (Line("sent", "job.done", {"to": ["JOB1", "JOB2"]}), "sent job.done to JOB1, JOB2"),
    (Line("sent_nobody", "job.done"), "job.done was sent to nobody: there is no record to send it to"),
]


@pytest.mark.parametrize(("line", "sentence"), LINES)
def test_every_line_reads_as_a_sentence(line: Line, sentence: str) -> None:
    assert tell(line, BERLIN) == sentence


def test_every_kind_of_line_that_the_engine_writes_has_words_and_a_test() -> None:
    written = set(kinds_written())
    assert written == set(WORDS)
    assert written == {line.what for line, _ in LINES}


def test_a_kind_that_has_no_words_is_told_by_its_name() -> None:
    assert tell(Line("teleported", "1/new")) == "teleported 1/new"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "empty"),
        (True, "yes"),
        (False, "no"),
        ("12.50", "12.50"),
        (ANN, "Ann Weber"),
        ([ANN, BOB], "Ann Weber, Bob Baker"),
        ([], "nothing"),
        ([{"title": "Disk", "done": False}], "title: Disk, done: no"),
    ],
)
def test_a_value_is_shown_as_people_read_it(value: object, words: str) -> None:
    assert shown(value) == words


def kinds_written() -> list[str]:
    """Find the first argument of every `turn.log(…)` of the engine; where it is no text, see `CHOSEN`."""
    found: list[str] = []
    for path in Path(engine.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "log":
                what = node.args[0]
                found.extend([str(what.value)] if isinstance(what, ast.Constant) else CHOSEN[path.stem])
    return found
