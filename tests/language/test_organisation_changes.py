"""Two organisations are compared row by row."""

from language.organisation import Organisation
from language.organisation_changes import Change, changes

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
