"""Tasks: work given out to people, of whom one claims it and completes it with a form.

Seats are fixed when it opens.
"""

from collections.abc import Mapping

from engine import faults, flow, messages, seats
from engine.alarms import OVERDUE, Passed, alarms, is_handover, set_alarms
from engine.fields import fill_in, invalid, read_known, required, shown, unknown_field
from engine.leaving import BY, asked_by
from engine.paths import step_at, threshold
from engine.people import meant
from engine.record import Actor, Event, Json, Plain, Reason, Token, Who
from engine.scope import fill_text
from engine.turn import Turn
from language.definition import Field, Task
from language.inputs import ValueRefused

NOBODY = "nobody"
"""The code of the fault of a task that nobody can do."""


def open_task(turn: Turn, path: str, step: Task) -> None:
    """Give a task out; without anybody to do it the step stands still with a fault."""
    names = flow.names_at(turn, path)
    title = fill_text(turn, step.title, names)
    everybody = meant(turn, step.for_, names)
    asked = seats.ask(turn, everybody)
    given = seats.handed_on(turn, asked, asked.entries[0])
    if not given:
        _nobody(turn, path, title, everybody)
        return
    due, to_come = alarms(turn, step.due, step.at, names)
    asks = asked_by([everybody])
    data = {"id": step.id, "title": title, "seats": given, "claimed_by": None, "due": due, "asked": asks}
    token = Token("task", turn.now, turn.seq, data)
    turn.tokens[path] = set_alarms(token, to_come, handover=seats.handover(asked, turn.now))
    turn.log("task_opened", step.id, path=path, title=title, seats=given, due=due)
    messages.tell(turn, f"{path}/opened", "task_opened", seats.people(given), {"title": title, "due": due})


def look_again(turn: Turn, path: str) -> None:
    """Look at the seats as the organisation is now; a task that nobody is left for stands still."""
    seats.look_again(turn, path)
    data = turn.tokens[path].data
    if not data["seats"]:
        del turn.tokens[path]
        _nobody(turn, path, data["title"], tuple(Who(*each) for by in data["asked"][BY] for each in by))


def alarm(turn: Turn, path: str) -> Passed | None:
    """Let the task's next alarm act: hand seats on, escalate when it is due, or give the threshold to carry out."""
    token = turn.tokens[path]
    if is_handover(token):
        look_again(turn, path)
        return None
    step = _task_at(turn, path)
    (_, name), *rest = token.data["alarms"]
    turn.tokens[path] = set_alarms(token, rest)
    if name != OVERDUE:
        local = {"seats": seats.refs(token.data["seats"])}
        return Passed(threshold(step.at, name), f"{path}/at-{name}.{turn.seq}", local)
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
        stands_in = next(
            (seat["for"] for seat in token.data["seats"] if seat["id"] == actor.id and seat.get("for")), None
        )
        told = {} if stands_in is None else {"for": stands_in}
        turn.log("task_completed", step.id, told, path=event.name, title=token.data["title"], filled_in=own)
        flow.after(turn, event.name)
    return tuple(reasons)


def _nobody(turn: Turn, path: str, title: str, everybody: tuple[Who, ...]) -> None:
    wanted = ", ".join(who.id for who in everybody) or "nobody"
    text = f'nobody can do the task "{title}": it is for {wanted}, and there is no active person behind that'
    faults.stand_still(turn, path, NOBODY, text)


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
    seated = token.data["seats"]
    if actor.id not in [seat["id"] for seat in seated]:
        names = tuple(seat["label"] for seat in seated)
        return (Reason("who", "not-allowed", f"only {', '.join(names)} may {what} this task", who=names),)
    taken = token.data["claimed_by"]
    if taken is not None and taken["id"] != actor.id:
        text = f"{taken['label']} has claimed this task: ask them to release it"
        return (Reason("state", "claimed", text, who=(taken["label"],)),)
    return ()


def _escalate(turn: Turn, path: str, step: Task) -> None:
    """Give more people a seat, and tell them."""
    given = seats.widen(turn, path, meant(turn, step.escalate_to, flow.names_at(turn, path)))
    if given:
        data = turn.tokens[path].data
        turn.log("task_escalated", data["id"], path=path, seats=given)
        messages.tell(turn, f"{path}/escalated", "task_escalated", seats.people(given), {"title": data["title"]})


def _task_at(turn: Turn, path: str) -> Task:
    step = step_at(turn.definition, path)
    assert isinstance(step, Task)
    return step
