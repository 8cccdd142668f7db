"""A message becomes a subject, text and HTML."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from activities.rendering import BUILT_IN, LONGEST_SUBJECT, one_line, plainly, rendered, values_told
from activities.sandbox import RenderingError
from language.messages import SENT
from tests.activities.story import PACKED

VALUES = {
    "id": "PAR0000001",
    "contents": "Books",
    "place": "ramp",
    "handed_over": "noon",
    "link": "http://steward/records/PAR0000001",
    "recipient": {"id": "ann", "label": "Ann Archer"},
}


def test_a_message_has_a_subject_text_and_html() -> None:
    letter = rendered(PACKED, VALUES)
    assert letter.subject == "PAR0000001: Books is packed"
    assert letter.text.startswith("Dear Ann Archer, **Books** waits at ramp since noon.\n\n[Open](http://steward/")
    assert '<strong>Books</strong> waits at ramp since noon.</p>\n<p><a href="http://steward/' in letter.html


@pytest.mark.parametrize(
    ("contents", "html"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[free](http://evil.example)", "[free](http://evil.example)"),
        ("**bold** `code` &amp;", "**bold** `code` &amp;amp;"),
        ("![](http://evil.example/pixel)", "![](http://evil.example/pixel)"),
    ],
)
def test_what_people_write_is_no_markup_in_the_html(contents: str, html: str) -> None:
    assert f"<strong>{html}</strong>" in rendered(PACKED, {**VALUES, "contents": contents}).html


def test_html_in_a_message_itself_is_shown_not_used() -> None:
    letter = rendered("---\nsubject: s\n---\n<img src=x>\n\n[x](javascript:alert(1))", {})
    assert "&lt;img src=x&gt;" in letter.html
    assert "href" not in letter.html


def test_a_text_of_several_lines_keeps_them_in_the_html() -> None:
    letter = rendered("---\nsubject: s\n---\n> {{ text }}\n", {"text": "one\ntwo"})
    assert "<blockquote>\n<p>one<br />\ntwo</p>\n</blockquote>" in letter.html


def test_an_empty_value_leaves_no_gap_in_the_text() -> None:
    assert rendered("---\nsubject: s\n---\na\n\n{{ x }}\n\nb", {"x": None}).text == "a\n\nb"


@pytest.mark.parametrize("text", ["a\r\nBcc: eve@example.org", "a\n\nb", "a\x0bb", "a\u2028b", "a\x00b"])
def test_a_subject_is_one_line(text: str) -> None:
    assert one_line(text).isprintable()
    assert len(one_line(text).splitlines()) == 1


def test_a_subject_has_a_limit() -> None:
    assert len(one_line("long " * 100)) == LONGEST_SUBJECT


def test_a_message_without_its_head_is_refused() -> None:
    with pytest.raises(RenderingError, match="begins with its subject"):
        rendered("no head", {})


def test_a_text_is_told_as_it_is_with_a_link() -> None:
    letter = plainly("{{ x }} **y**", "{{ x }} **y**", "http://steward/records/P1")
    assert letter.text == "{{ x }} **y**\n\nhttp://steward/records/P1"
    assert '<p>{{ x }} **y**</p>\n<p><a href="http://steward/records/P1">' in letter.html


def test_a_message_that_failed_is_told_by_its_values() -> None:
    letter = values_told("packed", "'x' is undefined", {"id": "P1", "contents": "Books", "weight": None}, "http://l")
    assert letter.subject == "P1: packed"
    assert "contents: Books" in letter.text
    assert "weight" not in letter.text
    assert "'x' is undefined" in letter.text


ENGINE_GIVES: Mapping[str, Mapping[str, Any]] = {
    "task_opened": {"title": "Look", "due": "2026-03-06 12:00 UTC"},
    "task_withdrawn": {"title": "Look"},
    "task_escalated": {"title": "Look"},
    "approval_opened": {"title": "Authorise", "due": "2026-03-06 12:00 UTC"},
    "approval_voided": {"title": "Authorise", "due": None},
    "approval_escalated": {"title": "Authorise", "due": "2026-03-06 12:00 UTC"},
    "approval_withdrawn": {"title": "Authorise"},
    "commented": {"text": "On its way", "by": "Ann Archer"},
    "fault": {"code": "timeout", "text": "no answer", "step": "1/new/do/0"},
    "record_large": {"size": 130, "most": 256},
    "timer_blocked": {"name": "Begin", "because": ["change freeze"]},
    "mail_refused": {"text": "a vote is final", "subject": "Re: Books"},
}


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_each_message_of_the_engine_can_be_written(name: str) -> None:
    always = {"id": "P1", "about": "Books", "process": "Parcel", "link": "http://l"}
    letter = rendered(BUILT_IN[name], {**always, **ENGINE_GIVES[name]})
    assert letter.subject.startswith("P1")
    assert "[Open P1](http://l)" in letter.text


def test_every_message_that_steward_sends_by_itself_is_built_in() -> None:
    code = "\n".join(file.read_text() for room in ("engine", "api") for file in Path(room).glob("*.py"))
    assert all(f'"{name}"' in code for name in BUILT_IN)
    assert {name: tuple(given) for name, given in ENGINE_GIVES.items()} == SENT
    assert BUILT_IN.keys() == SENT.keys()
