"""An action of a connector asks a real system, once for each try, and takes from its answer what is declared."""

import asyncio
import logging
import re
import traceback
from pathlib import Path
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.calling import as_activity
from activities.connectors.acting import action_of
from activities.connectors.reading import read_text
from engine.record import Event
from store.database import Database
from store.sealing import Seals, new_key
from tests.activities.connectors.outside import Outside, an_outside, answer
from workflows.causes import Cause, caused
from workflows.messages import NOT_HAPPENED, CallInput

NOON = 1_767_268_800.0
"""2026-01-01 12:00 UTC."""
SEALING_KEY = new_key()
SEALS = Seals(lambda: (SEALING_KEY,))
KEY = "REQ1/2/fulfil/do/0"
CREDENTIAL = "canary-7f3a"
TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
GRANTED = answer(201, {"account": {"id": 17}, "grade": "high", "extra": [CREDENTIAL]})
DECLARED = """\
connectors:
  company:
    url: http://127.0.0.1:{port}/api/
    networks: [127.0.0.0/8]
    credential: {{variable: TEST_CREDENTIAL}}
    seconds: 60
    bytes: 2000
    actions:
      identity.grant:
        request: POST /people/{{person}}/accounts
        takes: {{person: text, size: {{type: number, optional: true}}, cost: {{type: money, optional: true}}}}
        query: {{who: =person, loud: "no", size: =size}}
        body: {{list: [=size, {{cost: =cost}}], fixed: 1}}
        gives: {{account: {{type: text, at: account.id}}, grade: {{type: choice, options: [high, low]}},
                cost: {{type: money, optional: true}}}}
        already: [208]
        codes: {{404: unknown, 500: broken}}
        again: [429, 503]
"""


async def nowhere(record: str, event: Event) -> int:
    """Reach no record."""
    raise AssertionError((record, event))


@pytest.fixture(autouse=True)
def _credential(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_CREDENTIAL", CREDENTIAL)


async def called(database: Database, text: str, **given: Any) -> dict[str, Any]:
    """Call the one action that a text declares, for the first time."""
    [connected] = read_text(text)
    call = as_activity(action_of(connected), database, lambda: NOON, nowhere, SEALS)
    found: dict[str, Any] = await ActivityEnvironment().run(call, CallInput(KEY, "REQ1", "request", given))
    return found


async def refused(database: Database, text: str, **given: Any) -> ApplicationError:
    """Call it, and give the error; the credential is in no part of it."""
    with pytest.raises(ApplicationError) as failed:
        await called(database, text, **given)
    assert CREDENTIAL not in "".join(traceback.format_exception(failed.value))
    return failed.value


def declared(outside: Outside, **changes: str) -> str:
    """The declaration for a system, with lines replaced."""
    text = DECLARED.format(port=outside.port)
    for old, new in changes.items():
        text = re.sub(rf"^(?P<indented> +){old}: .*", rf"\g<indented>{new}", text, flags=re.MULTILINE)
    return text


async def test_a_call_sends_its_input_as_data_and_gives_what_is_declared(database: Database) -> None:
    async with an_outside(GRANTED) as outside:
        found = await called(database, declared(outside), person="a/../b c?", size="3", cost="12.50")
    assert found == {"account": "17", "grade": "high", "cost": None}
    [asked] = outside.asked
    assert asked.line == "POST /api/people/a%2F..%2Fb%20c%3F/accounts?who=a%2F..%2Fb+c%3F&loud=no&size=3 HTTP/1.1"
    assert asked.body == b'{"list": [3, {"cost": "12.50"}], "fixed": 1}'


async def test_every_try_carries_the_same_key_and_the_credential(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with an_outside(answer(503), GRANTED) as outside:
        error = await refused(database, declared(outside), person="ann")
        await called(database, declared(outside), person="ann")
    assert (error.type, error.non_retryable, error.message) == (
        "unavailable",
        False,
        "identity.grant (company) answered 503",
    )
    assert [each.headers["idempotency-key"] for each in outside.asked] == [KEY, KEY]
    assert [each.headers["authorization"] for each in outside.asked] == [f"Bearer {CREDENTIAL}"] * 2
    assert ("/api/people/ann" in caplog.text, CREDENTIAL in caplog.text) == (True, False)


async def test_another_system_is_told_which_request_it_is_asked_for(database: Database) -> None:
    async with an_outside(GRANTED) as outside:
        with caused(Cause("deploy-7/42", TRACEPARENT)):
            await called(database, declared(outside), person="ann")
    [asked] = outside.asked
    assert (asked.headers["x-request-id"], asked.headers["traceparent"]) == ("deploy-7/42", TRACEPARENT)


@pytest.mark.semantics("E1.4")
@pytest.mark.parametrize(
    ("written", "seconds"),
    [("7", 7), ("Thu, 01 Jan 2026 12:02:00 GMT", 120), ("Thu, 01 Jan 2026 11:00:00 GMT", 0), ("99999999999999", 3600)],
)
async def test_a_system_says_when_to_try_again(database: Database, written: str, seconds: int) -> None:
    async with an_outside(answer(429, Retry_After=written)) as outside:
        error = await refused(database, declared(outside), person="ann")
    assert error.next_retry_delay is not None
    assert error.next_retry_delay.total_seconds() == seconds


@pytest.mark.parametrize("written", ["soon", "-1", ""])
async def test_what_retry_after_cannot_mean_is_as_if_it_were_not_there(database: Database, written: str) -> None:
    async with an_outside(answer(429, Retry_After=written)) as outside:
        error = await refused(database, declared(outside), person="ann")
    assert (error.next_retry_delay, error.non_retryable) == (None, False)


@pytest.mark.parametrize(
    ("said", "code", "certain"),
    [
        (answer(404, {"detail": CREDENTIAL}), "unknown", True),
        (answer(400), "refused", True),
        (answer(500), "broken", False),
        (answer(302, Location="http://127.0.0.1:1/"), "refused", False),
        (answer(200, b"<html>"), "bad-answer", False),
        (answer(200, b'{"account": {"id": NaN}, "grade": "high"}'), "bad-answer", False),
        (answer(200, b"[" * 1_900), "bad-answer", False),
        (answer(200, ["account"]), "bad-answer", False),
        (answer(200, {"account": "17", "grade": "high"}), "bad-answer", False),
        (answer(200, {"account": {"id": {}}, "grade": "high"}), "bad-answer", False),
        (answer(200, {"account": {"id": "17"}, "grade": CREDENTIAL}), "bad-answer", False),
        (answer(200, {"account": {"id": "1\u0000"}, "grade": "high"}), "bad-answer", False),
        (answer(200, b"x" * 5_000), "bad-answer", False),
    ],
)
async def test_other_answers_fail_for_good_and_say_if_nothing_happened(
    database: Database, said: bytes, code: str, certain: bool
) -> None:
    async with an_outside(said) as outside:
        error = await refused(database, declared(outside), person="ann")
    assert (error.type, error.non_retryable, error.details) == (code, True, (NOT_HAPPENED,) if certain else ())
    assert len(outside.asked) == 1


async def test_a_sensitive_value_is_opened_for_the_body_and_told_to_nobody_else(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sealed = {"sealed": SEALS.seal("request", CREDENTIAL)}
    taken = "takes: {person: text, size: {type: text, sealed: true, optional: true}, cost: money}"
    async with an_outside(answer(404), GRANTED) as outside:
        text = declared(outside, takes=taken, query='query: {loud: "no"}')
        error = await refused(database, text, person="ann", size=sealed, cost="1")
        found = await called(database, text, person="ann", size=sealed, cost="1")
    assert (error.type, found["account"], CREDENTIAL in caplog.text) == ("unknown", "17", False)
    assert outside.asked[1].body == b'{"list": ["canary-7f3a", {"cost": "1.00"}], "fixed": 1}'


async def test_what_was_so_already_is_done(database: Database) -> None:
    async with an_outside(answer(208, {"account": {"id": "old"}, "grade": "low"})) as outside:
        assert (await called(database, declared(outside), person="ann"))["account"] == "old"


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 Said\r\nContent-Length: 10\r\n\r\nhalf", b"nonsense\r\n\r\n"])
async def test_a_system_that_breaks_off_is_tried_again(database: Database, said: bytes) -> None:
    async with an_outside(said) as outside:
        error = await refused(database, declared(outside), person="ann")
    assert (error.type, error.non_retryable) == ("unavailable", False)
    assert "was not reached" in error.message


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 Said\r\nContent-Length: 10\r\n\r\nhalf"])
async def test_a_system_that_drips_is_waited_for_only_so_long(database: Database, said: bytes) -> None:
    async with an_outside(said) as outside:
        outside.silence = asyncio.Event()
        error = await refused(database, declared(outside, seconds="seconds: 1"), person="ann")
    assert (error.message, error.non_retryable) == ("identity.grant (company): it did not answer within 1 s", False)


@pytest.mark.parametrize("person", [".", ".."])
async def test_an_input_leads_to_no_other_path(database: Database, person: str) -> None:
    async with an_outside(GRANTED) as outside:
        error = await refused(database, declared(outside), person=person)
    assert (error.type, error.details, outside.asked) == ("badinput", (NOT_HAPPENED,), [])


@pytest.mark.parametrize(
    ("given", "why"),
    [({"person": " "}, "person: "), ({"person": "ann", "size": "many"}, '"many" is not a number'), ({}, "person")],
)
async def test_an_input_that_does_not_fit_is_not_sent(database: Database, given: dict[str, Any], why: str) -> None:
    async with an_outside(GRANTED) as outside:
        error = await refused(database, declared(outside), **given)
    assert (error.type, why in error.message, outside.asked) == ("BadInput", True, [])


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "the worker has no variable TEST_CREDENTIAL"),
        (f"{CREDENTIAL}\r\nX: y", "its credential is not one line of plain letters"),
        (f"{CREDENTIAL}é", "its credential is not one line of plain letters"),
    ],
)
async def test_a_credential_that_cannot_be_sent_is_not_repeated(
    database: Database, value: str | None, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEST_CREDENTIAL") if value is None else monkeypatch.setenv("TEST_CREDENTIAL", value)
    async with an_outside(GRANTED) as outside:
        error = await refused(database, declared(outside), person="ann")
    assert (error.type, error.details, outside.asked) == ("not-configured", (NOT_HAPPENED,), [])
    assert why in error.message


async def test_a_credential_is_read_anew_from_its_file_and_may_be_any_header(
    database: Database, tmp_path: Path
) -> None:
    text = f"credential: {{file: {tmp_path / 'token'}, header: X-Api-Key}}"
    async with an_outside(GRANTED) as outside:
        error = await refused(database, declared(outside, credential=text), person="ann")
        assert (error.type, "cannot be read" in error.message) == ("not-configured", True)
        for value in ("", "first\n", "second"):
            (tmp_path / "token").write_text(value)
            if value:
                await called(database, declared(outside, credential=text), person="ann")
            else:
                await refused(database, declared(outside, credential=text), person="ann")
    assert [each.headers["x-api-key"] for each in outside.asked] == ["first", "second"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (CREDENTIAL, CREDENTIAL),
        (f"Bearer {CREDENTIAL}", f"known by {CREDENTIAL}."),
        (f"Token {CREDENTIAL}", CREDENTIAL),
        ("Basic Y2FuYXJ5OmNhbmFyeS03ZjNh", "Y2FuYXJ5OmNhbmFyeS03ZjNh"),
        ("Basic Y2FuYXJ5OmNhbmFyeS03ZjNh", f"canary with {CREDENTIAL}"),
        ("Basic canary-7f3a", CREDENTIAL),
        ("Basic Y2FuYXJ5LTdmM2E=", CREDENTIAL),
        (f"{CREDENTIAL}/&+", f"{CREDENTIAL}%2F%26%2B"),
        (f"{CREDENTIAL}/&+", f"{CREDENTIAL}/&amp;+"),
        (CREDENTIAL, "Y2FuYXJ5LTdmM2E"),
    ],
)
async def test_an_answer_that_tells_the_credential_in_any_form_is_refused(
    database: Database, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_CREDENTIAL", value)
    text = "credential: {variable: TEST_CREDENTIAL, header: X-Api-Key}"
    async with an_outside(answer(201, {"account": {"id": said}, "grade": "high"})) as outside:
        error = await refused(database, declared(outside, credential=text), person="ann")
    assert (error.type, error.non_retryable) == ("bad-answer", True)
    assert error.message == "what identity.grant (company) answered repeats our credential"


@pytest.mark.parametrize(
    ("address", "code", "why"),
    [
        ("", "not-configured", "no variable TEST_URL"),
        ("ftp://127.0.0.1/", "not-configured", "begins with https://"),
        (f"http://ann:{CREDENTIAL}@127.0.0.1/", "not-configured", "never part of an address"),
        ("http://127.0.0.1:99999/", "not-configured", "this is no address"),
        ("http://127.0.0.1/?a=b", "not-configured", "ends with its path"),
        ("https://evil.example/", "forbidden-address", "a host that its connector may not reach"),
    ],
)
async def test_an_address_that_is_kept_elsewhere_is_judged_when_it_is_used(
    database: Database, address: str, code: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_URL", address)
    async with an_outside(GRANTED) as outside:
        text = declared(outside, url="url: {variable: TEST_URL}\n    hosts: [127.0.0.1]")
        error = await refused(database, text, person="ann")
    assert (error.type, error.details, why in error.message) == (code, (NOT_HAPPENED,), True)
