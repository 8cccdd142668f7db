"""What a gate makes of a journal: what counts as approved, what as refused, and what is not decided yet."""

from typing import Any

import pytest

from cli.verdict import Verdict, judge

Entry = dict[str, Any]


def entry(kind: str, *lines: Entry) -> Entry:
    return {"kind": kind, "lines": list(lines)}


def moved(to: str) -> Entry:
    return {"what": "transition", "name": "go", "text": f"→ {to}", "data": {"to": to}}


def asked(name: str = "board", visit: int = 1) -> Entry:
    return {"what": "approval_opened", "name": name, "text": "asked", "data": {"path": f"{visit}/{name}"}}


def decided(outcome: str, name: str = "board", visit: int = 1) -> Entry:
    data = {"path": f"{visit}/{name}", "outcome": outcome}
    return {"what": "approval_decided", "name": name, "text": f"{name} {outcome}", "data": data}


def record(state: str, *waits_for: str, final: bool = False) -> dict[str, Any]:
    seats = [{"label": each, "vote": None} for each in waits_for]
    return {"state": state, "final": final, "approvals": [{"seats": seats}] if seats else []}


DRAFT = entry("start", moved("draft"))
ASKED = entry("act", moved("review"), asked())
APPROVED = entry("vote", decided("approved"), moved("ready"))
REJECTED = entry("vote", decided("rejected"), moved("draft"))


@pytest.mark.parametrize(
    ("journal", "state", "waits_for", "verdict"),
    [
        ([DRAFT], "draft", [], Verdict.UNDECIDED),
        ([DRAFT, ASKED], "review", ["Ann"], Verdict.UNDECIDED),
        ([DRAFT, ASKED, APPROVED], "ready", [], Verdict.PASSED),
        ([DRAFT, ASKED, APPROVED, entry("act", moved("work"))], "work", [], Verdict.PASSED),
        ([DRAFT, ASKED, REJECTED], "draft", [], Verdict.REFUSED),
        ([DRAFT, ASKED, entry("tick", decided("expired"))], "review", [], Verdict.REFUSED),
        ([DRAFT, ASKED, APPROVED, entry("act", moved("draft"))], "draft", [], Verdict.UNDECIDED),
        ([DRAFT, ASKED, APPROVED, entry("tick", moved("draft"))], "draft", [], Verdict.UNDECIDED),
        ([DRAFT, ASKED, REJECTED, entry("act", moved("assess"))], "assess", [], Verdict.UNDECIDED),
        ([DRAFT, ASKED, REJECTED, entry("act", moved("review"), asked(visit=2))], "review", ["Ann"], Verdict.UNDECIDED),
        ([DRAFT, ASKED, APPROVED, entry("edit", asked())], "ready", ["Ann"], Verdict.UNDECIDED),
    ],
)
def test_the_last_outcomes_decide_while_they_count(
    journal: list[Entry], state: str, waits_for: list[str], verdict: Verdict
) -> None:
    assert judge(record(state, *waits_for), journal).verdict == verdict


def test_of_two_approvals_one_no_is_enough_and_one_yes_is_not() -> None:
    both = entry("act", moved("review"), asked("board"), asked("security"))
    one = [DRAFT, both, entry("vote", decided("approved", "board"))]
    assert judge(record("review", "Ann"), one).verdict is Verdict.UNDECIDED
    no = [*one, entry("vote", decided("rejected", "security"))]
    assert judge(record("review"), no) == (Verdict.REFUSED, "security rejected")


@pytest.mark.parametrize(
    ("state", "final", "verdict"),
    [("work", False, Verdict.PASSED), ("ready", False, Verdict.UNDECIDED), ("closed", True, Verdict.REFUSED)],
)
def test_a_state_that_is_named_decides_instead_of_approvals(state: str, final: bool, verdict: Verdict) -> None:
    journal = [DRAFT, ASKED, APPROVED, entry("act", moved(state))]
    assert judge(record(state, final=final), journal, until=["work"]).verdict is verdict


def test_what_ended_without_being_approved_is_refused() -> None:
    judged = judge(record("withdrawn", final=True), [DRAFT, entry("act", moved("withdrawn"))])
    assert judged == (Verdict.REFUSED, "it is withdrawn, and nobody has approved it")


def test_it_says_of_whom_it_is_waited_for() -> None:
    why = judge(record("review", "Ann", "Ben"), [DRAFT, ASKED]).why
    assert why == "it is review and waits for a vote of Ann or Ben"
