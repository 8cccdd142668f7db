"""One flow of a record (a `do`, an `on_error`, a block, an undo) followed into another version of its process.

What is open goes on where it is there. A step that is there no longer gives way to the first one that is not done;
where that cannot be told for certain, or something would be done twice, there is a reason why not.
"""

from collections.abc import Iterator, Mapping

from engine.children import RUN, START
from engine.moving.course import Change
from engine.moving.places import Places
from engine.paths import index, sequence, step_at, steps_at, within
from engine.record import Reason, Token
from language.definition import Approval, Call, Rollback, Run, Start, Step, Task

GOES_ON = "goes_on"
UNDER_WAY = ("call", RUN, START)
"""Kinds of tokens of which something goes on outside the record."""
HOLDERS = ("together", "for_each", "scope", "block")
"""Kinds of tokens that keep something for the steps below them."""
BEGINNINGS = ("do", "block", "turn-1", "item-0")
"""Containers in whose first step nothing of their step has been done yet, beside the way of a `choose`."""


class Thread:
    """Follows the tokens of one flow, whose outermost sequence is `top`; what it comes to is in its attributes."""

    def __init__(self, places: Places, top: str, name: str, tokens: Mapping[str, Token]) -> None:
        """Follow them; without tokens the flow is through. `name` is what reasons call it."""
        self.top, self.name = top, name
        self.places: dict[str, str] = {}
        self.withdrawn: dict[str, None] = {}
        self.begun: list[str] = []
        self.through: list[str] = []
        self.changes: list[Change] = []
        self.reasons: list[Reason] = []
        self._ways, self._tokens = places, tokens
        leaves = {path: token for path, token in tokens.items() if token.kind not in HOLDERS}
        for path, token in leaves.items():
            self._follow(path, token)
        for path, token in tokens.items():
            if token.kind in HOLDERS:
                self._keep(path, token)
        if not leaves:
            self._resume(top, len(steps_at(places.old, top)))

    def _keep(self, path: str, token: Token) -> None:
        by_sequence = token.kind in ("scope", "block")
        new = self._ways.sequence(path) if by_sequence else self._ways.step(path)
        if new is not None:
            self.places[path] = new

    def _follow(self, path: str, token: Token) -> None:
        """Let what is open go on or begin again at its new place; without one, see what comes instead."""
        new = self._ways.step(path) or self._elsewhere(path)
        if new is None:
            self._give_way(path)
        elif goes_on(self._ways, path, new, token):
            self.places[path] = new
        elif token.kind in UNDER_WAY:
            self.reasons.append(under_way(token, self._ways, self.name))
        else:
            self.withdrawn[path] = None
            self.begun.append(new)

    def _elsewhere(self, path: str) -> str | None:
        """Find where a step has been put, if nothing on the way to it keeps anything for it."""
        lost = self._ways.lost(path, self.top)
        kept = (key for key, token in self._tokens.items() if token.kind in HOLDERS and within(key, lost))
        return None if any(within(path, key) for key in kept) else self._ways.elsewhere(path, self.top)

    def _give_way(self, path: str) -> None:
        """Withdraw the step that is lost on the way to a path, or changed so that the way is, and go on behind it."""
        lost = self._ways.lost(path, self.top)
        inside = sequence(lost)
        if self._ways.sequence(inside) is None:
            lost = inside if inside == self.top else sequence(inside)
        if lost in self.withdrawn:
            return
        self.withdrawn[lost] = None
        if lost == self.top or not self._is_fresh(lost):
            what = self.name if lost == self.top else f"{self._called(lost)} of {self.name}"
            text = f"{what} is something else in version {self._ways.new.version}, and part of it is done"
            self._refuse("begun", text)
            return
        outside = [token for key, token in self._tokens.items() if within(key, lost) and token.kind in UNDER_WAY]
        self.reasons.extend(under_way(token, self._ways, self.name) for token in outside)
        if not outside:
            self._resume(sequence(lost), index(lost))

    def _is_fresh(self, lost: str) -> bool:
        """Say whether nothing in a step has been done yet."""
        for path, token in self._tokens.items():
            if not within(path, lost):
                continue
            if token.kind in ("together", "for_each") and len(token.data["open"]) < token.data["next"]:
                return False
            below = path.removeprefix(lost).split("/")[1:]
            if not all(_is_beginning(container, *position) for container, *position in _by_two(below)):
                return False
        return True

    def _resume(self, inside: str, position: int) -> None:
        """Go on in a sequence, of which everything before the position is done, with the first step that is not."""
        old, pairs, new = steps_at(self._ways.old, inside), self._ways.pairs(inside), self._ways.sequence(inside)
        assert new is not None
        steps = steps_at(self._ways.new, new)
        done = [pairs[each] for each in range(position) if each in pairs]
        known = [*done, *(pairs[each] for each in range(position, len(old)) if each in pairs)]
        first = next((each for each in range(len(steps)) if each not in done), len(steps))
        lost_track = any(each not in pairs and not old[each].id for each in range(position))
        if any(each > first for each in done):
            again = ", ".join(_called(steps[each], each) for each in done if each > first)
            self._refuse(
                "done-again", f"in {self.name} {_called(steps[first], first)} comes before what is done: {again}"
            )
        elif first < len(steps) and lost_track and first not in known and not steps[first].id:
            text = f"which steps of {self.name} are done cannot be told, because they are others and have no id"
            self._refuse("uncertain", text)
        elif first < len(steps):
            self.begun.append(f"{new}/{first}")
            self.changes.append(Change(GOES_ON, self.name, _called(steps[first], first)))
        elif position < len(old):
            self.through.append(new)

    def _refuse(self, code: str, text: str) -> None:
        self.reasons.append(Reason("state", code, text))

    def _called(self, path: str) -> str:
        return _called(step_at(self._ways.old, path), index(path))


def under_way(token: Token, ways: Places, name: str) -> Reason:
    """Refuse because a call or a record is under way that the new version does not ask for there."""
    what = token.data["action"] if token.kind == "call" else token.data["process"]
    text = f"{what} is under way in {name}, and version {ways.new.version} does not ask for it there"
    return Reason("state", "under-way", f"{text}. Move the record when it has ended.")


def goes_on(ways: Places, path: str, new: str, token: Token) -> bool:
    """Say whether what is open goes on at its new place.

    A running call does when it is the same action: it has its input, and what follows is read when it returns; so does
    a record that is waited for. What stands still does, for a person to retry or skip it. People go on with what is as
    it was, its `id` too.
    """
    before, after = step_at(ways.old, path), step_at(ways.new, new)
    if token.kind == "fault":
        return True
    if token.kind == "call":
        return isinstance(after, Call) and after.action == token.data["action"]
    if token.kind in (RUN, START):
        return type(after) is type(before) and isinstance(after, Run | Start) and after.process == token.data["process"]
    if isinstance(before, Rollback):
        return isinstance(after, Rollback) and after.state == ways.state(before.state)
    renamed = isinstance(before, Task | Approval) and before.id != after.id
    return not renamed and ways.sameness.same(before, after)


def _called(step: Step, position: int) -> str:
    return step.id or f"step {position + 1}"


def _by_two(parts: list[str]) -> Iterator[list[str]]:
    return (parts[place : place + 2] for place in range(0, len(parts), 2))


def _is_beginning(container: str, position: str = "0") -> bool:
    return position == "0" and (container in BEGINNINGS or container.startswith("branch-"))
