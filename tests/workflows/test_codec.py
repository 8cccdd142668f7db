"""What Temporal keeps is encrypted: keys rotate, what is plain or changed is refused, and no text stands anywhere."""

import asyncio
import base64
import json
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from api.app import create_app
from cli.checkup import Status
from cli.doctor_encryption import asked, judged
from cli.encryption import demand_same
from cli.errors import UsageError
from tests.api.office import Office, a_token, an_office, reasons
from tests.temporal import BINARY, TemporalServer
from workflows.codec import ENCODING, KEY, REFUSED, Codec, CodecKeyError, encrypting, key_id
from workflows.timetables import Done, Timetable, Timetables

PAGES = "https://temporal.example"
DECODE = "/codec/decode"
CANARIES = ("Canary-in-a-field", "Canary-in-a-comment")
OLD, NEW, OTHER = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in range(3))
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'"Canary"')


async def test_what_is_encrypted_shows_its_key_and_nothing_else() -> None:
    (sealed,) = await Codec(lambda: [NEW, OLD]).encode([PLAIN])
    assert sealed.metadata == {"encoding": ENCODING, KEY: key_id(NEW).encode()}
    assert b"Canary" not in sealed.data
    assert NEW.encode() not in sealed.SerializeToString()


async def test_no_text_of_a_failure_is_left_plain() -> None:
    converter, failure = encrypting(Codec(lambda: [NEW])), Failure()
    try:
        raise ApplicationError("Canary-said", {"told": "Canary-detail"}) from ValueError("Canary-cause")
    except ApplicationError as error:
        await converter.encode_failure(error, failure)
    assert b"Canary" not in failure.SerializeToString()
    assert (failure.stack_trace, failure.cause.stack_trace, failure.HasField("cause")) == ("", "", True)
    found = await converter.decode_failure(failure)
    assert isinstance(found, ApplicationError)
    assert (found.message, found.details, str(found.cause)) == (
        "Canary-said",
        ({"told": "Canary-detail"},),
        "ValueError: Canary-cause",
    )


async def test_the_first_key_encrypts_and_all_decrypt() -> None:
    sealed = await Codec(lambda: [OLD]).encode([PLAIN])
    rotated = Codec(lambda: [NEW, OLD])
    assert await rotated.decode(sealed) == [PLAIN]
    (again,) = await rotated.encode([PLAIN])
    assert again.metadata[KEY] == key_id(NEW).encode()


async def test_a_key_that_is_not_known_is_looked_for_once_more() -> None:
    keys = [OLD]
    codec = Codec(lambda: keys)
    sealed = await Codec(lambda: [NEW]).encode([PLAIN])
    with pytest.raises(CodecKeyError, match=f"there is no key {key_id(NEW)}"):
        await codec.decode(sealed)
    keys.insert(0, NEW)
    assert await codec.decode(sealed) == [PLAIN]


async def test_what_is_plain_or_was_changed_is_refused() -> None:
    codec = Codec(lambda: [NEW])
    (sealed,) = await codec.encode([PLAIN])
    changed = Payload(metadata=sealed.metadata, data=sealed.data[:-1] + bytes([sealed.data[-1] ^ 1]))
    short = Payload(metadata=sealed.metadata, data=b"x")
    found = await codec.decode([PLAIN, changed, short])
    assert [each.metadata["encoding"] for each in found] == [REFUSED] * 3
    with pytest.raises(KeyError):
        await encrypting(codec).decode([PLAIN])


@pytest.mark.parametrize("keys", [[], ["short"], [NEW, "no key at all!"]])
def test_what_is_no_key_is_said_without_showing_it(keys: list[str]) -> None:
    with pytest.raises(CodecKeyError) as refused:
        Codec(lambda: keys)
    assert not any(key in str(refused.value) for key in keys)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemporalServer]:
    running = TemporalServer(tmp_path_factory.mktemp("temporal"))
    yield running
    running.kill()


def _under(client: Client, *keys: str) -> Client:
    """Give the same connection, which encrypts with these keys."""
    return Client(client.service_client, data_converter=encrypting(Codec(lambda: keys)))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def office(server: TemporalServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    client = _under(await server.connect(), NEW)
    given: dict[str, Any] = {"codec": Codec(lambda: [NEW]), "codec_origins": (PAGES,)}
    async with an_office(tmp_path_factory.mktemp("office") / "steward.db", client, **given) as opened:
        for role in ("auditor", "administrator"):
            opened.secrets[role] = await a_token(opened.services.database, f"robot-{role}", role)
        yield opened


async def _raw(client: Client, record: str) -> str:
    """Give everything that Temporal tells of a workflow to who has no key: history, description, list, live card."""
    handle = client.get_workflow_handle(record)
    told = [event async for event in handle.fetch_history_events()]
    described = (await handle.describe()).raw_description
    listed = [each.raw_info async for each in client.list_workflows(f"WorkflowId = '{record}'")]
    card = await handle.query("__temporal_workflow_metadata", result_type=RawValue)
    texts = [json.dumps(json_format.MessageToDict(each)) for each in (*told, described, *listed)]
    blobs = b"".join(each.SerializeToString() for each in (*told, described, *listed))
    return "\n".join((*texts, str(card.payload), blobs.decode("latin-1")))


@pytest.mark.server
@pytest.mark.asyncio(loop_scope="module")
async def test_no_text_of_a_record_stands_in_temporal(office: Office, server: TemporalServer) -> None:
    record = (await office.repair(summary=CANARIES[0]))["id"]
    await _comment(office, record, CANARIES[1])
    raw = await _raw(await server.connect(), record)
    assert not [each for each in CANARIES if each.lower() in raw.lower()]
    assert ENCODING.decode() in raw
    told = (await office.get("ann", f"/records/{record}")).text
    assert CANARIES[0] in told


@pytest.mark.server
@pytest.mark.asyncio(loop_scope="module")
async def test_a_plain_signal_changes_nothing_and_the_record_goes_on(office: Office, server: TemporalServer) -> None:
    record = (await office.repair())["id"]
    await (await server.connect()).get_workflow_handle(record).signal("occur", {"forged": True})
    await _comment(office, record, "still here")


@pytest.mark.server
@pytest.mark.asyncio(loop_scope="module")
async def test_who_has_other_keys_or_none_is_told_first(office: Office, server: TemporalServer) -> None:
    await office.repair()
    plain = await server.connect()
    await demand_same(plain, Codec(lambda: [OTHER, NEW]))
    with pytest.raises(UsageError, match="there is no key here"):
        await demand_same(plain, None)
    with pytest.raises(UsageError, match=f"with the key {key_id(NEW)}, which is not here"):
        await demand_same(plain, Codec(lambda: [OTHER]))
    assert set(await asked(plain)) == {key_id(NEW)}


@pytest.mark.parametrize(
    ("keys", "used", "status", "says"),
    [
        ([], [], Status.FINE, "off"),
        ([], [None, None], Status.FINE, "off; so are the 2 open records"),
        ([], [None, OLD], Status.WRONG, "1 of the 2 open records that were looked at are encrypted"),
        ([NEW], [NEW, None], Status.WRONG, "there are keys, but 1 of the 2 open records"),
        ([NEW], [NEW, OLD], Status.WRONG, f"keys are not here that open records need: {key_id(OLD)}"),
        ([NEW, OLD], [NEW, OLD], Status.FINE, f"key {key_id(NEW)} encrypts; 1 more decrypt; the 2 open records"),
        ([NEW], [], Status.FINE, f"key {key_id(NEW)} encrypts; the 0 open records"),
    ],
)
def test_the_doctor_says_which_keys_fit_what_is_open(
    keys: list[str], used: list[str | None], status: Status, says: str
) -> None:
    checked = judged(Codec(lambda: keys) if keys else None, [key and key_id(key) for key in used])
    assert (checked.status, checked.found[: len(says)]) == (status, says)


@pytest.mark.server
@pytest.mark.asyncio(loop_scope="module")
async def test_a_schedule_is_made_again_under_the_newest_key(server: TemporalServer) -> None:
    client, wanted = await server.connect(), Timetable("rota", (4_000_000_000,))
    done = [await Timetables(each).keep(wanted) for each in (client, _under(client, OLD), _under(client, NEW, OLD))]
    assert done == [Done.MADE, Done.CHANGED, Done.CHANGED]
    assert await Timetables(_under(client, NEW)).keep(wanted) is Done.NOTHING


def _sent(*payloads: Payload) -> dict[str, object]:
    return {"payloads": [json_format.MessageToDict(each) for each in payloads]}


@pytest.mark.server
@pytest.mark.asyncio(loop_scope="module")
async def test_auditors_have_payloads_decrypted_and_administrators_have_them_encrypted(office: Office) -> None:
    sealed = await Codec(lambda: [NEW]).encode([PLAIN])
    told = await office.post("auditor", DECODE, _sent(*sealed, PLAIN))
    assert (told.status_code, told.json()) == (200, _sent(PLAIN, PLAIN))
    again = (await office.post("administrator", "/codec/encode", _sent(PLAIN))).json()
    assert (await office.post("administrator", DECODE, again)).json() == _sent(PLAIN)


@pytest.mark.server
@pytest.mark.asyncio(loop_scope="module")
async def test_nobody_else_has_them_decrypted(office: Office) -> None:
    sealed = _sent(*await Codec(lambda: [NEW]).encode([PLAIN]))
    asked = [await office.post(who, DECODE, sealed) for who in ("bob", "carl", "alarms")]
    asked.append(await office.post("auditor", "/codec/encode", sealed))
    assert [each.status_code for each in asked] == [403] * 4
    assert (await office.http.post(f"/api/v1{DECODE}", json=sealed)).status_code == 401


@pytest.mark.server
@pytest.mark.asyncio(loop_scope="module")
async def test_what_cannot_be_decrypted_is_said_by_its_place(office: Office) -> None:
    (sealed,) = await Codec(lambda: [OTHER]).encode([PLAIN])
    told = await office.post("auditor", DECODE, _sent(PLAIN, sealed))
    assert (told.status_code, reasons(told)) == (422, [("input", "unknown-key", "payloads[1]")])
    changed = Payload(metadata={**sealed.metadata, KEY: key_id(NEW).encode()}, data=sealed.data)
    assert reasons(await office.post("auditor", DECODE, _sent(changed))) == [("input", "not-ours", "payloads[0]")]


@pytest.mark.server
@pytest.mark.asyncio(loop_scope="module")
async def test_only_pages_that_are_named_may_ask_from_elsewhere(office: Office) -> None:
    async def asked(path: str, origin: str) -> str | None:
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        told = await office.http.request("OPTIONS", f"/api/v1{path}", headers=headers)
        return told.headers.get("Access-Control-Allow-Origin")

    ways = [(DECODE, PAGES), (DECODE, "https://elsewhere.example"), ("/records", PAGES)]
    assert [await asked(*each) for each in ways] == [PAGES, None, None]


@pytest.mark.server
@pytest.mark.asyncio(loop_scope="module")
async def test_temporals_own_program_shows_a_record_through_the_endpoint(
    office: Office, server: TemporalServer
) -> None:
    record = (await office.repair(summary=CANARIES[0]))["id"]
    command = ["workflow", "show", "--workflow-id", record, "--address", server.address, "--output", "json"]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(create_app(office.services), log_config=None, access_log=False, lifespan="off")
        served = uvicorn.Server(config)
        serving = asyncio.create_task(served.serve(sockets=[listening]))
        endpoint = ["--codec-endpoint", f"http://127.0.0.1:{listening.getsockname()[1]}/api/v1/codec"]
        known = [*endpoint, "--codec-auth", f"Bearer {office.secrets['auditor']}"]
        shown = [await _said(*command, *more) for more in ([], known)]
        served.should_exit = True
        await serving
    assert [CANARIES[0].encode() in _first_input(each) for each in shown] == [False, True]


def _first_input(history: str) -> bytes:
    """Give what a workflow was begun with, of a history in JSON."""
    begun = json.loads(history)["events"][0]["workflowExecutionStartedEventAttributes"]
    return base64.b64decode(begun["input"]["payloads"][0]["data"])


async def _said(*command: str) -> str:
    program = await asyncio.create_subprocess_exec(
        str(BINARY), *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, _ = await program.communicate()
    return said.decode()


async def _comment(office: Office, record: str, text: str) -> None:
    said = await office.post("ann", f"/records/{record}/comments", {"text": text})
    assert said.is_success, said.text
