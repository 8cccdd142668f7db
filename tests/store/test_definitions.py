"""Published definitions: immutable, found by version and digest, with the messages they were published with."""

import asyncio

import pytest

from store import definitions
from store.database import Database
from store.errors import AlreadyPublishedError, OlderVersionError

HELLO = {"hello": "Hello {{ name }}", "bye": "Goodbye"}


async def publish(
    database: Database,
    version: int,
    source: str = "",
    *,
    process: str = "paper",
    messages: dict[str, str] | None = None,
) -> bool:
    text = source or f"process: {process}\nversion: {version}\n"
    told = HELLO if messages is None else messages
    return await definitions.publish(
        database, process, version, text, title="Paper", messages=told, by="ann", at=float(version)
    )


async def test_a_published_definition_is_found_every_way(database: Database) -> None:
    assert await publish(database, 1) is True
    assert await publish(database, 2) is True
    found = await definitions.newest(database, "paper")
    assert found is not None
    assert (found.version, found.title, found.published_by, found.published_at) == (2, "Paper", "ann", 2.0)
    assert found.source == "process: paper\nversion: 2\n"
    assert found.digest == definitions.digest_of(found.source)
    assert await definitions.get(database, "paper", 2) == found
    assert await definitions.by_digest(database, found.digest) == found
    assert [row.version for row in await definitions.versions(database, "paper")] == [2, 1]


async def test_what_was_never_published_is_not_found(database: Database) -> None:
    assert await definitions.newest(database, "paper") is None
    assert await definitions.get(database, "paper", 1) is None
    assert await definitions.by_digest(database, "0" * 64) is None
    assert await definitions.newest_of_each(database) == ()


async def test_publishing_the_same_again_changes_nothing(database: Database) -> None:
    await publish(database, 1)
    await publish(database, 2)
    assert await publish(database, 1) is False
    assert await publish(database, 2) is False


@pytest.mark.parametrize(
    ("source", "messages", "what"),
    [
        ("process: paper\nversion: 1\ntitle: Other\n", HELLO, "another text"),
        ("", {**HELLO, "hello": "Hi"}, 'another message "hello"'),
        ("", {"hello": HELLO["hello"]}, 'another message "bye"'),
        ("", {**HELLO, "extra": "More"}, 'another message "extra"'),
    ],
)
@pytest.mark.semantics("M1.1")
async def test_the_same_version_with_other_content_is_refused_with_the_remedy(
    database: Database, source: str, messages: dict[str, str], what: str
) -> None:
    await publish(database, 1)
    await publish(database, 4)
    with pytest.raises(AlreadyPublishedError) as refused:
        await publish(database, 1, source, messages=messages)
    assert str(refused.value) == (
        f"version 1 of paper is published already with {what}. Published versions never change: raise `version` to 5."
    )


async def test_scenarios_are_kept_as_they_were_when_it_was_published(database: Database) -> None:
    await definitions.publish(database, "paper", 1, "x", title="Paper", messages={}, by="ann", at=0.0, tests="cases")
    assert await definitions.tests_of(database, "paper", 1) == "cases"
    assert await definitions.tests_of(database, "paper", 2) == ""


async def test_a_version_below_the_newest_is_refused(database: Database) -> None:
    await publish(database, 3)
    with pytest.raises(OlderVersionError, match=r"older than version 3, which is published\. Raise `version` to 4"):
        await publish(database, 2)


@pytest.mark.semantics("M1.2")
async def test_messages_stay_as_they_were_published(database: Database) -> None:
    await publish(database, 1)
    await publish(database, 2, messages={**HELLO, "hello": "Hi"})
    await publish(database, 3, messages={})
    assert await definitions.messages_of(database, "paper", 1) == HELLO
    assert await definitions.messages_of(database, "paper", 2) == {**HELLO, "hello": "Hi"}
    assert await definitions.messages_of(database, "paper", 3) == {}


async def test_the_newest_of_each_process_is_listed(database: Database) -> None:
    for process, version in (("paper", 1), ("letter", 1), ("paper", 2)):
        await publish(database, version, process=process)
    listed = await definitions.newest_of_each(database)
    assert [(row.process, row.version) for row in listed] == [("letter", 1), ("paper", 2)]


async def test_of_two_that_publish_at_once_one_does(database: Database, another: Database) -> None:
    both = await asyncio.gather(publish(database, 1), publish(another, 1), publish(another, 1, process="letter"))
    assert sorted(both) == [False, True, True]
