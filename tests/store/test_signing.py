"""Links and marks: signed with the first key, accepted with every key, and good for nothing else."""

import pytest

from store.errors import LinkBrokenError, NoSealingKeyError
from store.sealing import Seals, new_key
from store.signing import MARK_LENGTH, Link, Signing

OLD, NEW = new_key(), new_key()
LINK = Link("änn", "CHG0000001.4.authorise.2", 1_772_794_800.0)


def with_keys(*keys: str) -> Signing:
    return Signing(Seals(lambda: keys))


def test_a_link_says_what_it_is_good_for() -> None:
    assert with_keys(NEW).read_link(with_keys(NEW).link(LINK)) == LINK


def test_a_key_that_is_put_first_signs_and_the_old_one_is_still_accepted() -> None:
    both = with_keys(NEW, OLD)
    assert both.read_link(with_keys(OLD).link(LINK)) == LINK
    assert with_keys(NEW).read_link(both.link(LINK)) == LINK
    assert both.is_mark("ann", "CHG0000001", with_keys(OLD).mark("ann", "CHG0000001"))


def test_a_key_that_came_meanwhile_is_found() -> None:
    keys = [OLD]
    signing = Signing(Seals(lambda: keys))
    assert signing.read_link(signing.link(LINK)) == LINK
    keys.insert(0, NEW)
    assert signing.read_link(with_keys(NEW).link(LINK)) == LINK
    assert signing.is_mark("ann", "CHG0000001", with_keys(NEW).mark("ann", "CHG0000001"))


@pytest.mark.parametrize("place", range(0, 100, 7))
def test_a_link_that_was_altered_is_none(place: int) -> None:
    made = with_keys(NEW).link(LINK)
    altered = made[:place] + ("A" if made[place] != "A" else "B") + made[place + 1 :]
    with pytest.raises(LinkBrokenError, match="not one of ours"):
        with_keys(NEW).read_link(altered)


@pytest.mark.parametrize("text", ["", ".", "e30", "WyJhbm4iXQ.x", "ä", "A" * 10_000])
def test_what_is_no_link_is_none(text: str) -> None:
    with pytest.raises(LinkBrokenError):
        with_keys(NEW).read_link(text)


def test_a_link_of_a_lost_key_is_none() -> None:
    with pytest.raises(LinkBrokenError):
        with_keys(NEW).read_link(with_keys(OLD).link(LINK))


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
        with_keys().link(LINK)
