"""Becomes another program that ends when the process that started it does, however that ends; Linux only.

Run as a script: `python launcher.py PARENT COMMAND …`, where PARENT is the id of the process that must live. Where the
kernel has no such signal, the program is started all the same.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask the kernel to be killed with the parent, and become the program."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - the command is ours


if __name__ == "__main__":
    main()
