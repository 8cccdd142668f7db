"""Carries out the steps of a case in its scene, and says what is not as it should be."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.advance import SCHEDULE
from engine.approvals import name_of
from engine.explain import clock_time
from engine.record import Event, Kind, Reason
from engine.scenarios.courses import Course
from engine.scenarios.expectations import unmet
from engine.scenarios.scene import Scene
from engine.scenarios.script import Absent, Expect, Happen, Pass, Reorganise, Say, Start, Step
from engine.scope import moment
from language.problems import quoted


def carry_out(scene: Scene, step: Step) -> str:
    """Carry a step out; give what is wrong, in words, or an empty text."""
    is_there, starts = step.record in scene.courses, isinstance(step, Start)
    if not is_there and not starts and not isinstance(step, Say):
        return f"no record named {quoted(step.record)} has been started yet"
    if is_there and starts:
        return f"a record named {quoted(step.record)} is there already: give this one another name with `record`"
    return CARRY_OUT[type(step)](scene, step)


def _start(scene: Scene, step: Start) -> str:
    course = scene.of_process(step.process)
    actor = None if step.person is None else scene.actor(step.person)
    event = Event(Kind.START, "", actor, step.given, now=scene.now)
    if actor is None and course.definition.start.schedule is not None and course.definition.start.event is None:
        scheduled_at = moment(scene.now).isoformat()
        event = event._replace(name=SCHEDULE, data={"scheduled_at": scheduled_at, **step.given})
    reasons = scene.happen(course, event, step.record) or scene.until(scene.now)
    return _judged(f"{step.person or 'an outside event'} starts {step.process}", step.refused, reasons)


def _happen(scene: Scene, step: Happen) -> str:
    course = scene.courses[step.record]
    actor = None if step.person is None else scene.actor(step.person)
    event = Event(step.kind, _name(course, step), actor, step.given, now=scene.now)
    reasons = scene.happen(course, event) or scene.until(scene.now)
    return _judged(_what(step), step.refused, reasons)


def _name(course: Course, step: Happen) -> str:
    """Give the name by which the engine knows what a step names: of an approval's round, a task's path, a fault."""
    if step.kind in (Kind.RETRY, Kind.SKIP):
        return next(iter(course.record.faults), "1")
    if step.kind in (Kind.CLAIM, Kind.RELEASE, Kind.COMPLETE):
        tasks = ((path, token.data) for path, token in course.record.tokens.items() if token.kind == "task")
        return next((path for path, task in tasks if step.name in (task["id"], task["title"])), step.name)
    if step.kind is Kind.VOTE:
        asked = ((path, token.data) for path, token in course.record.tokens.items() if token.kind == "approval")
        return next(
            (name_of(path, data) for path, data in asked if step.name in (data["id"], data["title"])), step.name
        )
    return step.name


def _what(step: Happen) -> str:
    """Say what happens: `bob: act cancel`, `event alert_resolved`."""
    kind = "event" if step.kind is Kind.OCCUR else str(step.kind)
    return f"{step.person + ': ' if step.person else ''}{kind} {step.name}".rstrip()


def _judged(what: str, refused: str | None, reasons: tuple[Reason, ...]) -> str:
    """Compare a refusal with the one that is expected (None: none)."""
    texts = "".join(f"\n  - {reason.text}" for reason in reasons)
    if refused is None:
        return f"{what} is refused:{texts}" if reasons else ""
    if not reasons:
        return f"{what} should be refused because of “{refused}”, but it was done"
    if any(refused in reason.text for reason in reasons):
        return ""
    return f"{what} should be refused because of “{refused}”, but the reasons are:{texts}"


def _pass(scene: Scene, step: Pass) -> str:
    course = scene.courses[step.record]
    if step.until is not None:
        instant = scene.instant(step.until, course)
    else:
        assert step.duration is not None
        instant = scene.calendar(course).add(scene.now, step.duration)
    if instant < scene.now:
        return f"{step.until} has passed already: it is {clock_time(scene.calendar(course), scene.now)}"
    return _judged("pass", None, scene.until(instant))


def _say(scene: Scene, step: Say) -> str:
    scene.say(step.facts)
    return ""


def _absent(scene: Scene, step: Absent) -> str:
    course = scene.courses[step.record]
    since, until = (scene.instant(written, course) for written in (step.since, step.until))
    if since >= until:
        return f"{step.who} comes back before going away: exchange from and to"
    return _judged(f"absent {step.who}", None, scene.absent(step.who, since, until, step.delegate))


def _reorganise(scene: Scene, step: Reorganise) -> str:
    return _judged("organisation", None, scene.reorganise(step.rows))


def _expect(scene: Scene, step: Expect) -> str:
    return "\n".join(unmet(scene, scene.courses[step.record], step))


CARRY_OUT: Mapping[type[Step], Callable[[Scene, Any], str]] = {
    Start: _start,
    Happen: _happen,
    Pass: _pass,
    Say: _say,
    Absent: _absent,
    Reorganise: _reorganise,
    Expect: _expect,
}
"""What carrying out means, by the kind of step."""
