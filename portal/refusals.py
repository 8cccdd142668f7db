"""Why something did not happen, sorted for a form: what to say above it, and what beside each of its fields."""

from collections.abc import Mapping
from typing import NamedTuple

from api.problems import KINDS, problem_of
from api.refusals_told import tell
from engine.record import Reason

ROOTS = ("with", "fields")
"""Parts of a request that hold what was filled in: the names of a form's fields follow."""


class Refusal(NamedTuple):
    """A refusal as a page shows it; `said` are sentences, `beside` those that belong to a field, by its name."""

    title: str
    status: int
    said: tuple[str, ...]
    beside: Mapping[str, tuple[str, ...]]


def refusal_of(error: Exception) -> Refusal:
    """Sort an error that the API would answer as a problem, and have it noted; any other is raised again."""
    problem = problem_of(error)
    tell(problem.status, [reason.code for reason in problem.reasons])
    _, title = KINDS.get(problem.status, ("", "This did not work"))
    beside: dict[str, tuple[str, ...]] = {}
    for reason in problem.reasons:
        name = _field(reason)
        if name:
            beside[name] = (*beside.get(name, ()), _sentence(reason))
    said = tuple(_sentence(reason) for reason in problem.reasons if not _field(reason))
    return Refusal(title, problem.status, said or (() if beside else (problem.detail,)), beside)


def beside(refusal: Refusal, names: tuple[str, ...]) -> Refusal:
    """Keep beside fields what a form with these fields can show there, and say the rest above it."""
    rest = tuple(text for name, texts in refusal.beside.items() if name not in names for text in texts)
    return refusal._replace(
        said=(*refusal.said, *rest),
        beside={name: texts for name, texts in refusal.beside.items() if name in names},
    )


def _field(reason: Reason) -> str:
    """Give the name of the field that a reason is about: the first part of its path below what was filled in."""
    parts = reason.path.split(".")
    inside = parts[1:] if parts[0] in ROOTS else parts
    return inside[0] if reason.kind == "input" and inside else ""


def _sentence(reason: Reason) -> str:
    who = f" {', '.join(reason.who)} could." if reason.who else ""
    text = reason.text[:1].upper() + reason.text[1:]
    return f"{text.rstrip('.')}.{who}"
