"""The step that changes the organisation in the middle of a case."""

from tests.engine.scenarios.trying import a_case, passes, problems

FREEZE = "freezes: {short: {services: all, from: 2026-03-06 09:00, until: 2026-03-06 18:00, calendar: office}}"
ENDED = FREEZE.replace("18:00", "09:30")


def test_what_it_says_counts_from_then_on() -> None:
    assert passes(f"""
        - {{complete: look, as: bob, with: {{price: 5, result: ok}}}}
        - organisation: {{{FREEZE}}}
        - {{act: ship, as: bob, refused: It is frozen.}}
        - organisation: {{{ENDED}}}
        - {{act: ship, as: bob}}
    """)


def test_open_records_hear_of_it() -> None:
    assert passes("""
        - expect: {open: [{task: look, for: [bob, eva]}]}
        - organisation: {people: {eva: {name: Eva Brandt, groups: [desk], active: false}}}
        - expect: {open: [{task: look, for: [bob]}]}
    """)


def test_who_is_new_can_act_in_the_steps_that_follow() -> None:
    assert passes("""
        - organisation: {people: {dan: {name: Dan Drake, groups: [desk]}}}
        - {edit: {title: Another lamp}, as: dan}
        - expect: {fields: {title: Another lamp}}
    """)


def test_an_absence_that_was_entered_before_stays() -> None:
    assert passes("""
        - {absent: {who: bob, delegate: ann, from: 2026-03-06 09:00, to: 2026-03-07 12:00}}
        - organisation: {people: {dan: {name: Dan Drake}}}
        - expect: {open: [{task: look, for: [ann, eva]}]}
    """)


def test_a_mistake_in_it_is_found_where_it_stands() -> None:
    steps = "- organisation: {people: {dan: {groups: [dusk]}}}\n- {edit: {title: A}, as: dan}"
    [first, second] = problems(a_case(steps))
    assert "no group named" in first
    assert 'unknown-person: no person named "dan"' in second
