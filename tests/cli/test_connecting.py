"""Temporal is reached over TLS, with certificates and API keys, by Temporal's own settings; or it is said why not."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio

from cli import doctor_servers
from cli.checkup import Checked, Status
from cli.connecting import connected
from cli.errors import CliError, UnreachableError, UsageError
from settings import settings
from tests.cli.stewards import environ, environment
from tests.gateway import Authority, a_gateway
from tests.temporal import TemporalServer

pytestmark = [pytest.mark.server, pytest.mark.asyncio(loop_scope="module")]

SECRET = "key-that-nobody-should-see"


class Gates(NamedTuple):
    """Where a gateway that demands a certificate and an API key listens, and the server behind it; and authorities."""

    strict: str
    plain: str
    ours: Authority
    others: Authority


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemporalServer]:
    running = TemporalServer(tmp_path_factory.mktemp("temporal"))
    yield running
    running.kill()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def gates(server: TemporalServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gates]:
    await server.connect()
    ours, others = (Authority(tmp_path_factory.mktemp("authority")) for _ in range(2))
    async with a_gateway(server.address, ours, certificates=True, api_key=SECRET) as strict:
        yield Gates(strict, server.address, ours, others)


def _variables(gates: Gates, **others: str) -> dict[str, str]:
    """Give what leads through the strict gateway, but for `others`; an empty one counts as not set."""
    certificate, secret = gates.ours.issue("steward")
    given = {
        "TEMPORAL_ADDRESS": gates.strict,
        "TEMPORAL_API_KEY": SECRET,
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(gates.ours.file),
        "TEMPORAL_TLS_CLIENT_CERT_PATH": str(certificate),
        "TEMPORAL_TLS_CLIENT_KEY_PATH": str(secret),
        **others,
    }
    return {name: value for name, value in given.items() if value}


async def _reached(home: Path, **variables: str) -> str:
    with environ(environment(HOME=str(home), **variables)):
        async with connected(settings(data=home)) as (temporal, _database):
            return temporal.service_client.config.target_host


async def _refused(home: Path, **variables: str) -> CliError:
    with pytest.raises(CliError) as refused:
        await _reached(home, **variables)
    assert SECRET not in " ".join((refused.value.text, *refused.value.more))
    return refused.value


async def test_variables_bring_certificate_and_api_key(gates: Gates, tmp_path: Path) -> None:
    assert await _reached(tmp_path, **_variables(gates)) == gates.strict


async def test_a_profile_in_a_file_does_the_same(gates: Gates, tmp_path: Path) -> None:
    given = _variables(gates)
    file = tmp_path / "temporal.toml"
    file.write_text(
        f"""[profile.house]
address = "{gates.strict}"
namespace = "default"
api_key = "{SECRET}"
tls.server_ca_cert_path = "{given["TEMPORAL_TLS_SERVER_CA_CERT_PATH"]}"
tls.client_cert_path = "{given["TEMPORAL_TLS_CLIENT_CERT_PATH"]}"
tls.client_key_path = "{given["TEMPORAL_TLS_CLIENT_KEY_PATH"]}"
"""
    )
    chosen = {"TEMPORAL_CONFIG_FILE": str(file), "TEMPORAL_PROFILE": "house"}
    assert await _reached(tmp_path, **chosen) == gates.strict
    refused = await _refused(tmp_path, **{**chosen, "TEMPORAL_PROFILE": "hause"})
    assert refused.text == f'TEMPORAL_PROFILE: {file} has no profile "hause". It has: house'


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"TEMPORAL_API_KEY": "another"}, "refuses the API key. Set TEMPORAL_API_KEY"),
        ({"TEMPORAL_API_KEY": "", "TEMPORAL_TLS": "true"}, "wants to know who calls. Set TEMPORAL_API_KEY"),
        ({"TEMPORAL_NAMESPACE": "nowhere"}, 'has no namespace "nowhere". Set TEMPORAL_NAMESPACE'),
        ({"TEMPORAL_TLS": "false"}, "closes connections without TLS. Set TEMPORAL_TLS=true"),
        (
            {"TEMPORAL_TLS_CLIENT_CERT_PATH": "", "TEMPORAL_TLS_CLIENT_KEY_PATH": ""},
            "wants a client certificate, or refuses the one it got. Set TEMPORAL_TLS_CLIENT_CERT_PATH",
        ),
        ({"TEMPORAL_TLS_CLIENT_KEY_PATH": ""}, "do not belong together"),
    ],
)
async def test_who_is_not_let_in_is_told_why(gates: Gates, tmp_path: Path, changed: dict[str, str], told: str) -> None:
    refused = await _refused(tmp_path, **_variables(gates, **changed))
    assert isinstance(refused, UnreachableError)
    assert told in refused.text
    assert refused.text.startswith(f"the Temporal server at {gates.strict} ")


async def test_certificates_of_others_do_not_do(gates: Gates, tmp_path: Path) -> None:
    certificate, secret = (str(each) for each in gates.others.issue("steward"))
    theirs = {"TEMPORAL_TLS_CLIENT_CERT_PATH": certificate, "TEMPORAL_TLS_CLIENT_KEY_PATH": secret}
    told = [
        await _refused(tmp_path, **_variables(gates, **theirs)),
        await _refused(tmp_path, **_variables(gates, TEMPORAL_TLS_CLIENT_KEY_PATH=secret)),
        await _refused(tmp_path, **_variables(gates, TEMPORAL_TLS_SERVER_CA_CERT_PATH=str(gates.others.file))),
        await _refused(tmp_path, **_variables(gates, TEMPORAL_TLS_SERVER_NAME="temporal.example")),
        await _refused(tmp_path, TEMPORAL_ADDRESS=gates.plain, TEMPORAL_TLS="true"),
    ]
    parts = ("refuses the one it got", "do not belong together", "not trusted here", "for other names", "not speak TLS")
    assert [part for part, each in zip(parts, told, strict=True) if part not in each.text] == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TEMPORAL_CONFIG_FILE", "/nowhere/t.toml", "/nowhere/t.toml cannot be read (No such file or directory)"),
        ("TEMPORAL_TLS_SERVER_CA_CERT_PATH", "/nowhere/ca.pem", "/nowhere/ca.pem cannot be read"),
    ],
)
async def test_files_that_are_not_there_are_named(
    gates: Gates, tmp_path: Path, name: str, value: str, told: str
) -> None:
    refused = await _refused(tmp_path, **_variables(gates, **{name: value}))
    assert isinstance(refused, UsageError)
    assert refused.text.startswith(f"{name}: {told}")


async def test_a_file_that_is_not_toml_is_not_quoted(gates: Gates, tmp_path: Path) -> None:
    file = tmp_path / "temporal.toml"
    file.write_text(f'[profile.default]\napi_key = "{SECRET}\n')
    refused = await _refused(tmp_path, TEMPORAL_CONFIG_FILE=str(file))
    assert refused.text == f"TEMPORAL_CONFIG_FILE: {file} is not TOML (at line 2, column 38). Mend it there"


async def test_the_doctor_goes_the_same_way_and_says_the_same(gates: Gates, tmp_path: Path) -> None:
    async def looked(**changed: str) -> Checked:
        with environ(environment(HOME=str(tmp_path), **_variables(gates, **changed))):
            return await asyncio.to_thread(doctor_servers.temporal, settings(data=tmp_path))

    assert (await looked())[1:3] == (Status.FINE, f"serves at {gates.strict}")
    told = await looked(TEMPORAL_API_KEY="another")
    assert told.found.startswith(f"the Temporal server at {gates.strict} refuses the API key")
    assert "another" not in told.found
    assert 'no namespace "nowhere"' in (await looked(TEMPORAL_NAMESPACE="nowhere")).found
    assert "not trusted" in (await looked(TEMPORAL_TLS_SERVER_CA_CERT_PATH=str(gates.others.file))).found
    assert "cannot be read" in (await looked(TEMPORAL_CONFIG_FILE="/nowhere.toml")).found
