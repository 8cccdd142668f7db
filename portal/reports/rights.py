"""Of which processes somebody may see reports: those of which they may read every record, whatever is in it.

So a number tells nobody what they could not count themselves (docs/decisions/0045-reports-are-for-who-reads-all.md).
"""

from collections.abc import Mapping

from api.origins import AUDITORS
from api.problems import NotFoundError
from engine.record import Actor, Event, Kind
from engine.turn import Turn
from engine.visibility import Sight, sight
from language.definition import Definition
from portal.visiting import Visit
from store.reading import newest_of_each
from store.starting import unbegun


async def reportable(visit: Visit) -> Mapping[str, Definition]:
    """Give the processes that the visitor may see reports of, by title."""
    found = (await newest_of_each(visit.services.database)).values()
    theirs = (each for each in found if reads_all(each, visit.actor))
    return {each.process: each for each in sorted(theirs, key=lambda each: each.title.casefold())}


def reads_all(definition: Definition, actor: Actor) -> bool:
    """Whether somebody may read all of every record of a process: who may even of one with nothing in it."""
    if any(role in actor.roles for role in AUDITORS):
        return True
    return sight(Turn(definition, unbegun(definition), Event(Kind.TICK)), actor) is Sight.FULL


def not_found(process: str) -> NotFoundError:
    """Say that there is no such report; the same words for one that is not for who asks."""
    return NotFoundError(f"There are no reports on {process}, or they are not for you.")
