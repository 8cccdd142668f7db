"""Watching in a case: who begins and ceases, and what they are told."""

from tests.engine.scenarios.trying import passes, run


def test_watchers_come_and_go_and_are_told_of_comments() -> None:
    assert passes(
        """
        - {watch: ann, as: ann}
        - {watch: eva, as: bob}
        - {comment: It is on its way, as: bob}
        - expect: {sent: ["commented to ann, eva"], journal: [Ann Weber watches, Eva Brandt watches]}
        - {unwatch: eva, as: bob}
        - {comment: Still, as: bob}
        - expect: {sent: [commented to ann]}
        """
    )


def test_who_may_not_add_others_is_refused() -> None:
    assert passes("- {watch: bob, as: ann, refused: only those who see this record in full}")
    assert "watch" in run("- {watch: bob, as: ann}").failure
