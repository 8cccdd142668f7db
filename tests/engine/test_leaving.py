"""Who leaves loses an open seat; that approves and rejects nothing, and what nobody is left for stands still."""

from typing import Any

import pytest

from engine.record import Actor
from language.organisation import Organisation
from tests.engine.boards import ADA, BEN, CAT, DON, MGR, NAME, ORGANISATION, PATH, asked, seats
from tests.engine.builders import DAN, DAY, Life, claim, occur, retry, vote
from tests.engine.test_seats import WORK, working

CHANGED = occur("organisation.changed")
SUB = Actor("sub", "Sub")


def change(life: Life, *people: str, organisation: Organisation = ORGANISATION, **row: object) -> Life:
    """Let these people's rows be others, and the record hear of it."""
    rows = {name: {**organisation.of("user")[name], **row} for name in people}
    life.organisation = organisation.merged(Organisation({"user": rows}))
    return life.happen(CHANGED)


@pytest.mark.parametrize("row", [{"active": False}, {"groups": []}])
def test_who_leaves_the_group_or_altogether_loses_an_open_seat(row: dict[str, Any]) -> None:
    life = change(asked("votes: 3"), "ben", **row)
    assert seats(life) == ["ada", "cat", "don", "elf"]
    assert life.line("seat_lost").data["seat"]["id"] == "ben"
    assert life.sent() == [("approval_withdrawn", [["user", "ben", ""]])]
    assert life.refused(vote(NAME, BEN)) == ["only Ada, Cat, Don, Elf may vote on this approval"]
    assert life.happen(CHANGED).lines == []


def test_the_vote_of_who_leaves_stays() -> None:
    life = change(asked("votes: 2").happen(vote(NAME, BEN)), "ben", active=False)
    assert life.happen(vote(NAME, ADA)).fields["got"] == "yes"


def test_a_share_is_one_of_all_who_were_asked() -> None:
    life = change(asked("votes: 60%"), "don", "elf", active=False)
    life.happen(vote(NAME, ADA)).happen(vote(NAME, BEN))
    assert (life.open("approval"), life.fields["got"]) == ([PATH], None)
    assert life.happen(vote(NAME, CAT)).fields["got"] == "yes"


@pytest.mark.parametrize(("votes", "left"), [("votes: 60%", ("cat", "don", "elf")), ("votes: all", ("elf",))])
def test_an_approval_that_too_few_are_left_for_stalls_visibly_and_decides_nothing(
    votes: str, left: tuple[str, ...]
) -> None:
    life = change(asked(votes).happen(vote(NAME, ADA)), *left, groups=[])
    (fault,) = life.record.faults.values()
    assert (fault.code, life.fields["got"], life.record.approvals["judge"]["outcome"]) == ("stalled", None, None)
    assert f"{', '.join(each.capitalize() for each in left)} can vote no more, and too few are left" in fault.text
    assert "approval_withdrawn" in dict(life.sent())


def test_an_emptied_group_stalls_and_is_asked_anew_when_somebody_is_there_again() -> None:
    life = change(asked("votes: 1"), "ada", "ben", "cat", "don", "elf", groups=[])
    assert (life.open("fault"), [each for each, _ in life.sent()]) == ([PATH], ["approval_withdrawn", "fault"])
    life.organisation = ORGANISATION
    assert seats(life.happen(retry("1", MGR))) == ["ada", "ben", "cat", "don", "elf"]
    assert life.refused(vote(NAME, ADA)) == ["this approval is not open, or no longer: the record is now in judged"]
    assert life.happen(vote("2.judge.2", ADA)).fields["got"] == "yes"


def test_a_no_after_somebody_left_rejects_nothing_that_they_could_have_saved() -> None:
    life = change(asked("votes: 4"), "elf", active=False).happen(vote(NAME, ADA, "no", "Not so"))
    assert (life.open("fault"), life.fields["got"]) == ([PATH], None)


def test_what_those_who_stay_reject_is_rejected() -> None:
    life = change(asked("votes: 4").happen(vote(NAME, ADA, "no", "No")), "elf", active=False)
    assert life.open("fault") == [PATH]
    life = asked("votes: 4").happen(vote(NAME, ADA, "no", "No")).happen(vote(NAME, BEN, "no", "No"))
    assert life.fields["got"] == "no"


def test_a_veto_that_nobody_holds_any_more_stalls_the_approval() -> None:
    life = asked("votes: 1", "veto: security").happen(vote(NAME, ADA))
    assert life.open("approval") == [PATH]
    assert change(life, "sec", active=False).open("fault") == [PATH]


def test_a_veto_holder_who_stays_is_enough() -> None:
    life = asked("votes: 1", "veto: [security, mgr]").happen(vote(NAME, ADA)).happen(vote(NAME, MGR))
    assert life.fields["got"] is None
    assert change(life, "sec", active=False).fields["got"] == "yes"


def test_who_leaves_one_board_keeps_the_seat_for_the_other() -> None:
    life = change(asked("by: [cab, two]", "votes: each"), "ada", groups=["two"])
    assert [seat["entries"] for seat in life.record.tokens[PATH].data["seats"]][:2] == [[1], [0, 1]]


def test_who_leaves_the_board_but_keeps_the_veto_counts_for_that_alone() -> None:
    life = change(asked("votes: all", "veto: two"), "ada", groups=["two"])
    assert life.open("fault") == [PATH]
    life = change(asked("votes: 4", "veto: two"), "ada", groups=["two"])
    (ada, *_) = life.record.tokens[PATH].data["seats"]
    assert (ada["entries"], ada["veto"]) == ([], True)
    assert change(asked("votes: 4", "veto: two"), "ada", groups=["cab"]).record.tokens[PATH].data["seats"][0] == {
        "id": "ada",
        "label": "Ada",
        "entries": [0],
    }


def test_who_may_decide_alone_can_still_do_so_and_nobody_else_is_waited_for() -> None:
    life = asked("votes: all", "due: 1 day", "escalate_to: [manager]").pass_(DAY)
    assert change(life, "ada", active=False).open("approval") == [PATH]
    assert life.happen(vote(NAME, MGR)).fields["got"] == "yes"


def test_who_could_decide_alone_and_leaves_decides_nothing() -> None:
    life = asked("votes: all", "due: 1 day", "escalate_to: [manager]").pass_(DAY)
    change(life, "mgr", roles=[])
    assert (seats(life), life.open("approval")) == (["ada", "ben", "cat", "don", "elf"], [PATH])


def test_a_seat_by_an_attribute_is_kept_while_its_person_is_active() -> None:
    life = change(asked("by: [who.manager]", who="req"), "req", manager="ben")
    assert life.open("fault") == [PATH]
    managed = ORGANISATION.merged(Organisation({"user": {"req": {**ORGANISATION.of("user")["req"], "manager": "sub"}}}))
    life.organisation = managed
    life.happen(retry("1", MGR))
    assert seats(change(life, "req", organisation=managed, manager="ben")) == ["sub"]
    assert change(life, "sub", organisation=managed, active=False).open("fault") == [PATH]


def test_the_seat_that_a_delegate_has_goes_with_its_owner() -> None:
    life = asked("votes: 1", absences="ada 05 09 sub")
    assert seats(life)[0] == "sub for ada"
    assert seats(change(life, "ada", active=False)) == ["ben", "cat", "don", "elf"]


def test_a_task_passes_to_those_who_are_left_and_its_claim_is_open_again() -> None:
    life = working("").happen(claim(WORK, BEN))
    change(life, "ben", groups=[])
    assert (seats(life, WORK), life.record.tokens[WORK].data["claimed_by"]) == (["ada"], None)
    assert life.sent() == [("task_withdrawn", [["user", "ben", ""]])]


def test_a_task_that_nobody_is_left_for_stands_still_until_it_is_retried() -> None:
    life = change(working(""), "ada", "ben", groups=[])
    (fault,) = life.record.faults.values()
    assert (fault.code, fault.path, life.open("task")) == ("nobody", WORK, [])
    assert fault.text.startswith('nobody can do the task "Look": it is for two')
    life.organisation = ORGANISATION
    assert seats(life.happen(retry("1", DAN)), WORK) == ["ada", "ben"]


def test_an_escalated_task_stays_with_those_it_was_escalated_to() -> None:
    life = change(working("").pass_(2 * DAY), "ada", "ben", groups=[])
    assert seats(life, WORK) == ["mgr", "sub"]
    assert life.happen(claim(WORK, SUB)).record.tokens[WORK].data["claimed_by"]["id"] == "sub"
    assert change(life, "mgr", "sub", roles=[]).open("fault") == []


def test_who_leaves_after_the_outcome_changes_nothing() -> None:
    assert change(asked("votes: 1").happen(vote(NAME, DON)), "ada", "sec", groups=[]).lines == []
