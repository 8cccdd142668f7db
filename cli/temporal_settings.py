"""Temporal's own settings (`TEMPORAL_…`, profiles in a file), as far as we judge them ourselves."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cli.errors import UsageError

FILES = ("TEMPORAL_TLS_SERVER_CA_CERT_PATH", "TEMPORAL_TLS_CLIENT_CERT_PATH", "TEMPORAL_TLS_CLIENT_KEY_PATH")
"""Variables that name files; a profile has the same in its `tls`."""


def temporal_address(environment: Mapping[str, str] | None = None) -> str | None:
    """Give the address that Temporal's own settings name; None where they name none.

    Raises UsageError for settings that cannot be right: what the library passes over in silence, we do not.
    """
    environment = os.environ if environment is None else environment
    profile = _profile(environment)
    for variable in FILES:
        if variable in environment:
            _demand_readable(variable, environment[variable])
    secured = profile.get("tls", {})
    for name in ("server_ca_cert_path", "client_cert_path", "client_key_path"):
        if isinstance(secured, dict) and name in secured:
            _demand_readable(f"tls.{name} of the profile", str(secured[name]))
    address = environment.get("TEMPORAL_ADDRESS") or profile.get("address")
    return None if address is None else str(address)


def _profile(environment: Mapping[str, str]) -> dict[str, Any]:
    """Give the profile that is chosen; an empty one where there is no file, and none is asked for."""
    named, wanted = environment.get("TEMPORAL_CONFIG_FILE"), environment.get("TEMPORAL_PROFILE")
    file = Path(named) if named else _usual(environment)
    profiles = _parsed(file).get("profile", {}) if named or file.exists() else {}
    if wanted and wanted not in profiles:
        known = ", ".join(sorted(profiles)) or "none"
        raise UsageError(f'TEMPORAL_PROFILE: {file} has no profile "{wanted}". It has: {known}')
    found = profiles.get(wanted or "default", {})
    return found if isinstance(found, dict) else {}


def _usual(environment: Mapping[str, str]) -> Path:
    """Give the file that Temporal's programs read where none is named."""
    settings = environment.get("XDG_CONFIG_HOME")
    return (Path(settings) if settings else Path.home() / ".config") / "temporalio" / "temporal.toml"


def _parsed(file: Path) -> dict[str, Any]:
    """Read a file of profiles. What is in it is never told: it may hold an API key."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(_unreadable("TEMPORAL_CONFIG_FILE", str(file), error)) from None
    except UnicodeDecodeError:
        raise UsageError(f"TEMPORAL_CONFIG_FILE: {file} is not UTF-8. Save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        _what, _at, where = str(error).rpartition(" (at ")
        raise UsageError(f"TEMPORAL_CONFIG_FILE: {file} is not TOML (at {where.rstrip(')')}). Mend it there") from None


def _demand_readable(name: str, file: str) -> None:
    try:
        Path(file).read_bytes()
    except OSError as error:
        raise UsageError(_unreadable(name, file, error)) from None


def _unreadable(name: str, file: str, error: OSError) -> str:
    return f"{name}: {file} cannot be read ({error.strerror}). Name a file that this user may read"
