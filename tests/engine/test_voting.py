"""A vote is given once, by whom it is asked of, with a comment where it is no; minutes say who recorded it."""

import pytest

from engine.record import Actor
from tests.engine.boards import ADA, BEN, MIN, PATH, REQ, asked, seats
from tests.engine.builders import vote

NAME = "2.judge.1"
SUB = Actor("sub", "Sub")


def test_only_those_with_a_seat_vote_and_each_of_them_once() -> None:
    life = asked("votes: 3")
    assert life.refused(vote(NAME, REQ)) == ["only Ada, Ben, Cat, Don, Elf may vote on this approval"]
    life.happen(vote(NAME, ADA))
    assert life.refused(vote(NAME, ADA, "no", "Hm")) == ["Ada has voted already (yes), and a vote is final"]


@pytest.mark.parametrize(
    ("choice", "comment", "said"),
    [
        ("no", None, ["a no needs a comment: say why"]),
        ("no", "  ", ["a no needs a comment: say why"]),
        ("perhaps", None, ["choice: say yes or no"]),
        (True, "\x00", ["choice: say yes or no", "comment: "]),
    ],
)
def test_a_vote_says_yes_or_no_and_a_no_says_why(choice: str, comment: str | None, said: list[str]) -> None:
    found = asked().refused(vote(NAME, ADA, choice, comment))
    assert all(text.startswith(start) for text, start in zip(found, said, strict=True))


@pytest.mark.parametrize("name", ["", "2.judge.2", "2.judge", "1.judge.1", PATH])
def test_what_is_not_open_cannot_be_voted_on(name: str) -> None:
    assert asked("votes: 2").refused(vote(name, ADA)) == [
        "this approval is not open, or no longer: the record is now in judged"
    ]


def test_the_secretary_of_the_board_records_votes_from_minutes() -> None:
    life = asked("votes: 2").happen(vote(NAME, MIN, **{"for": "ada"}))
    said = life.line("voted").data["seat"]
    assert (said["id"], said["vote"]["recorded_by"]) == ("ada", {"id": "min", "label": "Min"})
    assert life.happen(vote(NAME, BEN, **{"for": "ben"})).fields["got"] == "yes"


def test_nobody_else_records_votes_and_only_for_those_with_a_seat() -> None:
    life = asked("votes: 2", "veto: [security, who]")
    assert life.refused(vote(NAME, BEN, **{"for": "ada"})) == [
        "only the secretary of cab or security may record votes for others"
    ]
    assert life.refused(vote(NAME, MIN, **{"for": "req"})) == [
        "req has no seat here. Seats have: Ada, Ben, Cat, Don, Elf, Sec"
    ]
    assert "a group may record" in asked("by: [who]", who="ada").refused(vote(NAME, BEN, **{"for": "ada"}))[0]


def test_a_delegate_votes_on_behalf_and_minutes_may_say_that_the_person_did() -> None:
    life = asked("votes: 2", absences="ada 01 09 sub\nben 01 09 sib")
    life.happen(vote(NAME, SUB))
    assert life.line("voted").data["seat"]["for"]["id"] == "ada"
    assert life.refused(vote(NAME, ADA)) == ["only Sub, Sib, Cat, Don, Elf may vote on this approval"]
    life.happen(vote(NAME, MIN, **{"for": "ben"}))
    assert (life.line("voted").data["seat"]["id"], life.fields["got"]) == ("ben", "yes")


def test_minutes_may_record_what_a_delegate_said() -> None:
    life = asked("votes: 2", absences="ada 01 09 sub").happen(vote(NAME, MIN, **{"for": "sub"}))
    assert seats(life)[0] == "sub for ada"
