"""The keys that encrypt what Temporal keeps, where the settings say; and whether open records go by them."""

from pathlib import Path

from temporalio.api.common.v1 import Payload, WorkflowExecution
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryRequest
from temporalio.client import Client

from cli.errors import UsageError
from settings import Settings
from workflows.codec import ENCODING, Codec, CodecKeyError, key_of
from workflows.messages import TASK_QUEUE
from workflows.reviving import RUNNING

LOOKED_AT = 3
"""Open records, the newest, that are looked at before anything works with them."""
OPEN = f"{RUNNING} AND TaskQueue = '{TASK_QUEUE}'"
"""What lists the open records in Temporal, the newest first."""
HOW = "see docs/cluster.md, Encryption"


def codec_of(chosen: Settings) -> Codec | None:
    """Give what encrypts and decrypts with the keys of the settings; None where there are none.

    Raises UsageError for a file that is named and holds none, and for what is no key.
    """
    given, file = chosen.codec_keys, chosen.codec_key_file
    named = given is not None or "codec_key_file" in chosen.model_fields_set
    if not named and not file.exists():
        return None
    try:
        return Codec(lambda: _lines(given.get_secret_value().replace(",", "\n")) if given else _lines(_text(file)))
    except CodecKeyError as error:
        where = "STEWARD_CODEC_KEYS" if given else file
        raise UsageError(f"{where}: {error}") from None


async def demand_same(temporal: Client, codec: Codec | None) -> None:
    """Raise UsageError unless open records are kept as we would keep them: else whatever we sent would be refused."""
    found = temporal.list_workflows(OPEN, page_size=LOOKED_AT, limit=LOOKED_AT)
    async for each in found:
        payload = await first_payload(temporal, each.id, each.run_id)
        if payload is None:
            continue
        encrypted, name = payload.metadata.get("encoding") == ENCODING, key_of(payload)
        if encrypted and codec is None:
            told = f"open records are encrypted in Temporal ({each.id}), and there is no key here"
            raise UsageError(f"{told}. Set STEWARD_CODEC_KEY_FILE or STEWARD_CODEC_KEYS")
        if codec is not None and not encrypted:
            told = f"there are keys, but open records are not encrypted in Temporal ({each.id})"
            raise UsageError(f"{told}. Encryption begins in an empty namespace: {HOW}")
        if codec is not None and not codec.knows(name):
            raise UsageError(f"{each.id} is encrypted in Temporal with the key {name}, which is not here. Put it back")


async def first_payload(temporal: Client, workflow: str, run: str | None) -> Payload | None:
    """Give the first argument of a workflow; None where it has none."""
    asked = GetWorkflowExecutionHistoryRequest(
        namespace=temporal.namespace,
        execution=WorkflowExecution(workflow_id=workflow, run_id=run or ""),
        maximum_page_size=1,
    )
    answer = await temporal.workflow_service.get_workflow_execution_history(asked)
    given = answer.history.events[0].workflow_execution_started_event_attributes.input.payloads
    return given[0] if given else None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise CodecKeyError(f"it cannot be read ({type(error).__name__})") from None


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
