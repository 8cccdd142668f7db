"""Puts everything that is open, and what can be undone, where it is in the new version.

Paths are names outside: of calls, messages and tasks. So that none of them comes to stand for something else, every
visit gets a new number as soon as anything has another place.
"""

from collections.abc import Iterable, Mapping

from engine.approvals import forget
from engine.flow import after, withdraw
from engine.moving.course import Course
from engine.moving.places import Places
from engine.paths import index, root, sequence, steps_at
from engine.record import Plain, Token, Undo
from engine.turn import Turn


class Lead:
    """Leads from paths of the old version to those of the new one, with the numbers their visits have now."""

    def __init__(self, turn: Turn, course: Course) -> None:
        """Number the visits anew if need be, in the order in which they were."""
        self._course = course
        self._visits: dict[str, str] = {}
        dropped = any(name not in turn.definition.targets for name in turn.targets)
        if course.is_elsewhere or dropped:
            paths = (*course.places.values(), *course.undo.values())
            numbers = dict.fromkeys([*(int(path.partition("/")[0]) for path in paths), turn.visit])
            self._visits = {str(old): str(turn.visit + n) for n, old in enumerate(sorted(numbers), 1)}

    def visit(self, number: str) -> str:
        """Give the number of a visit."""
        return self._visits.get(number, number)

    def path(self, path: str) -> str:
        """Give a path of the new version with the number of its visit."""
        visit, slash, rest = path.partition("/")
        return f"{self.visit(visit)}{slash}{rest}"

    def token(self, path: str) -> str:
        """Give where a token is now."""
        return self.path(self._course.places[path])

    def undo(self, path: str) -> str:
        """Give where a step that can be undone is now."""
        return self.path(self._course.undo[path])


def carry_tokens(turn: Turn, ways: Places, course: Course) -> None:
    """Withdraw, put elsewhere and begin what the course says."""
    for path in course.withdrawn:
        withdraw(turn, path)
    lead = Lead(turn, course)
    turn.visit = int(lead.visit(str(turn.visit)))
    turn.faults = {
        name: fault._replace(path=lead.token(fault.path)) if fault.path else fault
        for name, fault in turn.faults.items()
    }
    turn.ready = [lead.token(path) for path in turn.ready]
    turn.tokens = {lead.token(path): _put(ways, path, token, lead) for path, token in turn.tokens.items()}
    turn.to_undo = tuple(_put_undo(ways, each, lead) for each in turn.to_undo)
    turn.approvals = {_renamed(ways, name): _put_approval(each, lead) for name, each in turn.approvals.items()}
    _begin(turn, [lead.path(path) for path in course.begun])
    for path in [lead.path(each) for each in course.through]:
        after(turn, f"{path}/{len(steps_at(turn.definition, path)) - 1}", done=False)


def _put(ways: Places, path: str, token: Token, lead: Lead) -> Token:
    now, data = lead.token(path), token.data
    if token.kind == "rollback":
        data = {**data, "state": ways.state(data["state"]), "at": lead.undo(data["at"]) if data["at"] else ""}
    if token.kind == "approval" and now != path:  # who has looked at it votes by the name it had
        data = {"visit": path.split("/", maxsplit=1)[0], **data}
    return token._replace(data=data, known_as=token.known_as or (path if now != path else ""))


def _put_undo(ways: Places, undo: Undo, lead: Lead) -> Undo:
    now = lead.undo(undo.path)
    known_as = undo.known_as or (undo.path if undo.ending and now != undo.path else "")
    return undo._replace(state=ways.state(undo.state), path=now, known_as=known_as)


def _put_approval(outcome: Plain, lead: Lead) -> Plain:
    return {**outcome, "visit": lead.visit(outcome["visit"])} if "visit" in outcome else outcome


def _renamed(ways: Places, name: str) -> str:
    """Give the name of an approval: one without an `id` has that of its state."""
    return name if name in ways.ids else ways.state(name)


def _begin(turn: Turn, paths: Iterable[str]) -> None:
    """Let steps begin, and forget what was decided in those that follow them; a block they are in goes on."""
    for path in paths:
        turn.ready.append(path)
        inside, top = sequence(path), root(path)
        forget(turn, steps_at(turn.definition, inside)[index(path) :])
        block: Mapping[str, bool] = turn.tokens[top].data if top in turn.tokens else {}
        if "through" in block:
            turn.tokens[top] = turn.tokens[top]._replace(data={**block, "through": False})
