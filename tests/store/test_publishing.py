"""Publishing checks and tests first, refuses with all that was found, and leaves alone what is published."""

import pytest

from language.organisation_reading import read_organisation
from store import definitions
from store.allotted import allotted
from store.database import Database
from store.errors import AlreadyPublishedError
from store.examining import Around, Draft, Examination, examine
from store.numbers import allot
from store.publishing import Publication, RejectedError, publish
from tests import organisations

PAPER = """
process: paper
version: 1
title: Paper
number: PAP
owner: ann
start: {to: draft}
fields:
  heading: text
states:
  draft:
    entry: [{notify: hello, to: [created_by]}]
    transitions:
      sign: {to: signed, by: [anyone]}
  signed: {final: true}
"""

TESTS = """
tests: paper
cases:
  - name: A paper is signed
    at: 2026-03-06 10:00
    as: ann
    given: {}
    steps:
      - {act: sign, as: ann}
      - expect: {state: signed}
"""

HELLO = "---\nsubject: Hello\n---\n{{ heading }}\n"


@pytest.fixture(autouse=True)
async def _around(database: Database) -> None:
    """An organisation of one."""
    around = read_organisation({"people.yaml": "people: {ann: {}}"})
    await organisations.apply(database, around.to_json(), by="ann", at=1.0)


async def published(database: Database, source: str = PAPER, tests: str = TESTS, hello: str = HELLO) -> Publication:
    return await publish(database, source, tests, {"hello": hello}, {}, "ann", 1.0)


async def test_a_definition_in_order_is_published_once(database: Database) -> None:
    first, again = await published(database), await published(database)
    assert (first.new, again.new, again.published) == (True, False, first.published)
    assert (first.published.process, first.published.version, first.published.published_by) == ("paper", 1, "ann")
    assert first.examination is not None
    assert first.examination.report is not None
    assert first.examination.report.passed
    assert await definitions.messages_of(database, "paper", 1) == {"hello": HELLO}


@pytest.mark.parametrize(
    ("source", "tests", "hello", "part", "code"),
    [
        (PAPER.replace("to: signed", "to: sined"), TESTS, HELLO, "definition", "unknown-state"),
        (PAPER.replace("notify: hello", "notify: hallo"), TESTS, HELLO, "definition", "unknown-message"),
        ("{", TESTS, HELLO, "definition", "syntax"),
        (PAPER, TESTS, "Hello", "messages/hello", "no-front-matter"),
        (PAPER, TESTS.replace("act: sign", "atc: sign"), HELLO, "tests", None),
    ],
)
async def test_mistakes_keep_it_from_being_published(  # noqa: PLR0917 - a table
    database: Database, source: str, tests: str, hello: str, part: str, code: str | None
) -> None:
    with pytest.raises(RejectedError) as rejected:
        await published(database, source, tests, hello)
    found = [(each.part, each.problem.code) for each in rejected.value.examination.findings]
    assert [each for each in found if each[0] == part and code in {each[1], None}]
    assert await definitions.newest(database, "paper") is None


async def test_a_failing_scenario_keeps_it_from_being_published(database: Database) -> None:
    with pytest.raises(RejectedError, match="signed"):
        await published(database, tests=TESTS.replace("state: signed", "state: draft"))


async def test_the_same_version_with_another_message_is_refused(database: Database) -> None:
    await published(database)
    with pytest.raises(AlreadyPublishedError, match="raise `version` to 2"):
        await published(database, hello=HELLO + "Bye\n")


async def test_examining_may_happen_elsewhere(database: Database) -> None:
    async def elsewhere(draft: Draft, surroundings: Around) -> Examination:
        return examine(draft, surroundings)._replace(title="Seen elsewhere")

    done = await publish(database, PAPER, "", {"hello": HELLO}, {}, "ann", 1.0, examined=elsewhere)
    assert done.published.title == "Seen elsewhere"


async def test_a_key_is_found_when_it_has_a_number(database: Database) -> None:
    assert await allotted(database, "PAP", "a key") is None
    assert await allot(database, "PAP", "a key") == await allotted(database, "PAP", "a key")


async def test_processes_that_refer_to_each_other_are_published_one_after_the_other(database: Database) -> None:
    hen, egg = (source_of(*names) for names in (("hen", "egg"), ("egg", "hen")))
    with pytest.raises(RejectedError, match='no process named "egg"'):
        await publish(database, hen, "", {}, {}, "ann", 1.0)
    await publish(database, hen, "", {}, {}, "ann", 1.0, beside=(egg, "- not a definition"))
    assert (await publish(database, egg, "", {}, {}, "ann", 1.0)).new


def source_of(process: str, other: str) -> str:
    return f"""
process: {process}
version: 1
title: {process}
number: {process.upper()}
owner: ann
fields: {{other: {{type: ref, of: {other}}}}}
start: {{to: "on", by: [ann], ask: [other]}}
states:
  "on": {{do: [{{run: {other}}}, {{go: "off"}}]}}
  "off": {{final: true}}
"""


MOVED = (
    PAPER.replace("version: 1", "version: 2") + "migrate: {from: 1, states: {drft: draft}, fields: {title: heading}}\n"
)


async def test_what_a_version_says_of_an_earlier_one_is_held_against_that(database: Database) -> None:
    with pytest.raises(RejectedError, match="unknown-version: version 1 is not published"):
        await published(database, MOVED, "")
    await published(database)
    with pytest.raises(RejectedError, match="unknown-state: the earlier version has no state") as rejected:
        await published(database, MOVED, "")
    assert [str(each).split()[1] for each in rejected.value.examination.findings] == [
        "unknown-state:",
        "unknown-field:",
    ]
    assert (await published(database, MOVED.split("migrate")[0] + "migrate: {from: 1}\n", "")).new
