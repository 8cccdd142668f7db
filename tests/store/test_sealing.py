"""Seals: the first key seals, every key opens, and nothing of a value can be seen, compared or measured."""

from pathlib import Path
from typing import Any

import pytest

from store.errors import NoSealingKeyError, SealBrokenError
from store.sealing import Seals, keys_in, keys_of, new_key

OLD, NEW = new_key(), new_key()


def with_keys(*keys: str) -> Seals:
    return Seals(lambda: keys)


@pytest.mark.parametrize("value", ["hunter2", "12.50", True, ["a", "b"], {"id": "ann", "label": "Änn"}])
def test_what_was_sealed_opens_as_it_was(value: Any) -> None:
    seals = with_keys(NEW)
    assert seals.open("hire", seals.seal("hire", value)) == value


def test_alike_values_have_different_seals_of_the_same_length() -> None:
    made = [with_keys(NEW).seal("hire", value) for value in (True, True, False, "x" * 100)]
    assert len(set(made)) == 4
    assert len({len(each) for each in made}) == 1


def test_a_new_key_seals_and_the_old_one_goes_on_opening() -> None:
    before = with_keys(OLD).seal("hire", "hunter2")
    both = with_keys(NEW, OLD)
    assert both.open("hire", before) == "hunter2"
    assert with_keys(NEW).open("hire", both.seal("hire", "hunter2")) == "hunter2"


def test_a_key_that_came_meanwhile_is_found() -> None:
    keys = [OLD]
    seals = Seals(lambda: keys)
    assert seals.open("hire", seals.seal("hire", "old"))
    keys.insert(0, NEW)
    assert seals.open("hire", with_keys(NEW).seal("hire", "new")) == "new"


def test_without_its_key_a_seal_stays_closed() -> None:
    with pytest.raises(SealBrokenError, match="none of the keys there are fits"):
        with_keys(NEW).open("hire", with_keys(OLD).seal("hire", "hunter2"))


def test_a_seal_of_another_process_stays_closed() -> None:
    seals = with_keys(NEW)
    with pytest.raises(SealBrokenError, match="for hire, not for leave"):
        seals.open("leave", seals.seal("hire", "hunter2"))


def test_without_any_key_the_remedy_is_said() -> None:
    with pytest.raises(NoSealingKeyError, match="steward key add"):
        Seals().seal("hire", "hunter2")


def test_what_is_no_key_is_refused_without_repeating_it() -> None:
    with pytest.raises(NoSealingKeyError, match="number 2 of those given is none") as refused:
        with_keys(NEW, "hunter2").seal("hire", "x")
    assert "hunter2" not in str(refused.value)


def test_a_fingerprint_takes_the_key_to_make() -> None:
    assert with_keys(NEW).fingerprint(b"x") == with_keys(NEW, OLD).fingerprint(b"x")
    assert len({seals.fingerprint(b"x") for seals in (with_keys(NEW), with_keys(OLD), Seals())}) == 3


def test_a_file_holds_a_key_a_line(tmp_path: Path) -> None:
    file = tmp_path / "sealing.keys"
    assert keys_in(file) == ()
    file.write_text(f"{NEW}\n\n  {OLD}\n")
    assert keys_in(file) == keys_of(f"{NEW}\n{OLD}") == (NEW, OLD)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoSealingKeyError, match=str(tmp_path)):
        keys_in(tmp_path)
