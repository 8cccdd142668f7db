"""An action of a connector as one that definitions may `call`: its models are made of what was declared."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Secret, create_model

from activities.actions import Action, ActionModel, AgainError, AnyAction, Context, Refusal
from activities.connectors.addresses import AddressRefusedError
from activities.connectors.answering import BAD_ANSWER, outputs
from activities.connectors.asking import question
from activities.connectors.declaring import Connector, Value, host_of
from activities.connectors.reading import Connected
from activities.connectors.secrets import NOT_CONFIGURED, from_environment, header_of, repeats
from activities.connectors.sending import Bounds, TooLargeError, UnansweredError, send
from language.inputs import read
from language.values import FieldType, Plain

FORBIDDEN = "forbidden-address"


def action_of(connected: Connected) -> AnyAction:
    """Make the action; what it sends and gives is what the connector declares, and nothing else."""
    connector, declared = connected.system, connected.declared
    who = f"{connected.action} ({connected.connector})"
    taken = _model("Taken", declared.takes)
    given = _model("Given", declared.gives)

    async def run(wanted: ActionModel, context: Context) -> ActionModel:
        credential = header_of(connector.credential, who) if connector.credential else None
        sent = {name: _opened(value) for name, value in wanted.model_dump().items()}
        asked = question(declared, _url(connector, who), sent, context.key, credential)
        bounds = Bounds(connector.networks, connector.seconds, connector.bytes)
        try:
            answer = await send(asked, bounds)
        except AddressRefusedError:
            raise Refusal(FORBIDDEN, f"{who} leads to an address that its connector may not reach") from None
        except UnansweredError as failed:
            raise AgainError(f"{who}: {failed}") from None
        except TooLargeError:
            raise Refusal(BAD_ANSWER, f"what {who} answered is above {bounds.bytes:,} bytes", happened=True) from None
        found = outputs(declared, answer, who, context.clock())
        if credential and any(repeats(str(value), credential[1]) for value in found.values()):
            raise Refusal(BAD_ANSWER, f"what {who} answered repeats our credential", happened=True)
        return given(**found)

    return Action(connected.action, taken, given, run)


def _url(connector: Connector, who: str) -> str:
    """Give the address that all paths begin at; refuse one that is kept elsewhere and is not as it must be."""
    if connector.url.text is not None:
        return connector.url.text
    url = from_environment(connector.url.variable or "", who)
    try:
        host = host_of(url)
    except ValueError as wrong:
        raise Refusal(NOT_CONFIGURED, f"{who} is not configured: {wrong}") from None
    if host not in connector.hosts:
        raise Refusal(FORBIDDEN, f"{who} leads to a host that its connector may not reach")
    return url


def _model(name: str, values: dict[str, Any]) -> type[ActionModel]:
    """Make a model of declared values: each is read by its shape, as what people give for a field is."""
    fields: dict[str, Any] = {each: _field(value) for each, value in values.items()}
    made: type[ActionModel] = create_model(name, __base__=ActionModel, **fields)
    return made


def _field(value: Value) -> tuple[Any, Any]:
    shape, opened = value.shape, value.shape.opened
    plain: Any = bool if value.type is FieldType.YES_NO else str
    kind = Secret[plain] if shape.sealed else plain
    read_it = BeforeValidator(lambda raw: read(opened, raw))
    if value.optional:
        return (Annotated[kind | None, shape, read_it], None)
    return (Annotated[kind, shape, read_it], ...)


def _opened(value: Any) -> Plain:  # noqa: ANN401  # what a model holds
    """Give what is sent of a value: a secret leaves its cover here, and for the body alone."""
    found: Plain = value.get_secret_value() if isinstance(value, Secret) else value
    return found
