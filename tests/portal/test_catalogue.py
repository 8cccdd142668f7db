"""The catalogue: what somebody may begin or order, its form while it is filled in, and what follows when it is sent."""

import time

import pytest
import pytest_asyncio

from store.publishing import publish
from tests.portal.visits import Portal, Seen

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

GADGET = """
process: gadget
version: 1
title: Gadget
number: GAD
owner: manager
read: [agent, buyers]
start: {to: offered, by: [agent], needs: [name], ask: [text, kind, price, takes, inside, buyers]}
fields:
  name: {type: text, required: true}
  text: long_text
  kind: {type: choice, options: [hand_tool, machine], default: machine}
  price: {type: money, default: 0}
  cost: {type: money, internal: true, default: 7}
  takes: duration
  buyers: {type: list, of: user}
  inside: {type: list, of: gadget}
states:
  offered: {transitions: {withdraw: {to: gone, by: [agent]}}}
  gone: {final: true}
"""
PURCHASE = """
process: purchase
version: 1
title: Purchase
number: PUR
owner: manager
read: [agent, buyer]
start:
  to: asked
  needs: [wanted]
  ask: [gift, message]
  when: count(wanted, 'kind', 'machine') > 0
  blocked: That is not for you.
fields:
  wanted: {type: list, of: gadget, required: true}
  gift: {type: yes_no, default: false}
  message: {type: text, when: gift, required: true, help: What stands on the card}
  buyer: {type: user, value: =created_by}
states:
  asked:
    do:
      - {approval: "Buy it", by: [bob], due: 3 days, rejected: [{go: over}]}
      - go: over
  over: {final: true}
"""
TESTS = """
tests: {}
cases:
  - name: A gadget is offered
    at: 2026-03-06 10:00
    as: ann
    steps:
      - {{start: gadget, as: ann, with: {{name: A}}, record: a}}
      - {{expect: {{state: offered}}, record: a}}
"""
FORM = "form#order"
SAW, DRILL = {"name": "Saw", "kind": "hand_tool", "price": "20"}, {"name": "Drill", "price": "80.5"}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def things(portal: Portal) -> dict[str, str]:
    """Publish what is ordered and what orders it, and give the ids of the things by name."""
    database, now = portal.office.services.database, time.time()
    for source, process in ((GADGET, "gadget"), (PURCHASE, "purchase")):
        await publish(database, source, TESTS.format(process), {}, {}, "test", now, beside=(GADGET,))
    found: dict[str, str] = {}
    for given in (SAW, DRILL | {"takes": "2 days", "text": "Makes holes"}, {"name": "Case", "price": "9"}):
        inside = {"inside": [found["Drill"]]} if given["name"] == "Case" else {}
        made = await portal.office.post(
            "ann", "/processes/gadget/records", {"fields": {**given, **inside, "buyers": ["carl"]}}
        )
        found[given["name"]] = str(made.json()["id"])
    return found


async def form_for(portal: Portal, thing: str) -> Seen:
    return await portal.see("carl", f"/catalogue/purchase?with.wanted={thing}")


async def test_things_are_told_by_what_they_cost_take_and_hold(portal: Portal, things: dict[str, str]) -> None:
    page = await portal.see("carl", "/catalogue")
    assert (page.one("h1").text(), page.texts("h2")) == ("Catalogue", ["Machine 2", "Report or ask for 1"])
    assert page.texts(".card") == [
        "Drill Makes holes Price 80.50 Takes 2 days",
        "Case With Drill Price 9.00",
        "Repair Asks for: Summary and Customer",
    ]
    assert page.one(f".card a[href='/catalogue/purchase?with.wanted={things['Drill']}']").text() == "Drill"


async def test_what_one_may_not_order_oneself_stands_apart(portal: Portal, things: dict[str, str]) -> None:
    page = await portal.see("carl", "/catalogue")
    assert (page.texts("#offered details li"), len(things)) == (["Saw"], 3)


@pytest.mark.usefixtures("things")
async def test_words_find_things_and_what_can_be_reported(portal: Portal) -> None:
    assert (await portal.see("carl", "/catalogue?q=holes")).texts(".card h3") == ["Drill"]
    assert (await portal.see("carl", "/catalogue?q=repa")).texts(".card h3") == ["Repair"]
    nothing = await portal.see("carl", "/catalogue?q=elephant")
    assert nothing.texts(".empty-title") == ["Nothing fits “elephant”"]


@pytest.mark.usefixtures("things")
async def test_what_one_may_not_begin_is_not_offered_and_not_there(portal: Portal) -> None:
    assert "Gadget" in (await portal.see("ann", "/catalogue")).texts(".card h3")
    assert (await portal.see("carl", "/catalogue/gadget")).status == 404
    assert (await portal.see("carl", "/catalogue/nothing")).status == 404


async def test_who_may_begin_for_themselves_is_filled_in(portal: Portal) -> None:
    form = await portal.see("carl", "/catalogue/repair")
    assert form.form(FORM)["with.customer"] == "carl"
    assert (await portal.see("ann", "/catalogue/repair")).form(FORM)["with.customer"] == ""


async def test_the_price_and_the_form_follow_what_is_chosen(portal: Portal, things: dict[str, str]) -> None:
    form = await form_for(portal, things["Drill"])
    assert form.texts("#sum dl dd") == ["80.50"]
    assert (form.texts("#sum li strong"), "with.message" in form.form(FORM)) == (["Drill"], False)
    given = {"with.wanted": things["Case"], "with.gift": "yes"}
    part = await portal.send("carl", "/catalogue/purchase", given, {"HX-Request": "true"})
    assert (part.texts("#sum[hx-swap-oob] dd"), part.tree.css("header, main")) == (["9.00"], [])
    assert part.one("[id='with.message']").attributes["required"] is None


async def test_an_order_leads_to_its_record_which_says_what_happens_next(
    portal: Portal, things: dict[str, str]
) -> None:
    form = await form_for(portal, things["Drill"])
    refused = await portal.fill("carl", form, FORM, **{"with.gift": "yes"})
    assert (refused.status, refused.texts("p.error")) == (422, ["Message must be filled in."])
    assert (refused.form(FORM)["with.wanted"], refused.texts("#sum dd")) == (things["Drill"], ["80.50"])
    sent = await portal.fill("carl", refused, FORM, **{"with.message": "Enjoy"})
    assert sent.texts("[role=status]") == [f"Purchase {sent.texts('#head .number')[0]} is on its way."]
    [step] = sent.texts("section[aria-labelledby=next] li")
    assert step.startswith("Buy it: Bob Boss is to decide until ")
    again = await portal.fill("carl", refused, FORM, **{"with.message": "Enjoy"})
    assert again.texts("#head .number") == sent.texts("#head .number")


async def test_what_the_process_refuses_is_told_above_what_was_entered(portal: Portal, things: dict[str, str]) -> None:
    refused = await portal.fill("carl", await form_for(portal, things["Saw"]), FORM)
    assert (refused.status, "That is not for you" in refused.texts("[role=alert]")[0]) == (409, True)
    assert refused.form(FORM)["with.wanted"] == things["Saw"]
