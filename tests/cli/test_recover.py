"""The verbs that make workflows from the store and rows from workflows, beside a Steward that others use too."""

import json

import pytest

from tests.cli.stewards import Up, steward

pytestmark = pytest.mark.server

GIVEN = ("summary=Mail is down", "caller=carla", "service=mail")


def test_a_record_that_is_well_is_not_made_again(steward_up: Up) -> None:
    record = steward_up.started("incident", *GIVEN)
    for words in (("rebuild",), ("recover", "--check"), ("recover",)):
        done = steward_up.run(*words)
        assert (done.returncode in (0, 1), record in done.stdout) == (True, False), done.stderr
    told = json.loads(steward_up.run("rebuild", "--json").stdout)
    assert told.pop("checked") >= 1
    assert record not in json.dumps(told)


@pytest.mark.parametrize("verb", ["rebuild", "recover"])
def test_without_a_temporal_server_nothing_is_done(verb: str, tmp_path: object) -> None:
    done = steward(verb, STEWARD_DATA=str(tmp_path), STEWARD_TEMPORAL_ADDRESS="127.0.0.1:1")
    assert (done.returncode, "no Temporal server answers" in done.stderr) == (3, True)
