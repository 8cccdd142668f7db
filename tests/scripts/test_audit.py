"""`scripts/audit.py`: a known flaw fails the check, and what nobody could look at is never said to be clean."""

import json

import pytest

from scripts import audit

FLAW = {"id": "PYSEC-1", "aliases": ["CVE-2014-1402", "GHSA-x"], "fix_versions": ["2.7.2"], "description": "…"}


def said(*dependencies: object) -> str:
    """Give what pip-audit writes."""
    return json.dumps({"dependencies": dependencies, "fixes": []})


CLEAN = {"name": "flask", "version": "3", "vulns": []}
FLAWED = {"name": "jinja2", "version": "2.4.1", "vulns": [FLAW, FLAW]}
UNKNOWN = {"name": "click", "skip_reason": "not found"}


def test_a_known_flaw_fails_and_says_which_version_is_mended() -> None:
    code, lines = audit.verdict(audit.read(said(CLEAN, FLAWED)), 2)
    assert code == 1
    assert lines[0] == "jinja2 2.4.1: PYSEC-1, CVE-2014-1402; mended in 2.7.2"
    assert "make lock" in lines[1]


def test_what_the_service_does_not_know_is_said_not_to_be_audited() -> None:
    code, lines = audit.verdict(audit.read(said(CLEAN, UNKNOWN)), 2)
    assert (code, lines) == (0, ["not audited: 1 of 2 packages, of which the service knows nothing"])


def test_nothing_is_said_of_what_is_clean() -> None:
    assert audit.verdict(audit.read(said(CLEAN)), 1) == (0, [])


@pytest.mark.parametrize("answer", ["", "<html>", "[]", "{}"])
def test_an_answer_that_is_none_is_not_taken_for_clean(answer: str) -> None:
    with pytest.raises(audit.UnansweredError):
        audit.read(answer)


def test_everything_in_both_locks_is_asked_about() -> None:
    asked = [each for lock in audit.LOCKS for each in audit.pinned(lock.read_text(encoding="utf-8"))]
    assert len(asked) > 130
    assert all("==" in each and each[0].isalnum() for each in asked)
