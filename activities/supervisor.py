"""Runs one command as a program of its own, and ends it with all it has started when whoever asked for it is gone.

Run as a script: `python supervisor.py COMMAND …`. It is told to end the command by the end of its standard input, which
comes when the worker closes it and when the worker dies, however that happens. What it says, the command says; its exit
code is the command's, 127 where there is no such program, and 128 and the signal where it was killed.
"""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

NO_PROGRAM = 127
KILLED = 128
HEARS, SAYS = 0, 1
"""Standard input and output."""
AFTER = 1.0
"""Seconds for which a command's output is still read when it has ended."""
GRACE = 3.0
"""Seconds between asking a command to end and ending it."""


def main(command: list[str]) -> int:
    """Run the command to its end, which may come early."""
    try:
        child = subprocess.Popen(  # noqa: S603 - an operator allows it
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        os.write(SAYS, f"{command[0]} cannot be run: {error.strerror}\n".encode())
        return NO_PROGRAM
    unwanted = threading.Event()
    threading.Thread(target=_end_with_input, args=(child, unwanted), daemon=True).start()
    relaying = threading.Thread(target=_relay, args=(child,), daemon=True)
    relaying.start()
    code = child.wait()
    if unwanted.is_set():
        _signal(child, signal.SIGKILL)
    relaying.join(AFTER)
    return code if code >= 0 else KILLED - code


def _relay(child: subprocess.Popen[bytes]) -> None:
    """Say what the command says; what it leaves running may hold its output for ever, and ours not."""
    assert child.stdout is not None
    with suppress(BrokenPipeError):
        while said := os.read(child.stdout.fileno(), 65_536):
            while said:
                said = said[os.write(SAYS, said) :]


def _end_with_input(child: subprocess.Popen[bytes], unwanted: threading.Event) -> None:
    while os.read(HEARS, 1):  # nothing is ever written to it
        pass
    unwanted.set()
    _signal(child, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        child.wait(GRACE)
    _signal(child, signal.SIGKILL)


def _signal(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Reach everything the command has started and not put into a session of its own."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, number)


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))  # threads may still read
