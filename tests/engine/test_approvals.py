"""Approvals: who is asked, when they are decided, what makes them void, and what follows from the outcome."""

import pytest

from engine.actions import actions
from engine.record import Event, Kind, Needs
from language.organisation_reading import read_organisation
from tests.engine.boards import (
    ADA,
    ASK,
    BEN,
    BOARD,
    CAT,
    CHANGE,
    DON,
    ELF,
    MGR,
    MIN,
    ORGANISATION,
    PATH,
    PEOPLE,
    REQ,
    SEC,
    asked,
    seats,
)
from tests.engine.builders import DAY, HOUR, Life, a_definition, act, begun, edit, retry, skip, vote

NAME = "2.judge.1"


def test_everybody_on_the_board_is_asked_and_one_yes_is_enough_where_nothing_is_said() -> None:
    life = asked()
    assert (seats(life), life.sent()) == (list(BOARD), [("approval_opened", [["user", each, ""] for each in BOARD])])
    life.happen(vote(NAME, BEN))
    assert (life.fields["got"], life.fields["n"], life.open("approval")) == ("yes", "1", [])
    assert life.record.approvals == {"judge": {"outcome": "approved", "visit": "2", "round": 1}}


def test_a_quorum_of_three_at_sixty_percent_with_a_veto_of_security() -> None:
    life = asked("votes: {share: 60%, quorum: 3}", "veto: security")
    for who in (ADA, BEN, CAT):
        life.happen(vote(NAME, who))
    assert life.open("approval") == [PATH]
    assert life.happen(vote(NAME, SEC)).fields["got"] == "yes"


def test_one_veto_decides_and_the_others_are_told_that_they_need_not_vote() -> None:
    life = asked("votes: all", "veto: security").happen(vote(NAME, ADA)).happen(vote(NAME, SEC, "no", "Too risky"))
    assert life.fields["got"] == "no"
    assert life.sent() == [("approval_withdrawn", [["user", each, ""] for each in ("ben", "cat", "don", "elf")])]


def test_it_is_rejected_as_soon_as_not_enough_can_say_yes() -> None:
    life = asked("votes: 4").happen(vote(NAME, ADA, "no", "Why?"))
    assert life.open("approval") == [PATH]
    assert life.happen(vote(NAME, BEN, "no", "Not now")).told()[:2] == ["voted", "approval_decided"]
    assert life.line("approval_decided").data["no"] == 2


def test_the_requester_has_no_seat_and_nobody_inactive() -> None:
    assert seats(asked("not: [who, don]", who="ben")) == ["ada", "cat", "elf"]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (["votes: 6"], "it takes votes: 6, by: cab, and only Ada, Ben, Cat, Don, Elf can vote"),
        (["votes: {share: 10%, quorum: 6}"], "it takes votes: 10% with 6 voting, by: cab, and only Ada"),
        (["by: [empty]", "votes: all"], "it takes votes: all, by: empty, and only nobody can vote"),
        (["by: [who]"], "it takes votes: 1, by: who (nobody yet), and only nobody can vote"),
        (["by: [two, who]", "votes: each"], "it takes votes: each, by: two, who (nobody yet), and only Ada, Ben can"),
        (["by: [ada, ada]", "votes: each"], "it takes votes: each, by: ada, ada, and only Ada can vote"),
        (["not: [cab]"], "it takes votes: 1, by: cab, and only nobody can vote"),
        (["veto: security", "not: [sec]"], "nobody can hold the veto of security"),
        (["votes: =n"], "votes: n gives no number of votes (nothing is no number of votes"),
    ],
)
def test_too_few_seats_stall_the_approval_and_approve_nothing(keys: list[str], said: str) -> None:
    life = asked(*keys)
    (fault,) = life.record.faults.values()
    assert (fault.code, life.fields["got"], life.fields["n"]) == ("stalled", None, None)
    assert said in fault.text
    assert fault.text.startswith('the approval "Judge it" cannot be decided: ')


def test_a_stalled_approval_is_asked_again_when_it_is_retried() -> None:
    life = asked("by: [who]")
    life.happen(edit(REQ, who="ben")).happen(retry("1", MGR))
    assert (seats(life), life.record.faults) == (["ben"], {})


def test_skipping_a_stalled_approval_rejects_it() -> None:
    life = asked("votes: 6").happen(skip("1", MGR))
    assert (life.fields["got"], life.fields["n"]) == ("no", "1")
    assert life.record.approvals["judge"]["outcome"] == "rejected"
    assert life.line("approval_decided").data["title"] == "Judge {{ plan }}"


def test_each_takes_a_yes_of_everybody_named_with_no_person_for_two() -> None:
    text = CHANGE.replace("ask: [plan, who, board]", "ask: [plan, many]")
    life = asked("by: [two, many]", "votes: each", text=text, many=["ada", "cat"])
    life.happen(vote(NAME, ADA)).happen(vote(NAME, CAT))
    assert life.open("approval") == [PATH]
    assert life.happen(vote(NAME, BEN)).fields["got"] == "yes"


TABLE = """
tables:
  board:
    given: [plan]
    gives: [who_votes, votes]
    rows: [[big, cab, {share: 60%%, quorum: 3}], [any, two, all]]
"""


@pytest.mark.parametrize(("plan", "given"), [("big", list(BOARD)), ("small", ["ada", "ben"])])
def test_a_table_may_say_who_votes_and_how_many(plan: str, given: list[str]) -> None:
    text = TABLE + CHANGE.replace("board: text, ", "").replace(", board]", "]")
    life = asked("by: =board.who_votes", "votes: =board.votes", text=text, plan=plan)
    assert seats(life) == given


def test_a_new_visit_is_a_new_approval_without_old_votes() -> None:
    life = asked("votes: 2").happen(vote(NAME, ADA)).happen(act("back", REQ))
    assert life.told() == ["transition", "approval_withdrawn", "told"]
    life.happen(ASK)
    assert life.refused(vote(NAME, BEN)) == ["this approval is not open, or no longer: the record is now in judged"]
    assert life.happen(vote("4.judge.1", ADA)).open("approval") == ["4/judged/do/0"]


def test_the_outcome_is_readable_and_forgotten_on_the_next_visit() -> None:
    guard = "change: {by: [anyone], ask: [plan], when: approvals.judge.outcome == 'approved', blocked: Approve it}"
    text = CHANGE.replace("change: {by: [anyone], ask: [plan]}", guard)
    life = asked(text=text)
    assert "Approve it (approvals.judge.outcome is empty)" in life.refused(act("change", REQ))[0]
    life.happen(vote(NAME, ADA)).happen(act("change", REQ)).happen(act("back", REQ)).happen(ASK)
    assert life.record.approvals["judge"] == {"outcome": None, "visit": "4", "round": 1}
    found = actions(life.definition, life.record, REQ, life.now, {})
    assert not isinstance(found, Needs)
    assert [each.possible for each in found] == ["yes", "no"]


def test_a_stalled_approval_has_no_outcome_left_from_before() -> None:
    text = CHANGE.replace("ask: [plan, who, board]", "ask: [plan, who]")
    life = asked("by: [who]", text=text, who="ada").happen(vote(NAME, ADA)).happen(act("back", REQ))
    life.happen(edit(REQ, who=None)).happen(ASK)
    assert life.record.approvals["judge"]["outcome"] is None


AGAIN = "{approval: Again, by: [two], rejected: [{go: draft}]}"
LOOP = CHANGE.replace("      - set: {n: 1}\n", f"      - repeat: {{at_most: 3, do: [{AGAIN}]}}\n")


def test_an_approval_in_a_loop_has_a_round_in_every_turn() -> None:
    life = asked(text=LOOP).happen(vote(NAME, ADA))
    for number in (1, 2):
        life.happen(vote(f"2.judged.{number}", ADA))
        assert life.refused(vote(f"2.judged.{number}", BEN))
    assert life.happen(vote("2.judged.3", BEN)).open("approval") == []
    assert life.record.approvals["judged"] == {"visit": "2", "round": 3}


def test_an_approval_without_an_id_that_stalls_has_no_outcome_to_keep() -> None:
    life = asked(text=CHANGE.replace("        id: judge\n", "").replace("by: [cab]", "by: [empty]"))
    assert (len(life.record.faults), life.record.approvals) == (1, {})
    assert life.happen(skip("1", MGR)).record.approvals == {}


VOID = ("votes: 2", "void_if: [plan, board]")


@pytest.mark.semantics("G5.3")
def test_changing_what_was_asked_clears_the_votes_and_begins_a_new_round() -> None:
    life = asked(*VOID).happen(vote(NAME, ADA)).happen(act("change", REQ, plan="other"))
    assert life.line("approval_voided").data["fields"] == ["plan"]
    assert life.record.tokens[PATH].data["title"] == "Judge other"
    assert life.sent() == [("approval_voided", [["user", each, ""] for each in BOARD])]
    (text,) = life.refused(vote(NAME, BEN))
    assert text.startswith("the plan changed since you looked")
    assert text.endswith("vote on 2.judge.2")
    assert life.happen(vote("2.judge.2", ADA)).open("approval") == [PATH]
    life.happen(edit(REQ, plan="third"))
    assert "vote on 2.judge.3" in life.refused(vote(NAME, BEN))[0]


def test_another_field_or_the_same_value_clears_nothing() -> None:
    life = asked(*VOID).happen(vote(NAME, ADA)).happen(edit(REQ, plan="it", n=5))
    assert "approval_voided" not in life.told()


def test_a_new_round_asks_other_people_and_tells_those_who_are_no_longer_asked() -> None:
    life = asked("by: =board", "void_if: [board]", board="two").happen(edit(REQ, board="cab"))
    assert seats(life) == list(BOARD)
    assert [message for message, _ in life.sent()] == ["approval_voided", "approval_opened"]
    life.happen(edit(REQ, board="security"))
    assert [message for message, _ in life.sent()] == ["approval_withdrawn", "approval_opened"]


def test_a_new_round_that_nobody_can_decide_stands_still_and_its_people_are_told() -> None:
    life = asked("by: =board", *VOID, board="two").happen(edit(REQ, board="empty"))
    assert life.record.faults["1"].text.startswith('the approval "Judge it" cannot be decided: it takes votes: 2')
    assert life.sent()[-1] == ("approval_withdrawn", [["user", "ada", ""], ["user", "ben", ""]])


def test_a_new_round_whose_title_cannot_be_filled_in_stands_still() -> None:
    text = CHANGE.replace("Judge {{ plan }}", "Judge {{ limit - n }}")
    life = asked("void_if: [limit]", text=text).happen(edit(REQ, n=1)).happen(edit(REQ, limit="2026-03-07 10:00"))
    assert life.record.faults["1"].text.startswith('the approval "Judge " cannot be asked: ')


DUE = ("votes: 2", "due: 1 day", "escalate_to: [manager]")


def test_when_it_is_due_others_may_decide_alone_for_the_same_time_once_more() -> None:
    life = asked(*DUE).happen(vote(NAME, ADA)).pass_(DAY)
    assert life.told() == ["approval_overdue", "approval_escalated", "told"]
    assert (seats(life)[-1], life.sent()) == ("mgr", [("approval_escalated", [["user", "mgr", ""]])])
    assert life.happen(vote(NAME, MGR)).fields["got"] == "yes"


def test_a_deadline_that_is_seen_half_an_hour_late_acts_once_and_the_votes_from_before_count() -> None:
    life = asked(*DUE).happen(vote(NAME, ADA))
    life.now += DAY + HOUR / 2
    assert life.happen(vote(NAME, BEN)).told()[:4] == ["approval_overdue", "approval_escalated", "told", "voted"]
    assert [message for message, _ in life.sent()] == ["approval_escalated", "approval_withdrawn"]
    assert (life.fields["got"], life.happen(Event(Kind.TICK)).told()) == ("yes", [])


@pytest.mark.parametrize("due", ["1 day", "=limit"])
def test_not_decided_twice_in_time_means_rejected_unless_something_is_written(due: str) -> None:
    text = CHANGE.replace("ask: [plan, who, board]", "ask: [plan, limit]")
    keys = ("votes: 2", f"due: {due}", "escalate_to: [manager]")
    life = asked(*keys, text=text, limit="2026-03-07 10:00")
    assert life.pass_(2 * DAY - 1).open("approval") == [PATH]
    assert (life.pass_(1).fields["got"], life.record.approvals["judge"]["outcome"]) == ("no", "rejected")
    life = asked(*keys, "expired: [{set: {got: late}}]", text=text, limit="2026-03-07 10:00").pass_(2 * DAY)
    assert (life.fields["got"], life.record.approvals["judge"]["outcome"]) == ("late", "expired")


def test_without_anybody_to_escalate_to_it_expires_when_it_is_due() -> None:
    assert asked("due: 1 day").pass_(DAY).fields["got"] == "no"
    assert asked("due: 1 day", "escalate_to: [empty]").pass_(DAY).open("approval") == [PATH]


def test_a_vote_after_the_deadline_finds_it_past_however_long_everything_was_away() -> None:
    life = asked("votes: 1", "due: 1 day")
    life.now += 5 * DAY
    life.happen(edit(REQ, n=3))
    assert (life.fields["got"], life.open("approval")) == ("no", [])


def test_enough_yes_is_a_yes_at_the_deadline_when_only_a_veto_was_waited_for() -> None:
    life = asked("votes: 2", "veto: security", "due: 1 day").happen(vote(NAME, ADA)).happen(vote(NAME, BEN))
    assert life.open("approval") == [PATH]
    assert life.pass_(DAY).fields["got"] == "yes"


def test_escalating_to_somebody_on_the_board_lets_them_decide_alone_unless_they_have_voted() -> None:
    life = asked("votes: 3", "due: 1 day", "escalate_to: [ada, ben]").happen(vote(NAME, BEN)).pass_(DAY)
    assert seats(life) == list(BOARD)
    assert life.line("approval_escalated").data["seats"][0]["id"] == "ada"
    assert life.happen(vote(NAME, ADA, "no", "No")).fields["got"] == "no"


def test_who_may_not_decide_is_not_escalated_to() -> None:
    life = asked("due: 1 day", "escalate_to: [manager, ada]", "not: [mgr]").pass_(DAY)
    assert seats(life) == list(BOARD)


def test_thresholds_name_those_who_have_not_answered() -> None:
    at = 'at: {50%: [{notify: "Vote", to: [seats], with: {left: "=len(seats)"}}, {when: len(seats) < 2, set: {n: 9}}]}'
    life = asked("votes: all", "due: 1 day", at).happen(vote(NAME, ADA)).pass_(12 * HOUR)
    assert life.sent() == [("Vote", [["user", each, ""] for each in BOARD[1:]])]
    assert (life.outbox[0].body["with"], life.fields["n"]) == ({"left": "4"}, None)
    assert life.pass_(12 * HOUR).fields["got"] == "no"


def test_without_approved_the_flow_goes_on_and_an_error_in_a_branch_is_caught() -> None:
    text = CHANGE.replace("approved: [{set: {got: yes}}]", "on_error: [{set: {got: caught}}]")
    life = asked(text=text).happen(vote(NAME, ADA))
    assert (life.fields["got"], life.fields["n"]) == (None, "1")
    life = asked(text=text.replace("rejected: [{set: {got: no}}]", "rejected: [{fail: No}]"))
    life.happen(vote(NAME, ADA, "no", "No"))
    for who in (BEN, CAT, DON):
        life.happen(vote(NAME, who, "no", "No"))
    assert life.happen(vote(NAME, ELF, "no", "No")).fields["got"] == "caught"


ROUND = """
owner: mgr
fields: {plan: text, n: {type: number, default: 0}}
states:
  judged:
    do: [{approval: J, id: judge, by: [cab], votes: 2, due: 1 day, %s, rejected: [{set: {n: 1}}]}]
    transitions: {on: {to: other, auto: true, when: n == 1}}
  other: {transitions: {off: {to: more, auto: true}}}
  more: {transitions: {off: {to: other, auto: true}}}
"""


@pytest.mark.parametrize(
    ("at", "left"), [("escalate_to: [manager]", []), ("at: {50%: [{set: {n: 1}}]}", ["1/judged/do/0"])]
)
def test_what_goes_round_in_circles_when_time_acts_is_a_fault_and_approves_nothing(at: str, left: list[str]) -> None:
    life = Life(a_definition(ROUND % at), ORGANISATION).happen(Event(Kind.START, actor=REQ)).pass_(3 * DAY)
    assert (life.state, life.open("approval")[:1] or left) == ("judged", left)
    assert "circles" in [fault.code for fault in life.record.faults.values()]


def test_seats_are_fixed_when_it_opens() -> None:
    life = asked("votes: all")
    life.organisation = read_organisation({"all.yaml": PEOPLE.replace("min: {}", "min: {groups: [cab]}")})
    assert life.refused(vote(NAME, MIN)) == ["only Ada, Ben, Cat, Don, Elf may vote on this approval"]


AT_HALF = """
fields: {summary: text, job: text}
states:
  first:
    do:
      - {approval: A, by: [desk], votes: 2, due: 1 day, void_if: [summary], rejected: [{go: last}],
         at: {50%: [{start: job, with: {title: "{{ summary }}"}, save: {job: =result.id}}, {call: a.b}]}}
  last: {final: true}
"""


def test_a_threshold_that_is_passed_again_in_a_later_round_begins_its_steps_anew() -> None:
    life = begun(AT_HALF, summary="a").pass_(12 * HOUR)
    (first,), (call,) = life.open("start"), life.open("call")
    life.happen(edit(summary="b")).pass_(12 * HOUR)
    (_, second), (_, again) = life.open("start"), life.open("call")
    assert [row.body["fields"]["title"] for row in life.outbox if row.kind == "start"] == ["b"]
    assert (first != second, call != again) == (True, True)
    for path, job in ((first, "JOB1"), (second, "JOB2")):
        life.happen(Event(Kind.CHILD, path, None, {"result": {"id": job, "state": "new", "fields": {}, "shapes": {}}}))
        assert life.fields["job"] == job
