"""`steward webhook`: where events are sent, and how that went, by way of the API."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.markup import escape

from cli.client import api, path
from cli.records import Json, Key
from cli.terminal import err, local_time, out, print_json, print_rows, verbs

app = verbs()
webhook = typer.Typer(no_args_is_help=True, help="Send events to other systems, and see how that went.")
app.add_typer(webhook, name="webhook")

WEBHOOKS = "webhooks"
LISTED = ("ID", "STATE", "OWNER", "URL")
SENT = ("MESSAGE", "WHEN", "STATE", "TRIES", "WHAT")
"""The columns of webhooks, and of what was sent to one."""

Id = Annotated[str, typer.Argument(metavar="ID", help="The id that `webhook list` shows.")]


@webhook.command()
def create(
    url: Annotated[str, typer.Argument(help="Where events are sent: https://…")],
    *,
    process: Annotated[list[str] | None, typer.Option(help="Only of this process; may be repeated.")] = None,
    event: Annotated[
        list[str] | None, typer.Option("--type", help="Only events like steward.record.act; may be repeated.")
    ] = None,
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Make a webhook, which is told what you may see; its secret is shown this once."""
    body = {"url": url, "description": description, "processes": process or [], "types": event or []}
    with api(key) as to:
        made = to.post(f"/{WEBHOOKS}", body).body
    if as_json:
        print_json(made)
        return
    err().print(
        f"Webhook {made['id']} is told what happens from now on. Nobody can read its secret again:", style="green"
    )
    out().print(made["secret"], markup=False)


@webhook.command("list")
def list_(as_json: Json = False) -> None:
    """List all webhooks."""
    with api() as to:
        found = [each for page in to.pages(f"/{WEBHOOKS}", {}) for each in page.body["webhooks"]]
    if as_json:
        print_json(found)
        return
    print_rows(LISTED, [(each["id"], _state(each), each["owner"], each["url"]) for each in found])


@webhook.command()
def show(webhook_id: Id, *, as_json: Json = False) -> None:
    """Show a webhook; its secret is not kept to be read."""
    with api() as to:
        found = to.get(path(WEBHOOKS, webhook_id)).body
    _print(found, as_json=as_json)


@webhook.command()
def pause(webhook_id: Id, *, key: Key = None, as_json: Json = False) -> None:
    """Send no more; what happens meanwhile is sent when it is resumed."""
    _activate(webhook_id, key, active=False, as_json=as_json)


@webhook.command()
def resume(webhook_id: Id, *, key: Key = None, as_json: Json = False) -> None:
    """Go on sending, with what has happened since it was paused."""
    _activate(webhook_id, key, active=True, as_json=as_json)


@webhook.command()
def rotate(webhook_id: Id, *, key: Key = None, as_json: Json = False) -> None:
    """Give a webhook a new secret, shown this once; for a day the one before signs as well."""
    with api(key) as to:
        found = to.post(path(WEBHOOKS, webhook_id, "secret"), {}).body
    if as_json:
        print_json(found)
        return
    until = local_time(found["previous_secret_until"])
    err().print(f"The secret before signs until {until}, too. Nobody can read the new one again:", style="green")
    out().print(found["secret"], markup=False)


@webhook.command()
def remove(webhook_id: Id, *, key: Key = None) -> None:
    """Take a webhook away, with what was still to be sent to it."""
    with api(key) as to:
        to.delete(path(WEBHOOKS, webhook_id))
    err().print(f"Webhook {webhook_id} is gone.", style="green", markup=False)


@webhook.command()
def ping(webhook_id: Id, *, key: Key = None, as_json: Json = False) -> None:
    """Send a test to a webhook; `webhook deliveries` shows how it went."""
    with api(key) as to:
        sent = to.post(path(WEBHOOKS, webhook_id, "ping"), {}).body
    _print_sent([sent], as_json=as_json)


@webhook.command()
def deliveries(
    webhook_id: Id,
    *,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many, the newest first.")] = 20,
    as_json: Json = False,
) -> None:
    """List what was sent to a webhook, waits to be sent, or was given up."""
    with api() as to:
        found = to.get(path(WEBHOOKS, webhook_id, "deliveries"), {"limit": limit}).body["deliveries"]
    _print_sent(found, as_json=as_json)


@webhook.command()
def redeliver(
    webhook_id: Id,
    message: Annotated[str, typer.Argument(help="The message that `webhook deliveries` shows.")],
    *,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Send a message again, under the same id."""
    with api(key) as to:
        sent = to.post(path(WEBHOOKS, webhook_id, "deliveries", message, "redeliver"), {}).body
    _print_sent([sent], as_json=as_json)


def _activate(webhook_id: str, key: str | None, *, active: bool, as_json: bool) -> None:
    with api(key) as to:
        found = to.patch(path(WEBHOOKS, webhook_id), {"active": active}).body
    _print(found, as_json=as_json)


def _print(found: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    console = out()
    console.print(f"[bold]{found['id']}[/] {escape(_state(found))}: {escape(found['url'])}")
    told = (("what for", found["description"]), ("reads as", found["owner"]))
    lists = ((name, ", ".join(found[name]) or "all") for name in ("processes", "types"))
    for name, text in (*told, *lists, ("failing since", local_time(found["failing_since"]))):
        if text:
            console.print(f"  {name}: {escape(text)}")


def _print_sent(found: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    print_rows(SENT, [_row(each) for each in found], wrap=True)


def _row(each: Mapping[str, Any]) -> tuple[str, ...]:
    attempts = each["attempts"]
    last = attempts[-1]["error"] if attempts else ""
    again = f"; again at {local_time(each['next_attempt_at'])}" if attempts and each["next_attempt_at"] else ""
    about = f"{each['type']} {each['record'] or ''}".rstrip()
    what = f"{about}: {last}{again}" if last else about
    return each["id"], local_time(each["created_at"]), each["state"], str(len(attempts)), what


def _state(each: Mapping[str, Any]) -> str:
    if each["active"]:
        return "failing" if each["failing_since"] else "active"
    return f"paused ({each['paused_because']})"
