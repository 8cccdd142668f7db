"""The action `routing.suggest_group`: which group should look after this, by its service or by the words used."""

import re
from collections.abc import Iterable, Iterator

from activities.actions import Action, ActionModel, Context, GroupId, Refusal, Text, TextOrEmpty
from language.organisation import Organisation
from store.facts import organisation

SHORTEST = 3
"""Letters a word must have to say anything."""
EVERYWHERE = frozenset(("and", "are", "for", "from", "has", "not", "our", "the", "with", "und", "der", "die", "das"))
"""Words that are in every text."""


class Wanted(ActionModel):
    """What is known: the id of a service, and what people wrote."""

    service: TextOrEmpty = None
    text: TextOrEmpty = None


class Suggested(ActionModel):
    """The group, and in words why it."""

    group: GroupId
    reason: Text


async def suggest_group(wanted: Wanted, context: Context) -> Suggested:
    """Suggest the service's group, else the group whose service or title shares most words with the text.

    Refuses with `no_suggestion` where neither says anything.
    """
    around = await organisation(context.database)
    found = _by_service(around, wanted.service) or _by_words(around, wanted.text or "")
    if found is None:
        raise Refusal("no_suggestion", "neither the service nor the text says which group should look after this")
    return found


def _by_service(around: Organisation, service: str | None) -> Suggested | None:
    row = around.find("service", service) if service else None
    if row is None or not row["group"]:
        return None
    return Suggested(group=row["group"], reason=f"looks after {around.label('service', service or '')}")


def _by_words(around: Organisation, text: str) -> Suggested | None:
    """Compare with the titles and ids of services, then of groups; of two as good, the first."""
    said = frozenset(_words(text))
    best, shared = "", frozenset[str]()
    for group, names in _candidates(around):
        common = said.intersection(_words(names))
        if len(common) > len(shared):
            best, shared = group, common
    return Suggested(group=best, reason=f"the text says {', '.join(sorted(shared))}") if shared else None


def _candidates(around: Organisation) -> Iterator[tuple[str, str]]:
    for name, row in around.of("service").items():
        if row["group"]:
            yield row["group"], f"{name} {row['title'] or ''}"
    for name, row in around.of("group").items():
        yield name, f"{name} {row['title'] or ''}"


def _words(text: str) -> Iterable[str]:
    """Give the words that say something, in small letters and without the s of many."""
    for word in re.findall(r"[^\W_]+", text.casefold()):
        if len(word) >= SHORTEST and word not in EVERYWHERE:
            yield word.removesuffix("s") if len(word) > SHORTEST else word


SUGGEST_GROUP = Action("routing.suggest_group", Wanted, Suggested, suggest_group)
