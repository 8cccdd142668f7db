"""Tasks: who gets them, who may do what with them, what their forms write, and what happens when nobody does them."""

import pytest

from engine.record import Event
from tests.engine.builders import ANN, BOB, CLEO, DAN, DAY, HOUR, Life, act, begun, claim, complete, edit, release

TASK = """
write: [agent]
fields:
  summary: text
  impact: {type: choice, options: [high, low]}
  kind: text
  detail: {type: text, when: kind == 'odd'}
  cost: {type: number, valid: cost < 10, help: At most 9.}
  secret: {type: text, write: [boss]}
  got: long_text
states:
  first:
    do:
      - id: look
        task: "Look at {{ summary }}"
        for: [desk]
        form:
          - impact
          - detail
          - cost: {type: number}
            outcome: {type: choice, options: [done, failed], required: true}
            helper: user
      - set: {got: "{{ tasks.look.outcome }} {{ tasks.look.cost + 1 }} {{ tasks.look.helper }}"}
    transitions: {out: {to: second, by: [agent]}}
  second: {}
"""
PATH = "1/first/do/0"


def looking() -> Life:
    return begun(TASK, summary="it", kind="even", impact="low")


def test_a_task_is_given_to_every_active_person_meant_and_they_are_told() -> None:
    life = looking()
    task = life.record.tokens[PATH].data
    assert (task["title"], [seat["id"] for seat in task["seats"]]) == ("Look at it", ["bob", "cleo"])
    assert life.sent() == [("task_opened", [["user", "bob", ""], ["user", "cleo", ""]])]


def test_a_task_is_claimed_by_one_and_kept_from_the_others_until_released() -> None:
    life = looking().happen(claim(PATH))
    assert life.told() == ["task_claimed"]
    assert life.refused(claim(PATH, CLEO)) == ["Bob Baker has claimed this task: ask them to release it"]
    assert life.happen(claim(PATH)).told() == []
    assert life.happen(release(PATH)).told() == ["task_released"]
    assert life.happen(release(PATH)).told() == []
    assert life.happen(claim(PATH, CLEO)).record.tokens[PATH].data["claimed_by"]["id"] == "cleo"


@pytest.mark.parametrize("event", [claim(PATH, ANN), release(PATH, ANN), complete(PATH, ANN, outcome="done", cost=1)])
def test_only_those_with_a_seat_may_do_something_with_it(event: Event) -> None:
    (text,) = looking().refused(event)
    assert text == f"only Bob Baker, Cleo Cole may {event.kind} this task"


@pytest.mark.parametrize("event", [claim("9/first/do/0"), release(""), complete("nonsense", BOB, a=1)])
def test_a_task_that_is_not_open_any_more_says_so(event: Event) -> None:
    assert looking().refused(event) == ["this task is no longer open: the record is now in first"]


def test_completing_it_writes_the_form_and_keeps_its_own_fields_typed() -> None:
    life = looking().happen(complete(PATH, BOB, impact="high", outcome="done", cost=2, helper="cleo"))
    assert life.fields["impact"] == "high"
    assert life.record.tasks == {
        "look": {"outcome": "done", "cost": "2", "helper": {"id": "cleo", "label": "Cleo Cole"}}
    }
    assert life.fields["got"] == "done 3 Cleo Cole"
    assert "impact" not in life.line("task_completed").data["filled_in"]


def test_everything_wrong_with_a_form_is_said_at_once() -> None:
    life = begun(TASK, kind="odd")
    said = life.refused(complete(PATH, BOB, impact="middle", cost="many", helper="zed", extra=1))
    assert said == [
        'no field named "extra". Asked for: impact, detail, cost, outcome, helper.',
        'impact: "middle" is not one of high, low',
        'cost: "many" is not a number. Write it like 1250 or 12.50, without an exponent or separators for thousands.',
        'helper: there is no person "zed"',
        "detail must be filled in",
        "outcome must be filled in",
    ]


def test_a_task_is_not_open_to_anybody_without_people_and_stands_still() -> None:
    life = begun("states: {first: {do: [{task: Look, for: [empty, summary]}]}}", summary="x")
    (fault,) = life.record.faults.values()
    assert fault.text == 'nobody can do the task "Look": it is for empty, x, and there is no active person behind that'
    life = begun("fields: {who: user}\nstates: {first: {do: [{task: Look, for: [who]}]}}")
    assert "it is for nobody" in life.record.faults["1"].text


def test_leaving_the_state_withdraws_the_task_and_nobody_can_complete_it() -> None:
    life = looking().happen(act("out"))
    assert life.refused(complete(PATH, BOB)) == ["this task is no longer open: the record is now in second"]


LENT = """
write: [boss]
fields: {summary: text, secret: {type: text, write: [boss]}}
states: {first: {do: [{task: Look, for: [desk], form: [summary]}, {task: Tell, for: [desk], form: [secret]}]}}
"""


def test_a_form_lends_the_records_right_to_write_but_not_the_fields_own() -> None:
    life = begun(LENT)
    assert life.refused(edit(BOB, summary="x")) == ["only boss may write summary"]
    life.happen(complete(PATH, BOB, summary="x"))
    assert life.refused(complete("1/first/do/1", BOB, secret="s"))[0] == "only boss may write secret"


DUE = """
fields: {summary: text, by: datetime}
calendar: office
states:
  first:
    do:
      - task: Look
        for: [desk]
        due: %s
        escalate_to: [boss, cleo]
        at: {50%%: [{notify: half, to: [desk]}], 100%%: [{set: {summary: full}}], 200%%: [{notify: twice, to: [boss]}]}
"""


@pytest.mark.parametrize(
    ("due", "half", "rest"),
    [
        ("4 hours", 2 * HOUR, 2 * HOUR),
        ("8 business hours", 4 * HOUR, (24 * 3 + 20) * HOUR),
        ("=by", HOUR, HOUR),
        ("1 month", 15.5 * DAY, 15.5 * DAY),
    ],
)
def test_thresholds_and_due_time_act_once_each(due: str, half: float, rest: float) -> None:
    life = begun(DUE % due, by="2026-03-06 13:00")
    assert life.pass_(half - HOUR).sent() == []
    if due != "1 month":  # a month in which the clocks change
        assert life.pass_(HOUR).sent() == [("half", [["name", "desk", ""]])]
        life.pass_(rest - 1)
        assert life.told() == []
        life.pass_(1)
        assert (life.told(), life.fields["summary"]) == (["task_overdue", "task_escalated", "told"], "full")
    assert life.pass_(90 * DAY).told()[-1:] == ["told"]
    assert life.record.tokens[PATH].due is None


def test_escalation_gives_a_seat_to_those_who_have_none() -> None:
    life = begun(DUE % "1 hour").pass_(HOUR)
    assert life.line("task_escalated").data["seats"] == [{"id": "dan", "label": "Dan Drake"}]
    assert life.happen(complete(PATH, DAN)).told() == ["task_completed"]


def test_without_a_due_time_nothing_acts_by_itself() -> None:
    assert begun(DUE % "=by").pass_(90 * DAY).lines == []


def test_nobody_more_to_escalate_to_is_no_escalation() -> None:
    text = "states: {first: {do: [{task: Look, for: [desk], due: 1 hour, escalate_to: [cleo]}]}}"
    assert begun(text).pass_(HOUR).told() == ["task_overdue"]


def test_a_threshold_step_that_fails_leaves_the_task_open() -> None:
    text = """
fields: {summary: text, n: number}
states:
  first:
    do: [{task: Look, for: [desk], due: 1 hour, at: {50%: [{set: {n: many}}]}, on_error: [{set: {n: 1}}]}]
"""
    life = begun(text).pass_(HOUR)
    assert (life.open("task"), life.open("fault")) == ([PATH], [f"{PATH}/at-50%.2/0"])
    assert life.fields["n"] is None
