"""Who may publish a process, move its records and retire its versions: its owner, and who may publish everything."""

from api.problems import RefusalError
from api.services import Services
from engine.people import PUBLISHERS
from engine.record import Actor, Reason
from store import definitions
from store.reading import read


async def demand_publisher(
    services: Services, actor: Actor, process: str | None = None, to: str = "publish {}"
) -> None:
    """Raise RefusalError unless the actor may publish this process (None: any at all), or everything by their role.

    Who owns a process is what its published version says: a new one makes nobody its owner before it is published.
    `to` is what they are about to do with it.
    """
    published = await definitions.newest_of_each(services.database)
    owners = [read(each.source).owner for each in published if process in (None, each.process)]
    owning = [owner for owner in owners if isinstance(owner, str)]
    if not any(name in (*actor.roles, *actor.groups, actor.id) for name in (*PUBLISHERS, *owning)):
        who = (*PUBLISHERS, *owning)
        text = f"only {', '.join(who)} may {to.format(process or 'definitions')}"
        raise RefusalError([Reason("who", "not-allowed", text, who=who)])
