"""Scenarios of approvals: people vote, are away, and what is open shows seats and votes."""

import pytest

from engine.scenarios.report import Report
from engine.scenarios.running import run_tests
from tests.engine.scenarios.trying import ORGANISATION, a_process
from tests.engine.scenarios.trying import problems as problems_of

REPAIR = """
process: repair
version: 1
title: Repair
number: REP
owner: boss
calendar: office
write: [desk, ann]
start: {to: asked, by: [ann], ask: [title]}
fields: {title: text}
states:
  asked:
    do:
      - {approval: May we?, id: may, by: [desk], votes: all, due: 1 day, void_if: [title], approved: [{go: done}],
         rejected: [{go: dropped}], expired: [{go: late}]}
  done: {final: true}
  late: {final: true}
  dropped: {do: [{approval: "Why {{ title }}", by: [ann], rejected: [{go: done}]}, {go: done}]}
"""
HEAD = """tests: repair
cases:
  - name: A lamp
    at: 2026-03-06 10:00
    as: ann
    given: {title: Lamp}
    steps:
"""


def run(*steps: str) -> Report:
    source = HEAD + "".join(f"      - {step}\n" for step in steps)
    return run_tests(source, a_process(REPAIR), ORGANISATION)


def failure(*steps: str) -> str:
    return run(*steps).cases[0].failure


def test_people_vote_and_what_is_open_shows_seats_votes_and_the_round() -> None:
    assert not failure(
        "expect: {open: [{approval: may, for: [bob, eva], votes: {}, round: 1, due: 2026-03-07 10:00}]}",
        "{vote: may, as: bob, choice: yes}",
        "expect: {open: [{approval: May we?, votes: {bob: yes}}]}",
        "{vote: may, as: ann, choice: yes, refused: only Bob Baker}",
        "{vote: may, as: eva, choice: no, refused: a no needs a comment}",
        "{edit: {title: Lamps}, as: bob}",
        "expect: {open: [may], journal: [votes are cleared], sent: ['approval_voided to bob, eva']}",
        "{vote: may, as: eva, choice: no, comment: Too dear}",
        "expect: {state: dropped, open: [Why Lamps]}",
        "{vote: gone, as: ann, choice: yes, refused: not open}",
        "{vote: Why Lamps, as: ann, choice: yes}",
        "expect: {state: done}",
    )


def test_an_absence_hands_a_seat_on_at_once_and_gives_it_back() -> None:
    assert not failure(
        "absent: {who: bob, delegate: ann, from: 2026-03-06 09:00, to: 2026-03-06 12:00}",
        "expect: {open: [{approval: may, for: [ann, eva]}], journal: [from Bob Baker to Ann Weber for Bob Baker]}",
        "pass: 3 hours",
        "expect: {open: [{approval: may, for: [bob, eva]}]}",
        "{vote: may, as: ann, choice: yes, for: bob, refused: only the secretary of desk}",
        "pass: 1 day",
        "expect: {state: late}",
        "absent: {who: bob, from: 2026-03-06 09:00, to: 2026-03-06 12:00}",
    )


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("expect: {open: [{task: may}]}", 'open: expected the task "may", but there is "May we?"'),
        (
            "expect: {open: [{approval: may, votes: {bob: no}}]}",
            "expected the votes bob: no, but they are nothing",
        ),
        ("expect: {open: [{approval: may, round: 2}]}", "may: expected round 2, but it is round 1"),
        ("absent: {who: bob, from: 2026-03-07 09:00, to: 2026-03-06 12:00}", "bob comes back before going away"),
    ],
)
def test_what_is_not_as_expected_is_said(step: str, said: str) -> None:
    assert said in failure(step)


def test_coverage_names_the_outcomes_that_no_case_has_reached() -> None:
    report = run("{vote: may, as: bob, choice: no, comment: No}", "{vote: Why Lamp, as: ann, choice: yes}")
    (found,) = [part for part in report.coverage if part.what == "approval outcomes"]
    assert found.missed == ("may approved (line 14)", "may expired (line 14)", "approval rejected (line 18)")
    assert "may rejected (line 14)" in found.all


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("{vote: may, as: bob}", 'missing-key: this vote step needs "choice"'),
        ("{vote: may, as: bob, choice: maybe}", 'bad-choice: "maybe" is not a vote. Write yes or no.'),
        ("{absent: {who: bib}}", 'unknown-person: no person named "bib"'),
        ("{absent: {who: bob, from: 2026-03-06 09:00}}", 'missing-key: an absence needs "to"'),
        ("{absent: bob}", "wrong-kind: an absence is written with keys"),
        ("{expect: {open: [{approval: may, votes: {bib: yes}}]}}", 'unknown-person: no person named "bib"'),
        ("{expect: {open: [{approval: may, votes: {bob: may}}]}}", 'bad-choice: "may" is not a vote'),
        (
            "{expect: {open: [{approval: may, claimed_by: bob}]}}",
            'an open approval has no key "claimed_by"',
        ),
    ],
)
def test_mistakes_in_such_steps_are_found(step: str, said: str) -> None:
    source = f"tests: repair\ncases: [{{name: A, at: 2026-03-06 10:00, as: ann, given: {{title: A}}, steps: [{step}]}}]"
    assert any(said in each for each in problems_of(source))
