"""A message becomes what a person reads: a subject, text (Markdown as it is written), and HTML made of it.

A message that cannot be rendered is told plainly, with its name and its values: nothing is lost.
"""

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, NamedTuple

from markdown_it import MarkdownIt

from activities.sandbox import RenderingError, render
from engine.journal import shown
from language.messages import read_message
from language.problems import LanguageError

LONGEST_SUBJECT = 200
"""Characters of a subject; what is longer ends in an ellipsis."""

BUILT_IN: Mapping[str, str] = {
    each.name.removesuffix(".md"): each.read_text("utf-8")
    for each in files("activities").joinpath("messages").iterdir()
    if each.name.endswith(".md")
}
"""The messages that the engine itself sends; a definition's own of the same name goes before it."""

_GAPS = re.compile(r"\n(?:[ \t]*\n){2,}")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_END = "</body></html>\n"
_PAGE = f'<!doctype html>\n<html><head><meta charset="utf-8"></head><body>\n{{}}{_END}'


class Rendered(NamedTuple):
    """What a person reads; the subject is one line."""

    subject: str
    text: str
    html: str


def rendered(source: str, values: Mapping[str, Any]) -> Rendered:
    """Render a message (front matter and body) with values (plain JSON). Raises RenderingError."""
    try:
        message = read_message(source)
    except LanguageError as error:
        raise RenderingError("; ".join(map(str, error.problems))) from error
    return Rendered(
        subject=one_line(render(message.subject, values)),
        text=_GAPS.sub("\n\n", render(message.body, values)).strip(),
        html=_page(render(message.body, values, markdown=True)),
    )


def plainly(subject: str, text: str, link: str) -> Rendered:
    """Tell a text that is no template: nothing in it is filled in, and Markdown in it stays as it reads."""
    given = {"text": text, "link": link}
    body = "{{ text }}\n\n[{{ link }}]({{ link }})"
    return Rendered(one_line(subject), f"{text}\n\n{link}", _page(render(body, given, markdown=True)))


def values_told(name: str, why: str, values: Mapping[str, Any], link: str) -> Rendered:
    """Tell a message that cannot be rendered by its name and its values."""
    lines = [f"{each}: {shown(value)}" for each, value in values.items() if value is not None]
    text = f'The message "{name}" could not be written: {why}. This is what it was about:'
    return plainly(f"{shown(values.get('id'))}: {name}", "\n".join((text, "", *lines)), link)


def with_note(letter: Rendered, note: str, link: str = "", label: str = "") -> Rendered:
    """Add a note to a letter, at its end; before it a link, if there is one (`Decide: https://…`)."""
    named = f"{label}: {link}" if link else ""
    written = "**[{{ label }}]({{ link }})**\n\n{{ note }}" if link else "{{ note }}"
    added = _MARKDOWN.render(render(written, {"note": note, "link": link, "label": label}, markdown=True))
    text = "\n\n".join(filter(None, (letter.text, named, note)))
    return Rendered(letter.subject, text, letter.html.replace(_END, f"{added}{_END}"))


def one_line(text: str) -> str:
    """Give a text as one line of at most 200 characters."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"


def _page(markdown: str) -> str:
    return _PAGE.format(_MARKDOWN.render(markdown))
