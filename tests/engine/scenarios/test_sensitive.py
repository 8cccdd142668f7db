"""Sensitive fields in a case: values pass as at the edge, and all that is expected of them is that they are there."""

import pytest

from language.problems import LanguageError
from tests.engine.scenarios.trying import REPAIR, a_case, a_process, run, run_file

SECRET = {
    "  days:   number": "  days: number\n  code: {type: text, sensitive: true}\n  owner: {type: user, sensitive: true}",
    "form: [price,": "form: [code, price,",
    "with: {title: =title}": "with: {title: =code}",
}
LOOK = "{complete: look, as: bob, with: {price: 1, result: ok, code: hunter2}}"


def said(steps: str) -> str:
    return run(steps, definitions=a_process(REPAIR, **SECRET)).failure


def test_a_sensitive_value_passes_and_is_seen_as_sealed() -> None:
    assert said(f"- {LOOK}\n- expect: {{fields: {{code: sealed, owner: null}}}}") == ""


def test_a_call_is_seen_to_be_given_it_sealed() -> None:
    assert said(f"- {LOOK}\n- expect: {{called: [{{parts.order: {{title: sealed}}}}]}}") == ""


def test_a_reference_is_looked_up_before_it_is_sealed() -> None:
    assert said("- {edit: {owner: bob}, as: bob}\n- expect: {fields: {owner: sealed}}") == ""
    assert "the id of a user that there is" in said("- {edit: {owner: zed}, as: bob}")


def test_another_value_is_written_again() -> None:
    steps = "- {edit: {code: one}, as: bob}\n- {edit: {code: two}, as: bob}"
    assert said(f'{steps}\n- expect: {{journal: ["code: empty → sealed", "code: sealed → sealed"]}}') == ""


def test_a_value_that_does_not_fit_is_refused_as_it_would_be() -> None:
    assert said("- {edit: {code: [a]}, as: bob, refused: It must be a text of one line}") == ""


def test_a_missing_value_is_missed() -> None:
    assert "code: expected sealed, but it is empty" in said("- expect: {fields: {code: sealed}}")


@pytest.mark.parametrize("expected", ["sealed", "null"])
def test_that_it_is_there_or_not_can_be_expected(expected: str) -> None:
    assert run_file(a_case(f"- expect: {{fields: {{code: {expected}}}}}"), a_process(REPAIR, **SECRET)).cases


def test_nothing_else_can_be_expected_of_it() -> None:
    with pytest.raises(LanguageError) as error:
        run_file(a_case("- expect: {fields: {code: hunter2}}"), a_process(REPAIR, **SECRET))
    assert "code: it is sensitive, so all that is seen of it is sealed" in str(error.value)
