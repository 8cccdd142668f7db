"""Where the places of an old version are in a new one: sequences of steps, and the steps in them."""

from collections.abc import Iterator, Mapping
from itertools import chain

from engine.moving.pairing import only_one, paired
from engine.moving.sameness import Sameness
from engine.paths import NOWHERE, UNDO, container, holder, index, passed, sequence, step_at, steps_at, transition_named
from engine.steps import DEEPEST_BLOCK
from language.definition import (
    Approval,
    Choose,
    Definition,
    ForEach,
    Group,
    Repeat,
    Step,
    Steps,
    Task,
    Threshold,
    Together,
    UseBlock,
)
from language.walking import every_step, steps_within


class Places:
    """Leads from paths of the old version to paths of the new one; `states` are those that are called otherwise now."""

    def __init__(self, old: Definition, new: Definition, states: Mapping[str, str]) -> None:
        """Look at nothing yet."""
        self.old, self.new, self.states = old, new, states
        self.sameness = Sameness(old, new)
        self.ids = tuple(step.id for step in every_step(new) if step.id)
        self._sequences: dict[str, str | None] = {}
        self._pairs: dict[str, Mapping[int, int]] = {}

    def state(self, name: str) -> str:
        """Give what a state is called now."""
        return self.states.get(name, name)

    def sequence(self, path: str) -> str | None:
        """Give where a sequence is now; None where it is not any more."""
        if path not in self._sequences:
            held_by = holder(path)
            self._sequences[path] = self._root(path) if held_by is None else self._inside(path, held_by)
        return self._sequences[path]

    def pairs(self, path: str) -> Mapping[int, int]:
        """Give the new positions of the steps of a sequence that is still there."""
        if path not in self._pairs:
            new = self.sequence(path)
            steps = () if new is None else steps_at(self.new, new)
            self._pairs[path] = paired(steps_at(self.old, path), steps, self.sameness.same)
        return self._pairs[path]

    def step(self, path: str) -> str | None:
        """Give where a step is now; None where it is not any more."""
        inside = sequence(path)
        new = self.sequence(inside)
        if new is None:
            return None
        position = self.pairs(inside).get(index(path))
        if position is None:
            position = only_one(steps_at(self.old, inside), steps_at(self.new, new), self.pairs(inside), index(path))
        return None if position is None else f"{new}/{position}"

    def lost(self, path: str, top: str) -> str:
        """Give the outermost step on the way from a sequence to a path, which is not there any more, that is not."""
        parts = path.split("/")
        steps = ("/".join(parts[:count]) for count in range(len(top.split("/")) + 1, len(parts) + 1, 2))
        return next(step for step in steps if self.step(step) is None)

    def elsewhere(self, path: str, top: str) -> str | None:
        """Find a step by its `id` where it has been put into, or taken out of, a group, a branch, a loop or a block."""
        new, name = self.sequence(sequence(self.lost(path, top))), step_at(self.old, path).id
        return None if new is None or not name else self._found(new, name, 0)

    def _found(self, inside: str, name: str, depth: int) -> str | None:
        for position, step in enumerate(steps_at(self.new, inside)):
            path = f"{inside}/{position}"
            if step.id == name:
                return path
            for below in _opened(step) if depth <= DEEPEST_BLOCK else ():
                found = self._found(f"{path}/{below}", name, depth + isinstance(step, UseBlock))
                if found is not None:
                    return found
        return None

    def _root(self, path: str) -> str | None:
        visit, place, _ = path.split("/")
        name, detail = container(path)
        what, _, last = detail.rpartition("-")
        now = place if place == NOWHERE else self.state(place)
        new = f"{visit}/{now}/{path.rpartition('/')[2]}"
        if now != NOWHERE and now not in self.new.states:
            return None
        if name == "then":
            return new if transition_named(self.new, now, what) is not None else None
        if name == "target":
            target = self.new.targets.get(what)
            return new if target is not None and _has(target.at, last) else None
        if name == "on_error":
            return new if self.new.states[now].on_error is not None else None
        return new if name != "block" or detail in self.new.blocks else None

    def _inside(self, path: str, held_by: str) -> str | None:
        new = self.step(held_by)
        if new is None:
            return None
        within = self._container(step_at(self.old, held_by), step_at(self.new, new), path)
        return None if within is None else f"{new}/{within}"

    def _container(self, old: Step, new: Step, path: str) -> str | None:
        """Say which part of the new step is the one of the old step that a path ends in."""
        last = path.rpartition("/")[2]
        name, detail = container(path)
        if name in ("on_error", UNDO):
            return last if (new.undo if name == UNDO else new.on_error) is not None else None
        if isinstance(old, Choose) and isinstance(new, Choose):
            return self._branch(old, new, int(detail))
        if isinstance(old, Together) and isinstance(new, Together):
            return last if list(old.branches) == list(new.branches) else None
        if isinstance(old, ForEach) and isinstance(new, ForEach):
            return last if self._same_list(old, new) else None
        if name == "at":
            return last if isinstance(new, Task | Approval) and _has(new.at, passed(detail)) else None
        return last if type(old) is type(new) else None

    def _branch(self, old: Choose, new: Choose, taken: int) -> str | None:
        """Find the way that was taken: the one with the same condition, else the one that holds a step of it."""
        way = old.branches[taken]
        alike = (n for n, each in enumerate(new.branches) if self.sameness.same(way.when, each.when))
        holds = (n for n, each in enumerate(new.branches) if _shared(way.do, each.do))
        found = next(chain(alike, holds), None)
        return None if found is None else f"branch-{found}"

    def _same_list(self, old: ForEach, new: ForEach) -> bool:
        return self.sameness.same((old.name, old.items, old.mode), (new.name, new.items, new.mode))


def _opened(step: Step) -> Iterator[str]:
    """Name the parts of a step in which the flow can stand without anything being kept of the step itself."""
    match step:
        case Group():
            yield "do"
        case Choose():
            yield from (f"branch-{n}" for n in range(len(step.branches)))
        case Repeat():
            yield "turn-1"
        case UseBlock():
            yield "block"
        case _:
            pass


def _has(thresholds: tuple[Threshold, ...], name: str) -> bool:
    return any(each.name == name for each in thresholds)


def _shared(old: Steps, new: Steps) -> bool:
    ids = [each.id for each in steps_within(old) if each.id]
    return any(each.id in ids for each in steps_within(new))
