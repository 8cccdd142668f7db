"""A record as JSON and back: nothing is lost, nothing changes its kind."""

import json

from engine.record import Record
from engine.snapshot import restore, snapshot
from tests.engine.builders import BOB, HOUR, act, begun, claim, edit, failure

RICH = """
calendar: office
fields: {summary: text, when: datetime, ok: yes_no}
targets: {t: {runs_in: [first], pauses_in: [hold], within: 8 business hours, at: {50%: [{notify: half, to: [desk]}]}}}
states:
  first:
    entry: [{call: a.b}]
    do: [{task: Look, id: look, for: [desk], due: 2 days}]
    transitions: {begin: {to: hold, at: =when, when: ok}, rest: {to: hold, by: [agent]}}
  hold: {do: [{fail: Bang, on_error: [{wait: 1 day}]}], transitions: {back: {to: first, by: [agent]}}}
"""


def test_everything_a_record_has_survives_json() -> None:
    life = begun(RICH, when="2026-03-06 12:00", ok=False, summary="s")
    life.happen(claim("1/first/do/0")).happen(failure("1/first/entry/0")).pass_(4 * HOUR)
    life.happen(act("rest")).pass_(HOUR).happen(act("back"))
    life.happen(edit(BOB, summary="t")._replace(id="key", body="digest"))
    record = life.record
    assert record.faults
    assert record.seen == {"key": ("digest", record.seq)}
    assert record.targets["t"].intervals
    assert record.timers
    text = json.dumps(snapshot(record))
    assert restore(json.loads(text)) == record
    assert json.dumps(snapshot(restore(json.loads(text)))) == text


def test_a_record_that_has_not_begun_survives_too() -> None:
    record = Record("THG1", "thing", 1, "digest")
    assert restore(json.loads(json.dumps(snapshot(record)))) == record
