"""A diagram shows every state and every way between them, and where a record is and has been."""

import pytest

from language.diagram import START, Diagram, Node, Taken, Way, diagram
from tests.language.processes import REPAIR, a_process

SEEN = (Taken(START, "start", "new"), Taken("new", "to_mended", "mended"), Taken("mended", "break_again", "new"))
MOVED = diagram(a_process(), "new", (*SEEN, *SEEN[1:], Taken("new", "look_again", "new"), Taken("gone", "x", "new")))
PLAIN = diagram(a_process())


def node(drawn: Diagram, name: str) -> Node:
    return next(each for each in drawn.nodes if each.name == name)


def ways(drawn: Diagram, source: str, target: str) -> tuple[Way, ...]:
    return next((each.ways for each in drawn.arrows if (each.source, each.target) == (source, target)), ())


def test_every_state_is_there_in_the_order_of_the_text_with_its_title() -> None:
    assert [(each.name, each.title, each.is_final) for each in PLAIN.nodes] == [
        ("new", "Just reported", False),
        ("waiting", "Waiting", False),
        ("mended", "Mended", False),
        ("over", "Over", True),
    ]


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        (START, "new", ["Report it (agent or finder of it)"]),
        ("new", "over", ["Give up; #1 (=boss)"]),
        ("new", "mended", ["Mended (when it is done)"]),
        ("new", "waiting", ["Delay (boss)"]),
        ("waiting", "new", ["Begin (at begins)"]),
        ("waiting", "over", ["Skip (by itself)"]),
        ("mended", "over", ["Finish"]),
        ("mended", "new", ["Break again (on broken.again, after 3 days)"]),
        ("mended", "nowhere", []),
    ],
)
def test_a_way_says_what_makes_it_happen(source: str, target: str, words: list[str]) -> None:
    assert [way.words for way in ways(PLAIN, source, target)] == words


@pytest.mark.parametrize(("every", "words"), [(", every: 1 week", ", every 1 week"), ("", "")])
def test_the_start_tells_its_schedule(every: str, words: str) -> None:
    drawn = diagram(a_process(REPAIR.replace("by: [agent, finder_of_it]", f"at: 2026-01-05 09:00{every}")))
    assert [way.words for way in ways(drawn, START, "new")] == [f"Report it (at 2026-01-05 09:00{words})"]


def test_what_is_done_in_a_state_is_said_in_short() -> None:
    assert node(PLAIN, "new").does == (
        "task Look at {{ place }}",
        "call parts.order",
        "wait for parts.came",
        "wait until begins",
        "wait 2 hours",
        "set place",
        "notify It <goes> on",
    )


def test_a_transition_that_leads_nowhere_stays_in_its_state() -> None:
    assert [way.words for way in node(PLAIN, "new").stays] == [
        "Look again (agent)",
        "Remind (every 1 day)",
    ]
    assert node(PLAIN, "waiting").stays == ()


def test_where_a_record_is_and_has_been_is_marked() -> None:
    assert [each.name for each in MOVED.nodes if each.is_current] == ["new"]
    assert [each.name for each in MOVED.nodes if each.is_visited] == ["new", "mended"]
    assert not any(each.is_current or each.is_visited for each in PLAIN.nodes)


def test_a_way_counts_how_often_it_was_taken() -> None:
    assert [way.taken for way in ways(MOVED, "mended", "new")] == [2]
    assert [way.taken for way in node(MOVED, "new").stays] == [1, 0]
    assert [(each.source, each.target) for each in MOVED.arrows if each.is_taken] == [
        (START, "new"),
        ("new", "mended"),
        ("mended", "new"),
    ]
