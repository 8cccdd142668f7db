"""The operator's file of deployments: which commands may run for a service on a target, and where its health is read.

Process owners name a service and a target, and never a command or an address. The file is read anew for every call, so
that what an operator changes holds at once.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from activities.actions import Refusal
from language.durations import Duration, DurationError

VERSION = "{version}"
"""What is replaced by the version in the words of a command."""
NOT_ALLOWED = "not-allowed"
"""The code of the refusal of what the file does not have."""


class DeploymentsError(Exception):
    """The operator's file cannot be read, or says something that cannot be; the message says where and what."""


def _seconds(written: Any) -> float:  # noqa: ANN401 - YAML
    try:
        seconds = Duration.parse(written).seconds if isinstance(written, str) else None
    except DurationError as wrong:
        raise ValueError(str(wrong)) from wrong
    if not seconds:
        raise ValueError("write a duration in minutes, hours or days, like 5 minutes")
    return float(seconds)


def _starts_with_a_path(words: tuple[str, ...]) -> tuple[str, ...]:
    if not Path(words[0]).is_absolute():
        raise ValueError(f'"{words[0]}" has no path: name the program with its whole path, like /usr/local/bin/deploy')
    return words


def _names_the_version(words: tuple[str, ...]) -> tuple[str, ...]:
    if not any(VERSION in word for word in words):
        raise ValueError(f"no word has {VERSION}, so every version would be the same")
    return words


def _is_http(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError(f'"{url}" is no address: it begins with http:// or https://')
    if "@" in url.split("/")[2]:
        raise ValueError("a credential is never part of an address: it would be told with it")
    return url


Words = Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_starts_with_a_path)]
VersionedWords = Annotated[Words, AfterValidator(_names_the_version)]
Seconds = Annotated[float, BeforeValidator(_seconds)]
Given = TypeVar("Given")


class Model(BaseModel):
    """The base of what the file holds."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Commands(Model):
    """What may run for a service on a target: words of commands, which no shell reads.

    `deploy` and `restore` bring a version there; `current` says which one is there. `timeout` is for each, in seconds.
    """

    deploy: VersionedWords
    restore: VersionedWords
    current: Words
    timeout: Seconds = 300.0


class Counter(Model):
    """Samples of a metrics page that are summed: a name, and for labels what their whole value must match (regex)."""

    name: str
    labels: dict[str, str] = {}


class Health(Model):
    """Where the counters of a service on a target are, and what they must say of a window of time."""

    url: Annotated[str, AfterValidator(_is_http)]
    requests: Counter
    errors: Counter
    max_error_ratio: Annotated[float, Field(ge=0, le=1)]
    min_requests: Annotated[int, Field(ge=1)]


class Written(Model):
    """The whole file: by service, then by target."""

    commands: dict[str, dict[str, Commands]] = {}
    health: dict[str, dict[str, Health]] = {}


class Deployments:
    """The file at its place; without one, nothing is allowed. `locks` is the folder that keeps one call at a target."""

    def __init__(self, file: Path | None, locks: Path) -> None:
        """Keep where both are; nothing is read yet."""
        self._file = file
        self.locks = locks

    def commands(self, service: str, target: str) -> Commands:
        """Give what may run there. Raises Refusal where nothing may, DeploymentsError for a file that is wrong."""
        return _allowed("deployment", self.read().commands, service, target)

    def health(self, service: str, target: str) -> Health:
        """Give where its health is read, and what it must be. Raises as `commands`."""
        return _allowed("source of health", self.read().health, service, target)

    def read(self) -> Written:
        """Read the file; one that is not there allows nothing. Raises DeploymentsError."""
        if self._file is None or not self._file.exists():
            return Written()
        try:
            return Written.model_validate(yaml.safe_load(self._file.read_text(encoding="utf-8")) or {})
        except ValidationError as wrong:
            told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in wrong.errors())
            raise DeploymentsError(f"{self._file}: {told}") from wrong
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as wrong:
            raise DeploymentsError(f"{self._file} cannot be read: {wrong}") from wrong


def _allowed(what: str, found: Mapping[str, Mapping[str, Given]], service: str, target: str) -> Given:
    allowed = found.get(service, {}).get(target)
    if allowed is None:
        there = ", ".join(f"{name} on {each}" for name, targets in sorted(found.items()) for each in targets)
        text = f'there is no {what} of service "{service}" on target "{target}"'
        remedy = "An operator allows it in the file of deployments (STEWARD_DEPLOYMENTS)"
        raise Refusal(NOT_ALLOWED, f"{text}; there is: {there or 'none'}. {remedy}")
    return allowed
