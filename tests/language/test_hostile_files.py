"""Hostile messages and files of the organisation are refused at once, with a place and what to do."""

import time
from collections.abc import Callable

import pytest

from language.messages import LARGEST, read_message
from language.organisation_reading import read_organisation
from language.problems import MOST_PROBLEMS, LanguageError, Problem

BOUND = 5.0
"""Seconds of processor time, the best of two: many times what is needed on slow machines, and far from what hangs."""

HEAD = "---\nsubject: Hello\n---\n"


def below(subject: str) -> str:
    return f"---\nsubject: {subject}\n---\nHello\n"


MESSAGES = {
    "nothing": ("no-front-matter", ""),
    "a head without end": ("no-front-matter", "---\nsubject: Hello\n"),
    "a head of dashes": ("no-front-matter", "-" * 16_000),
    "an empty head": ("empty-document", "---\n---\nHello"),
    "a head that is a list": ("wrong-kind", "---\n- subject\n---\n"),
    "a head with another key": ("unknown-key", "---\nsubject: Hello\nbcc: everybody\n---\n"),
    "two subjects": ("duplicate-key", "---\nsubject: a\nsubject: b\n---\n"),
    "a subject that is a list": ("wrong-kind", below("[a, b]")),
    "a subject of two lines, with a header of its own": ("bad-text", below('"a\\nBcc: everybody@hansa.example"')),
    "a subject without end": ("bad-text", below("x" * 5_000)),
    "a subject that is an object of Python": ("tag", below("!!python/object/apply:os.system [id]")),
    "a subject that is an alias": ("alias", below("*nowhere")),
    "a subject that includes a file": ("bad-template", below("\"{% include '/etc/passwd' %}\"")),
    "a null character in the subject": ("control-character", below("a\x00b")),
    "a null character in the body": ("control-character", f"{HEAD}a\x00b"),
    "a sign that hides what follows": ("control-character", f"{HEAD}a\x1b[2J"),
    "a text that is turned round": ("control-character", f"{HEAD}a\u202eb"),
    "half of a pair": ("control-character", f"{HEAD}a\ud800b"),
    "more than anybody reads": ("too-large", HEAD + "x" * LARGEST),
    "more than anybody reads when counted in bytes": ("too-large", HEAD + "é" * (LARGEST // 2)),
    "a call": ("bad-template", f"{HEAD}{{{{ id() }}}}"),
    "a class reached by a filter": ("bad-template", f"{HEAD}{{{{ id|attr('__class__') }}}}"),
    "a format that reads attributes": ("bad-template", f"{HEAD}{{{{ '{{0.__class__}}'.format(id) }}}}"),
    "a filter that lets HTML through": ("bad-template", f"{HEAD}{{{{ id|safe }}}}"),
    "escaping switched off": ("bad-template", f"{HEAD}{{% autoescape false %}}{{{{ id }}}}{{% endautoescape %}}"),
    "another file": ("bad-template", f"{HEAD}{{% import 'x' as y %}}"),
    "a macro": ("bad-template", f"{HEAD}{{% macro a() %}}{{{{ a() }}}}{{% endmacro %}}"),
    "a loop over a billion": ("bad-template", f"{HEAD}{{% for a in range(10 ** 9) %}}x{{% endfor %}}"),
    "a text times a billion": ("bad-template", f"{HEAD}{{{{ 'a' * 1000000000 }}}}"),
    "a power of powers": ("bad-template", f"{HEAD}{{{{ 9 ** 9 ** 9 }}}}"),
    "a billion blanks": ("bad-template", f"{HEAD}{{{{ '%1000000000s' % id }}}}"),
    "a number of thousands of digits": ("bad-template", f"{HEAD}{{{{ {'9' * 6_000} }}}}"),
    "brackets deeper than the stack": ("bad-template", f"{HEAD}{{{{ {'(' * 3_000}id{')' * 3_000} }}}}"),
    "attributes deeper than the stack": ("bad-template", f"{HEAD}{{{{ id{'.x' * 5_000} }}}}"),
    "filters deeper than the stack": ("bad-template", f"{HEAD}{{{{ id{'|upper' * 2_000} }}}}"),
    "sums deeper than the stack": ("bad-template", f"{HEAD}{{{{ {'id + ' * 3_000}id }}}}"),
    "conditions deeper than the stack": (
        "bad-template",
        f"{HEAD}{'{% if id %}' * 700}x{'{% endif %}' * 700}",
    ),
    "loops in loops": ("bad-template", f"{HEAD}{'{% for a in watchers %}' * 50}x{'{% endfor %}' * 50}"),
    "a list of thousands": ("bad-template", f"{HEAD}{{{{ [{'1,' * 8_000}] }}}}"),
    "thousands of calls": ("bad-template", HEAD + "{{id()}}" * 2_000),
    "braces without end": ("bad-template", HEAD + "{{" * 8_000),
    "comments without end": ("bad-template", HEAD + "{# " * 5_000),
    "a statement there is not": ("bad-template", f"{HEAD}{{% do id %}}"),
}

ORGANISATIONS = {
    "nothing": ("empty-document", ""),
    "a list": ("wrong-kind", "- people"),
    "a word": ("wrong-kind", "people"),
    "a kind there is not": ("unknown-key", "peeple: {ann: {name: Ann}}"),
    "a kind twice": ("duplicate-key", "people: {ann: {name: Ann}}\npeople: {ann: {name: Bob}}"),
    "people in a list": ("wrong-kind", "people: [ann]"),
    "a person who is a word": ("wrong-kind", "people: {ann: Ann}"),
    "a name that is a list": ("wrong-kind", "people: {ann: {name: [Ann]}}"),
    "a name as long as the file": ("bad-text", f"people: {{ann: {{name: {'x' * 60_000}}}}}"),
    "an id with a blank": ("bad-id", "people: {a b: {name: Ann}}"),
    "an id that leaves its folder": ("bad-id", "people: {../ann: {name: Ann}}"),
    "an id with a null character": ("control-character", 'people: {"a\\0": {name: Ann}}'),
    "an id as long as the file": ("bad-id", f'people: {{? "{"x" * 60_000}" : {{name: Ann}}}}'),
    "a name that is turned round": ("control-character", "people: {ann: {name: a\u202eb}}"),
    "half of a pair": ("control-character", "people: {ann: {name: a\ud800b}}"),
    "a mail address with a header": ("bad-text", 'people: {ann: {email: "a@b.example\\nBcc: c@d.example"}}'),
    "a mail address of blanks": ("bad-email", 'people: {ann: {email: "a b"}}'),
    "yes or no that is neither": ("wrong-kind", "people: {ann: {active: maybe}}"),
    "an alias": ("alias", "people: {ann: &a {name: Ann}, bob: *a}"),
    "an object of Python": ("tag", "people: !!python/object/apply:os.system [id]"),
    "a manager of oneself": ("bad-relation", "people: {ann: {manager: ann}}"),
    "a zone that is a file": ("bad-calendar", "calendars: {c: {zone: ../../etc/passwd, hours: {mon: 09:00-17:00}}}"),
    "a day of a hundred hours": ("bad-hours", "calendars: {c: {zone: UTC, hours: {mon: 00:00-99:00}}}"),
    "hours that end before they begin": ("bad-calendar", "calendars: {c: {zone: UTC, hours: {mon: 17:00-09:00}}}"),
    "thousands of opening hours": (
        "bad-calendar",
        f"calendars: {{c: {{zone: UTC, hours: {{mon: [{'09:00-10:00, ' * 3_000}]}}}}}}",
    ),
    "a holiday after the end of time": (
        "bad-holiday",
        "calendars: {c: {zone: UTC, hours: {mon: 09:00-17:00}, holidays: [10000-01-01]}}",
    ),
    "a holiday that is ages away": (
        "bad-holiday",
        "calendars: {c: {zone: UTC, hours: {mon: 09:00-17:00}, holidays: [Easter + 99999999999 days]}}",
    ),
    "a promise of ages": ("bad-duration", f"agreements: {{gold: {{targets: {{fix: {{P1: {'9' * 40} years}}}}}}}}"),
    "deeper than anybody looks": ("too-deep", f"services: {{mail: {'{owner: ' * 60}x{'}' * 60}}}"),
    "as many mistakes as fit": ("unknown-key", "".join(f"x{number}: 1\n" for number in range(5_000))),
}


@pytest.mark.parametrize(("code", "text"), MESSAGES.values(), ids=MESSAGES)
def test_a_hostile_message_is_refused_at_once_with_a_place_and_what_to_do(code: str, text: str) -> None:
    problems = refused(read_message, text)
    assert code in {each.code for each in problems}


@pytest.mark.parametrize(("code", "text"), ORGANISATIONS.values(), ids=ORGANISATIONS)
def test_a_hostile_organisation_is_refused_at_once_with_a_place_and_what_to_do(code: str, text: str) -> None:
    problems = refused(lambda source: read_organisation({"all.yaml": source}), text)
    assert code in {each.code for each in problems}


def test_the_last_day_there_is_can_be_a_holiday() -> None:
    text = "calendars: {c: {zone: UTC, hours: {mon: 09:00-17:00}, holidays: [9999-12-31]}}"
    assert read_organisation({"all.yaml": text}).of("calendar")["c"]["holidays"] == ["9999-12-31"]


def refused(read: Callable[[str], object], text: str) -> tuple[Problem, ...]:
    """Read twice, within bounds; give the problems, which all say where."""
    found: tuple[Problem, ...] = ()
    times = []
    for _ in range(2):
        began = time.process_time()
        with pytest.raises(LanguageError) as error:
            read(text)
        times.append(time.process_time() - began)
        found = error.value.problems
    assert min(times) < BOUND
    assert len(found) <= MOST_PROBLEMS
    assert all(each.line > 0 and each.column > 0 and str(each).isprintable() for each in found)
    return found
