"""Who is meant by a name, and whether an actor is among them."""

import pytest

from engine.people import meant
from engine.record import Actor, Event, Kind, Refused, Who
from engine.turn import Turn
from language.expressions import parse
from tests.engine.builders import ANN, BOB, CLEO, DAN, NOW, Life, act, begun, outcome

FIELDS = """
fields:
  owner: user
  team: group
  service: {type: ref, of: service}
  helpers: {type: list, of: user}
  summary: text
states:
  first: {transitions: {x: {by: [%s], to: second}}}
  second: {}
"""


def people(by: str, **fields: object) -> Life:
    given = {"owner": "bob", "team": "desk", "service": "mail", "helpers": ["ann", "cleo"], **fields}
    return begun(FIELDS % by, **given)


@pytest.mark.parametrize(
    ("by", "who"),
    [
        ("agent", BOB),
        ("desk", BOB),
        ("bob", BOB),
        ("anyone", ANN),
        ("owner", BOB),
        ("team", CLEO),
        ("helpers", ANN),
        ("team.lead", CLEO),
        ("team.members", BOB),
        ("service.owner", DAN),
        ("service.group", CLEO),
        ("service.group.lead", CLEO),
        ("owner.manager", CLEO),
        ("owner.groups", CLEO),
        ("created_by", BOB),
        ("created_by.manager", CLEO),
        ("=owner", BOB),
        ("=service.owner", DAN),
        ("=summary", BOB),
        ("=helpers", ANN),
    ],
)
def test_somebody_who_is_meant_may(by: str, who: Actor) -> None:
    assert people(f'"{by}"', summary="desk").happen(act("x", who)).state == "second"


@pytest.mark.parametrize(
    ("by", "who", "text"),
    [
        ("desk", ANN, "only desk may x"),
        ("owner", ANN, "only owner (Bob Baker) may x"),
        ("team", DAN, "only team (Desk) may x"),
        ("helpers", DAN, "only helpers (Ann Archer, Cleo Cole) may x"),
        ("team.lead", BOB, "only team.lead (Desk) may x"),
        ("service.owner", BOB, "only service.owner (E-mail) may x"),
        ("created_by", ANN, "only created_by may x"),
        ("service", BOB, "only service (E-mail) may x"),
        ("=owner", ANN, "only bob may x"),
        ("=team - 1", BOB, "only nobody yet may x"),
        ("watchers", BOB, "only watchers may x"),
    ],
)
def test_who_could_is_said_to_those_who_may_not(by: str, who: Actor, text: str) -> None:
    life = people(f'"{by}"')
    found = outcome(life.definition, life.record, act("x", who)._replace(now=NOW))
    assert isinstance(found, Refused)
    assert [reason.text for reason in found.reasons] == [text]
    assert text == f"only {', '.join(found.reasons[0].who)} may x"


@pytest.mark.parametrize(
    ("by", "text"),
    [
        ("owner", "owner (nobody yet)"),
        ("service.group.lead", "service.group.lead (nobody yet)"),
        ("=helpers", "nobody yet"),
    ],
)
def test_an_empty_field_means_nobody(by: str, text: str) -> None:
    life = people(f'"{by}"', owner=None, service=None, helpers=[])
    assert life.refused(act("x", BOB)) == [f"only {text} may x"]


def test_a_start_without_people_is_for_the_process_itself() -> None:
    text = "start: {to: first, event: news}\nstates: {first: {}}"
    assert begun(text, None).state == "first"
    definition = begun(text, None).definition
    assert Life(definition).refused(Event(Kind.START, actor=BOB)) == ["only the process itself may start"]


def test_nobody_is_named_twice() -> None:
    life = people("agent")
    turn = Turn(life.definition, life.record, Event(Kind.TICK))
    assert meant(turn, ("owner", parse("owner"), "desk", "desk")) == (Who("user", "bob"), Who("name", "desk"))
