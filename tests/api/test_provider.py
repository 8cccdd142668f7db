"""What a provider says of people: believed when it is signed by it, for us, and now; and who they are here."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from api.newcomers import newcomer
from api.provider import Provider, SignInError, verified, way_of
from language.organisation_reading import read_organisation
from store.sessions import Session, begun

ISSUER = "https://id.example"
PROVIDER = Provider(ISSUER, "steward", roles={"itsm": "agent", "board": "member", "twice": "agent"})
RSA, ECC = RSAKey.generate_key(2048, {"kid": "r"}), ECKey.generate_key("P-256", {"kid": "e"})
KEYS: Mapping[str, Any] = KeySet([RSA, ECC]).as_dict(private=False)
PEOPLE = """
roles:
  agent: {title: Agent}
  member: {title: Member}
people:
  ann: {name: Ann, email: Ann@example.test}
  bob: {name: Bob, email: both@example.test}
  carl: {name: Carl, email: both@example.test}
  gone: {name: Gone, email: gone@example.test, active: false}
"""
AROUND = read_organisation({"organisation.yaml": PEOPLE})


def said(**otherwise: Any) -> dict[str, Any]:
    now = int(time.time())
    usual = {"iss": ISSUER, "aud": "steward", "sub": "1", "nonce": "n", "exp": now + 3_600, "iat": now}
    return {name: value for name, value in {**usual, **otherwise}.items() if value is not None}


def signed(claims: dict[str, Any], key: Any = RSA, algorithm: str = "RS256") -> str:
    return jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key, algorithms=[algorithm])


@pytest.mark.parametrize(
    "token",
    [
        signed(said()),
        signed(said(), ECC, "ES256"),
        signed(said(aud=["steward", "other"], azp="steward")),
    ],
)
def test_a_token_of_the_provider_for_us_is_believed(token: str) -> None:
    assert verified(PROVIDER, token, KEYS, "n")["sub"] == "1"


@pytest.mark.parametrize(
    "token",
    [
        signed(said(iss="https://evil.example")),
        signed(said(iss=None)),
        signed(said(aud="other")),
        signed(said(aud=None)),
        signed(said(aud=["steward", "other"], azp="other")),
        signed(said(nonce="of another way")),
        signed(said(nonce=None)),
        signed(said(exp=int(time.time()) - 3_600)),
        signed(said(exp=None)),
        signed(said(sub=None)),
        signed(said(), RSAKey.generate_key(2048, {"kid": "r"})),
        signed(said(), RSAKey.generate_key(2048, {"kid": "x"})),
        signed(said(), OctKey.generate_key(256, {"kid": "r"}), "HS256"),
        signed(said()).rpartition(".")[0] + ".",
        signed(said())[:-8] + "AAAAAAAA",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
        "no token",
        "",
    ],
)
def test_no_other_token_is_believed(token: str) -> None:
    with pytest.raises(SignInError, match=r"cannot be believed|meant for another application"):
        verified(PROVIDER, token, KEYS, "n")


def test_what_belongs_to_a_way_follows_from_its_secret_and_tells_nothing_of_the_rest() -> None:
    assert way_of("a") == way_of("a")
    assert len({*way_of("a"), *way_of("b")}) == 6


VERIFIED = {"email_verified": True}


@pytest.mark.parametrize(
    ("claims", "changed", "session"),
    [
        ({"email": "ann@EXAMPLE.test", **VERIFIED}, {}, begun("ann", 9.0)),
        (
            {"email": "ann@example.test", **VERIFIED, "groups": ["twice", "itsm", "else", "board", 7]},
            {},
            begun("ann", 9.0, roles=("agent", "member")),
        ),
        ({"email": "ann@example.test", **VERIFIED, "groups": "itsm"}, {}, begun("ann", 9.0, roles=("agent",))),
        ({"sub": "ann"}, {"person_claim": "sub"}, begun("ann", 9.0)),
        ({"login": "ann", "roles": ["itsm"]}, {"person_claim": "login", "groups_claim": "roles"},
         begun("ann", 9.0, roles=("agent",))),
        ({"email": "zoe@example.test", "name": "Zoe", **VERIFIED}, {"guest_role": "member"},
         begun("zoe@example.test", 9.0, name="Zoe", roles=("member",))),
    ],
)  # fmt: skip
def test_who_comes_back_is_a_person_of_the_organisation(
    claims: dict[str, Any], changed: dict[str, Any], session: Session
) -> None:
    assert newcomer(replace(PROVIDER, **changed), claims, AROUND, 9.0) == session


@pytest.mark.parametrize(
    ("claims", "changed", "why"),
    [
        ({"email": "ann@example.test"}, {}, "has not verified that ann@example.test is yours"),
        ({"email": "ann@example.test", "email_verified": "true"}, {}, "has not verified"),
        ({"email": "ann@example.test", "email_verified": False}, {"guest_role": "member"}, "has not verified"),
        ({"email": "both@example.test", **VERIFIED}, {"guest_role": "member"}, "of several people"),
        ({"email": "gone@example.test", **VERIFIED}, {"guest_role": "member"}, "gone is not active any more"),
        ({"email": "zoe@example.test", **VERIFIED}, {}, "zoe@example.test is not known in this organisation"),
        ({}, {"guest_role": "member"}, "Who you are is not known"),
        ({"sub": "zoe"}, {"person_claim": "sub"}, "zoe is not known"),
        ({"sub": ["ann"]}, {"person_claim": "sub"}, "is not known"),
    ],
)
def test_why_somebody_does_not_get_in_is_said(claims: dict[str, Any], changed: dict[str, Any], why: str) -> None:
    with pytest.raises(SignInError, match=why):
        newcomer(replace(PROVIDER, **changed), claims, AROUND, 9.0)
