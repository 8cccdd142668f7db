"""`steward versions, migrate, retire`: the versions of a process and the records that follow them, through the API."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer

from cli.client import Api, api, path
from cli.errors import FindingsError, UnreachableError, UsageError
from cli.progress import tracked
from cli.records import Json, Key
from cli.terminal import local_time, out, print_json, print_rows, verbs

app = verbs()

PAGE = 50
"""Records of one request."""
SAID = {
    "would_move": "would move",
    "moved": "moved",
    "refused": "stays",
    "busy": "not moved",
    "unknown": "not known yet",
}
"""What is said of each outcome."""
COLUMNS = ("RECORD", "VERSION", "STATE", "", "WHY")
"""The columns of the records; the last but one says what came of it."""
LISTED = ("VERSION", "TITLE", "OPEN", "SINCE")
"""The columns of the versions."""

Process = Annotated[str, typer.Argument(help="The process, for example incident.")]


@app.command()
def versions(process: Process, *, as_json: Json = False) -> None:
    """List the published versions of a process, and how many open records follow each."""
    with api() as to:
        found = to.whole(path("definitions", process, "versions"), "versions")["versions"]
    _print_versions(found, as_json=as_json)


@app.command()
def retire(
    process: Process,
    version: Annotated[int | None, typer.Argument(help="A version that a newer one has replaced.")] = None,
    *,
    whole: Annotated[bool, typer.Option("--whole", help="The process, with all its versions.")] = False,
    as_json: Json = False,
) -> None:
    """Retire a version, or a whole process: nothing begins with it any more, and what follows it goes on."""
    if (version is None) is not whole:
        raise UsageError(f"say which version, or that it is all of {process}: --whole")
    named = () if version is None else ("versions", str(version))
    with api() as to:
        left = to.post(path("definitions", process, *named, "retire"), {}).body["versions"]
    _print_versions(left, as_json=as_json)


@app.command()
def migrate(
    process: Process,
    *,
    to_version: Annotated[int | None, typer.Option("--to", help="The version. Without it, the newest.")] = None,
    from_: Annotated[
        list[int] | None,
        typer.Option("--from", help="A version that is left; can be repeated. Without it, all before."),
    ] = None,
    records: Annotated[
        list[str] | None, typer.Option("--record", help="A record; can be repeated. Without it, all that are open.")
    ] = None,
    restart: Annotated[
        list[str] | None, typer.Option("--restart", help="A state that may begin again; can be repeated.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come of it, and move nothing.")] = False,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Move running records to another version of their process; one that cannot be moved stays, with every reason.

    Try it with --dry-run first.
    """
    asked = {"to": to_version, "from": from_ or None, "restart": restart or []}
    with api(key) as to:
        address = path("definitions", process, "moves")
        pages = list(tracked(_moved(to, address, asked, records or [], dry_run=dry_run), "Moving"))
        repeat = f"Repeat it with --key {to.key}: each record is moved once."
    found = [each for page in pages for each in page["records"]]
    told = {**{name: pages[0][name] for name in ("process", "to", "from", "dry_run")}, "records": found}
    print_json(told) if as_json else _print(told)
    _end(found, repeat)


def _print_versions(found: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    print_json(found) if as_json else print_rows(LISTED, map(_version_row, found))


def _version_row(each: Mapping[str, Any]) -> Sequence[str]:
    did = "published" if each["retired_at"] is None else "retired"
    said = f"{did} {local_time(each[f'{did}_at'])} by {each[f'{did}_by']}"
    return str(each["version"]), each["title"], str(each["open_records"]), said


def _moved(
    to: Api, address: str, asked: Mapping[str, Any], named: Sequence[str], *, dry_run: bool
) -> Iterator[Mapping[str, Any]]:
    """Give page after page of what came of it; what is moved is named, so that a request can be repeated."""
    for page in _tried(to, address, asked, named):
        names = [each["record"] for each in page["records"]]
        done = {**asked, "to": page["to"], "from": page["from"], "records": names}
        yield page if dry_run or not names else to.post(address, done).body


def _tried(to: Api, address: str, asked: Mapping[str, Any], named: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    for first in range(0, len(named), PAGE):
        yield to.post(address, {**asked, "records": named[first : first + PAGE], "dry_run": True}).body
    after: str | None = None if named else ""
    while after is not None:
        page = to.post(address, {**asked, "after": after, "dry_run": True}).body
        yield page
        after = page["next"]


def _print(told: Mapping[str, Any]) -> None:
    records = told["records"]
    if records:
        print_rows(COLUMNS, map(_row, records), wrap=True)
    counts = [(said, sum(each["outcome"] == outcome for each in records)) for outcome, said in SAID.items()]
    summary = ", ".join(f"{count} {said}" for said, count in counts if count)
    where = f"{told['process']} {', '.join(map(str, told['from']))} → {told['to']}"
    out().print(f"[bold]{where}[/]: {summary or 'no open records'}")


def _row(each: Mapping[str, Any]) -> Sequence[str]:
    state, becomes = each["state"] or "", each["becomes"]
    states = f"{state} → {becomes}" if becomes not in (None, state) else state
    why = [reason["text"] for reason in each["reasons"]] or each["changes"]
    return each["record"], str(each["version"] or ""), states, SAID[each["outcome"]], "; ".join(why)


def _end(found: Sequence[Mapping[str, Any]], repeat: str) -> None:
    """End with what a script reads: all is well, some stay, or it is not known of some."""
    outcomes = [each["outcome"] for each in found]
    if "busy" in outcomes or "unknown" in outcomes:
        raise UnreachableError("not every record has answered.", [repeat])
    if "refused" in outcomes:
        raise FindingsError("")
