"""Who asks: tokens lead to people and robots, with the roles that count now."""

import time

import pytest

from api.identity import actor_of
from api.problems import UnauthenticatedError
from engine.record import Actor
from language.organisation import Organisation
from language.organisation_reading import read_organisation
from store import tokens
from store.organisation import change
from store.tokens import Token
from tests.api.office import Office, a_token
from tests.api.repairs import ORGANISATION

pytestmark = pytest.mark.asyncio(loop_scope="module")
AROUND = read_organisation({"organisation.yaml": ORGANISATION})


@pytest.mark.parametrize(
    ("person", "roles", "groups", "expected"),
    [
        ("ann", (), (), Actor("ann", "Ann Agent", ("agent",), ("workshop",))),
        ("ann", ("administrator",), (), Actor("ann", "Ann Agent", (), ())),
        ("bob", ("agent",), (), Actor("bob", "Bob Boss", ("agent",), ())),
        ("ann", (), ("workshop",), Actor("ann", "Ann Agent", (), ("workshop",))),
        ("a token", ("automation",), (), Actor("a token", "a token", ("automation",), ())),
    ],
)
async def test_people_have_the_roles_of_the_organisation_and_robots_those_of_their_token(
    person: str, roles: tuple[str, ...], groups: tuple[str, ...], expected: Actor
) -> None:
    token = Token("id", "a token", person, roles, groups, 0.0, None, None)
    assert actor_of(token, AROUND) == expected


@pytest.mark.parametrize(("name", "person"), [("a token", "gone"), ("a token", "zoe"), ("gone", "gone")])
async def test_the_token_of_who_has_left_is_dead_whatever_it_says(name: str, person: str) -> None:
    with pytest.raises(UnauthenticatedError, match="not active"):
        actor_of(Token("id", name, person, ("agent",), ("workshop",), 0.0, None, None), AROUND)


@pytest.mark.parametrize("header", [None, "Bearer stw_wrong", "Basic YW5uOg==", "Bearer "])
async def test_without_a_good_token_nobody_is_known(alone: Office, header: str | None) -> None:
    answer = await alone.http.get("/api/v1/processes", headers={} if header is None else {"Authorization": header})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json()["type"] == "urn:steward:problem:unauthenticated"


async def test_an_expired_and_a_revoked_token_are_not_good(alone: Office) -> None:
    alone.secrets["late"] = await a_token(alone.services.database, "ann", expires=time.time() - 1)
    assert (await alone.get("late", "/processes")).status_code == 401
    made, alone.secrets["ended"] = await tokens.create(
        alone.services.database, "x", "ann", roles=(), groups=(), at=time.time(), expires=None
    )
    assert (await alone.get("ended", "/processes")).status_code == 200
    used = {each.id: each.used_at for each in await tokens.all_tokens(alone.services.database)}
    assert used[made.id] is not None
    await tokens.revoke(alone.services.database, made.id, time.time())
    assert (await alone.get("ended", "/processes")).status_code == 401


async def test_who_leaves_the_organisation_is_not_known_at_their_next_request(alone: Office) -> None:
    assert (await alone.get("ann", "/processes")).status_code == 200
    await change(alone.services.database, lambda _present: Organisation(), by="test", at=time.time())
    assert (await alone.get("ann", "/processes")).status_code == 401
    await change(alone.services.database, lambda _present: AROUND, by="test", at=time.time())
    assert (await alone.get("ann", "/processes")).status_code == 200
