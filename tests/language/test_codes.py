"""Every kind of mistake that is found has its sentence in `language.codes`."""

import re
from collections.abc import Iterable
from pathlib import Path

from language.codes import CODES

ROOT = Path(__file__).parents[2]
LANGUAGE = ROOT / "language"
SCENARIOS = ROOT / "engine" / "scenarios"

NAMED = r'(?:called|values|unknown|_by_name)\("([a-z]+)", (?!None)'
"""How a reader of scenarios is made that refuses an unknown name as `unknown-NAME`."""


def found(pattern: str, files: Iterable[Path]) -> list[str]:
    return [code for file in files for code in re.findall(pattern, file.read_text())]


def test_every_code_that_is_used_is_explained() -> None:
    used = found('"([a-z]+(?:-[a-z]+)+)"', (file for file in LANGUAGE.rglob("*.py") if file.name != "codes.py"))
    assert len(used) > 100
    assert not [code for code in used if code not in CODES]


def test_every_code_of_the_reader_of_scenarios_is_explained() -> None:
    files = [SCENARIOS / "known.py", *SCENARIOS.glob("reading*.py")]
    used = [*found('"([a-z]+(?:-[a-z]+)+)"', files), *(f"unknown-{name}" for name in found(NAMED, files))]
    assert {"bad-sent", "unknown-record", "unknown-person", "unknown-fact", "unknown-target"} < {*used}
    assert not [code for code in used if code not in CODES]
