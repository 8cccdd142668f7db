"""What a projection keeps of its event for reports: the moves of its record from state to state, and its targets.

Moves follow the journal: those of an event that is void go with it. After every event the last move of a record leads
to the state it is in: where no transition says so (a state that another version calls otherwise, or an event of which
the reconciler knows no lines), one is added, of the time at which the record entered that state.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select

from store.columns import Json
from store.tables import record_move

DAY = 86_400.0
RUNNING, KEPT, MISSED = "running", "kept", "missed"
"""What has come of a target."""

_ENDED = {"met": KEPT, "missed": MISSED}


_LAST = (
    select(record_move.c.source, record_move.c.target, record_move.c.at)
    .where(record_move.c.record == bindparam("of"))
    .order_by(record_move.c.seq.desc(), record_move.c.place.desc())
    .limit(1)
)
_TAKEN = insert(record_move)


class _Step(NamedTuple):
    """A way from one state to another, and when it was gone."""

    source: str
    target: str
    at: float


def keep_moves(
    connection: Connection,
    record: Mapping[str, Json],
    lines: Sequence[Mapping[str, Json]],
    at: float,
    *,
    before: str | None,
    repeated: bool,
) -> None:
    """Keep the moves of an event of a record (as it is after it) that happened `at` a time.

    Without lines nothing is known of it, and what was kept of it stays. `before` is the state the record was in (None:
    it is new); `repeated` says that something may have been kept of this event before.
    """
    if not repeated and before == record["state"] and not any(map(_is_move, lines)):
        return
    of_event = (record_move.c.record == record["id"], record_move.c.seq == record["seq"])
    if lines and repeated:
        connection.execute(delete(record_move).where(*of_event))
    last = _last(connection, record["id"])
    steps = list(_steps(record, lines, at, last))
    if steps:
        taken = connection.execute(select(record_move.c.place).where(*of_event)).all() if repeated else ()
        connection.execute(_TAKEN, list(_rows(record, steps, last, len(taken))))


def targets_kept(record: Mapping[str, Json]) -> Iterator[dict[str, Json]]:
    """Give the row of each target of a record: missed from the moment its time was used up."""
    for name, clock in record.get("targets", {}).items():
        outcome = MISSED if clock["late"] else _ENDED.get(clock["status"], RUNNING)
        decided = clock["due"] if clock["late"] and clock["due"] is not None else clock["since"]
        yield {
            "target": name,
            "process": record["process"],
            "outcome": outcome,
            "day": None if outcome == RUNNING else day_of(decided),
            "held": max(0.0, clock["since"] - clock["started"] - clock["wall"]),
        }


def day_of(at: float) -> int:
    """Give the day of a time: whole days since the epoch, UTC."""
    return int(at // DAY)


def _last(connection: Connection, name: str) -> _Step | None:
    found = connection.execute(_LAST, {"of": name}).one_or_none()
    return None if found is None else _Step._make(found)


def _steps(
    record: Mapping[str, Json], lines: Iterable[Mapping[str, Json]], at: float, last: _Step | None
) -> Iterator[_Step]:
    """Give the ways that the lines tell, and the one that they do not."""
    state = "" if last is None else last.target
    for line in lines:
        if _is_move(line):
            yield _Step(line["data"]["from"], line["data"]["to"], at)
            state = line["data"]["to"]
    if state != record["state"]:
        began = last is None and state == ""
        yield _Step(state, record["state"], record["created_at"] if began else record.get("entered_at", at))


def _is_move(line: Mapping[str, Json]) -> bool:
    data = line.get("data", {})
    return bool(line["what"] == "transition" and data["from"] != data["to"])


def _rows(
    record: Mapping[str, Json], steps: Sequence[_Step], last: _Step | None, taken: int
) -> Iterator[dict[str, Json]]:
    before = record["created_at"] if last is None else last.at
    for number, step in enumerate(steps):
        yield {
            "record": record["id"],
            "seq": record["seq"],
            "place": taken + number,
            "head": record["head"],
            "process": record["process"],
            "day": day_of(step.at),
            "at": step.at,
            "source": step.source,
            "target": step.target,
            "final": record["final"] and number == len(steps) - 1,
            "lasted": max(0.0, step.at - before),
        }
        before = step.at
