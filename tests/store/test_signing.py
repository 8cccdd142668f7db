"""Marks: made with the first key, known with every key, and good for nothing else."""

import pytest

from store.errors import NoSealingKeyError
from store.sealing import Seals, new_key
from store.signing import MARK_LENGTH, Signing

OLD, NEW = new_key(), new_key()


def with_keys(*keys: str) -> Signing:
    return Signing(Seals(lambda: keys))


def test_a_key_that_is_put_first_signs_and_the_old_one_is_still_accepted() -> None:
    both = with_keys(NEW, OLD)
    assert with_keys(NEW).is_mark("ann", "CHG0000001", both.mark("ann", "CHG0000001"))
    assert both.is_mark("ann", "CHG0000001", with_keys(OLD).mark("ann", "CHG0000001"))


def test_a_key_that_came_meanwhile_is_found() -> None:
    keys = [OLD]
    signing = Signing(Seals(lambda: keys))
    assert signing.mark("ann", "CHG0000001")
    keys.insert(0, NEW)
    assert signing.is_mark("ann", "CHG0000001", with_keys(NEW).mark("ann", "CHG0000001"))


def test_a_mark_belongs_to_one_person_and_one_thing() -> None:
    signing = with_keys(NEW)
    mark = signing.mark("ann", "CHG0000001")
    assert len(mark) == MARK_LENGTH
    assert signing.is_mark("ann", "CHG0000001", mark)
    assert not signing.is_mark("bob", "CHG0000001", mark)
    assert not signing.is_mark("ann", "CHG0000002", mark)
    assert not signing.is_mark("ann", "CHG0000001", "ä" * MARK_LENGTH)


def test_without_a_key_nothing_is_signed() -> None:
    with pytest.raises(NoSealingKeyError):
        with_keys().mark("ann", "CHG0000001")
