"""Who sees a record, and how much of it."""

import pytest

from engine.record import Actor, Advanced, Event, Kind, Record, Refused
from engine.turn import Turn
from engine.visibility import Sight, readers, sight, viewer
from tests.engine.builders import ANN, BOB, CLEO, DAN, HOUR, Life, a_definition, act, begun, edit, outcome, vote

READ = """
read: [agent, caller, team]
fields: {caller: user, team: group}
states: {first: {do: [{task: Look, for: [ann]}, {wait: 1 day}]}}
"""


def seen_by(life: Life, actor: Actor) -> Sight | None:
    return sight(Turn(life.definition, life.record, Event(Kind.TICK)), actor)


@pytest.mark.parametrize(
    ("actor", "seen"),
    [
        (BOB, Sight.FULL),
        (DAN, Sight.FULL),  # owns the process
        (Actor("carl", groups=("empty",)), Sight.FULL),
        (Actor("zoe"), Sight.PUBLIC),
        (ANN, Sight.PUBLIC),  # has a seat at the task
        (Actor("carl"), None),
    ],
)
def test_a_role_or_group_sees_in_full_and_a_person_in_the_record_what_is_public(
    actor: Actor, seen: Sight | None
) -> None:
    life = begun(READ)
    life.record = life.record._replace(
        fields={"caller": {"id": "zoe", "label": "Zoe"}, "team": {"id": "empty", "label": ""}}
    )
    assert seen_by(life, actor) is seen


def test_readers_are_listed_once_for_filtering() -> None:
    life = begun(READ, caller="ann", team="desk")
    assert readers(life.definition, life.record) == (
        ("name:agent", True),
        ("user:ann", False),
        ("group:desk", True),
        ("name:boss", True),
    )


def test_a_viewers_names_meet_those_of_the_readers() -> None:
    assert viewer(BOB) == ("user:bob", "name:agent", "name:desk", "name:bob", "name:anyone", "group:desk")


NO_READ = """
owner: =who.manager
start: {to: first, by: [requester], ask: [who, service]}
fields: {who: user, service: {type: ref, of: service}}
states:
  first:
    do: [{task: Look, for: [desk]}]
    transitions: {x: {by: [who, service.owner, "=service.owner", "=who"]}, y: {by: [anyone]}}
"""


def test_without_read_everyone_named_sees_it_as_far_as_the_record_says_who_that_is() -> None:
    life = begun(NO_READ.replace("[requester]", "[agent]"), BOB, who="ann", service="mail")
    assert readers(life.definition, life.record) == (
        ("name:agent", True),
        ("user:ann", False),
        ("name:anyone", False),
        ("name:desk", True),
        ("user:bob", False),
        ("user:cleo", False),
    )


GUARDED = """
read: [agent, caller]
fields:
  caller: user
  margin: {type: number, internal: true, valid: margin < 9000}
  price: {type: number, valid: price > margin}
states:
  first:
    transitions:
      accept: {to: [{to: last, when: margin > 1000}], by: [caller], ask: [price, margin]}
      back: {to: last, by: [caller], when: margin < 5}
  last: {final: true}
"""


@pytest.mark.parametrize(
    ("event", "texts"),
    [
        (act("back", ANN), ["back is not possible now"]),
        (act("accept", ANN), ["accept leads nowhere now"]),
        (
            act("accept", ANN, price=1, margin=1),
            [
                "margin is internal: only those who see internal fields fill it in",
                "price: it must be so that price > margin",
            ],
        ),
    ],
)
def test_reasons_do_not_tell_what_their_reader_does_not_see(event: Event, texts: list[str]) -> None:
    life = begun(GUARDED, caller="ann", margin=777)
    assert [text for text in life.refused(event) if "leads nowhere" not in text or event.data == {}] == texts


def test_who_sees_only_the_public_part_does_not_fill_in_what_is_internal_at_the_start() -> None:
    event = Event(Kind.START, actor=ANN, data={"caller": "ann", "margin": "5"})
    found = outcome(a_definition(GUARDED), Record("T1", "test", 1, ""), event)
    assert isinstance(found, Refused)
    assert [reason.path for reason in found.reasons] == ["with.margin"]


def test_who_may_by_a_role_fills_in_what_is_internal_without_seeing_it() -> None:
    text = GUARDED.replace(
        "read: [agent, caller]", "read: [agent, caller]\nstart: {to: first, by: [caller, probe], ask: [margin]}"
    )
    event = Event(Kind.START, actor=Actor("press", roles=("probe",)), data={"margin": "5"})
    found = outcome(a_definition(text), Record("T1", "test", 1, ""), event)
    assert isinstance(found, Advanced)


def test_who_writes_by_a_role_edits_what_is_internal_and_who_sees_only_the_public_part_does_not() -> None:
    text = GUARDED.replace("read: [agent, caller]", "read: [agent, caller]\nwrite: [agent, caller, probe]")
    life = begun(text, caller="ann", margin=777)
    assert life.refused(edit(ANN, margin=1)) == ["margin is internal: only those who see internal fields write it"]
    assert life.happen(edit(Actor("press", roles=("probe",)), margin=1)).fields["margin"] == "1"
    assert life.happen(edit(BOB, margin=2)).fields["margin"] == "2"


def test_a_record_of_older_rules_takes_what_it_took() -> None:
    life = begun(GUARDED.replace("read: [agent, caller]", "read: [agent, caller]\nwrite: [caller]"), caller="ann")
    life.record = life.record._replace(engine=2)
    assert life.happen(edit(ANN, margin=1)).fields["margin"] == "1"


BY_ITSELF = """
read: [agent]
fields: {margin: {type: number, internal: true}, price: number}
states:
  first: {transitions: {leave: {to: last, after: 1 hour, when: margin < 5 and price < 5}}}
  last: {final: true}
"""


@pytest.mark.parametrize(
    ("engine", "because"),
    [(3, "because of margin, which is internal"), (2, "margin is 777, not less than 5")],
)
def test_what_happens_by_itself_names_internal_fields_and_not_what_is_in_them(engine: int, because: str) -> None:
    life = begun(BY_ITSELF, margin=777, price=1)
    life.record = life.record._replace(engine=engine)
    life.pass_(HOUR)
    assert life.line("timer_blocked").data["because"] == [f"leave is not possible now ({because})"]
    assert because in life.record.timers["leave"].because[0]


VOTED = """
read: [boss]
states:
  first: {do: [{approval: Judge, id: judge, by: [desk], votes: 1, rejected: [{go: last}]}, {go: last}]}
  last: {final: true}
"""


@pytest.mark.parametrize(("engine", "seen"), [(3, Sight.PUBLIC), (2, None)])
def test_who_has_voted_sees_the_record_from_then_on_and_who_was_only_asked_does_not(
    engine: int, seen: Sight | None
) -> None:
    life = begun(VOTED)
    life.record = life.record._replace(engine=engine)
    assert seen_by(life, CLEO) is Sight.PUBLIC
    life.happen(vote("1.judge.1", BOB))
    assert (life.state, seen_by(life, BOB), seen_by(life, CLEO)) == ("last", seen, None)
    assert (("user:bob", False) in readers(life.definition, life.record)) is (seen is not None)
