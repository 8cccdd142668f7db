"""Evaluation: what each construct of an expression gives, and that an empty value makes it unknown."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from language.durations import Duration
from language.evaluation import render
from language.expressions import parse_text
from language.operations import EvaluationRefused, OutOfFuel
from language.values import Fact, Ref, Unknown, Value
from tests.language.scopes import AskedTooEarlyError, Values, number, value_of

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
DAY = date(2026, 3, 6)
ANN = Ref("user", "ann", "Ann")
ROW: Value = {"title": "Disk", "cost": Decimal("2.50")}
NAMES: dict[str, Value] = {
    "impact": "high",
    "nothing": None,
    "count_": number(2),
    "yes": True,
    "no": False,
    "open": None,
    "ann": ANN,
    "bob": Ref("user", "bob", "Bob"),
    "ann.group": Ref("group", "cab", "CAB"),
    "now": NOON,
    "due": datetime(2026, 3, 6, 15, tzinfo=UTC),
    "day": DAY,
    "limit": Duration.parse("2 hours"),
    "rows": (ROW, {"title": "Tape", "cost": Decimal(1)}),
    "gaps": ({"cost": None},),
    "names": ("a", "b"),
    "result": {"code": "ok"},
    "empty_list": (),
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'a'", "a"),
        ("none", None),
        ("impact", "high"),
        ("count_ + 1.10", Decimal("3.10")),
        ("count_ - 5", number(-3)),
        ("-count_", number(-2)),
        ("'1' + count_", number(3)),
        ("count_ - '1'", number(1)),
        ("'a' + 'b'", "ab"),
        ("names + ['c']", ("a", "b", "c")),
        ("now + '3 business days'", NOON + timedelta(days=3)),
        ("'2 hours' + now", NOON + timedelta(hours=2)),
        ("now - limit", NOON - timedelta(hours=2)),
        ("due - now", timedelta(hours=3)),
        ("now + (due - now)", datetime(2026, 3, 6, 15, tzinfo=UTC)),
        ("day + '1 week'", date(2026, 3, 13)),
        ("day - '1 month'", date(2026, 2, 6)),
        ("day + '1 year'", date(2027, 3, 6)),
        ("day - day", timedelta(0)),
        ("day + (day - day)", DAY),
        ("'2 days' + day", date(2026, 3, 8)),
        ("'a' if yes else 'b'", "a"),
        ("'a' if no else 'b'", "b"),
        ("rows[0].title", "Disk"),
        ("rows[-1]['title']", "Tape"),
        ("rows[7]", None),
        ("rows[7].title", None),
        ("names[count_ - 1]", "b"),
        ("result.code", "ok"),
        ("result.other", None),
        ("result['co' + 'de']", "ok"),
        ("nothing.x.y", None),
        ("nothing[0]", None),
        ("ann.id", "ann"),
        ("ann.label", "Ann"),
        ("ann.group.id", "cab"),
        ("len(names)", number(2)),
        ("on_call(impact)", ANN),
    ],
)
def test_an_expression_gives_its_value(text: str, value: Value) -> None:
    assert value_of(text, NAMES, answers={"on_call": ANN}) == value


def test_a_month_ends_on_its_last_day_when_the_same_day_is_not_there() -> None:
    assert value_of("day + '1 month'", day=date(2026, 1, 31)) == date(2026, 2, 28)


@pytest.mark.parametrize(
    "text",
    [
        "impact == 'high'",
        "impact != 'low'",
        "impact in ['high', 'low']",
        "impact not in []",
        "'ig' in impact",
        "count_ == 2.0",
        "count_ == '2'",
        "'3' > count_",
        "1 < count_ <= 2",
        "yes == true",
        "not no",
        "now < due",
        "now >= '2026-03-06 13:00'",
        "now == '2026-03-06T12:00:00Z'",
        "day == '2026-03-06'",
        "day < '2026-12-01'",
        "due - now > '2 hours'",
        "due - now > limit",
        "limit == '120 minutes'",
        "limit < '1 day'",
        "day + '1 day' > day",
        "ann == 'ann'",
        "ann != bob",
        "'ann' in [bob, ann]",
        "['a', 'b'] == names",
        "names != ['a']",
        "names != ['a', 'c']",
        "names is filled",
        "empty_list is filled",
        "nothing is empty",
        "nothing.attribute is empty",
        "yes or open",
        "not (no and open)",
        "duration_ == '1 year'",
        "working == '3 business days'",
    ],
)
def test_a_condition_holds(text: str) -> None:
    spans: dict[str, Value] = {"duration_": Duration.parse("12 months"), "working": Duration.parse("3 business days")}
    assert value_of(text, {**NAMES, **spans}) is True


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("nothing == 1", ("nothing is empty",)),
        ("nothing < open", ("nothing is empty", "open is empty")),
        ("not (nothing == 1)", ("nothing is empty",)),
        ("not nothing", ("nothing is empty",)),
        ("yes and nothing", ("nothing is empty",)),
        ("no or nothing == 1 or open", ("nothing is empty", "open is empty")),
        ("nothing + 1", ("nothing is empty",)),
        ("1 - (nothing + 1)", ("nothing is empty",)),
        ("-nothing", ("nothing is empty",)),
        ("1 if nothing else 2", ("nothing is empty",)),
        ("len(nothing)", ("nothing is empty",)),
        ("linked('change', 'problem', state=nothing)", ("nothing is empty",)),
        ("len([count_, nothing])", ("nothing is empty",)),
        ("names[nothing]", ("nothing is empty",)),
        ("(nothing + names)[0]", ("nothing is empty",)),
        ("(nothing + names).x", ("nothing is empty",)),
        ("(nothing + 1) is empty", ("nothing is empty",)),
        ("count_ in [1, nothing]", ("nothing is empty",)),
        ("count_ in ([1] + [nothing])", ("an entry of [1] + [nothing] is empty",)),
        ("['a', nothing] == names", ("nothing is empty",)),
        ("sum(gaps, 'cost') > 1", ("cost is empty in row 1",)),
    ],
)
def test_what_is_asked_of_an_empty_value_is_unknown(text: str, because: tuple[str, ...]) -> None:
    assert value_of(text, NAMES) == Unknown(because)


def test_a_list_with_a_gap_still_holds_what_it_holds() -> None:
    assert value_of("'a' in [nothing, 'a']", nothing=None) is True


def test_a_list_with_a_gap_still_differs_from_a_longer_one() -> None:
    assert value_of("[nothing] == ['a', 'b']", nothing=None) is False


def test_operands_behind_the_one_that_decides_are_not_looked_at() -> None:
    assert value_of("no and frozen(1)", no=False) is False
    assert value_of("yes or frozen(1)", yes=True) is True


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("impact == 2", "is not a number"),
        ("yes == 2", "yes or no cannot be compared with a number"),
        ("yes == 'yes'", "yes or no cannot be compared with a text"),
        ("impact < 'low'", "a text has no order"),
        ("ann < bob", "a reference has no order"),
        ("yes < no", "yes or no has no order"),
        ("day == now", "a date cannot be compared with a time"),
        ("result == result", "a row cannot be compared with a row"),
        ("1 in count_", "a number cannot be in a number"),
        ("limit > '3 business days'", "a length in hours cannot be compared with one in business days"),
        ("month < limit", "a length in months cannot be compared with one in hours"),
        ("impact and yes", "impact is a text, not yes or no"),
        ("not count_", "count_ is a number, not yes or no"),
        ("1 if names else 2", "names is a list, not yes or no"),
        ("impact.x", 'a text has no "x"'),
        ("impact[0]", 'a text has no entry "0"'),
        ("names[0.5]", "no entry"),
        ("names['x' + 'y']", "no entry"),
        ("-impact", "there is no minus a text"),
        ("count_ + yes", "yes or no cannot be added to a number"),
        ("'a' - 'b'", "a text cannot be subtracted from a text"),
        ("now + count_", "a number cannot be added to a time"),
        ("now - count_", "a number cannot be subtracted from a time"),
        ("now + due", "a time cannot be added to a time"),
        ("now + 'soon'", "is not a duration"),
        ("now - day", "a date cannot be subtracted from a time"),
        ("day + (due - now)", "a length of time cannot be added to a date"),
        ("day + '3 hours'", "a date has no clock"),
        ("far + '1 year'", "no calendar reaches that far"),
        ("early - '1 year'", "no calendar reaches that far"),
        ("early - '2 days'", "no calendar reaches that far"),
        ("9999999999999999999999999999 + 1", "at most 28 digits"),
        ("long + long", "at most 32000 characters"),
    ],
)
def test_values_that_do_not_go_together_are_refused(text: str, message: str) -> None:
    more: dict[str, Value] = {
        "early": date(1, 1, 2),
        "long": "x" * 20_000,
        "far": date(9999, 1, 1),
        "month": Duration.parse("1 month"),
    }
    with pytest.raises(EvaluationRefused, match=r'^"') as refused:
        value_of(text, {**NAMES, **more})
    assert message in str(refused.value)


def test_a_fact_gives_its_value() -> None:
    assert value_of("frozen(1) == true", answers={"frozen": Fact(True, "Year-end freeze")}) is True


def test_what_the_scope_raises_passes_through() -> None:
    with pytest.raises(AskedTooEarlyError) as asked:
        value_of("linked('change', 'problem', state=['open'])")
    assert asked.value.args == ("linked", ("change", "problem"), {"state": ("open",)})


@pytest.mark.parametrize("text", ["1 in long", "long + long", "a and a and a", "len(long)"])
def test_an_expression_that_looks_at_too_much_runs_out_of_fuel(text: str) -> None:
    with pytest.raises(OutOfFuel, match="looks at too much"):
        value_of(text, fuel=3, long=("x",) * 3, a=True)


def test_a_value_is_never_evaluated_again() -> None:
    assert value_of("summary", summary="{{ secret }}") == "{{ secret }}"


def test_a_text_is_filled_in_with_what_people_read() -> None:
    text = parse_text("{{ ann }} pays {{ cost }} by {{ now }}{{ nothing }}{{ nothing + 1 }}.")
    scope = Values({"ann": ANN, "cost": Decimal("1E+2"), "now": NOON, "nothing": None}, {})
    assert render(text, scope) == "Ann pays 100 by 2026-03-06 12:00 UTC."
