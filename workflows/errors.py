"""What the client of records raises; apart from it, so that who only names an outcome loads no Temporal.

ClientError
├── BusyError      not carried out, now or later: repeat with the same key
├── PendingError   accepted or perhaps accepted, without an answer yet: the same key brings it
├── CrowdedError   too many commands for this record at once
├── RefusedError   refused, with every reason
└── ClosedError    the record's workflow is over, or never was
"""

from collections.abc import Sequence

from engine.record import Reason


class ClientError(Exception):
    """The root of the tree above."""


class BusyError(ClientError):
    """Not carried out, now or later."""


class PendingError(ClientError):
    """Accepted, or perhaps accepted; the same key will bring the answer."""


class CrowdedError(ClientError):
    """Too many commands for one record at once."""


class ClosedError(ClientError):
    """There is no workflow of that record any more."""


class RefusedError(ClientError):
    """Refused; `reasons` holds every one."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        """Keep the reasons; the message lists their texts."""
        super().__init__("; ".join(reason.text for reason in reasons))
        self.reasons = tuple(reasons)
