"""The place where people sign in everywhere else (OpenID Connect): the way there, and who comes back from it.

Authorization code flow with PKCE, state and nonce; the identity token is verified with the keys of the provider. What
it says of itself is asked for at each sign-in: they are few, and a key that was changed is known at once.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

RETURN = "/oidc/return"
"""The page of ours that the provider leads back to."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""With what identity tokens may be signed: the key is the provider's alone."""
PATIENCE = 10.0
"""Seconds that the provider may take for an answer."""
ENDPOINTS = frozenset(("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"))
"""Addresses that the provider names and that we, or browsers, are led to with something to prove who we are."""
CODE = re.compile(r"[a-z_]{1,40}")
"""A code of an error (RFC 6749, 5.2), which is the same for everybody."""
LEEWAY = 60
"""Seconds by which its clock may differ from ours."""

Claims = Mapping[str, Any]
"""What the provider says of a person."""


class SignInError(Exception):
    """Somebody is not signed in; the message says why, and what to do."""


class ProviderAwayError(SignInError):
    """The provider does not answer, or not as it should."""


class Way(NamedTuple):
    """What belongs to one way to the provider and back; all of it follows from a secret that the browser keeps."""

    state: str
    nonce: str
    verifier: str


def way_of(secret: str) -> Way:
    """Give what belongs to the way of a secret."""
    return Way(*(hmac.new(secret.encode(), name.encode(), "sha256").hexdigest() for name in Way._fields))


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider, and how we are registered there.

    `person_claim` says which person of the organisation somebody is: `email` by mail address, which must be verified;
    any other by id. Each value of `groups_claim` that `roles` names gives its role. Who is not in the organisation has
    the `guest_role`, or, without one, does not get in.
    """

    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    scopes: str = "openid profile email"
    person_claim: str = "email"
    groups_claim: str = "groups"
    roles: Mapping[str, str] = field(default_factory=dict)
    guest_role: str | None = None

    async def way_there(self, base_url: str, secret: str) -> str:
        """Give the address at the provider to which a browser is led. Raises ProviderAwayError."""
        way = way_of(secret)
        async with self._client(base_url) as client:
            about = await self._about(client)
            address, _state = client.create_authorization_url(
                about["authorization_endpoint"], state=way.state, nonce=way.nonce, code_verifier=way.verifier
            )
        return str(address)

    async def way_out(self, base_url: str) -> str | None:
        """Give the address at which people end their session at the provider; None where it has none, or is away."""
        try:
            async with self._client(base_url) as client:
                address = (await self._about(client)).get("end_session_endpoint")
        except ProviderAwayError:
            return None
        query = urlencode({"client_id": self.client_id, "post_logout_redirect_uri": f"{base_url}/signed-out"})
        return f"{address}?{query}" if address else None

    async def who_comes_back(self, base_url: str, secret: str, given: Mapping[str, str]) -> Claims:
        """Give what the provider says of who comes back with these parameters. Raises SignInError."""
        way = way_of(secret)
        if not hmac.compare_digest(given.get("state", "").encode(), way.state.encode()):
            raise SignInError("This answer does not belong to a sign-in that this browser has begun. Begin again.")
        if given.get("iss", self.issuer) != self.issuer:
            raise SignInError("This answer is of another provider. Begin again.")
        if "code" not in given:
            why = given.get("error_description") or given.get("error") or "it does not say why"
            raise SignInError(f"Where you sign in you were not let through: {why[:200]}")
        async with self._client(base_url) as client:
            about = await self._about(client)
            token = await self._exchanged(client, about, given["code"], way.verifier)
            keys = await _read(client, about["jwks_uri"])
            claims = verified(self, token, keys, way.nonce)
            return {**await self._more(client, about, claims), **claims}

    def _client(self, base_url: str) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self.client_id,
            self.client_secret,
            scope=self.scopes,
            redirect_uri=f"{base_url}{RETURN}",
            code_challenge_method="S256",
            timeout=PATIENCE,
        )

    async def _about(self, client: AsyncOAuth2Client) -> Mapping[str, Any]:
        """Give what the provider says of itself (OpenID Connect Discovery)."""
        about = await _read(client, f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if about.get("issuer") != self.issuer:
            raise ProviderAwayError(f"{self.issuer} calls itself {about.get('issuer')}: STEWARD_OIDC_ISSUER is wrong.")
        missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"}.difference(about)
        if missing:
            raise ProviderAwayError(f"{self.issuer} does not say its {', '.join(sorted(missing))}.")
        for name in ENDPOINTS & about.keys():
            if not str(about[name]).startswith(("https://", f"{_origin(self.issuer)}/")):
                raise ProviderAwayError(f"{self.issuer} names a {name} that is not https.")
        return about

    async def _exchanged(self, client: AsyncOAuth2Client, about: Mapping[str, Any], code: str, verifier: str) -> str:
        known = about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic = "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"
        client.token_endpoint_auth_method = basic if self.client_secret else "none"
        try:
            token = await client.fetch_token(about["token_endpoint"], code=code, code_verifier=verifier)
        except (AuthlibBaseError, httpx2.HTTPError, ValueError) as error:
            raise ProviderAwayError(f"The provider does not confirm the sign-in: {_why(error)}. Begin again.") from None
        if not isinstance(token.get("id_token"), str):
            raise ProviderAwayError("The provider does not say who you are: it gives no identity token.")
        return str(token["id_token"])

    async def _more(self, client: AsyncOAuth2Client, about: Mapping[str, Any], claims: Claims) -> Claims:
        """Give what else the provider says of the same person where it is asked (`userinfo`)."""
        if "userinfo_endpoint" not in about:
            return {}
        told = await _read(client, about["userinfo_endpoint"], withhold_token=False)
        return told if told.get("sub") == claims["sub"] else {}


def verified(provider: Provider, token: str, keys: Mapping[str, Any], nonce: str) -> Claims:
    """Give what an identity token says; SignInError unless the provider has signed it, for us, now and for this way."""
    demanded = jwt.JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        sub={"essential": True},
        exp={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        read = jwt.decode(token, KeySet.import_key_set({"keys": keys["keys"]}), algorithms=list(ALGORITHMS))
        demanded.validate(read.claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise SignInError(f"What the provider says of you cannot be believed ({error}). Begin again.") from error
    if read.claims.get("azp", provider.client_id) != provider.client_id:
        raise SignInError("What the provider says of you is meant for another application. Begin again.")
    return read.claims


def _why(error: Exception) -> str:
    """Say why, in words that are not the provider's: those might repeat what it was sent."""
    if isinstance(error, AuthlibBaseError):
        return str(error.error) if CODE.fullmatch(str(error.error)) else "it says why in no known way"
    if isinstance(error, httpx2.HTTPStatusError):
        return f"it answered {error.response.status_code}"
    return str(error) or type(error).__name__


def _origin(address: str) -> str:
    return "/".join(address.split("/")[:3])


async def _read(client: AsyncOAuth2Client, address: str, *, withhold_token: bool = True) -> Mapping[str, Any]:
    """Read a JSON object of the provider."""
    try:
        answer = await client.request("GET", address, withhold_token=withhold_token)
        answer.raise_for_status()
        found = answer.json()
    except (AuthlibBaseError, httpx2.HTTPError, ValueError) as error:
        raise ProviderAwayError(f"The provider does not answer as it should at {address}: {_why(error)}") from None
    if not isinstance(found, dict):
        raise ProviderAwayError(f"The provider does not answer as it should at {address}: no JSON object.")
    return found
