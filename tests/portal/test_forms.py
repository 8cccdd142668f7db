"""Forms from definitions: conditions, computed values, rows and every other shape, with htmx and without any script."""

import time

import pytest
import pytest_asyncio

from store.publishing import publish
from tests.portal.visits import Portal, Seen

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.server]

ORDER = """
process: order
version: 1
title: Order
number: ORD
owner: manager
calendar: office
read: [agent, customer]
write: [agent]
start: {to: new, by: [agent, customer], needs: [what, customer]}
fields:
  what: {type: text, required: true}
  customer: user
  size: {type: choice, options: [small, large], default: small}
  why: {type: text, required: true, when: size == 'large', help: Large ones are dear}
  price: {type: money, value: =100 if size == 'large' else 10}
  at: {type: datetime, locked: size == 'large'}
  parts: {type: list, of: {name: text, urgent: yes_no, from: {type: ref, of: service}}}
  helpers: {type: list, of: user}
  remarks: {type: list, of: text}
  code: {type: text, sensitive: true}
states:
  new:
    transitions:
      change: {by: [agent], ask: [size, why, at, parts, helpers, remarks, code]}
      done: {to: over, by: [agent]}
  over: {final: true}
"""
TESTS = """
tests: order
cases:
  - name: It begins
    at: 2026-03-06 10:00
    as: ann
    given: {what: A desk, customer: carl}
    steps: [{expect: {state: new}}]
"""
CHANGE = "main form"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def order(portal: Portal) -> str:
    """Give an order."""
    await publish(portal.office.services.database, ORDER, TESTS, {}, {}, "test", time.time())
    given = {"what": "A desk", "customer": "carl"}
    answer = await portal.office.post("ann", "/processes/order/records", {"fields": given})
    return str(answer.json()["id"])


async def form_of(portal: Portal, order: str) -> Seen:
    return await portal.see("ann", f"/records/{order}/actions/change")


async def test_what_a_condition_hides_is_not_asked_for_until_it_holds(portal: Portal, order: str) -> None:
    form = await form_of(portal, order)
    assert "with.why" not in form.form(CHANGE)
    part = await portal.send(
        "ann", f"/records/{order}/actions/change", {"with.size": "large", "with.why": ""}, {"HX-Request": "true"}
    )
    assert (part.tree.css("header, main"), part.one("[id='with.why']").attributes["required"]) == ([], None)
    assert (part.texts("dl.made dt"), part.texts("dl.made dd")) == (["Price"], ["100.00"])
    assert part.tree.css("[id='with.at']") == []


async def test_without_scripts_a_form_comes_back_with_what_its_values_ask_for(portal: Portal, order: str) -> None:
    form = await form_of(portal, order)
    refused = await portal.fill("ann", form, CHANGE, **{"with.size": "large"})
    assert (refused.status, refused.form(CHANGE)["with.size"]) == (422, "large")
    assert refused.texts("p.error") == ["Why must be filled in."]
    taken = await portal.fill("ann", refused, CHANGE, **{"with.why": "There are many of us"})
    assert taken.texts("[role=status]") == ["Change: done."]
    assert "100.00" in taken.texts("#fields dd")
    await portal.office.act("ann", order, "change", size="small", why=None)


async def test_more_rows_are_given_without_anything_being_done(portal: Portal, order: str) -> None:
    form = await form_of(portal, order)
    assert len(form.tree.css("table.rows tbody tr")) == 2
    more = await portal.fill("ann", form, CHANGE, **{"with.parts.1.name": "Leg", "more": "parts"})
    assert (more.status, len(more.tree.css("table.rows tbody tr"))) == (200, 4)
    assert more.form(CHANGE)["with.parts.1.name"] == "Leg"


async def test_every_shape_is_filled_in_and_shown_again_as_it_was(portal: Portal, order: str) -> None:
    given = {
        "with.at": "2027-07-01T09:30",
        "with.parts.0.name": "Leg",
        "with.parts.0.urgent": "yes",
        "with.parts.0.from": "press",
        "with.helpers": "ann",
        "with.remarks": "one\ntwo",
    }
    await portal.fill("ann", await form_of(portal, order), CHANGE, **given)
    record = (await portal.office.get("ann", f"/records/{order}")).json()
    fields = record["fields"]
    assert (fields["at"], fields["remarks"]) == ("2027-07-01T07:30:00Z", ["one", "two"])
    assert fields["parts"] == [{"name": "Leg", "urgent": True, "from": {"id": "press", "label": "Press"}}]
    held = (again := await form_of(portal, order)).form(CHANGE)
    assert {name: held[name] for name in given} == given
    await portal.fill("ann", again, CHANGE, comment="Only this")
    after = (await portal.office.get("ann", f"/records/{order}")).json()
    assert (after["revision"], after["seq"]) == (record["revision"], record["seq"] + 1)


async def test_what_is_sensitive_is_only_ever_written(portal: Portal, order: str) -> None:
    control = (await form_of(portal, order)).one("[id='with.code']")
    assert (control.attributes["type"], control.attributes["value"]) == ("password", "")


async def test_a_button_that_needs_nothing_acts_at_once(portal: Portal, order: str) -> None:
    page = await portal.see("ann", f"/records/{order}")
    done = await portal.fill("ann", page, f"form[action='/records/{order}/actions/done']")
    assert (done.texts("#head .badge"), done.tree.css("#waiting, #comment-form")) == (["Over"], [])
