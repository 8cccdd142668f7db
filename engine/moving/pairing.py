"""Which step of a sequence is which in another version of it: by `id`, else as it is written, else by what is in it."""

from collections.abc import Callable, Mapping

from language.definition import Call, Choose, ForEach, Group, Repeat, Run, Start, Step, Steps, Together
from language.walking import steps_within

Alike = Callable[[Step, Step], bool]

HOLDERS = (Choose, ForEach, Group, Repeat, Together)
"""Kinds of steps that do nothing but hold others."""


def paired(old: Steps, new: Steps, same: Alike) -> Mapping[int, int]:
    """Give the new position of every old step that is still there.

    A step with an `id` is the one with that `id`, wherever it stands now. One without is the one that says the same, in
    the same order as the others; else one of its kind that holds a step with an `id` that it held.
    """
    found: dict[int, int] = {}
    _take(found, old, new, lambda one, other: bool(one.id) and one.id == other.id)
    rest, free = _left(found, old, new)
    for i, j in _in_order([old[i] for i in rest], [new[j] for j in free], same):
        found[rest[i]] = free[j]
    _take(found, old, new, _holds_the_same)
    return found


def only_one(old: Steps, new: Steps, pairs: Mapping[int, int], position: int) -> int | None:
    """Give what a step without an `id` must have become, where both versions have one of its kind that is in no pair.

    Groups, loops and branchings are of a kind, and so are calls of an action and records of a process. It serves to
    find what is open or can be undone, not to say that anything is done.
    """
    kind = _kind(old[position])
    rest, free = _left(pairs, old, new)
    before, after = [i for i in rest if _kind(old[i]) == kind], [j for j in free if _kind(new[j]) == kind]
    is_sure = kind and not old[position].id and len(before) == len(after) == 1
    return after[0] if is_sure else None


def _kind(step: Step) -> tuple[type[Step], str] | None:
    if isinstance(step, HOLDERS):
        return type(step), ""
    if isinstance(step, Call):
        return Call, step.action
    return (type(step), step.process) if isinstance(step, Run | Start) else None


def _take(found: dict[int, int], old: Steps, new: Steps, alike: Alike) -> None:
    rest, free = _left(found, old, new)
    for i in rest:
        j = next((j for j in free if alike(old[i], new[j])), None)
        if j is not None:
            found[i] = j
            free.remove(j)


def _left(found: Mapping[int, int], old: Steps, new: Steps) -> tuple[list[int], list[int]]:
    taken = tuple(found.values())
    return [i for i in range(len(old)) if i not in found], [j for j in range(len(new)) if j not in taken]


def _in_order(old: list[Step], new: list[Step], same: Alike) -> list[tuple[int, int]]:
    """Pair as many as can be without crossing (the longest common subsequence)."""
    alike = [[same(one, other) for other in new] for one in old]
    most = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            most[i][j] = most[i + 1][j + 1] + 1 if alike[i][j] else max(most[i + 1][j], most[i][j + 1])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if alike[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif most[i + 1][j] >= most[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _holds_the_same(old: Step, new: Step) -> bool:
    if type(old) is not type(new) or old.id or new.id:
        return False
    ids = [each.id for each in steps_within((old,)) if each.id]
    return any(each.id in ids for each in steps_within((new,)))
