"""Reads the files of `definitions/organisation/` into an `Organisation`, and finds every mistake in them at once.

LanguageError
└── OrganisationMistakes    problems of one or more files, each with the name of its file
"""

from collections.abc import Mapping
from functools import partial

from language.loader import Entry, MappingNode, Node, ScalarNode, load
from language.organisation import PLURALS, Organisation
from language.organisation_checks import Found, Rows, whole
from language.organisation_kinds import KINDS
from language.organisation_rows import row_id
from language.problems import LanguageError, Problem, quoted
from language.schema.keys import Key, Reading, kind_of, read_keys
from language.schema.written import word

NAMED_IN_DEFINITIONS = ("group", "role", "calendar")
"""Kinds whose ids are written in definitions, so they must look like names."""


class OrganisationMistakes(LanguageError):
    """Files of the organisation have problems; `files` maps the name of each to its problems."""

    def __init__(self, files: Mapping[str, tuple[Problem, ...]]) -> None:
        """Keep them by file; the message lists them, one a line, as `file:line:column code: …`."""
        super().__init__(problem for problems in files.values() for problem in problems)
        self.files = files
        self.args = ("\n".join(f"{file}:{problem}" for file, found in files.items() for problem in found),)


def read_organisation(texts: Mapping[str, str], base: Organisation | None = None) -> Organisation:
    """Read the files of an organisation (name → text), whose keys may be spread over them as one likes.

    Names may also refer to rows of `base`, to which the rows are added. Raises OrganisationMistakes with all problems.
    """
    rows: Rows = {}
    problems: dict[str, tuple[Problem, ...]] = {}
    readings: dict[str, Reading] = {}
    for file, source in texts.items():
        try:
            node = load(source)
        except LanguageError as error:
            problems[file] = error.problems
        else:
            readings[file] = Reading(source.split("\n"))
            _read_file(readings[file], node, rows)
    organisation = whole(rows, base or Organisation())
    problems |= {
        file: LanguageError(reading.problems).problems for file, reading in readings.items() if reading.problems
    }
    if problems:
        raise OrganisationMistakes(problems)
    return organisation


def read_rows(node: Node, base: Organisation) -> Organisation:
    """Read the rows that a test brings (`organisation:`) and add them to `base`. Raises LanguageError."""
    rows: Rows = {}
    reading = Reading([])
    _read_file(reading, node, rows)
    organisation = whole(rows, base)
    if reading.problems:
        raise LanguageError(reading.problems)
    return organisation


def _read_file(reading: Reading, node: Node, rows: Rows) -> None:
    keys = {plural: Key(partial(_read_kind, kind, rows.setdefault(kind, {}))) for kind, plural in PLURALS.items()}
    read_keys(reading, node, keys, "an organisation")


def _read_kind(kind: str, found: dict[str, Found], reading: Reading, node: Node) -> None:
    if not isinstance(node, MappingNode):
        reading.refuse(node, "wrong-kind", f"{PLURALS[kind]} are written as `id: {{…}}`, not as {kind_of(node)}")
        return
    for entry in node.entries:
        _check_id(reading, entry, kind)
        if entry.key in found:
            message = f"{quoted(entry.key)} is already written on line {found[entry.key].entry.key_line}"
            reading.refuse_key(entry, "duplicate-row", f"{message} of this or another file", "Keep one of the two.")
        attributes = read_keys(reading, entry.value, KINDS[kind].keys, KINDS[kind].what)
        row = {**KINDS[kind].otherwise, **attributes}
        if "name" in row or "title" in row:
            label = "name" if "name" in row else "title"
            row[label] = row[label] or entry.key.replace("_", " ").capitalize()
        found[entry.key] = Found(reading, entry, row)


def _check_id(reading: Reading, entry: Entry, kind: str) -> None:
    word(reading, _as_node(entry)) if kind in NAMED_IN_DEFINITIONS else row_id(reading, _as_node(entry))


def _as_node(entry: Entry) -> ScalarNode:
    return ScalarNode(entry.key, entry.key, True, entry.key_line, entry.key_column)
