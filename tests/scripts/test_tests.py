"""`scripts/tests`: what fails among the others is judged once more alone, and named."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "tests"
UNSTEADY = """
from pathlib import Path

def test_that_passes_the_second_time():
    seen = Path(__file__).with_name("seen")
    there = seen.exists()
    seen.touch()
    assert there
"""
BROKEN = "def test_that_never_passes():\n    assert False\n"


@pytest.mark.parametrize(("source", "code", "said"), [(UNSTEADY, 0, "worth a look"), (BROKEN, 1, "never_passes")])
def test_a_failure_counts_when_it_shows_alone(source: str, code: int, said: str, tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "tests").write_bytes(SCRIPT.read_bytes())
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    (tmp_path / "test_some.py").write_text(source)
    ran = subprocess.run(
        ["bash", tmp_path / "scripts" / "tests", "test_some.py"], check=False, capture_output=True, text=True
    )
    assert ran.returncode == code, ran.stdout
    assert said in ran.stdout.rpartition("now alone")[2]
