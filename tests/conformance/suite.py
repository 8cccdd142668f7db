"""The conformance cases: scenarios whose names begin with the ids of the sentences of docs/language/semantics.md.

They run on the engine and on a real server (`served`, `staging`), where a record's clock goes on while a case runs, and
all cases share one store. So a case
* begins in 2031, leaves at least ten minutes before what is not to happen yet, and expects no times with seconds;
* lets time pass for hours at most while a timer is blocked: each try costs a second there;
* gives other values than other cases where records find each other by them;
* changes no people or groups to whom it then expects messages: those are sent by the shared organisation.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from engine.scenarios.reading import read_script
from engine.scenarios.script import Case, Script
from language.definition import Definition
from language.organisation import Organisation
from language.organisation_reading import read_organisation
from language.reading import read_definition

HERE = Path(__file__).parent
FILES = tuple(sorted(HERE.glob("*.test.yaml")))


class Given(NamedTuple):
    """A case with the file it stands in."""

    file: Path
    case: Case

    @property
    def name(self) -> str:
        """`flow.test.yaml: D1.1 …`, for the name of a test."""
        return f"{self.file.name.split('.')[0]}: {self.case.name}"


@cache
def organisation() -> Organisation:
    """The small company of all cases."""
    return read_organisation({path.name: path.read_text("utf-8") for path in HERE.glob("organisation/*.yaml")})


@cache
def sources() -> dict[str, str]:
    """The text of every definition, by its process."""
    texts = (path.read_text("utf-8") for path in sorted(HERE.glob("*.yaml")) if path not in FILES)
    return {read_definition(text).process: text for text in texts}


@cache
def messages() -> dict[str, str]:
    """The text of every message, by its name."""
    return {path.stem: path.read_text("utf-8") for path in sorted(HERE.glob("messages/*.md"))}


@cache
def definitions() -> dict[str, Definition]:
    """Every definition by its process."""
    return {process: read_definition(text) for process, text in sources().items()}


@cache
def script(file: Path) -> Script:
    """A whole test file."""
    return read_script(file.read_text("utf-8"), definitions(), organisation())


def cases() -> list[Given]:
    """Every case there is."""
    return [Given(file, case) for file in FILES for case in script(file).cases]
