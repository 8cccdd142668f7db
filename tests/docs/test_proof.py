"""The page of what is proven says what the suites have kept, and nothing else."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bench.proving import Made, Suite, keep, kept, row
from scripts.proof import PAGE, page

MADE = Made(at="2026-11-23T06:34Z", machine="a machine", python="3.11.2", temporal="SDK 1", store="SQLite 3")
LOST = row("commands lost", 0, goal="0", met=True, source="make chaos")


def test_the_page_of_what_is_proven_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(kept()), "run: make proof"


def test_what_a_suite_keeps_stands_on_the_page_with_its_command_and_machine(tmp_path: Path) -> None:
    slow = row("time to ready", 12.3456, "s", goal="≤ 10 s", met=False, source="make chaos")
    keep("chaos", [LOST, slow, row("kills", 12_345, source="make chaos")], MADE, tmp_path)
    text = page(kept(tmp_path))
    assert "## Crash suite\n" in text
    assert "Measured by `make chaos` on 2026-11-23 (a machine; Python 3.11.2; Temporal SDK 1; SQLite 3)." in text
    assert "| commands lost | 0 | 0 | yes |\n| time to ready | 12.3 s | ≤ 10 s | **no** |\n| kills | 12,345 |" in text


def test_suites_stand_in_their_order_and_a_new_one_comes_last() -> None:
    suite = Suite(made=MADE, rows=[LOST])
    text = page({"another_one": suite, "chaos": suite, "performance": suite})
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings == ["## Crash suite", "## Performance against the hand-written workflow", "## Another one"]


@pytest.mark.parametrize("wrong", [{"rows": []}, {"rows": [{"claim": "none lost"}]}, {"more": 1}, {"made": {}}])
def test_a_file_of_another_form_is_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    good = Suite(made=MADE, rows=[LOST]).model_dump()
    with pytest.raises(ValidationError):
        Suite.model_validate(good | wrong)
