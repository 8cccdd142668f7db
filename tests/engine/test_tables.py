"""Decision tables at work."""

import pytest

from engine.tables import decided
from tests.engine.builders import a_definition

TABLE = """
fields: {kind: {type: choice, options: [a, b]}, service: {type: ref, of: service}, n: number, out: text}
tables:
  out:
    given: [kind, service, n]
    gives: [out]
    rows: [[a, mail, any, one], [a, any, "2.50", two], [null, any, any, empty], [any, null, any, none]]
states: {first: {}}
"""


@pytest.mark.parametrize(
    ("fields", "out"),
    [
        ({"kind": "a", "service": {"id": "mail", "label": "E-mail"}}, "one"),
        ({"kind": "a", "service": {"id": "web", "label": "Web"}, "n": "2.5"}, "two"),
        ({"service": {"id": "mail", "label": "E-mail"}}, "empty"),
        ({"kind": "b"}, "none"),
        ({"kind": "b", "service": {"id": "web", "label": "Web"}}, None),
    ],
)
def test_the_first_row_that_fits_decides(fields: dict[str, object], out: str | None) -> None:
    assert decided(a_definition(TABLE).tables["out"], fields) == (None if out is None else (out,))
