"""The same steps for every entry of a list: one by one or many at once, with a name for the entry."""

import pytest

from tests.engine.builders import BOB, HOUR, Life, act, begun, complete, edit, failure, result

EACH = """
fields:
  log: long_text
  people: {type: list, of: user}
  groups: {type: list, of: group}
  work: {type: list, of: {title: text, hours: number, day: date, group: group, at: datetime, time: duration}}
  words: {type: list, of: text}
states:
  first:
    do:
      - {for_each: "%s", do: [%s], mode: %s}
      - set: {log: "{{ log }}."}
    transitions: {out: {to: last, by: [agent]}}
  last: {final: true}
"""
ADD = 'set: {log: "{{ log }}{{ %s }} "}'


def each(what: str, do: str, mode: str = "one_by_one", /, **fields: object) -> Life:
    return begun(EACH % (what, do, mode), BOB, **fields)


def test_the_steps_are_done_for_one_entry_after_the_other() -> None:
    life = each("word in words", "{%s}, {wait: 1 hour}" % (ADD % "word"), words=["a", "b"])
    assert [life.fields["log"], life.pass_(HOUR).fields["log"], life.pass_(HOUR).fields["log"]] == [
        "a ",
        "a b ",
        "a b .",
    ]
    assert life.record.tokens == {}


def test_together_all_entries_are_open_at_the_same_time() -> None:
    life = each("word in words", "{task: '{{ word }}', for: [desk]}", "together", words=["a", "b", "c"])
    assert [token.data["title"] for token in life.record.tokens.values() if token.kind == "task"] == ["a", "b", "c"]
    for number in (1, 0, 2):
        assert life.fields["log"] is None
        life.happen(complete(f"1/first/do/0/item-{number}/0"))
    assert (life.fields["log"], life.record.tokens) == (".", {})


@pytest.mark.semantics("N1.4")
def test_no_more_than_fifty_are_open_at_once_and_the_next_begins_when_one_is_through() -> None:
    life = each("word in words", "{wait: 1 hour}, {wait: 1 hour}", "together", words=[str(n) for n in range(52)])
    assert len(life.open("wait")) == 50
    life.pass_(2 * HOUR)
    assert life.open("wait") == ["1/first/do/0/item-50/0", "1/first/do/0/item-51/0"]
    assert life.pass_(2 * HOUR).fields["log"] == "."


@pytest.mark.parametrize("mode", ["one_by_one", "together"])
@pytest.mark.semantics("N1.3")
def test_five_hundred_entries_are_the_most(mode: str) -> None:
    most = " + ".join(["words"] * 5)
    do = "{set: {log: '{{ word }}'}}"
    words = [str(n) for n in range(100)]
    assert each(f"word in {most}", do, mode, words=words).fields["log"] == "99."
    life = each(f"word in {most} + ['x']", do, mode, words=words)
    (fault,) = life.record.faults.values()
    assert fault.code == "too-many"
    assert fault.text.endswith("has 501 entries, and a for_each takes 500 at most: shorten it")


@pytest.mark.parametrize("given", [{"words": []}, {}])
def test_without_entries_there_is_nothing_to_do(given: dict[str, object]) -> None:
    assert each("word in words", "{wait: 1 hour}", **given).fields["log"] == "."


@pytest.mark.parametrize("what", ["log", "groups[0]"])
def test_what_is_no_list_is_an_error(what: str) -> None:
    life = each(f"word in {what}", "{wait: 1 hour}", log="x", groups=["desk"])
    (fault,) = life.record.faults.values()
    assert fault.text.startswith(f"{what} is no list: it is ")


ROW = {
    "title": "Cable",
    "hours": "1.5",
    "day": "2026-03-06",
    "group": "desk",
    "at": "2026-03-06 12:00",
    "time": "2 hours",
}


def test_the_name_has_the_type_of_the_entry_also_after_json() -> None:
    do = (
        "{wait: =job.at},"
        "{task: '{{ job.title }} {{ job.hours + 1 }} {{ job.day }}', for: [job.group], due: =job.at + job.time},"
        "{set: {log: '{{ job.group }} '},"
        " when: \"job.group.lead == 'cleo' and job.time < '1 day' and job.hours == 1.5\"}"
    )
    life = each("job in work", do, work=[ROW]).pass_(2 * HOUR)
    (task,) = (token for token in life.record.tokens.values() if token.kind == "task")
    assert task.data["title"] == "Cable 2.5 2026-03-06"
    assert (task.data["due"] - life.now, len(task.data["seats"])) == (2 * HOUR, 2)
    assert life.happen(complete("1/first/do/0/item-0/1")).fields["log"] == "Desk ."


def test_a_cell_that_is_empty_is_empty() -> None:
    do = "{set: {log: none}, when: job.group is empty}"
    assert each("job in work", do, work=[{"title": "x"}]).fields["log"] == "none."


def test_people_are_named_by_the_name_of_the_entry() -> None:
    do = "{notify: Hello, to: [one, =one, one.manager]}"
    life = each("one in people", do, people=["ann"])
    assert life.sent() == [("Hello", [["user", "ann", ""], ["user", "ann", "manager"]])]


def test_a_task_escalates_to_people_of_its_entry() -> None:
    do = "{task: Look, for: [desk], due: 1 hour, escalate_to: [one], at: {50%: [{notify: '{{ one.id }}', to: [one]}]}}"
    life = each("one in people", do.replace("one.id", "one"), people=["dan"]).pass_(HOUR / 2)
    assert life.sent() == [("Dan Drake", [["user", "dan", ""]])]
    assert life.pass_(HOUR).line("task_escalated").data["seats"] == [{"id": "dan", "label": "Dan Drake"}]


def test_a_call_that_nothing_waits_for_remembers_its_entry() -> None:
    call = "{call: a.b, with: {x: =word}, save: {log: '{{ word }} {{ result.y }}'}}"
    life = each("word in words", f"{{task: Look, for: [desk], due: 1 hour, at: {{50%: [{call}]}}}}", words=["a"])
    life.pass_(HOUR / 2).happen(complete("1/first/do/0/item-0/0"))
    assert life.happen(result("1/first/do/0/item-0/0/at-50%.2/0", y="b")).fields["log"] == "a b"


def test_the_list_is_fixed_when_it_begins() -> None:
    life = each("word in words", "{wait: 1 hour}, {%s}" % (ADD % "word"), words=["a", "b"])
    life.happen(edit(words=["x"])).pass_(2 * HOUR)
    assert life.fields["log"] == "a b ."


def test_an_entry_that_fails_takes_the_others_with_it_when_that_is_caught() -> None:
    text = (EACH % ("word in words", "{call: a.b}", "together")).replace(
        "together}", "together, on_error: [{set: {log: x}}]}"
    )
    life = begun(text, words=["a", "b", "c"]).happen(failure("1/first/do/0/item-1/0"))
    assert life.told().count("call_withdrawn") == 2
    assert (life.fields["log"], life.record.tokens) == ("x.", {})


def test_lists_are_gone_through_inside_lists() -> None:
    inner = "{for_each: other in words, do: [{set: {log: '{{ log }}{{ word }}{{ other }} '}}]}"
    life = each("word in words", inner, words=["a", "b"])
    assert life.fields["log"] == "aa ab ba bb ."


def test_leaving_the_state_ends_it() -> None:
    life = each("word in words", "{wait: 1 hour}", "together", words=["a", "b"]).happen(act("out"))
    assert life.record.tokens == {}
