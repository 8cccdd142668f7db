"""Who may change what of the organisation: administrators everything, people and their managers absences."""

from collections.abc import Iterable

from api.problems import RefusalError
from engine.record import Actor, Reason
from language.organisation import PLURALS, Organisation, Row

EDITORS = ("administrator",)
"""The roles of those who may change everything."""
ABSENCE = "absence"


def demand_editor(actor: Actor) -> None:
    """Raise RefusalError unless the actor may change everything."""
    if not any(role in actor.roles for role in EDITORS):
        raise _refusal("the organisation", EDITORS)


def demand_change(actor: Actor, around: Organisation, kind: str, rows: Iterable[Row | None]) -> None:
    """Raise RefusalError unless the actor may change these rows of a kind, before and after."""
    if any(role in actor.roles for role in EDITORS):
        return
    if kind != ABSENCE:
        raise _refusal(PLURALS[kind].replace("_", " "), EDITORS)
    for row in rows:
        if row is not None and actor.id not in (who := _concerned(around, row)):
            raise _refusal(f"absences of {row['person']}", (*EDITORS, *who))


def _concerned(around: Organisation, row: Row) -> tuple[str, ...]:
    """Give whom an absence is about, and their manager."""
    person = str(row["person"])
    manager = (around.find("user", person) or {}).get("manager")
    return (person, manager) if manager else (person,)


def _refusal(what: str, who: tuple[str, ...]) -> RefusalError:
    text = f"only {', '.join(who)} may change {what}"
    return RefusalError([Reason("who", "not-allowed", text, who=who)])
