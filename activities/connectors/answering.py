"""What an answer means for the call: its outputs, a refusal for good, or another try and when."""

import json
from collections.abc import Mapping
from datetime import UTC
from decimal import Decimal
from email.utils import parsedate_to_datetime

from activities.actions import AgainError, Refusal
from activities.connectors.declaring import Declared, Output
from activities.connectors.sending import Answer
from language.inputs import ValueRefused, read
from language.values import Plain

BAD_ANSWER = "bad-answer"
LONGEST_WAIT = 3_600.0
"""Seconds that a system may ask us to wait before we try again; one that asks for more is asked again after these."""
NOT_CARRIED_OUT = range(400, 500)
"""Statuses with which a system says that it has done nothing."""


def outputs(declared: Declared, answer: Answer, who: str, now: float) -> dict[str, Plain]:
    """Give what an answer says; raise AgainError, or Refusal with the code that the status has. No text repeats it."""
    if answer.status in declared.again:
        raise AgainError(f"{who} answered {answer.status}", wait=asked_wait(answer.retry_after, now))
    if answer.status not in (*declared.done, *declared.already):
        code = declared.codes.get(answer.status, "refused")
        happened = answer.status not in NOT_CARRIED_OUT
        raise Refusal(code, f"{who} answered {answer.status}", happened=happened)
    return _given(declared.gives, answer.body, who) if declared.gives else {}


def _given(gives: Mapping[str, Output], body: bytes, who: str) -> dict[str, Plain]:
    try:
        told = json.loads(body, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Refusal(BAD_ANSWER, f"what {who} answered is not JSON", happened=True) from None
    return {name: _value(name, each, told, who) for name, each in gives.items()}


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _value(name: str, wanted: Output, told: object, who: str) -> Plain:
    for member in (wanted.at or name).split("."):
        told = told.get(member) if isinstance(told, Mapping) else None
    try:
        value = read(wanted.shape, told)
    except ValueRefused:
        raise Refusal(BAD_ANSWER, f"what {who} answered has no {wanted.type} for {name}", happened=True) from None
    if value is None and not wanted.optional:
        raise Refusal(BAD_ANSWER, f"what {who} answered has nothing for {name}", happened=True)
    return value


def asked_wait(written: str, now: float) -> float | None:
    """Give the seconds that `Retry-After` asks for: a number, or a time; None where it says nothing we understand."""
    if written.isascii() and written.isdigit():
        return min(float(written[:10]), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(written)
    except (ValueError, TypeError):
        return None
    at = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(at.timestamp() - now, 0.0), LONGEST_WAIT)
