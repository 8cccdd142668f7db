"""Files that come with a mail are kept for its record, as far as they may be; the others are named."""

import hashlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any, NamedTuple

from api.attaching import media_type
from api.mail_reading import Mail, MailFile
from api.services import Services
from store.attachments import File, keep
from store.errors import TooManyFilesError


class KeptFiles(NamedTuple):
    """Files as a comment names them, and the names of those that were not kept."""

    attachments: tuple[Mapping[str, Any], ...]
    left_out: tuple[str, ...]


async def keep_files(services: Services, record: str, mail: Mail) -> KeptFiles:
    """Keep the files of a mail for a record: none that is too large, and no more than a record can have."""
    kept, left_out = [], list(mail.left_out)
    for file in mail.files:
        told = await _kept(services, record, file)
        if told is None:
            left_out.append(file.name)
        else:
            kept.append(told)
    return KeptFiles(tuple(kept), tuple(left_out))


async def _kept(services: Services, record: str, file: MailFile) -> Mapping[str, Any] | None:
    if len(file.data) > services.attachment_size:
        return None
    digest = hashlib.sha256(file.data).hexdigest()
    try:
        size = len(file.data)
        await keep(services.database, record, File(digest, size, BytesIO(file.data)), services.clock())
    except TooManyFilesError:
        return None
    return {"name": file.name, "digest": digest, "size": size, "type": media_type(file.media_type)}
