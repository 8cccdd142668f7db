"""What the language costs: `python -m bench performance [--quick] [PART …]`.

Ratios are taken in turn within one run, so that a busy machine slows both sides.
"""

from collections.abc import Sequence

from bench import against_by_hand, against_direct, parts, starting, thinking

PARTS: parts.Parts = {
    "by-hand": against_by_hand.rows,
    "http": against_direct.rows,
    "engine": thinking.rows,
    "start": starting.rows,
}


def main(given: Sequence[str]) -> None:
    """Measure what is asked for; all of it is kept in docs/proof/performance.json."""
    parts.run("performance", "What the language costs.", PARTS, given)
