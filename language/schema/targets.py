"""Reads service level targets."""

from collections.abc import Mapping

from language.definition import Place, Target
from language.durations import Duration
from language.loader import Entry, MappingNode, Node
from language.schema.keys import Key, Reading, read_keys
from language.schema.steps import thresholds
from language.schema.written import duration, expression, one_of, word, words, written


def _within(reading: Reading, node: Node) -> Mapping[str, Duration] | None:
    """Read one duration, or `{option: duration}`."""
    if isinstance(node, MappingNode):
        read = {entry.key: duration(reading, entry.value) for entry in node.entries}
        return {option: length for option, length in read.items() if length is not None}
    length = duration(reading, node)
    return None if length is None else {"": length}


TARGET_KEYS = {
    "kind": Key(one_of("a kind of target", "sla", "ola", "uc")),
    "runs_in": Key(words, required=True),
    "pauses_in": Key(words),
    "within": Key(_within, required=True),
    "per": Key(word),
    "calendar": Key(written),
    "agreement": Key(expression),
    "at": Key(thresholds),
}


def target(reading: Reading, entry: Entry) -> Target:
    """Read a target; `within` must have options exactly when there is a `per`."""
    attributes = {"runs_in": (), "within": {}, **read_keys(reading, entry.value, TARGET_KEYS, "a target")}
    made = Target(entry.key, place=Place(entry.key_line, entry.key_column), **attributes)
    if made.within and ("" in made.within) == (made.per is not None):
        message = "`per` and the options of `within` belong together"
        reading.refuse_key(entry, "per-and-within", message, "Write per: priority and within: {P1: 4 hours, …}.")
    for state in made.runs_in:
        if state in made.pauses_in:
            message = f"the target both runs and pauses in {state}"
            reading.refuse_key(entry, "runs-and-pauses", message, "Keep it in one of the two.")
    return made
