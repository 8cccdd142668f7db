"""How records look on a terminal: one as a page, several as a table, a journal as a story."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.terminal import local_time, out, print_rows, short_time

SOMETHING = {"tick": "time", "result": "the process", "occur": "an event"}
"""Who did it when nobody did, by the kind of event."""
STATUS = {"running": "cyan", "paused": "yellow", "met": "green", "missed": "bold red"}


def print_record(record: Mapping[str, Any]) -> None:
    """Write a record as a page."""
    console = out()
    console.print(f"[bold]{record['id']}[/]  {escape(record['title'])}  [reverse] {escape(record['state'])} [/]")
    creator = f"by {record['created_by']['label']} " if record["created_by"] else ""
    began, changed = local_time(record["created_at"]), local_time(record["updated_at"])
    console.print(
        f"{record['process']} {record['version']} · {escape(creator)}{began} · changed {changed}", style="dim"
    )
    filled = [(name, in_words(value)) for name, value in record["fields"].items() if value not in (None, "", [])]
    section(console, "", filled)
    targets = [(name, target["words"], STATUS.get(target["status"], "")) for name, target in record["targets"].items()]
    section(console, "Targets", targets)
    section(console, "Tasks", [(task["id"], f"{task['title']}: {_seats(task)}") for task in record["tasks"]])
    section(console, "Approvals", [(each["id"], _votes(each)) for each in record["approvals"]])
    section(console, "Watched by", [(each["id"], each["label"]) for each in record["watchers"]])
    section(console, "By itself", [(each["name"], _timer(each)) for each in record["timers"]])
    faults = [(fault["number"], f"{fault['text']} (at {fault['step']})", "red") for fault in record["faults"]]
    section(console, "Faults", faults)
    can = [(each["name"], _form(each)) for each in record["actions"] if each["possible"] != "no"]
    section(console, f"You can: steward act {record['id']} …", can)
    cannot = [
        (each["name"], _reasons(each["reasons"]), "dim") for each in record["actions"] if each["possible"] == "no"
    ]
    section(console, "You cannot", cannot)


def print_after(done: str, record: Mapping[str, Any] | None) -> None:
    """Say how the record is now; where who did it does not see it any more (None), only that it is done."""
    if record is None:
        out().print(f"{escape(done)}. You do not see the record any more.")
        return
    running = [
        f"{name} {target['words']}" for name, target in record["targets"].items() if target["status"] == "running"
    ]
    out().print(f"[bold]{record['id']}[/] is {record['state']}. {'; '.join(running)}".rstrip())


def print_records(records: Sequence[Mapping[str, Any]]) -> None:
    """Write a table of records."""
    if not records and sys.stdout.isatty():
        out().print("There are no such records, or none that you may see.", style="dim")
        return
    rows = [
        (
            record["id"],
            record["state"],
            in_words(record["fields"].get("priority")),
            _whose(record["fields"]),
            short_time(record["updated_at"]),
            record["title"],
        )
        for record in records
    ]
    print_rows(("id", "state", "priority", "with", "changed", "title"), rows, {"id": "bold", "state": "cyan"})


def print_journal(journal: Mapping[str, Any]) -> None:
    """Write what happened, the oldest first; loudly where it is not as it was written."""
    console = out()
    print_entries(console, journal["entries"])
    if journal["broken"]:
        console.print(f"This journal was changed from outside: {escape(journal['broken'])}", style="bold red")


def _whence(entry: Mapping[str, Any]) -> str:
    """Say in whose place, from where and on which version somebody did something, as far as that is told."""
    own, origin, version = entry["on_behalf_of"], entry["origin"] or {}, entry["version"]
    said = [
        f" in the place of {own['label']}" if own else "",
        f" by {origin['channel']}" if origin else "",
        f" from {origin['address']}" if origin.get("address") else "",
        f" on version {version}" if origin and version else "",
    ]
    return "".join(said)


def print_entries(console: Console, entries: Iterable[Mapping[str, Any]]) -> None:
    """Write entries of a journal: when and who, and below it what."""
    for entry in entries:
        console.print(f"[dim]{local_time(entry['at'])}[/]  [bold]{escape(who_did(entry))}[/]{escape(_whence(entry))}")
        for line in entry["lines"]:
            console.print(f"    {escape(line['text'])}", style="dim" if line["internal"] else "")


def who_did(entry: Mapping[str, Any]) -> str:
    """Say who did what an entry of a journal tells."""
    return str(entry["actor"]["label"]) if entry["actor"] else SOMETHING.get(entry["kind"], entry["kind"])


def in_words(value: object) -> str:
    """Say a plain value: a reference by its label and id, yes and no, lists with commas."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case {"sealed": True}:
            return "sealed"
        case {"id": str(id_), "label": str(label)}:
            return label if id_ == label else f"{label} ({id_})"
        case dict():
            return ", ".join(f"{name}: {in_words(each)}" for name, each in value.items())
        case list():
            return "; ".join(in_words(each) for each in value)
        case _:
            return str(value)


def _whose(fields: Mapping[str, Any]) -> str:
    """Say who works on it: somebody, else a group."""
    found = fields.get("assignee") or fields.get("group")
    return str(found["label"]) if isinstance(found, dict) else in_words(found)


def section(console: Console, title: str, rows: Iterable[Sequence[str]]) -> None:
    """Write rows of name, text and perhaps the style of the text under a title; nothing when there are none."""
    table = Table.grid(padding=(0, 2))
    for name, text, *style in rows:
        table.add_row(f"  [bold]{escape(name)}[/]", f"[{style[0]}]{escape(text)}[/]" if style else escape(text))
    if table.row_count:
        console.print(f"\n{title}" if title else "")
        console.print(table)


def _seats(task: Mapping[str, Any]) -> str:
    claimed = task["claimed_by"]
    whose = claimed["label"] if claimed else " or ".join(seat["label"] for seat in task["seats"]) or "nobody"
    return f"{whose}{', due ' + local_time(task['due']) if task['due'] else ''}"


def _votes(approval: Mapping[str, Any]) -> str:
    """Say what is asked, how it stands and of whom it is still waited for."""
    voted = [f"{seat['label']} {seat['vote']['choice']}" for seat in approval["seats"] if seat["vote"]]
    waits = " or ".join(seat["label"] for seat in approval["seats"] if not seat["vote"]) or "nobody"
    due = f", due {local_time(approval['due'])}" if approval["due"] else ""
    return f"{approval['title']} (votes: {approval['votes']}): {', '.join([*voted, f'waits for {waits}'])}{due}"


def _timer(timer: Mapping[str, Any]) -> str:
    blocked = f" (held up: {'; '.join(timer['blocked'])})" if timer["blocked"] else ""
    return f"{local_time(timer['due'])}{blocked}"


def _form(action: Mapping[str, Any]) -> str:
    """Say what an action is given: `assignee=… [note=…]`, and what it depends on."""
    words = [*(f"{name}=…" for name in action["needs"]), *(f"[{name}=…]" for name in action["ask"])]
    condition = f"if {_reasons(action['reasons'])}" if action["possible"] == "if" and action["reasons"] else ""
    return "  ".join([*words, condition]).strip()


def _reasons(reasons: Iterable[Mapping[str, Any]]) -> str:
    return "; ".join(reason["text"] for reason in reasons)
