"""Writes findings as SARIF 2.1.0 (OASIS), which code scanning of GitHub, GitLab, Azure DevOps and editors read."""

from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cli.findings import Finding
from language.codes import CODES
from language.problems import sentence

VERSION = "2.1.0"
PAGE = "docs/language/problems.md"
"""Where every code has its heading."""


def sarif(found: Sequence[Finding], here: Path) -> dict[str, Any]:
    """Give the log of one run; files in the folder `here` are named from it, others by their whole path."""
    codes = tuple(dict.fromkeys(finding.problem.code for finding in found))
    driver = {
        "name": "steward",
        "version": metadata.version("steward"),
        "rules": [_rule(code) for code in codes],
    }
    return {
        "version": VERSION,
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, codes.index(finding.problem.code), here) for finding in found],
            }
        ],
    }


def _rule(code: str) -> dict[str, Any]:
    where = f"{PAGE}#{code}"
    return {
        "id": code,
        "shortDescription": {"text": CODES[code]},
        "help": {"text": f"{CODES[code]} See {where}.", "markdown": f"{CODES[code]} See `{where}`."},
    }


def _result(finding: Finding, rule: int, here: Path) -> dict[str, Any]:
    file, problem = finding
    region = {"startLine": problem.line, "startColumn": problem.column}
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity,
        "message": {"text": sentence(problem.message, problem.hint)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(file, here)}, "region": region}}],
    }


def _uri(file: Path, here: Path) -> str:
    whole = file.resolve()
    return quote(whole.relative_to(here).as_posix()) if whole.is_relative_to(here) else whole.as_uri()
