"""Configuration, from the environment (`STEWARD_*`) and nothing else: where things are and how to reach them, no logic.

Temporal's own variables and profiles (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY` …) say how a cluster
or Temporal Cloud is reached; `temporalio.envconfig` reads them where the connection is made.
"""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, DirectoryPath, Field, SecretStr, model_validator
from pydantic.networks import IPvAnyNetwork
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SHIPPED = Path(__file__).parent / "definitions"
HERE = Path("definitions")

Port = Annotated[int, Field(ge=0, le=65_535)]
Rate = Annotated[int, Field(ge=1, le=1_000_000)]
KeepDays = Annotated[int, Field(ge=30, le=36_500)]


def _separated(given: object) -> object:
    """Take a text for the list whose members have commas between them."""
    return [each.strip() for each in given.split(",")] if isinstance(given, str) else given


class MailSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class LogLevel(StrEnum):
    """The least important messages that are still logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How a line of the log is written: for people, or as an object in JSON for programs."""

    TEXT = "text"
    JSON = "json"


class Settings(BaseSettings):
    """All that can be configured; each name in capitals after `STEWARD_` is the variable that sets it."""

    model_config = SettingsConfigDict(env_prefix="STEWARD_", frozen=True, env_ignore_empty=True, extra="forbid")

    secrets: DirectoryPath | None = None
    """A directory with a file for each setting that is a secret, named like its variable; variables go before it."""
    data: Path = Path(".steward")
    """The directory of `steward up`: databases, logs, the first token."""
    database_url: str = Field(default_factory=lambda known: f"sqlite:///{known['data'] / 'steward.db'}")
    """`sqlite:///path/to/file.db` or `postgresql://user@host/name`."""
    definitions: Path = Field(default_factory=lambda: HERE if HERE.is_dir() else SHIPPED)
    """The definitions, with `organisation/` and `messages/` inside; without one of your own, those of the package."""
    connectors: Path = SHIPPED / "connectors" / "company.yaml"
    """The file of connectors, whose actions definitions may call; without one of your own, the demo company's."""

    deployments: Path = Field(default_factory=lambda known: known["data"] / "deployments.yaml")
    """What may be deployed where by which commands, and where health is read; no file: nothing."""

    sealing_key_file: Path = Field(default_factory=lambda known: known["data"] / "sealing.keys")
    """The keys of sensitive values, one a line: the first seals, all open."""
    sealing_keys: SecretStr | None = None
    """The same, not in a file; it goes before the file."""

    codec_key_file: Path = Field(default_factory=lambda known: known["data"] / "codec.keys")
    """The keys of what Temporal keeps, one a line: the first encrypts, all decrypt; no file: it is not encrypted."""
    codec_keys: SecretStr | None = None
    """The same, not in a file; it goes before the file."""
    codec_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_separated)] = ()
    """Where Temporal's own pages are, which may have payloads decrypted: `https://temporal.example.org`."""

    host: str = "127.0.0.1"
    port: Port = 8080
    """Where the API listens; 0 takes a free port."""
    base_url: str = Field(default_factory=lambda known: f"http://{known['host']}:{known['port']}")
    """How people reach it, for links in messages."""

    attachment_size: int = Field(10, ge=1, le=50)
    """Megabytes that a file on a record may have."""

    temporal_address: str | None = None
    """A Temporal server without TLS, namespace `default`; None: the embedded one, unless Temporal's own say more."""
    temporal_port: Port = 7233
    """Where the embedded server listens when that port is free, else a free one."""
    temporal_cli: Path | None = None
    """The `temporal` program with the embedded server; None: the one that was installed with Steward."""

    proxies: str = ""
    """Addresses of reverse proxies, with commas between them, whose `X-Forwarded-…` is believed; empty: nobody's."""

    oidc_issuer: str | None = None
    """Where people sign in (OpenID Connect): the address of the provider, as it calls itself; None: nowhere."""
    oidc_client_id: str = "steward"
    oidc_client_secret: SecretStr | None = None
    oidc_client_secret_file: Path | None = None
    """How Steward is registered there; the secret itself goes before the file with it."""
    oidc_scopes: str = "openid profile email"
    oidc_person_claim: str = "email"
    """What says which person of the organisation somebody is: `email`, if verified, or a claim that is an id."""
    oidc_groups_claim: str = "groups"
    oidc_roles: str = "{}"
    """JSON: which value of the groups claim gives which role, besides those of the organisation."""
    oidc_guest_role: str | None = None
    """The role of those who are not in the organisation; None: they do not get in."""

    mail_host: str | None = None
    """The SMTP server; None: messages stay in the inboxes of the application."""
    mail_port: Port = 587
    mail_security: MailSecurity = MailSecurity.STARTTLS
    mail_user: str | None = None
    mail_password: SecretStr | None = None
    mail_from: str = "Steward <steward@localhost>"
    mail_reply_to: Annotated[str, Field(pattern=r"^([A-Za-z0-9._-]{1,30}@[A-Za-z0-9.-]+)?$")] = ""
    """The address whose mail `steward mailgate` takes, with sub-addresses (`steward+…@`); empty: none comes back."""
    mail_authserv: str = ""
    """The `authserv-id` of the mail server whose Authentication-Results are believed; empty: none."""

    webhook_networks: Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_separated)] = ()
    """Networks that webhooks may reach beside the internet, also without encryption: `10.1.0.0/16,192.168.7.9/32`."""

    archive: Path = Field(default_factory=lambda known: known["data"] / "archive")
    """The directory of the archive: one that every worker reaches."""
    keep_days: KeepDays | None = None
    """For how many days records stay in the database once they have ended; None: for ever."""
    keep_days_of: dict[str, KeepDays | None] = Field(default_factory=dict)
    """JSON: the same for some processes, by their names."""

    metrics_host: str = "127.0.0.1"
    metrics_port: Port | None = None
    """Where a worker tells Prometheus its numbers, to everybody who can reach it; None: nowhere. The API has a path."""

    log_level: LogLevel = LogLevel.INFO
    log_format: LogFormat = LogFormat.TEXT
    refusal_days: Annotated[int, Field(ge=1, le=36_500)] = 90
    """For how many days it is kept what the edges refused."""

    calls_per_minute: Rate = 3_000
    """Calls of the API that one person, or one robot, may make in a minute."""
    starts_per_minute: Rate = 600
    """Those of them that may start records: starts, events, alerts."""
    checks_per_minute: Rate = 60
    """Those of them that check or publish a definition."""
    strangers_per_minute: Rate = 600
    """Calls of one address in a minute that come without being known."""

    url: str | None = None
    """The API that commands on the terminal speak to; None: the one that runs on this data directory."""
    token: SecretStr | None = None
    """What they identify themselves with; None: the first token, in the data directory."""

    @model_validator(mode="before")
    @classmethod
    def _empty_is_not_set(cls, given: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in given.items() if value != ""}


def settings(**given: Any) -> Settings:  # noqa: ANN401  # options of the command line are of many types
    """Read the environment, and the directory of secrets it names; what is given here, and is not None, goes before.

    Raises pydantic.ValidationError, which names the variables that are wrong.
    """
    secrets = Path(os.environ.get("STEWARD_SECRETS") or os.devnull)
    chosen = {name: value for name, value in given.items() if value is not None}
    return Settings(_secrets_dir=secrets if secrets.is_dir() else None, **chosen)
