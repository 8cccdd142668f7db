"""What an operator writes of a connector: where a system is, who we are there, and the actions it carries out."""

import re
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator

from language.values import FieldType, Shape

TYPES = (
    FieldType.TEXT,
    FieldType.LONG_TEXT,
    FieldType.NUMBER,
    FieldType.MONEY,
    FieldType.YES_NO,
    FieldType.CHOICE,
    FieldType.DATE,
    FieldType.DATETIME,
    FieldType.DURATION,
)
"""What inputs and outputs can be: a person or a thing is given by its id, a text."""
NAME = re.compile(r"[a-z][a-z0-9_]*")
ACTION = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
IN_PATH = re.compile(r"\{([^{}]*)\}")
INPUT = "="
"""Before the name of an input, wherever a value stands: `=person`."""

Network: TypeAlias = IPv4Network | IPv6Network
Status = Annotated[int, Field(ge=200, le=599)]


class Part(BaseModel):
    """The base of all parts of the file: what is not known in them is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _matching(pattern: re.Pattern[str], what: str) -> Any:  # noqa: ANN401  # pydantic's validators are untyped
    def judge(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(f"this is no {what}")
        return text

    return AfterValidator(judge)


Name = Annotated[str, _matching(NAME, "name: write small letters, digits and _")]
ActionName = Annotated[str, _matching(ACTION, "name of an action: write it like identity.grant")]


class Kept(Part):
    """Where a value is kept that is not in the file: in a variable of the environment, or in a file of its own."""

    variable: str | None = None
    file: Path | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "Kept":
        if (self.variable is None) == (self.file is None):
            raise ValueError("write either `variable: NAME` or `file: PATH`")
        return self


class Credential(Kept):
    """Who we are there: a token, sent as `Authorization: Bearer …`, or the whole value of another header."""

    header: Annotated[str, _matching(re.compile(r"[A-Za-z0-9-]+"), "header")] | None = None


def _address(raw: object) -> object:
    """Take an address that is written out for what it is."""
    return {"text": raw} if isinstance(raw, str) else raw


class Address(Part):
    """The address that all paths begin at: written out, or kept in a variable."""

    text: str | None = None
    variable: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "Address":
        if (self.text is None) == (self.variable is None):
            raise ValueError("write the address, or `variable: NAME`")
        if self.text is not None:
            host_of(self.text)
        return self


def host_of(url: str) -> str:
    """Give the host of an address that all paths can begin at; raise ValueError that says what is wrong with it.

    The text of the error does not repeat the address.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("this is no address: write it like https://identity.example.org/api") from None
    if parts.scheme not in {"https", "http"} or not host:
        raise ValueError("an address begins with https:// (or http://) and a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("a credential is never part of an address: use `credential`")
    if parts.query or parts.fragment or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("an address ends with its path, and holds nothing but plain letters")
    return host


def _kind(raw: object) -> object:
    """Take a type for a value that is nothing but of this type."""
    return {"type": raw} if isinstance(raw, str) else raw


class Value(Part):
    """The type of an input or output; `options` are those of a choice."""

    type: FieldType
    options: tuple[str, ...] = ()
    optional: bool = False

    @model_validator(mode="after")
    def _is_a_type(self) -> "Value":
        if self.type not in TYPES:
            raise ValueError(f"{self.type} cannot be sent. Take one of {', '.join(TYPES)}")
        if (self.type is FieldType.CHOICE) != bool(self.options):
            raise ValueError("a choice, and nothing else, has options")
        return self

    @property
    def shape(self) -> Shape:
        """The shape by which the checker knows it."""
        return Shape(self.type, options=self.options)


class Input(Value):
    """An input; one that is `sealed` takes a sensitive field opened, and is sent in the body only."""

    sealed: bool = False

    @property
    def shape(self) -> Shape:
        """The shape by which the checker knows it."""
        return replace(super().shape, sealed=self.sealed)


class Output(Value):
    """An output, and where in the answer it is: the names of JSON members with points between them."""

    at: str = ""


class Declared(Part):
    """One action: its request, what it takes and gives, how it is undone, and what the statuses of answers mean.

    What is neither `done`, `already` done nor to be tried `again` has failed for good; `codes` name such ends.
    """

    request: Annotated[str, _matching(re.compile(r"(GET|POST|PUT|PATCH|DELETE) /\S*"), "request: write POST /path")]
    takes: dict[Name, Annotated[Input, BeforeValidator(_kind)]] = {}
    query: dict[str, str] = {}
    body: JsonValue = None
    gives: dict[Name, Annotated[Output, BeforeValidator(_kind)]] = {}
    undo: str | None = None
    done: tuple[Status, ...] = (200, 201, 202, 204)
    already: tuple[Status, ...] = ()
    again: tuple[Status, ...] = (408, 425, 429, 500, 502, 503, 504)
    codes: dict[Status, Annotated[str, _matching(re.compile(r"[a-z][a-z0-9_-]*"), "code")]] = {}

    @model_validator(mode="after")
    def _fits(self) -> "Declared":
        for name in self.in_path:
            if name not in self.takes or self.takes[name].optional:
                raise ValueError(f"the path needs {{{name}}}, which is no input that is always there")
        for name in (*inputs_in(self.query), *inputs_in(self.body)):
            if name not in self.takes:
                raise ValueError(f"={name} is sent, but is no input in `takes`")
        for name in (*self.in_path, *inputs_in(self.query)):
            if self.takes[name].sealed:
                raise ValueError(f"{name} is sealed: it can be sent in the body only, because addresses are logged")
        statuses = (*self.done, *self.already, *self.again, *self.codes)
        if twice := next((each for each in statuses if statuses.count(each) > 1), None):
            raise ValueError(f"status {twice} has two meanings")
        return self

    @property
    def method(self) -> str:
        """The method of its request."""
        return self.request.partition(" ")[0]

    @property
    def path(self) -> str:
        """The path of its request, behind the address of the connector."""
        return self.request.partition(" ")[2]

    @property
    def in_path(self) -> tuple[str, ...]:
        """The inputs that stand in its path."""
        return tuple(IN_PATH.findall(self.path))


def inputs_in(template: object) -> tuple[str, ...]:
    """Name the inputs that a template of a body or a query sends."""
    if isinstance(template, str):
        return (template[len(INPUT) :],) if template.startswith(INPUT) else ()
    inside = template.values() if isinstance(template, dict) else template if isinstance(template, list) else ()
    return tuple(name for each in inside for name in inputs_in(each))


class Connector(Part):
    """A system: its address, the hosts and networks it may be on, who we are there, and its actions.

    Loopback, private and link-local addresses are reached, and `http://` is spoken, in `networks` only. `seconds` is
    how long a request may take in all, `bytes` how large an answer may be.
    """

    url: Annotated[Address, BeforeValidator(_address)]
    hosts: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()
    credential: Credential | None = None
    seconds: Annotated[int, Field(ge=1, le=300)] = 30
    bytes: Annotated[int, Field(ge=1, le=10_000_000)] = 1_000_000
    actions: dict[ActionName, Declared]

    @model_validator(mode="after")
    def _is_at_home(self) -> "Connector":
        if self.url.text is None and not self.hosts:
            raise ValueError("say in `hosts` on which hosts the address may be that is not written here")
        if self.url.text is not None and self.hosts and host_of(self.url.text) not in self.hosts:
            raise ValueError(f"{host_of(self.url.text)} is not one of `hosts`")
        return self


class ConnectorFile(Part):
    """The whole file."""

    connectors: dict[Name, Connector]

    @model_validator(mode="after")
    def _actions_fit(self) -> "ConnectorFile":
        known: dict[str, Declared] = {}
        for connector in self.connectors.values():
            for name, action in connector.actions.items():
                if name in known:
                    raise ValueError(f"{name} is declared twice")
                known[name] = action
        for name, action in known.items():
            _judge_undo(name, action, known)
        return self


def _judge_undo(name: str, action: Declared, known: dict[str, Declared]) -> None:
    """Refuse a partner that is not there, or that needs what the action neither takes nor gives."""
    if action.undo is None:
        return
    partner = known.get(action.undo)
    if partner is None:
        raise ValueError(f"{name} is undone by {action.undo}, which is not declared")
    at_hand: dict[str, Value] = {**action.takes, **action.gives}
    for each, value in partner.takes.items():
        if each not in at_hand or at_hand[each].shape != value.shape:
            raise ValueError(f"{action.undo} takes {each}, which {name} neither takes nor gives")
