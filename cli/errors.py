"""How a command ends when it does not end well: each kind of end has its exit code, which scripts rely on.

CliError
├── FindingsError      1  mistakes were found, or what was asked for was refused
│   └── RefusalError   1  refused by the API, with the HTTP status it gave
├── UsageError         2  the command line or the configuration is wrong
├── UnreachableError   3  a server, or what it needs, does not answer
└── UndecidedError     4  what was waited for was not decided in time
"""

from collections.abc import Sequence
from enum import IntEnum


class ExitCode(IntEnum):
    """What a script reads."""

    FINE = 0
    FINDINGS = 1
    USAGE = 2
    UNREACHABLE = 3
    UNDECIDED = 4


class CliError(Exception):
    """The root of the tree above; `text` says what is wrong, `more` are lines that go with it."""

    code = ExitCode.FINDINGS

    def __init__(self, text: str, more: Sequence[str] = ()) -> None:
        """Keep both; an empty text says that everything has been printed already."""
        super().__init__(text)
        self.text = text
        self.more = tuple(more)


class FindingsError(CliError):
    """Mistakes were found, or what was asked for was refused."""


class RefusalError(FindingsError):
    """The API refused it; `status` is the HTTP status of its answer."""

    def __init__(self, status: int, text: str, more: Sequence[str] = ()) -> None:
        """Keep the status too."""
        super().__init__(text, more)
        self.status = status


class UsageError(CliError):
    """The command line or the configuration is wrong."""

    code = ExitCode.USAGE


class UnreachableError(CliError):
    """A server does not answer."""

    code = ExitCode.UNREACHABLE


class UndecidedError(CliError):
    """What was waited for was not decided in time."""

    code = ExitCode.UNDECIDED
