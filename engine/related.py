"""What stands around a service or a configuration item: its parts, what it is a part of or hosted on, its service."""

from collections.abc import Mapping

from engine.windows import KINDS
from language.organisation import Organisation

ITEM, SERVICE = "configuration_item", "service"
SAME, PARENT, CHILD, RELATED = "same", "parent", "child", "service"
HOLDERS = ("hosted_on", "part_of")


def around(organisation: Organisation, name: str) -> dict[str, str]:
    """Give what a plan for something may disturb: `kind:id` → how it is related.

    `same` is the thing itself; `parent` and `child` are what a configuration item is part of or hosted on, and what is
    part of it or hosted on it, over any number of steps; `service` is its service, or one that depends on it or on
    which it depends.
    """
    found = {f"{kind}:{name}": SAME for kind in KINDS if organisation.find(kind, name) is not None}
    item, service = organisation.find(ITEM, name), organisation.find(SERVICE, name)
    if item is not None:
        for relation, step in ((PARENT, _holders), (CHILD, _held)):
            for each in _reached(name, step(organisation)):
                found.setdefault(f"{ITEM}:{each}", relation)
        if item.get("service"):
            found.setdefault(f"{SERVICE}:{item['service']}", RELATED)
    if service is not None:
        found.update({f"{ITEM}:{each}": CHILD for each in _of_service(organisation, name)})
        for each in (*service.get("depends_on", ()), *_dependents(organisation, name)):
            found.setdefault(f"{SERVICE}:{each}", RELATED)
    return found


def holders(organisation: Organisation, item: str) -> tuple[str, ...]:
    """Give what a configuration item is part of or hosted on, over any number of steps, the nearest first."""
    return _reached(item, _holders(organisation))


def _reached(begin: str, step: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Give everything that steps lead to, nearest first."""
    found: dict[str, None] = {}
    waiting = [begin]
    for here in waiting:
        for there in step.get(here, ()):
            if there not in found:
                found[there] = None
                waiting.append(there)
    return tuple(found)


def _holders(organisation: Organisation) -> dict[str, tuple[str, ...]]:
    rows = organisation.of(ITEM).items()
    return {name: tuple(row[key] for key in HOLDERS if row.get(key)) for name, row in rows}


def _held(organisation: Organisation) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, holders in _holders(organisation).items():
        for each in holders:
            found[each] = (*found.get(each, ()), name)
    return found


def _of_service(organisation: Organisation, name: str) -> list[str]:
    return [item for item, row in organisation.of(ITEM).items() if row.get("service") == name]


def _dependents(organisation: Organisation, name: str) -> list[str]:
    return [each for each, row in organisation.of(SERVICE).items() if name in row.get("depends_on", ())]
