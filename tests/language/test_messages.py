"""Messages have a subject, and say which names they read."""

from pathlib import Path

import pytest

from language.messages import MESSAGE_NAMES, RECORD_NAMES, names_of, read_message
from language.problems import LanguageError
from language.reading import read_definition

TOLD = '---\nsubject: "{{ id }}: {{ summary }}"\n---\nHello {{ caller.label }},\n{% if urgent %}now!{% endif %}\n'


def test_a_message_says_what_its_templates_read() -> None:
    message = read_message(TOLD)
    assert message.subject == "{{ id }}: {{ summary }}"
    assert message.body.startswith("Hello")
    assert message.names == ("caller", "id", "summary", "urgent")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hello", (1, "no-front-matter")),
        ("---\nsubject: x\nHello", (1, "no-front-matter")),
        ("---\ntitle: x\n---\n", (2, "unknown-key")),
        ("---\nsubject: [a\n---\n", (3, "syntax")),
        ("---\nsubject: x\n---\nHello\n{{ a\n", (5, "bad-template")),
        ('---\nsubject: "{{ a"\n---\n', (2, "bad-template")),
        ("---\nsubject: x\n---\nHello\n{{ a() }}\n", (5, "bad-template")),
        ("---\nsubject: x\n---\n{{ 1" + "0" * 5_000 + " }}\n", (4, "bad-template")),
        ("---\nsubject: x\n---\n{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}\n", (4, "bad-template")),
        ("---\nsubject: x\n---\n" + "{% if a %}" * 150 + "{% endif %}" * 150, (4, "bad-template")),
    ],
)
def test_a_message_that_cannot_be_read_says_where(text: str, found: tuple[int, str]) -> None:
    with pytest.raises(LanguageError) as refused:
        read_message(text)
    assert found in [(problem.line, problem.code) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ 9 ** 9 ** 9 }}", "a message has no use for pow"),
        ("{{ range(9) }}", "a message has no use for call"),
        ("{% include 'secrets' %}", "a message has no use for include"),
        ("{{ a | uper }}", 'a message has no filter named "uper"'),
        ("{{ 'x' | center(999999999999) }}", 'a message has no filter named "center"'),
        ("{% if a is divisibleby 0 %}{% endif %}", 'a message has no test named "divisibleby"'),
        ("{% for b in a %}{{ loop.previtem }}{% endfor %}", "a message cannot ask this of loop"),
        ("{% for b in a %}{{ loop }}{% endfor %}", "a message cannot ask this of loop"),
        ("{% for loop in a %}{% endfor %}", "this template cannot be read: Can't assign to special loop variable"),
    ],
)
def test_what_no_message_may_hold_is_refused_before_it_is_worked_out(template: str, message: str) -> None:
    with pytest.raises(LanguageError) as refused:
        read_message(f"---\nsubject: x\n---\n{template}")
    assert refused.value.problems[0].message.startswith(message)


def test_a_message_may_ask_a_loop_where_it_is() -> None:
    turns = (
        "{% for b in a %}{{ loop.index }}{% for c in b %}{% if not loop.last %}, {% endif %}{% endfor %}{% endfor %}"
    )
    assert read_message(f"---\nsubject: x\n---\n{turns}{{{{ loop.name }}}}").names == ("a", "loop")


def test_a_message_is_given_what_every_record_has_its_fields_and_its_own_names() -> None:
    incident = read_definition((Path(__file__).parents[2] / "definitions" / "incident.yaml").read_text())
    assert {*RECORD_NAMES, *MESSAGE_NAMES, "summary", "alert_key"} < {*names_of(incident)}
    assert not {"now", "actor", "event", "error", "comment"} & {*names_of(incident)}
