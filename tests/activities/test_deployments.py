"""What the operator's file of deployments may say, and what is told of one that is wrong."""

from pathlib import Path

import pytest

from activities.actions import Refusal
from activities.deployments import Deployments, DeploymentsError
from tests.activities.servicing import operators_file

GOOD = "{deploy: [/bin/d, '{version}'], restore: [/bin/r, '--to={version}'], current: [/bin/c], timeout: 2 minutes}"


def reading(folder: Path, commands: str) -> Deployments:
    file = folder / "deployments.yaml"
    file.write_text(f"commands: {{shop: {{ring_1: {commands}}}}}")
    return Deployments(file, folder)


def test_commands_are_found_by_service_and_target(tmp_path: Path) -> None:
    found = reading(tmp_path, GOOD).commands("shop", "ring_1")
    assert (found.restore, found.timeout) == (("/bin/r", "--to={version}"), 120)


def test_what_an_operator_changes_holds_at_once(tmp_path: Path) -> None:
    deployments = Deployments(operators_file(tmp_path), tmp_path)
    assert deployments.health("shop", "ring_1").min_requests == 50
    (tmp_path / "deployments.yaml").unlink()
    with pytest.raises(Refusal, match="there is: none"):
        deployments.health("shop", "ring_1")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("/bin/d", "deploy", "commands.shop.ring_1.deploy: .*name the program with its whole path"),
        ("'{version}'", "now", "deploy: .*no word has {version}"),
        ("[/bin/c]", "[]", "current: .*at least 1 item"),
        ("2 minutes", "2 months", "timeout: .*write a duration in minutes"),
        ("2 minutes", "soon", 'timeout: .*"soon" is not a duration'),
        ("timeout", "shell", "shell: Extra inputs are not permitted"),
        ("[/bin/c]", "[", "cannot be read: while parsing"),
    ],
)
def test_a_wrong_file_is_told_with_its_place(tmp_path: Path, old: str, new: str, why: str) -> None:
    with pytest.raises(DeploymentsError, match=why):
        reading(tmp_path, GOOD.replace(old, new)).read()
