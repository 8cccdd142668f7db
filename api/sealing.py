"""Sensitive values at the edge: sealed when they come in, and opened for those who may read them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog

from api.problems import RefusalError, placed
from api.services import Services
from engine.record import Actor, Event, Plain, Record, Refused
from engine.sensitive import sealed
from engine.visibility import opened
from language.definition import Definition
from language.values import SEALED
from store.asking import ask
from store.errors import NoSealingKeyError, SealBrokenError

log = structlog.get_logger("steward.api")


async def sealed_event(
    services: Services, definition: Definition, record: Record, event: Event, root: str = "with"
) -> Event:
    """Give an event whose values for sensitive fields are sealed, which is to be done once, before all else.

    `root` is where its values stand in the request. Raises RefusalError for what cannot be a value of its field.
    """
    now = services.clock()
    seal = partial(services.seals.seal, definition.process)

    def question(facts: Plain, _asked: int) -> Any:  # noqa: ANN401 - what `sealed` gives
        return sealed(definition, record, event._replace(now=now, facts=facts), seal)

    data, _ = await ask(services.database, now, question)
    if isinstance(data, Refused):
        raise RefusalError(placed(data.reasons, root))
    return event._replace(data=data)


def opened_fields(
    services: Services, definition: Definition, record: Record, actor: Actor, shown: Mapping[str, Any]
) -> dict[str, Any]:
    """Give the fields shown to an actor with those opened that they may read.

    What cannot be opened stays as it is shown to all others, which is logged.
    """
    found = dict(shown)
    for name in opened(definition, record, actor):
        value = record.fields.get(name)
        if value is not None and name in found:
            try:
                found[name] = services.seals.open(definition.process, value[SEALED])
            except (NoSealingKeyError, SealBrokenError) as error:
                log.warning("sensitive value not shown", record=record.id, field=name, because=str(error))
    return found
