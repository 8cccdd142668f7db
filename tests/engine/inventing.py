"""Invents whole definitions: states, flows of every kind of step, targets and timers, by chance and yet meaningful."""

import json
from collections.abc import Callable
from random import Random
from typing import Any, TypeVar

from language.reading import read_definition
from language.static_types import TEXT
from language.surroundings import ActionShape, Surroundings
from language.values import FieldType, Shape
from tests.engine.builders import ORGANISATION

JOB = read_definition("""
process: job
version: 1
title: Job
number: JOB
owner: boss
start: {to: done, by: [anyone], ask: [summary]}
fields: {summary: text, n: number}
states: {done: {final: true}}
""")

ACTIONS = {"a.b": ActionShape({"what": TEXT}, (), {"n": Shape(FieldType.NUMBER), "text": Shape(FieldType.TEXT)})}

AROUND = Surroundings.from_organisation(ORGANISATION, {}, ACTIONS, {"job": JOB})

FIELDS = {
    "summary": {"type": "text", "required": True},
    "n": {"type": "number", "default": 0},
    "kind": {"type": "choice", "options": ["calm", "busy"], "default": "calm"},
    "flag": {"type": "yes_no", "default": False},
    "owner": "user",
    "due": "datetime",
    "service": {"type": "ref", "of": "service"},
    "words": {"type": "list", "of": "text", "default": ["a", "b"]},
    "pairs": {"type": "list", "of": {"title": "text", "size": "number"}},
}

CONDITIONS = [
    "kind == 'calm'",
    "kind != 'calm' and n < 7",
    "n > 3",
    "not flag",
    "flag or owner is empty",
    "due is filled",
    "due > now",
    "open_tasks == 0",
    "'a' in words",
    "len(pairs) < 2",
    "count(pairs, 'title', summary) == 0",
    "not frozen([service], now, now + '2 hours')",
    "owner is filled and actor == owner",
    "sum(pairs, 'size') > n",
    "created_at + '1 business day' > now",
    "parent is empty",
]
NUMBERS = ["=n + 1", "=n - 1", "=len(words)", "=sum(pairs, 'size')", "=n if flag else 2", "7"]
TEXTS = ["Do {{ n }}", "{{ summary }} of {{ owner }}", "=summary + '!'", "Plain", "{{ kind }} until {{ due }}"]
DURATIONS = ["1 minute", "2 hours", "1 day", "3 business hours", "1 business day", "1 month"]
TIMES = ["=due", "=now + '1 hour'", "=due - '1 business day'", "=created_at + '2 days'"]
WRITES: dict[str, list[Any]] = {
    "n": NUMBERS,
    "summary": TEXTS,
    "due": TIMES,
    "flag": [True, "=n > 2"],
    "kind": ["calm", "busy"],
    "words": ["=words + ['c']", "=without(words, ['a'])", ["x"]],
    "owner": ["ann", "=actor", None],
}
PEOPLE = ["desk", "owner", "boss", "ann", "service.owner", "=owner", "agent", "anyone"]
BOARD = ["desk", "owner", "boss", "ann", "=owner", "empty"]
EVENTS = ["told", "owner.replied", "moved"]
EXTRAS: dict[str, Any] = {
    "total": {"type": "number", "value": "=n + len(words)"},
    "late": {"type": "yes_no", "value": "=due < now"},
    "cost": {"type": "money", "when": "flag", "valid": "cost > 0"},
    "fixed": {"type": "text", "locked": "kind == 'busy'"},
    "span": {"type": "duration", "value": "=due - created_at"},
    "secret": {"type": "text", "sensitive": ["boss"]},
}

BOARDS = [["desk"], ["owner"], ["=owner"], ["desk", "owner"], ["=owner", "boss"], ["agent", "empty"]]

One = TypeVar("One")


Invent = Callable[["Inventor", int], dict[str, Any]]


class Inventor:
    """Invents the parts of one definition; `states` are the names it may lead to, the last of them final."""

    def __init__(self, chance: Random, states: list[str]) -> None:
        self.chance = chance
        self.states = states

    def one(self, among: list[One]) -> One:
        return self.chance.choice(among)

    def often(self, of: int) -> bool:
        """Say yes once in so many times."""
        return self.chance.randrange(of) == 0

    def some(self, among: list[One], most: int = 2) -> list[One]:
        return self.chance.sample(among, self.chance.randint(1, most))

    def steps(self, depth: int, most: int = 3) -> list[dict[str, Any]]:
        return [self.step(depth) for _ in range(self.chance.randint(1, most))]

    def instant(self) -> list[dict[str, Any]]:
        return [self.one(INSTANT)(self, 0) for _ in range(self.chance.randint(1, 2))]

    def step(self, depth: int) -> dict[str, Any]:
        """Draw a step with, now and then, what every step may have."""
        kinds = SIMPLE if depth == 0 else EVERY
        written = self.one(kinds)(self, max(0, depth - 1))
        if self.often(4):
            written["when"] = self.one(CONDITIONS)
        if self.often(6):
            written["on_error"] = [self.one(SIMPLE)(self, 0)]
        if self.often(6) and next(iter(written)) in ("task", "call", "set", "do"):
            written["undo"] = [self.one(INSTANT)(self, 0)]
        return dict(written)

    def part(self) -> list[dict[str, Any]]:
        """Draw the steps of a block, which cannot use itself."""
        return [self.one([task, call, wait, write, notify])(self, 0) for _ in range(self.chance.randint(1, 2))]

    def doing(self) -> list[dict[str, Any]]:
        """Draw the steps of a state, which may end in leaving it."""
        steps = self.steps(2)
        if self.often(3):
            steps.append({"go": self.one(self.states)})
        return steps

    def state(self, name: str, following: str) -> dict[str, Any]:
        """Draw a state that can always be left for the following one."""
        written: dict[str, Any] = {"transitions": {"onward": {"to": following, "by": ["anyone"]}}}
        if self.often(3):
            written["entry"] = self.instant()
        if not self.often(4):
            written["do"] = self.doing()
        if self.often(4):
            written["on_error"] = [self.one(SIMPLE)(self, 0)]
        if self.often(6):
            written |= {"when": self.one(CONDITIONS), "blocked": "Not now, {{ kind }}."}
        for number in range(self.chance.randint(0, 2)):
            written["transitions"][f"{name}_{number}"] = self.transition()
        return written

    def transition(self) -> dict[str, Any]:
        written = dict(self.one(TRIGGERS)(self))
        if "every" not in written and ("auto" in written or not self.often(4)):
            written["to"] = self.destination()
        if self.often(3):
            written |= {"when": self.one(CONDITIONS), "blocked": "Not yet."}
        if self.often(4):
            written["then"] = self.instant()
        return written

    def destination(self) -> Any:
        if self.often(3):
            return [{"to": self.one(self.states), "when": self.one(CONDITIONS)}, {"to": self.one(self.states)}]
        return self.one(self.states)

    def target(self) -> dict[str, Any]:
        runs, pauses = self.one(self.states[:-1]), self.one(self.states[:-1])
        written: dict[str, Any] = {"runs_in": [runs], "within": {"calm": "4 business hours", "busy": "1 hour"}}
        written["per"] = "kind"
        if pauses != runs:
            written["pauses_in"] = [pauses]
        if self.often(2):
            written["agreement"] = "=service.agreement"
        written["at"] = {self.one(["50%", "100%", "150%"]): self.instant()}
        return written


def task(inventor: Inventor, _depth: int) -> dict[str, Any]:
    written: dict[str, Any] = {"task": inventor.one(TEXTS[:2]), "for": inventor.some(BOARD)}
    written["form"] = ["kind", {"own": {"type": "number"}}, *inventor.some(["n", "owner", "due", "pairs"], 1)]
    return written | _due(inventor)


def _due(inventor: Inventor) -> dict[str, Any]:
    if inventor.often(3):
        return {}
    written: dict[str, Any] = {"due": inventor.one([*DURATIONS, *TIMES])}
    if inventor.often(2):
        written["at"] = {"50%": inventor.instant()}
    if inventor.often(2):
        written["escalate_to"] = inventor.some(BOARD)
    return written


def approval(inventor: Inventor, _depth: int) -> dict[str, Any]:
    written: dict[str, Any] = {"approval": "Judge {{ n }}", "by": inventor.one(BOARDS), "rejected": inventor.instant()}
    written["votes"] = inventor.one([1, 2, "60%", "all", "each", {"share": "50%", "quorum": 2}, "=n"])
    if inventor.often(2) and len(written["by"]) > 1:
        written["not"] = ["owner"]
    if inventor.often(3):
        written["veto"] = ["boss"]
    if inventor.often(3):
        written["void_if"] = inventor.some(["kind", "due", "words"])
    if inventor.often(3):
        written["approved"] = [inventor.one(SIMPLE[2:])(inventor, 0)]
    return written | _due(inventor)


def call(inventor: Inventor, _depth: int) -> dict[str, Any]:
    return {"call": "a.b", "with": {"what": "{{ summary }}"}, "save": {"n": "=result.n"}}


def notify(inventor: Inventor, _depth: int) -> dict[str, Any]:
    return {"notify": f"{inventor.one(TEXTS[:2])}.", "to": inventor.some(PEOPLE[:-1])}


def write(inventor: Inventor, _depth: int) -> dict[str, Any]:
    field = inventor.one(list(WRITES))
    return {"set": {field: inventor.one(WRITES[field])}}


def wait(inventor: Inventor, _depth: int) -> dict[str, Any]:
    if inventor.often(3):
        return {
            "wait": {"event": inventor.one(EVENTS), "at_most": inventor.one(DURATIONS)},
            "save": {"summary": "=event.text"},
        }
    return {"wait": inventor.one([*DURATIONS, *TIMES])}


def fail(inventor: Inventor, _depth: int) -> dict[str, Any]:
    return {"fail": inventor.one(TEXTS[:2]), "when": inventor.one(CONDITIONS)}


def start(inventor: Inventor, _depth: int) -> dict[str, Any]:
    return {"start": "job", "with": {"summary": "{{ n }}"}, "save": {"summary": "=result.id"}}


def run(inventor: Inventor, _depth: int) -> dict[str, Any]:
    return {"run": "job", "with": {"summary": "=summary"}, "save": {"n": "=result.fields.n"}}


def send(inventor: Inventor, _depth: int) -> dict[str, Any]:
    return {"send": "told", "to": "=parent", "with": {"text": "=summary"}}


def group(inventor: Inventor, depth: int) -> dict[str, Any]:
    return {"do": inventor.steps(depth)}


def together(inventor: Inventor, depth: int) -> dict[str, Any]:
    return {"together": {name: inventor.steps(depth, 2) for name in ("left", "right")}}


def for_each(inventor: Inventor, depth: int) -> dict[str, Any]:
    listed = inventor.one(["word in words", "pair in pairs", "each in ['x', 'y', 'x']", "nobody in []"])
    return {
        "for_each": listed,
        "do": inventor.steps(depth, 2),
        "mode": inventor.one(["one_by_one", "together"]),
    }


def repeat(inventor: Inventor, depth: int) -> dict[str, Any]:
    written = {"at_most": inventor.one([1, 3, 12]), "do": inventor.steps(depth, 2)}
    return {"repeat": written | ({"until": inventor.one(CONDITIONS)} if inventor.often(2) else {})}


def choose(inventor: Inventor, depth: int) -> dict[str, Any]:
    ways = [{"when": inventor.one(CONDITIONS), "do": inventor.steps(depth, 1)}, {"do": inventor.steps(depth, 1)}]
    return {"choose": ways}


def use(_inventor: Inventor, _depth: int) -> dict[str, Any]:
    return {"block": "part"}


def rollback(_inventor: Inventor, _depth: int) -> dict[str, Any]:
    return {"rollback": "s0"}


INSTANT: list[Invent] = [write, notify, call, start, send]
SIMPLE: list[Invent] = [task, approval, *INSTANT, wait, fail, run]
EVERY: list[Invent] = [task, approval, call, wait, write, group, together, for_each, repeat, choose, use, rollback]
TRIGGERS: list[Callable[[Inventor], dict[str, Any]]] = [
    lambda inventor: {"by": inventor.some(PEOPLE), "needs": inventor.some(["owner", "n", "reason", "due"], 1)},
    lambda inventor: {"by": ["anyone"], "ask": inventor.some(["kind", "pairs", "words", "comment"])},
    lambda inventor: {"event": inventor.one(EVENTS), "ask": ["n"]},
    lambda inventor: {"after": inventor.one(DURATIONS)},
    lambda inventor: {"at": inventor.one(TIMES)},
    lambda inventor: {"every": inventor.one(DURATIONS[1:])},
    lambda inventor: {"auto": True, "when": inventor.one(CONDITIONS), "blocked": "Not by itself."},
]


def invented(seed: int) -> str:
    """Invent the text of a definition, which mostly passes the checker; a seed always gives the same."""
    chance = Random(seed)
    names = [f"s{number}" for number in range(chance.randint(1, 3))]
    inventor = Inventor(chance, [*names, "over"])
    written: dict[str, Any] = {"process": "thing", "version": 1, "title": "Thing", "number": "THG", "owner": "boss"}
    written |= {"calendar": "office", "write": ["agent"]}
    written["start"] = {"to": "s0", "by": ["anyone"], "ask": list(FIELDS)}
    written["fields"] = FIELDS | {name: EXTRAS[name] for name in inventor.some(list(EXTRAS), 3)}
    if inventor.often(2):
        written["targets"] = {"promise": inventor.target()}
    written["blocks"] = {"part": {"do": inventor.part()}}
    if inventor.often(3):
        written["blocks"]["beside"] = {"runs_in": inventor.some(names, 1), "do": inventor.steps(1)}
    following = [*names[1:], "over"]
    states = {name: inventor.state(name, after) for name, after in zip(names, following, strict=True)}
    states["s0"]["do"] = [{"call": "a.b", "undo": [write(inventor, 0)]}, use(inventor, 0), *inventor.doing()]
    written["states"] = states | {"over": {"final": True}}
    if inventor.often(3):
        written["transitions"] = {"anytime": {"from": names, **inventor.transition()}}
    return json.dumps(written, indent=1)  # which is YAML, too
