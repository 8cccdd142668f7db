"""The file of connectors: what is wrong in it is said where it stands, and what is secret is not repeated."""

from pathlib import Path

import pytest

from activities.connectors.reading import ConnectorsError, read_connectors, read_text
from language.problems import LanguageError
from tests import shipped_actions

FILE = """\
connectors:
  company:
    url: https://company.example.org
    actions:
      identity.grant:
        request: POST /accounts/{person}
        takes: {person: text}
        gives: {account: text}
"""


@pytest.mark.parametrize(
    ("old", "new", "place", "why"),
    [
        ("url:", "address:", "3:5", "address: Extra inputs"),
        ("https://company", "file://company", "3:5", "begins with https://"),
        ("https://company", "https://ann:canary@company", "3:5", "never part of an address"),
        ("https://company.example.org", "[a]", "3:5", "url"),
        ("https://company.example.org", "{}", "3:5", "or `variable: NAME`"),
        ("https://company.example.org", "{variable: X}", "2:3", "say in `hosts`"),
        ("    actions", "    hosts: [other.example.org]\n    actions", "2:3", "is not one of `hosts`"),
        ("    actions", "    credential: canary\n    actions", "4:5", "credential"),
        ("    actions", "    credential: {}\n    actions", "4:5", "`variable: NAME` or `file: PATH`"),
        ("    actions", "    credential: {token: canary}\n    actions", "4:18", "token: Extra inputs"),
        ("    actions", "    networks: [10.0.0.1/8]\n    actions", "4:16", "networks.0"),
        ("    actions", "    seconds: 0\n    actions", "4:5", "seconds"),
        ("identity.grant", "Grant", "5:7", "write it like identity.grant"),
        ("POST", "TRACE", "6:9", "write POST /path"),
        ("{person: text}", "{person: user}", "7:17", "user cannot be sent"),
        ("{person: text}", "{person: choice}", "7:17", "a choice, and nothing else, has options"),
        ("{person: text}", "{person: {type: text, optional: true}}", "5:7", "the path needs {person}"),
        ("accounts/{person}", "accounts/{who}", "5:7", "the path needs {who}"),
        ("        takes", "        body: {a: [=who]}\n        takes", "5:7", "=who is sent, but is no input"),
        ("{person: text}", "{person: {type: text, sealed: true}}", "5:7", "person is sealed"),
        ("        takes", "        done: [200]\n        again: [200]\n        takes", "5:7", "has two meanings"),
        ("        takes", "        done: [99]\n        takes", "7:16", "done.0"),
        ("        takes", "        undo: identity.revoke\n        takes", "1:1", "which is not declared"),
        ("connectors:", "connectors: [", "3:8", "does not end here"),
        ("person: text}", "person: text, person: text}", "7:31", "already written"),
    ],
)
def test_a_mistake_is_said_where_it_stands(old: str, new: str, place: str, why: str) -> None:
    with pytest.raises(LanguageError) as wrong:
        read_text(FILE.replace(old, new, 1))
    said = str(wrong.value)
    assert (f"{place} " in said, why in said, "canary" in said) == (True, True, False), said


UNDONE = """\
connectors:
  one:
    url: https://one.example.org
    actions:
      identity.grant: {request: POST /accounts, takes: {person: text}, gives: {account: text}, undo: identity.revoke}
  two:
    url: https://two.example.org
    actions:
      identity.revoke: {request: DELETE /accounts, takes: {account: text}}
"""


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("{account: text}}", "{reason: text}}", "takes reason, which identity.grant neither takes nor gives"),
        ("{account: text}}", "{account: number}}", "takes account, which identity.grant neither takes nor gives"),
        ("identity.revoke:", "identity.grant:", "identity.grant is declared twice"),
    ],
)
def test_an_action_is_taken_back_with_what_it_took_and_gave(old: str, new: str, why: str) -> None:
    assert [each.action for each in read_text(UNDONE)] == ["identity.grant", "identity.revoke"]
    with pytest.raises(LanguageError, match=why):
        read_text(UNDONE.replace(old, new))


def test_all_mistakes_are_said_at_once_with_the_name_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(FILE.replace("url:", "address:").replace("POST", "TRACE"))
    with pytest.raises(ConnectorsError) as wrong:
        read_connectors(file)
    assert [line.partition(" ")[0] for line in wrong.value.lines] == [
        f"{file}:2:3",
        f"{file}:3:5",
        f"{file}:6:9",
    ]


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConnectorsError, match="cannot be read"):
        read_connectors(tmp_path / "nothing.yaml")


def test_the_demo_company_declares_every_action_with_what_takes_it_back() -> None:
    undone = {each.action: each.declared.undo for each in read_connectors(shipped_actions.FILE)}
    assert {name: partner for name, partner in undone.items() if partner} == {
        "identity.grant": "identity.revoke",
        "stock.reserve": "stock.release",
        "purchasing.order": "purchasing.cancel",
    }
    assert list(shipped_actions.SHAPES)[-6:] == list(undone)
