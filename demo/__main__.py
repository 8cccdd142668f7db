"""`python -m demo FILE PORT`: runs the company's systems on loopback; COMPANY_TOKEN is the token they take."""

import os
import sys
from pathlib import Path

from demo.books import Books
from demo.serving import Company


def main() -> int:
    """Serve until the process is ended; 2 when it was started wrongly."""
    token = os.environ.get("COMPANY_TOKEN", "")
    if len(sys.argv) != 3 or not sys.argv[2].isdigit() or not token:
        sys.stderr.write("usage: COMPANY_TOKEN=… python -m demo FILE PORT\n")
        return 2
    Company(Books(Path(sys.argv[1])), token, int(sys.argv[2])).serve_forever()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
