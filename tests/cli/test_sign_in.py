"""`steward sign-in`: a link for a person, where the data is and where links are good."""

import asyncio
import json
import re
import time
from pathlib import Path

import pytest

from cli.listening import is_nearby
from language.organisation_reading import read_organisation
from settings import settings
from store import sign_in_links
from store.database import Database
from store.migrations import migrate
from tests import organisations
from tests.cli.stewards import Done, steward

PEOPLE = """
roles:
  administrator: {title: Administrator}
people:
  ann: {name: Ann, email: ann@example.test}
  bob: {name: Bob, email: bob@example.test, roles: [administrator]}
  gone: {name: Gone, email: gone@example.test, active: false}
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with an organisation."""
    made = tmp_path_factory.mktemp("data")
    asyncio.run(_fill(f"sqlite:///{made / 'steward.db'}"))
    return made


async def _fill(url: str) -> None:
    await migrate(url)
    database = Database(url)
    around = read_organisation({"organisation.yaml": PEOPLE})
    await organisations.apply(database, around.to_json(), by="test", at=time.time())
    await database.close()


def sign_in(data: Path, *words: str, **variables: str) -> Done:
    return steward("sign-in", *words, where=data.parent, **{"STEWARD_DATA": str(data), **variables})


async def _whose(data: Path, secret: str) -> str | None:
    database = Database(f"sqlite:///{data / 'steward.db'}")
    person = await sign_in_links.find(database, secret, time.time())
    await database.close()
    return person


@pytest.mark.parametrize(("words", "person"), [((), "bob"), (("ann",), "ann")])
def test_the_link_is_of_who_is_named_else_of_the_first_administrator(
    data: Path, words: tuple[str, ...], person: str
) -> None:
    done = sign_in(data, *words)
    [secret] = re.findall(r"^http://127\.0\.0\.1:8080/sign-in/([\w-]{43})\n$", done.stdout)
    assert (done.returncode, f"signs {person} in" in done.stderr) == (0, True)
    assert asyncio.run(_whose(data, secret)) == person


def test_programs_read_the_link_as_json(data: Path) -> None:
    found = json.loads(sign_in(data, "ann", "--json", STEWARD_BASE_URL="http://localhost:9").stdout)
    assert found.keys() == {"person", "link", "expires_at"}
    assert (found["person"], found["link"].startswith("http://localhost:9/sign-in/")) == ("ann", True)


@pytest.mark.parametrize(
    ("words", "variables", "code", "said"),
    [
        (("anne",), {}, 2, 'no person "anne". Did you mean "ann"?'),
        (("gone",), {}, 2, "gone is not active any more"),
        ((), {"STEWARD_HOST": "0.0.0.0"}, 1, "sign in only where the API listens on this machine alone"),
        ((), {"STEWARD_BASE_URL": "https://steward.example"}, 1, "yours is at https://steward.example"),
        ((), {"STEWARD_DATA": "nowhere"}, 3, "there is no data directory nowhere"),
    ],
)
def test_why_there_is_no_link_is_said(
    data: Path, words: tuple[str, ...], variables: dict[str, str], code: int, said: str
) -> None:
    done = sign_in(data, *words, **variables)
    assert (done.returncode, said in " ".join(done.stderr.split())) == (code, True), done.stderr


@pytest.mark.parametrize(
    ("host", "base_url", "nearby"),
    [
        ("127.0.0.1", None, True),
        ("::1", "http://[::1]:8080", True),
        ("localhost", None, True),
        ("0.0.0.0", None, False),
        ("::", "http://127.0.0.1:8080", False),
        ("192.168.0.7", None, False),
        ("127.0.0.1", "https://steward.example", False),
    ],
)
def test_links_are_good_where_nobody_else_reaches_the_api(host: str, base_url: str | None, nearby: bool) -> None:
    assert is_nearby(settings(host=host, base_url=base_url)) is nearby
