"""A record as JSON and back: what continue-as-new carries and the store keeps."""

from typing import Any

from engine import size
from engine.record import Clock, Fault, Record, Timer, Token, Undo


def snapshot(record: Record) -> dict[str, Any]:
    """Give a record as plain JSON."""
    return {
        **record._asdict(),
        "tokens": {key: token._asdict() for key, token in record.tokens.items()},
        "timers": {key: timer._asdict() for key, timer in record.timers.items()},
        "targets": {key: clock._asdict() for key, clock in record.targets.items()},
        "faults": {key: fault._asdict() for key, fault in record.faults.items()},
        "undo": [each._asdict() for each in record.undo],
    }


def restore(stored: dict[str, Any]) -> Record:
    """Read what `snapshot` gave, also after it has been through JSON; what older code kept without its size has it."""
    record = Record(
        **{
            **stored,
            "tokens": {key: Token(**each) for key, each in stored["tokens"].items()},
            "timers": {key: _timer(each) for key, each in stored["timers"].items()},
            "targets": {key: _clock(each) for key, each in stored["targets"].items()},
            "faults": {key: Fault(**each) for key, each in stored["faults"].items()},
            "undo": tuple(Undo(**each) for each in stored["undo"]),
            "watchers": tuple(stored["watchers"]),
            "voters": tuple(stored.get("voters", ())),
            "seen": {key: (body, seq) for key, (body, seq) in stored["seen"].items()},
        }
    )
    return record if "size" in stored else record._replace(size=size.of(record))


def _timer(stored: dict[str, Any]) -> Timer:
    return Timer(**{**stored, "because": tuple(stored["because"])})


def _clock(stored: dict[str, Any]) -> Clock:
    intervals = tuple((since, until, spent) for since, until, spent in stored["intervals"])
    return Clock(**{**stored, "passed": tuple(stored["passed"]), "intervals": intervals})
