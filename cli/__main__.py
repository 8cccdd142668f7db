"""`python -m cli`: the command `steward` as a module, which is how `steward up` starts its worker and its API."""

import sys

from cli import main

if __name__ == "__main__":
    sys.exit(main())
