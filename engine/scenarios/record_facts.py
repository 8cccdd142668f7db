"""Answers facts about records from the records of a case, as the store does from those it holds."""

from collections.abc import Iterable

from engine.answers import Answer, fact
from engine.listing import listing
from engine.plans import GIVES
from engine.record import Json
from engine.record_facts import Sought, about, correlated, found, process_of, said, sought
from engine.records import COUNT_OF, FIND, LINKED, PARENT
from engine.scenarios.courses import Course
from language.definition import Definition
from language.inputs import read
from language.values import FieldType, Shape

NUMBER = Shape(FieldType.NUMBER)


def answer_of_records(definition: Definition | None, courses: Iterable[Course], key: str) -> Answer:
    """Answer a fact about records; `definition` is that of the process whose records it looks for."""
    everything = tuple(courses)
    looked_up = correlated(key)
    if looked_up is not None:
        return fact(next((course.record.id for course in everything if _is_found_by(course, *looked_up)), None))
    asked = about(key)
    if asked is not None:
        process, name, _attribute = asked
        for course in everything:
            if course.record.id == name and process in (course.record.process, PARENT):
                return said(course.definition, course.record, key)
        return said(None, None, key)
    if definition is None:
        return found(key, [])
    wanted = sought(definition, key)
    fitting = sorted(
        (course.record.created_at, course.record.id)
        for course in everything
        if course.record.process == process_of(key) and _fits(course, wanted)
    )
    return found(key, [name for _, name in fitting[len(fitting) - min(wanted.most, len(fitting)) :]])


def _is_found_by(course: Course, process: str, value: str) -> bool:
    record, field = course.record, course.definition.correlate
    return record.process == process and not record.final and record.fields.get(field or "") == value


def as_the_store_says(name: str, answer: Json) -> Json:
    """Give what a case lets a fact answer in the words of the store: records by their ids, a number as its text."""
    value = answer["value"]
    if name in (LINKED, FIND):
        value = [{"id": str(each), "label": str(each)} for each in value or ()]
    elif name == COUNT_OF:
        value = read(NUMBER, value)
    else:
        value = read(GIVES[name], value)
    return {**answer, "value": value}


def _fits(course: Course, wanted: Sought) -> bool:
    record = course.record
    if wanted.states is not None and record.state not in wanted.states:
        return False
    if wanted.since is not None and record.created_at < wanted.since:
        return False
    listed = listing(course.definition, record)
    indexed = {**listed["indexed"], **listed["internal_indexed"]}
    return all(any(each in values for each in _each(indexed.get(name))) for name, values in wanted.values.items())


def _each(value: str | list[str] | None) -> list[str]:
    return value if isinstance(value, list) else [] if value is None else [value]
