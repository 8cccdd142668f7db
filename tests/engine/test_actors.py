"""Who did something, as JSON and back: nothing is lost, and what older code kept is read."""

import json

from engine.actors import actor_from, actor_json
from engine.record import Actor, Origin


def test_an_actor_survives_json() -> None:
    actor = Actor("ann", "Ann", ("agent",), ("desk",), Origin("api", "10.0.0.1", "4f0a"))
    assert actor_from(json.loads(json.dumps(actor_json(actor)))) == actor


def test_an_actor_of_older_code_came_from_nowhere_known() -> None:
    stored = {"id": "ann", "label": "Ann", "roles": ["agent"], "groups": []}
    assert actor_from(stored) == Actor("ann", "Ann", ("agent",))
