"""Drafts of a folder: a definition goes with the messages it sends, and with those that Steward sends for it."""

from pathlib import Path

from cli.drafts import drafts
from cli.folder import read_folder

DEFINITION = """
process: lamp
version: 1
title: Lamp
number: LAM
owner: boss
start: {to: new, by: [boss]}
states:
  new: {entry: [{notify: broken, to: [boss]}]}
"""


def test_messages_that_replace_those_of_steward_are_part_of_every_draft(tmp_path: Path) -> None:
    (tmp_path / "messages").mkdir()
    (tmp_path / "lamp.yaml").write_text(DEFINITION)
    for name in ("broken", "task_opened", "of_another"):
        (tmp_path / "messages" / f"{name}.md").write_text(f"---\nsubject: {name}\n---\n")
    [draft] = drafts(read_folder(tmp_path, tmp_path))
    assert sorted(draft.messages) == ["broken", "task_opened"]
    assert draft.parts["messages/task_opened"] == tmp_path / "messages" / "task_opened.md"
