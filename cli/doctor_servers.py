"""What `steward doctor` looks at on servers: database, organisation, API, clocks, Temporal, workers and mail.

Temporal is asked through its own program: what it answers is what whoever has to mend it will see.
"""

import asyncio
import json
import os
import smtplib
import socket
import subprocess
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx2
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from cli.checkup import LONGEST, Checked, fine, note, wrong
from cli.data import running
from cli.embedded import ALONE, LOOPBACK, program_path
from cli.errors import UsageError
from cli.temporal_settings import temporal_address
from cli.unreached import Reached, why
from settings import MailSecurity, Settings
from store.database import Database
from store.errors import StoreError
from store.facts import organisation as stored_organisation
from store.findings import GONE, MENDED, STANDING, findings
from store.migrations import schema
from workflows.messages import TASK_QUEUE

Given = TypeVar("Given")

PATIENCE = 10.0
"""Seconds that a server may take."""
APART = 2.0
"""Seconds by which clocks may differ: the API says its time in whole ones."""
SHOWN = 5
"""Records that are named."""
IDLE = 120.0
"""Seconds since a worker last asked for work, after which it is gone: one request takes at most a minute."""


def database(chosen: Settings) -> Checked:
    """Look whether the database answers, and whether its schema is the one of this version."""
    if missing := _no_file(chosen):
        return missing
    try:
        found, newest = asyncio.run(schema(chosen.database_url))
    except StoreError as error:
        return wrong(str(error)[:LONGEST], "Start it, or mend STEWARD_DATABASE_URL.")
    if found == newest:
        return fine(f"answers, schema {found}")
    return wrong(f"its schema is {found or 'empty'}, this version's is {newest}", "Start a worker or API: it migrates.")


def records(chosen: Settings) -> Checked:
    """Say what the reconciler has found: records without a workflow, and rows that cannot be written."""
    if missing := _no_file(chosen):
        return missing
    found = _on_database(chosen, partial(findings, what=STANDING))
    gone = [each.record for each in found if each.what == GONE]
    if gone:
        told = f"{len(gone)} open records have no workflow: {_named(gone)}"
        return wrong(told, "`steward recover` begins them again from the database.")
    if found:
        first = found[0]
        told = (
            f"{len(found)} records cannot be compared with their workflows: {_named([each.record for each in found])}"
        )
        return wrong(
            f"{told} ({first.text})"[:LONGEST], "The log of the worker says more; `steward rebuild` tries again."
        )
    mended = _on_database(chosen, partial(findings, what=(MENDED,)))
    since = f"; {len(mended)} rows were mended in 30 days: {_named([each.record for each in mended])}" if mended else ""
    return fine(f"the database says what the workflows say{since}")


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")


def organisation(chosen: Settings) -> Checked:
    """Look whether there are people: without them nobody may do anything."""
    if missing := _no_file(chosen):
        return missing
    people = len(_on_database(chosen, stored_organisation).of("user"))
    return fine(f"{people} people") if people else wrong("there is nobody in it", "Apply one: `steward apply`.")


def api(chosen: Settings) -> Checked:
    """Look whether the API answers, which version it is, and what it says of itself."""
    url = _url(chosen)
    try:
        ready = httpx2.get(f"{url}/readyz", timeout=PATIENCE, trust_env=False)
        about = httpx2.get(f"{url}/api/v1/openapi.json", timeout=PATIENCE, trust_env=False)
    except httpx2.HTTPError as error:
        return wrong(
            f"nothing answers at {url} ({error})", "`steward up` or `steward api` starts it; STEWARD_URL names it."
        )
    said = _members(ready)
    if "temporal" not in said:
        return wrong(f"what answers at {url} is not Steward", "Stop it, or take another port: STEWARD_PORT.")
    version = _members(about).get("info", {}).get("version", "unknown")
    if said["status"] != "ok":
        parts = [f"{name}: {said[name]}" for name in ("database", "temporal", "worker") if said.get(name, "ok") != "ok"]
        return wrong(f"version {version} at {url}, but not ready: {'; '.join(parts)}"[:LONGEST], "Mend these first.")
    if said["unsent"]:
        return note(f"version {version} at {url}; {said['unsent']} messages were given up", "Mend the mail server.")
    return fine(f"version {version} at {url}")


def port(chosen: Settings) -> Checked:
    """Look whether the port that the API would take is free, or is the API's."""
    at = f"{chosen.host}:{chosen.port}"
    if running(chosen.data) is not None or chosen.port == 0:
        return fine("taken by the Steward of this directory" if chosen.port else "any free one")
    with socket.socket() as probe:
        probe.settimeout(PATIENCE)
        taken = probe.connect_ex((chosen.host, chosen.port)) == 0
    if not taken:
        return fine(f"{at} is free")
    return note(f"{at} is taken", "By Steward, if the API is fine; else take another: STEWARD_PORT.")


def clocks(chosen: Settings) -> Checked:
    """Compare the clock of this machine with those of the API and of the database."""
    apart = {"API": _api_ahead(chosen), "database": _database_ahead(chosen)}
    known = {name: seconds for name, seconds in apart.items() if seconds is not None}
    if not known:
        return note("there is no server to compare with", "Start them, then look again.")
    found = ", ".join(f"{name} {seconds:+.1f} s" for name, seconds in known.items())
    if any(abs(seconds) > APART for seconds in known.values()):
        return wrong(f"clocks differ: {found}", "Keep the clocks of all machines together (NTP).")
    return fine(f"alike: {found}")


def temporal(chosen: Settings) -> Checked:
    """Ask Temporal whether it serves."""
    try:
        named = chosen.temporal_address or temporal_address()
    except UsageError as error:
        said, _dot, remedy = error.text.partition(". ")
        return wrong(said, f"{remedy}.")
    for asked in (("operator", "cluster", "health"), ("operator", "namespace", "describe")):
        code, _out, said = ask_temporal(chosen, *asked)
        if code != 0:
            return _unreached(named or _nearby(chosen), said)
    return fine(f"serves at {named or _nearby(chosen)}")


def worker(chosen: Settings) -> Checked:
    """Ask Temporal which workers have asked for work lately."""
    options = ("--task-queue", TASK_QUEUE, "--disable-stats", "--output", "json")
    code, out, said = ask_temporal(chosen, "task-queue", "describe", *options)
    if code != 0:
        return wrong(said, "Mend Temporal first.")
    now = datetime.now(UTC)
    pollers = json.loads(out)["pollers"] or []
    at_work = {each["identity"] for each in pollers if (now - moment_of(each)).total_seconds() < IDLE}
    if at_work:
        return fine(f"{len(at_work)} at work: {', '.join(sorted(at_work))}")
    return wrong(
        "no worker asks for work", "`steward worker` starts one; `steward up` has one. Its log says why it ended."
    )


def mail(chosen: Settings) -> Checked:
    """Greet the mail server and see whether it protects the connection as the settings say; nothing is sent."""
    if chosen.mail_host is None:
        return note("none: messages stay in the inboxes", "STEWARD_MAIL_HOST names one.")
    at, security = f"{chosen.mail_host}:{chosen.mail_port}", chosen.mail_security
    kind = smtplib.SMTP_SSL if security is MailSecurity.TLS else smtplib.SMTP
    try:
        with kind(chosen.mail_host, chosen.mail_port, timeout=PATIENCE) as server:
            server.ehlo()
            offered = server.has_extn("starttls")
    except (OSError, smtplib.SMTPException) as error:
        return wrong(f"{at}: {error}"[:LONGEST], "Mend STEWARD_MAIL_HOST, STEWARD_MAIL_PORT or STEWARD_MAIL_SECURITY.")
    if security is MailSecurity.STARTTLS and not offered:
        return wrong(f"{at} offers no STARTTLS", "Set STEWARD_MAIL_SECURITY to tls, or to none where it is trusted.")
    return fine(f"{at} answers ({security})")


LOOKS = (
    ("database", database),
    ("organisation", organisation),
    ("records", records),
    ("Temporal", temporal),
    ("worker", worker),
    ("API", api),
    ("port", port),
    ("clocks", clocks),
    ("mail server", mail),
)


def _url(chosen: Settings) -> str:
    here = running(chosen.data)
    nearby = here.api if here is not None else f"http://{chosen.host}:{chosen.port}"
    return (chosen.url or nearby).rstrip("/")


def _members(response: httpx2.Response) -> dict[str, Any]:
    """Give a JSON object that was answered, an empty one for whatever else it is."""
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _no_file(chosen: Settings) -> Checked | None:
    """Say that SQLite's file is not there yet: opening it would make it."""
    file = make_url(chosen.database_url).database or ""
    if chosen.database_url.startswith("sqlite") and not Path(file).exists():
        return note(f"there is no {file} yet", "`steward up` makes it.")
    return None


def _on_database(chosen: Settings, work: Callable[[Database], Awaitable[Given]]) -> Given:
    async def opened() -> Given:
        opened = Database(chosen.database_url)
        try:
            return await work(opened)
        finally:
            await opened.close()

    return asyncio.run(opened())


def _api_ahead(chosen: Settings) -> float | None:
    """Give by how many seconds the API's clock is ahead of ours; None where it does not answer."""
    before = time.time()
    try:
        said = httpx2.get(f"{_url(chosen)}/healthz", timeout=PATIENCE, trust_env=False).headers["Date"]
    except (httpx2.HTTPError, KeyError):
        return None
    half = 0.5  # of the second that it has cut off
    return parsedate_to_datetime(said).timestamp() + half - (before + time.time()) / 2


def _database_ahead(chosen: Settings) -> float | None:
    """The same of a PostgreSQL server's clock; SQLite has ours."""
    if not chosen.database_url.startswith("postgresql"):
        return None

    async def ahead(opened: Database) -> float:
        before = time.time()
        theirs = await opened.read(_clock)
        return theirs - (before + time.time()) / 2

    try:
        return _on_database(chosen, ahead)
    except StoreError:
        return None


def _clock(connection: Connection) -> float:
    return float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())


def ask_temporal(chosen: Settings, *words: str) -> tuple[int, str, str]:
    """Have Temporal's program ask its server; give its exit code, its answer, and the line that says what is wrong."""
    command = [program_path(chosen.temporal_cli), *words, "--command-timeout", f"{PATIENCE:.0f}s", *_where(chosen)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=2 * PATIENCE)  # noqa: S603
    except subprocess.TimeoutExpired:
        return 1, "", "it does not answer"
    first = (done.stderr.strip() or done.stdout.strip()).partition("\n")[0]
    return done.returncode, done.stdout, first.removeprefix("Error: ")[:LONGEST]


def _where(chosen: Settings) -> list[str]:
    """Give the server as worker and API find it: the settings' address, Temporal's own settings, the embedded one."""
    if chosen.temporal_address is not None:
        return ["--address", chosen.temporal_address, *ALONE]
    return [] if temporal_address() is not None else ["--address", _nearby(chosen)]


def _nearby(chosen: Settings) -> str:
    here = running(chosen.data)
    return here.temporal if here is not None else f"{LOOPBACK}:{chosen.temporal_port}"


def _unreached(address: str, said: str) -> Checked:
    """Tell why Temporal is not reached, with what its program says of it."""
    found = os.environ.get
    key, namespace = found("TEMPORAL_API_KEY"), found("TEMPORAL_NAMESPACE", "default")
    secured = found("TEMPORAL_TLS", key or "").lower() not in {"", "false", "0"}
    told = why(said, Reached(address, namespace, tls=secured, api_key=bool(key)))
    return wrong(f"{told.of(address).partition('. ')[0]} ({said})"[:LONGEST], f"{told.remedy}.")


def moment_of(poller: dict[str, Any]) -> datetime:
    """Give when somebody asked for work last; Temporal writes nanoseconds."""
    seconds, _dot, _rest = poller["lastAccessTime"].removesuffix("Z").partition(".")
    return datetime.fromisoformat(f"{seconds}+00:00")
