"""Messages: who they go to, what they carry, and that each has a key of its own."""

from tests.engine.builders import BOB, HOUR, act, begun, occur

MESSAGES = """
fields: {summary: text, owner: user, many: {type: list, of: user}}
states:
  first:
    entry:
      - notify: hello
        to: [owner, desk, owner.manager]
        with: {text: "{{ summary }}", key: =owner, turn: 2, to: =many}
      - {notify: "Hi {{ owner }}", to: [owner]}
    transitions: {x: {by: [agent]}, y: {event: x, then: [{notify: bye, to: [agent]}]}, z: {event: x}}
"""


def test_a_message_carries_its_values_and_the_record_as_it_stands() -> None:
    row, text = begun(MESSAGES, summary="it", owner="ann").outbox
    assert (row.key, row.kind) == ("THG1/1/first/entry/0", "message")
    assert row.body == {
        "message": "hello",
        "text": "",
        "to": [["user", "ann", ""], ["name", "desk", ""], ["user", "ann", "manager"]],
        "with": {"text": "it", "key": {"id": "ann", "label": "Ann Archer"}, "turn": "2", "to": None},
        "fields": {
            "summary": "it",
            "owner": {"id": "ann", "label": "Ann Archer"},
            "many": None,
            "id": "THG1",
            "state": "first",
        },
        "seq": 1,
    }
    assert text.body["text"] == "Hi Ann Archer"


def test_a_message_to_nobody_is_journalled() -> None:
    life = begun(MESSAGES)
    assert [line.name for line in life.lines if line.what == "told_nobody"] == ["Hi "]


def test_messages_of_several_turns_and_transitions_have_their_own_keys() -> None:
    text = """
states:
  first:
    do: [{repeat: {do: [{wait: 1 hour}, {notify: again, to: [desk]}]}}]
    transitions: {x: {by: [agent], then: [{notify: x, to: [desk]}]}, y: {event: x, then: [{notify: y, to: [desk]}]}}
"""
    life = begun(text)
    keys = [row.key for _ in range(3) for row in life.pass_(HOUR).outbox]
    assert keys == [f"THG1/1/first/do/0/turn-{n}/1" for n in (1, 2, 3)]
    keys = [row.key for row in life.happen(act("x")).outbox]
    assert keys == ["THG1/1/first/then-x-5.1/0", "THG1/1/first/then-y-5.2/0"]
    assert [row.key for row in life.happen(occur("x")).outbox] == ["THG1/1/first/then-y-6.1/0"]


def test_a_value_that_cannot_be_had_fails_the_step() -> None:
    text = """
fields: {at: datetime}
states: {first: {do: [{notify: x, to: [desk], with: {span: "=at - now"}}, {notify: "{{ at - 1 }}", to: [desk]}]}}
"""
    life = begun(text, at="2026-03-06 09:00")
    assert [fault.code for fault in life.record.faults.values()] == ["bad-value"]
    assert "not a whole number of minutes" in life.record.faults["1"].text


def test_a_start_from_outside_is_told_like_any_other() -> None:
    life = begun("states: {first: {entry: [{notify: new, to: [created_by, boss]}]}}", None)
    assert life.sent() == [("new", [["name", "boss", ""]])]
    assert begun("states: {first: {entry: [{notify: new, to: [created_by]}]}}", BOB).sent() == [
        ("new", [["user", "bob", ""]])
    ]
