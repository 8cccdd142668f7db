"""By which name the outside knows what is open: the path under which it began, wherever it stands by now.

Paths count positions, so they mean something for one version of a definition only. What goes on in a record that is
moved to another version (`engine.moving`) gets another path there, and keeps its name for whoever answers it.
"""

from collections.abc import Iterator

from engine.record import Event, Record, Token


def known_as(path: str, token: Token) -> str:
    """Give the name of what stands at a path."""
    return token.known_as or path


def as_it_stands(record: Record, event: Event) -> Event:
    """Give an event that names what is open (or is still ending) with the path at which that stands now."""
    return event._replace(name=standing(record, event.name)) if "/" in event.name else event


def standing(record: Record, name: str) -> str:
    """Give the path at which stands now what has a name; the name itself for what never had another."""
    return next((path for path, known in _names(record) if known == name), name)


def _names(record: Record) -> Iterator[tuple[str, str]]:
    yield from ((path, token.known_as) for path, token in record.tokens.items())
    yield from ((each.path, each.known_as) for each in record.undo)
