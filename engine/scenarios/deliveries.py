"""What goes on between the records of a case: starts, answers, leavings and events, as the relay carries them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from engine.children import BEGIN, RUN
from engine.identity import standing
from engine.masking import mask
from engine.parting import ANSWER, LEAVE, PARENT_LEFT, report_of
from engine.record import Event, Json, Kind, Outgoing, Plain, Reason
from engine.scenarios.courses import Course
from engine.scenarios.script import WantedCall
from engine.sending import SEND
from language.inputs import read

Reasons = tuple[Reason, ...]


class Around(Protocol):
    """What a delivery needs of the world of a case."""

    now: float
    courses: dict[str, Course]

    def course(self, process: str) -> Course | None:
        """Make the course of a record of a process that is yet to be started; None where there is no such process."""

    def answer(self, name: str) -> Plain | None:
        """Give what the case says that an action or a record comes to."""

    def is_answered(self, name: str) -> bool:
        """Say whether the case says what an action, or a record of a process, comes to."""

    def take(self, course: Course, event: Event) -> Reasons:
        """Let something happen to a record, but deliver nothing; give the reasons why it is refused."""


def deliver(world: Around, course: Course, row: Outgoing) -> None:
    """Carry a row of a record's outbox to the record it is for."""
    CARRY[row.kind](world, course, row.body)


def _start(world: Around, parent: Course, body: Json) -> None:
    path, process = body["path"], body["process"]
    token = parent.record.tokens.get(standing(parent.record, path))
    if body["waits"] and (token is None or token.kind != RUN):
        return
    parent.started.append(WantedCall(process, body["fields"]))
    there = next(_same(world, process, body["fields"]), None) if body.get("once") else None
    if there is not None:
        _tell(world, parent, path, {"result": {"id": there.record.id, "existed": True}})
        return
    child = world.course(process)
    if child is None:
        _tell(world, parent, path, _error("unknown-process", f"no process named {process} is published"))
    elif world.is_answered(process):
        _answered(world, parent, child, body)
    else:
        _begin(world, parent, child, body)


def _same(world: Around, process: str, fields: Plain) -> Iterator[Course]:
    """Give the open records of a process that hold the same value in the field by which it correlates."""
    for course in world.courses.values():
        by = course.definition.correlate or ""
        is_open = course.record.process == process and not course.record.final
        if is_open and course.record.fields.get(by) == fields.get(by):
            yield course


def _begin(world: Around, parent: Course, child: Course, body: Json) -> None:
    """Really start a record; a refused start is an error of the step."""
    run = body["path"] if body["waits"] else ""
    event = Event(Kind.START, "", None, body["fields"], now=world.now, parent=parent.record.id, run=run)
    reasons = world.take(child, event._replace(depth=body["depth"]))
    if reasons:
        _tell(world, parent, body["path"], _error("refused", "; ".join(reason.text for reason in reasons)))
        return
    _name(world, child)
    if not body["waits"]:
        _tell(world, parent, body["path"], {"result": {"id": child.record.id}})


def _answered(world: Around, parent: Course, child: Course, body: Json) -> None:
    """Let a record come to what the case says, without starting it; without an answer it never ends."""
    said = world.answer(body["process"])
    if said is not None and "error" in said:
        _tell(world, parent, body["path"], said)
        return
    ended: Plain = {"state": "", "fields": {}} if said is None else said
    shapes = {name: child.definition.fields[name].shape for name in ended["fields"]}
    fields = {
        name: mask(value) if shapes[name].sealed else read(shapes[name], value)
        for name, value in ended["fields"].items()
    }
    child.record = child.record._replace(
        state=ended["state"],
        final=said is not None,
        seq=1,
        fields={**dict.fromkeys(child.definition.fields), **fields},
        created_at=world.now,
        updated_at=world.now,
        parent=parent.record.id,
    )
    _name(world, child)
    if not body["waits"]:
        _tell(world, parent, body["path"], {"result": {"id": child.record.id}})
    elif said is not None:
        _tell(world, parent, body["path"], {"result": report_of(child.definition, child.record)})


def _name(world: Around, child: Course) -> None:
    """Name a record that another one has started after its process, the second `process_2`, and so on."""
    process, number = child.record.process, 1
    name = process
    while name in world.courses:
        number += 1
        name = f"{process}_{number}"
    world.courses[name] = child


def _answer(world: Around, _child: Course, body: Json) -> None:
    for parent in _found(world, body["record"]):
        _tell(world, parent, body["path"], body["data"])


def _leave(world: Around, parent: Course, body: Json) -> None:
    for child in tuple(world.courses.values()):
        if (child.record.parent, child.record.run) == (parent.record.id, body["path"]):
            world.take(child, Event(Kind.LEFT, PARENT_LEFT, now=world.now, depth=body["depth"]))


def _send(world: Around, _sender: Course, body: Json) -> None:
    for name in body["to"]:
        for course in _found(world, name):
            event = Event(Kind.OCCUR, body["event"], None, body["with"], now=world.now, depth=body["depth"])
            world.take(course, event)


def _found(world: Around, record: str) -> tuple[Course, ...]:
    """Give the record of this id, if the case has it."""
    return tuple(course for course in world.courses.values() if course.record.id == record)


def _tell(world: Around, parent: Course, path: str, data: Plain) -> None:
    world.take(parent, Event(Kind.CHILD, path, data=data, now=world.now))


def _error(code: str, text: str) -> Plain:
    return {"error": {"code": code, "text": text}}


CARRY: Mapping[str, Callable[[Around, Course, Json], None]] = {
    BEGIN: _start,
    ANSWER: _answer,
    LEAVE: _leave,
    SEND: _send,
}
"""What carrying means, by the kind of row."""
