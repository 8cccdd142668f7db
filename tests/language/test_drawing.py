"""A diagram is drawn as SVG: everything in its place, and told in words."""

from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language.diagram import START, Arrow, Diagram, Node, Taken, Way, diagram
from language.drawing import in_words, svg
from language.layout import LONGEST_LINE, Layout, layout, shortened
from tests.language.processes import REPAIR, a_process

NS = "{http://www.w3.org/2000/svg}"
PATH = (Taken(START, "start", "new"), Taken("new", "to_mended", "mended"), Taken("mended", "break_again", "new"))
PLAIN, MOVED = diagram(a_process()), diagram(a_process(), "new", (*PATH, *PATH[1:]))
PLACES = layout(PLAIN)


def drawn(shown: Diagram, places: Layout = PLACES) -> ET.Element:
    return ET.fromstring(svg(shown, places))


def groups(picture: ET.Element, kind: str) -> list[ET.Element]:
    return [each for each in picture.iter(f"{NS}g") if kind in each.get("class", "").split()]


def texts(part: ET.Element, kind: str = "") -> list[str]:
    return [each.text or "" for each in part.iter(f"{NS}text") if not kind or kind == each.get("class")]


def test_every_state_has_a_place_of_its_own_inside_the_picture() -> None:
    assert list(PLACES.boxes) == [START, *(node.name for node in PLAIN.nodes)]
    for one, other in combinations(PLACES.boxes.values(), 2):
        apart_x = abs(one.middle.x - other.middle.x) >= (one.width + other.width) / 2
        apart_y = abs(one.middle.y - other.middle.y) >= (one.height + other.height) / 2
        assert apart_x or apart_y
    assert all(0 < box.middle.x < PLACES.width and 0 < box.middle.y < PLACES.height for box in PLACES.boxes.values())


def test_every_arrow_has_a_curve_that_ends_at_its_state() -> None:
    assert set(PLACES.curves) == {(arrow.source, arrow.target) for arrow in PLAIN.arrows}
    for (_source, target), curve in PLACES.curves.items():
        box = PLACES.boxes[target]
        assert abs(curve.tip.x - box.middle.x) <= box.width / 2 + 2
        assert abs(curve.tip.y - box.middle.y) <= box.height / 2 + 2
        assert len(curve.points) % 3 == 1


def test_the_same_diagram_is_drawn_the_same() -> None:
    assert layout(diagram(a_process())) == PLACES
    assert svg(MOVED, PLACES) == svg(MOVED, layout(MOVED))


def test_a_picture_without_a_style_has_the_colours_of_its_page() -> None:
    assert "<style>" in svg(MOVED, PLACES)
    assert "<style>" not in svg(MOVED, PLACES, style="")


def test_the_start_comes_first_from_above() -> None:
    assert PLACES.boxes[START].middle.y == min(box.middle.y for box in PLACES.boxes.values())


def test_a_picture_has_a_group_for_every_state_and_arrow_with_title_and_description() -> None:
    picture = drawn(PLAIN)
    assert [each.get("data-state") for each in groups(picture, "state")] == ["new", "waiting", "mended", "over"]
    assert len(groups(picture, "arrow")) == len(PLAIN.arrows)
    told = [[part.tag.removeprefix(NS) for part in each][:2] for each in picture.iter(f"{NS}g")]
    assert told == [["title", "desc"]] * len(told)


def test_a_picture_is_an_image_with_a_name_and_tells_itself() -> None:
    picture = drawn(MOVED)
    assert (picture.get("role"), picture.get("aria-label")) == ("img", "Repair")
    assert picture.findtext(f"{NS}desc") == in_words(MOVED)
    assert in_words(MOVED).startswith(
        "Start: Report it (agent or finder of it) leads to Just reported. Just reported: "
    )
    assert "Look again (agent) stays here; " in in_words(MOVED)
    assert in_words(MOVED).endswith("Over: final. The record is in Just reported.")


def test_the_current_state_and_the_way_taken_are_marked_by_more_than_colour() -> None:
    picture = drawn(MOVED)
    [here] = groups(picture, "current")
    assert (here.get("data-state"), texts(here, "title")) == ("new", ["● Just reported"])
    assert here.findtext(f"{NS}title") == "Just reported (the record is here)"
    assert [texts(each)[0] for each in groups(picture, "taken")] == ["✓ Report it", "✓ Mended", "✓ Break again"]
    assert [each.findtext(f"{NS}desc") for each in groups(picture, "taken")][1:] == [
        "Mended (when it is done), taken 2 times",
        "Break again (on broken.again, after 3 days), taken 2 times",
    ]


def test_a_final_state_has_a_second_line_around_it() -> None:
    assert [each.get("data-state") for each in groups(drawn(PLAIN), "final")] == ["over"]
    assert [each.get("class") for each in groups(drawn(PLAIN), "final")[0].iter(f"{NS}rect")] == ["box", "rim"]


def test_what_people_have_written_is_text_and_never_markup() -> None:
    hostile = a_process(REPAIR.replace("title: Repair", 'title: "<script>&\\"\'\\u200b"'))
    picture = drawn(diagram(hostile))
    assert picture.findtext(f"{NS}title") == "<script>&\"'�"
    assert "notify It <goes> on" in texts(picture)


def test_a_picture_loads_nothing_and_runs_nothing() -> None:
    parts = list(drawn(MOVED).iter())
    tags = {each.tag.removeprefix(NS) for each in parts}
    assert tags == {"svg", "title", "desc", "style", "rect", "circle", "g", "path", "polygon", "text"}
    assert not [name for each in parts for name in each.attrib if name.startswith("on") or name.endswith("href")]
    [style] = [each.text or "" for each in parts if each.tag == f"{NS}style"]
    assert ("prefers-color-scheme:dark" in style, "url(" in style, "@import" in style) == (True, False, False)


@pytest.mark.parametrize(("line", "short"), [("Short", "Short"), ("x" * 60, "x" * (LONGEST_LINE - 1) + "…")])
def test_a_long_line_is_shortened(line: str, short: str) -> None:
    assert shortened(line) == short


def test_wide_letters_get_more_room() -> None:
    wide = layout(diagram(a_process(REPAIR.replace("title: Just reported", "title: 障害が報告されたばかりです報告"))))
    narrow = layout(diagram(a_process(REPAIR.replace("title: Just reported", "title: It has just come"))))
    assert wide.boxes["new"].width > narrow.boxes["new"].width


def test_a_definition_without_states_is_a_dot() -> None:
    places = layout(Diagram("x", "X", (), ()))
    assert (list(places.boxes), len(drawn(Diagram("x", "X", (), ()), places))) == ([START], 5)


@st.composite
def diagrams(draw: st.DrawFn) -> Diagram:
    """Make any graph of a few states with any titles and ways."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 7)))]
    words = st.text(max_size=60)
    ways = st.lists(st.builds(Way, st.just("go"), words, words, st.integers(0, 3)), min_size=1, max_size=3)
    nodes = [
        Node(name, draw(words), tuple(draw(st.lists(words, max_size=3))), (), draw(st.booleans()), name == "s0", False)
        for name in names
    ]
    pairs = draw(
        st.lists(st.tuples(st.sampled_from([START, *names]), st.sampled_from(names)), unique=True, max_size=14)
    )
    return Diagram("any", draw(words), tuple(nodes), tuple(Arrow(*pair, tuple(draw(ways))) for pair in pairs))


@given(diagrams())
@settings(max_examples=40)
def test_any_diagram_is_drawn_whole(shown: Diagram) -> None:
    places = layout(shown)
    picture = drawn(shown, places)
    assert len(groups(picture, "state")) == len(shown.nodes)
    assert len(groups(picture, "arrow")) == len(shown.arrows)
    assert all(0 <= curve.words.x <= places.width for curve in places.curves.values())
