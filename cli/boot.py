"""What `steward up` and `steward prepare` make of the files they find: organisation and published definitions."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from activities.registry import shapes
from cli.client import TOKEN_FILE
from cli.connectors import actions
from cli.drafts import drafts
from cli.errors import UnreachableError, UsageError
from cli.findings import organisation_of
from cli.folder import Folder, read_folder
from cli.sealing import add_key
from language.checks.outside import check_outside
from language.definition import Definition
from language.organisation import Organisation
from language.organisation_reading import OrganisationMistakes
from language.reading import read_definition
from language.surroundings import ActionShape
from settings import Settings
from store import definitions, tokens
from store.database import Database
from store.errors import AlreadyPublishedError, DanglingError, OlderVersionError, StoreError
from store.facts import organisation as current
from store.migrations import migrate
from store.organisation_files import apply_files
from store.publishing import RejectedError, publish
from store.reading import newest_of_each

BY = "steward up"
ADMINISTRATOR = "administrator"
OWNER_ONLY = 0o600
SHOWN = 5
"""Lines that are shown of what is wrong with a file; `steward check` and `steward test` show them all."""


class Booted(NamedTuple):
    """What there is when everything is ready; `remarks` say which files were not taken, and why."""

    definitions: tuple[Definition, ...]
    organisation: Organisation
    token_of: str
    token_file: Path
    remarks: tuple[str, ...]


async def boot(chosen: Settings) -> Booted:
    """Bring the database to its newest schema and take what the files say; what was taken before stays otherwise.

    Without a key for sensitive values, one is made.

    Raises UnreachableError when the database does not answer.
    """
    folder = read_folder(chosen.definitions, chosen.definitions)
    if chosen.sealing_keys is None and not chosen.sealing_key_file.exists():
        add_key(chosen.sealing_key_file)
    async with _opened(chosen) as database:
        return await _boot(database, chosen, folder)


async def prepare(chosen: Settings) -> tuple[str, ...]:
    """Do what `boot` does with the database, without a key and a token; give its remarks.

    Raises UnreachableError when the database does not answer.
    """
    folder = read_folder(chosen.definitions, chosen.definitions)
    async with _opened(chosen) as database:
        return tuple(await _take(database, chosen, folder))


@asynccontextmanager
async def _opened(chosen: Settings) -> AsyncIterator[Database]:
    """Open the database with its newest schema; what the store cannot do is an UnreachableError."""
    try:
        await migrate(chosen.database_url)
        database = Database(chosen.database_url)
        try:
            yield database
        finally:
            await database.close()
    except StoreError as error:
        raise UnreachableError(str(error)) from error


async def _boot(database: Database, chosen: Settings, folder: Folder) -> Booted:
    remarks = await _take(database, chosen, folder)
    around = await current(database)
    token_of = await _first_token(database, around, chosen.data / TOKEN_FILE)
    if not token_of:
        remarks.append(f"nobody in the organisation has the role {ADMINISTRATOR}, so there is no first token")
    published = await definitions.newest_of_each(database)
    read = tuple(read_definition(each.source) for each in published)
    return Booted(read, around, token_of, chosen.data / TOKEN_FILE, tuple(remarks))


async def _take(database: Database, chosen: Settings, folder: Folder) -> list[str]:
    """Apply the organisation, and publish what is new; say which files were not taken, and why."""
    remarks = [*await _apply(database, folder), *await _publish(database, folder, shapes(actions(chosen)))]
    return remarks + await _ways_in(database, folder)


async def _apply(database: Database, folder: Folder) -> list[str]:
    """Apply what has changed in the files of the organisation; where anything is wrong, nothing is."""
    try:
        read = organisation_of(folder)
    except OrganisationMistakes as mistakes:
        return _refused(folder.path / "organisation", str(mistakes).split("\n"))
    try:
        await apply_files(database, read, by=BY, at=time.time())
    except DanglingError as error:
        return _refused(folder.path / "organisation", list(error.lost))
    return []


async def _ways_in(database: Database, folder: Folder) -> list[str]:
    """Say by which intakes and rows of the event map nothing can come in: what is published does not fit them."""
    try:
        read = organisation_of(folder)
    except OrganisationMistakes:
        return []
    texts = {str(file): text for file, text in folder.organisation.items()}
    found = check_outside(texts, read, await newest_of_each(database))
    lines = [f"{file}:{each}" for file, problems in found.items() for each in problems]
    return _listed("what comes in from outside does not fit the published processes:", lines) if lines else []


async def _publish(database: Database, folder: Folder, known: Mapping[str, ActionShape]) -> list[str]:
    """Publish every definition whose version is new; a wrong one is not taken."""
    remarks: list[str] = []
    for draft in drafts(folder):
        try:
            await publish(
                database,
                draft.source,
                draft.tests,
                draft.messages,
                known,
                BY,
                time.time(),
                beside=draft.beside,
            )
        except RejectedError as rejected:
            found = rejected.examination
            lines = [f"{draft.parts[each.part]}:{each.problem}" for each in found.findings]
            failures = [case.failure for case in found.report.cases if case.failure] if found.report else []
            remarks += _refused(draft.file, lines + [line for each in failures for line in each.split("\n")])
        except (AlreadyPublishedError, OlderVersionError) as error:
            remarks += _refused(draft.file, [str(error)])
    return remarks


async def _first_token(database: Database, around: Organisation, file: Path) -> str:
    """Keep a token of the first administrator in a file; a good one that is there stays. Gives the person's id."""
    found = await tokens.find(database, _kept(file), time.time())
    if found is not None:
        return found.person
    administrators = around.holders(ADMINISTRATOR)
    if not administrators:
        return ""
    person = administrators[0]
    _made, secret = await tokens.create(
        database, "first token", person, roles=(), groups=(), at=time.time(), expires=None
    )
    _keep(file, secret)
    return person


def _kept(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):  # whatever it is, it is not our token
        return ""


def _keep(file: Path, secret: str) -> None:
    """Write a secret for nobody but the owner of the file."""
    try:
        file.unlink(missing_ok=True)
        file.touch(mode=OWNER_ONLY)
        file.write_text(secret + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"the first token cannot be kept in {file} ({error.strerror}). Move away what is there"
        ) from error


def _refused(what: Path, lines: list[str]) -> list[str]:
    return _listed(f"{what} is not taken (what was taken before goes on):", lines)


def _listed(head: str, lines: list[str]) -> list[str]:
    more = [f"  … and {len(lines) - SHOWN} more lines"] if len(lines) > SHOWN else []
    return [head, *(f"  {line}" for line in lines[:SHOWN]), *more]
