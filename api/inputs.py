"""What requests carry, made safe at the edge: texts and values without unseen characters, request keys, entity tags."""

import re
import secrets
from math import isfinite
from typing import Annotated, Any

from fastapi import Depends, Header
from pydantic import AfterValidator, BaseModel, ConfigDict

from api.problems import RefusalError
from engine.record import Reason
from engine.requests import scoped
from language.inputs import unclean

DEEPEST = 20
"""Lists and groups of keys inside each other."""
TAG = re.compile(r'(?:W/)?"([0-9]{1,18})"')


class Body(BaseModel):
    """A body of JSON; a field it does not have is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def cleaned(value: Any, depth: int = DEEPEST) -> Any:  # noqa: ANN401  # any JSON
    """Give JSON with the line ends of texts made the same; raise ValueError for what no record can hold."""
    match value:
        case str():
            text = value.replace("\r\n", "\n")
            if character := unclean(text):
                raise ValueError(f"a text cannot hold the character {character}. Remove it.")
            return text
        case float() if not isfinite(value):
            raise ValueError("a number must be finite")
        case dict() | list() if not depth:
            raise ValueError(f"more than {DEEPEST} values inside each other")
        case dict():
            return {cleaned(key): _member(key, each, depth - 1) for key, each in value.items()}
        case list():
            return [cleaned(each, depth - 1) for each in value]
        case _:
            return value


def _member(name: str, value: Any, depth: int) -> Any:  # noqa: ANN401  # any JSON
    """Clean a member of a group; what is wrong in one of the outermost is said with its name."""
    try:
        return cleaned(value, depth)
    except ValueError as wrong:
        raise ValueError(f"{name}: {wrong}" if depth == DEEPEST - 1 else str(wrong)) from wrong


Text = Annotated[str, AfterValidator(cleaned)]
Values = Annotated[dict[str, Any], AfterValidator(cleaned)]
"""Values by the names of fields, as people fill them in."""


class RequestKey:
    """The key of a request: the sender's, under which it has one effect however often it is sent, or a fresh one."""

    def __init__(self, given: str | None) -> None:
        """Take what was sent; without any the request is not recognised again."""
        self.given = given is not None
        self._text = given or secrets.token_hex(16)

    def scoped(self, actor: str, path: str) -> str:
        """Give it as a record remembers it: it belongs to its sender and to what is asked."""
        return scoped(actor, path, self._text)


async def _request_key(
    idempotency_key: Annotated[
        Text | None,
        Header(min_length=1, max_length=200, description="the same key has one effect, however often it is sent"),
    ] = None,
) -> RequestKey:
    return RequestKey(idempotency_key)


async def _revision(
    if_match: Annotated[
        str | None, Header(description="the `ETag` you last saw; 412 when it has changed since")
    ] = None,
) -> int | None:
    return None if if_match in (None, "*") else revision_of(if_match or "", "If-Match")


def revision_of(tag: str, header: str) -> int:
    """Give the revision that an entity tag names; raise RefusalError (412) for a tag that is none of ours."""
    written = TAG.fullmatch(tag.strip())
    if written is None:
        text = f'{header} is not a tag of a record (such as "7"): send the ETag that you got with it'
        raise RefusalError([Reason("stale", "stale", text, header)])
    return int(written[1])


def tag_of(revision: int) -> str:
    """Give the entity tag of a revision."""
    return f'"{revision}"'


Key = Annotated[RequestKey, Depends(_request_key)]
Revision = Annotated[int | None, Depends(_revision)]
