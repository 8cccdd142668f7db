"""`field=value` on a command line."""

from typing import Any

import pytest

from cli.assignments import read_assignments
from cli.errors import UsageError


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], {}),
        (["summary=Mail is down"], {"summary": "Mail is down"}),
        (["url=https://example.org?a=b"], {"url": "https://example.org?a=b"}),
        (["assignee="], {"assignee": None}),
        (["count:=3", "tags:=[1, 2]"], {"count": 3, "tags": [1, 2]}),
        (["tag=a", "tag=b", "tag=c"], {"tag": ["a", "b", "c"]}),
    ],
)
def test_assignments_become_fields(words: list[str], found: dict[str, Any]) -> None:
    assert read_assignments(words) == found


@pytest.mark.parametrize("word", ["summary", "=value", ":=1", "count:=three"])
def test_what_fills_no_field_is_refused_with_an_example(word: str) -> None:
    with pytest.raises(UsageError, match="Write field=value"):
        read_assignments([word])
