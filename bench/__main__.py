"""Runs a benchmark: `performance` against goals (also `make bench`), or one of the others in `BENCHES`."""

import sys

from bench import encrypting, growing, lists, pages, performance, recovery

BENCHES = {
    "performance": performance.main,
    "growth": growing.main,
    "lists": lists.main,
    "pages": pages.main,
    "recovery": recovery.main,
    "codec": encrypting.main,
}


def main() -> None:
    """Run the one that is named, with what it is given; none: the one against goals."""
    name, given = (*sys.argv[1:2], "performance")[0], sys.argv[2:]
    if name not in BENCHES:
        sys.exit(f"no bench is named {name}: there are {', '.join(BENCHES)}")
    BENCHES[name](given)


if __name__ == "__main__":
    main()
