"""Mail that comes in: what `steward mailgate` brings from the mail server."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from api.identity import AUTOMATION, Caller, demand_role
from api.isolation import TookTooLongError, isolated
from api.mail_reading import read_mail
from api.mail_taking import Did, take
from api.problems import ProblemError, RefusalError, may_answer
from api.services import PREFIX, Provided
from engine.record import Reason

router = APIRouter(tags=["events"])

PATH = "/intake/mail"
MEDIA_TYPE = "message/rfc822"
LARGER = {f"{PREFIX}{PATH}": 10 * 1024 * 1024}
"""Paths that take larger bodies: a mail has attachments."""
SECONDS = 10.0
"""Within which a mail must have been read."""
BODY = {"requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}}


class MailView(BaseModel):
    """What a mail came to."""

    did: Did = Field(description="`nothing`: a program has sent it, nobody knows who has, or it was taken before")
    record: str | None
    because: str = Field(description="why nothing was done, or it was refused; its sender was told the latter by mail")


@router.post(PATH, operation_id="take_mail", openapi_extra=BODY, responses=may_answer(404, 504))
async def take_mail(
    services: Provided,
    caller: Caller,
    request: Request,
    recipient: Annotated[str, Query(max_length=320, description="whom it was delivered to")] = "",
) -> MailView:
    """Take a mail as the mail server got it: an answer becomes a comment, or a vote on what its sender was asked."""
    demand_role(caller, AUTOMATION, to="bring mail")
    if request.headers.get("Content-Type", "").partition(";")[0].strip().casefold() != MEDIA_TYPE:
        raise ProblemError(415, f"the body is read as a mail: send it with Content-Type: {MEDIA_TYPE}")
    try:
        mail = await isolated(SECONDS, read_mail, await request.body())
    except TookTooLongError as error:
        mail = f"it cannot be read: {error}"
    if isinstance(mail, str):
        raise RefusalError([Reason("input", "bad-mail", mail)])
    return MailView(**(await take(services, mail, recipient))._asdict())
