"""`steward draw`: a process as a picture or as text, on the terminal or in a file."""

from pathlib import Path

import pytest

from tests.cli.stewards import DEFINITIONS, steward


def test_a_process_is_drawn_as_a_picture() -> None:
    done = steward("draw", "incident")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("<svg ")
    assert done.stdout.endswith("</svg>\n")


def test_a_file_is_drawn_as_text_into_another_file(tmp_path: Path) -> None:
    picture = tmp_path / "incident.mmd"
    done = steward("draw", str(DEFINITIONS / "incident.yaml"), "--format", "mermaid", "--output", str(picture))
    assert (done.returncode, done.stdout) == (0, "")
    assert picture.read_text().startswith("stateDiagram-v2\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("draw", "incidnet"), 'Did you mean "incident"?'),
        (("draw", "xyz"), "There are: access, alert, cab_meeting, catalogue_item, change, change_model, equipment"),
        (("draw", "definitions/incident.test.yaml"), "is a test: draw its definition."),
        (("draw", "nowhere/incident.yaml"), "there is no folder nowhere"),
        (("draw", "incident", "--format", "png"), "'png' is not one of"),
        (("draw", "incident", "--output", "definitions"), "definitions cannot be written: Is a directory"),
    ],
)
def test_what_cannot_be_drawn_is_said_with_the_remedy(words: tuple[str, ...], said: str) -> None:
    done = steward(*words)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())


def test_a_definition_with_mistakes_is_not_drawn_but_says_them(tmp_path: Path) -> None:
    text = (DEFINITIONS / "incident.yaml").read_text().replace("final: true", "final: perhaps")
    (tmp_path / "incident.yaml").write_text(text)
    done = steward("draw", str(tmp_path / "incident.yaml"))
    assert done.returncode == 1
    assert "wrong-kind: true or false is expected here" in " ".join(done.stderr.split())
