"""A portal with two processes, one of them in two versions with open records, and without Temporal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from temporalio.client import Client

from store import definitions
from store.projections import project
from tests.api.office import an_office
from tests.portal.visits import Portal
from tests.store.builders import a_projection

NOBODY = "127.0.0.1:1"
"""Where no Temporal is: these pages need none."""
HOUSE = """
process: house
version: 1
title: House
number: HSE
owner: manager
start: {to: open, by: [anyone]}
fields: {summary: {type: text, required: true}}
states: {open: {transitions: {close: {to: shut, by: [agent]}}}, shut: {final: true}}
"""


@asynccontextmanager
async def a_library(folder: Path) -> AsyncIterator[Portal]:
    """Open it on a new database in a folder."""
    client = await Client.connect(NOBODY, lazy=True)
    async with an_office(folder / "steward.db", client, worker=False) as office:
        database = office.services.database
        messages = {"hello": "---\nsubject: Hello\n---\nHello"}
        told: dict[str, Any] = {"title": "House", "messages": messages, "by": "bob", "at": 0.0}
        await definitions.publish(database, "house", 1, HOUSE, **told)
        await definitions.publish(
            database,
            "house",
            2,
            HOUSE.replace("version: 1", "version: 2").replace("[agent]", "[anyone]") + "\n",
            **told,
        )
        about: dict[str, Any] = {"process": "house", "digest": definitions.digest_of(HOUSE)}
        for number in range(3):
            await project(database, a_projection(f"H{number}", version=1 + number // 2, **about))
        opened = Portal(office)
        yield opened
        await opened.http.aclose()
