"""What holds however branches, lists, blocks and undoing go: nothing survives its state, and undo is exact."""

from collections import Counter
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.calls import open_calls
from engine.paths import UNDO, undone
from engine.record import Advanced, Event, Kind, Record, Token
from engine.undoing import ending_calls
from tests.engine.builders import (
    ANN,
    BOB,
    HOUR,
    NOW,
    ORGANISATION,
    act,
    complete,
    failure,
    result,
    retry,
    skip,
    through_json,
)
from tests.engine.flowing import FLOWING
from tests.engine.test_properties import check, steps

REFUSED = {"error": {"code": "no", "text": "No", "happened": False}}
PLAIN = {"kind": "calm", "own": "1"}


def possible(record: Record) -> Iterator[Event]:
    """Give what may happen next: work goes on more often than it fails or is left."""
    for path, token in record.tokens.items():
        if token.kind == "task":
            yield complete(path, BOB, **PLAIN)
    for call in open_calls(record):
        yield result(call.path, n=1)
        yield result(call.path, n=2)
        yield failure(call.path)
        yield Event(Kind.RESULT, call.path, None, REFUSED)
    for path in ending_calls(record):
        yield Event(Kind.RESULT, path, None, {"cancelled": True})
        yield result(path)
        yield Event(Kind.RESULT, path, None, REFUSED)
    for number in record.faults:
        yield retry(number)
        yield skip(number)
    yield Event(Kind.EDIT, "", BOB, {"kind": "busy"})
    for name in ("out", "out", "again", "on", "more", "here"):
        if name in FLOWING.states[record.state].transitions:
            yield act(name, ANN)


def happen(record: Record, happening: Event) -> list[Advanced]:
    """Let what is due and then an event happen."""
    return list(steps(FLOWING, ORGANISATION, record, happening))


def check_undo(before: Record, taken: Advanced, gone: Counter[str]) -> None:
    """Check that an undo begins with the last of its state's list when nothing of that goes on, and is done once."""
    gone.update(line.name for line in taken.lines if line.what == "undone")
    assert not [path for path, times in gone.items() if times > 1]
    after = taken.record
    assert not [each for each in after.undo if each.path in gone]
    begun = [token.data["at"] for token in after.tokens.values() if token.kind == "rollback" and token.data["at"]]
    assert len(dict.fromkeys(begun)) == len(begun)
    for path in begun:
        (state,) = (each.state for each in after.undo if each.path == path)
        mine = [each for each in after.undo if each.state == state]
        assert mine[-1].path == path
        assert not any(each.ending or after.tokens.get(each.path, NO_CALL).kind == "call" for each in mine)
        assert f"{path}/{UNDO}" in after.tokens


def check_left(before: Record, after: Record) -> None:
    """Check that of a state that was left nothing is open but calls that finish in an undo."""
    for path, token in after.tokens.items():
        if after.visit > before.visit and path in before.tokens and path.split("/")[1] == before.state:
            assert undone(path)
            assert token.kind in ("call", "scope", "fault")


@settings(max_examples=60, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.lists(st.integers(0, 59), min_size=30, max_size=60))
def live(picks: list[int]) -> None:
    now, gone, sent = NOW, Counter[str](), Counter[str]()
    record = Record("THG1", "thing", 1, FLOWING.digest)
    copied = record
    for pick in (None, *picks):
        options = [Event(Kind.START, actor=BOB)] if pick is None else list(possible(record))
        now += HOUR if pick == 59 else 0
        happening = options[(pick or 0) % len(options)]._replace(now=now)
        ours = happen(record, happening)
        assert ours == happen(copied, happening)
        for taken in ours:
            check(FLOWING, taken.record)
            check_undo(record, taken, gone)
            check_left(record, taken.record)
            sent.update(row.key for row in taken.outbox)
            REACHED.update(line.what for line in taken.lines)
            record = taken.record
        assert not [key for key, times in sent.items() if times > 1]
        copied = through_json(record)
        assert copied == record


REACHED = Counter[str]()
NO_CALL = Token("", 0.0, 0)


def test_however_a_record_lives_nothing_survives_its_state_and_undo_is_exact() -> None:
    REACHED.clear()
    live()
    wanted = ("undone", "rolled_back", "call_stopped", "block_stopped", "step_failed", "task_withdrawn", "fault")
    assert {each: REACHED[each] for each in wanted if REACHED[each] < 5} == {}
