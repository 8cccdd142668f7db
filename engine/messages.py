"""Telling people: what a `notify` step, and the engine itself, put into the outbox.

Who receives it is looked up when it is sent; the values a message shows are those of the moment it was written.
"""

from collections.abc import Iterable, Mapping

from engine.masking import is_sensitive
from engine.paths import transitions_of, undone
from engine.people import as_lists, meant, movers
from engine.record import NOTHING, Json, Plain, Who
from engine.scope import fill_plain, fill_text
from engine.turn import Turn
from language.definition import Notify

MESSAGE = "message"


def notify(turn: Turn, path: str, step: Notify, names: Mapping[str, Json] | None = None) -> None:
    """Send the message of a `notify` step."""
    text = fill_text(turn, step.text, names) if step.text is not None else ""
    tell(
        turn,
        path,
        step.message or "",
        meant(turn, step.to, names or NOTHING),
        fill_plain(turn, step.with_, names),
        text=text,
    )


def tell(turn: Turn, key: str, message: str, to: Iterable[Who], values: Plain, *, text: str = "") -> None:
    """Put a message into the outbox: the name of one, or a text of its own, with values its template may read.

    A step of an undo may be carried out again at the same place; its message is then another one.
    """
    everybody = tuple(to)
    if not everybody:
        turn.log("told_nobody", message or text)
        return
    body = {
        "message": message,
        "text": text,
        "to": as_lists(everybody),
        "with": dict(values),
        "fields": {**_fields(turn), "id": turn.before.id, "state": turn.state},
        "seq": turn.seq,
    }
    turn.send(f"{key}-{turn.seq}" if undone(key) else key, MESSAGE, body)
    turn.log("told", message or text, to=as_lists(everybody))


def _fields(turn: Turn) -> Plain:
    """Give the fields that a message may show: none that is sensitive."""
    return {name: value for name, value in turn.fields.items() if not is_sensitive(turn.definition, name)}


def tell_keepers(turn: Turn, key: str, message: str, values: Plain) -> None:
    """Tell those who look after the record: the process's owner and the people who may move it on."""
    owner = meant(turn, (turn.definition.owner,))
    keepers = dict.fromkeys((*owner, *movers(turn, transitions_of(turn.definition, turn.state))))
    tell(turn, key, message, keepers, values)
