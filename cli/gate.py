"""`steward gate`: has a pipeline wait until a change (or any record) is decided; its exit code is the decision."""

import re
import time
from collections.abc import Sequence
from typing import Annotated

import typer

from cli.client import Api, api, path
from cli.errors import FindingsError, UndecidedError, UsageError
from cli.following import Shown, follow
from cli.records import RecordId
from cli.terminal import err, out, print_json, verbs
from cli.verdict import Judged, Verdict, judge
from language.problems import did_you_mean

app = verbs()

SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
HOW_LONG = re.compile(r"([1-9][0-9]{0,5})([smhd])")


@app.command()
def gate(
    record: RecordId,
    *,
    until: Annotated[
        list[str] | None,
        typer.Option(metavar="STATE", help="A state that passes; can be repeated. Without it: all approvals said yes."),
    ] = None,
    timeout: Annotated[
        str, typer.Option(metavar="TIME", help="How long to wait: 90s, 30m, 2h, 1d.", show_default=True)
    ] = "1h",
    as_json: Annotated[bool, typer.Option("--json", help="Write the verdict as JSON.")] = False,
) -> None:
    """Wait until a record is decided: exit code 0 approved, 1 rejected, 4 not in time (2 usage, 3 unreachable).

    An approval with a no, one that nobody decided in time, and a record that has ended otherwise are rejections.
    """
    deadline, states = time.monotonic() + _seconds(timeout), until or []
    with api() as to:
        shown, judged = _decided(to, record, states, deadline)
    if as_json:
        print_json({"record": shown["id"], "state": shown["state"], **judged._asdict()})
    if judged.verdict is Verdict.PASSED:
        if not as_json:
            out().print(f"{shown['id']} passed: {judged.why}", markup=False)
        return
    if judged.verdict is Verdict.REFUSED:
        raise FindingsError("" if as_json else f"{shown['id']} is refused: {judged.why}")
    raise UndecidedError("" if as_json else f"{shown['id']} was not decided within {timeout}: {judged.why}")


def _decided(to: Api, record: str, states: Sequence[str], deadline: float) -> tuple[Shown, Judged]:
    """Follow the record until there is a verdict, or the time is over; give it as it was then."""
    last: tuple[Shown, Judged] | None = None
    for shown in follow(to, record, until=deadline):
        if shown is not None:
            journal = to.whole(path("records", record, "journal"), "entries")["entries"]
            judged = judge(shown, journal, states)
            if last is None and judged.verdict is Verdict.UNDECIDED:
                _check(to, shown, states)
                err().print(f"{shown['id']}: {judged.why} …", style="dim", markup=False)
            last = shown, judged
            if judged.verdict is not Verdict.UNDECIDED:
                break
    assert last is not None
    return last


def _check(to: Api, shown: Shown, states: Sequence[str]) -> None:
    """Refuse a state that the process does not have: it would be waited for in vain. Raises UsageError."""
    process = to.get(path("processes", shown["process"])).body
    if process["version"] != shown["version"]:
        return  # what only another version knows is nothing to go by
    known = [state["name"] for state in process["states"]]
    for state in states:
        if state not in known:
            hint = did_you_mean(state, known) or f"It has {', '.join(known)}."
            raise UsageError(f'the process {shown["process"]} has no state "{state}". {hint}')


def _seconds(timeout: str) -> float:
    said = HOW_LONG.fullmatch(timeout)
    if said is None:
        raise UsageError(f'"{timeout}" is no time to wait. Write a number and s, m, h or d: --timeout 30m')
    return int(said[1]) * SECONDS[said[2]]
