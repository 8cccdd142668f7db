"""What can stop an event in the middle of the engine; `engine.advance` catches every one of them.

EngineError
├── Missing    facts are not at hand; nothing has happened, run again with them
├── Setback    the event cannot be carried out; the record stays as it was, with a fault that says why
│   ├── Circles   the definition goes round in circles
│   ├── TooLarge  the record would be larger than a record can be
│   └── TooManyFacts  it asks for facts again and again
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


class Setback(EngineError):
    """An event that cannot be carried out as a whole: `code` is that of the fault, `text` says why in words."""

    code = ""

    def __init__(self, text: str) -> None:
        """Keep the text."""
        super().__init__(text)
        self.text = text


class Circles(Setback):
    """More transitions or instant steps in one event than any process needs."""

    code = "circles"

    def __init__(self, what: str) -> None:
        """Say what there was too much of."""
        super().__init__(f"the process goes round in circles: {what}")


class TooLarge(Setback):
    """A record that would be larger than a record can be."""

    code = "too-large"


class TooManyFacts(Setback):
    """An event that needs one fact after the other: each was asked for only when the ones before were known."""

    code = "too-many-facts"

    def __init__(self, most: int) -> None:
        """Say how often facts are asked for at most."""
        super().__init__(f"this asks for facts more than {most} times, one after the other: ask for less at once")


class StepFailed(EngineError):
    """A step cannot be carried out: `code` is stable, `text` says why in words."""

    def __init__(self, code: str, text: str) -> None:
        """Keep both for `error.code` and `error.text`."""
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
