"""docs/openapi.json is what the API describes, and the description is whole: words, examples, problems, references."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from api.describing_examples import PROBLEMS, WHOLE
from api.problems import KINDS, MEDIA_TYPE
from scripts import openapi

DESCRIBED: dict[str, Any] = json.loads(openapi.page())
OPERATIONS: dict[str, dict[str, Any]] = {
    operation["operationId"]: operation for methods in DESCRIBED["paths"].values() for operation in methods.values()
}
COMPONENTS = DESCRIBED["components"]


def valid(value: Any, schema: dict[str, Any]) -> None:
    Draft202012Validator({**schema, "components": COMPONENTS}).validate(value)


def media(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give every body and every good answer in JSON of a call."""
    yield from operation.get("requestBody", {}).get("content", {}).values()
    for status, answer in operation["responses"].items():
        if status < "3":
            yield from (each for name, each in answer.get("content", {}).items() if name.endswith("json"))


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for name, each in part.items():
            yield from [each] if name == "$ref" and isinstance(each, str) else references(each)
    elif isinstance(part, list):
        for each in part:
            yield from references(each)


def test_the_committed_description_is_what_the_api_says() -> None:
    assert openapi.PAGE.read_text(encoding="utf-8") == openapi.page(), (
        "docs/openapi.json has drifted: PYTHONPATH=. .venv/bin/python scripts/openapi.py writes it"
    )


def test_every_call_has_a_name_of_its_own() -> None:
    assert len(OPERATIONS) == sum(len(methods) for methods in DESCRIBED["paths"].values())


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_call_is_described_in_words(name: str) -> None:
    operation = OPERATIONS[name]
    assert name.islower()
    assert name.isidentifier()
    assert 4 <= len(operation["summary"]) < 130
    assert operation["description"].endswith((".", "`"))
    described = {tag["name"] for tag in DESCRIBED["tags"] if tag["description"]}
    assert set(operation["tags"]) <= described, "say in api/describing.py what the calls of this tag are about"
    assert operation["security"] or operation["tags"] == ["health"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_body_and_answer_has_an_example_that_fits(name: str) -> None:
    for each in media(OPERATIONS[name]):
        shared = [COMPONENTS["examples"][model]["value"] for model in each.get("examples", ())]
        given = shared or [each["example"]]
        assert given, f"say an example in api/examples.yaml: {each}"
        for example in given:
            valid(example, each["schema"])


@pytest.mark.parametrize("name", OPERATIONS)
def test_examples_of_parameters_fit(name: str) -> None:
    for each in OPERATIONS[name].get("parameters", ()):
        if each["in"] == "path":
            assert "example" in each, f"say an example of {each['name']} in api/examples.yaml"
        if "example" in each:
            valid(each["example"], each["schema"])


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_problem_of_a_call_is_one_of_the_shared_ones(name: str) -> None:
    answers = OPERATIONS[name]["responses"]
    problems = {status: each for status, each in answers.items() if int(status) in KINDS and "content" not in each}
    kinds = {status: KINDS[int(status)][0] for status in problems}
    assert problems == {status: {"$ref": f"#/components/responses/{kind}"} for status, kind in kinds.items()}
    assert "500" in problems
    assert not {"default", "418"} & set(answers)


@pytest.mark.parametrize(("status", "kind"), [(status, kind) for status, (kind, _) in KINDS.items()])
def test_every_kind_of_problem_has_an_example(status: int, kind: str) -> None:
    content = COMPONENTS["responses"][kind]["content"][MEDIA_TYPE]
    assert content["example"]["status"] == status
    valid(content["example"], content["schema"])


def test_there_is_no_example_that_nothing_uses() -> None:
    used = set(COMPONENTS["schemas"]) | set(OPERATIONS)
    assert set(WHOLE) - {"CloudEvent"} <= used
    assert set(PROBLEMS) == {kind for kind, _ in KINDS.values()}


def test_every_reference_leads_somewhere() -> None:
    for ref in references(DESCRIBED):
        found: Any = DESCRIBED
        for part in ref.removeprefix("#/").split("/"):
            found = found[part]
