"""What scripts/semantics.py finds: sentences without a proof, proofs of nothing, numbers out of order."""

from pathlib import Path

import pytest

from scripts import semantics

SENTENCES = "# Semantics\n\n* **A1.1** It is so.\n* **B2.3** And so,\n  always.\n"


def a_project(root: Path, page: str = SENTENCES, cases: str = "", tests: str = "") -> Path:
    """A project with this page, a test file with these lines, and a Python test with this text."""
    for name, text in {
        "docs/language/semantics.md": page,
        "tests/conformance/order.test.yaml": f"tests: order\ncases:\n{cases}",
        "tests/engine/test_order.py": tests,
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


MARKED = '@pytest.mark.semantics("B2.3", "A1.1")\ndef test_so() -> None: ...\n'


@pytest.mark.parametrize(
    ("cases", "tests"),
    [
        ('  - name: "A1.1, B2.3: both"\n', ""),
        ("  - name: 'A1.1: one'\n    at: now\n", '@pytest.mark.semantics("B2.3")\n'),
        ("", MARKED),
    ],
)
def test_a_case_or_a_marked_test_proves_a_sentence(tmp_path: Path, cases: str, tests: str) -> None:
    assert list(semantics.problems(a_project(tmp_path, cases=cases, tests=tests))) == []


def test_a_sentence_that_nothing_proves_is_found_at_its_line(tmp_path: Path) -> None:
    [found] = semantics.problems(a_project(tmp_path, tests='@pytest.mark.semantics("A1.1")\n'))
    assert found.startswith("docs/language/semantics.md:4: B2.3 has no proof")


@pytest.mark.parametrize(
    ("cases", "tests", "message"),
    [
        ('  - name: "C1.1: no more"\n', MARKED, "tests/conformance/order.test.yaml:3: there is no sentence C1.1"),
        ("  - name: Something\n", MARKED, "tests/conformance/order.test.yaml:3: this case names no sentence"),
        ("", f'{MARKED}@pytest.mark.semantics("Z9.9")\n', "tests/engine/test_order.py:3: there is no sentence Z9.9"),
    ],
)
def test_what_proves_no_sentence_is_found(tmp_path: Path, cases: str, tests: str, message: str) -> None:
    [found] = semantics.problems(a_project(tmp_path, cases=cases, tests=tests))
    assert found.startswith(message)


@pytest.mark.parametrize("page", ["* **B2.3** B\n* **A1.1** A\n", "* **A1.1** A\n* **A1.1** B\n* **B2.3** B\n"])
def test_sentences_are_numbered_in_order_and_once(tmp_path: Path, page: str) -> None:
    [found] = semantics.problems(a_project(tmp_path, page, tests=MARKED))
    assert "number the sentences in order, each once" in found


def test_ten_comes_after_nine(tmp_path: Path) -> None:
    page = "* **A1.9** A\n* **A1.10** B\n* **A2.1** C\n* **A10.1** D\n"
    marked = '@pytest.mark.semantics("A1.9", "A1.10", "A2.1", "A10.1")\n'
    assert list(semantics.problems(a_project(tmp_path, page, tests=marked))) == []


def test_ours_are_in_order() -> None:
    assert semantics.main() == 0
