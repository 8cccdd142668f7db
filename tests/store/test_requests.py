"""What somebody has asked for, the same on both databases: opened, for them or followed, page by page."""

import importlib

import pytest

from store.database import Database
from store.errors import CursorError
from store.projections import Index, project
from store.requests import Asker, requests_of
from tests.store.builders import a_projection, given

ANN = Asker("ann", ("user:ann", "role:agent"), ("owner",))
FILL = importlib.import_module("store.migrations.versions.r0020_who_asked")


async def some_requests(database: Database) -> None:
    """Five papers: ann opened one, follows one, owns two (one ended), and has nothing to do with the others."""
    papers: dict[str, dict[str, str | list[str] | None]] = {
        "R1": {"created_by": "ann"},
        "R2": {"watchers": ["bob", "ann"], "created_by": "bob"},
        "R3": {"owner": "ann", "created_by": "ann"},
        "R4": {"owner": "bob", "assignee": "ann"},
        "R5": {"created_by": "ann"},
    }
    for number, (name, indexed) in enumerate(papers.items()):
        readers: list[tuple[str, bool]] = [("role:boss" if name == "R5" else "role:agent", True)]
        index = Index(readers=readers, indexed=indexed)
        paper = a_projection(name, updated_at=20.0, final=number == 2, index=index)
        await (given if number == 0 else project)(database, paper)


async def test_requests_are_those_one_opened_owns_or_follows_and_may_see(database: Database) -> None:
    await some_requests(database)
    found = [(await requests_of(database, ANN, final=final)).rows for final in (False, True)]
    assert [[row.id for row in rows] for rows in found] == [["R2", "R1"], ["R3"]]


async def test_a_page_goes_on_where_the_one_before_ended(database: Database) -> None:
    await some_requests(database)
    first = await requests_of(database, ANN, final=False, limit=1)
    second = await requests_of(database, ANN, final=False, limit=1, cursor=first.next)
    assert ([row.id for row in (*first.rows, *second.rows)], second.next) == (["R2", "R1"], None)
    with pytest.raises(CursorError, match="Begin again"):
        await requests_of(database, ANN, final=False, cursor="x~1")


async def test_records_of_before_are_found_after_the_migration(database: Database) -> None:
    ann, bob = {"id": "ann", "label": "Ann"}, {"id": "bob", "label": "Bob"}
    index = Index(readers=[("role:agent", True)])
    await given(database, a_projection(index=index, created_by=ann, watchers=[bob]))
    for statement in FILL.SQLITE if database.dialect == "sqlite" else FILL.POSTGRESQL:
        with database.writing() as connection:
            connection.exec_driver_sql(statement)
    for who in ("ann", "bob"):
        assert [row.id for row in (await requests_of(database, ANN._replace(person=who), final=False)).rows] == ["R1"]
