"""What holds of every record whatever happens to it: random lives of the shipped incident and of a crowded process."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.advance import next_event, settled
from engine.calls import open_calls
from engine.chain import seal
from engine.listing import listing
from engine.paths import undone
from engine.record import Actor, Advanced, Event, Kind, Record, Refused
from engine.snapshot import snapshot
from engine.timers import earliest
from language.definition import Definition
from language.organisation import Organisation
from language.organisation_reading import read_organisation
from language.reading import read_definition
from tests.engine.blows import BLOWS, Blow, event, people
from tests.engine.builders import MINUTE, NOW, ORGANISATION, a_definition, outcome, through_json
from tests.engine.flowing import FLOWING

SHIPPED = Path(__file__).parents[2] / "definitions"
INCIDENT = read_definition((SHIPPED / "incident.yaml").read_text())
HANSA = read_organisation({path.name: path.read_text() for path in sorted((SHIPPED / "organisation").glob("*.yaml"))})

CROWDED = a_definition("""
calendar: office
read: [agent, owner]
fields:
  summary: {type: text, required: true}
  owner: user
  n: {type: number, default: 0, valid: n < 50}
  when: datetime
  kind: {type: choice, options: [calm, busy, spin]}
  span: {type: duration, value: =when - created_at}
tables: {limits: {given: [kind], gives: [share], rows: [[calm, low], [any, high]]}}
targets:
  t:
    runs_in: [first]
    pauses_in: [second]
    per: kind
    within: {calm: 4 business hours, busy: 1 hour}
    at: {50%: [{set: {n: =n + 1}}]}
states:
  first:
    entry: [{notify: entered, to: [owner, desk]}, {call: a.entry, save: {n: =result.n}},
            {start: job, save: {summary: =result.id}}]
    do:
      - {task: "Look at {{ summary }}", id: look, for: [desk, owner], form: [kind, {own: {type: number}}], due: 2 hours,
         at: {50%: [{set: {n: =n + 1}}]}, escalate_to: [boss]}
      - {approval: "Judge {{ n }}", id: judge, by: [desk, owner], votes: 60%, veto: boss, not: [owner], due: 1 day,
         at: {50%: [{notify: hurry, to: [seats]}]}, escalate_to: [boss], void_if: [kind, when],
         approved: [{set: {n: 1}}], rejected: [{set: {n: 2}}], expired: [{fail: Nobody}], on_error: [{set: {n: 3}}]}
      - do: [{call: a.b, save: {n: =result.n}}, {wait: 1 business day}, {fail: Too late}]
        on_error: [{wait: {event: owner.replied, at_most: 3 hours}, save: {summary: =event.text}}, {go: second}]
      - repeat:
          at_most: 3
          until: n > 3
          do: [{set: {n: =n + 1}}, {choose: [{when: n > 2, do: [{wait: =when}]}, {do: [{wait: 1 hour}]}]}]
    on_error: [{notify: "Failed: {{ error.text }}", to: [boss]}]
    transitions:
      begin: {to: second, at: =when, when: kind == 'calm' and open_tasks == 0}
      remind: {at: "=when - '1 hour'", then: [{set: {n: =n - 1}}]}
      spin: {to: third, auto: true, when: kind == 'spin'}
      move: {to: second, by: [agent, owner], needs: [owner], ask: [when, n, comment]}
  second:
    do: [{run: job, with: {title: =summary}, save: {n: =result.fields.n}}, {send: told, to: =parent}, {fail: No}]
    transitions: {back: {to: first, by: [anyone], needs: [reason]}, later: {to: third, after: 1 business day}}
  third: {transitions: {round: {to: first, auto: true, when: n < 40}, end: {to: last, by: [boss]}}}
  last: {final: true, entry: [{call: a.last}]}
transitions: {note: {from: [first, second, third], event: note, ask: [n, kind], then: [{notify: noted, to: [owner]}]}}
""")


def steps(definition: Definition, organisation: Organisation, record: Record, wanted: Event) -> Iterator[Advanced]:
    """Let what is due and then the event happen, as the driver does; give every record on the way."""
    for _ in range(300):
        following = next_event(record, wanted)
        before = json.dumps(snapshot(record))
        found = outcome(definition, record, following, organisation)
        assert json.dumps(snapshot(record)) == before
        if isinstance(found, Advanced):
            sealed = seal(found, record.head)
            record = sealed.record
            yield sealed
        else:
            assert isinstance(found, Refused)
            assert all(reason.text and reason.kind in ("who", "input", "state", "stale") for reason in found.reasons)
            assert found.reasons
            assert following is wanted
        if following is wanted:
            return
    pytest.fail("time never stops acting")


def check(definition: Definition, record: Record) -> None:
    """Check what holds of every record."""
    undoing = {token.data["at"]: token for token in record.tokens.values() if token.kind == "rollback"}
    for path, token in record.tokens.items():
        visit, state, root, *_ = path.split("/")
        if undone(path):
            assert undone(path) in undoing or token.kind in ("call", "scope", "fault")
        elif root.startswith("block-"):
            assert record.state in definition.blocks[root.removeprefix("block-")].runs_in
        else:
            assert root not in ("do", "on_error") or (int(visit), state) == (record.visit, record.state)
    for path, token in undoing.items():
        mine = [each for each in record.undo if each.state == token.data["state"]]
        assert not path or (mine[-1].path == path and not any(each.ending for each in mine))
    assert len({each.path: each for each in record.undo}) == len(record.undo)
    for fault in record.faults.values():
        assert not fault.path or record.tokens[fault.path].kind == "fault"
    for clock in record.targets.values():
        assert sum(spent for *_, spent in clock.intervals) == pytest.approx(clock.spent)
        assert len(dict.fromkeys(clock.passed)) == len(clock.passed)
        assert clock.spent <= clock.wall + 1e-6
    if record.final:
        assert (record.timers, record.faults, record.undo, earliest(record)) == ({}, {}, (), None)
    assert settled(record) is (record.final and not open_calls(record))
    json.dumps(listing(definition, record))


def live(definition: Definition, organisation: Organisation, start: Event, blows: list[Blow]) -> Record:
    """Let a record live, and its copy through JSON beside it; check every record on the way, and give the last."""
    record = copied = Record("R1", definition.process, definition.version, definition.digest)
    keys: dict[str, None] = {}
    gone: dict[str, None] = {}
    now = NOW
    for blow in [None, *blows]:
        happening = start
        if blow is not None:
            now += blow.minutes * MINUTE
            happening = event(definition, organisation, record, blow)
        ours = list(steps(definition, organisation, record, happening._replace(now=now)))
        assert ours == list(steps(definition, organisation, copied, happening._replace(now=now)))
        for taken in ours:
            assert taken.record.seq == record.seq + 1
            record = taken.record
            check(definition, record)
            undone_now = [line.name for line in taken.lines if line.what == "undone"]
            assert not any(each in gone for each in undone_now)
            gone.update(dict.fromkeys(undone_now))
            assert not any(row.key in keys for row in taken.outbox)
            keys.update(dict.fromkeys(row.key for row in taken.outbox))
        copied = through_json(record)
        assert copied == record
    return record


@pytest.mark.parametrize(
    ("definition", "organisation"),
    [(INCIDENT, HANSA), (CROWDED, ORGANISATION), (FLOWING, ORGANISATION)],
    ids=["incident", "crowded", "flowing"],
)
def test_every_life_keeps_the_promises_of_a_record(definition: Definition, organisation: Organisation) -> None:
    @settings(max_examples=60, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.sampled_from(people(organisation)[:3]), st.lists(BLOWS, max_size=16))
    def life(starter: Actor, blows: list[Blow]) -> None:
        fields = {"summary": "It broke", "caller": "yuki", "service": "mail", "impact": "high"}
        fields = {name: value for name, value in fields.items() if name in definition.fields}
        live(definition, organisation, Event(Kind.START, "", starter, fields), blows)

    life()
