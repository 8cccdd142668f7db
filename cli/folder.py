"""A folder of definitions, read from disk once: processes with their tests, `messages/` and `organisation/`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.errors import UsageError

TEST = ".test.yaml"
MESSAGES, ORGANISATION = "messages", "organisation"


@dataclass(frozen=True, slots=True)
class Folder:
    """What a folder says: path → text of each kind of file, in order of path."""

    path: Path
    definitions: Mapping[Path, str]
    tests: Mapping[Path, str]
    messages: Mapping[Path, str]
    organisation: Mapping[Path, str]

    @property
    def files(self) -> tuple[Path, ...]:
        """All of them."""
        return tuple(self.texts)

    @property
    def texts(self) -> Mapping[Path, str]:
        """Path → text of all of them."""
        return {**self.definitions, **self.tests, **self.messages, **self.organisation}


def read_folder(path: Path, otherwise: Path) -> Folder:
    """Read a folder; one without messages or organisation of its own gets those of `otherwise`.

    Raises UsageError when there is no such folder, or a file in it is not text.
    """
    if not path.is_dir():
        raise UsageError(f"there is no folder {path}. Name the one with your definitions: STEWARD_DEFINITIONS=FOLDER")
    files = sorted(path.glob("*.yaml"))
    messages = path if (path / MESSAGES).is_dir() else otherwise
    organisation = path if (path / ORGANISATION).is_dir() else otherwise
    return Folder(
        path,
        _texts(file for file in files if not file.name.endswith(TEST)),
        _texts(file for file in files if file.name.endswith(TEST)),
        _texts(sorted((messages / MESSAGES).glob("*.md"))),
        _texts(sorted((organisation / ORGANISATION).glob("*.yaml"))),
    )


def folders(files: Iterable[Path], otherwise: Path) -> tuple[Folder, ...]:
    """The folders that these files (or folders) belong to; without any, `otherwise`.

    Raises UsageError for a file that does not exist or is nothing of ours.
    """
    paths = dict.fromkeys(_folder_of(file) for file in files) or {otherwise: None}
    return tuple(read_folder(path, otherwise) for path in paths)


def chosen(given: Iterable[Path], folder: Folder) -> tuple[Path, ...]:
    """Those of a folder's files that were named, singly or as their folder; all of them when nothing was."""
    named = {path.resolve() for path in given}
    if not named:
        return folder.files
    return tuple(file for file in folder.files if {file.resolve(), *file.resolve().parents} & named)


def _folder_of(file: Path) -> Path:
    if file.is_dir():
        return file.parent if file.name in {MESSAGES, ORGANISATION} else file
    if not file.exists():
        raise UsageError(f"there is no file {file}")
    inside = file.parent.name if file.parent.name in {MESSAGES, ORGANISATION} else ""
    if file.suffix != (".md" if inside == MESSAGES else ".yaml"):
        raise UsageError(f"{file} is no definition (.yaml), test ({TEST}), message ({MESSAGES}/*.md) or organisation")
    return file.parent.parent if inside else file.parent


def _texts(files: Iterable[Path]) -> dict[Path, str]:
    return {file: _text(file) for file in files}


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error
