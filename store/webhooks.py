"""Subscriptions to what happens to records: where it is sent, what of it, and as whom a subscription reads.

A webhook goes through the feed: `feed` is the number up to which it has been told what is to be sent (deliveries.py).
One that is paused keeps its place, and goes on from there.
"""

import secrets
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from engine.record import Actor
from language.organisation import Organisation
from store.columns import Json
from store.database import Database, lock
from store.sealing import Seals
from store.tables import journal, webhook, webhook_delivery
from store.tokens import is_robot

PREFIX = "whsec_"
"""What every secret begins with (Standard Webhooks)."""
BYTES = 32
OVERLAP = 86_400.0
"""Seconds for which the secret before still signs, beside the new one."""


class Webhook(NamedTuple):
    """A subscription.

    No `processes` or `types` mean all. `roles` and `groups` are those its owner had when it was made. Its secrets are
    sealed; the previous one signs until `previous_until`. `failing_since` is set while nothing gets through.
    """

    id: str
    url: str
    description: str
    processes: tuple[str, ...]
    types: tuple[str, ...]
    owner: str
    roles: tuple[str, ...]
    groups: tuple[str, ...]
    active: bool
    paused_because: str
    secret: str
    previous_secret: str | None
    previous_until: float | None
    rotation: str
    feed: int
    failing_since: float | None
    created_at: float


_COLUMNS = [webhook.c[name] for name in Webhook._fields]


def new_secret() -> str:
    """Make a secret: `whsec_` and 32 random bytes in Base64."""
    return PREFIX + b64encode(secrets.token_bytes(BYTES)).decode()


def seal_secret(seals: Seals, name: str, secret: str) -> str:
    """Seal the secret of a webhook; it opens for no other. Raises NoSealingKeyError."""
    return seals.seal(_place(name), secret)


def open_secret(seals: Seals, name: str, sealed: str) -> str:
    """Open the secret of a webhook. Raises NoSealingKeyError and SealBrokenError."""
    return str(seals.open(_place(name), sealed))


def signing(each: Webhook, now: float) -> tuple[str, ...]:
    """Give the sealed secrets that sign now, the newest first."""
    both = each.previous_secret is not None and each.previous_until is not None and now < each.previous_until
    return (each.secret, str(each.previous_secret)) if both else (each.secret,)


async def reader(database: Database, each: Webhook, around: Organisation, now: float) -> Actor | None:
    """Give as whom a webhook reads: its owner, with those of the roles and groups it was made with that count now.

    None: the owner is not active any more, or a robot without a token that is good.
    """
    row = around.find("user", each.owner)
    if row is None and await is_robot(database, each.owner, now):
        return Actor(each.owner, each.owner, each.roles, each.groups)
    if row is None or not row["active"]:
        return None
    roles = tuple(role for role in row["roles"] if role in each.roles)
    return Actor(each.owner, each.owner, roles, tuple(group for group in row["groups"] if group in each.groups))


async def create(database: Database, made: Webhook) -> tuple[Webhook, bool]:
    """Keep a new webhook, told what happens from now on; where its id is taken, the one there is, and False."""
    return await database.write(_create, made)


async def find(database: Database, name: str) -> Webhook | None:
    """The webhook of this id."""
    return await database.read(_find, name)


async def listed(database: Database, after: str = "", limit: int = 50) -> tuple[Webhook, ...]:
    """The webhooks behind this id, in the order of their ids."""
    return await database.read(_listed, after, limit)


async def change(database: Database, name: str, values: Mapping[str, Json]) -> Webhook | None:
    """Write columns of a webhook; None where there is none."""
    return await database.write(_change, name, values)


async def rotate(database: Database, name: str, sealed: str, rotation: str, until: float) -> Webhook | None:
    """Put a new secret before the present one, which signs until then; nothing where this rotation was made already."""
    return await database.write(_rotate, name, sealed, rotation, until)


async def remove(database: Database, name: str) -> bool:
    """Take a webhook away with all that was to be sent to it; False where there is none."""
    return await database.write(_remove, name)


def _place(name: str) -> str:
    return f"webhook {name}"


def _create(connection: Connection, made: Webhook) -> tuple[Webhook, bool]:
    lock(connection, f"webhook {made.id}")
    there = _find(connection, made.id)
    if there is not None:
        return there, False
    newest = connection.scalar(select(func.max(journal.c.feed))) or 0
    connection.execute(insert(webhook).values({**made._asdict(), "feed": newest}))
    return made._replace(feed=newest), True


def _find(connection: Connection, name: str) -> Webhook | None:
    row = connection.execute(select(*_COLUMNS).where(webhook.c.id == name)).one_or_none()
    return None if row is None else _webhook(row)


def _listed(connection: Connection, after: str, limit: int) -> tuple[Webhook, ...]:
    query = select(*_COLUMNS).where(webhook.c.id > after).order_by(webhook.c.id).limit(limit)
    return tuple(_webhook(row) for row in connection.execute(query))


def _change(connection: Connection, name: str, values: Mapping[str, Json]) -> Webhook | None:
    if values:
        connection.execute(update(webhook).where(webhook.c.id == name).values(**values))
    return _find(connection, name)


def _rotate(connection: Connection, name: str, sealed: str, rotation: str, until: float) -> Webhook | None:
    lock(connection, f"webhook {name}")
    there = _find(connection, name)
    if there is None or there.rotation == rotation:
        return there
    fresh = {"secret": sealed, "previous_secret": there.secret, "previous_until": until, "rotation": rotation}
    return _change(connection, name, fresh)


def _remove(connection: Connection, name: str) -> bool:
    lock(connection, f"webhook {name}")
    connection.execute(delete(webhook_delivery).where(webhook_delivery.c.webhook == name))
    return connection.execute(delete(webhook).where(webhook.c.id == name)).rowcount > 0


def _webhook(row: Sequence[Any]) -> Webhook:
    return Webhook._make(tuple(value) if isinstance(value, list) else value for value in row)
