"""Verdicts: a condition that does not hold says why, in words that a process owner understands."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from language.operations import EvaluationRefused
from language.values import Fact, Ref, Value
from language.verdicts import YES, Verdict
from tests.language.scopes import AskedTooEarlyError, number, verdict_of

NAMES: dict[str, Value] = {
    "impact": "high",
    "urgency": None,
    "open_tasks": number(2),
    "waiver": False,
    "done": True,
    "flag": None,
    "assignee": Ref("user", "ann", "Ann"),
    "services": ("mail", "web"),
    "empty_list": (),
    "start": datetime(2026, 3, 6, 12, tzinfo=UTC),
    "end": datetime(2026, 3, 6, 15, tzinfo=UTC),
    "day": date(2026, 3, 6),
    "summary": "long " * 40,
    "items": ({"ready": False},),
}
FREEZE = Fact(True, "Year-end freeze until 4 Jan 09:00")
ANSWERS: dict[str, Value | Fact] = {
    "frozen": FREEZE,
    "conflicts": Fact((), "nothing else is planned"),
    "linked": ("a", "b"),
    "late": False,
    "asked": Fact(None, "nobody is on call"),
}


def because(text: str) -> tuple[str, ...]:
    return verdict_of(text, NAMES, answers=ANSWERS).because


def test_a_condition_that_holds_needs_no_reason() -> None:
    verdict = verdict_of("impact == 'high' and assignee is filled and open_tasks == 2", NAMES)
    assert verdict is YES
    assert verdict.yes


def test_unknown_counts_as_no_and_says_what_is_empty() -> None:
    verdict = verdict_of("urgency == 'high'", NAMES)
    assert verdict == Verdict(None, ("urgency is empty",))
    assert not verdict.yes


def test_a_freeze_that_cannot_be_asked_about_does_not_let_a_change_through() -> None:
    assert verdict_of("not frozen(services, start, end)", services=("mail",), start=None, end=None) == Verdict(
        None, ("start is empty", "end is empty")
    )


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("open_tasks == 0", ("open_tasks is 2, not 0",)),
        ("0 == open_tasks", ("open_tasks is 2, not 0",)),
        ("open_tasks != 2", ("open_tasks is 2",)),
        ("not open_tasks == 2", ("open_tasks is 2",)),
        ("not open_tasks != 0", ("open_tasks is 2, not 0",)),
        ("open_tasks > 2", ("open_tasks is 2, not more than 2",)),
        ("not 1 < open_tasks", ("open_tasks is 2, more than 1",)),
        ("open_tasks >= 3", ("open_tasks is 2, not at least 3",)),
        ("open_tasks <= 1", ("open_tasks is 2, not at most 1",)),
        ("open_tasks < 1", ("open_tasks is 2, not less than 1",)),
        ("1 == 2", ("1 is 1, not 2",)),
        ("end < start", ("end is 2026-03-06 15:00 UTC, not before 2026-03-06 12:00 UTC",)),
        ("day >= '2026-04-01'", ("day is 2026-03-06, not at or after 2026-04-01",)),
        ("impact in ['low', 'medium']", ("impact is high, not one of low, medium",)),
        ("impact not in ['low', 'high']", ("impact is high, one of low, high",)),
        ("impact in empty_list", ("impact is high, not one of an empty list",)),
        ("'mobile' in services", ('services does not hold "mobile"',)),
        ("not 'mail' in services", ('services holds "mail"',)),
        ("impact in ['low', urgency]", ("urgency is empty",)),
        ("summary == 'x'", ("summary is " + ("long " * 12)[:59] + "…, not x",)),
        ("assignee is empty", ("assignee is filled",)),
        ("urgency is filled", ("urgency is empty",)),
        ("(open_tasks + urgency) is filled", ("urgency is empty",)),
        ("not urgency is empty", ("urgency is empty",)),
        ("waiver", ("waiver is no",)),
        ("not done", ("done is yes",)),
        ("flag", ("flag is empty",)),
        ("items[0].ready", ("items[0].ready is no",)),
        ("false", ("it is written false",)),
        ("assignee == 'bob'", ("assignee is Ann, not bob",)),
        ("done and open_tasks == 0 and impact == 'low'", ("open_tasks is 2, not 0",)),
        ("urgency == 'high' and waiver and done", ("urgency is empty", "waiver is no")),
        ("done and flag", ("flag is empty",)),
        ("waiver or open_tasks == 0", ("waiver is no", "open_tasks is 2, not 0")),
        ("waiver or urgency == 'low'", ("waiver is no", "urgency is empty")),
        ("not (done and impact == 'high')", ("done is yes", "impact is high")),
        ("not (waiver or done or late(1))", ("done is yes",)),
        ("open_tasks == 0 if done else waiver", ("done is yes", "open_tasks is 2, not 0")),
        ("done if urgency == 'x' else done", ("urgency is empty",)),
        ("waiver if waiver else waiver", ("waiver is no",)),
        ("late(services)", ("late(services) is no",)),
        ("not frozen(services)", ("Year-end freeze until 4 Jan 09:00",)),
        ("waiver or not frozen(services)", ("waiver is no", "Year-end freeze until 4 Jan 09:00")),
        ("len(conflicts(services)) == 1", ("nothing else is planned",)),
        ("conflicts(services) is empty", ("nothing else is planned",)),
        ("asked(1) is filled", ("nobody is on call",)),
        ("asked(1) == 1", ("nobody is on call",)),
        ("asked(1)", ("nobody is on call",)),
        ("len(linked('change', 'problem')) == 0", ('len(linked("change", "problem")) is 2, not 0',)),
        ("len(urgency)", ("urgency is empty",)),
    ],
)
def test_a_condition_that_does_not_hold_says_why(text: str, reasons: tuple[str, ...]) -> None:
    assert because(text) == reasons


def test_explaining_asks_for_no_fact_that_deciding_did_not_need() -> None:
    assert verdict_of("waiver and frozen(1)", waiver=False) == Verdict(False, ("waiver is no",))
    with pytest.raises(AskedTooEarlyError):
        verdict_of("waiver and frozen(1)", waiver=True)


@pytest.mark.parametrize("text", ["open_tasks", "impact", "services", "open_tasks + 1"])
def test_a_condition_is_exactly_yes_or_no(text: str) -> None:
    with pytest.raises(EvaluationRefused, match="a condition must be yes or no, not a"):
        verdict_of(text, NAMES)


def test_explaining_costs_no_more_than_deciding() -> None:
    text = "(" * 20 + "total == 0" + " and done)" * 20
    assert verdict_of(text, done=True, total=Decimal(1)) == Verdict(False, ("total is 1, not 0",))
