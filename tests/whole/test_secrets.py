"""Secrets of operators are told to whom they are for, and to nobody else, however those fail who got them.

Each server here is hostile or broken: it repeats what it was sent. Sensitive values of records: test_sensitive.py.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from activities.connectors.sending import Bounds, Question, UnansweredError, send
from activities.counters import SourceError, read_counters
from activities.deployments import Counter, Deployments, DeploymentsError, Health
from activities.mail import MailError, MailOptions, Security
from activities.mail import send as send_mail
from api.provider import Provider, SignInError, way_of
from cli import doctor_servers
from cli.checkup import looked
from settings import Settings, settings
from store.database import Database
from store.errors import StoreError
from tests.activities.connectors.outside import an_outside, answer
from tests.activities.test_mail import a_mail

LOOPBACK = (ip_network("127.0.0.0/8"),)
CANARY = "canary/5b1c+e"
"""As passwords are: with characters that addresses and patterns read otherwise."""


@pytest.fixture(autouse=True)
def _logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Have everything logged, and find the canary nowhere."""
    caplog.set_level(logging.DEBUG)
    yield
    logged = capfd.readouterr()
    assert CANARY not in caplog.text + logged.out + logged.err


def told(error: BaseException | None) -> str:
    """Give all that an error tells, with what it came from."""
    parts = []
    while error is not None:
        parts += [str(error), repr(error)]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(parts)


@asynccontextmanager
async def a_mail_server_that_repeats() -> AsyncIterator[int]:
    """Greet, offer to take a password, and refuse every command with its own words."""
    serving: list[asyncio.Task[Any] | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.append(asyncio.current_task())
        writer.write(b"220 hello\r\n")
        while line := (await reader.readline()).strip():
            hello = b"250-x\r\n250 AUTH PLAIN LOGIN\r\n"
            writer.write(hello if line.startswith(b"EHLO") else b"535 no: %s (%s)\r\n" % (line, CANARY.encode()))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*filter(None, serving))


async def test_a_mail_server_that_repeats_the_password_is_not_repeated() -> None:
    async with a_mail_server_that_repeats() as port:
        options = MailOptions("127.0.0.1", port, "Steward <s@example.org>", Security.NONE, "steward", CANARY)
        with pytest.raises(MailError, match="535") as failed:
            await send_mail(options, a_mail())
    assert CANARY not in told(failed.value)
    assert "…" in str(failed.value)


@pytest.mark.parametrize("status", [302, 400, 500])
async def test_a_system_that_repeats_the_credential_tells_no_error_of_it(status: int) -> None:
    async with an_outside(b"HTTP/1.1 x " + CANARY.encode() + b"\r\n\r\n") as broken:
        asked = Question("GET", f"http://127.0.0.1:{broken.port}/", {"Authorization": f"Bearer {CANARY}"}, None)
        with pytest.raises(UnansweredError) as failed:
            await send(asked, Bounds(LOOPBACK, 60.0, 1_000))
    assert CANARY not in told(failed.value)
    async with an_outside(answer(status, CANARY, Location=f"http://127.0.0.1:9/{CANARY}")) as outside:
        asked = asked._replace(url=f"http://127.0.0.1:{outside.port}/")
        assert (await send(asked, Bounds(LOOPBACK, 60.0, 1_000))).status == status


def provider_at(port: int) -> Provider:
    """Give a provider that knows us by the canary."""
    return Provider(f"http://127.0.0.1:{port}", "steward", CANARY)


def discovered(port: int, **otherwise: str) -> bytes:
    """Give what the provider says of itself."""
    issuer = f"http://127.0.0.1:{port}"
    ends = {name: f"{issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
    return answer(200, {"issuer": issuer, **ends, **otherwise})


@pytest.mark.parametrize(
    "refusal",
    [
        answer(400, {"error": "invalid_client", "error_description": f"not {CANARY}"}),
        answer(400, {"error": CANARY}),
        answer(500, CANARY.encode()),
        answer(200, CANARY.encode()),
        answer(302, CANARY.encode(), Location=f"http://127.0.0.1:9/{CANARY}"),
    ],
    ids=["an error described", "an error", "a failure", "no JSON", "a redirect"],
)
async def test_a_provider_that_repeats_our_secret_is_not_repeated(refusal: bytes) -> None:
    async with an_outside(b"") as outside:
        outside.answers = [discovered(outside.port), refusal]
        provider, back = provider_at(outside.port), {"state": way_of("way").state, "code": "c"}
        with pytest.raises(SignInError) as failed:
            await provider.who_comes_back("http://steward.test", "way", back)
        assert len(outside.asked) == 2
    assert CANARY not in told(failed.value) + repr(provider)


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri", "authorization_endpoint", "userinfo_endpoint"])
@pytest.mark.parametrize("address", ["http://169.254.169.254/", "file:///etc/passwd", "gopher://127.0.0.1/", ""])
async def test_a_provider_leads_us_nowhere_without_encryption(name: str, address: str) -> None:
    async with an_outside(b"") as outside:
        outside.answers = [discovered(outside.port, **{name: address})]
        with pytest.raises(SignInError, match=f"names a {name} that is not https"):
            await provider_at(outside.port).way_there("http://steward.test", "way")
        assert len(outside.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://steward:{CANARY}@127.0.0.1:1/steward",
        "postgresql://steward:canary%2F5b1c%2Be@127.0.0.1:1/steward",
        f"postgresql://steward:p@ss:{CANARY}@127.0.0.1/steward",
        f"postgresql://steward:{CANARY}@127.0.0.1:port/steward",
        f"oracle://steward:{CANARY}@127.0.0.1/steward",
    ],
)
async def test_a_database_that_is_away_does_not_tell_its_password(url: str) -> None:
    with pytest.raises(StoreError) as failed:
        await asked_once(url)
    assert CANARY not in told(failed.value)
    assert "canary%2F5b1c%2Be" not in told(failed.value)


async def asked_once(url: str) -> None:
    """Ask a database something, and leave it."""
    database = Database(url)
    try:
        await database.read(lambda connection: connection.exec_driver_sql("SELECT 1"))
    finally:
        await database.close()


SECRET_SETTINGS = [name for name, each in Settings.model_fields.items() if "SecretStr" in str(each.annotation)]


def test_every_setting_that_is_a_secret_is_known_to_be_one() -> None:
    telling = ("secret", "password", "token", "keys", "api_key", "codec")
    plain = {name for name in Settings.model_fields if any(each in name for each in telling)} - {*SECRET_SETTINGS}
    assert {name for name in plain if not name.endswith(("_file", "_directory"))} <= {
        "codec_origins",
        "secrets",
    }
    assert {"mail_password", "oidc_client_secret", "sealing_keys", "token"} <= {*SECRET_SETTINGS}


def test_settings_and_doctor_tell_no_secret(tmp_path: Path) -> None:
    given: dict[str, Any] = {name: SecretStr(CANARY) for name in SECRET_SETTINGS}
    url = f"postgresql://steward:{CANARY}@127.0.0.1:1/steward"
    mail = {"mail_host": "127.0.0.1", "mail_port": 1, "mail_user": "steward"}
    chosen = settings(data=tmp_path, database_url=url, temporal_address="127.0.0.1:1", **mail, **given)
    assert CANARY not in repr(chosen.model_copy(update={"database_url": ""}))
    looks = [each for each in doctor_servers.LOOKS if each[0] in ("database", "API", "mail server")]
    assert CANARY not in json.dumps([each._asdict() for each in looked(looks, chosen)])


def test_a_credential_in_an_address_of_health_is_refused_and_not_repeated(tmp_path: Path) -> None:
    file = tmp_path / "deployments.yaml"
    counters = "requests: {name: a}, errors: {name: b}, max_error_ratio: 0.1, min_requests: 1"
    file.write_text(f"health: {{shop: {{ring: {{url: 'https://s:{CANARY.replace('/', '')}@h/metrics', {counters}}}}}}}")
    with pytest.raises(DeploymentsError, match="never part of an address") as wrong:
        Deployments(file, tmp_path).read()
    assert CANARY.replace("/", "") not in told(wrong.value)


async def test_a_source_of_health_leads_nowhere_else() -> None:
    async with an_outside(answer(200, b"a 1\nb 1\n")) as other:
        async with an_outside(answer(302, b"", Location=f"http://127.0.0.1:{other.port}/")) as outside:
            url = f"http://127.0.0.1:{outside.port}/"
            source = Health(
                url=url, requests=Counter(name="a"), errors=Counter(name="b"), max_error_ratio=1, min_requests=1
            )
            with pytest.raises(SourceError, match="answers 302"):
                await read_counters(source)
        assert other.asked == []
