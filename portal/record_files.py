"""Files sent from the page of a record, each with a comment; without scripts, as a form of a browser."""

from fastapi import Response

from api.attaching import Upload, attach
from portal.pages import ERRORS, page_router
from portal.posting import Sent
from portal.record_acts import refused
from portal.rendering import gone_to
from portal.visiting import Visitor

router = page_router()


@router.post("/records/{record}/attachments")
async def upload(record: str, visit: Visitor, sent: Sent) -> Response:
    """Put a file on a record; refused, its page says why."""
    try:
        await attach(visit.sender(sent.key), record, visit.request, Upload())
    except ERRORS as error:
        return await refused(visit, record, error, sent, "files")
    return gone_to(f"/records/{record}#files", "The file is on the record.")
