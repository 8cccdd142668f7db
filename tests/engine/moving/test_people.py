"""What people have in hand goes on as it was, with its seats and votes; what is another thing now is asked anew."""

import pytest

from engine.record import Event, Kind
from tests.engine.boards import ADA, ASK, BEN, CAT, CHANGE, NAME, ORGANISATION, REQ, seats
from tests.engine.builders import BOB, CLEO, HOUR, Life, a_definition, begun, claim, complete, vote
from tests.engine.moving.house import moved, told, version

TASK = """
fields: {got: text, n: number}
states:
  open:
    do:
      - {set: {n: 1}}
      - {task: Look, id: look, for: [desk], form: [got], due: 4 hours, at: {50%: [{notify: half, to: [seats]}]}}
      - {set: {n: 2}}
  over: {final: true}
transitions: {end: {from: [open], to: over, by: [agent]}}
"""
LOOK = "1/open/do/1"


def looking() -> Life:
    return begun(TASK).happen(claim(LOOK, CLEO)).pass_(HOUR)


def test_a_task_goes_on_with_who_has_claimed_it_and_the_time_it_has() -> None:
    life = looking()
    before = life.record.tokens
    moved(life, TASK.replace("{set: {n: 2}}", "{set: {n: 3}}"))
    assert life.record.tokens == before
    assert told(life) == []
    assert life.happen(complete(LOOK, CLEO, got="it")).fields == {"got": "it", "n": "3"}


def test_a_task_behind_a_new_step_goes_on_under_another_path_and_its_old_name() -> None:
    life = moved(looking(), TASK.replace("- {set: {n: 1}}", "- {set: {n: 1}}\n      - {set: {n: 7}}"))
    (path,) = life.open("task")
    assert path == "2/open/do/2"
    assert (life.record.tokens[path].known_as, life.fields["n"]) == (LOOK, "1")
    assert life.pass_(HOUR).sent()[0][0] == "half"
    assert life.happen(complete(LOOK, CLEO, got="it")).fields == {"got": "it", "n": "2"}


@pytest.mark.semantics("M2.7")
def test_a_task_that_is_another_one_now_is_withdrawn_and_given_out_anew() -> None:
    life = moved(looking(), TASK.replace("due: 4 hours", "due: 8 hours"))
    assert told(life) == [("task_withdrawn", "look"), ("task_opened", "look")]
    (path,) = life.open("task")
    token = life.record.tokens[path]
    assert (path, token.data["claimed_by"], token.data["due"]) == ("2/open/do/1", None, life.now + 8 * HOUR)
    assert life.happen(complete(path, BOB, got="it")).fields == {"got": "it", "n": "2"}


def test_a_task_that_got_an_id_is_another_one() -> None:
    life = begun(TASK.replace("id: look, ", ""))
    assert told(moved(life, TASK)) == [("task_withdrawn", ""), ("task_opened", "look")]


def test_a_task_is_found_by_its_id_wherever_it_was_put() -> None:
    grouped = TASK.replace("- {task: Look,", "- do:\n        - {task: Look,").replace(
        "to: [seats]}]}}", "to: [seats]}]}}"
    )
    for text in (grouped, grouped.replace("- do:", "- when: n == 1\n        do:")):
        life = moved(looking(), text)
        assert life.open("task") == ["2/open/do/1/do/0"]
        assert life.happen(complete(LOOK, CLEO, got="it")).fields == {"got": "it", "n": "2"}
    life = moved(Life(version(1, grouped)).happen(Event(Kind.START, actor=BOB)), TASK)
    assert life.open("task") == ["2/open/do/1"]


def changing(text: str = CHANGE % "        due: 2 days") -> Life:
    life = Life(a_definition(text), ORGANISATION)
    life.happen(Event(Kind.START, actor=REQ, data={}))
    return life.happen(ASK)


MORE = CHANGE % "        due: 2 days"
INSERTED = MORE.replace("    do:\n      - approval", "    do:\n      - {set: {n: 5}}\n      - approval")


def decided(life: Life, *names: str) -> Life:
    for who, name in zip((BEN, CAT), names, strict=True):
        life.happen(vote(name, who))
    return life


@pytest.mark.semantics("M2.7")
def test_an_approval_goes_on_with_its_votes_and_the_name_people_have_of_it() -> None:
    text = MORE.replace("        due: 2 days", "        due: 2 days\n        votes: 3")
    life = changing(text).happen(vote(NAME, ADA))
    seated = seats(life)
    inserted = text.replace("    do:\n      - approval", "    do:\n      - {set: {n: 5}}\n      - approval")
    moved(life, version(2, inserted))
    (path,) = life.open("approval")
    assert (path, seats(life, path)) == ("3/judged/do/1", seated)
    assert decided(life, NAME, NAME).fields["got"] == "yes"
    assert (life.fields["n"], life.record.approvals["judge"]["outcome"]) == ("1", "approved")


def test_a_new_round_after_a_move_has_a_name_of_its_own() -> None:
    voids = MORE.replace("        due: 2 days", "        due: 2 days\n        void_if: [plan]")
    life = moved(changing(voids), version(2, voids.replace("    do:\n", "    do:\n      - {set: {n: 5}}\n")))
    life.happen(Event(Kind.EDIT, "", REQ, {"plan": "other"}))
    assert life.refused(vote(NAME, ADA)) == ["this approval is not open, or no longer: the record is now in judged"]
    assert life.happen(vote("3.judge.2", ADA)).fields["got"] == "yes"


def test_an_approval_that_is_another_one_now_is_asked_anew_without_old_votes() -> None:
    life = changing(MORE.replace("due: 2 days", "votes: 2")).happen(vote(NAME, ADA))
    moved(life, version(2, MORE.replace("due: 2 days", "votes: 3")))
    assert told(life) == [("approval_withdrawn", "judge"), ("approval_opened", "judge")]
    assert [seat.get("vote") for seat in life.record.tokens["3/judged/do/0"].data["seats"]] == [None] * 5
    assert life.refused(vote(NAME, BEN)) == ["this approval is not open, or no longer: the record is now in judged"]


def test_an_approval_without_an_id_goes_by_the_new_name_of_its_state() -> None:
    text = MORE.replace("        id: judge\n", "")
    renamed = text.replace("judged", "judging") + "migrate: {from: 1, states: {judged: judging}}\n"
    life = moved(changing(text), version(2, renamed))
    assert life.record.approvals == {"judging": {"visit": "3", "round": 1}}
    assert life.happen(vote("2.judged.1", ADA)).fields["got"] == "yes"
