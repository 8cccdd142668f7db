"""What belongs to a draft of a folder."""

from pathlib import Path

from cli.drafts import drafts
from cli.folder import read_folder


def test_a_draft_brings_the_processes_it_names_and_those_that_they_name(tmp_path: Path) -> None:
    texts = {"hen": "run: egg", "egg": "start: nest", "nest": "nothing", "hens": "egg-like: hen"}
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    beside = {draft.file.stem: sorted(draft.beside) for draft in drafts(read_folder(tmp_path, tmp_path))}
    assert beside == {
        "hen": ["nothing", "start: nest"],
        "egg": ["nothing"],
        "nest": [],
        "hens": ["nothing", "run: egg", "start: nest"],
    }
