"""Checks an intake of an organisation against the process whose records it starts."""

from language.checks.bringing import Look, Taker, awaited, filled
from language.checks.inspection import under
from language.checks.starting import needed
from language.loader import Node
from language.organisation import Intake
from language.problems import quoted
from language.walking import events_awaited


def intake(look: Look, name: str, node: Node) -> None:
    """Check one, which is written there."""
    found = look.organisation.intake(name)
    taker = Taker("the start", look.definition.start.asked)
    for field, value in found.start.items():
        filled(look, field, value, under(node, "start", field), taker)
    _complete(look, found, node)
    _correlated(look, found, node)
    for key, event in (("repeated", found.repeated), ("resolved", found.resolved)):
        if event is not None:
            awaited(look, event, under(node, key), events_awaited(look.definition))


def _complete(look: Look, intake: Intake, node: Node) -> None:
    """Check that a record can be started."""
    missing = [name for name in dict.fromkeys(needed(look.definition)) if name not in intake.start]
    if missing:
        message = f"no {look.definition.process} can be started without {', '.join(missing)}"
        look.reading.refuse(under(node, "start"), "intake-incomplete", message, "Say under start what it is.")


def _correlated(look: Look, intake: Intake, node: Node) -> None:
    """Check that the record can be found when the same comes again."""
    field, process = look.definition.correlate, look.definition.process
    if field is None:
        message = f"{process} does not say which field holds what makes two the same"
        hint = "Write correlate: and the name of a field at the top of its definition."
        look.reading.refuse(under(node, "process"), "correlate-missing", message, hint)
    elif field not in intake.start:
        message = f"{process} is found by {quoted(field)}, which is not filled"
        hint = f"Write {field}: =group_key, for example."
        look.reading.refuse(under(node, "start"), "intake-incomplete", message, hint)
