"""The demo company's systems, which `steward up` runs beside itself as long as nobody has connectors of their own."""

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from cli.children import Program
from cli.embedded import LOOPBACK, environment
from cli.errors import UsageError
from settings import Settings

URL, TOKEN = "STEWARD_COMPANY_URL", "STEWARD_COMPANY_TOKEN"
OWNER_ONLY = 0o600
PATIENCE = 1.0


class Systems(NamedTuple):
    """Where they are; `variables` tell the worker, `token_file` people."""

    program: Program
    variables: Mapping[str, str]
    token_file: Path

    @property
    def url(self) -> str:
        """Where they listen."""
        return self.variables[URL]


def are_wanted(chosen: Settings) -> bool:
    """Say whether the connectors are those that are shipped, and lead nowhere else."""
    return chosen.connectors == Settings.model_fields["connectors"].default and URL not in os.environ


def systems(data: Path, port: int) -> Systems:
    """The systems on a port of this machine, with a new token. Raises UsageError where it cannot be kept."""
    token, file = secrets.token_urlsafe(32), data / "company.token"
    try:
        file.unlink(missing_ok=True)
        file.touch(mode=OWNER_ONLY)
        file.write_text(token + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written ({error.strerror}). Move away what is there") from error
    command = [sys.executable, "-P", "-m", "demo", str(data / "company.db"), str(port)]
    program = Program("company", command, {**environment(), "COMPANY_TOKEN": token}, PATIENCE)
    return Systems(program, {URL: f"http://{LOOPBACK}:{port}", TOKEN: token}, file)
