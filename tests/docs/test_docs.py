"""The documentation is complete, has not drifted from the code, and its links lead somewhere."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from activities.connectors.declaring import TYPES, Connector, Credential, Declared, Input, Output
from engine.record import Kind
from engine.scenarios import reading_steps
from engine.scenarios.known import ASKED
from language import organisation_kinds
from language.codes import CODES
from language.durations import Unit
from language.functions import BUILT_IN
from language.messages import MESSAGE_NAMES
from language.names import LOCAL, READABLE, WRITABLE
from language.organisation import ATTRIBUTES, PLURALS
from language.reading import KEYS
from language.schema.blocks import BLOCK_KEYS
from language.schema.fields import FIELD_KEYS
from language.schema.states import STATE_KEYS
from language.schema.steps import BRANCH_KEYS, COMMON_KEYS, KINDS, REPEAT_KEYS, WAIT_KEYS
from language.schema.tables import TABLE_KEYS
from language.schema.targets import TARGET_KEYS
from language.schema.transitions import TOP_KEYS
from language.values import FieldType
from scripts import problems_page
from settings import Settings
from tests.docs.pages import DOCS, LANGUAGE, PAGES, ROOT, anchors, links, prose

INNER_KEYS = {"choose": BRANCH_KEYS, "repeat": REPEAT_KEYS, "wait": WAIT_KEYS}
"""The keys that stand inside the value of a step's word."""

COMPLETE = {
    "index.md": KEYS,
    "fields.md": (*FIELD_KEYS, *FieldType),
    "tables.md": TABLE_KEYS,
    "blocks.md": BLOCK_KEYS,
    "states.md": STATE_KEYS,
    "transitions.md": TOP_KEYS,
    "targets.md": TARGET_KEYS,
    "steps/index.md": (*KINDS, *COMMON_KEYS),
    "values-and-expressions.md": (*READABLE, *WRITABLE, *LOCAL, *ATTRIBUTES),
    "messages.md": MESSAGE_NAMES,
    "organisation.md": (*PLURALS.values(), *(key for kind in organisation_kinds.KINDS.values() for key in kind.keys)),
    "durations-and-calendars.md": Unit,
    "scenarios.md": reading_steps.KINDS,
}
"""What a page must name, as code."""


def named(page: Path) -> str:
    """Give what a page says as code."""
    return " ".join(prose(page).split("`")[1::2]).replace("{", " ").replace("}", " ").replace(":", " ")


def missing(page: Path, words: Iterable[str]) -> list[str]:
    """Give the words that a page does not name."""
    told = f" {named(page)} ".replace(",", " ")
    return [word for word in words if f" {word} " not in told]


@pytest.mark.parametrize("kind", KINDS)
def test_every_step_kind_has_a_page_that_names_all_its_keys(kind: str) -> None:
    assert missing(LANGUAGE / "steps" / f"{kind}.md", (kind, *KINDS[kind].keys, *INNER_KEYS.get(kind, ()))) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_of_a_step_kind_says_when_to_use_it_and_how_it_works(kind: str) -> None:
    text = (LANGUAGE / "steps" / f"{kind}.md").read_text(encoding="utf-8")
    assert all(part in text for part in (f"# {kind}\n", "**When to use it.**", "```yaml\n", "**How it works"))


@pytest.mark.parametrize("page", COMPLETE)
def test_a_page_of_the_language_names_everything_there_is(page: str) -> None:
    assert missing(LANGUAGE / page, COMPLETE[page]) == []


@pytest.mark.parametrize("function", [*BUILT_IN, *ASKED])
def test_every_function_is_described(function: str) -> None:
    page = "facts.md" if function in ASKED else "values-and-expressions.md"
    assert f"`{function}(" in (LANGUAGE / page).read_text(encoding="utf-8")


def test_every_kind_of_problem_is_listed_as_the_code_says_it() -> None:
    present = problems_page.PAGE.read_text(encoding="utf-8")
    assert present == problems_page.page(present), "run: python scripts/problems_page.py"
    assert [code for code in CODES if code not in anchors(problems_page.PAGE)] == []


def test_every_setting_is_described() -> None:
    assert missing(DOCS / "operations.md", (f"STEWARD_{name.upper()}" for name in Settings.model_fields)) == []


def test_every_key_of_connectors_is_described() -> None:
    keys = (
        *Connector.model_fields,
        *Declared.model_fields,
        *Input.model_fields,
        *Output.model_fields,
        *Credential.model_fields,
        *TYPES,
    )
    assert missing(DOCS / "connectors.md", keys) == []


def test_every_kind_of_event_is_described() -> None:
    assert missing(DOCS / "feed.md", Kind) == []


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    files = sorted(file.name for file in (DOCS / "decisions").glob("[0-9]*.md"))
    assert [int(name[:4]) for name in files] == list(range(len(files)))
    assert [name for name in files if name not in links(DOCS / "decisions" / "index.md")] == []


def test_migrations_are_numbered_without_gaps() -> None:
    files = sorted(file.name for file in (ROOT / "store" / "migrations" / "versions").glob("r[0-9]*.py"))
    assert [int(name[1:5]) for name in files] == list(range(1, len(files) + 1))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    lost = []
    for link in links(page):
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []


@pytest.mark.parametrize("page", [page for page in PAGES if DOCS in page.parents], ids=lambda page: page.name)
def test_every_page_can_be_reached_from_the_index(page: Path) -> None:
    reached, waiting = set[Path](), [DOCS / "index.md"]
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            found = ((here.parent / link.partition("#")[0]).resolve() for link in links(here))
            waiting += [file for file in found if file.suffix == ".md" and DOCS in file.parents]
    assert page in reached


def test_the_index_has_one_line_for_each_reader_and_names_every_page_beside_it() -> None:
    lines = (DOCS / "index.md").read_text(encoding="utf-8").splitlines()
    readers = [line.split("|")[1].strip() for line in lines if line.startswith("| ")]
    assert readers == list(dict.fromkeys(readers))
    named_there = [link.partition("#")[0] for link in links(DOCS / "index.md")]
    assert [page.name for page in DOCS.glob("*.md") if page.name not in (*named_there, "index.md")] == []


def test_no_line_stands_twice_in_the_changelog() -> None:
    told = [line for line in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines() if len(line) > 40]
    assert told == list(dict.fromkeys(told))
