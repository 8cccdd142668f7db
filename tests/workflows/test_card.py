"""The card of a record in Temporal's UI: what it waits for, and nothing of people or fields."""

from engine.record import Record, Token
from language.reading import read_definition
from tests.workflows.tickets import TICKET
from workflows.card import card

SEATS = [{"id": "ann", "label": "Ann Arbor"}, {"id": "bob", "label": "Bob", "vote": {"choice": "yes"}}]


def test_a_card_says_state_what_is_waited_for_and_when_it_acts() -> None:
    tokens = {
        "1/new/do/0": Token("approval", 1.0, 1, {"title": "Pay Ann Arbor?", "seats": SEATS}),
        "1/new/do/1": Token("call", 1.0, 1),
        "1/new/do/2": Token("scope", 1.0, 1),
    }
    fields = {"subject": "Mail of Ann Arbor"}
    token = Token("wait", 1.0, 1, due=86_400.0)
    ticket = read_definition(TICKET)
    told = card(
        ticket, Record("T1", ticket.process, 1, "", state="new", seq=3, fields=fields, tokens={**tokens, "w": token})
    )
    lines = ("* an approval (`1/new/do/0`, open for 1)", "* an action (`1/new/do/1`)", "* something to happen (`w`)")
    assert told == (
        f"**{ticket.title} T1** is *new* (version {ticket.version}, event 3)\n\nIt waits for\n\n"
        + "\n".join(lines)
        + "\n\nIt acts by itself at 1970-01-02 00:00:00 UTC at the latest"
    )


def test_the_card_of_a_record_that_waits_for_nothing_is_one_line() -> None:
    ticket = read_definition(TICKET)
    assert "\n" not in card(ticket, Record("T1", ticket.process, 1, "", state="new"))
