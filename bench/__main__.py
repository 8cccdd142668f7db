"""Runs every benchmark and prints its table: `make bench`; `python -m bench lists` or `pages`: over many records."""

import os
import platform
import sys
from importlib.metadata import version

from rich.console import Console
from rich.table import Table

from bench import driver, engine_speed, lists, pages
from bench.measuring import Figure


def main() -> None:
    """Measure and print; the process ends at once, because temporalio may abort at an orderly exit."""
    of_many = {"lists": lists.main, "pages": pages.main}
    if sys.argv[1:2] and sys.argv[1] in of_many:
        of_many[sys.argv[1]](sys.argv[2:])
        return
    console = Console()
    where = f"Python {platform.python_version()}, temporalio {version('temporalio')}, {os.cpu_count()} cores"
    figures: list[Figure] = [*engine_speed.figures(), *driver.figures()]
    table = Table("what", "ours", "baseline", "ratio", "baseline is", title=f"Steward on {where}")
    for each in figures:
        table.add_row(each.what, each.ours_shown, each.baseline_shown, f"{each.ratio:.2f}", each.baseline_is)
    console.print(table)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
