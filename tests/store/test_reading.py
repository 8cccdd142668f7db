"""Published definitions that are kept once they were read: for their own database only, and never as the newest."""

import shutil
from pathlib import Path

from store import definitions
from store.database import Database
from store.reading import newest, newest_of_each, pinned

LAMP = """
process: lamp
version: {version}
title: Lamp
number: LMP
owner: ann
start: {{to: lit, by: [anyone]}}
fields: {{room: text}}
states: {{lit: {{final: true}}}}
"""


async def published(database: Database, version: int) -> str:
    source = LAMP.format(version=version)
    await definitions.publish(database, "lamp", version, source, title="Lamp", messages={}, by="ann", at=1.0)
    return definitions.digest_of(source)


async def test_a_version_that_is_published_is_the_newest_at_once(database: Database) -> None:
    for version in (1, 2):
        digest = await published(database, version)
        found = await newest(database, "lamp")
        assert found is not None
        assert (found.version, await pinned(database, digest)) == (version, found)
        assert await newest_of_each(database) == {"lamp": found}


async def test_what_one_database_has_published_another_has_not(blank_file: Path, tmp_path: Path) -> None:
    files = [shutil.copy(blank_file, tmp_path / name) for name in ("one.db", "other.db")]
    one, other = (Database(f"sqlite:///{file}") for file in files)
    digest = await published(one, 1)
    assert await pinned(one, digest) is not None
    assert await pinned(other, digest) is None
    await published(other, 1)
    assert await pinned(other, digest) == await pinned(one, digest)
    await one.close()
    await other.close()
