"""Facts about records, answered from what is stored of them."""

from typing import Any

import pytest

from engine.advance import advance
from engine.answers import Answer
from engine.chain import seal
from engine.listing import listing
from engine.record import Advanced, Event, Kind, Record
from engine.snapshot import snapshot
from language.reading import read_definition
from store import definitions
from store.database import Database
from store.facts import facts
from store.projections import Index, Projection, project

JOB = """
process: job
version: 1
title: Job
number: JOB
owner: boss
correlate: secret
start: {to: open, by: [anyone], ask: [title, size, kind, doer, orders, secret]}
fields:
  title: text
  size: {type: money, index: true}
  kind: {type: choice, options: [a, b]}
  urgent: {type: yes_no, default: false}
  orders: {type: list, of: text, index: true}
  secret: {type: text, index: true, internal: true}
states:
  open: {}
  done: {final: true}
"""
DEFINITION = read_definition(JOB)


async def a_job(
    database: Database, name: str, at: float = 100.0, state: str = "open", parent: str = "", **data: Any
) -> None:
    """Store a job that began at a time."""
    await definitions.publish(database, "job", 1, JOB, title="Job", messages={}, by="ann", at=1.0)
    nobody = {f'["correlated","job","{data.get("secret")}"]': {"value": None}}
    event = Event(Kind.START, data=data, now=at, parent=parent, facts=nobody)
    outcome = advance(DEFINITION, Record(name, "job", 1, DEFINITION.digest), event)
    assert isinstance(outcome, Advanced), outcome
    record = seal(outcome, "").record._replace(state=state)
    listed = listing(DEFINITION, record)
    index = Index(**{**listed, "readers": [(who, full) for who, full in listed["readers"]]})
    told = {"kind": "start", "name": "", "actor": None, "id": "", "now": at}
    await project(database, Projection(snapshot(record), told, [], [], at, "", index))


async def ask(database: Database, key: str) -> Answer:
    found = await facts(database, [key, '["entity","user","nobody"]'], 200.0)
    assert len(found) == 2
    return dict(found[key])


async def ids(database: Database, key: str) -> list[str]:
    return [each["id"] for each in (await ask(database, key))["value"]]


@pytest.fixture
async def filled(database: Database) -> Database:
    await a_job(database, "JOB1", 100.0, size="5", kind="a", orders=["X", "Y"], parent="REQ1", title="Lamp")
    await a_job(database, "JOB2", 110.0, size="5", kind="b", secret="s", orders=["REQ1"])
    await a_job(database, "JOB3", 120.0, state="done", size="7", kind="a", parent="REQ1", orders=["X" * 300])
    return database


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ('["linked","REQ1","job","parent",{}]', ["JOB1", "JOB3"]),
        ('["linked","REQ1","job","parent",{"state":["open","waiting"]}]', ["JOB1"]),
        ('["linked","REQ1","job","orders",{}]', ["JOB2"]),
        ('["linked","","job","parent",{}]', []),
        ('["linked","REQ1","gone","parent",{}]', []),
        ('["find","job",{}]', ["JOB1", "JOB2", "JOB3"]),
        ('["find","job",{"newest":"2"}]', ["JOB2", "JOB3"]),
        ('["find","job",{"size":"5.0"}]', ["JOB1", "JOB2"]),
        ('["find","job",{"size":"5","kind":["b","a"],"state":"open","newest":"1"}]', ["JOB2"]),
        ('["find","job",{"secret":"s"}]', ["JOB2"]),
        ('["find","job",{"urgent":false,"since":"1970-01-01T00:01:50Z"}]', ["JOB2", "JOB3"]),
        (f'["find","job",{{"orders":"{"X" * 300}"}}]', ["JOB3"]),
        ('["find","job",{"kind":[]}]', []),
    ],
)
async def test_records_are_found_oldest_first(filled: Database, key: str, wanted: list[str]) -> None:
    assert await ids(filled, key) == wanted


async def test_records_are_counted(filled: Database) -> None:
    assert (await ask(filled, '["count_of","job",{"kind":"a"}]'))["value"] == "2"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ('["entity","job","JOB1"]', {"label": "JOB1"}),
        ('["entity","job","JOB9"]', None),
        ('["entity","order","JOB1"]', None),
        ('["entity","record","JOB1"]', {"label": "JOB1"}),
        ('["of_record","job","JOB9","title"]', None),
        ('["correlated","job","s"]', "JOB2"),
        ('["correlated","job","t"]', None),
        ('["of_record","job","JOB1","nonsense"]', None),
    ],
)
async def test_a_record_is_known_by_its_process_and_id(filled: Database, key: str, value: object) -> None:
    assert (await ask(filled, key))["value"] == value


async def test_an_attribute_comes_with_its_shape(filled: Database) -> None:
    value = (await ask(filled, '["of_record","job","JOB1","size"]'))["value"]
    assert value == {"shape": {"type": "money", "of": None, "columns": None}, "value": "5.00"}
    assert (await ask(filled, '["of_record","record","JOB3","state"]'))["value"]["value"] == "done"
