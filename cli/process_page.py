"""How a process looks on a terminal: who starts it and when, what it asks for, where it goes."""

from collections.abc import Mapping
from typing import Any

from rich.markup import escape

from cli.record_page import section
from cli.terminal import local_time, out


def print_process(process: Mapping[str, Any]) -> None:
    """Write a process as a page."""
    console, start = out(), process["start"]
    console.print(f"[bold]{process['process']}[/]  {escape(process['title'])}")
    if process["retired"]:
        console.print("[yellow]retired[/]: no new record of it begins, and those that are open go on")
    console.print(
        f"version {process['version']} · {process['number']}… · owner {escape(process['owner'])}", style="dim"
    )
    begins = [("by", ", ".join(start["by"])), ("event", start["event"] or "")]
    if process["schedule"] is not None:
        begins += _schedule(process["schedule"])
    section(console, "Starts", [(name, text) for name, text in begins if text])
    asked = [(each["name"], each["title"]) for each in (*start["form"]["needs"], *start["form"]["ask"])]
    section(console, f"You can: steward start {process['process']} …", asked)
    ways = [(state["name"], ", ".join(_way(way) for way in state["transitions"])) for state in process["states"]]
    section(console, "States", ways)


def _schedule(schedule: Mapping[str, Any]) -> list[tuple[str, str]]:
    every = f", then every {schedule['every']}" if schedule["every"] else ""
    coming = local_time(schedule["next"]) if schedule["next"] else "no more"
    return [("by itself", f"at {schedule['at']}{every}"), ("next", coming)]


def _way(way: Mapping[str, Any]) -> str:
    return f"{way['name']} → {' or '.join(way['to'])}" if way["to"] else str(way["name"])
