"""What ends between a parent and its child: the child reports its end, or the parent no longer waits for it.

Both are rows of the outbox, which reach the other record as an event (docs/language/steps/run.md).
"""

from engine.identity import known_as
from engine.masking import mask
from engine.record import Plain, Record, Token
from engine.turn import Turn
from engine.typed_json import shape_json
from language.definition import Definition

ANSWER, LEAVE = "answer", "leave"
"""Kinds of rows in the outbox: a child's end for its parent, the end of waiting for its child."""

PARENT_LEFT = "parent.left"
"""The event by which a child's transitions take the end of its parent's waiting."""


def report(turn: Turn) -> None:
    """Tell the parent, if a step of it waits, in which state this record has ended, and with which fields."""
    parent, run = turn.before.parent or turn.event.parent, turn.before.run or turn.event.run
    if run:
        ended = turn.before._replace(state=turn.state, fields=turn.fields)
        body = {"record": parent, "path": run, "data": {"result": report_of(turn.definition, ended)}}
        turn.send("answer", ANSWER, body)


def report_of(definition: Definition, record: Record) -> Plain:
    """Give what a parent is told of a record that has ended: its id, its state, and its fields with their shapes.

    Of what is sensitive it is told only that it is there.
    """
    shapes = {name: field.shape for name, field in definition.fields.items()}
    fields = {name: mask(value) if shapes[name].sealed else value for name, value in record.fields.items()}
    told = {name: shape_json(shape) for name, shape in shapes.items()}
    return {"id": record.id, "state": record.state, "fields": fields, "shapes": told}


def leave(turn: Turn, path: str, token: Token) -> None:
    """Tell the child of a `run` step that is taken away that nobody waits for it any more."""
    process = token.data["process"]
    turn.log("child_left", process, path=path)
    body = {"process": process, "path": known_as(path, token), "depth": token.data["depth"] + 1}
    turn.send(f"{path}/left-{turn.seq}", LEAVE, body)
