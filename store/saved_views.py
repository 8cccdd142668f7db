"""Lists of records that people have kept under a name, for themselves or for everybody: what they ask for."""

from typing import NamedTuple

from sqlalchemy import Connection, and_, delete, func, insert, or_, select

from store.database import Database, lock
from store.tables import saved_view

MOST = 50
"""Views of a person."""
MOST_SHARED = 100
"""Views of others that are shown to a person."""


class View(NamedTuple):
    """A list under a name: whose it is, its address (what is asked for), and whether everybody is shown it."""

    person: str
    name: str
    address: str
    shared: bool
    at: float


async def views_for(database: Database, person: str) -> tuple[View, ...]:
    """Give the views of a person by name, and after them those that others share."""
    return await database.read(_views_for, person)


async def keep(database: Database, view: View) -> bool:
    """Keep a view, in place of one of the same name; False where the person has as many as there may be."""
    return await database.write(_keep, view)


async def forget(database: Database, person: str, name: str) -> bool:
    """Forget a view of a person; False where there is none of this name."""
    return await database.write(_forget, person, name)


def _views_for(connection: Connection, person: str) -> tuple[View, ...]:
    own = saved_view.c.person == person
    theirs = and_(saved_view.c.shared.is_(True), saved_view.c.person != person)
    query = select(*(saved_view.c[name] for name in View._fields)).where(or_(own, theirs))
    order = (saved_view.c.person != person, saved_view.c.name, saved_view.c.person)
    return tuple(View._make(row) for row in connection.execute(query.order_by(*order).limit(MOST + MOST_SHARED)))


def _keep(connection: Connection, view: View) -> bool:
    lock(connection, f"views of {view.person}")
    _forget(connection, view.person, view.name)
    count = select(func.count()).select_from(saved_view).where(saved_view.c.person == view.person)
    if (connection.scalar(count) or 0) >= MOST:
        return False
    connection.execute(insert(saved_view).values(view._asdict()))
    return True


def _forget(connection: Connection, person: str, name: str) -> bool:
    same = (saved_view.c.person == person, saved_view.c.name == name)
    return connection.execute(delete(saved_view).where(*same)).rowcount > 0
