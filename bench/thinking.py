"""How fast the engine and the expressions are, without Temporal and the store."""

from bench.engine_speed import figures
from bench.proving import Row, row

SOURCE = "python -m bench performance engine"
GOAL = 20_000


async def rows(quick: bool) -> list[Row]:  # noqa: ARG001 - it is quick
    """Measure in this process."""
    found = []
    for each in figures():
        rate = round(1 / each.ours)
        goal = (f"≥ {GOAL:,}", rate >= GOAL) if each.what == "advance a simple transition" else (None, None)
        found.append(row(each.what, rate, "/s", goal=goal[0], met=goal[1], source=SOURCE))
        found.append(row(f"{each.what} against {each.baseline_is}", each.ratio, "×", source=SOURCE))
    return found
