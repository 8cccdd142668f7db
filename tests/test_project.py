"""What the repository promises about itself: the wheel, the lock, the arrows, the bans and the changelog."""

import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BESIDE = ("bench", "chaos")
"""Packages beside the product: they are in no wheel."""
INCLUDED: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINNED = {
    canonicalize_name(name): version
    for name, version in re.findall(r"^([\w.-]+)(?:\[.*\])?==(\S+) \\$", LOCK, re.MULTILINE)
}


def asked_for() -> list[str]:
    """Every requirement of the project and of its extras."""
    extras: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
    return [*PROJECT["project"]["dependencies"], *(line for extra in extras.values() for line in extra)]


def packages() -> list[str]:
    """The project's top-level packages, those of tools and tests left out."""
    return sorted(folder.parent.name for folder in ROOT.glob("*/__init__.py") if folder.parent.name not in BESIDE)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """The wheel, built from this checkout."""
    [path] = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    return ZipFile(path)


def test_the_wheel_contains_every_file_of_the_rooms(wheel: ZipFile) -> None:
    files = [file for entry in INCLUDED for file in [ROOT / entry, *(ROOT / entry).rglob("*")] if file.is_file()]
    paths = {str(file.relative_to(ROOT)) for file in files if file.name != "ruff.toml"}
    expected = {path for path in paths if not re.search(r"(^|/)(\.|__pycache__)", path)}
    assert (expected - set(wheel.namelist()), len(expected) > 0) == (set(), True)


def test_the_wheel_contains_nothing_but_rooms_and_metadata(wheel: ZipFile) -> None:
    roots = {name.partition("/")[0] for name in wheel.namelist()}
    assert {root for root in roots if not root.endswith(".dist-info")} <= set(INCLUDED)
    assert not [name for name in wheel.namelist() if name.endswith(("ruff.toml", ".pyc"))]


def test_the_wheel_carries_the_licence(wheel: ZipFile) -> None:
    [licence] = [name for name in wheel.namelist() if name.endswith("/licenses/LICENSE")]
    assert b"Apache License" in wheel.read(licence)


def test_every_package_is_in_the_wheel_and_under_the_import_contracts() -> None:
    assert set(packages()) <= set(INCLUDED)
    assert set(packages()) <= set(PROJECT["tool"]["importlinter"]["root_packages"])


@pytest.mark.parametrize("room", PROJECT["tool"]["importlinter"]["root_packages"])
def test_every_room_but_the_outermost_has_its_arrows_declared(room: str) -> None:
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    barred = {
        name
        for contract in contracts
        if room in contract.get("source_modules", ())
        for name in contract["forbidden_modules"]
    }
    assert room == "cli" or {"cli", "worker", "settings"} <= barred


def test_the_command_steward_loads() -> None:
    [script] = metadata.entry_points(group="console_scripts", name="steward")
    assert callable(script.load())


@pytest.mark.parametrize("requirement", asked_for())
def test_the_lock_pins_what_the_project_asks_for(requirement: str) -> None:
    asked = Requirement(requirement)
    assert asked.specifier.contains(PINNED[canonicalize_name(asked.name)])


def test_the_lock_pins_every_package_by_hash() -> None:
    unhashed = re.findall(r"^[\w.-]+(?:\[.*\])?==[^\\\n]*$", LOCK, re.MULTILINE)
    assert (unhashed, len(PINNED) > 0) == ([], True)


def test_the_lock_pins_extras_with_what_has_them() -> None:
    """Else pip takes the newest version of a package that is asked for with an extra, and refuses it for its hash."""
    lines = [re.sub(r"[<>=!~].*", "", line) for line in LOCK.splitlines() if "==" in line]
    asked = [Requirement(line) for name in PINNED for line in (_requires(name) or ())]
    wanted = {f"{each.name}[{','.join(sorted(each.extras))}]" for each in asked if each.extras and _is_meant(each)}
    assert sorted(wanted.difference(lines)) == []


def _requires(name: str) -> list[str] | None:
    try:
        return metadata.requires(name)
    except metadata.PackageNotFoundError:  # for another system
        return None


def _is_meant(asked: Requirement) -> bool:
    return asked.name in PINNED and (asked.marker is None or asked.marker.evaluate({"extra": ""}))


def test_the_lock_names_no_host_and_no_path() -> None:
    assert [line for line in LOCK.splitlines() if re.search(r"://|--(index|extra|find|trusted)|(^|\s)/", line)] == []


LICENCES = re.compile(
    r"MIT|BSD|[23]-Clause|Apache|MPL|Mozilla Public License 2\.0|ISC|PSF-2\.0|Python Software Foundation License"
    r"|LGPL-3\.0-only|DFSG approved|OSI Approved"
)
"""What may come with us; LGPL: as a package of its own, which anybody may replace."""
TOOLS = {"codespell": "GPL-2.0-only: it reads our texts and is no part of what we give away"}


def licence_of(name: str) -> str:
    """What a package says of its licence: the expression, else its classifiers, else a text."""
    said = metadata.metadata(name)
    written = [line for key in ("License-Expression", "License") for line in said.get_all(key) or ()]
    classified = [line.rpartition(" :: ")[2] for line in said.get_all("Classifier") or () if line.startswith("License")]
    return "; ".join(said.get_all("License-Expression") or classified) or written[0].partition("\n")[0]


@pytest.mark.parametrize("name", sorted({*PINNED} - {*TOOLS}))
def test_every_package_has_a_licence_that_may_come_with_us(name: str) -> None:
    parts = re.split(r"; | AND | OR ", licence_of(name))
    assert [part for part in parts if not LICENCES.match(part)] == []


@pytest.mark.parametrize("room", ["language", "engine", "workflows"])
@pytest.mark.parametrize("line", ["import time", "import random", "import uuid", "import os", "import secrets"])
@pytest.mark.semantics("J1.1")
def test_clock_chance_and_environment_are_banned_from_deterministic_rooms(room: str, line: str) -> None:
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--stdin-filename", f"{room}/example.py", "-"]
    checked = subprocess.run(command, input=line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "TID251" in checked.stdout


def test_every_make_target_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    [targets] = re.findall(r"^\.PHONY: (\w.*)$", makefile, re.MULTILINE)
    described = re.findall(r"^([a-z]+):.*## \w", makefile, re.MULTILINE)
    assert sorted(targets.split()) == sorted(described)


def test_the_changelog_has_a_place_for_what_comes_next() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", changelog, re.MULTILINE)[0] == "Unreleased"
