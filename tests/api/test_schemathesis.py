"""Schemathesis reads the description of the API and finds no answer that it does not name, and no mistake of ours.

A longer look, with other dice: SCHEMATHESIS="--phases examples,coverage,fuzzing --max-examples 50 --seed 7" and pytest.
"""

import asyncio
import os
import shlex
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn

from api.app import create_app
from tests.api.office import Office, a_token

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

PROGRAM = Path(__file__).resolve().parents[2] / ".venv-interop" / "bin" / "schemathesis"
DICE = "--phases examples,fuzzing --max-examples 2 --generation-deterministic"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
PATIENCE = 300
"""Seconds that an answer may take on a machine that has much to do."""
ROLES = ("agent", "manager", "administrator", "automation", "process_owner")
MAIL = """
import schemathesis

@schemathesis.serializer("message/rfc822")
def written(context, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
"""
"""How it writes a body that is neither JSON nor text."""
NAMES = """
hooks = "mail.py"

[parameters]
"path.record" = "{record}"
"path.process" = "repair"
"path.kind" = "people"
"path.version" = 1
"query.wait" = 0
"header.If-Match" = "*"
"""
"""Names that exist, so that more is tried than whether there is such a thing."""


@asynccontextmanager
async def served(office: Office) -> AsyncIterator[str]:
    """Serve an office on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(create_app(office.services), log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


async def test_every_answer_is_one_that_the_description_names(office: Office, tmp_path: Path) -> None:
    assert PROGRAM.exists(), "make .venv-interop/.ready installs what requirements-interop.lock pins"
    secret = await a_token(office.services.database, "robot", *ROLES)
    (tmp_path / "schemathesis.toml").write_text(NAMES.format(record=(await office.repair())["id"]), encoding="utf-8")
    (tmp_path / "mail.py").write_text(MAIL, encoding="utf-8")
    dice = shlex.split(os.environ.get("SCHEMATHESIS", DICE))
    async with served(office) as address:
        program = await asyncio.create_subprocess_exec(
            *("setpriv", "--pdeathsig", "KILL", str(PROGRAM), "--config-file", "schemathesis.toml", "run"),
            *(f"{address}/api/v1/openapi.json", "--header", f"Authorization: Bearer {secret}", *dice),
            *("--checks", ",".join(CHECKS), "--request-timeout", str(PATIENCE), "--no-color"),
            *("--warnings", "off", "--suppress-health-check", "all", "--continue-on-failure"),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await program.communicate()
    assert program.returncode == 0, said.decode()
    assert b"No issues found" in said
