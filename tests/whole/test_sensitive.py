"""A sensitive value goes through everything there is, and is found nowhere but with those who may read it.

So does the credential of a connected system, which repeats it in whatever it answers: that one is found nowhere at all.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import pytest
import pytest_asyncio
from pydantic import SecretStr
from temporalio.client import Client

from activities.actions import Action, ActionModel, Context, Text
from activities.connectors.acting import action_of
from activities.connectors.reading import read_text
from cli.logs import log_to_stderr
from language.values import FieldType, Shape
from settings import LogLevel
from store.publishing import publish
from store.sealing import Seals, new_key
from tests.activities.connectors.outside import Outside, an_outside, answer
from tests.activities.mailbox import Mailbox, a_mailbox
from tests.api.office import Office, a_token, an_office
from tests.portal.visits import Portal
from tests.temporal import TemporalServer

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

SECRETS = ("xyzzy-canary", "plugh-canary", "1250.75")
LOOPBACK = (ip_network("127.0.0.0/8"),)
PLAIN = "open-sesame"
"""What is not sensitive, and must be found wherever the others are looked for."""
CREDENTIAL = "fnord-canary"
"""What a connected system knows us by."""
CONNECTED = """
connectors:
  company:
    url: http://127.0.0.1:{port}/
    networks: [127.0.0.0/8]
    credential: {{variable: TEST_COMPANY_TOKEN}}
    actions:
      account.open:
        request: POST /accounts
        takes: {{person: text}}
        body: {{person: =person}}
        gives: {{account: {{type: text, at: account.id}}}}
        again: [503]
"""
SPITEFUL = (
    answer(503, {"error": f"I am ill, {CREDENTIAL}"}, X_Said=CREDENTIAL),
    answer(201, {"account": {"id": PLAIN}, "heard": [CREDENTIAL]}),
    answer(400, {"error": f"not again, {CREDENTIAL}"}),
    answer(201, {"account": {"id": f"of {CREDENTIAL}"}}),
)
"""It fails, works, refuses, and gives what it was given for a value."""

HIRE = """
process: hire
version: 1
title: Hire
number: HIR
owner: manager
read: [agent, customer, witness]
start: {to: new, by: [agent], ask: [name, password, salary, customer, witness]}
fields:
  name: text
  customer: user
  witness: user
  password: {type: text, sensitive: true}
  salary: {type: money, sensitive: [manager]}
  account: text
  trouble: text
states:
  new:
    do:
      - {task: "Greet {{ name }}", id: greet, for: [workshop], due: 2 days, form: [password]}
      - {notify: "Welcome {{ name }}", to: [customer]}
      - call: identity.grant
        with: {password: =password, name: =name}
        retry: 0
        on_error: [{set: {name: "=name + ': ' + error.text"}}]
      - {call: identity.grant, with: {password: =password, name: again}, save: {name: =result.name}}
      - {call: account.open, with: {person: =name}, save: {account: =result.account}}
      - {call: account.open, with: {person: =name}, on_error: [{set: {trouble: =error.text}}]}
      - call: account.open
        with: {person: =name}
        on_error: [{set: {trouble: "=trouble + ' and ' + error.text"}}, {notify: "{{ trouble }}", to: [customer]}]
    transitions:
      change: {by: [agent], needs: [password], when: password is filled, blocked: There is no password}
      told: {event: password.told, ask: [password]}
  done: {final: true}
transitions:
  end: {from: [new], to: done, by: [agent], ask: [comment]}
"""


class Wanted(ActionModel):
    password: Annotated[SecretStr, Shape(FieldType.TEXT, sealed=True)]
    name: Text


class Granted(ActionModel):
    name: Text


class Identities:
    """The action that is given a password opened, and fails the first time with it on its lips."""

    def __init__(self) -> None:
        self.given: list[str] = []

    async def grant(self, wanted: Wanted, _context: Context) -> Granted:
        self.given.append(wanted.password.get_secret_value())
        if wanted.name != "again":
            raise ConnectionError(f"cannot sign in with {wanted.password.get_secret_value()}")
        return Granted(name=PLAIN)

    @property
    def action(self) -> Action[Wanted, Granted]:
        return Action("identity.grant", Wanted, Granted, self.grant)


class Story(NamedTuple):
    """Where the values have been."""

    office: Office
    temporal: Client
    directory: Path
    mailbox: Mailbox
    identities: Identities
    company: Outside
    receiver: Outside
    record: str
    answers: list[str]
    """What people who may not read them were answered."""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where everything is kept."""
    return tmp_path_factory.mktemp("sensitive")


@pytest.fixture(scope="module")
def log(directory: Path) -> Iterator[Path]:
    """Have everything logged into a file, as worker and API log it."""
    before, file = logging.getLogger().handlers[:], directory / "all.log"
    log_to_stderr(LogLevel.DEBUG)
    with file.open("w") as stream:
        for handler in logging.getLogger().handlers:
            if isinstance(handler, logging.StreamHandler):
                handler.setStream(stream)
        yield file
    logging.basicConfig(level=logging.WARNING, handlers=before, force=True)


@pytest.fixture(scope="module")
def credential() -> Iterator[None]:
    """Give the worker the credential, by reference only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEST_COMPANY_TOKEN", CREDENTIAL)
        yield


@pytest.fixture(scope="module")
def server(directory: Path) -> Iterator[TemporalServer]:
    """A Temporal server on a file."""
    running = TemporalServer(directory, on_file=True)
    yield running
    running.kill()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def story(directory: Path, server: TemporalServer, log: Path, credential: None) -> AsyncIterator[Story]:
    """Live through it: a start, edits, a task, an outside event, calls, mails, a webhook and refusals."""
    key, identities, temporal = new_key(), Identities(), await server.connect()
    seals = Seals(lambda: (key,))
    async with a_mailbox() as mailbox, an_outside(*SPITEFUL) as company, an_outside(answer(204)) as receiver:
        actions = (identities.action, *map(action_of, read_text(CONNECTED.format(port=company.port))))
        shapes = {action.name: action.shape for action in actions}
        work = {"mail": mailbox.options(), "actions": actions, "seals": seals, "webhook_networks": LOOPBACK}
        file = directory / "steward.db"
        async with an_office(file, temporal, actions=shapes, seals=seals, work=work) as office:
            await publish(office.services.database, HIRE, "", {}, shapes, "test", time.time())
            hook = {"url": f"http://127.0.0.1:{receiver.port}/", "processes": ["hire"]}
            office.secrets["robot"] = await a_token(office.services.database, "robot", "administrator", "agent")
            made = await office.post("robot", "/webhooks", hook)
            assert made.status_code == 201, made.text
            record, answers = await lived(office)
            await until(lambda: len(identities.given) > 1 and len(mailbox.taken) > 1 and len(company.asked) > 3)
            await until(lambda: any(b"repeats our" in each.body for each in receiver.asked))
            answers += [await read(office, "carl", record), await read(office, "dora", record)]
            yield Story(office, temporal, directory, mailbox, identities, company, receiver, record, answers)


async def lived(office: Office) -> tuple[str, list[str]]:
    """Let it be filled in, refused and overwritten by every way in; give what those were answered who cannot see it."""
    first, second, salary = SECRETS
    fields = {"name": PLAIN, "password": first, "customer": "carl", "witness": "dora", "salary": salary}
    begun = await office.post("ann", "/processes/hire/records", {"fields": fields}, Idempotency_Key="once")
    assert begun.status_code == 201, begun.text
    again = await office.post("ann", "/processes/hire/records", {"fields": fields}, Idempotency_Key="once")
    record = begun.json()["id"]
    assert again.json()["id"] == record
    wrong = await office.act("ann", record, "change", password=[first], salary=second)
    assert wrong.status_code == 422
    event = {"specversion": "1.0", "id": "1", "source": "s", "type": "password.told", "subject": record}
    media = {"Content_Type": "application/cloudevents+json"}
    told = await office.post("alarms", "/events", {**event, "data": {"password": second}}, **media)
    assert told.status_code == 202, told.text
    changed = await office.act("ann", record, "change", password=second)
    [task] = changed.json()["tasks"]
    done = await office.post("ann", f"/tasks/{task['id']}/complete", {"with": {"password": first}})
    assert done.status_code == 200, done.text
    refused = await office.act("dora", record, "change", password=second)
    assert refused.status_code == 403
    return record, [wrong.text, told.text, refused.text]


async def read(office: Office, who: str, record: str) -> str:
    """Read everything that the API says of a record, as somebody."""
    pages = ("", "/journal", "/diagram")
    found = [await office.get(who, f"/records/{record}{page}") for page in pages]
    lists = (f"/records?q={SECRETS[0]}", "/records?process=hire", f"/records?password={SECRETS[0]}", "/inbox", "/tasks")
    found += [await office.get(who, page) for page in (*lists, "/feed")]
    return "\n".join(answer.text for answer in found)


async def until(claim: Any) -> None:
    """Wait until something is so."""
    for _ in range(600):
        if claim():
            return
        await asyncio.sleep(0.1)
    raise TimeoutError


async def kept(story: Story, log: Path) -> dict[str, str]:
    """Give everything that is kept anywhere, as text, by where it is."""
    handle = story.temporal.get_workflow_handle(story.record)
    history = [event.SerializeToString() async for event in handle.fetch_history_events()]
    names = ("steward.db", "temporal.db")
    files = {name: b"".join(file.read_bytes() for file in story.directory.glob(f"{name}*")) for name in names}
    return {
        **{name: data.decode(errors="replace") for name, data in files.items()},
        "history": b"".join(history).decode(errors="replace"),
        "mail": "\n".join(str(message) for message in story.mailbox.taken),
        "answers": "\n".join(story.answers),
        "webhooks": "\n".join(each.body.decode() for each in story.receiver.asked),
        "log": log.read_text(),
    }


async def test_a_sensitive_value_is_kept_nowhere_and_told_to_none_who_may_not_read_it(story: Story, log: Path) -> None:
    everything = await kept(story, log)
    assert [(place, each) for place, text in everything.items() for each in SECRETS if each in text] == []
    assert [place for place, text in everything.items() if PLAIN not in text] == []
    assert "identity.grant failed (ConnectionError)" in everything["history"]
    assert "identity.grant" in everything["log"]


async def test_those_who_may_read_it_do_and_the_action_got_it_opened(story: Story) -> None:
    assert story.identities.given == [SECRETS[0]] * 2
    seen = {who: await story.office.get(who, f"/records/{story.record}") for who in ("ann", "bob", "carl")}
    fields = {who: answer.json()["fields"] for who, answer in seen.items()}
    assert fields["ann"]["password"] == SECRETS[0]
    assert fields["ann"]["salary"] == fields["carl"]["password"] == {"sealed": True}
    assert fields["bob"]["salary"] == SECRETS[2]
    assert fields["ann"]["name"] == PLAIN


async def pages(story: Story) -> dict[str, str]:
    """Give what pages and numbers tell those who see most."""
    portal = Portal(story.office)
    asked = (f"/records/{story.record}", "/records", "/records.csv", "/work", "/definitions/hire")
    found = {path: (await portal.see("bob", path)).answer for path in asked}
    own = (f"/records/{story.record}", f"/records/{story.record}/journal", "/feed")
    found |= {f"API {path}": await story.office.get("bob", path) for path in own}
    known = {"Authorization": f"Bearer {story.office.secrets['alarms']}"}
    found["/metrics"] = await portal.http.get("/metrics", headers=known)
    await portal.http.aclose()
    assert [path for path, answer in found.items() if not answer.is_success] == []
    return {path: answer.text for path, answer in found.items()}


async def test_a_credential_that_a_system_repeats_is_found_nowhere_at_all(story: Story, log: Path) -> None:
    assert [each.headers["authorization"] for each in story.company.asked] == [f"Bearer {CREDENTIAL}"] * 4
    everything = {**await kept(story, log), **await pages(story)}
    assert [place for place, text in everything.items() if CREDENTIAL in text] == []
    told = "account.open (company) answered 400 and what account.open (company) answered repeats our credential"
    assert told in everything[f"API /records/{story.record}"]
    assert told in everything["webhooks"]
