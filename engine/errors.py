"""What can stop an event in the middle of the engine; `engine.advance` catches every one of them.

EngineError
├── Missing    facts are not at hand; nothing has happened, run again with them
├── Circles    the definition goes round in circles; the record stays as it was
└── StepFailed a step of `do` cannot be carried out; the nearest `on_error` takes it, else it becomes a fault
"""


class EngineError(Exception):
    """The root of the tree above."""


class Missing(EngineError):
    """Facts that were asked for and are not at hand, by their keys."""

    def __init__(self, *keys: str) -> None:
        """Keep the keys, in the order in which they were asked for."""
        super().__init__(", ".join(keys))
        self.keys = keys


class Circles(EngineError):
    """More transitions or instant steps in one event than any process needs."""


class StepFailed(EngineError):
    """A step cannot be carried out: `code` is stable, `text` says why in words."""

    def __init__(self, code: str, text: str) -> None:
        """Keep both for `error.code` and `error.text`."""
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
