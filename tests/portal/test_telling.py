"""The journal on a page: what people care about in the words of the definition, the rest folded away."""

from typing import Any

import pytest

from api.journal import EntryView, LineView
from api.showing import PersonView
from api.times import moment
from language.reading import read_definition
from portal.telling import told
from tests.api.repairs import REPAIR

DEFINITION = read_definition(REPAIR.replace("device: {type", "due_at: {type: datetime}\n  device: {type"))


def a_line(what: str, name: str = "", text: str = "it happened", **data: Any) -> LineView:
    return LineView(what=what, name=name, text=text, data=data, internal=False)


def a_comment(text: str) -> LineView:
    return LineView(what="comment", name="", text=f"comment: {text}", data={"text": text}, internal=False)


def an_entry(*lines: LineView) -> EntryView:
    return EntryView(
        seq=1,
        at=moment(0.0),
        kind="act",
        name="",
        actor=PersonView(id="ann", label="Ann Agent"),
        on_behalf_of=PersonView(id="bob", label="Bob Boss"),
        origin=None,
        version=None,
        lines=list(lines),
        head="",
        previous_head="",
    )


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (a_line("transition", "give_up", **{"from": "stuck", "to": "cancelled"}), "Give up: Stuck → Cancelled"),
        (a_line("transition", "to_gone", **{"from": "gone", "to": "done"}), "To gone: Gone → Done"),
        (a_line("transition", "start", "started in new", **{"from": "", "to": "new"}), "Started in new"),
        (a_line("field", "size", old=None, new="large"), "Size: large"),
        (a_line("field", "customer", old={"id": "a", "label": "A"}, new=None), "Customer: A → empty"),
        (a_line("field", "due_at", old=None, new="2026-03-06T10:00:00Z"), "Due at: 2026-03-06 10:00 UTC"),
        (a_line("call_started"), "It happened"),
    ],
)
def test_a_line_is_told_in_the_words_of_the_definition(line: LineView, text: str) -> None:
    [found] = told(DEFINITION, [an_entry(line)])
    assert ([each.text for each in found.at_once], found.who) == ([text], "Ann Agent for Bob Boss")


def test_many_changes_are_folded_behind_what_happened() -> None:
    changes = [a_line("field", f"f{n}", old=None, new="x") for n in range(5)]
    [found] = told(DEFINITION, [an_entry(*changes, a_comment("Hi"))])
    assert ([each.text for each in found.at_once], len(found.folded)) == (["Hi"], 5)


def test_an_event_nobody_sees_anything_of_is_not_told() -> None:
    assert told(DEFINITION, [an_entry()]) == ()
