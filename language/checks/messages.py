"""Checks messages against the process they are sent for: that each exists, and reads only what it is given."""

from collections.abc import Iterable

from language.checks.inspection import Inspection, under
from language.loader import Node
from language.messages import SENT, names_of
from language.problems import did_you_mean, quoted


def sent(inspection: Inspection, name: str, given: Iterable[str], where: Node) -> None:
    """Check the message that a step sends with these names given."""
    messages = inspection.around.messages
    if name in messages:
        _reads(inspection, name, given, where, "Give it: with: {name: value}.")
    else:
        hint = did_you_mean(name, messages) or "Write it in definitions/messages/, or put the text in quotes."
        inspection.report(where, "unknown-message", f"no message named {quoted(name)}", hint)


def overridden(inspection: Inspection) -> None:
    """Check the messages that take the place of those that Steward sends by itself."""
    where = under(inspection.page.root, "process")
    for name in inspection.around.messages:
        if name in SENT:
            hint = f"Beside what every message may read there is: {', '.join(SENT[name])}."
            _reads(inspection, name, SENT[name], where, hint)


def _reads(inspection: Inspection, name: str, given: Iterable[str], where: Node, otherwise: str) -> None:
    known = (*names_of(inspection.definition), *given)
    for read in inspection.around.messages[name]:
        if read not in known and read in inspection.definition.fields:
            message = f"the message {name} reads {quoted(read)}, which is sensitive"
            inspection.report(where, "sensitive-read", message, "Take it out: who may read it opens the record.")
        elif read not in known:
            hint = did_you_mean(read, known) or otherwise
            message = f"the message {name} reads {quoted(read)}, which it is not given"
            inspection.report(where, "unknown-in-message", message, hint)
