"""What lists need of a record."""

from pathlib import Path

import pytest

from engine.listing import is_listed, listing
from engine.record import Event, Kind
from language.reading import read_definition
from tests.engine.boards import ADA, NAME, asked
from tests.engine.builders import BOB, HOUR, NOW, begun, claim, vote

SHIPPED = [
    file
    for file in sorted((Path(__file__).parents[2] / "definitions").glob("*.yaml"))
    if not file.name.endswith(".test.yaml")
]
LISTED = """
read: [agent, owner]
correlate: key
fields:
  key: {type: text, index: true}
  hidden: {type: text, internal: true, index: true}
  summary: text
  owner: user
  urgent: yes_no
  kind: {type: choice, options: [a, b]}
  helpers: {type: list, of: user, index: true}
  rows: {type: list, of: {title: text}, index: true}
  size: {type: number, index: true}
  other: number
states:
  first:
    do: [{task: Look, for: [desk], due: 1 hour}, {wait: 1 day}]
    transitions: {x: {to: first, after: 2 hours}}
"""


def test_a_record_is_found_by_its_texts_and_values_and_what_is_internal_is_apart() -> None:
    life = begun(
        LISTED,
        key="K",
        hidden="H",
        summary="S",
        owner="ann",
        urgent=True,
        kind="a",
        helpers=["bob"],
        size="2.50",
        rows=[{"title": "r"}],
    )
    found = listing(life.definition, life.record)
    assert (found["title"], found["text"], found["internal_text"]) == ("K", "THG1\nK\nS", "H")
    assert found["indexed"] == {
        "key": "K",
        "owner": "ann",
        "urgent": "yes",
        "kind": "a",
        "helpers": ["bob"],
        "rows": [],
        "size": "2.5",
        "created_by": "bob",
    }
    assert (found["internal_indexed"], found["correlation"]) == ({"hidden": "H"}, "K")
    assert found["readers"] == [
        ["name:agent", True],
        ["user:ann", False],
        ["name:boss", True],
        ["user:bob", False],
        ["user:cleo", False],
    ]


def test_a_record_is_found_by_who_follows_it_and_not_by_who_opened_it_where_nobody_did() -> None:
    assert "created_by" not in listing((alone := begun(LISTED, None)).definition, alone.record)["indexed"]
    life = begun(LISTED).happen(Event(Kind.WATCH, "bob", BOB))
    assert listing(life.definition, life.record)["indexed"]["watchers"] == ["bob"]


def test_open_tasks_and_the_earliest_deadline_are_listed() -> None:
    life = begun(LISTED).happen(claim("1/first/do/0"))
    found = listing(life.definition, life.record)
    assert found["tasks"] == [
        {
            "path": "1/first/do/0",
            "since": NOW,
            "title": "Look",
            "seats": ["user:bob", "user:cleo"],
            "claimed_by": "bob",
            "due": NOW + HOUR,
        }
    ]
    assert found["due"] == NOW + HOUR


def test_open_approvals_are_listed_for_those_who_have_not_voted() -> None:
    life = asked("votes: 2").happen(vote(NAME, ADA))
    (found,) = listing(life.definition, life.record)["approvals"]
    assert (found["name"], found["title"], found["due"]) == ("2.judge.1", "Judge it", None)
    assert found["seats"] == ["user:ben", "user:cat", "user:don", "user:elf"]
    assert found["asked"] == ["cab"]


def test_a_record_without_texts_is_called_after_its_process() -> None:
    life = begun("fields: {ok: {type: yes_no, default: false}}\nstates: {first: {}}")
    found = listing(life.definition, life.record)
    assert (found["title"], found["correlation"], found["due"]) == ("Thing", None, None)
    assert found["indexed"] == {"ok": "no", "created_by": "bob"}


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_process_can_be_listed_by_what_lists_are_narrowed_by(file: Path) -> None:
    fields = read_definition(file.read_text()).fields
    assert [name for name in ("priority", "assignee", "group") if name in fields and not is_listed(fields[name])] == []
