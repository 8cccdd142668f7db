"""A delegate stands in for who is away: over three hops at most, nobody for two, and until they are back."""

import pytest

from engine.facts import answer
from engine.record import Event, Kind
from tests.engine.boards import ADA, BOARD, MGR, NAME, PATH, REQ, an_organisation, asked, seats
from tests.engine.builders import DAY, HOUR, Life, a_definition, claim, complete, occur, vote

CHANGED = occur("organisation.changed")


@pytest.mark.parametrize(
    ("absences", "given"),
    [
        ("ada 05 09 sub", ["sub for ada", *BOARD[1:]]),
        ("ada 05 09", list(BOARD)),
        ("ada 05 09\nada 05 09 sub", ["sub for ada", *BOARD[1:]]),
        ("ada 07 09 sub", list(BOARD)),
        ("ada 01 05 sub", list(BOARD)),
        ("ada 05 09 ben", list(BOARD)),
        ("ada 05 09 ben\nben 05 09 sub", ["sub for ada", *BOARD[1:]]),
        ("ada 05 09 sub\nben 05 09 sub", ["sub for ada", *BOARD[1:]]),
        ("ada 05 09 sub\nsub 05 09 sib", ["sib for ada", *BOARD[1:]]),
        ("ada 05 09 sub\nsub 05 09 sib\nsib 05 09 req", ["req for ada", *BOARD[1:]]),
        ("ada 05 09 sub\nsub 05 09 sib\nsib 05 09 req\nreq 05 09 min", list(BOARD)),
        ("ada 05 09 sub\nsub 05 09 ada", list(BOARD)),
        ("ada 05 09 sub\nsub 05 09 sib\nsib 05 09 sub", list(BOARD)),
        ("ada 05 09 old", list(BOARD)),
        ("ada 05 09 mgr", list(BOARD)),
    ],
)
def test_a_delegate_takes_the_seat_of_who_is_away(absences: str, given: list[str]) -> None:
    assert seats(asked("not: [mgr]", absences=absences)) == given


def test_an_absence_that_begins_hands_open_seats_on_and_its_end_gives_them_back() -> None:
    life = asked("votes: all", absences="ada 07 09 sub\nben 07 09 sib").happen(vote(NAME, ADA)).pass_(DAY)
    assert seats(life) == ["ada", "sib for ben", *BOARD[2:]]
    assert life.sent() == [("approval_opened", [["user", "sib", ""]]), ("approval_withdrawn", [["user", "ben", ""]])]
    assert life.line("seat_handed_on").data["seat"]["for"]["id"] == "ben"
    assert seats(life.pass_(2 * DAY)) == list(BOARD)


def test_a_vote_that_a_delegate_has_given_stays() -> None:
    life = asked("votes: all", absences="ada 05 09 sub").happen(vote(NAME, MGR._replace(id="sub")))
    assert seats(life.pass_(5 * DAY))[0] == "sub for ada"


def test_an_absence_that_nobody_knew_of_is_told_to_the_record() -> None:
    life = asked("votes: 2")
    life.organisation = an_organisation("ada 05 09 sub")
    assert seats(life.happen(CHANGED))[0] == "sub for ada"
    assert life.happen(CHANGED).lines == []
    life.organisation = an_organisation()
    assert seats(life.happen(CHANGED)) == list(BOARD)


def test_an_absence_does_not_disturb_the_deadline() -> None:
    life = asked("votes: all", "due: 2 days", "at: {50%: [{set: {n: 5}}]}", absences="ada 07 09 sub").pass_(DAY)
    assert (life.fields["n"], seats(life)[0]) == ("5", "sub for ada")
    assert life.pass_(DAY).fields["got"] == "no"


TASK = """
states: {first: {do: [{task: Look, for: [two], id: look, due: 2 days, escalate_to: [manager, sub]}]}}
"""
WORK = "1/first/do/0"


def working(absences: str) -> Life:
    return Life(a_definition(TASK), an_organisation(absences)).happen(Event(Kind.START, actor=REQ))


def test_tasks_have_the_same_seats() -> None:
    life = working("ada 05 09 sub\nben 07 09 sib")
    assert seats(life, WORK) == ["sub for ada", "ben"]
    life.happen(claim(WORK, MGR._replace(id="ben", label="Ben"))).pass_(DAY)
    assert (seats(life, WORK), life.record.tokens[WORK].data["claimed_by"]) == (["sub for ada", "sib for ben"], None)
    assert seats(life.pass_(DAY), WORK) == ["sub for ada", "sib for ben", "mgr"]
    assert life.happen(complete(WORK, MGR)).told() == ["task_completed"]


def test_a_claim_that_is_not_concerned_stays() -> None:
    life = working("ada 07 09 sub").happen(claim(WORK, MGR._replace(id="ben", label="Ben"))).pass_(DAY)
    assert life.record.tokens[WORK].data["claimed_by"]["id"] == "ben"


def test_a_blocked_timer_is_tried_again_when_the_organisation_changes() -> None:
    text = """
fields: {start: {type: datetime}, stop: {type: datetime}}
states:
  first:
    transitions:
      begin: {to: second, at: =start, when: "not frozen([], start, stop)", blocked: Frozen}
      later: {to: second, after: 9 days}
  second: {}
"""
    life = Life(a_definition(text), an_organisation()).happen(
        Event(Kind.START, actor=REQ, data={"start": "2026-03-06 11:00", "stop": "2026-03-06 12:00"})
    )
    freeze = {"title": "F", "services": "all", "from": "2026-03-06T00:00:00Z", "until": "2026-04-06T00:00:00Z"}
    life.organisation = an_organisation().merged(type(life.organisation)({"freeze": {"f": freeze}}))
    assert life.pass_(HOUR).state == "first"
    life.organisation = an_organisation()
    assert life.happen(CHANGED).happen(Event(Kind.TICK)).state == "second"


def test_only_what_is_open_to_people_is_looked_at_again() -> None:
    life = asked("by: [who]").happen(CHANGED)
    assert (life.open("fault"), life.lines) == ([PATH], [])


def test_the_fact_names_people_absences_and_delegates_who_are_active() -> None:
    organisation = an_organisation("ada 05 09 old\nada 01 02 sub\nben 05 09")
    (found,) = answer(organisation, ['["seats",[["name","two",""]],[]]'], 0.0).values()
    value = found["value"]
    assert value["entries"] == [[{"id": "ada", "label": "Ada"}, {"id": "ben", "label": "Ben"}], []]
    assert [delegate for *_, delegate in value["away"]["ada"]] == ["sub", ""]
    assert (value["labels"], [*value["away"]]) == ({"sub": "Sub"}, ["ada", "ben"])
