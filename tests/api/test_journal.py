"""What a journal says of who acted in whose place, and from where."""

from typing import Any

import pytest

from api.journal import origin_view
from api.origins import OriginView
from store.entries import in_place_of

MARIA = {"id": "maria", "label": "Maria"}
DAN = {"id": "dan", "label": "Dan"}
LINES: list[tuple[dict[str, Any], Any]] = [
    ({"what": "voted", "data": {"seat": {**DAN, "vote": {}}}}, None),
    ({"what": "voted", "data": {"seat": {**DAN, "for": MARIA, "vote": {}}}}, MARIA),
    ({"what": "voted", "data": {"seat": {**MARIA, "vote": {"recorded_by": DAN}}}}, MARIA),
    ({"what": "task_completed", "data": {"title": "Look", "for": MARIA}}, MARIA),
    ({"what": "task_completed", "data": {"title": "Look"}}, None),
    ({"what": "comment", "data": {"text": "x"}}, None),
]


@pytest.mark.parametrize(("line", "whose"), LINES)
def test_a_delegate_and_a_secretary_act_in_the_place_of_somebody(line: dict[str, Any], whose: Any) -> None:
    assert in_place_of([line]) == whose


@pytest.mark.parametrize("actor", [None, {"id": "ann"}, {"id": "ann", "origin": {"channel": ""}}])
def test_what_nobody_did_and_what_older_code_wrote_came_from_nowhere_known(actor: Any) -> None:
    assert origin_view({"actor": actor}, located=True) is None


def test_an_address_is_not_for_everybody() -> None:
    origin = {"channel": "api", "address": "10.0.0.1", "credential": "4f0a"}
    assert origin_view({"actor": {"origin": origin}}, located=True) == OriginView(**origin)
    assert origin_view({"actor": {"origin": origin}}, located=False) == OriginView(channel="api")
