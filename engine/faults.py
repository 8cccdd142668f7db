"""Faults: what nobody's `on_error` took stands still, visibly, until a person retries or skips it (`engine.repairs`).

Everything else of the record goes on. A fault is withdrawn when the step it stands at is left.
"""

from engine import messages
from engine.record import Fault, Token
from engine.turn import Turn


def stand_still(turn: Turn, path: str, code: str, text: str) -> None:
    """Let the step at `path` (empty: no step) stand still, and tell those who look after the record.

    What stands already without a step does not stand twice.
    """
    if not path and any((each.code, each.text) == (code, text) for each in turn.faults.values()):
        return
    turn.fault_count += 1
    number = str(turn.fault_count)
    if path:
        turn.tokens[path] = Token("fault", turn.now, turn.seq, {"fault": number})
    turn.faults[number] = Fault(path, code, text, turn.now)
    turn.log("fault", number, path=path, code=code, text=text)
    messages.tell_keepers(turn, f"fault-{number}", "fault", {"code": code, "text": text, "step": path})


def clear(turn: Turn, number: str, how: str) -> Fault:
    """Take a fault and its token away, saying how it ended: `retried`, `skipped` or `withdrawn`."""
    fault = turn.faults.pop(number)
    turn.tokens.pop(fault.path, None)
    turn.log("fault_cleared", number, how=how)
    return fault
