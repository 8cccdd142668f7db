"""`steward watch`: the journal of a record as it grows, line by line, until the record has ended."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

import typer

from cli.client import Api, api, path
from cli.following import follow
from cli.record_page import print_entries, who_did
from cli.records import RecordId
from cli.terminal import out, verbs

app = verbs()


@app.command()
def watch(
    record: RecordId,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON Lines: an entry of the journal each.")] = False,
) -> None:
    """Write the journal of a record and go on as it grows, until the record has ended or Ctrl-C.

    When not at a terminal: one line each, with tabs between time, who and what. A server that goes away is waited for.
    """
    with api() as to:
        for entries in _grown(to, record):
            _print_as_json(entries) if as_json else _print(entries)
            sys.stdout.flush()


def _grown(to: Api, record: str) -> Iterator[list[Mapping[str, Any]]]:
    """Give the entries of the journal that are new, each time that something has happened."""
    seen = 0
    for shown in follow(to, record):
        if shown is None:
            return
        journal = to.whole(path("records", record, "journal"), "entries")
        yield [entry for entry in journal["entries"] if entry["seq"] > seen]
        seen = max(seen, *(entry["seq"] for entry in journal["entries"]), shown["seq"])
        if shown["final"]:
            return


def _print_as_json(entries: Iterable[Mapping[str, Any]]) -> None:
    for entry in entries:
        sys.stdout.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _print(entries: Iterable[Mapping[str, Any]]) -> None:
    if sys.stdout.isatty():
        print_entries(out(), entries)
        return
    for entry in entries:
        for line in entry["lines"]:
            said = (entry["at"], who_did(entry), line["text"])
            sys.stdout.write("\t".join(" ".join(each.split()) for each in said) + "\n")
