"""The sandbox of templates: data and nothing else, bounded in work and length."""

import time

import pytest

from activities.sandbox import LARGEST, RenderingError, render
from language.messages import read_message
from language.problems import LanguageError

VALUES = {
    "summary": "**Mail** is <b>down</b>",
    "caller": {"id": "ann", "label": "Ann Archer"},
    "assignee": None,
    "urgent": True,
    "items": ["a", "b"],
    "long": "x" * 10_000,
    "text": "one\n\n# two\n    three",
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ summary }}", "**Mail** is <b>down</b>"),
        ("{{ caller }} is {{ caller.id }}", "Ann Archer is ann"),
        ("{{ assignee }}{{ assignee.label if assignee else 'nobody yet' }}", "nobody yet"),
        ("{{ urgent }}", "yes"),
        ("{{ items }}", "a, b"),
        ("{% for each in items %}{{ loop.index }}{{ each }}{% if not loop.last %}, {% endif %}{% endfor %}", "1a, 2b"),
        ("{% set name = 'b' %}{% if name in items %}{{ name | upper }}{% endif %}", "B"),
        ("{{ nothing | default('none') }} {{ items[1] }} {{ items | length }}", "none b 2"),
    ],
)
def test_a_template_shows_values_as_people_read_them(template: str, text: str) -> None:
    assert render(template, VALUES) == text


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{{ nothing }}", "'nothing' is undefined"),
        ("{{ caller.nothing }}", 'no "nothing" in it'),
        ("{{ nothing.else }}", "'nothing' is undefined"),
        ("{{ items[7] }}", 'no "7" in it'),
        ("{{ summary.__class__ }}", 'no "__class__" in it'),
        ("{{ caller.items }}", 'no "items" in it'),
        ("{% for each in items %}{{ each.x }}{% endfor %}", 'no "x" in it'),
        ("{{ items + summary }}", "TypeError"),
    ],
)
def test_a_template_reaches_nothing_but_its_values(template: str, why: str) -> None:
    with pytest.raises(RenderingError, match=why):
        render(template, VALUES)


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{{ caller.items() }}", "no use for call"),
        ("{{ summary | attr('__class__') }}", "No filter named 'attr'"),
        ("{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}", "no use for macro"),
        ("{% include 'secrets' %}", "no use for include"),
        ("{{ 9 ** 9 ** 9 }}", "no use for pow"),
        ("{{ 'a' * 9 }}", "no use for mul"),
        ("{{ '%99999999d' % 1 }}", "no use for mod"),
        ("{{ range(9) }}", "no use for call"),
        ("{% set all %}{{ long }}{% endset %}", "no use for assignblock"),
        ("{% for each in items %}{{ loop.previtem }}{% endfor %}", 'no "previtem" in it'),
        ("{% if items is callable %}{% endif %}", "No test named 'callable'"),
        ("{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}", "RecursionError"),
        ("{{ 1" + "0" * 5_000 + " }}", "ValueError"),
        ("{{ summary", "unexpected end"),
    ],
)
def test_what_no_template_may_hold_is_refused_by_the_sandbox_and_by_the_checker(template: str, why: str) -> None:
    with pytest.raises(RenderingError, match=why.replace("(", r"\(")):
        render(template, VALUES)
    with pytest.raises(LanguageError):
        read_message(f"---\nsubject: s\n---\n{template}")


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{% for a in long %}" * 5 + "{% endfor %}" * 5, "turn too often"),
        ("{% for a in long %}{% for b in long %}{{ b }}{% endfor %}{% endfor %}", "turn too often"),
        ("{% set all = long %}" + "{% set all = all + all %}" * 60, "longer than 65,536"),
        ("{{ long }}" * 10, "longer than 65,536 characters"),
        ("{% for a in long %}" + "y" * 1_000 + "{% endfor %}", "longer than 65,536 characters"),
    ],
)
def test_a_template_that_would_never_end_is_stopped(template: str, why: str) -> None:
    began = time.process_time()
    with pytest.raises(RenderingError, match=why):
        render(template, VALUES)
    assert time.process_time() - began < 1


def test_a_text_may_be_as_long_as_the_limit() -> None:
    assert len(render("{{ long }}", {"long": "x" * LARGEST})) == LARGEST


def test_what_is_filled_into_markdown_stays_as_it_reads() -> None:
    escaped = render("**{{ summary }}** {{ text }}", VALUES, markdown=True)
    assert escaped == r"**\*\*Mail\*\* is \<b\>down\<\/b\>** " + "one\\\n\\\n\\# two\\\nthree"
