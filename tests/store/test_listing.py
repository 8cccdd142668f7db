"""Lists of records: filters, rights, order and pages, the same on both databases."""

import base64
import json
from typing import Any

import pytest

from store.database import Database
from store.errors import CursorError, DataError
from store.listing import Filter, list_records
from store.projections import Index, project
from store.queries import get_record, last_by_correlation, open_by_correlation
from tests.store.builders import a_projection, given

LONG = "group/" + "x" * 5000


async def ids(database: Database, wanted: Filter | None = None, **options: Any) -> list[str]:
    page = await list_records(database, wanted or Filter(), sort=options.pop("sort", "created"), **options)
    return [row.id for row in page.rows]


async def some_records(database: Database) -> None:
    """Three papers of different owners, states, texts and rights."""
    await given(
        database,
        a_projection(
            "R1",
            state="open",
            updated_at=30.0,
            index=Index(
                title="Mail is down",
                text="Mail server mail-01.example.org (10.0.0.1) refuses Müller's letters",
                internal_text="Suspect the firewall",
                indexed={"owner": "ann", "items": ["disk", "fan"]},
                internal_indexed={"blame": "bob"},
                readers=[("role:agent", True), ("user:ann", False)],
                due=500.0,
                correlation=LONG,
            ),
        ),
        a_projection(
            "R2",
            state="signed",
            final=True,
            updated_at=20.0,
            index=Index(
                text="Straße gesperrt",
                indexed={"owner": "bob", "items": ["fan"]},
                readers=[("role:agent", True), ("group:desk", False)],
                due=400.0,
                correlation=LONG,
            ),
        ),
        a_projection(
            "R3",
            state="open",
            process="letter",
            updated_at=40.0,
            index=Index(text="mailbox full", indexed={"owner": None, "note": LONG}, readers=[("user:ann", True)]),
        ),
    )


TWENTY = "m ma mai mail s se ser serv f fi fir fire firew firewa firewal firewall mu mul mull mulle"
"""As many words as a search looks for; all of them begin words of R1."""


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(), ["R1", "R2", "R3"]),
        (Filter(process=("paper",)), ["R1", "R2"]),
        (Filter(state=("open", "lost")), ["R1", "R3"]),
        (Filter(final=False), ["R1", "R3"]),
        (Filter(final=True), ["R2"]),
        (Filter(values={"owner": ("ann",)}), ["R1"]),
        (Filter(values={"owner": ("ann", "bob")}), ["R1", "R2"]),
        (Filter(values={"owner": (None,)}), ["R3"]),
        (Filter(values={"owner": ("bob", None)}), ["R2", "R3"]),
        (Filter(values={"items": ("fan",), "owner": ("bob",)}), ["R2"]),
        (Filter(values={"note": (LONG,)}), ["R3"]),
        (Filter(values={"note": (LONG + "y",)}), []),
        (Filter(values={"nothing": ("x",)}), []),
        (Filter(updated_since=30.0), ["R1", "R3"]),
        (Filter(q="mail"), ["R1", "R3"]),
        (Filter(q="MAIL serv"), ["R1"]),
        (Filter(q="10.0.0.1"), ["R1"]),
        (Filter(q="mail-01.example"), ["R1"]),
        (Filter(q="muller"), ["R1"]),
        (Filter(q="strasse"), ["R2"]),
        (Filter(q="mail firewall"), ["R1"]),
        (Filter(q="il"), []),
        (Filter(q=" "), ["R1", "R2", "R3"]),
        (Filter(q="\"'*:&|!()\x00"), []),
        (Filter(q="mail' OR \"x"), []),
        (Filter(q=f"{TWENTY} nothing"), ["R1"]),
        (Filter(q=f"nothing {TWENTY}"), []),
    ],
)
async def test_filters(database: Database, wanted: Filter, expected: list[str]) -> None:
    await some_records(database)
    assert await ids(database, wanted) == expected


async def test_a_viewer_sees_only_what_they_may_read(database: Database) -> None:
    await some_records(database)
    assert await ids(database, viewer=("role:agent", "user:kim")) == ["R1", "R2"]
    assert await ids(database, viewer=("user:ann", "group:desk")) == ["R1", "R2", "R3"]
    assert await ids(database, viewer=("user:kim",)) == []
    assert await ids(database, viewer=()) == []
    assert await get_record(database, "R1", ("user:kim",)) is None


async def test_the_fuller_of_two_rights_counts(database: Database) -> None:
    await given(database, a_projection(index=Index(readers=[("user:ann", True), ("user:ann", False), ("g:x", False)])))
    sights = [await get_record(database, "R1", viewer) for viewer in (("user:ann", "g:x"), ("g:x",), None)]
    assert [row.full for row in sights if row] == [True, False, True]


@pytest.mark.parametrize("wanted", [Filter(q="firewall"), Filter(q="mail suspect"), Filter(values={"blame": ("bob",)})])
async def test_internal_parts_find_nothing_for_those_who_may_not_see_them(database: Database, wanted: Filter) -> None:
    await some_records(database)
    assert await ids(database, wanted, viewer=("role:agent",)) == ["R1"]
    assert await ids(database, wanted, viewer=("user:ann",)) == []


async def test_an_internal_field_looks_empty_to_those_who_may_not_see_it(database: Database) -> None:
    await some_records(database)
    empty = Filter(values={"blame": (None,)})
    assert await ids(database, empty, viewer=("role:agent",)) == ["R2"]
    assert await ids(database, empty, viewer=("user:ann",)) == ["R1", "R3"]


async def test_what_changes_is_found_by_its_new_words(database: Database) -> None:
    await given(database, a_projection(index=Index(text="old words")))
    await project(database, a_projection(seq=2, index=Index(text="new words")))
    assert [await ids(database, Filter(q=word)) for word in ("old", "new", "words")] == [[], ["R1"], ["R1"]]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("created", ["R1", "R2", "R3"]),
        ("-created", ["R3", "R2", "R1"]),
        ("updated", ["R2", "R1", "R3"]),
        ("-updated", ["R3", "R1", "R2"]),
        ("due", ["R2", "R1", "R3"]),
        ("state", ["R1", "R3", "R2"]),
        ("-id", ["R3", "R2", "R1"]),
        ("owner", ["R3", "R1", "R2"]),
        ("-owner", ["R2", "R1", "R3"]),
    ],
)
async def test_pages_of_one_make_the_whole_list(database: Database, sort: str, expected: list[str]) -> None:
    await some_records(database)
    assert await ids(database, sort=sort) == expected
    found: list[str] = []
    cursor: str | None = None
    while len(found) < 4:
        page = await list_records(database, Filter(), sort=sort, cursor=cursor, limit=1)
        found += [row.id for row in page.rows]
        if (cursor := page.next) is None:
            break
    assert found == expected


async def test_a_record_that_comes_between_two_pages_hides_none(database: Database) -> None:
    await some_records(database)
    first = await list_records(database, Filter(), sort="-created", limit=1)
    await project(database, a_projection("R4"))
    second = await list_records(database, Filter(), sort="-created", limit=1, cursor=first.next)
    assert [row.id for row in (*first.rows, *second.rows)] == ["R3", "R2"]


def made_up(told: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "ä",
        "💥",
        made_up(["-updated", 1.0]),
        made_up(["id", "R1", 1]),
        made_up(["-updated", "R1", 1]),
        made_up(["-updated", float("nan"), 1]),
        made_up(["-updated", 1.0, 10**30]),
        made_up(["-updated", True, 1]),
        made_up(["-updated", 1.0, True]),
        made_up({"a": 1}),
    ],
)
async def test_a_cursor_that_was_not_given_is_refused(database: Database, cursor: str) -> None:
    with pytest.raises(CursorError, match="Begin again without a cursor"):
        await list_records(database, Filter(), sort="-updated", cursor=cursor)


async def test_a_question_that_no_database_can_carry_is_refused(database: Database) -> None:
    with pytest.raises(DataError):
        await ids(database, Filter(values={"owner": ("a\x00",)}))


async def test_outside_events_find_their_record_by_any_length_of_text(database: Database) -> None:
    await some_records(database)
    found = await open_by_correlation(database, "paper", LONG)
    newest = await last_by_correlation(database, "paper", LONG)
    assert found is not None
    assert newest is not None
    assert (found.id, newest.id) == ("R1", "R2")
    assert await open_by_correlation(database, "paper", LONG + "y") is None
    assert await last_by_correlation(database, "letter", LONG) is None


async def test_a_row_carries_the_whole_snapshot(database: Database) -> None:
    await given(database, a_projection(fields={"summary": "Größe 10″", "b": 1, "a": None}))
    row = await get_record(database, "R1")
    assert row is not None
    assert list(row.body["fields"].items()) == [("summary", "Größe 10″"), ("b", 1), ("a", None)]
    assert (row.process, row.version, row.revision, row.created_at, row.ordinal) == ("paper", 1, 1, 10.0, 1)
