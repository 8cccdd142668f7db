"""Compares what a case expects with what is to be seen of a record."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TypeVar

from engine.actions import IF, NO, YES
from engine.explain import clock_time, spent, target_in_words, target_word
from engine.journal import is_reference, shown, tell
from engine.masking import same_sealed
from engine.record import Json, Token
from engine.scenarios.courses import Course
from engine.scenarios.scene import Scene
from engine.scenarios.script import Expect, WantedCall, WantedOpen, WantedTarget
from language.durations import in_words
from language.inputs import read
from language.problems import quoted
from language.values import decimal_text

NOTHING = "nothing"
T = TypeVar("T")


def unmet(scene: Scene, course: Course, wanted: Expect) -> Iterator[str]:
    """Say everything that is not as expected: what was expected, and what is there."""
    if wanted.state is not None and course.record.state != wanted.state:
        yield f"state: expected {wanted.state}, but it is {course.record.state}"
    yield from _fields(scene, course, wanted)
    if wanted.open is not None:
        yield from _open(scene, course, wanted.open)
    for name, target in wanted.targets.items():
        yield from _target(scene, course, name, target)
    if wanted.faults is not None:
        yield from _faults(course, wanted.faults)
    yield from _happened(scene, course, wanted)
    for person, transitions in wanted.actions.items():
        yield from _actions(scene, course, person, transitions)


def _fields(scene: Scene, course: Course, wanted: Expect) -> Iterator[str]:
    zone = scene.zone(course)
    for name, raw in wanted.fields.items():
        shape = course.definition.fields[name].shape
        expected = raw if shape.sealed else bare(read(shape, raw, zone))
        found = bare(course.record.fields.get(name))
        if found != expected:
            yield f"{name}: expected {_shown(expected)}, but it is {_shown(found)}"


def bare(value: Json) -> Json:
    """Give a plain value with every reference as its id, every number as its text, and what is sealed as `sealed`."""
    value = same_sealed(value)
    if isinstance(value, Mapping):
        return value["id"] if is_reference(value) else {name: bare(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [bare(each) for each in value]
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return decimal_text(Decimal(value))
    return value


def _shown(value: Json) -> str:
    return "empty" if value is None else str(value)


def _open(scene: Scene, course: Course, wanted: tuple[WantedOpen, ...]) -> Iterator[str]:
    left = [token for token in course.record.tokens.values() if token.kind in ("task", "approval")]
    for each in wanted:
        found = next((token for token in left if _is_meant(each, token)), None)
        if found is None:
            what = "" if each.kind is None else f"the {each.kind} "
            yield f"open: expected {what}{quoted(each.name)}, but there is {_titles(left)}"
        else:
            left.remove(found)
            yield from _one_open(scene, course, each, found)
    if left:
        yield f"open: expected nothing else, but there is {_titles(left)}"


def _titles(tokens: Iterable[Token]) -> str:
    return ", ".join(quoted(token.data["title"]) for token in tokens) or NOTHING


def _is_meant(wanted: WantedOpen, token: Token) -> bool:
    return wanted.kind in (None, token.kind) and wanted.name in (token.data["id"], token.data["title"])


def _one_open(scene: Scene, course: Course, wanted: WantedOpen, token: Token) -> Iterator[str]:
    seats = tuple(seat["id"] for seat in token.data["seats"])
    claimed_by = (token.data.get("claimed_by") or {}).get("id")
    votes = {seat["id"]: seat["vote"]["choice"] for seat in token.data["seats"] if seat.get("vote")}
    if wanted.seats is not None and sorted(wanted.seats) != sorted(seats):
        yield f"{wanted.name}: expected for {', '.join(wanted.seats)}, but it is for {', '.join(seats)}"
    if wanted.claimed_by is not None and wanted.claimed_by != claimed_by:
        yield f"{wanted.name}: expected to be claimed by {wanted.claimed_by}, but it is by {claimed_by or 'nobody'}"
    if wanted.votes is not None and wanted.votes != votes:
        yield f"{wanted.name}: expected the votes {_votes(wanted.votes)}, but they are {_votes(votes)}"
    if wanted.round is not None and wanted.round != token.data["round"]:
        yield f"{wanted.name}: expected round {wanted.round}, but it is round {token.data['round']}"
    if wanted.due is not None:
        yield from _due(scene, course, wanted.name, wanted.due, token.data["due"])


def _votes(votes: Mapping[str, str]) -> str:
    return shown(votes) or NOTHING


def _due(scene: Scene, course: Course, name: str, wanted: str, due: float | None) -> Iterator[str]:
    if due is None:
        yield f"{name}: expected to be due {wanted}, but it is not due at any time now"
    elif abs(due - scene.instant(wanted, course)) >= scene.exact:
        yield f"{name}: expected to be due {wanted}, but it is {clock_time(scene.calendar(course), due)}"


def _target(scene: Scene, course: Course, name: str, wanted: WantedTarget) -> Iterator[str]:
    clock = course.record.targets.get(name)
    if clock is None:
        yield f"target {name}: expected to be there, but it has not started"
        return
    if wanted.word is not None and wanted.word != target_word(clock):
        stands = target_in_words(course.record, name, scene.now)
        yield f"target {name}: expected {wanted.word}, but it is {target_word(clock)} ({stands})"
    if wanted.due is not None:
        yield from _due(scene, course, f"target {name}", wanted.due, clock.due)
    yield from _spans(scene, course, name, wanted)


def _spans(scene: Scene, course: Course, name: str, wanted: WantedTarget) -> Iterator[str]:
    clock = course.record.targets[name]
    used = spent(course.record, clock, scene.now)
    for what, span, found in (("spent", wanted.spent, used), ("left", wanted.left, max(clock.allowed - used, 0.0))):
        if span is not None and abs(found - float(span.seconds or 0)) >= scene.exact:
            yield f"target {name}: expected {span} {what}, but it is {in_words(found)}"


def _faults(course: Course, wanted: tuple[str, ...]) -> Iterator[str]:
    standing = [fault.text for fault in course.record.faults.values()]
    left = yield from _among("faults", wanted, standing, _holds_text)
    if wanted and left:
        yield f"faults: expected nothing else, but there is {_listed(left)}"


def _happened(scene: Scene, course: Course, wanted: Expect) -> Iterator[str]:
    """Compare what has happened since the last look; what has been looked at is over."""
    if wanted.sent is not None:
        yield from _among("sent", wanted.sent, _new(course, "sent", course.sent), str.__eq__)
    if wanted.called is not None:
        yield from _among("called", wanted.called, _new(course, "called", course.called), _is_call)
    if wanted.started is not None:
        yield from _among("started", wanted.started, _new(course, "started", course.started), _is_call)
    if wanted.journal is not None:
        hours = scene.calendar(course)
        lines = [tell(told.line, hours) for told in course.journal]
        yield from _among("journal", wanted.journal, _new(course, "journal", lines), _holds_text)


def _new(course: Course, what: str, everything: list[T]) -> list[T]:
    new = everything[course.looked.get(what, 0) :]
    course.looked[what] = len(everything)
    return new


def _among(
    what: str, wanted: Iterable[T], found: list[T], fits: Callable[[T, T], bool]
) -> Generator[str, None, list[T]]:
    """Look for each that is wanted among what is found, each of which counts once; give what is left of it."""
    left = list(found)
    for each in wanted:
        one = next((one for one in left if fits(each, one)), None)
        if one is None:
            yield f"{what}: expected {_listed([each])}, but there is {_listed(left)}"
        else:
            left.remove(one)
    if not wanted and left:
        yield f"{what}: expected nothing, but there is {_listed(left)}"
    return left


def _listed(each: Iterable[object]) -> str:
    return "; ".join(map(str, each)) or NOTHING


def _holds_text(wanted: str, found: str) -> bool:
    return wanted in found


def _is_call(wanted: WantedCall, found: WantedCall) -> bool:
    given, used = bare(wanted.given), bare(found.given)
    return wanted.action == found.action and all(name in used and used[name] == given[name] for name in given)


def _actions(scene: Scene, course: Course, person: str, wanted: Mapping[str, str]) -> Iterator[str]:
    found = {action.name: action for action in scene.actions(course, person)}
    for name, expected in wanted.items():
        action = found.get(name)
        possible = NO if action is None else action.possible
        reasons = () if action is None else tuple(reason.text for reason in action.reasons)
        if expected in (YES, IF, NO):
            as_expected = possible == expected
        else:
            as_expected = possible == NO and any(expected in reason for reason in reasons)
        if not as_expected:
            why = f" ({'; '.join(reasons)})" if reasons else ""
            yield f"actions: expected {name} for {person} to be {quoted(expected)}, but it is {quoted(possible)}{why}"
