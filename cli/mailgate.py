"""`steward mailgate`: hands a mail from the mail server to the API; its exit codes are those of sysexits.h."""

import os
import sys
from typing import Annotated

import typer
from pydantic import ValidationError

from cli.client import Answer, api
from cli.errors import CliError, FindingsError, RefusalError
from cli.terminal import complain, out, verbs

LARGEST = 10 * 1024 * 1024
"""Bytes of a mail, as the API takes it."""
FOR_GOOD = (404, 413, 422)
"""Answers that stay the same, however often the mail is sent again: the mail server tells its sender."""

app = verbs()


@app.command()
def mailgate(
    recipient: Annotated[str, typer.Option(help="Whom it was delivered to, as the mail server knows it.")] = "",
) -> None:
    """Read one mail from standard input, and hand it to Steward; for a pipe of Postfix or Exim.

    Exit codes: 0 taken, or rightly ignored; 65 refused for good; 75 not now, so that the mail server tries again.
    """
    try:
        mail = sys.stdin.buffer.read(LARGEST + 1)
        if len(mail) > LARGEST:
            raise RefusalError(413, f"the mail has more than {LARGEST // 1024**2} MB")
        with api() as to:
            answer = to.deliver("/intake/mail", mail, "message/rfc822", {"recipient": recipient} if recipient else {})
    except RefusalError as refused:
        complain(refused)
        raise typer.Exit(os.EX_DATAERR if refused.status in FOR_GOOD else os.EX_TEMPFAIL) from refused
    except (CliError, ValidationError) as failed:
        complain(failed if isinstance(failed, CliError) else FindingsError(str(failed)))
        raise typer.Exit(os.EX_TEMPFAIL) from failed
    _tell(answer)


def _tell(answer: Answer) -> None:
    did, record, because = (answer.body[name] for name in ("did", "record", "because"))
    out().print(": ".join(filter(None, (" ".join(filter(None, (did, record))), because))), markup=False)
