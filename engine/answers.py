"""What a fact is answered with: a value, the reason in words, and until when it holds where that is known."""

from engine.record import Json

Answer = dict[str, Json]


def fact(value: Json, reason: str = "", until: float | None = None) -> Answer:
    """Write an answer; `until` is in seconds."""
    return {"value": value, "reason": reason, "until": until}
