"""`steward schema`: the schemas that stand beside the shipped definitions are those of this version."""

from pathlib import Path

import pytest

from cli.schema import SCHEMAS
from tests.cli.stewards import DEFINITIONS, steward

YAML = sorted(file for file in DEFINITIONS.rglob("*.yaml") if file.parent.name != "connectors")
"""What editors help with; connectors are for those who run Steward, and have no schema."""


def test_the_shipped_schemas_have_not_drifted(tmp_path: Path) -> None:
    done = steward("schema", "--output", str(tmp_path / "made"))
    assert done.stdout.splitlines() == [str(tmp_path / "made" / f"{name}.json") for name in SCHEMAS]
    shipped = {file.name: file.read_text() for file in (DEFINITIONS / "schema").iterdir()}
    assert shipped == {file.name: file.read_text() for file in (tmp_path / "made").iterdir()}, "run: steward schema"


@pytest.mark.parametrize("file", YAML, ids=lambda file: file.name)
def test_every_shipped_file_tells_editors_its_schema(file: Path) -> None:
    words, _equals, place = file.read_text().split("\n", 1)[0].partition("=")
    assert words == "# yaml-language-server: $schema"
    kind = "organisation" if file.parent.name == "organisation" else "test" if ".test." in file.name else "definition"
    assert (file.parent / place).resolve() == DEFINITIONS / "schema" / f"{kind}.json"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = steward("schema", "--output", str(tmp_path / "file"))
    assert (done.returncode, "file cannot be written: File exists" in " ".join(done.stderr.split())) == (2, True)
