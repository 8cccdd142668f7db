"""Reads the files of an organisation in a process of its own: a module that loads nothing but the language, so soon."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from language.checks.outside import check_outside
from language.organisation import Organisation
from language.organisation_reading import OrganisationMistakes, read_organisation
from language.problems import Problem
from language.reading import read_definition_leniently


class Parsed(NamedTuple):
    """Files as they were read, or what is wrong with each."""

    organisation: Organisation | None
    problems: Mapping[str, tuple[Problem, ...]]


def parse(files: Mapping[str, str], processes: Sequence[str]) -> Parsed:
    """Read the files, or say all that is wrong with them; of the texts of a process the last counts."""
    try:
        organisation = read_organisation(files)
    except OrganisationMistakes as mistakes:
        return Parsed(None, dict(mistakes.files))
    read = (read_definition_leniently(each)[0] for each in processes)
    problems = check_outside(files, organisation, {each.process: each for each in read if each is not None})
    return Parsed(None if problems else organisation, problems)
