"""Retired versions: nothing begins with them, and the newest goes only with the whole process, on both databases."""

import asyncio

import pytest

from engine.record import Event, Kind, Refused
from language.reading import read_definition
from store import definitions
from store.database import Database
from store.errors import NewestVersionError
from store.retiring import Retirement, all_retired, refusal, retire, retired
from store.starting import Prepared, prepare

PAPER = """
process: paper
version: {version}
title: Paper
number: PAP
owner: ann
start: {{to: open}}
fields: {{x: text}}
states: {{open: {{transitions: {{end: {{to: over, by: [anyone]}}}}}}, over: {{final: true}}}}
"""


async def publish(database: Database, *versions: int) -> None:
    for each in versions:
        text = PAPER.format(version=each)
        await definitions.publish(database, "paper", each, text, title="Paper", messages={}, by="ann", at=1.0)


async def begun(database: Database, version: int) -> Prepared | Refused:
    event = Event(Kind.START, "start", None, {}, id=f"start-{version}", now=9.0)
    return await prepare(database, read_definition(PAPER.format(version=version)), event)


async def test_a_version_that_was_replaced_is_retired_once(database: Database) -> None:
    await publish(database, 1, 2)
    await retire(database, "paper", 1, by="bob", at=5.0)
    await retire(database, "paper", 1, by="carl", at=6.0)
    assert await retired(database, "paper") == {1: Retirement("bob", 5.0)}
    assert await all_retired(database) == {("paper", 1)}


@pytest.mark.semantics("M3.3")
async def test_the_version_that_new_records_follow_is_not_retired_by_itself(database: Database) -> None:
    await publish(database, 1, 2)
    with pytest.raises(NewestVersionError, match="Publish a newer one first, or retire the whole process"):
        await retire(database, "paper", 2, by="bob", at=5.0)
    assert await retired(database, "paper") == {}


@pytest.mark.semantics("M3.1", "M3.3")
async def test_a_process_that_is_retired_begins_nothing_until_another_version_is_published(database: Database) -> None:
    await publish(database, 1, 2)
    await asyncio.gather(*(retire(database, "paper", None, by="bob", at=5.0) for _ in range(3)))
    refused = await begun(database, 2)
    assert isinstance(refused, Refused)
    assert [reason.code for reason in refused.reasons] == ["retired"]
    assert "To let records begin again, its owner publishes another version." in refused.reasons[0].text
    await publish(database, 3)
    assert isinstance(await begun(database, 3), Prepared)
    assert await refusal(database, read_definition(PAPER.format(version=3))) is None
