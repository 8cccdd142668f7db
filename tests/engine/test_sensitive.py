"""Sensitive fields: sealed before the record sees them, opaque inside, told by nothing that the record says."""

import json
from typing import Any

import pytest

from engine.calls import open_calls
from engine.chain import line_json
from engine.facts import answer
from engine.journal import tell
from engine.listing import listing
from engine.masking import mask
from engine.record import Actor, Event, Kind, Needs, Plain, Record, Refused
from engine.requests import body_digest
from engine.sensitive import sealed
from engine.snapshot import snapshot
from engine.visibility import opened
from tests.engine.builders import ANN, BOB, DAN, NOW, ORGANISATION, Life, a_definition, act, complete, edit, occur

CANARY = "hunter2"
HIRE = """
calendar: office
read: [agent, boss, caller]
write: [agent]
start: {to: new, by: [agent, requester], ask: [summary, password, caller, pay, level, sure, since, boss_of, team, keys]}
fields:
  summary: text
  password: {type: text, sensitive: true}
  pay: {type: money, sensitive: [boss, caller], internal: false}
  level: {type: choice, options: [high, low], sensitive: [caller], internal: true}
  sure: {type: yes_no, sensitive: true}
  since: {type: datetime, sensitive: true}
  boss_of: {type: user, sensitive: true}
  team: {type: group, sensitive: true}
  keys: {type: list, of: number, sensitive: true}
  caller: user
states:
  new:
    do:
      - {task: Look, id: look, for: [desk], form: [password]}
      - {notify: told, to: [caller], with: {about: =summary}}
      - {call: identity.grant, with: {password: =password, name: =summary}}
      - {set: {password: null}}
    transitions:
      done: {to: over, by: [agent], needs: [password], when: password is filled, blocked: No password}
      tell: {event: told, ask: [password]}
  over: {final: true}
"""
DEFINITION = a_definition(HIRE)
NEW = Record("THG1", DEFINITION.process, DEFINITION.version, DEFINITION.digest)


def given(event: Event, record: Record = NEW, seal: str = "») ") -> Plain | Refused:
    """Seal an event's data with the facts that takes."""
    event = event._replace(now=NOW)
    while isinstance(
        found := sealed(DEFINITION, record, event, lambda value: f"{seal}{json.dumps(value)[::-1]}"), Needs
    ):
        event = event._replace(facts={**event.facts, **answer(ORGANISATION, found.keys, NOW)})
    return found


def sealing(life: Life, event: Event) -> Event:
    data = given(event, life.record)
    assert not isinstance(data, Refused), data
    return event._replace(data=data)


def a_hire(**fields: Any) -> Life:
    life = Life(DEFINITION)
    return life.happen(
        sealing(life, Event(Kind.START, "start", BOB, {"summary": "New one", "caller": "ann", **fields}))
    )


def reasons(**data: Any) -> list[tuple[str, str]]:
    refused = given(edit(BOB, **data))
    assert isinstance(refused, Refused)
    return [(reason.path, reason.text) for reason in refused.reasons]


@pytest.mark.semantics("I3.4")
def test_nothing_that_a_record_says_holds_a_sensitive_value() -> None:
    life = a_hire(password=CANARY)
    told = [*map(line_json, life.lines), *(row._asdict() for row in life.outbox), snapshot(life.record)]
    life.happen(sealing(life, complete(life.open("task")[0], password=CANARY)))
    told += [*map(line_json, life.lines), *(row._asdict() for row in life.outbox), listing(DEFINITION, life.record)]
    assert life.fields["password"]["sealed"].startswith("»")
    assert CANARY not in json.dumps(told)


def test_a_message_does_not_even_carry_the_seal() -> None:
    life = a_hire(password=CANARY)
    assert [row.body["message"] for row in life.outbox] == ["task_opened"]
    assert "password" not in life.outbox[0].body["fields"]
    assert life.outbox[0].body["fields"]["summary"] == "New one"


def test_lists_and_search_know_nothing_of_it() -> None:
    life = a_hire(password=CANARY, level="high", team="desk", sure=True)
    place = listing(DEFINITION, life.record)
    assert place["title"] == "New one"
    assert not {"level", "team", "sure", "boss_of"} & {*place["indexed"], *place["internal_indexed"]}


@pytest.mark.semantics("I3.3")
def test_the_journal_tells_that_it_changed_and_not_to_what() -> None:
    life = a_hire(password=CANARY)
    life.happen(sealing(life, edit(BOB, password="other")))
    assert tell(life.line("field")) == "password: sealed → sealed (edit)"
    life.happen(edit(BOB, password=None))
    assert life.line("field").data["old"] == {"sealed": True}
    assert tell(life.line("field")) == "password: sealed → empty (edit)"


@pytest.mark.semantics("I3.2")
def test_whether_it_is_filled_can_be_asked_needed_and_taken_back_by_the_process() -> None:
    life = a_hire()
    assert life.refused(act("done")) == ["password must be filled in to done", "No password (password is empty)"]
    life.happen(sealing(life, complete(life.open("task")[0], password=CANARY)))
    (call,) = open_calls(life.record)
    life.happen(Event(Kind.RESULT, call.path, data={"result": {}}))
    assert life.fields["password"] is None


@pytest.mark.semantics("I3.5")
def test_a_call_is_given_the_seal_and_not_the_value() -> None:
    life = a_hire(password=CANARY)
    life.happen(sealing(life, complete(life.open("task")[0], password=CANARY)))
    (call,) = open_calls(life.record)
    assert call.input == {"password": life.fields["password"], "name": "New one"}
    assert CANARY not in json.dumps(call.input)


@pytest.mark.semantics("I3.1")
def test_what_is_not_sealed_is_refused_and_not_repeated() -> None:
    (text,) = a_hire().refused(edit(BOB, password=CANARY))
    assert text == "password: it is sensitive, and is taken only as the API seals it"


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("pay", 12.5, "12.50"),
        ("level", "high", "high"),
        ("sure", "yes", True),
        ("since", "2026-03-06 13:00", "2026-03-06T12:00:00Z"),
        ("boss_of", "bob", {"id": "bob", "label": "Bob Baker"}),
        ("team", "desk", {"id": "desk", "label": "Desk"}),
        ("keys", [1, 2], ["1", "2"]),
    ],
)
def test_a_value_is_read_as_its_field_says_before_it_is_sealed(name: str, raw: object, value: object) -> None:
    found = given(edit(BOB, **{name: raw}), seal="")
    assert not isinstance(found, Refused)
    assert json.loads(found[name]["sealed"][::-1]) == value


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("pay", "a number like 1250 or 12.50"),
        ("level", "one of high, low"),
        ("sure", "true or false"),
        ("boss_of", "the id of a user that there is"),
        ("team", "the id of a group that there is"),
        ("since", "a time like 2026-03-06 10:00"),
        ("keys", "a list of at most 500 entries, each as the field says"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_without_repeating_it(name: str, wanted: str) -> None:
    text = f"{name}: this cannot be its value. It must be {wanted}. It is sensitive, so it is not repeated here."
    assert reasons(**{name: CANARY}) == [(f"with.{name}", text)]


def test_all_values_that_do_not_fit_are_refused_at_once() -> None:
    assert [path for path, _ in reasons(pay=CANARY, level=CANARY, password="fine", summary="x")] == [
        "with.pay",
        "with.level",
    ]


@pytest.mark.parametrize("kind", [Kind.COMMENT, Kind.VOTE, Kind.RESULT])
def test_what_holds_no_values_of_fields_is_left_alone(kind: Kind) -> None:
    assert given(Event(kind, data={"password": "x"})) == {"password": "x"}


def test_empty_stays_empty_and_other_fields_stay_as_they_are() -> None:
    assert given(edit(BOB, password=" ", summary="x", strange=1)) == {"password": None, "summary": "x", "strange": 1}


def test_an_outside_event_brings_a_sealed_value_as_people_do() -> None:
    life = a_hire()
    life.happen(sealing(life, occur("told", password=CANARY)))
    assert life.fields["password"]["sealed"].startswith("»")


def test_the_digest_of_a_request_holds_nothing_of_a_sensitive_value() -> None:
    data = [given(edit(BOB, password=CANARY), seal=seal) for seal in ("a", "b")]
    first, second = (body_digest(edit(BOB, **each)) for each in data if not isinstance(each, Refused))
    assert first == second
    assert first != body_digest(edit(BOB, password=None))


@pytest.mark.parametrize(
    ("actor", "names"),
    [
        (BOB, ["password", "sure", "since", "boss_of", "team", "keys"]),  # sees in full
        (DAN, ["password", "pay", "sure", "since", "boss_of", "team", "keys"]),
        (ANN, ["pay"]),  # as the caller: what is internal stays hidden
        (Actor("zed"), []),
    ],
)
@pytest.mark.semantics("I3.5")
def test_those_read_it_who_see_in_full_or_are_named(actor: Actor, names: list[str]) -> None:
    assert list(opened(DEFINITION, a_hire().record, actor)) == names


def test_a_process_without_sensitive_fields_opens_none() -> None:
    plain = a_definition("states: {first: {final: true}}")
    assert opened(plain, NEW, BOB) == ()


def test_who_may_not_read_it_sees_that_something_is_there() -> None:
    fields = a_hire(password=CANARY).fields
    assert (mask(fields["password"]), mask(fields["pay"])) == ({"sealed": True}, None)
