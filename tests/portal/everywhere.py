"""Every address of an application, found without being told which there are: a new page is among them by itself."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")


class Place(NamedTuple):
    """A method and an address with `{…}` in it, and the query without which it says nothing."""

    method: str
    path: str
    query: str = ""


def places(routes: Iterable[Any], *methods: str) -> Iterator[Place]:
    """Give every place that answers one of these methods, those of routers in routers, too."""
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from places(route.effective_candidates(), *methods)
            continue
        for method in methods:
            if method in (route.methods or ()):
                yield Place(method, route.path, _needed(route))


def filled(path: str, given: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Fill in the parameters of an address in every way; one that is unknown here is taken to be the record."""
    found = [path]
    for name in PARAMETER.findall(path):
        values = given.get(name, given["record"])
        found = [re.sub(rf"{{{name}(?::\w+)?}}", value, each, count=1) for each in found for value in values]
    return found


def _needed(route: Any) -> str:
    dependant = getattr(route, "dependant", None)
    asked = [] if dependant is None else [each for each in dependant.query_params if each.field_info.is_required()]
    return "?" + "&".join(f"{each.alias}=0" for each in asked) if asked else ""
