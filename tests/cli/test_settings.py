"""The configuration: from the environment, options before it, and what follows from what."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from settings import SHIPPED, settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, and nothing configured."""
    monkeypatch.chdir(tmp_path)


def test_without_anything_all_is_here_and_nothing_leaves_this_machine() -> None:
    plain = settings()
    assert (plain.database_url, plain.base_url) == ("sqlite:///.steward/steward.db", "http://127.0.0.1:8080")
    assert (plain.definitions, plain.mail_host, plain.temporal_address) == (SHIPPED, None, None)


def test_what_follows_from_a_setting_follows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_DATA", "/var/lib/steward")
    assert settings(port=9000).base_url == "http://127.0.0.1:9000"
    assert settings().database_url == "sqlite:////var/lib/steward/steward.db"


def test_definitions_of_ones_own_go_before_those_shipped(tmp_path: Path) -> None:
    (tmp_path / "definitions").mkdir()
    assert settings().definitions == Path("definitions")


def test_an_option_goes_before_the_environment_and_none_is_no_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_PORT", "7000")
    assert (settings(port=9000).port, settings(port=None).port) == (9000, 7000)


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_TOKEN", "stw_hidden")
    monkeypatch.setenv("STEWARD_MAIL_PASSWORD", "hunter2")
    shown = str(settings())
    assert ("hidden" in shown, "hunter2" in shown) == (False, False)


def test_secrets_stand_in_files_of_a_directory_and_variables_go_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "steward_database_url").write_text("postgresql://steward:hunter2@db/steward\n")
    (tmp_path / "STEWARD_TOKEN").write_text("stw_file")
    (tmp_path / "steward_mail_password").write_text("\n")
    monkeypatch.setenv("STEWARD_SECRETS", str(tmp_path))
    monkeypatch.setenv("STEWARD_TOKEN", "stw_variable")
    read = settings()
    assert read.database_url == "postgresql://steward:hunter2@db/steward"
    assert read.mail_password is None
    assert read.token is not None
    assert read.token.get_secret_value() == "stw_variable"


def test_a_directory_of_secrets_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_SECRETS", "nowhere")
    with pytest.raises(ValidationError, match="secrets"):
        settings()


@pytest.mark.parametrize(("name", "value"), [("PORT", "many"), ("MAIL_SECURITY", "strong"), ("LOG_LEVEL", "loud")])
def test_what_cannot_be_read_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"STEWARD_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        settings()
