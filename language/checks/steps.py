"""Checks steps: one entry of `RULES` for each kind that has more to check than what every step has."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from language.checks import approvals, children, fields, messages, names, values
from language.checks.inspection import ERROR, USERS, Inspection, under
from language.definition import (
    Approval,
    Call,
    Choose,
    Fail,
    ForEach,
    FormField,
    Go,
    Group,
    Notify,
    Repeat,
    Rollback,
    Run,
    Send,
    Set,
    Start,
    State,
    Step,
    Steps,
    Task,
    Threshold,
    Together,
    UseBlock,
    Wait,
)
from language.durations import Duration
from language.expressions import Expression
from language.loader import Node, ScalarNode
from language.messages import MESSAGE_NAMES
from language.names import RESERVED
from language.problems import did_you_mean, quoted
from language.static_types import ANY, Kind, StaticType
from language.surroundings import ActionShape, static
from language.walking import flow_of, possible, with_blocks


def check(inspection: Inspection, sequence: Steps, state: State | None = None) -> None:
    """Check steps, which stand in the `do` of a state or where nothing waits."""
    ended = False
    for step in sequence:
        node = inspection.page.part(step.place)
        if ended:
            message = "this is never reached: the step before leaves the state or fails"
            inspection.report(step.place, "unreachable-step", message, "Remove it, or give the step before a `when`.")
        ended = _goes_on_nowhere(step)
        inspection.condition(step.when, under(node, "when"))
        RULES[type(step)](inspection, step, node, state)
        if step.on_error is not None:
            check(inspection.knowing(error=ERROR), step.on_error, state)
        if step.undo is not None:
            _undo(inspection, step, step.undo, state)


def _goes_on_nowhere(step: Step) -> bool:
    """Say whether nothing behind a step is ever reached: it leaves or fails, and so does what takes its error."""
    if not isinstance(step, Go | Fail) or step.when is not None:
        return False
    return step.on_error is None or any(_goes_on_nowhere(each) for each in step.on_error)


def thresholds(inspection: Inspection, at: tuple[Threshold, ...]) -> None:
    """Check what happens when shares of a time have passed."""
    for threshold in at:
        check(inspection, threshold.steps)


def _undo(inspection: Inspection, step: Step, undo: Steps, state: State | None) -> None:
    """Check what undoes a step: it stays where it is, and is not undone itself."""
    if isinstance(step, Go | Fail):
        message = "this is never undone: a step that leaves the state or fails is never through"
        inspection.report(step.place, "nothing-to-undo", message, "Give the undo to the steps before it.")
    for inner in with_blocks(inspection.definition, undo):
        if isinstance(inner, Go | Rollback):
            message = "this cannot stand in undo, which is done and then goes on with what is undone next"
            inspection.report(inner.place, "step-not-here", message, "Write it behind the rollback step.")
        if inner.undo is not None:
            message = "what undoes something is not undone itself"
            inspection.report(inner.place, "undo-in-undo", message, "Take the inner undo out.")
    check(inspection, undo, state)


def _task(inspection: Inspection, task: Task, node: Node, state: State | None) -> None:
    inspection.text(task.title, under(node, "task"))
    names.people(inspection, task.for_, under(node, "for"))
    for line in task.form:
        _form_field(inspection, line)
    _due(inspection, task.due, under(node, "due"))
    names.people(inspection, task.escalate_to, under(node, "escalate_to"))
    thresholds(inspection.knowing(seats=USERS), task.at)
    _deadline(inspection, task, state, "people may leave this undone for ever")


def _approval(inspection: Inspection, approval: Approval, node: Node, state: State | None) -> None:
    approvals.check(inspection, approval, node)
    _due(inspection, approval.due, under(node, "due"))
    thresholds(inspection.knowing(seats=USERS), approval.at)
    for branch in (approval.approved, approval.rejected, approval.expired or ()):
        check(inspection, branch, state)
    _deadline(inspection, approval, state, "people may leave this undecided for ever")


def _deadline(inspection: Inspection, step: Task | Approval, state: State | None, message: str) -> None:
    if not (step.due or step.at or step.escalate_to) and not _leaves_by_time(state):
        hint = "Say due: and a duration, or let a transition of the state act after some time."
        inspection.report(step.place, "wait-without-deadline", message, hint, "warning")


def _leaves_by_time(state: State | None) -> bool:
    ways = () if state is None else tuple(state.transitions.values())
    return any(way.is_timed for way in ways)


def _form_field(inspection: Inspection, line: FormField) -> None:
    if line.own is None:
        names.written_field(inspection, line.name, line.place)
        return
    if line.name in inspection.definition.fields:
        message = f"the record has a field {quoted(line.name)} already"
        inspection.report(line.place, "name-taken", message, "Write its name alone, or choose another.")
    fields.kind(inspection, line.own.shape, inspection.page.value(line.own.place))


def _due(inspection: Inspection, due: Duration | Expression | None, node: Node) -> None:
    if isinstance(due, Duration):
        inspection.duration(due, node)
    elif due is not None:
        time(inspection, due, node)


def time(inspection: Inspection, expression: Expression, node: Node) -> None:
    """Check that an expression gives a time; a date does not, because it says no hour."""
    found = inspection.expression(expression, node)
    if found.kind not in (Kind.DATETIME, Kind.ANY):
        message = f"a time is needed here, and {quoted(expression.text)} is {found}"
        inspection.report(node, "wrong-type", message, "Name a field of type datetime, for example.")


def _call(inspection: Inspection, call: Call, node: Node, _state: State | None) -> None:
    shape = inspection.around.actions.get(call.action)
    if shape is None:
        hint = did_you_mean(call.action, inspection.around.actions)
        inspection.report(under(node, "call"), "unknown-action", f"no action named {quoted(call.action)}", hint)
        result = ANY
    else:
        _inputs(inspection, call, shape, node)
        outputs = {name: static(output) for name, output in shape.outputs.items()}
        result = StaticType(Kind.ROW, columns=outputs)
    values.into_fields(inspection.knowing(result=result), call.save, under(node, "save"))


def _inputs(inspection: Inspection, call: Call, shape: ActionShape, node: Node) -> None:
    for name, value in call.with_.items():
        where = under(node, "with", name)
        if name in shape.inputs:
            values.into_input(inspection, shape.inputs[name], value, where, name)
        else:
            hint = did_you_mean(name, shape.inputs) or f"It takes: {', '.join(shape.inputs)}."
            inspection.report(where, "unknown-input", f"{call.action} takes no {quoted(name)}", hint)
    missing = [name for name in shape.required if name not in call.with_]
    if missing:
        message = f"{call.action} needs {', '.join(missing)}"
        inspection.report(under(node, "call"), "missing-input", message, "Say it under with.")


def _notify(inspection: Inspection, notify: Notify, node: Node, _state: State | None) -> None:
    names.people(inspection, notify.to, under(node, "to"))
    inspection.text(notify.text, under(node, "notify"))
    for name, value in notify.with_.items():
        where = under(node, "with", name)
        if name in MESSAGE_NAMES:
            inspection.report(where, "name-taken", f"every message has its own {quoted(name)}", "Choose another name.")
        values.found_type(inspection, value, where)
    if notify.message is not None:
        messages.sent(inspection, notify.message, notify.with_, under(node, "notify"))


def _set(inspection: Inspection, step: Set, node: Node, _state: State | None) -> None:
    values.into_fields(inspection, step.fields, under(node, "set"))


def _wait(inspection: Inspection, wait: Wait, node: Node, _state: State | None) -> None:
    inspection.duration(wait.for_, under(node, "wait"))
    inspection.duration(wait.at_most, under(node, "wait", "at_most"))
    if wait.until is not None:
        time(inspection, wait.until, under(node, "wait"))
    values.into_fields(inspection, wait.save, under(node, "save"))


def _choose(inspection: Inspection, choose: Choose, _node: Node, state: State | None) -> None:
    for branch in choose.branches:
        inspection.condition(branch.when, under(inspection.page.part(branch.place), "when"))
        check(inspection, branch.do, state)


def _repeat(inspection: Inspection, repeat: Repeat, node: Node, state: State | None) -> None:
    check(inspection, repeat.do, state)
    inspection.condition(repeat.until, under(node, "repeat", "until"))


def _group(inspection: Inspection, group: Group, _node: Node, state: State | None) -> None:
    check(inspection, group.do, state)


def _together(inspection: Inspection, together: Together, _node: Node, state: State | None) -> None:
    for branch in together.branches.values():
        check(inspection, branch, state)


def _for_each(inspection: Inspection, each: ForEach, node: Node, state: State | None) -> None:
    """Check the list, and the steps with the type of its entries under the name they are given."""
    where = under(node, "for_each")
    written = where
    if isinstance(where, ScalarNode):
        skipped = len(where.text) - len(each.items.text)
        written = replace(where, text=each.items.text, column=where.column + skipped)
    found = inspection.expression(each.items, written)
    if found.kind not in (Kind.LIST, Kind.ANY):
        message = f"a list is needed here, and {quoted(each.items.text)} is {found}"
        inspection.report(where, "wrong-type", message, "Name a field of type list, for example.")
    if each.name in inspection.types or each.name in RESERVED:
        message = f"{quoted(each.name)} means something else already"
        inspection.report(where, "name-taken", message, "Choose another name for each entry.")
    check(inspection.knowing(**{each.name: found.entry or ANY}), each.do, state)


def _use_block(inspection: Inspection, use: UseBlock, node: Node, _state: State | None) -> None:
    """Check that the block exists; its steps are checked where it is written, once for each state that uses it."""
    blocks = inspection.definition.blocks
    if use.block and use.block not in blocks:
        hint = did_you_mean(use.block, blocks) or "Write it at the top, under blocks."
        inspection.report(under(node, "block"), "unknown-block", f"no block named {quoted(use.block)}", hint)


def _rollback(inspection: Inspection, rollback: Rollback, node: Node, _state: State | None) -> None:
    definition, where = inspection.definition, under(node, "rollback")
    names.state(inspection, rollback.state, where)
    state = definition.states.get(rollback.state)
    if state is not None and not any(step.undo for step in flow_of(definition, state)):
        message = f"no step done in {quoted(rollback.state)} has an undo, so there is nothing to roll back"
        inspection.report(where, "nothing-to-undo", message, "Give the steps that change something an undo.")


def _go(inspection: Inspection, go: Go, node: Node, state: State | None) -> None:
    """A `go` names a transition of the state, one at the top that is possible in it, or a state."""
    definition, where = inspection.definition, under(node, "go")
    ways = {} if state is None else possible(definition, state)
    if go.to in ways and not ways[go.to].to:
        message = f"the transition {quoted(go.to)} leads to no state, and `go` leaves the state"
        hint = "Give it a `to`, or write what its `then` does as steps here."
        inspection.report(where, "go-stays", message, hint)
    elif go.to in ways and go.to in definition.states:
        message = f"{quoted(go.to)} is both a transition and a state"
        inspection.report(where, "ambiguous-name", message, "Give one of them another name.")
    elif go.to and go.to not in ways and go.to not in definition.states:
        known = (*ways, *definition.states)
        hint = did_you_mean(go.to, known) or f"There are: {', '.join(known)}."
        inspection.report(where, "unknown-state", f"no transition from here and no state named {quoted(go.to)}", hint)


def _fail(inspection: Inspection, fail: Fail, node: Node, _state: State | None) -> None:
    inspection.text(fail.text, under(node, "fail"))


RULES: Mapping[type[Step], Callable[[Inspection, Any, Node, State | None], None]] = {
    Task: _task,
    Approval: _approval,
    Call: _call,
    Notify: _notify,
    Set: _set,
    Wait: _wait,
    Run: children.run,
    Start: children.start,
    Send: children.send,
    Choose: _choose,
    Repeat: _repeat,
    Group: _group,
    Together: _together,
    ForEach: _for_each,
    UseBlock: _use_block,
    Rollback: _rollback,
    Go: _go,
    Fail: _fail,
}
"""What is checked of each kind of step."""
