"""Reads the text of a test file (`incident.test.yaml`) into a `Script`, and finds every mistake in it at once."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from engine.record import Json, Plain
from engine.scenarios.known import ASKED, Known, called, entries, filled_by_people, phrase, time, unknown, values
from engine.scenarios.reading_expectations import field_values
from engine.scenarios.reading_organisation import fact_answer
from engine.scenarios.reading_steps import started, steps
from engine.scenarios.script import Answers, Case, Script, Start
from language.definition import WITHDRAWN, Definition, Place
from language.loader import MappingNode, Node, SequenceNode, load, plain
from language.organisation import Organisation
from language.organisation_reading import read_rows
from language.problems import LanguageError
from language.schema.keys import Key, Reading, kind_of, read_keys
from language.schema.written import as_it_is, list_of, number

FAILED = "failed"
MOST_RULES = 999
"""The highest number of a rule that a case can prove."""


def read_script(source: str, definitions: Mapping[str, Definition], organisation: Organisation) -> Script:
    """Read a test file; raise LanguageError with all its problems, in the order of the text."""
    reading = Reading(source.split("\n"))
    found = read_keys(reading, load(source), script_keys(definitions), "a test file")
    merged = _merged(reading, found.get("organisation"), organisation)
    cases: tuple[Case, ...] = ()
    if "tests" in found and "cases" in found:
        cases = _cases(reading, found["cases"], Known.of(found["tests"], definitions, merged))
    if reading.problems:
        raise LanguageError(reading.problems)
    return Script(found["tests"], merged, cases)


def script_keys(definitions: Mapping[str, Definition]) -> Mapping[str, Key]:
    """Give the keys at the top of a test file."""
    return {
        "tests": Key(called("process", definitions), required=True),
        "organisation": Key(as_it_is),
        "cases": Key(as_it_is, required=True),
    }


def case_keys(known: Known) -> Mapping[str, Key]:
    """Give the keys of a case."""
    return {
        "name": Key(phrase, required=True),
        "rules": Key(_rules),
        "at": Key(time, required=True),
        "as": Key(called("person", known.people)),
        "given": Key(as_it_is),
        "answers": Key(partial(_answers, known)),
        "steps": Key(as_it_is, required=True),
    }


def _merged(reading: Reading, node: Node | None, organisation: Organisation) -> Organisation:
    if node is None:
        return organisation
    try:
        return read_rows(node, organisation)
    except LanguageError as error:
        reading.problems.extend(error.problems)
        return organisation


def _cases(reading: Reading, node: Node, known: Known) -> tuple[Case, ...]:
    if not isinstance(node, SequenceNode) or not node.items:
        reading.refuse(node, "wrong-kind", f"cases are a list of one at least, not {kind_of(node)}")
        return ()
    return tuple(_case(reading, item, replace(known, records={})) for item in node.items)


def _case(reading: Reading, node: Node, known: Known) -> Case:
    said = read_keys(reading, node, case_keys(known), "a case")
    actions, facts = said.get("answers", ({}, {}))
    first = (_given(known, reading, said["given"], said.get("as")),) if "given" in said else ()
    rest = steps(known, reading, said["steps"]) if "steps" in said else ()
    place = Place(node.line, node.column)
    return Case(said.get("name", ""), place, said.get("at", ""), (*first, *rest), actions, facts, said.get("rules", ()))


def _rules(reading: Reading, node: Node) -> tuple[int, ...]:
    return list_of(reading, node, number(1, MOST_RULES))


def _given(known: Known, reading: Reading, node: Node, person: str | None) -> Start:
    """Read `given` as the step that starts the record, before the steps that are written."""
    filled_in = values("field", filled_by_people(known.definitions[known.process]))(reading, node)
    place = Place(node.line, node.column)
    start = Start(place=place, record=known.process, process=known.process, person=person, given=filled_in)
    return started(known, reading, node, start)


def _answers(known: Known, reading: Reading, node: Node) -> tuple[dict[str, Answers], dict[str, Json]]:
    """Read what actions and facts answer; a name with a dot is an action."""
    actions: dict[str, Answers] = {}
    facts: dict[str, Json] = {}
    for entry in entries(reading, node, "action: answer"):
        if entry.key in ASKED:
            facts[entry.key] = fact_answer(reading, entry.value)
            continue
        child = known.definitions[entry.key] if entry.key in known.started else None
        if child is None and entry.key not in known.actions:
            reading.refuse_key(entry, *unknown("action", entry.key, (*known.actions, *known.started, *ASKED)))
        in_turn = isinstance(entry.value, SequenceNode)
        written = entry.value.items if isinstance(entry.value, SequenceNode) else (entry.value,)
        actions[entry.key] = Answers(tuple(_answer(reading, each, child) for each in written), in_turn)
    return actions, facts


def _answer(reading: Reading, node: Node, child: Definition | None) -> Plain:
    """Read `{name: value}` as what an action gives, and `{fail: text}` as its failure, perhaps with a `code`.

    A record (of the process `child`) comes to `{state: …, fields: {…}}`.
    """
    if (not isinstance(node, MappingNode) or node.get("fail") is None) and child is not None:
        return _ended(reading, node, child)
    if not isinstance(node, MappingNode) or node.get("fail") is None:
        return {"result": plain(node)}
    said = read_keys(reading, node, {"fail": Key(phrase), "code": Key(phrase)}, "a failure")
    return {"error": {"code": said.get("code", FAILED), "text": said.get("fail", "")}}


def _ended(reading: Reading, node: Node, child: Definition) -> Plain:
    """Read how a record ends that is not really started: without a state in the first that is final."""
    final = (*(name for name, state in child.states.items() if state.final), WITHDRAWN)
    keys = {"state": Key(called("state", final)), "fields": Key(field_values(child))}
    said = read_keys(reading, node, keys, "what a record comes to")
    return {"state": said.get("state", final[0]), "fields": said.get("fields", {})}
