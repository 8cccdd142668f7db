"""Names that process owners choose do not stand in code, words that mean something else may."""

from pathlib import Path

import pytest

from scripts import definition_names

TEA = """\
process: tea_round
version: 1
title: Tea
number: TEA
owner: ann
start: {to: brewing}
fields: {strength: text, group: group}
states:
  brewing: {transitions: {drink: {to: drunk, by: [ann]}}}
  drunk: {final: true}
"""


def breaches(root: Path, code: str, monkeypatch: pytest.MonkeyPatch, **elsewhere: str) -> list[str]:
    """Say what is wrong with a module of the engine beside a process and a language that knows groups."""
    for name, text in (("definitions/tea.yaml", TEA), ("language/words.py", 'KIND = "group"\n'), ("engine/a.py", code)):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    monkeypatch.setattr(definition_names, "ELSEWHERE", elsewhere)
    return list(definition_names.breaches(root))


@pytest.mark.parametrize(
    ("name", "what"),
    [("tea_round", "a process"), ("brewing", "a state of tea_round"), ("strength", "a field of tea_round")],
)
def test_a_name_that_a_process_owner_chose_is_found(
    tmp_path: Path, name: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    [found] = breaches(tmp_path, f"def f():\n    return record['{name}']\n", monkeypatch)
    assert found.startswith(f'engine/a.py:2: "{name}" is {what}: no code may know it.')


def test_longer_texts_and_words_of_the_language_are_no_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert breaches(tmp_path, '"""The tea_round is brewing."""\nKIND = "group"\n', monkeypatch) == []


def test_a_word_with_another_meaning_may_stand_as_long_as_it_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert breaches(tmp_path, "STATE = 'drunk'\n", monkeypatch, drunk="said of sailors") == []
    [found] = breaches(tmp_path, "", monkeypatch, drunk="said of sailors")
    assert found.endswith('"drunk" need not be told from a name any more: delete it')


def test_no_code_of_ours_knows_a_name_of_a_definition() -> None:
    assert list(definition_names.breaches(definition_names.ROOT)) == []
