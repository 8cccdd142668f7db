"""Checks service level targets."""

from language.checks import names, steps, values
from language.checks.inspection import Inspection, under
from language.definition import Target
from language.loader import Node
from language.problems import did_you_mean, quoted
from language.static_types import Kind, StaticType
from language.values import FieldType

AGREEMENT = StaticType(Kind.REF, of="agreement")


def check(inspection: Inspection) -> None:
    """Check all targets."""
    for target in inspection.definition.targets.values():
        _target(inspection, target, inspection.page.value(target.place))


def _target(inspection: Inspection, target: Target, node: Node) -> None:
    names.states(inspection, target.runs_in, under(node, "runs_in"))
    names.states(inspection, target.pauses_in, under(node, "pauses_in"))
    if target.per is not None and names.readable_field(inspection, target.per, under(node, "per")):
        _options(inspection, target, target.per, node)
    for option, length in target.within.items():
        if target.calendar is None:
            inspection.duration(length, under(node, "within", option))
    values.calendar(inspection, target.calendar, under(node, "calendar"))
    if target.agreement is not None:
        values.fitting(inspection, AGREEMENT, target.agreement, under(node, "agreement"), "agreement")
    steps.thresholds(inspection, target.at)


def _options(inspection: Inspection, target: Target, per: str, node: Node) -> None:
    shape = inspection.definition.fields[per].shape
    if shape.type is not FieldType.CHOICE:
        message = f"{quoted(per)} is a {shape.type}, and per needs a choice"
        inspection.report(under(node, "per"), "wrong-type", message, "Name a field with options.")
        return
    for option in target.within:
        if option and option not in shape.options:
            hint = did_you_mean(option, shape.options) or f"There are: {', '.join(shape.options)}."
            where = under(node, "within", option)
            inspection.report(where, "unknown-option", f"{quoted(per)} has no option {quoted(option)}", hint)
    missing = [option for option in shape.options if option not in target.within]
    if missing and inspection.is_formed:
        message = f"the target {target.name} has no time for {', '.join(missing)}"
        inspection.report(under(node, "within"), "target-without-value", message, "Say within how long.")
