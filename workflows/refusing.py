"""How a record's workflow refuses: with the error from which the client reads every reason."""

from temporalio.exceptions import ApplicationError

from engine.record import Refused
from workflows.messages import REFUSED, reason_json


def refusal(refused: Refused) -> ApplicationError:
    """Give a refusal as the error that is raised for it."""
    reasons = [reason_json(reason) for reason in refused.reasons]
    text = "; ".join(reason.text for reason in refused.reasons)
    return ApplicationError(text, reasons, type=REFUSED, non_retryable=True)
