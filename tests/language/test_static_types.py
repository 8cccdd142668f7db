"""Static types: the checker knows what an expression will be, and finds its mistakes before it is ever evaluated."""

import pytest

from language.expressions import parse
from language.inference import Inferred, TypeProblem, infer, infer_condition
from language.static_types import (
    ANY,
    DATE,
    DATETIME,
    DURATION,
    LIST,
    NOTHING,
    NUMBER,
    SPAN,
    TEXT,
    YES_NO,
    Kind,
    Signature,
    StaticType,
    type_of,
)
from language.values import FieldType, Shape

IMPACT = StaticType(Kind.CHOICE, options=("high", "medium", "low"))
SERVICE = StaticType(Kind.REF, of="service")
PERSON = StaticType(Kind.REF, of="user")
ROW = StaticType(Kind.ROW, columns={"title": TEXT, "cost": NUMBER})
TYPES = {
    "impact": IMPACT,
    "urgency": IMPACT,
    "summary": TEXT,
    "open_tasks": NUMBER,
    "waiver": YES_NO,
    "day": DATE,
    "now": DATETIME,
    "limit": DURATION,
    "service": SERVICE,
    "caller": PERSON,
    "thing": StaticType(Kind.REF, of="unheard_of"),
    "work": StaticType(Kind.LIST, entry=ROW),
    "watchers": StaticType(Kind.LIST, entry=PERSON),
    "impacts": StaticType(Kind.LIST, entry=IMPACT),
    "row": ROW,
    "result": ANY,
    "answers": StaticType(Kind.ROW),
}
FUNCTIONS = {
    "frozen": Signature((LIST, DATETIME, DATETIME), YES_NO),
    "find": Signature((TEXT,), LIST),
    "linked": Signature((TEXT, TEXT), LIST, least=1, named={"state": TEXT, "limit": NUMBER}),
}
ATTRIBUTES = {"service": {"owner": PERSON, "hours": NUMBER}, "user": {"manager": PERSON}}


def inferred(text: str) -> Inferred:
    return infer(parse(text), TYPES, FUNCTIONS, ATTRIBUTES)


def test_a_field_is_seen_as_the_type_it_has() -> None:
    assert type_of(Shape(FieldType.LONG_TEXT)) == TEXT
    assert type_of(Shape(FieldType.MONEY)) == NUMBER
    assert type_of(Shape(FieldType.CHOICE, options=("high", "medium", "low"))) == IMPACT
    assert type_of(Shape(FieldType.USER)) == PERSON
    assert type_of(Shape(FieldType.REF, of="service")) == SERVICE
    assert type_of(Shape(FieldType.LIST, of="user")) == StaticType(Kind.LIST, entry=PERSON)
    rows = Shape(FieldType.LIST, columns={"title": Shape(FieldType.TEXT), "cost": Shape(FieldType.NUMBER)})
    assert type_of(rows) == TYPES["work"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("none", NOTHING),
        ("true", YES_NO),
        ("'a'", TEXT),
        ("1.10", NUMBER),
        ("impact", IMPACT),
        ("service.owner.manager", PERSON),
        ("service.id + caller.label", TEXT),
        ("thing.whatever", ANY),
        ("result.anything[0].x", ANY),
        ("none.x", ANY),
        ("work[0].cost", NUMBER),
        ("answers['a' + 'b']", ANY),
        ("answers.x", ANY),
        ("row.title", TEXT),
        ("[1, 2]", StaticType(Kind.LIST, entry=NUMBER)),
        ("[1, 'a']", StaticType(Kind.LIST, entry=ANY)),
        ("[]", StaticType(Kind.LIST, entry=ANY)),
        ("find('change')[0]", ANY),
        ("impact == 'high' and urgency != impact", YES_NO),
        ("impact in ['high', 'low'] or 'high' in impacts", YES_NO),
        ("'mail' in summary or summary in result", YES_NO),
        ("caller in watchers or 'ann' in watchers", YES_NO),
        ("summary is filled", YES_NO),
        ("not waiver", YES_NO),
        ("open_tasks > '3' and now < '2026-03-06 10:00' and day == '2026-03-06'", YES_NO),
        ("limit > '3 business days' and now - now > '2 hours' and now - now > limit", YES_NO),
        ("caller == 'ann' and 'ann' == caller and caller == summary and service.owner == caller", YES_NO),
        ("result == 1 and result > 'a' and 'x' == impact.x", YES_NO),
        ("watchers == [caller]", YES_NO),
        ("open_tasks + 1 - -2", NUMBER),
        ("open_tasks + '1'", NUMBER),
        ("summary + impact", TEXT),
        ("watchers + [caller]", StaticType(Kind.LIST, entry=PERSON)),
        ("find('a') + watchers", StaticType(Kind.LIST, entry=ANY)),
        ("result + 1", ANY),
        ("now + '3 business days'", DATETIME),
        ("limit + now", DATETIME),
        ("day + '1 month'", DATE),
        ("day - limit", DATE),
        ("now - now", SPAN),
        ("now - (now - now)", DATETIME),
        ("impact if waiver else urgency", IMPACT),
        ("impact if waiver else none", IMPACT),
        ("none if waiver else impact", IMPACT),
        ("impact if waiver else 'none'", TEXT),
        ("impact if waiver else 1", ANY),
        ("len(work) + len(summary) + len(result)", NUMBER),
        ("sum(work, 'cost')", NUMBER),
        ("sum(watchers, 'salary')", NUMBER),
        ("sum(result, 'cost')", NUMBER),
        ("count(work, 'title', 'Disk')", NUMBER),
        ("count(work, summary, 'Disk')", NUMBER),
        ("count(impacts, 'high')", NUMBER),
        ("count(result, 1)", NUMBER),
        ("last(work, 2)", TYPES["work"]),
        ("without(watchers, [caller])", TYPES["watchers"]),
        ("frozen(watchers, now, '2026-01-01 10:00')", YES_NO),
        ("linked('change', state='open')", LIST),
    ],
)
def test_the_type_of_an_expression_is_known(text: str, found: StaticType) -> None:
    result = inferred(text)
    if "impact.x" in text or "salary" in text:
        result = Inferred(result.type, ())  # these two have a mistake beside the type that is asked for
    assert result == Inferred(found, ())


@pytest.mark.parametrize(
    ("text", "offset", "code", "message"),
    [
        ("impcat == 'high'", 0, "unknown-name", 'named "impcat" Did you mean "impact"?'),
        ("waiver == yes", 10, "unknown-name", "Write true."),
        ("null", 0, "unknown-name", "Write none."),
        ("impact == 'hgih'", 10, "unknown-option", 'impact has no option "hgih" Did you mean "high"?'),
        ("'urgent' != impact", 0, "unknown-option", "There are: high, medium, low."),
        ("impact in ['high', 'hgih']", 19, "unknown-option", 'Did you mean "high"?'),
        ("'hgih' in impacts", 0, "unknown-option", 'Did you mean "high"?'),
        ("count(impacts, 'hgih')", 15, "unknown-option", 'Did you mean "high"?'),
        ("summary == 1", 0, "wrong-type", "a text cannot be compared with a number"),
        ("caller == service", 0, "wrong-type", "a reference (user) cannot be compared with a reference (service)"),
        ("row == row", 0, "wrong-type", "a row cannot be compared"),
        ("waiver == 'yes'", 10, "wrong-type", "Write true or false without quotes."),
        ("watchers == 'ann'", 12, "wrong-type", "a list cannot be compared with a text"),
        ("open_tasks == 'three'", 14, "wrong-type", '"three" is not a number'),
        ("now < 'tomorrow'", 6, "wrong-type", "is not a time"),
        ("now - now > '3 business days'", 12, "wrong-type", "only a calendar can tell"),
        ("impact > 'low'", 0, "wrong-type", "a choice has no order"),
        ("summary < summary", 0, "wrong-type", "a text has no order"),
        ("1 in open_tasks", 0, "wrong-type", "a number cannot be in a number"),
        ("1 in summary", 0, "wrong-type", "a number cannot be in a text"),
        ("not summary", 4, "not-a-condition", "summary is a text, not yes or no"),
        ("waiver and open_tasks", 11, "not-a-condition", "open_tasks is a number"),
        ("1 if summary else 2", 5, "not-a-condition", "summary is a text"),
        ("summary.x", 8, "unknown-attribute", 'a text has no "x"'),
        ("service.ownr", 8, "unknown-attribute", 'a reference (service) has no "ownr" Did you mean "owner"?'),
        ("row.zzz", 4, "unknown-attribute", "There are: title, cost."),
        ("sum(work, 'csot')", 10, "unknown-attribute", 'Did you mean "cost"?'),
        ("summary[0]", 7, "wrong-type", "which has no entries"),
        ("work['a' + 'b']", 5, "wrong-type", "is a text, not a number"),
        ("-summary", 1, "wrong-type", "summary is a text, not a number"),
        ("open_tasks + waiver", 13, "wrong-type", "waiver is yes or no, not a number"),
        ("open_tasks + 'x'", 13, "wrong-type", '"x" is not a number'),
        ("summary - summary", 0, "wrong-type", "a text cannot be subtracted from a text"),
        ("summary + waiver", 0, "wrong-type", "yes or no cannot be added to a text"),
        ("now + 1", 0, "wrong-type", "a number cannot be added to a time"),
        ("now + now", 0, "wrong-type", "a time cannot be added to a time"),
        ("now + 'soon'", 6, "wrong-type", "is not a duration"),
        ("day + '3 hours'", 6, "wrong-type", "a date has no clock"),
        ("lenn(work)", 0, "unknown-function", 'no function named "lenn" Did you mean "len"?'),
        ("range(1000)", 0, "unknown-function", "There are: len, sum, count, last, without, frozen"),
        ("len()", 0, "wrong-arguments", "len is written len(list)"),
        ("len(list=work)", 0, "wrong-arguments", "len is written len(list)"),
        ("len(1)", 4, "wrong-type", "1 is a number, not a list"),
        ("sum(work, 'title')", 0, "wrong-type", "sum adds up numbers"),
        ("sum(work, 1)", 10, "wrong-type", "1 is a number, not a text"),
        ("last(work, summary)", 11, "wrong-type", "summary is a text, not a number"),
        ("without(work, 1)", 14, "wrong-type", "1 is a number, not a list"),
        ("frozen(watchers, now)", 0, "wrong-arguments", "takes 3 arguments before any named ones, not 2"),
        ("frozen('mail', now, now)", 7, "wrong-type", '"mail" is a text, not a list'),
        ("linked()", 0, "wrong-arguments", "takes 1 to 2 arguments"),
        ("linked('change', stat='open')", 22, "wrong-arguments", 'linked takes no "stat" Did you mean "state"?'),
        ("linked('change', limit='x')", 23, "wrong-type", '"x" is not a number'),
        ("frozen(watchers, day, now)", 17, "wrong-type", "day is a date, not a time"),
    ],
)
def test_a_mistake_is_found_where_it_stands(text: str, offset: int, code: str, message: str) -> None:
    (problem,) = inferred(text).problems
    assert (problem.offset, problem.code) == (offset, code)
    assert message in f"{problem.message} {problem.hint}"


def test_all_mistakes_are_found_at_once_in_the_order_of_the_text() -> None:
    problems = inferred("lne(wrok) > 1 and impact == 'hgih' and summary").problems
    assert [problem.code for problem in problems] == [
        "unknown-function",
        "unknown-name",
        "unknown-option",
        "not-a-condition",
    ]


def test_the_middle_of_a_chain_is_complained_about_once() -> None:
    assert len(inferred("1 < opne_tasks < 3").problems) == 1


def test_a_condition_must_be_yes_or_no() -> None:
    problem = TypeProblem(
        0, "not-a-condition", "summary is a text, not yes or no", "Compare it, or ask: summary is filled."
    )
    assert infer_condition(parse("summary"), TYPES, FUNCTIONS, ATTRIBUTES) == Inferred(YES_NO, (problem,))
    assert infer_condition(parse("result or waiver"), TYPES, FUNCTIONS, ATTRIBUTES) == Inferred(YES_NO, ())
