"""What published definitions would name that is not there any more, after a change of the organisation."""

from collections.abc import Iterator, Mapping, Sequence

from language.organisation import Organisation
from language.surroundings import ActionShape
from store.definitions import Published
from store.examining import Around, Draft, Finding, examine


def newly_wrong(
    published: Sequence[Published], actions: Mapping[str, ActionShape], before: Organisation, after: Organisation
) -> tuple[str, ...]:
    """Say what the checker finds in published definitions after a change and did not before: `incident:42:9 …`."""
    return tuple(_newly_wrong(published, actions, before, after))


def _newly_wrong(
    published: Sequence[Published], actions: Mapping[str, ActionShape], before: Organisation, after: Organisation
) -> Iterator[str]:
    sources = tuple(each.source for each in published)
    for each in published:
        known = _findings(each, Around(before, actions, sources))
        for place, found in _findings(each, Around(after, actions, sources)).items():
            if place not in known:
                yield f"{each.process}:{found.problem}"


def _findings(published: Published, around: Around) -> dict[tuple[int, int, str], Finding]:
    found = examine(Draft(published.source, "", {}), around).findings
    return {(each.problem.line, each.problem.column, each.problem.code): each for each in found}
