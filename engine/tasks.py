"""Tasks: work given out to people, of whom one claims it and completes it with a form.

Seats are fixed when it opens.
"""

from collections.abc import Mapping
from datetime import datetime

from engine import faults, flow, messages
from engine.fields import fill_in, invalid, read_known, required, shown, unknown_field
from engine.paths import step_at
from engine.people import as_lists, meant
from engine.record import Actor, Event, Json, Plain, Reason, Token, Who
from engine.scope import calendar_of, fill, fill_text, later
from engine.turn import Turn
from language.calendars import ALWAYS_OPEN
from language.definition import Field, Task, Threshold
from language.definition import Who as WhoWritten
from language.durations import Duration
from language.inputs import ValueRefused
from language.values import Value

OVERDUE = "due"
FULL = 100.0

Alarm = list[Json]
"""When (seconds), and what acts: the name of a threshold, or `due`."""


def open_task(turn: Turn, path: str, step: Task) -> None:
    """Give a task out; without anybody to do it the step stands still with a fault."""
    names = flow.names_at(turn, path)
    title = fill_text(turn, step.title, names)
    seats = _seats(turn, step.for_, names)
    if not seats:
        wanted = ", ".join(who.id for who in meant(turn, step.for_, names)) or "nobody"
        text = f'nobody can do the task "{title}": it is for {wanted}, and there is no active person behind that'
        faults.stand_still(turn, path, "nobody", text)
        return
    due, alarms = _alarms(turn, step, names)
    data = {"id": step.id, "title": title, "seats": seats, "claimed_by": None, "due": due, "alarms": alarms}
    turn.tokens[path] = Token("task", turn.now, turn.seq, data, alarms[0][0] if alarms else None)
    turn.log("task_opened", step.id, path=path, title=title, seats=seats, due=due)
    messages.tell(turn, f"{path}/opened", "task_opened", _people(seats), {"title": title, "due": due})


def alarm(turn: Turn, path: str) -> tuple[Threshold, str] | None:
    """Let the task's next alarm act: escalate when it is due, or give the threshold to be carried out and its path."""
    token = turn.tokens[path]
    step = _task_at(turn, path)
    (_, name), *rest = token.data["alarms"]
    turn.tokens[path] = token._replace(data={**token.data, "alarms": rest}, due=rest[0][0] if rest else None)
    if name != OVERDUE:
        return next(each for each in step.at if each.name == name), f"{path}/at-{name}"
    turn.log("task_overdue", token.data["id"], path=path, title=token.data["title"])
    _escalate(turn, path, step)
    return None


def claim(turn: Turn, event: Event, actor: Actor) -> tuple[Reason, ...]:
    """Let a person take a task that is theirs to do."""
    token = turn.tokens.get(event.name)
    reasons = _refusals(turn, token, actor, "claim")
    if token is not None and not reasons and token.data["claimed_by"] is None:
        _hand_over(turn, event.name, token, {"id": actor.id, "label": actor.label})
        turn.log("task_claimed", token.data["id"], path=event.name, title=token.data["title"])
    return reasons


def release(turn: Turn, event: Event, actor: Actor) -> tuple[Reason, ...]:
    """Let a person give a claimed task back to the others."""
    token = turn.tokens.get(event.name)
    reasons = _refusals(turn, token, actor, "release")
    if token is not None and not reasons and token.data["claimed_by"] is not None:
        _hand_over(turn, event.name, token, None)
        turn.log("task_released", token.data["id"], path=event.name, title=token.data["title"])
    return reasons


def complete(turn: Turn, event: Event, actor: Actor) -> tuple[Reason, ...]:
    """Let a person complete a task: the form's fields are written, its own fields kept under the task's id."""
    token = turn.tokens.get(event.name)
    reasons = list(_refusals(turn, token, actor, "complete"))
    if token is None or token.kind != "task":
        return tuple(reasons)
    step = _task_at(turn, event.name)
    form = {line.name: line.own for line in step.form}
    strange = [name for name in event.data if name not in form]
    reasons.extend(unknown_field(turn, name, form, f"with.{name}") for name in strange)
    given = {name: raw for name, raw in event.data.items() if name in form and form[name] is None}
    reasons.extend(fill_in(turn, actor, given, "task", lent=True))
    own, unreadable = _own(turn, form, event.data)
    reasons.extend(unreadable)
    with turn.gathering():
        reasons.extend(_left_out(turn, form, own))
        reasons.extend(invalid(turn, turn.changed, form))
    turn.settle_missing()
    if not reasons:
        if step.id:
            turn.tasks[step.id] = own
        turn.log("task_completed", step.id, path=event.name, title=token.data["title"], filled_in=own)
        flow.after(turn, event.name)
    return tuple(reasons)


def _hand_over(turn: Turn, path: str, token: Token, to: Plain | None) -> None:
    turn.tokens[path] = token._replace(data={**token.data, "claimed_by": to})


def _own(turn: Turn, form: Mapping[str, Field | None], given: Plain) -> tuple[dict[str, Json], list[Reason]]:
    """Read what was filled in for the task's own fields."""
    own: dict[str, Json] = {}
    reasons: list[Reason] = []
    for name, field in form.items():
        if field is None or name not in given:
            continue
        with turn.gathering():
            try:
                own[name] = read_known(turn, field.shape, given[name])
            except ValueRefused as refused:
                reasons.append(Reason("input", "bad-value", f"{name}: {refused}", f"with.{name}"))
    return own, reasons


def _left_out(turn: Turn, form: Mapping[str, Field | None], own: Plain) -> list[Reason]:
    """A field of the record is to be filled in afterwards while it is shown; one of the task's own when it must be."""
    empty = (
        name
        for name, field in form.items()
        if (turn.fields if field is None else own).get(name) is None
        and (shown(turn, name) if field is None else field.required)
    )
    return [required(name, f"with.{name}") for name in empty]


def _refusals(turn: Turn, token: Token | None, actor: Actor, what: str) -> tuple[Reason, ...]:
    if token is None or token.kind != "task":
        return (Reason("state", "not-open", f"this task is no longer open: the record is now in {turn.state}"),)
    seats = token.data["seats"]
    if actor.id not in [seat["id"] for seat in seats]:
        names = tuple(seat["label"] for seat in seats)
        return (Reason("who", "not-allowed", f"only {', '.join(names)} may {what} this task", who=names),)
    taken = token.data["claimed_by"]
    if taken is not None and taken["id"] != actor.id:
        text = f"{taken['label']} has claimed this task: ask them to release it"
        return (Reason("state", "claimed", text, who=(taken["label"],)),)
    return ()


def _escalate(turn: Turn, path: str, step: Task) -> None:
    """Give more people a seat, and tell them."""
    token = turn.tokens[path]
    seated = [seat["id"] for seat in token.data["seats"]]
    candidates = _seats(turn, step.escalate_to, flow.names_at(turn, path))
    more = [seat for seat in candidates if seat["id"] not in seated]
    if more:
        turn.tokens[path] = token._replace(data={**token.data, "seats": [*token.data["seats"], *more]})
        turn.log("task_escalated", token.data["id"], path=path, seats=more)
        messages.tell(turn, f"{path}/escalated", "task_escalated", _people(more), {"title": token.data["title"]})


def _task_at(turn: Turn, path: str) -> Task:
    step = step_at(turn.definition, path)
    assert isinstance(step, Task)
    return step


def _seats(turn: Turn, entries: tuple[WhoWritten, ...], names: Mapping[str, Value]) -> list[Plain]:
    everybody = meant(turn, entries, names)
    return list(turn.fact("people", as_lists(everybody))["value"]) if everybody else []


def _people(seats: list[Plain]) -> tuple[Who, ...]:
    return tuple(Who("user", seat["id"]) for seat in seats)


def _alarms(turn: Turn, step: Task, names: Mapping[str, Value]) -> tuple[float | None, list[Alarm]]:
    """Say when the task is due, and which alarms act when, earliest first."""
    if step.due is None:
        return None, []
    if isinstance(step.due, Duration):
        business, calendar = step.due.business, ALWAYS_OPEN if step.due.seconds is not None else calendar_of(turn)
        due, time = later(turn, turn.now, step.due), calendar.budget(turn.now, step.due)
    else:
        moment = fill(turn, step.due, names)
        if not isinstance(moment, datetime):
            return None, []
        business, calendar, due = False, ALWAYS_OPEN, moment.timestamp()
        time = max(due - turn.now, 0.0)
    shares = [
        [calendar.spend(turn.now, time * float(each.percent) / FULL, business=business), each.name] for each in step.at
    ]
    return due, sorted([*shares, [due, OVERDUE]], key=lambda alarm: alarm[0])
