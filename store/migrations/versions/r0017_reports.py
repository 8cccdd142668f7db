"""What reports count: the moves of records from state to state, and their targets; filled from what is stored."""

import json
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
DAY = 86_400.0
CHUNK = 1_000
Row = dict[str, Any]


def upgrade() -> None:
    op.create_table(
        "record_move",
        sa.Column("record", TEXT, primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("place", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("head", TEXT, nullable=False),
        sa.Column("process", TEXT, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("target", TEXT, nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("lasted", sa.Double(), nullable=False),
    )
    op.create_table(
        "record_target",
        sa.Column("record", TEXT, primary_key=True),
        sa.Column("target", TEXT, primary_key=True),
        sa.Column("process", TEXT, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("held", sa.Double(), nullable=False),
    )
    _fill(op.get_bind())
    op.create_index("ix_record_move_source", "record_move", ["process", "source", "day", "lasted", "record"])
    op.create_index("ix_record_move_final", "record_move", ["process", "final", "day", "target", "record"])
    op.create_index("ix_record_target_day", "record_target", ["process", "day", "target", "outcome", "held", "record"])


def downgrade() -> None:
    op.drop_table("record_target")
    op.drop_table("record_move")


def _fill(connection: sa.Connection) -> None:
    """Tell moves from journals and targets from records, as projections do from now on."""
    tables = {name: sa.Table(name, sa.MetaData(), autoload_with=connection) for name in ("record_move", "record_target")}
    last = ""
    records = sa.text("SELECT id, body FROM record WHERE id > :last ORDER BY id LIMIT :chunk")
    while found := connection.execute(records, {"last": last, "chunk": CHUNK}).all():
        bodies = {name: json.loads(body) for name, body in found}
        rows = {"record_move": list(_moves(connection, bodies)), "record_target": list(_targets(bodies))}
        for name, given in rows.items():
            if given:
                connection.execute(sa.insert(tables[name]), given)
        last = found[-1].id


def _targets(bodies: dict[str, Row]) -> Iterator[Row]:
    for name, body in bodies.items():
        for target, clock in body.get("targets", {}).items():
            late, ended = clock["late"], clock["status"] in {"met", "missed"}
            decided = clock["due"] if late and clock["due"] is not None else clock["since"]
            yield {
                "record": name,
                "target": target,
                "process": body["process"],
                "outcome": "missed" if late or clock["status"] == "missed" else "kept" if ended else "running",
                "day": int(decided // DAY) if late or ended else None,
                "held": max(0.0, clock["since"] - clock["started"] - clock["wall"]),
            }


def _moves(connection: sa.Connection, bodies: dict[str, Row]) -> Iterator[Row]:
    names: sa.BindParameter[Any] = sa.bindparam("names", expanding=True)
    journal = sa.text(
        "SELECT record, seq, head, at, lines FROM journal WHERE record IN :names AND NOT void ORDER BY record, seq"
    ).bindparams(names)
    told = connection.execute(journal, {"names": list(bodies)})
    for name, entries in groupby(told, itemgetter(0)):
        yield from _moves_of(bodies[name], entries)


def _moves_of(body: Row, entries: Iterator[Any]) -> list[Row]:
    """Give the moves of a record; the last leads to where it is, and ended it if it has."""
    found, seq, head, place = list[Row](), 1, "", 0
    for entry in entries:
        seq, head, place = entry.seq, entry.head, 0
        for line in json.loads(entry.lines):
            data = line.get("data", {})
            if line["what"] == "transition" and data["from"] != data["to"]:
                found.append(_move(body, (seq, place, head), (data["from"], data["to"]), entry.at, found))
                place += 1
    state = found[-1]["target"] if found else ""
    if state != body["state"]:
        found.append(_move(body, (seq, place, head), (state, body["state"]), body["entered_at"], found))
    found[-1]["final"] = body["final"]
    return found


def _move(body: Row, place: tuple[int, int, str], way: tuple[str, str], at: float, before: list[Row]) -> Row:
    since = before[-1]["at"] if before else body["created_at"]
    return {
        **dict(zip(("seq", "place", "head"), place, strict=True)),
        **dict(zip(("source", "target"), way, strict=True)),
        "record": body["id"],
        "process": body["process"],
        "day": int(at // DAY),
        "at": at,
        "final": False,
        "lasted": max(0.0, at - since),
    }
