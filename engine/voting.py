"""A vote on an approval: whether it may be given, by whom and for whom, and that it is final."""

from engine import approvals, seats
from engine.people import meant
from engine.record import Actor, Event, Json, Plain, Reason
from engine.seats import Seat
from engine.tally import NO, YES
from engine.turn import Turn
from language.inputs import ValueRefused, read
from language.values import FieldType, Shape

REMEMBERED = 3
"""The engine from which on a record knows who has voted."""
COMMENT = Shape(FieldType.LONG_TEXT)


def vote(turn: Turn, event: Event, actor: Actor) -> tuple[Reason, ...]:
    """Take a vote: `choice` yes or no, a `comment` (a no needs one), and `for` whom, where it is from minutes."""
    path = _find(turn, event.name)
    if path is None:
        return (_gone(turn, event.name),)
    given, unreadable = _said(event.data)
    person = event.data.get("for")
    from_minutes = person is not None and person != actor.id
    may = _may_record(turn, path, actor) if from_minutes else ()
    place, refused = _place(turn.tokens[path].data["seats"], person if from_minutes else actor.id, from_minutes)
    if place is None or may or refused or unreadable:
        return (*(may or refused), *unreadable)
    token = turn.tokens[path]
    data, seated = token.data, list(token.data["seats"])
    if from_minutes:
        given["recorded_by"] = {"id": actor.id, "label": actor.label or actor.id}
    seated[place] = {**_sitting(seated[place], person), "vote": {**given, "at": turn.now}}
    turn.tokens[path] = token._replace(data={**data, "seats": seated})
    turn.log("voted", data["id"], path=path, title=data["title"], seat=seated[place])
    _keep_sight(turn, seated[place]["id"])
    approvals.judge(turn, path)
    return ()


def _keep_sight(turn: Turn, person: str) -> None:
    """Let who has voted see the record from now on, whatever becomes of the seat."""
    if turn.before.engine >= REMEMBERED and person not in turn.voters:
        turn.voters = (*turn.voters, person)


def _find(turn: Turn, name: str) -> str | None:
    """Find the open approval of a name."""
    open_ = ((path, token.data) for path, token in turn.tokens.items() if token.kind == "approval")
    return next((path for path, data in open_ if approvals.name_of(path, data) == name), None)


def _gone(turn: Turn, name: str) -> Reason:
    """Say why there is no such approval to vote on: it is asked anew, or not asked any more."""
    for path, token in turn.tokens.items():
        rounds = token.data["earlier"] if token.kind == "approval" else ()
        if name in [approvals.name_of(path, token.data, each) for each in rounds]:
            now = approvals.name_of(path, token.data)
            text = f"the plan changed since you looked, and the votes were cleared: read it again, and vote on {now}"
            return Reason("state", "new-round", text)
    text = f"this approval is not open, or no longer: the record is now in {turn.state}"
    return Reason("state", "not-open", text)


def _said(data: Plain) -> tuple[dict[str, Json], tuple[Reason, ...]]:
    """Read choice and comment, or say what is wrong with them."""
    choice, reasons = data.get("choice"), []
    if choice not in (YES, NO):
        reasons.append(Reason("input", "bad-value", "choice: say yes or no", "choice"))
    comment: Json = None
    try:
        comment = read(COMMENT, data.get("comment"))
    except ValueRefused as refused:
        reasons.append(Reason("input", "bad-value", f"comment: {refused}", "comment"))
    else:
        if choice == NO and comment is None:
            reasons.append(Reason("input", "required", "a no needs a comment: say why", "comment"))
    return {"choice": choice, "comment": comment}, tuple(reasons)


def _place(seated: list[Seat], person: Json, from_minutes: bool) -> tuple[int | None, tuple[Reason, ...]]:
    """Find the seat that a person has, or (in minutes) that is theirs; or say why they cannot vote."""
    owns = [place for place, seat in enumerate(seated) if from_minutes and seats.owner(seat)["id"] == person]
    has = [place for place, seat in enumerate(seated) if seat["id"] == person]
    place = next(iter((*owns, *has)), None)
    if place is None:
        names = tuple(seat["label"] for seat in seated)
        if from_minutes:
            text = f"{person} has no seat here. Seats have: {', '.join(names)}"
            return None, (Reason("input", "no-seat", text, "for"),)
        return None, (Reason("who", "not-allowed", f"only {', '.join(names)} may vote on this approval", who=names),)
    if seated[place].get("vote"):
        seat = seated[place]
        text = f"{seat['label']} has voted already ({seat['vote']['choice']}), and a vote is final"
        return None, (Reason("state", "voted", text),)
    return place, ()


def _sitting(seat: Seat, person: Json) -> dict[str, Json]:
    """Give a seat as it is when a person votes: their own again, when minutes say that they did it themselves."""
    own = seats.owner(seat)
    if own["id"] != person:
        return dict(seat)
    return {**{key: value for key, value in seat.items() if key != "for"}, **own}


def _may_record(turn: Turn, path: str, actor: Actor) -> tuple[Reason, ...]:
    """Refuse minutes from anybody but the secretary of a group that is asked; who that is the organisation says."""
    step = approvals.approval_at(turn, path)
    groups = [who.id for who in meant(turn, (*step.by, *step.veto)) if who.kind in ("group", "name")]
    secretaries: list[Plain] = []
    for group in groups:
        with turn.gathering():
            row = turn.fact("entity", "group", group)["value"] or {}
            secretaries.extend([row["secretary"]] if row.get("secretary") else [])
    turn.settle_missing()
    if actor.id in [each["id"] for each in secretaries]:
        return ()
    names = tuple(each["label"] for each in secretaries)
    text = f"only the secretary of {' or '.join(groups) or 'a group'} may record votes for others"
    return (Reason("who", "not-allowed", text, who=names),)
