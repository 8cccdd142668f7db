"""The command `steward`: finds the module of a verb and runs it, so that a verb loads no more than it needs."""

import difflib
import importlib
import os
import sys
from collections.abc import Sequence
from importlib import metadata
from typing import NamedTuple

from pydantic import ValidationError
from rich.table import Table

from cli.errors import CliError, ExitCode, FindingsError, UsageError
from cli.mirroring import mirrored
from cli.terminal import complain, out, write_no_more, write_whatever_comes


class Verb(NamedTuple):
    """Where a verb is carried out, and what it does."""

    module: str
    does: str


VERBS = {
    "up": Verb("cli.up", "start everything here: Temporal, worker and API"),
    "prepare": Verb("cli.prepare", "make the database ready for worker and API"),
    "worker": Verb("cli.worker", "run a worker alone"),
    "api": Verb("cli.api", "run the API alone"),
    "check": Verb("cli.check", "find the mistakes in definitions"),
    "test": Verb("cli.scenarios", "run the scenarios of definitions"),
    "draw": Verb("cli.draw", "draw a process as a picture or as text"),
    "schema": Verb("cli.schema", "write what editors need to complete definitions"),
    "publish": Verb("cli.publish", "publish definitions, checked and tested"),
    "versions": Verb("cli.versions", "list the versions of a process, with the records on them"),
    "migrate": Verb("cli.versions", "move running records to another version of their process"),
    "retire": Verb("cli.versions", "let nothing begin with a version, or with a process, any more"),
    "apply": Verb("cli.apply", "apply the organisation, with the difference shown first"),
    "start": Verb("cli.records", "start a record: steward start PROCESS field=value…"),
    "act": Verb("cli.records", "take an action: steward act ID TRANSITION field=value…"),
    "edit": Verb("cli.writing", "write fields of a record: steward edit ID field=value…"),
    "comment": Verb("cli.writing", "say something on a record: steward comment ID TEXT"),
    "follow": Verb("cli.watchers", "watch a record: be told of its comments"),
    "unfollow": Verb("cli.watchers", "watch a record no more"),
    "claim": Verb("cli.tasks", "take a task, so that the others see that you are at it"),
    "release": Verb("cli.tasks", "give a task back to the others"),
    "complete": Verb("cli.tasks", "complete a task: steward complete TASK field=value…"),
    "retry": Verb("cli.faults", "carry out again what stands still: steward retry ID N"),
    "skip": Verb("cli.faults", "go on behind what stands still: steward skip ID N field=value…"),
    "vote": Verb("cli.votes", "vote on an approval: steward vote ID yes|no"),
    "show": Verb("cli.records", "show a record with what you can do with it, or a process"),
    "list": Verb("cli.records", "list records: steward list field=value…"),
    "watch": Verb("cli.watch", "write the journal of a record as it grows, until it has ended"),
    "gate": Verb("cli.gate", "wait in a pipeline until a record is decided: 0 approved, 1 rejected"),
    "journal": Verb("cli.records", "tell what happened to a record"),
    "audit": Verb("cli.audit", "prove that nothing was changed, export journals, see what was refused"),
    "archive": Verb("cli.archive", "move closed records to the archive, and read them there"),
    "mailgate": Verb("cli.mailgate", "hand a mail from the mail server to Steward"),
    "doctor": Verb("cli.doctor", "look at everything Steward stands on: what is wrong, and what helps"),
    "rebuild": Verb("cli.rebuild", "make the rows of open records again from their workflows"),
    "recover": Verb("cli.recover", "begin the workflows of open records again from the store"),
    "webhook": Verb("cli.webhook", "send events to other systems, and see how that went"),
    "key": Verb("cli.key", "make a key for sensitive values"),
    "demo": Verb("cli.demo", "show on real programs what Steward does: steward demo release"),
    "sign-in": Verb("cli.sign_in", "write a link that signs somebody in at the portal of this machine"),
    "completion": Verb("cli.completion", "have bash, zsh or fish complete what you type"),
    "token": Verb("cli.token", "create, list and revoke the tokens of the API"),
}
HELP = ("-h", "--help", "help")
INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it."""


def main() -> int:
    """Carry out what the command line says; the exit code is one of `cli.errors.ExitCode`, 130 after Ctrl-C."""
    write_whatever_comes()
    try:
        code = run(sys.argv[1:])
        sys.stdout.flush()
        sys.stderr.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except OSError as error:  # an edge: the terminal, the disk or a file beside us; not a mistake of this program
        code = ExitCode.FINDINGS
        write_no_more()
        if not isinstance(error, BrokenPipeError):
            complain(FindingsError(f"not finished: {error}"))
    if "temporalio" in sys.modules:
        os._exit(code)  # its runtime can abort the interpreter while that ends (docs: temporalio/sdk-python #300)
    return code


FOLLOWS = "default_factory_not_called"
"""The type of a complaint about what only follows from something wrong."""


def run(arguments: Sequence[str]) -> int:
    """Carry out a command line without its first word, and give the exit code."""
    if not arguments or arguments[0] in HELP:
        _print_help()
        return ExitCode.FINE if arguments else ExitCode.USAGE
    if arguments[0] == "--version":
        out().print(f"steward {metadata.version('steward')}", highlight=False)
        return ExitCode.FINE
    try:
        _carry_out(arguments)
    except CliError as error:
        complain(error)
        return error.code
    except ValidationError as error:
        complain(_misconfigured(error))
        return ExitCode.USAGE
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else ExitCode.FINE
    return ExitCode.FINE


def _carry_out(arguments: Sequence[str]) -> None:
    for each in arguments:
        _refuse_bytes(each)
    verb = VERBS.get(arguments[0])
    if verb is None:
        near = difflib.get_close_matches(arguments[0], VERBS, n=1)
        hint = f'Did you mean "{near[0]}"?' if near else "`steward --help` lists them."
        raise UsageError(f'there is no command "{arguments[0]}". {hint}')
    mirrored(importlib.import_module(verb.module).app)(list(arguments), prog_name="steward")


def _refuse_bytes(word: str) -> None:
    """Refuse a word that is no text: nothing could be made of it further on."""
    try:
        word.encode()
    except UnicodeEncodeError:
        shown = os.fsencode(word).decode(errors="replace")
        raise UsageError(f'"{shown}" is not text in UTF-8. Write it in UTF-8.') from None


def _misconfigured(error: ValidationError) -> UsageError:
    """Name the variables of the environment that cannot be read."""
    wrong = [
        f"STEWARD_{'_'.join(map(str, each['loc'])).upper()}: {each['msg']}"
        for each in error.errors()
        if each["type"] != FOLLOWS
    ]
    return UsageError("the environment or the options are wrong: " + "; ".join(wrong))


def _print_help() -> None:
    console = out()
    table = Table.grid(padding=(0, 2))
    for name, verb in VERBS.items():
        table.add_row(f"  [bold]{name}[/]", verb.does)
    console.print("[bold]steward[/] COMMAND …   IT service management on durable workflows\n")
    console.print(table)
    console.print("\n`steward COMMAND --help` says more.")
    console.print("Exit codes: 0 fine, 1 findings or refusal, 2 usage, 3 unreachable, 4 undecided.", style="dim")
