"""Checks approvals: who decides, how many votes that takes, if it can be decided at all, and what makes it void."""

from typing import Literal as Either

from language.checks import names
from language.checks.inspection import Inspection, each, under
from language.definition import Approval, Table, Who
from language.expressions import Expression
from language.loader import Node
from language.problems import quoted
from language.static_types import Kind
from language.votes import Rule, Votes, VotesRefused, read_votes

COUNTS = (Kind.NUMBER, Kind.TEXT, Kind.CHOICE, Kind.ROW, Kind.ANY)
"""What an expression for `votes` may give."""


def check(inspection: Inspection, step: Approval, node: Node) -> None:
    """Check everything of an approval but the steps and the time in it."""
    inspection.text(step.title, under(node, "approval"))
    for key, who in (("by", step.by), ("veto", step.veto), ("not", step.not_), ("escalate_to", step.escalate_to)):
        names.people(inspection, who, under(node, key))
    for name, where in each(under(node, "void_if"), step.void_if):
        names.field(inspection, name, where)
    if isinstance(step.votes, Expression):
        _counted(inspection, step.votes, under(node, "votes"))
        _decidable(inspection, step, None, node)
    else:
        _decidable(inspection, step, step.votes, node)


def _counted(inspection: Inspection, votes: Expression, node: Node) -> None:
    """Check an expression for votes; where it reads the column of a table, also every cell of that."""
    found = inspection.expression(votes, node)
    if found.kind not in COUNTS:
        message = f"a number of votes is needed here, and {quoted(votes.text)} is {found}"
        inspection.report(node, "wrong-type", message, "Give a number, or a text like 60% or all.")
    name, _, output = votes.text.strip().partition(".")
    table = inspection.definition.tables.get(name)
    if table is not None and output in table.gives and name not in inspection.definition.fields:
        _cells(inspection, table, len(table.given) + table.gives.index(output))


def _cells(inspection: Inspection, table: Table, column: int) -> None:
    for row in table.rows:
        if len(row.cells) <= column:
            continue  # refused with its length
        try:
            read_votes(row.cells[column])
        except VotesRefused as refused:
            inspection.report(inspection.page.cells(row.place)[column], "bad-votes", str(refused))


def _decidable(inspection: Inspection, step: Approval, votes: Votes | None, node: Node) -> None:
    """Check that enough people can vote, as far as the definition and the organisation say who they are.

    What the definition says by itself is a mistake; what follows from who is in a group today is a warning.
    """
    left = _left(inspection, step)
    if left is None:
        return
    fixed = all(one in inspection.around.people or one in step.not_ for one in step.by)
    severity: Either["error", "warning"] = "error" if fixed else "warning"
    if not left:
        why = "`not` takes away everybody named in `by`" if step.not_ else "nobody is behind `by`"
        inspection.report(under(node, "by"), "approval-undecidable", why, "Name others in by.", severity)
    elif votes is not None and _wanted(votes, len(left), len(step.by)) > len(left):
        message = f"it takes {_wanted(votes, len(left), len(step.by))} votes, and only {len(left)} can vote"
        hint = f"They are: {', '.join(left)}. Ask for fewer votes, or name more people in by."
        inspection.report(under(node, "votes"), "approval-undecidable", message, hint, severity)


def _left(inspection: Inspection, step: Approval) -> tuple[str, ...] | None:
    """Give who can vote; None where only a record says who is behind `by`."""
    barred = [person for one in step.not_ for person in _known(inspection, one) or ()]
    left: dict[str, None] = {}
    for one in step.by:
        board = () if one in step.not_ else _known(inspection, one)
        if board is None:
            return None
        left.update(dict.fromkeys(person for person in board if person not in barred))
    return tuple(left) if step.by else None


def _wanted(votes: Votes, seats: int, entries: int) -> int:
    return max(votes.needed(seats, entries if votes.rule is Rule.EACH else 0), votes.quorum)


def _known(inspection: Inspection, who: Who) -> tuple[str, ...] | None:
    """Give the people behind a name where that is known; None where only a record says it."""
    if isinstance(who, Expression):
        return None
    return (who,) if who in inspection.around.people else inspection.around.members.get(who)
