"""A diagram is written as Mermaid text that Mermaid understands."""

from language.diagram import START, Taken, diagram
from language.mermaid import mermaid
from tests.language.processes import REPAIR, a_process


def test_a_small_process_is_written_as_a_state_diagram() -> None:
    tiny = """
process: key
version: 1
title: Key return
number: KEY
owner: boss
start: {to: lent, by: [boss]}
fields: {holder: user}
states:
  lent:
    do: [{wait: 10 days}]
    transitions:
      bring_back: {to: returned, by: [service_desk]}
      remind: {by: [boss]}
  returned: {final: true}
"""
    assert mermaid(diagram(a_process(tiny), "lent", [Taken(START, "start", "lent")])) == (
        "stateDiagram-v2\n"
        "    accTitle: Key return\n"
        '    state "Lent" as lent\n'
        "    lent : wait 10 days\n"
        "    lent : Remind (boss)\n"
        '    state "Returned" as returned\n'
        "    [*] --> lent : ✓ Start (boss)\n"
        "    lent --> returned : Bring back (service desk)\n"
        "    returned --> [*]\n"
        "    classDef current stroke-width:4px,font-weight:bold\n"
        "    class lent current\n"
    )


def test_letters_that_mean_something_to_mermaid_are_written_otherwise() -> None:
    text = mermaid(diagram(a_process()))
    assert "new --> over : Give up#59; #35;1 (=boss)\n" in text
    assert "new : notify It #60;goes#62; on\n" in text


def test_a_state_called_like_a_word_of_mermaid_gets_another_name() -> None:
    text = mermaid(diagram(a_process(REPAIR.replace("waiting", "note"))))
    assert 'state "Note" as S_note\n' in text
    assert "new --> S_note : Delay (boss)\n" in text


def test_states_a_record_has_left_are_of_a_class_of_their_own() -> None:
    path = [Taken(START, "start", "new"), Taken("new", "give_up", "over")]
    assert mermaid(diagram(a_process(), "over", path)).endswith(
        "    classDef current stroke-width:4px,font-weight:bold\n    class over current\n"
        "    classDef visited stroke-width:2px\n    class new visited\n"
    )
