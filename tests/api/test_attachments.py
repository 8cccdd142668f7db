"""Files on records: who may attach them, who sees them, and that they come back as files and nothing else."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from api.services import PREFIX
from store import attachments
from tests.api.office import Office, a_key, reasons

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

PNG = b"\x89PNG\r\n\x1a\n" + bytes(300_000)
DIGEST = hashlib.sha256(PNG).hexdigest()


async def attach(
    office: Office, who: str, record: str, data: bytes = PNG, media: str = "image/png", *, key: str = "", **said: Any
) -> httpx2.Response:
    """Send a file as somebody."""
    headers = {"Authorization": f"Bearer {office.secrets[who]}", "Content-Type": media}
    if key:
        headers["Idempotency-Key"] = key
    path = f"{PREFIX}/records/{record}/attachments"
    return await office.http.post(path, params={"name": "loose.png", **said}, content=data, headers=headers)


async def listed(office: Office, who: str, record: str) -> list[dict[str, Any]]:
    answer = await office.get(who, f"/records/{record}/attachments")
    return answer.json()["attachments"]  # type: ignore[no-any-return]  # JSON


async def test_a_file_comes_back_as_it_was_to_be_saved(office: Office) -> None:
    record = (await office.repair())["id"]
    answer = await attach(office, "carl", record, name="löse “x”.png", comment="It looks like this")
    view = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, view["address"])
    assert (view["digest"], view["size"], view["type"], view["by"]["id"]) == (DIGEST, len(PNG), "image/png", "carl")
    assert await listed(office, "ann", record) == [view]
    got = await office.get("ann", view["address"])
    assert (got.status_code, got.content, got.headers["content-length"]) == (200, PNG, str(len(PNG)))
    told = ("content-type", "x-content-type-options", "content-security-policy", "content-disposition")
    assert [got.headers[name] for name in told] == [
        "application/octet-stream",
        "nosniff",
        "sandbox; default-src 'none'",
        "attachment; filename*=UTF-8''l%C3%B6se%20%E2%80%9Cx%E2%80%9D.png",
    ]


async def test_the_journal_tells_it_with_the_comment(office: Office) -> None:
    record = (await office.repair())["id"]
    await attach(office, "carl", record)
    entry = (await office.get("carl", f"/records/{record}/journal")).json()["entries"][-1]
    assert [line["text"] for line in entry["lines"]] == ["comment: loose.png", "attached loose.png (293 KB)"]
    assert (entry["kind"], entry["actor"]["id"]) == ("comment", "carl")


async def test_an_internal_file_is_only_for_who_sees_the_record_in_full(office: Office) -> None:
    record = (await office.repair())["id"]
    view = (await attach(office, "ann", record, internal="true")).json()
    assert await listed(office, "ann", record) == [view]
    assert await listed(office, "carl", record) == []
    journal = await office.get("carl", f"/records/{record}/journal")
    assert DIGEST not in journal.text
    assert (await office.get("carl", view["address"])).status_code == 404
    refused = await attach(office, "carl", record, internal="true")
    assert (refused.status_code, reasons(refused)) == (403, [("who", "not-allowed", "text")])


async def test_a_file_of_another_record_is_not_had_through_ones_own(office: Office) -> None:
    mine, other = (await office.repair())["id"], (await office.repair(customer="dora"))["id"]
    assert (await attach(office, "ann", other)).status_code == 201
    for record in (mine, other):
        assert (await office.get("carl", f"/records/{record}/attachments/{DIGEST}")).status_code == 404
    assert (await attach(office, "carl", other)).status_code == 404


@pytest.mark.parametrize(
    ("said", "inline", "served"),
    [
        ("image/png", True, "image/png"),
        ("text/plain; charset=utf-16", True, "text/plain; charset=utf-8"),
        ("application/pdf", True, "application/pdf"),
        ("text/html", False, "application/octet-stream"),
        ("image/svg+xml", False, "application/octet-stream"),
        ("nonsense", False, "application/octet-stream"),
    ],
)
async def test_only_what_cannot_do_anything_is_shown(office: Office, said: str, inline: bool, served: str) -> None:
    record = (await office.repair())["id"]
    address = (await attach(office, "ann", record, b"<script>1</script>", said)).json()["address"]
    got = await office.get("ann", f"{address}?inline=true")
    assert (got.headers["content-type"], got.headers["content-disposition"].startswith("inline")) == (served, inline)
    assert got.headers["content-security-policy"].startswith("sandbox")


async def test_the_same_request_again_attaches_once(office: Office) -> None:
    record, key = (await office.repair())["id"], a_key()
    first, again = [await attach(office, "ann", record, key=key) for _ in range(2)]
    assert first.json() == again.json()
    assert len(await listed(office, "ann", record)) == 1
    other = await attach(office, "ann", record, b"other", key=key)
    assert (other.status_code, reasons(other)) == (422, [("input", "key-reused", "Idempotency-Key")])


async def test_a_closed_record_takes_no_file(office: Office) -> None:
    record = (await office.repair())["id"]
    await office.act("ann", record, "cancel", reason="Spring")
    refused = await attach(office, "ann", record)
    assert (refused.status_code, await listed(office, "ann", record)) == (409, [])


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "the file has no name: say how it is called, such as name=error.png"),
        ("a/b.png", '"a/b.png" has a folder in it: send the name alone, "b.png"'),
        ("C:\\a.png", '"C:\\a.png" has a folder in it: send the name alone, "a.png"'),
        ("a/..", '"a/.." has a folder in it: send the name alone'),
        ("..", '".." is a folder, not a file: send the name of the file'),
        ("a\nb", "it has the character U+000A, which cannot be seen, at 1: take it out"),
        ("gpj.\u202eexe", "it has the character U+202E, which cannot be seen, at 4: take it out"),
        (" a.png", '" a.png" has space around it: send "a.png"'),
    ],
)
async def test_a_name_is_that_of_a_file_or_its_refusal_says_which(office: Office, name: str, why: str) -> None:
    record = (await office.repair())["id"]
    refused = await attach(office, "ann", record, name=name)
    assert (refused.status_code, reasons(refused)) == (422, [("input", "bad-value", "name")])
    assert refused.json()["detail"] == f"name: {why}"


async def test_a_name_has_an_end(office: Office) -> None:
    record = (await office.repair())["id"]
    assert (await attach(office, "ann", record, name="x" * 151)).status_code == 422


async def send_form(office: Office, record: str, *parts: bytes, boundary: bytes = b"cut") -> httpx2.Response:
    """Send a form of these parts as ann."""
    data = b"".join(b"--cut\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + b"--cut--\r\n"
    media = f"multipart/form-data; boundary={boundary.decode()}" if boundary else "multipart/form-data"
    headers = {"Authorization": f"Bearer {office.secrets['ann']}", "Content-Type": media}
    return await office.http.post(f"{PREFIX}/records/{record}/attachments", content=data, headers=headers)


FILE = 'name="file"; filename="löse %22x%22.png"\r\nContent-Type: image/png\r\n\r\n'.encode() + PNG
COMMENT = b'name="comment"\r\n\r\nIt looks like this'
INTERNAL = b'name="internal"\r\n\r\ntrue'


@pytest.mark.parametrize("parts", [(COMMENT, INTERNAL, FILE), (FILE, COMMENT, INTERNAL), (COMMENT, FILE, INTERNAL)])
async def test_a_form_brings_a_file_as_a_body_does(office: Office, parts: tuple[bytes, ...]) -> None:
    record = (await office.repair())["id"]
    view = (await send_form(office, record, *parts)).json()
    assert (view["name"], view["digest"], view["type"]) == ('löse "x".png', DIGEST, "image/png")
    assert view["internal"] is True
    assert (await office.get("ann", view["address"])).content == PNG
    entry = (await office.get("ann", f"/records/{record}/journal")).json()["entries"][-1]
    assert entry["lines"][0]["text"] == "note: It looks like this"


@pytest.mark.parametrize(
    ("parts", "refused"),
    [
        ((COMMENT,), ("input", "required", "file")),
        ((b'name="file"; filename=""\r\n\r\n',), ("input", "required", "body")),
        ((FILE, FILE), ("input", "bad-form", "body")),
        ((b'name="internal"\r\n\r\nperhaps', FILE), ("input", "bad-value", "internal")),
        ((b'name="comment"\r\n\r\n\x07', FILE), ("input", "bad-value", "comment")),
        ((b'name="name"\r\n\r\na/b', FILE), ("input", "bad-value", "name")),
        ((b'name="x"\r\nnothing\r\n\r\n', FILE), ("input", "bad-form", "body")),
    ],
)
async def test_a_form_that_is_not_right_attaches_nothing(
    office: Office, parts: tuple[bytes, ...], refused: tuple[str, str, str]
) -> None:
    record = (await office.repair())["id"]
    answer = await send_form(office, record, *parts)
    assert (answer.status_code, reasons(answer)) == (422, [refused])
    assert await listed(office, "ann", record) == []


@pytest.mark.parametrize("boundary", [b"", b"other"])
async def test_a_form_says_where_its_parts_end(office: Office, boundary: bytes) -> None:
    answer = await send_form(office, (await office.repair())["id"], FILE, boundary=boundary)
    assert (answer.status_code, reasons(answer)) == (422, [("input", "bad-form", "body")])


async def test_the_fields_of_a_form_have_a_limit(office: Office) -> None:
    fields = [b'name="f%d"\r\n\r\n' % number for number in range(1_000)]
    assert (await send_form(office, (await office.repair())["id"], *fields, FILE)).status_code == 413


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def narrow(office: Office) -> AsyncIterator[Office]:
    """The same office with files of 10 bytes at most."""
    other = Office(replace(office.services, attachment_size=10), office.clock, office.secrets)
    yield other
    await other.http.aclose()


@pytest.mark.parametrize(("data", "status"), [(b"", 422), (b"0123456789", 201), (b"0123456789a", 413)])
async def test_a_file_has_a_size(narrow: Office, data: bytes, status: int) -> None:
    record = (await narrow.repair())["id"]
    assert (await attach(narrow, "ann", record, data)).status_code == status
    in_form = b'name="file"; filename="x"\r\n\r\n' + data
    assert (await send_form(narrow, record, in_form)).status_code == status


async def test_a_record_has_so_many_files_and_no_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MOST", 1)
    record = (await office.repair())["id"]
    answers = [await attach(office, "ann", record, data) for data in (b"one", b"other", b"one")]
    assert [answer.status_code for answer in answers] == [201, 409, 201]
    assert reasons(answers[1]) == [("state", "too-many-attachments", "")]


async def test_files_that_come_at_once_are_counted_all(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MOST", 3)
    record = (await office.repair())["id"]
    answers = await asyncio.gather(*(attach(office, "ann", record, b"%d" % number) for number in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 5
    assert len(await listed(office, "ann", record)) == 3
