"""Where the API listens: on this machine as it is, elsewhere when people can sign in and nobody can listen in."""

import json
from pathlib import Path

import pytest

from api.provider import Provider
from cli.errors import UsageError
from cli.listening import demand_safe, is_nearby, proxies
from cli.providing import provider_of
from settings import settings
from tests.cli.stewards import steward

ISSUER, HTTPS = {"oidc_issuer": "https://id.example"}, {"base_url": "https://steward.example"}
EVERYWHERE = {"host": "0.0.0.0"}
NAMES = ("STEWARD_OIDC_ISSUER", "STEWARD_BASE_URL")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"host": "localhost"},
        {"host": "::1"},
        {"host": "127.0.0.2", "base_url": "http://steward.example"},
        {**EVERYWHERE, **ISSUER, **HTTPS},
        {"host": "192.168.0.7", **ISSUER, **HTTPS},
    ],
)
def test_it_listens_where_that_is_safe(given: dict[str, str]) -> None:
    demand_safe(settings(**given))


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (EVERYWHERE, ["STEWARD_OIDC_ISSUER", "STEWARD_BASE_URL"]),
        ({"host": "::"}, ["STEWARD_OIDC_ISSUER", "STEWARD_BASE_URL"]),
        ({"host": "steward.example", **HTTPS}, ["STEWARD_OIDC_ISSUER"]),
        ({"host": "192.168.0.7", **ISSUER}, ["STEWARD_BASE_URL"]),
        ({**EVERYWHERE, **ISSUER, "base_url": "http://127.0.0.1:8080"}, ["STEWARD_BASE_URL"]),
    ],
)
def test_it_refuses_to_listen_elsewhere_and_says_what_is_missing(given: dict[str, str], missing: list[str]) -> None:
    with pytest.raises(UsageError, match="others would reach the API") as refused:
        demand_safe(settings(**given))
    assert [name for line in refused.value.more[:-1] for name in NAMES if name in line] == missing


@pytest.mark.parametrize("verb", ["up", "api"])
def test_neither_program_starts_then(tmp_path: Path, verb: str) -> None:
    done = steward(verb, STEWARD_DATA=str(tmp_path / "data"), STEWARD_HOST="0.0.0.0", STEWARD_PORT="0")
    assert (done.returncode, "STEWARD_HOST=127.0.0.1" in done.stderr) == (2, True)


def test_nobody_is_near_behind_a_proxy() -> None:
    chosen = settings(proxies="10.0.0.1, 10.1.0.0/16,")
    assert (proxies(chosen), is_nearby(chosen)) == (["10.0.0.1", "10.1.0.0/16"], False)


def test_a_provider_is_as_it_is_configured(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    assert provider_of(settings()) is None
    assert provider_of(settings(**ISSUER)) == Provider("https://id.example", "steward")
    kept = settings(**ISSUER, oidc_client_secret_file=tmp_path / "secret", oidc_roles=json.dumps({"itsm": "agent"}))
    assert provider_of(kept) == Provider("https://id.example", "steward", "from a file", roles={"itsm": "agent"})
    assert "from a file" not in repr(provider_of(kept))


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"oidc_issuer": "http://id.example"}, "must begin with https:"),
        ({**ISSUER, "oidc_roles": "itsm=agent"}, "must be JSON"),
        ({**ISSUER, "oidc_roles": '["itsm"]'}, "must be JSON"),
        ({**ISSUER, "oidc_roles": '{"itsm": 1}'}, "must be JSON"),
        ({**ISSUER, "oidc_client_secret_file": "/nowhere"}, "cannot be read"),
    ],
)
def test_a_provider_that_cannot_be_right_is_refused(given: dict[str, str], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        provider_of(settings(**given))
