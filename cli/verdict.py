"""What a gate makes of a record: whether work that waits for it may go on, from its approvals or its state."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

APPROVED = "approved"


class Verdict(StrEnum):
    """What a gate can say."""

    PASSED = "passed"
    REFUSED = "refused"
    UNDECIDED = "undecided"


class Judged(NamedTuple):
    """A verdict, and why, in words."""

    verdict: Verdict
    why: str


class Outcomes:
    """The outcomes of a record's approvals that still count, from its journal, told entry by entry.

    An outcome of *yes* counts until the record is taken back to a state in which it was before it was asked; one of
    *no* counts until it is asked anew, or somebody takes the record further.
    """

    def __init__(self) -> None:
        """Nothing has been asked yet."""
        self.yes: dict[str, str] = {}
        self.no: dict[str, str] = {}
        self._before: set[str] = set()
        self._visited: list[str] = []

    def tell(self, entry: Mapping[str, Any]) -> None:
        """Take what an entry of the journal says."""
        if entry["kind"] == "act":
            self.no.clear()
        for line in entry["lines"]:
            match line["what"]:
                case "transition":
                    self._moved(line["data"]["to"])
                case "approval_opened":
                    self._asked(_name(line))
                case "approval_decided":
                    self._decided(_name(line), line["text"], line["data"]["outcome"])
                case _:
                    pass

    def _moved(self, state: str) -> None:
        self._visited.append(state)
        if state in self._before:
            self.yes.clear()
            self._before, self._visited = set(), [state]

    def _asked(self, name: str) -> None:
        self.no.clear()
        self.yes.pop(name, None)
        self._before |= set(self._visited) - set(self._visited[-1:])

    def _decided(self, name: str, text: str, outcome: str) -> None:
        (self.yes if outcome == APPROVED else self.no)[name] = text


def judge(record: Mapping[str, Any], journal: Iterable[Mapping[str, Any]], until: Collection[str] = ()) -> Judged:
    """Judge a record as it is shown, with the entries of its journal; `until` names the states that pass.

    Without a state, it passes when nothing is asked any more and the last outcome of every approval was a yes.
    """
    outcomes, state = Outcomes(), record["state"]
    for entry in journal:
        outcomes.tell(entry)
    if state in until:
        return Judged(Verdict.PASSED, f"it is {state}")
    if outcomes.no:
        return Judged(Verdict.REFUSED, "; ".join(outcomes.no.values()))
    if until:
        return _ended(record, f"it has ended and is {state}") or _waits(record, f"it is {state}")
    if outcomes.yes and not record["approvals"]:
        return Judged(Verdict.PASSED, "; ".join(outcomes.yes.values()))
    return _ended(record, f"it is {state}, and nobody has approved it") or _waits(record, "no approval is decided yet")


def _ended(record: Mapping[str, Any], why: str) -> Judged | None:
    return Judged(Verdict.REFUSED, why) if record["final"] else None


def _waits(record: Mapping[str, Any], otherwise: str) -> Judged:
    """Say of whom it is still waited for."""
    asked: Sequence[Mapping[str, Any]] = record["approvals"]
    open_seats = [seat["label"] for each in asked for seat in each["seats"] if not seat["vote"]]
    waits = f"it is {record['state']} and waits for a vote of {' or '.join(dict.fromkeys(open_seats))}"
    return Judged(Verdict.UNDECIDED, waits if open_seats else otherwise)


def _name(line: Mapping[str, Any]) -> str:
    """Give what an approval is called in its process: a new round or visit of it has the same name."""
    path: str = line["data"]["path"]
    return line["name"] or path.partition("/")[2]
