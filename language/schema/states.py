"""Reads states."""

from language.definition import WITHDRAWN, Place, State
from language.loader import Entry
from language.schema.keys import Key, Reading, keys_in, named, read_keys
from language.schema.steps import instant_steps, steps
from language.schema.transitions import of_a_state
from language.schema.written import condition, filled_text, text, yes_no

STATE_KEYS = {
    "title": Key(text),
    "entry": Key(instant_steps),
    "do": Key(steps),
    "on_error": Key(steps),
    "when": Key(condition),
    "blocked": Key(filled_text),
    "transitions": Key(lambda reading, node: named(reading, node, "transitions", of_a_state)),
    "final": Key(yes_no),
}


def state(reading: Reading, entry: Entry) -> State:
    """Read a state; a final one has nothing but `entry`, because nothing happens in it any more."""
    attributes = read_keys(reading, entry.value, STATE_KEYS, "a state")
    made = State(entry.key, Place(entry.key_line, entry.key_column), **attributes)
    if made.final and (made.do or made.transitions or made.on_error):
        message = f"nothing happens in the final state {entry.key} any more"
        reading.refuse_key(entry, "final-goes-on", message, "Remove do, on_error and transitions, or `final`.")
    if made.name == WITHDRAWN and not made.final:
        message = f"every process has a state {WITHDRAWN}, which ends what nobody waits for any more"
        reading.refuse_key(entry, "name-taken", message, "Make it final, or choose another name.")
    if made.blocked is not None and "when" not in keys_in(entry.value):
        message = "`blocked` gives the reason when `when` does not hold, and there is no `when`"
        reading.refuse_key(entry, "blocked-without-when", message, "Add `when`, or remove `blocked`.")
    return made
