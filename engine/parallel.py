"""What goes on side by side: the branches of a `together` and the entries of a `for_each`.

Each is one token that knows what is still open. The list of a `for_each` is fixed in it when it begins.
"""

from engine.errors import StepFailed
from engine.locals import keep, kept
from engine.record import Json, Token
from engine.turn import Turn
from language.definition import ForEach, Mode, Together
from language.values import Value

MOST_ENTRIES = 500
"""Entries a `for_each` goes through at most."""
MOST_AT_ONCE = 50
"""Entries that are open at the same time at most; the next begins when one is through."""
BRANCH, ITEM = "branch", "item"


def open_branches(turn: Turn, path: str, step: Together) -> None:
    """Begin all branches."""
    _open(turn, f"{path}/{BRANCH}", len(step.branches))
    turn.tokens[path] = Token("together", turn.now, turn.seq, _state(len(step.branches), len(step.branches)))


def open_entries(turn: Turn, path: str, step: ForEach, entries: tuple[Value, ...]) -> None:
    """Begin with the first of the entries, of which there must be one; with many, when they are done together."""
    if len(entries) > MOST_ENTRIES:
        text = f"{step.items.text} has {len(entries)} entries, and a for_each takes {MOST_ENTRIES} at most: shorten it"
        raise StepFailed("too-many", text)
    first = min(len(entries), MOST_AT_ONCE if step.mode is Mode.TOGETHER else 1)
    local = {"name": step.name, "entries": [keep(each) for each in entries]}
    _open(turn, f"{path}/{ITEM}", first)
    turn.tokens[path] = Token("for_each", turn.now, turn.seq, {**_state(first, len(entries)), **local})


def is_last(turn: Turn, path: str, inside: str, number: int) -> bool:
    """Take a branch or entry as through, begin the next that waits, and say whether it was the last one open."""
    token = turn.tokens[path]
    following = token.data["next"]
    is_open = [each for each in token.data["open"] if each != number]
    if following < token.data["of"]:
        is_open.append(following)
        turn.ready.append(f"{path}/{inside}-{following}/0")
        following += 1
    if is_open:
        turn.tokens[path] = token._replace(data={**token.data, "open": is_open, "next": following})
    else:
        del turn.tokens[path]
    return not is_open


def local_name(token: Token, key: str, path: str) -> dict[str, Value]:
    """Give the name that a `for_each` at `key` gives the entry in which `path` lies; nothing for other places."""
    before = f"{key}/{ITEM}-"
    if token.kind != "for_each" or not path.startswith(before):
        return {}
    number = path[len(before) :].partition("/")[0]
    return {token.data["name"]: kept(token.data["entries"][int(number)])}


def _open(turn: Turn, inside: str, first: int) -> None:
    turn.ready.extend(f"{inside}-{number}/0" for number in range(first))


def _state(first: int, count: int) -> dict[str, Json]:
    """Say what is open when the first so many have begun."""
    return {"open": list(range(first)), "next": first, "of": count}
