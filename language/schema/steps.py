"""Reads steps: one entry of `KINDS` for each kind there is.

To add a kind, write its dataclass in `language.definition` and its entry here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from language.definition import (
    Approval,
    Branch,
    Call,
    Choose,
    Fail,
    ForEach,
    Go,
    Group,
    Mode,
    Notify,
    Place,
    Repeat,
    Rollback,
    Run,
    Send,
    Set,
    Start,
    Step,
    Steps,
    Task,
    Threshold,
    Together,
    UseBlock,
    Wait,
)
from language.durations import Duration
from language.expressions import parse
from language.loader import Entry, MappingNode, Node, ScalarNode, SequenceNode
from language.names import NAME
from language.problems import did_you_mean, quoted
from language.schema.fields import form
from language.schema.keys import Key, Read, Reading, keys_in, kind_of, named, read_keys
from language.schema.written import (
    a_scalar,
    action_name,
    condition,
    duration,
    duration_or_time,
    each_in,
    event_name,
    expression,
    filled_text,
    number,
    one_of,
    people,
    votes,
    word,
    words,
    writes,
    yes_no,
)

MOST_TURNS = 1_000
MOST_TRIES = 20
HIGHEST_PERCENT = 1_000


Says = Callable[[Reading, Node], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of step: what its keyword's value says, its other keys, and what becomes of them.

    `says` gives attributes, always all that `make` cannot do without; `judge` refuses what only the whole step shows.
    An `instant` kind may stand where nothing can wait: in `entry`, `then` and `at`.
    """

    make: Callable[..., Step]
    says: Says
    keys: Mapping[str, Key]
    judge: Callable[[Reading, MappingNode, Any], None] = lambda _reading, _node, _step: None
    is_instant: bool = False


def steps(reading: Reading, node: Node) -> Steps:
    """Read a list of steps, of which there must be one at least."""
    return _steps(reading, node, only_instant=False)


def instant_steps(reading: Reading, node: Node) -> Steps:
    """Read steps that neither wait nor fail: only such kinds may stand in `entry`, `then` and `at`."""
    return _steps(reading, node, only_instant=True)


def _steps(reading: Reading, node: Node, *, only_instant: bool) -> Steps:
    if not isinstance(node, SequenceNode) or not node.items:
        message = f"steps are a list of one at least, not {kind_of(node)}"
        reading.refuse(node, "wrong-kind", message, "Write each step after `- `, or leave the key out.")
        return ()
    read = (_step(reading, item, only_instant=only_instant) for item in node.items)
    return tuple(step for step in read if step is not None)


def _step(reading: Reading, node: Node, *, only_instant: bool) -> Step | None:
    if not isinstance(node, MappingNode):
        reading.refuse(node, "wrong-kind", f"a step is written as `kind: …`, not as {kind_of(node)}", _kinds())
        return None
    word = next((word for word in KINDS if node.get(word) is not None), None)
    if word is None:
        _refuse_unknown(reading, node)
        return None
    kind = KINDS[word]
    if only_instant and not kind.is_instant:
        message = f"{quoted(word)} cannot stand here, where nothing waits and nothing fails"
        reading.refuse(node, "step-not-here", message, f"Here may stand: {', '.join(instant_kinds())}.")
    elif only_instant and node.get("on_error") is not None:
        message = "on_error cannot stand here: what fails here becomes a fault that holds nothing up"
        reading.refuse(node, "step-not-here", message, "Move the step into do to catch its error.")
    elif only_instant and node.get("undo") is not None:
        message = "undo cannot stand here: only what is done in do can be rolled back"
        reading.refuse(node, "step-not-here", message, "Move the step into do.")
    return _of_kind(reading, node, word, kind)


def _of_kind(reading: Reading, node: MappingNode, word: str, kind: Kind) -> Step:
    allowed = (word, *kind.keys)
    others = [entry for entry in node.entries if entry.key in KINDS and entry.key not in allowed]
    for entry in others:
        message = f"{quoted(entry.key)} is a second step in this one"
        reading.refuse_key(entry, "two-steps", message, "Begin each step with its own `- `.")
    rest = MappingNode(tuple(e for e in node.entries if e.key != word and e not in others), node.line, node.column)
    said = kind.says(reading, next(entry.value for entry in node.entries if entry.key == word))
    attributes = read_keys(reading, rest, {**kind.keys, **COMMON_KEYS}, f"a {word} step")
    step = kind.make(place=Place(node.line, node.column), **{**said, **attributes})
    kind.judge(reading, node, step)
    return step


def _refuse_unknown(reading: Reading, node: MappingNode) -> None:
    strange = [entry for entry in node.entries if entry.key not in COMMON_KEYS]
    if not strange:
        reading.refuse(node, "unknown-step", "this says nothing to do", _kinds())
        return
    hint = did_you_mean(strange[0].key, KINDS) or _kinds()
    reading.refuse_key(strange[0], "unknown-step", f"there is no step {quoted(strange[0].key)}", hint)


def _kinds() -> str:
    return f"There are: {', '.join(KINDS)}."


def instant_kinds() -> tuple[str, ...]:
    """The kinds that may stand in `entry`, `then` and `at`."""
    return tuple(word for word, kind in KINDS.items() if kind.is_instant)


def _id(reading: Reading, node: Node) -> str | None:
    name = word(reading, node)
    if name is None:
        return None
    if name in reading.ids:
        message = f"the id {quoted(name)} is already given on line {reading.ids[name]}"
        reading.refuse(node, "duplicate-id", message, "Choose another.")
    reading.ids[name] = node.line
    return name


def thresholds(reading: Reading, node: Node) -> tuple[Threshold, ...]:
    """Read `{75%: [steps], …}`: what happens when a share of the time has passed."""
    if not isinstance(node, MappingNode):
        reading.refuse(node, "wrong-kind", f"`at` is written as `75%: [steps]`, not as {kind_of(node)}")
        return ()
    read = (_threshold(reading, entry) for entry in node.entries)
    return tuple(sorted((one for one in read if one is not None), key=lambda one: one.percent))


def _threshold(reading: Reading, entry: Entry) -> Threshold | None:
    figure, sign = entry.key[:-1], entry.key[-1:]
    if sign != "%" or not figure.isascii() or not figure.isdigit() or not 0 < int(figure[:9]) <= HIGHEST_PERCENT:
        message = f"{quoted(entry.key)} is not a share of the time"
        reading.refuse_key(entry, "bad-percent", message, "Write a whole percentage: 75%.")
        return None
    return Threshold(Decimal(figure), instant_steps(reading, entry.value), Place(entry.key_line, entry.key_column))


COMMON_KEYS = {
    "id": Key(_id),
    "when": Key(condition),
    "on_error": Key(steps),
    "undo": Key(steps),
}


def _one(attribute: str, read: Read, otherwise: object) -> Says:
    """Make a reader of a keyword whose value is one attribute; `otherwise` stands in for a refused one."""

    def says(reading: Reading, node: Node) -> dict[str, Any]:
        value = read(reading, node)
        return {attribute: otherwise if value is None else value}

    return says


def _message(reading: Reading, node: Node) -> dict[str, Any]:
    """A word without quotes names a message; anything else is a text of its own."""
    scalar = a_scalar(reading, node, "a message or a text")
    if scalar is None:
        return {}
    if scalar.quoted or not NAME.fullmatch(scalar.text):
        return {"text": filled_text(reading, scalar)}
    return {"message": scalar.text}


WAIT_KEYS = {"event": Key(event_name, required=True), "at_most": Key(duration, required=True)}


def _wait(reading: Reading, node: Node) -> dict[str, Any]:
    if isinstance(node, MappingNode):
        return read_keys(reading, node, WAIT_KEYS, "a wait for an event")
    value = duration_or_time(reading, node)
    return {"for_": value} if isinstance(value, Duration) else {"until": value}


BRANCH_KEYS = {"when": Key(condition), "do": Key(steps, required=True)}


def _branches(reading: Reading, node: Node) -> tuple[Branch, ...]:
    if not isinstance(node, SequenceNode) or not node.items:
        message = f"the ways of a choose are a list, not {kind_of(node)}"
        reading.refuse(node, "wrong-kind", message, "Write - {when: …, do: […]} for each.")
        return ()
    branches = tuple(_branch(reading, item) for item in node.items)
    for item in node.items[:-1]:
        if "when" not in keys_in(item):
            reading.refuse(item, "unreachable-branch", "nothing after this way is ever chosen", "Give it a `when`.")
    if "when" in keys_in(node.items[-1]):
        message = "a choose needs a last way without `when`"
        reading.refuse(node.items[-1], "choose-without-else", message, "Add - {do: […]} for all other cases.")
    return branches


def _branch(reading: Reading, node: Node) -> Branch:
    attributes = read_keys(reading, node, BRANCH_KEYS, "a way of a choose")
    return Branch(attributes.get("when"), attributes.get("do", ()), Place(node.line, node.column))


REPEAT_KEYS = {
    "do": Key(steps, required=True),
    "until": Key(condition),
    "at_most": Key(number(1, MOST_TURNS)),
}


def _repeat(reading: Reading, node: Node) -> dict[str, Any]:
    attributes = read_keys(reading, node, REPEAT_KEYS, "a repeat")
    if "at_most" not in attributes and not waits_for_certain(attributes.get("do", ())):
        message = "this could go round without end: a turn need not wait for anybody"
        reading.refuse(node, "repeat-without-end", message, "Say at_most: and how many turns.")
    return {"do": (), **attributes}


def _sides(reading: Reading, node: Node) -> dict[str, Any]:
    if isinstance(node, MappingNode) and not node.entries:
        reading.refuse(node, "nothing-here", "there is nothing to do together", "Write a name and steps: a: […].")
    return {"branches": named(reading, node, "branches", lambda reading, entry: steps(reading, entry.value))}


NOTHING_TO_GO_THROUGH = parse("[]")


def _each(reading: Reading, node: Node) -> dict[str, Any]:
    name, items = each_in(reading, node) or ("", None)
    return {"name": name, "items": items or NOTHING_TO_GO_THROUGH, "do": ()}


def _mode(reading: Reading, node: Node) -> Mode | None:
    word = one_of("a mode", *Mode)(reading, node)
    return None if word is None else Mode(word)


def waits_for_certain(sequence: Steps) -> bool:
    """Say whether every way through these steps meets a task, an approval or a wait."""
    return any(_waits(step) for step in sequence if step.when is None)


def _waits(step: Step) -> bool:
    match step:
        case Task() | Approval() | Wait():
            return True
        case Choose():
            return all(waits_for_certain(branch.do) for branch in step.branches)
        case Together():
            return any(waits_for_certain(branch) for branch in step.branches.values())
        case Repeat() | Group():
            return waits_for_certain(step.do)
        case _:
            return False


def _judge_approval(reading: Reading, node: MappingNode, approval: Approval) -> None:
    if node.get("rejected") is None:
        message = "say what happens when the approval is rejected"
        reading.refuse(node, "approval-rejected", message, "Write rejected: and steps.")
    if approval.due is None and (approval.at or approval.escalate_to or approval.expired is not None):
        message = "`at`, `escalate_to` and `expired` need to know when the approval is due"
        reading.refuse(node, "due-missing", message, "Say due: and a duration, or =a time.")


def _judge_task(reading: Reading, node: MappingNode, task: Task) -> None:
    if task.due is None and (task.at or task.escalate_to):
        message = "`at` and `escalate_to` need to know when the task is due"
        reading.refuse(node, "due-missing", message, "Say due: and a duration, or =a time.")


def _judge_call(reading: Reading, node: MappingNode, call: Call) -> None:
    if call.timeout is not None and call.timeout.seconds is None:
        message = "a timeout counts minutes, hours, days or weeks"
        reading.refuse(node.get("timeout") or node, "bad-duration", message, "Write timeout: 2 hours, for example.")


def _judge_wait(reading: Reading, node: MappingNode, wait: Wait) -> None:
    if wait.save and isinstance(node.get("wait"), ScalarNode):
        message = "only a wait for an event has something to save"
        reading.refuse(node, "nothing-to-save", message, "Remove save.")


NOBODY = parse("none")
"""Stands in for a refused or missing `to`."""

KINDS: Mapping[str, Kind] = {
    "task": Kind(
        Task,
        says=lambda reading, node: {"for_": (), **_one("title", filled_text, "")(reading, node)},
        keys={
            "for": Key(people, "for_", required=True),
            "form": Key(form),
            "due": Key(duration_or_time),
            "at": Key(thresholds),
            "escalate_to": Key(people),
        },
        judge=_judge_task,
    ),
    "approval": Kind(
        Approval,
        says=lambda reading, node: {"by": (), "rejected": (), **_one("title", filled_text, "")(reading, node)},
        keys={
            "by": Key(people, required=True),
            "votes": Key(votes),
            "veto": Key(people),
            "not": Key(people, "not_"),
            "due": Key(duration_or_time),
            "at": Key(thresholds),
            "escalate_to": Key(people),
            "void_if": Key(words),
            "approved": Key(steps),
            "rejected": Key(steps),
            "expired": Key(steps),
        },
        judge=_judge_approval,
    ),
    "call": Kind(
        Call,
        says=_one("action", action_name, ""),
        keys={
            "with": Key(writes, "with_"),
            "save": Key(writes),
            "timeout": Key(duration),
            "retry": Key(number(0, MOST_TRIES)),
        },
        judge=_judge_call,
        is_instant=True,
    ),
    "notify": Kind(
        Notify,
        says=lambda reading, node: {"to": (), **_message(reading, node)},
        keys={"to": Key(people, required=True), "with": Key(writes, "with_")},
        is_instant=True,
    ),
    "set": Kind(Set, says=_one("fields", writes, {}), keys={}, is_instant=True),
    "wait": Kind(Wait, says=_wait, keys={"save": Key(writes)}, judge=_judge_wait),
    "run": Kind(Run, says=_one("process", word, ""), keys={"with": Key(writes, "with_"), "save": Key(writes)}),
    "start": Kind(
        Start,
        says=_one("process", word, ""),
        keys={"with": Key(writes, "with_"), "save": Key(writes), "once": Key(yes_no)},
        is_instant=True,
    ),
    "send": Kind(
        Send,
        says=lambda reading, node: {"to": NOBODY, **_one("event", event_name, "")(reading, node)},
        keys={"to": Key(expression, required=True), "with": Key(writes, "with_")},
        is_instant=True,
    ),
    "choose": Kind(Choose, says=_one("branches", _branches, ()), keys={}),
    "repeat": Kind(Repeat, says=_repeat, keys={}),
    "together": Kind(Together, says=_sides, keys={}),
    "for_each": Kind(ForEach, says=_each, keys={"do": Key(steps, required=True), "mode": Key(_mode)}),
    "block": Kind(UseBlock, says=_one("block", word, ""), keys={}),
    "rollback": Kind(Rollback, says=_one("state", word, ""), keys={}),
    "go": Kind(Go, says=_one("to", word, ""), keys={}),
    "fail": Kind(Fail, says=_one("text", filled_text, ""), keys={}),
    "do": Kind(Group, says=_one("do", steps, ()), keys={}),
}
"""Every kind of step, by the keyword that makes a step one of that kind."""
