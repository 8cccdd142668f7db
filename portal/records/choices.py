"""What the filters of Records offer to choose from: processes, states, priorities, people and groups."""

from collections.abc import Iterable, Mapping, Sequence

from api.filtering import ME, NAMED
from api.forms import titled
from language.definition import Definition
from portal.choices import Choice
from portal.controls import Control
from portal.records.wanted import ALL, ENDED, NEWEST, NOBODY, OPEN, Wanted
from store.database import Database
from store.facts import organisation
from store.reading import newest_of_each

SHOWS: Sequence[Choice] = ((OPEN, "Open"), (ENDED, "Ended"), (ALL, "All"))
SORTS: Sequence[Choice] = (
    (NEWEST, "Last changed"),
    ("updated", "Longest unchanged"),
    ("due", "Next deadline"),
    ("-created", "Newest"),
    ("created", "Oldest"),
    (NAMED[0], "Priority"),
    ("state", "State"),
    ("id", "Number"),
)
SOMEBODY: Sequence[Choice] = ((ME, "Me"), (NOBODY, "Nobody"))
NO_GROUP: Sequence[Choice] = ((NOBODY, "None"),)


FEW = 60
"""Choices that are all shown; of more, some are offered and the others found by writing."""


async def controls(database: Database, wanted: Wanted) -> Mapping[str, Control]:
    """Give the control of each filter; states and priorities are those of the process that is chosen, else of all."""
    known = await newest_of_each(database)
    around = await organisation(database)
    chosen = [known[wanted.value("process")]] if wanted.value("process") in known else list(known.values())
    priority, assignee, group = NAMED
    people = [(name, around.label("user", name) or name) for name in _active(around.of("user"))]
    groups = [(name, around.label("group", name) or name) for name in around.of("group")]
    offered: Mapping[str, tuple[Sequence[Choice], str]] = {
        "process": (sorted(((name, each.title) for name, each in known.items()), key=lambda each: each[1]), ""),
        "state": (_states(chosen), ""),
        priority: (_options(chosen, priority), ""),
        assignee: ((*SOMEBODY, *people), "user"),
        group: ((*NO_GROUP, *groups), "group"),
        "show": (SHOWS, ""),
        "sort": (SORTS, ""),
    }
    return {name: _control(wanted, name, few, of) for name, (few, of) in offered.items()}


def _control(wanted: Wanted, name: str, few: Sequence[Choice], of: str) -> Control:
    value = {"show": wanted.show, "sort": wanted.sort}.get(name, wanted.value(name))
    return Control("search" if of and len(few) > FEW else "choice", (value,) if value else (), few, of=of)


def _states(chosen: Iterable[Definition]) -> Sequence[Choice]:
    found = {state.name: titled(state.name, state.title) for each in chosen for state in each.states.values()}
    return sorted(found.items(), key=lambda choice: choice[1])


def _options(chosen: Iterable[Definition], name: str) -> Sequence[Choice]:
    fields = (each.fields[name] for each in chosen if name in each.fields)
    found = {option: option.replace("_", " ") for field in fields for option in field.shape.options}
    return sorted(found.items())


def _active(rows: Mapping[str, Mapping[str, object]]) -> Iterable[str]:
    return (name for name, row in rows.items() if row.get("active", True))
