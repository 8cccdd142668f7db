"""What people say on a record: public comments, and notes that only agents see."""

from engine import visibility, watching
from engine.people import meant
from engine.record import Actor, Event, Json, Reason
from engine.turn import Turn
from engine.visibility import Sight
from language.inputs import ValueRefused, read
from language.values import FieldType, Shape

COMMENT, NOTE, REASON = "comment", "note", "reason"
JOURNAL_ONLY = (COMMENT, NOTE, REASON)
"""Names that may be asked for and become a line of the journal, never a field."""

FILE = ("digest", "size", "type")
"""What is said of a file besides its name: the SHA-256 by which its bytes are found elsewhere, how many, and what media
type its sender says it has."""

SAID = Shape(FieldType.LONG_TEXT)


def comment(turn: Turn, event: Event, actor: Actor) -> tuple[Reason, ...]:
    """Take a public comment or an internal note from somebody who sees the record, with the files that came with it."""
    if visibility.sight(turn, actor) is None:
        return (Reason("who", "not-allowed", "only those who may see this record may comment on it"),)
    what = NOTE if event.data.get("internal") else COMMENT
    reasons = say(turn, what, event.data.get("text"), actor, path="text")
    if reasons:
        return reasons
    for file in event.data.get("attachments", ()):
        turn.log("attached", file["name"], {key: file[key] for key in FILE}, internal=what == NOTE)
    if what == COMMENT:
        replied(turn, actor)
    return ()


def say(turn: Turn, what: str, raw: Json, actor: Actor, *, path: str, name: str = "") -> tuple[Reason, ...]:
    """Journal a comment, note or reason, given with the transition `name`; a note is for those who see in full.

    Watchers are told of a comment.
    """
    if what == NOTE and visibility.sight(turn, actor) is not Sight.FULL:
        return (Reason("who", "not-allowed", "internal notes are for agents: write a public comment", path),)
    try:
        text = read(SAID, raw)
    except ValueRefused as refused:
        return (Reason("input", "bad-value", f"{what}: {refused}", path),)
    if text is None:
        return (Reason("input", "required", f"{what} must be filled in", path),)
    turn.log(what, name, text=text, internal=what == NOTE)
    if what == COMMENT:
        watching.tell(turn, str(text), actor)
    return ()


def replied(turn: Turn, actor: Actor) -> None:
    """Let `FIELD.replied` happen in the record for every people field the writer of a comment is in."""
    said = {"text": next(line.data["text"] for line in reversed(turn.lines) if line.what == COMMENT)}
    for field in turn.definition.fields.values():
        people = meant(turn, (field.name,)) if field.shape.type in (FieldType.USER, FieldType.LIST) else ()
        if any(who.kind == FieldType.USER and who.id == actor.id for who in people):
            turn.raised.append((f"{field.name}.replied", said))
