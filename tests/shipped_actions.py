"""All actions that a Steward has which nobody has configured: our own, and those of the demo company's systems."""

from pathlib import Path

from activities.registry import shapes, with_connectors

FILE = Path(__file__).parents[1] / "definitions" / "connectors" / "company.yaml"
ACTIONS = with_connectors(FILE)
SHAPES = shapes(ACTIONS)
