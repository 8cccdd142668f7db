"""Two organisations are compared row by row."""

from language.organisation import Organisation
from language.organisation_changes import Change, changes, with_changes

ANN, BOB = {"name": "Ann"}, {"name": "Bob"}


def test_rows_are_added_changed_removed_or_the_same() -> None:
    before = Organisation({"group": {"desk": {"lead": None}}, "user": {"ann": ANN, "old": BOB, "eve": BOB}})
    after = Organisation({"user": {"new": BOB, "ann": {"name": "Anne"}, "eve": BOB}})
    assert changes(before, after) == (
        Change("user", "ann", ANN, {"name": "Anne"}),
        Change("user", "old", BOB, None),
        Change("user", "new", None, BOB),
        Change("group", "desk", {"lead": None}, None),
    )
    assert changes(after, after) == ()


def test_changes_are_made_to_another_organisation() -> None:
    before, after = Organisation({"user": {"ann": ANN, "bob": BOB}}), Organisation({"user": {"ann": BOB, "new": ANN}})
    theirs = Organisation({"user": {"ann": ANN, "bob": BOB, "eve": BOB}, "group": {"desk": {}}})
    found = with_changes(theirs, changes(before, after))
    assert found.rows == {"user": {"ann": BOB, "eve": BOB, "new": ANN}, "group": {"desk": {}}}
    assert with_changes(Organisation(), changes(before, after)).rows == {"user": {"ann": BOB, "new": ANN}}
    assert theirs.of("user")["ann"] == ANN
