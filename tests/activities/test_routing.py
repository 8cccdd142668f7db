"""Which group a record is suggested for."""

import pytest

from activities.actions import Context, Refusal
from activities.routing import Wanted, suggest_group
from store.database import Database
from tests import organisations
from tests.activities.story import NOON, nowhere


@pytest.fixture
def context(database: Database) -> Context:
    return Context("R1/1/new/do/0", "R1", "parcel", database, lambda: NOON, nowhere)


async def test_a_service_with_a_group_decides(context: Context) -> None:
    found = await suggest_group(Wanted(service="lorries", text="Dispatch"), context)
    assert (found.group, found.reason) == ("dispatch", "looks after Lorries")


@pytest.mark.parametrize(
    ("service", "text"),
    [
        (None, "The LORRY has no fuel, two lorries even"),
        ("mail", "Two lorries stand still"),
        ("no_such_service", "A parcel was lost"),
        ("", "dispatch, please"),
    ],
)
async def test_else_the_words_of_the_text_do(context: Context, service: str | None, text: str) -> None:
    assert (await suggest_group(Wanted(service=service, text=text), context)).group == "dispatch"


async def test_the_reason_names_the_words(context: Context) -> None:
    found = await suggest_group(Wanted(text="Parcels for dispatch"), context)
    assert found.reason == "the text says dispatch, parcel"


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(text="of the for and E-mail"), Wanted(service="mail")])
async def test_nothing_that_fits_is_refused(context: Context, wanted: Wanted) -> None:
    with pytest.raises(Refusal) as refused:
        await suggest_group(wanted, context)
    assert refused.value.code == "no_suggestion"


async def test_an_organisation_without_groups_suggests_nothing(context: Context) -> None:
    await organisations.apply(context.database, {}, by="ann", at=2.0)
    with pytest.raises(Refusal):
        await suggest_group(Wanted(service="lorries", text="lorries"), context)
