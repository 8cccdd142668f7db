"""What a record asks about others: attributes of references, and facts that look for records; and who answers how."""

import json
from typing import Any

import pytest

from engine.advance import advance
from engine.record import Advanced, Event, Kind, Needs, Record, Refused
from engine.record_facts import Sought, found, is_about_records, process_of, said, sought
from tests.engine.builders import BOB, NOW, a_definition

JOB = a_definition("""
process: job
fields:
  title: text
  size: {type: number, index: true}
  cost: {type: money, index: true}
  orders: {type: list, of: thing, index: true}
  doer: user
  code: {type: text, sensitive: true}
  ready: datetime
  notes: {type: list, of: {n: number}, index: true}
states: {open: {}, done: {final: true}}
""")

BODY = {
    "title": "Lamp",
    "code": {"sealed": "xyz"},
    "doer": {"id": "bob", "label": "Bob Baker"},
    "ready": "2026-03-06T10:00:00Z",
}
A_JOB = Record("JOB1", "job", 1, "", state="open", fields=BODY, created_at=NOW, updated_at=NOW, parent="REQ1")

ASKING = """
fields:
  summary: text
  job: {type: ref, of: job}
  jobs: {type: list, of: job}
  done: yes_no
  n: number
start: {to: first, by: [anyone], ask: [summary, job, jobs, n]}
states:
  first:
    entry: [{set: {STEP}}]
"""


def asked(step: str, given: dict[str, Any] | None = None, facts: dict[str, Any] | None = None) -> tuple[Any, list[str]]:
    """Start a record whose entry asks; give what it wrote, and the facts it asked for in rounds."""
    definition, rounds = a_definition(ASKING.replace("STEP", step)), list[str]()
    known: dict[str, Any] = dict(facts or {})
    for _ in range(10):
        event = Event(Kind.START, actor=BOB, data=given or {}, now=NOW, facts=known)
        outcome = advance(definition, Record("THG1", "thing", 1, ""), event)
        if not isinstance(outcome, Needs):
            assert not isinstance(outcome, Refused), outcome
            return outcome, rounds
        rounds.append(" ".join(outcome.keys))
        known.update({key: answered(key) for key in outcome.keys})
    raise AssertionError(rounds)


def answered(key: str) -> Any:
    name, *arguments = json.loads(key)
    if name in ("linked", "find", "count_of"):
        return found(key, ["JOB1", "JOB2"])
    return said(JOB, None if arguments[1] == "NONE" else A_JOB._replace(id=arguments[1]), key)


def written(step: str, **given: Any) -> Any:
    outcome, _ = asked(step, given)
    assert isinstance(outcome, Advanced)
    assert not outcome.record.faults, outcome.record.faults
    name = step.partition(":")[0]
    return outcome.record.fields[name]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("job.title", "Lamp"),
        ("job.state", "open"),
        ("job.id + job.label", "JOB1JOB1"),
        ("job.doer.id", "bob"),
        ("'late' if job.ready > now else 'soon'", "soon"),
        ("'new' if job.created_at == now and job.updated_at == now else 'old'", "new"),
        ("'yes' if job.parent == 'REQ1' else 'no'", "yes"),
        ("'yes' if job.created_by is empty else 'no'", "yes"),
        ("job.nonsense", None),
    ],
)
@pytest.mark.semantics("C4.4")
def test_attributes_of_a_record_have_the_types_of_its_process(expression: str, value: str | None) -> None:
    assert written(f'summary: "={expression}"', job="JOB1") == value


def test_a_record_without_a_parent_has_none() -> None:
    key = '["of_record","job","JOB1","parent"]'
    assert said(JOB, A_JOB._replace(parent=""), key)["value"]["value"] is None


def test_of_a_sensitive_field_another_record_learns_only_that_it_is_filled() -> None:
    assert written("summary: \"='yes' if job.code is filled else 'no'\"", job="JOB1") == "yes"
    assert "xyz" not in json.dumps(said(JOB, A_JOB, '["of_record","job","JOB1","code"]'))


def test_a_reference_to_no_record_is_refused() -> None:
    event = Event(Kind.START, actor=BOB, data={"job": "NONE"}, now=NOW)
    definition = a_definition(ASKING.replace("STEP", "summary: x"))
    needs = advance(definition, Record("THG1", "thing", 1, ""), event)
    assert isinstance(needs, Needs)
    refused = advance(
        definition, Record("THG1", "thing", 1, ""), event._replace(facts={k: answered(k) for k in needs.keys})
    )
    assert isinstance(refused, Refused)
    assert refused.reasons[0].text == 'job: there is no job "NONE"'


@pytest.mark.parametrize(
    ("call", "key"),
    [
        ("len(linked('job', 'thing'))", '["linked","THG1","job","thing",{}]'),
        (
            "len(linked('job', 'parent', state=['open', 'done']))",
            '["linked","THG1","job","parent",{"state":["open","done"]}]',
        ),
        ("len(find('job', size=3, newest=5))", '["find","job",{"size":"3","newest":"5"}]'),
        (
            "count_of('job', doer=actor, since=now)",
            '["count_of","job",{"doer":{"id":"bob","label":"Bob Baker"},"since":"2026-03-06T10:00:00Z"}]',
        ),
    ],
)
def test_a_fact_about_records_is_asked_with_its_values(call: str, key: str) -> None:
    outcome, rounds = asked(f'n: "={call}"')
    assert (rounds, outcome.record.fields["n"]) == ([key], "2")


def test_attributes_of_all_that_was_found_are_asked_for_together() -> None:
    outcome, rounds = asked("n: \"=count(find('job'), 'state', 'open')\"")
    assert rounds[1] == '["of_record","job","JOB1","state"] ["of_record","job","JOB2","state"]'
    assert (len(rounds), outcome.record.fields["n"]) == (2, "2")


def test_attributes_of_all_that_a_field_lists_are_asked_for_together() -> None:
    _, rounds = asked("n: \"=count(jobs, 'title', 'Lamp')\"", {"jobs": ["JOB7", "JOB8"], "n": 1})
    assert rounds[-1] == '["of_record","job","JOB7","title"] ["of_record","job","JOB8","title"]'


def test_of_a_record_beside_others_that_were_found_only_its_own_is_asked() -> None:
    _, rounds = asked("done: \"=len(linked('job', 'thing')) == 2 and job.title == 'x'\"", {"job": "JOB9"})
    assert rounds[-1] == '["of_record","job","JOB9","title"]'


@pytest.mark.parametrize("named", ["newest='two'", "state=3", "since=summary", "state=['a', 3]"])
def test_a_fact_is_not_asked_with_what_it_cannot_take(named: str) -> None:
    outcome, rounds = asked(f"n: \"=len(find('job', {named}))\"", {"summary": "x"})
    (fault,) = outcome.record.faults.values()
    assert (rounds, "find cannot take" in fault.text) == ([], True)


def of_job(**values: tuple[str, ...]) -> Sought:
    return Sought("job", values, None, None, 500)


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ('["linked","R1","job","orders",{}]', of_job(orders=("R1",))),
        ('["find","job",{"state":"open","newest":"3"}]', Sought("job", {}, ("open",), None, 3)),
        ('["find","job",{"newest":"-3"}]', Sought("job", {}, None, None, 0)),
        ('["count_of","job",{"state":["a","b"],"newest":"3"}]', Sought("job", {}, ("a", "b"), None, 500)),
        ('["find","job",{"since":"1970-01-01T00:01:00Z"}]', Sought("job", {}, None, 60.0, 500)),
        (
            '["find","job",{"cost":"5","size":["1.0","2"]}]',
            of_job(cost=("5.00",), size=("1", "2")),
        ),
        (
            '["find","job",{"orders":["A","B"],"strange":true}]',
            of_job(orders=("A", "B"), strange=("yes",)),
        ),
        (
            '["find","job",{"cost":"much","notes":{"n":"1"}}]',
            of_job(cost=("much",), notes=()),
        ),
    ],
)
def test_what_is_looked_for_is_read_as_the_process_has_it(key: str, wanted: Sought) -> None:
    assert sought(JOB, key) == wanted
    assert process_of(key) == "job"


def test_facts_about_records_are_told_from_those_about_the_organisation() -> None:
    keys = ['["entity","job","JOB1"]', '["of_record","job","JOB1","x"]', '["linked","R1","job","x",{}]']
    assert [is_about_records(key) for key in (*keys, '["entity","user","ann"]', '["people",[]]')] == [True] * 3 + [
        False
    ] * 2


def test_people_may_be_named_by_what_a_record_says() -> None:
    text = """
fields: {job: {type: ref, of: job}}
start: {to: first, by: [anyone], ask: [job]}
states: {first: {transitions: {go_on: {to: last, by: [job.doer]}, lead: {to: last, by: [job.doer.manager]}}}, last: {}}
"""
    definition, record = a_definition(text), Record("THG1", "thing", 1, "", state="first", visit=1, seq=1)
    record = record._replace(fields={"job": {"id": "JOB1", "label": "JOB1"}})
    event = Event(Kind.ACT, "go_on", BOB, now=NOW)
    needs = advance(definition, record, event)
    assert isinstance(needs, Needs)
    assert needs.keys == ('["of_record","job","JOB1","doer"]',)
    taken = advance(definition, record, event._replace(facts={key: answered(key) for key in needs.keys}))
    assert isinstance(taken, Advanced)
