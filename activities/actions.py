"""What an action is that a definition may `call`: a name, declared input and output, and what carries it out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from engine.record import Event
from language.surroundings import ActionShape
from language.values import FieldType, Shape
from store.database import Database

Text = Annotated[str, Shape(FieldType.TEXT)]
TextOrEmpty = Annotated[str | None, Shape(FieldType.TEXT)]
GroupId = Annotated[str, Shape(FieldType.GROUP)]


Send = Callable[[str, Event], Awaitable[int]]
"""Has an event of a person carried out by a record, and gives the `seq` it made; raises as the client does."""


class ActionModel(BaseModel):
    """The base of inputs and outputs. Each field is annotated with the `Shape` by which the checker knows it.

    An input whose shape is `sealed` takes a sensitive field, and gets it opened. Read it as a `SecretStr` where that
    will do, put it into no text, and into no output: those are kept.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Context:
    """Around one call: `key` is its identity, the same in every attempt; `clock` gives seconds since the epoch, UTC.

    `send` reaches records, as people do.
    """

    key: str
    record: str
    process: str
    database: Database
    clock: Callable[[], float]
    send: Send


class Refusal(Exception):
    """The action says no, and trying again would not change that; `code` is what `on_error` reads as `error.code`.

    `happened` is true where the action may have had its effect all the same, and has to be undone.
    """

    def __init__(self, code: str, text: str, *, happened: bool = False) -> None:
        """Keep the code; the message is the text that people read."""
        super().__init__(text)
        self.code, self.happened = code, happened


UNAVAILABLE = "unavailable"
"""The code of what could not be carried out now, unless an action says it otherwise."""


class AgainError(Exception):
    """The action could not be carried out now; try again, after `wait` seconds where it says so.

    The text is read by people, and repeats nothing that was opened; the code is what `on_error` reads.
    """

    def __init__(self, text: str, *, code: str = UNAVAILABLE, wait: float | None = None) -> None:
        """Keep how long to wait; None: as long as the step's next try waits anyway."""
        super().__init__(text)
        self.code = code
        self.wait = wait


Input = TypeVar("Input", bound=ActionModel)
Output = TypeVar("Output", bound=ActionModel)


@dataclass(frozen=True, slots=True)
class Action(Generic[Input, Output]):
    """An action. `run` may be called again with the same key, and must have one effect; it raises `Refusal`.

    Any other error is tried again, as often as the step says.
    """

    name: str
    input: type[Input]
    output: type[Output]
    run: Callable[[Input, Context], Awaitable[Output]]

    @property
    def shape(self) -> ActionShape:
        """What the checker needs to know of it."""
        inputs, outputs = self.input.model_fields, self.output.model_fields
        return ActionShape(
            inputs={name: _shape(field) for name, field in inputs.items()},
            required=tuple(name for name, field in inputs.items() if field.is_required()),
            outputs={name: _shape(field) for name, field in outputs.items()},
        )


AnyAction = Action[Any, Any]


def _shape(field: FieldInfo) -> Shape:
    return next(each for each in field.metadata if isinstance(each, Shape))
