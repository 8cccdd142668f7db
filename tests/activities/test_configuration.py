"""Which version a configuration item runs is written into the organisation, once and with who did it."""

import pytest

from activities.actions import Context, Refusal
from activities.configuration import Running, set_version
from language.organisation import Organisation
from store.database import Database
from store.organisation import change, changes_of, current
from tests.activities.story import NOON, nowhere

ROW = {"title": "Front end", "version": "4.1", "owner": None}


@pytest.fixture
async def context(database: Database) -> Context:
    items = Organisation({"configuration_item": {"web": ROW}})
    await change(database, lambda before: before.merged(items), by="ann", at=NOON)
    return Context("R1/1/new/do/0", "R1", "parcel", database, lambda: NOON, nowhere)


async def version(context: Context) -> str | None:
    stored = await current(context.database)
    assert stored is not None
    return Organisation.from_json(stored.document).of("configuration_item")["web"]["version"]  # type: ignore[no-any-return]


async def test_a_version_is_written_once_in_the_name_of_the_record(context: Context) -> None:
    for _attempt in range(2):
        assert (await set_version(Running(item="web", version="4.2"), context)).version == "4.2"
    assert await version(context) == "4.2"
    first, second = await changes_of(context.database, "configuration_item", "web")
    assert (first.by, first.old["version"], first.new["version"], second.by) == ("R1", "4.1", "4.2", "ann")


@pytest.mark.parametrize(("instead_of", "expected"), [("4.1", "4.0"), ("4.2", "4.1")])
async def test_what_is_taken_back_is_only_what_is_there(context: Context, instead_of: str, expected: str) -> None:
    await set_version(Running(item="web", version="4.0", instead_of=instead_of), context)
    assert await version(context) == expected


async def test_a_version_may_become_unknown(context: Context) -> None:
    await set_version(Running(item="web"), context)
    assert await version(context) is None


@pytest.mark.parametrize(
    ("running", "code"),
    [(Running(item="wep", version="4.2"), "no-item"), (Running(item="web", version="4\n2"), "bad-version")],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(context: Context, running: Running, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        await set_version(running, context)
    assert (refused.value.code, await version(context)) == (code, "4.1")
