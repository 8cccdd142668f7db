"""Times as the API writes them: RFC 3339 in UTC."""

from datetime import UTC, datetime
from typing import overload


@overload
def moment(seconds: float) -> datetime: ...
@overload
def moment(seconds: None) -> None: ...
@overload
def moment(seconds: float | None) -> datetime | None: ...
def moment(seconds: float | None) -> datetime | None:
    """Give a time in seconds since the epoch; None stays None."""
    return None if seconds is None else datetime.fromtimestamp(round(seconds, 6), UTC)
