"""From where a request came, for the journal and for the log of refusals: the edge, the address and the credential."""

from pydantic import BaseModel, Field
from starlette.requests import HTTPConnection

from engine.record import Actor, Origin

CLI = "steward-cli/"
"""How the command line begins its `User-Agent`; what a client says of itself is believed, and decides nothing."""
AUDITORS = ("auditor", "administrator")
"""Who may look at where everything came from, and at what was refused."""


class OriginView(BaseModel):
    """From where somebody did something; address and credential only for those who see the record in full."""

    channel: str = Field(description="the edge: `api`, `cli`, `portal`, `mail` …")
    address: str | None = Field(None, description="the address the request came from")
    credential: str | None = Field(None, description="the id of the API token or session it came with")


def origin_of(request: HTTPConnection, credential: str) -> Origin:
    """Give from where a request came that was authenticated by this credential (its id, never its secret)."""
    channel = "cli" if request.headers.get("User-Agent", "").startswith(CLI) else "api"
    return Origin(channel, request.client.host if request.client else "", credential)


def known(request: HTTPConnection, actor: Actor, origin: Origin) -> Actor:
    """Give an actor with where they come from; a refusal that follows is noted as theirs."""
    request.state.actor = actor._replace(origin=origin)
    return actor._replace(origin=origin)
