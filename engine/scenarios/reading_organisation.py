"""Reads the steps that are about the organisation: who is away, what it says from now on, what facts answer."""

from collections.abc import Callable, Mapping

from engine.answers import fact
from engine.record import Json
from engine.scenarios.known import ASKED, Known, called, entries, phrase, time, unknown
from language.loader import MappingNode, Node, plain
from language.organisation import Organisation, Row
from language.organisation_changes import changes
from language.organisation_reading import read_rows
from language.problems import LanguageError
from language.schema.keys import Key, Reading, read_keys
from language.schema.written import as_it_is


def absence(known: Known) -> Callable[[Reading, Node], Mapping[str, Json]]:
    """Make a reader of an absence."""
    person = called("person", known.people)
    keys = {
        "who": Key(person, required=True),
        "delegate": Key(person),
        "from": Key(time, "since", required=True),
        "to": Key(time, "until", required=True),
    }
    return lambda reading, node: read_keys(reading, node, keys, "an absence")


def new_rows(known: Known) -> Callable[[Reading, Node], Organisation]:
    """Make a reader of rows of the organisation, which gives those that are new or another."""

    def read_new(reading: Reading, node: Node) -> Organisation:
        new: dict[str, dict[str, Row]] = {}
        try:
            after = read_rows(node, known.organisation)
        except LanguageError as error:
            reading.problems.extend(error.problems)
        else:
            for each in changes(known.organisation, after):
                new.setdefault(each.kind, {})[each.id] = after.of(each.kind)[each.id]
        return Organisation(new)

    return read_new


def facts(reading: Reading, node: Node) -> Mapping[str, Json]:
    """Read `{fact: value}` or `{fact: {value: …, reason: …}}`."""
    found = {}
    for entry in entries(reading, node, "fact: value"):
        if entry.key not in ASKED:
            reading.refuse_key(entry, *unknown("fact", entry.key, ASKED))
        found[entry.key] = fact_answer(reading, entry.value)
    return found


def fact_answer(reading: Reading, node: Node) -> Json:
    """Read the answer to a fact."""
    if not isinstance(node, MappingNode):
        return fact(plain(node))
    keys = {"value": Key(as_it_is, required=True), "reason": Key(phrase)}
    said = read_keys(reading, node, keys, "the answer to a fact")
    return fact(plain(said["value"]) if "value" in said else None, said.get("reason", ""))
