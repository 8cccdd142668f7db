"""How values, states and approvals are shown on pages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from api.forms import titled
from api.problems import ReasonView
from api.showing import ApprovalView, RecordSummary, RecordView, SeatView
from engine.journal import shown
from engine.paths import state_named
from engine.record import Record
from engine.records import is_record
from language.definition import Definition
from language.organisation import Organisation
from language.values import SEALED, FieldType, Shape
from language.votes import Rule, read_votes
from portal.words import listed

URGENT = ("bad", "warn", "info")
"""The colours of a choice that tables decide by, from its first option: urgency falls from left to right."""


class Shown(NamedTuple):
    """A value on a page: `kind` is `words`, `text`, `time`, `record`, `badge`, `rows` or `sealed`."""

    title: str
    kind: str
    value: Any
    internal: bool = False


def fields_shown(definition: Definition, view: RecordSummary) -> tuple[Shown, ...]:
    """Give what is in the fields of a record, in the order of the definition; what is empty is left out."""
    found = []
    for name, value in view.fields.items():
        field = definition.fields[name]
        if value not in (None, [], ""):
            kind, told = _kind(field.shape, value, ranked=_is_target_scale(definition, name))
            found.append(Shown(titled(name, field.title), kind, told, field.internal))
    return tuple(found)


def _kind(shape: Shape, value: Any, *, ranked: bool) -> tuple[str, Any]:  # noqa: ANN401 - plain JSON
    if isinstance(value, Mapping) and SEALED in value:
        return "sealed", None
    if ranked and value in shape.options:
        return "badge", (value, tone(shape.options, value))
    if shape.type is FieldType.DATETIME:
        return "time", datetime.fromisoformat(value)
    if shape.type is FieldType.REF and is_record(shape.kind):
        return "record", value
    if shape.columns is not None:
        return "rows", (tuple(titled(each) for each in shape.columns), [_cells(shape, row) for row in value])
    return "text" if shape.type is FieldType.LONG_TEXT else "words", shown(value)


def _cells(shape: Shape, row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple("" if row.get(name) is None else shown(row[name]) for name in shape.columns or {})


def _is_target_scale(definition: Definition, name: str) -> bool:
    """Say whether a field is what targets are set by, and so a scale from the most urgent on."""
    return any(target.per == name for target in definition.targets.values())


def tone(options: tuple[str, ...], value: str) -> str:
    """Give the colour of an option of a scale whose first is the most urgent."""
    place = options.index(value)
    return URGENT[place] if place < len(URGENT) and len(options) > 1 else "neutral"


def state_tone(definition: Definition, view: RecordView) -> str:
    """Give the colour of a state: where it stands still, waits (a target pauses), has ended, or goes on."""
    return tone_of_state(definition, view.state, broken=bool(view.faults))


def tone_of_state(definition: Definition, state: str, *, broken: bool) -> str:
    """Give the colour of a state by its name; `broken` says whether the record stands still."""
    if broken:
        return "bad"
    if state_named(definition, state).final:
        return "good"
    pauses = any(state in target.pauses_in for target in definition.targets.values())
    return "warn" if pauses else "info"


def reasons_told(around: Organisation, reasons: Sequence[ReasonView]) -> tuple[str, ...]:
    """Say why somebody cannot do something, and who could, by the names people know."""
    return tuple(_reason(around, each) for each in reasons)


def _reason(around: Organisation, reason: ReasonView) -> str:
    who = listed([_known(around, each) for each in reason.who]) if reason.who else ""
    if reason.code == "not-allowed" and who:
        return f"Only {who} can."
    text = f"{reason.text[:1].upper()}{reason.text[1:]}".rstrip(".")
    return f"{text}. {who} could." if who else f"{text}."


def _known(around: Organisation, name: str) -> str:
    """Give the title of a group or role; a person of the record is named already."""
    known = around.label("group", name) or around.label("role", name) or name
    return known.replace("_", " ")


class Tally(NamedTuple):
    """How the votes of an approval stand, in words; `mine` are the seats for which the visitor may vote."""

    view: ApprovalView
    words: str
    mine: tuple[SeatView, ...]


def tallies(record: Record, view: RecordView, person: str) -> tuple[Tally, ...]:
    """Count the votes of every open approval of a record."""
    data = [token.data for token in record.tokens.values() if token.kind == "approval"]
    return tuple(tally(each, asked, person) for each, asked in zip(view.approvals, data, strict=True))


def tally(view: ApprovalView, asked: Mapping[str, Any], person: str) -> Tally:
    """Count the votes of an open approval; `asked` is what its token holds."""
    return Tally(view, _tally_words(view, asked), tuple(s for s in view.seats if s.id == person and not s.vote))


def _tally_words(view: ApprovalView, asked: Mapping[str, Any]) -> str:
    """Say how far it is, and who is waited for."""
    yes = sum(seat.vote is not None and seat.vote.choice == "yes" for seat in view.seats)
    rule = read_votes(asked["votes"])
    needed = rule.needed(sum(bool(seat["entries"]) for seat in asked["seats"]), asked["entries"])
    each = ", one for each of those asked" if rule.rule is Rule.EACH else ""
    quorum = f", and at least {rule.quorum} must vote" if rule.quorum else ""
    waiting = [f"{seat.label}{' (veto)' if seat.veto else ''}" for seat in view.seats if seat.vote is None]
    have = "has" if len(waiting) == 1 else "have"
    return f"{yes} of {needed} yes{each}{quorum}.{f' {listed(waiting)} {have} not voted.' if waiting else ''}"
