"""Approvals: whom one asks, what makes it void, when its time is over, and what its outcome leads to.

An approval is found under a name that says visit, step and round: `4.authorise.2`. A new visit is a new approval, and
so is a new round, which begins when a field of `void_if` is changed: a vote on what is no longer asked is refused
(`engine.voting`). Its outcome is decided the moment it is certain (`engine.tally`).
"""

from collections.abc import Iterable, Mapping

from engine import faults, flow, messages, seats, tally
from engine.alarms import OVERDUE, Passed, again, alarms, is_handover, set_alarms
from engine.leaving import VETO, asked_by
from engine.paths import branch, step_at, threshold
from engine.people import could, meant
from engine.record import NOTHING, Json, Plain, Token, Who
from engine.scope import fill, fill_text
from engine.seats import Seat
from engine.tally import EXPIRED, REJECTED, Ballot
from engine.turn import Turn
from language.definition import Approval, Steps
from language.expressions import Expression
from language.operations import EvaluationRefused
from language.problems import quoted
from language.votes import Votes, VotesRefused, read_votes, written
from language.walking import with_blocks

STALLED = "stalled"
"""The code of the fault of an approval that cannot be decided."""


def open_approval(turn: Turn, path: str, step: Approval) -> None:
    """Ask for an approval; one that too few people could decide stands still with a fault."""
    given = _open(turn, path, step)
    if given:
        _tell(turn, path, "approval_opened", seats.people(given))


def name_of(path: str, data: Plain, round_: int | None = None) -> str:
    """Give the name by which people vote on an open approval: visit, step and round, `4.authorise.2`."""
    visit = data.get("visit") or path.split("/", maxsplit=1)[0]
    return f"{visit}.{data['name']}.{data['round'] if round_ is None else round_}"


def judge(turn: Turn, path: str) -> bool:
    """Decide an approval if its outcome is certain; say whether it is open no longer.

    One that only somebody who has left could still decide stands still: nobody's leaving approves or rejects anything.
    """
    data, step = turn.tokens[path].data, approval_at(turn, path)
    outcome = _outcome(data, gone=False)
    if outcome is None and data["gone"]:
        outcome = _outcome(data, gone=True)
        if outcome == REJECTED or _veto_lost(data):
            return _stall(turn, path)
    if outcome is not None:
        _end(turn, path, step, outcome, data)
    return outcome is not None


def look_again(turn: Turn, path: str) -> None:
    """Look at the seats as the organisation is now; what too few people are left for stands still."""
    seats.look_again(turn, path)
    judge(turn, path)


def alarm(turn: Turn, path: str) -> Passed | None:
    """Let what comes first act: seats are handed on, a threshold is passed (which is given), or the time is over."""
    token, step = turn.tokens[path], approval_at(turn, path)
    if is_handover(token):
        look_again(turn, path)
        return None
    (_, name), *rest = token.data["alarms"]
    turn.tokens[path] = set_alarms(token, rest)
    if name != OVERDUE:
        local = {"seats": seats.refs(seats.still_open(token.data["seats"]))}
        return Passed(threshold(step.at, name), f"{path}/at-{name}.{turn.seq}", local)
    _overdue(turn, path, step)
    return None


def used_up(turn: Turn, path: str) -> str:
    """Take what acted as having acted, unless the time was over: then give the path of what stands still for it."""
    token = turn.tokens[path]
    if not is_handover(token) and token.data["alarms"][0][1] == OVERDUE:
        return path
    alarm(turn, path)
    return ""


def follow(turn: Turn) -> None:
    """Begin a new round of every approval that what has changed in this event makes void."""
    for path, token in tuple(turn.tokens.items()):
        if token.kind == "approval" and token.seq < turn.seq:
            step = approval_at(turn, path)
            because = [name for name in step.void_if if name in turn.changed]
            if because:
                _void(turn, path, step, because)


def forget(turn: Turn, steps: Steps) -> None:
    """Forget the outcomes of the approvals in what begins now: a new visit is a new approval."""
    for step in with_blocks(turn.definition, steps):
        if isinstance(step, Approval) and step.id in turn.approvals:
            turn.approvals[step.id] = {**turn.approvals[step.id], "outcome": None}


def reject(turn: Turn, path: str, step: Approval) -> None:
    """Take an approval that stands still as rejected, because somebody skips it: skipping approves nothing."""
    title = step.title if isinstance(step.title, str) else step.title.source
    _end(turn, path, step, REJECTED, {"id": step.id, "name": _name(path, step), "title": title, "seats": []})


def approval_at(turn: Turn, path: str) -> Approval:
    """Give the step of an open approval."""
    step = step_at(turn.definition, path)
    assert isinstance(step, Approval)
    return step


def _open(turn: Turn, path: str, step: Approval, earlier: Iterable[int] = ()) -> list[Seat]:
    """Fix title, seats, votes and time, and give the seats; none where it stalls. `earlier` rounds were void."""
    names = flow.names_at(turn, path)
    title, boards = fill_text(turn, step.title, names), _boards(turn, step, names)
    vetoed, barred = meant(turn, step.veto, names), meant(turn, step.not_, names)
    asked = seats.ask(turn, *boards, vetoed, barred)
    out = [person["id"] for person in asked.entries[-1]]
    seated = _seated(asked.entries[: len(boards)], asked.entries[-2], out)
    name, last = _name(path, step), turn.approvals.get(_name(path, step), NOTHING)
    round_ = last["round"] + 1 if last.get("visit") == path.split("/", maxsplit=1)[0] else 1
    try:
        votes = _votes(turn, step, names)
        _check(turn, step, votes, len(boards), seated, is_vetoed=bool(vetoed))
    except VotesRefused as refused:
        if step.id:
            turn.approvals[name] = {"round": 0, **last, "outcome": None}
        faults.stand_still(turn, path, STALLED, f"the approval {quoted(title)} cannot be decided: {refused}")
        return []
    due, to_come = alarms(turn, step.due, step.at, names)
    given = seats.handed_on(turn, asked, seated, out)
    data = {
        "id": step.id,
        "name": name,
        "round": round_,
        "earlier": list(earlier),
        "title": title,
        "seats": given,
        "votes": written(votes),
        "entries": len(boards),
        "asked": asked_by(boards, vetoed),
        "gone": [],
        "barred": out,
        "due": due,
        "overdue": False,
    }
    token = Token("approval", turn.now, turn.seq, data)
    turn.tokens[path] = set_alarms(token, to_come, handover=seats.handover(asked, turn.now))
    outcome = {"outcome": None} if step.id else {}
    turn.approvals[name] = {**last, **outcome, "visit": path.split("/", maxsplit=1)[0], "round": round_}
    turn.log("approval_opened", step.id, path=path, title=title, seats=given, votes=str(votes), due=due, round=round_)
    return given


def _name(path: str, step: Approval) -> str:
    return step.id or path.split("/")[1]


def _boards(turn: Turn, step: Approval, names: Mapping[str, Json]) -> list[tuple[Who, ...]]:
    """Give the entries of `by`; one that names nobody now stays, for nobody to fill it."""
    found: list[tuple[Who, ...]] = []
    for written_ in step.by:
        found.extend([(who,) for who in meant(turn, (written_,), names)] or [()])
    return found


def _seated(boards: Iterable[list[Plain]], vetoed: list[Plain], barred: list[str]) -> list[Seat]:
    """Give one seat to each person, with the entries it counts for (none: it counts for its veto only)."""
    found: dict[str, dict[str, Json]] = {}
    for number, board in enumerate(boards):
        for person in board:
            found.setdefault(person["id"], {**person, "entries": []})["entries"].append(number)
    for person in vetoed:
        found.setdefault(person["id"], {**person, "entries": []})["veto"] = True
    return [seat for name, seat in found.items() if name not in barred]


def _votes(turn: Turn, step: Approval, names: Mapping[str, Json]) -> Votes:
    if not isinstance(step.votes, Expression):
        return step.votes
    try:
        return read_votes(fill(turn, step.votes, names))
    except VotesRefused as refused:
        raise VotesRefused(f"votes: {step.votes.text} gives no number of votes ({refused})") from refused


def _check(turn: Turn, step: Approval, votes: Votes, entries: int, seated: list[Seat], *, is_vetoed: bool) -> None:
    """Raise VotesRefused where too few people can vote, or nobody is left of those who hold the veto."""
    if is_vetoed and not any(seat.get("veto") for seat in seated):
        raise VotesRefused(
            f"nobody can hold the veto of {', '.join(could(turn, step.veto))}. Find somebody, and retry."
        )
    if tally.missing(votes, entries, _ballots(seated)):
        able = ", ".join(seat["label"] for seat in seated if seat["entries"]) or "nobody"
        board = ", ".join(could(turn, step.by))
        text = f"it takes votes: {votes}, by: {board}, and only {able} can vote. Find more people, and retry."
        raise VotesRefused(text)


def _ballots(seated: Iterable[Seat], *, gone: bool = False) -> tuple[Ballot, ...]:
    return tuple(
        Ballot(
            (seat.get("vote") or {}).get("choice", ""),
            tuple(seat.get("entries", ())),
            seat.get("veto", False),
            seat.get("alone", False),
            gone,
        )
        for seat in seated
    )


def _outcome(data: Plain, *, gone: bool) -> str | None:
    """Count the votes; those who have left count as if they could still vote, or as `gone`."""
    ballots = (*_ballots(data["seats"]), *_ballots(data["gone"], gone=gone))
    return tally.outcome(read_votes(data["votes"]), data["entries"], ballots, overdue=data["overdue"])


def _veto_lost(data: Plain) -> bool:
    """Say whether nobody is left of those whose veto is still waited for."""
    return bool(data["asked"][VETO]) and not data["overdue"] and not any(seat.get("veto") for seat in data["seats"])


def _stall(turn: Turn, path: str) -> bool:
    """Let an approval stand still because too few are left, unless somebody may decide alone; say whether it does."""
    data = turn.tokens[path].data
    open_ = seats.still_open(data["seats"])
    if any(seat.get("alone") for seat in open_):
        return False
    del turn.tokens[path]
    who = ", ".join(dict.fromkeys(seat["label"] for seat in data["gone"]))
    text = f"the approval {quoted(data['title'])} cannot be decided: {who} can vote no more, and too few are left"
    faults.stand_still(turn, path, STALLED, f"{text}. Find more people, and retry: it is asked anew.")
    if open_:
        told = {"title": data["title"], "due": data["due"]}
        messages.tell(turn, f"{path}/withdrawn-{turn.seq}", "approval_withdrawn", seats.people(open_), told)
    return True


def _void(turn: Turn, path: str, step: Approval, because: list[str]) -> None:
    """Clear the votes and ask again, of whom it is for now; those who had a seat are told."""
    before = turn.tokens.pop(path).data
    turn.log("approval_voided", before["id"], path=path, title=before["title"], fields=because)
    try:
        given = _open(turn, path, step, (*before["earlier"], before["round"]))
    except EvaluationRefused as refused:
        faults.stand_still(turn, path, STALLED, f"the approval {quoted(before['title'])} cannot be asked: {refused}")
        given = []
    old, new = seats.people(before["seats"]), seats.people(given)
    gone = tuple(who for who in old if who not in new)
    if gone:
        told = {"title": before["title"], "due": before["due"]}
        messages.tell(turn, f"{path}/withdrawn-{turn.seq}", "approval_withdrawn", gone, told)
    _tell(turn, path, "approval_voided", tuple(who for who in new if who in old))
    _tell(turn, path, "approval_opened", tuple(who for who in new if who not in old))


def _overdue(turn: Turn, path: str, step: Approval) -> None:
    """The time is over: veto holders are no longer waited for; then others may decide, for the same time once more."""
    token = turn.tokens[path]
    is_last = token.data["overdue"] or not step.escalate_to
    turn.tokens[path] = token._replace(data={**token.data, "overdue": True})
    if judge(turn, path):
        return
    turn.log("approval_overdue", token.data["id"], path=path, title=token.data["title"])
    if is_last:
        _end(turn, path, step, REJECTED if step.expired is None else EXPIRED, token.data)
        return
    names = flow.names_at(turn, path)
    given = seats.widen(
        turn, path, meant(turn, step.escalate_to, names), meant(turn, step.not_, names), entries=[], alone=True
    )
    ends = again(turn, step.due, token)
    to_come = sorted([*token.data["alarms"], [ends, OVERDUE]], key=lambda each: each[0])
    turn.tokens[path] = set_alarms(turn.tokens[path], to_come, due=ends)
    turn.log("approval_escalated", token.data["id"], path=path, title=token.data["title"], seats=given, due=ends)
    _tell(turn, path, "approval_escalated", seats.people(given))


def _tell(turn: Turn, path: str, message: str, everybody: tuple[Who, ...]) -> None:
    if everybody:
        data = turn.tokens[path].data
        values = {"title": data["title"], "due": data["due"], "approval": name_of(path, data)}
        messages.tell(turn, f"{path}/{message}-{turn.seq}", message, everybody, values)


def _end(turn: Turn, path: str, step: Approval, outcome: str, data: Plain) -> None:
    """Keep the outcome, withdraw the seats that have not voted, and do what follows from the outcome."""
    turn.tokens.pop(path, None)
    if step.id:
        turn.approvals[data["name"]] = {"round": 0, **turn.approvals.get(data["name"], {}), "outcome": outcome}
    choices = [seat["vote"]["choice"] for seat in data["seats"] if seat.get("vote")]
    turn.log(
        "approval_decided",
        data["id"],
        path=path,
        title=data["title"],
        outcome=outcome,
        yes=choices.count(tally.YES),
        no=choices.count(tally.NO),
    )
    left = seats.people(seats.still_open(data["seats"]))
    if left:
        told = {"title": data["title"], "due": data["due"]}
        messages.tell(turn, f"{path}/decided-{turn.seq}", "approval_withdrawn", left, told)
    if branch(step, outcome):
        flow.begin(turn, f"{path}/{outcome}")
    else:
        flow.after(turn, path)
