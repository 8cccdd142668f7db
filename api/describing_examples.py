"""Examples of bodies and answers, made of the words and the whole examples of `examples.yaml`; each fits its schema."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

JSON = "application/json"
DEEPEST = 8
"""Models inside each other; deeper, what may be empty is."""
TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}
PLAIN: Mapping[str, Any] = {"string": "text", "integer": 1, "number": 1.0, "boolean": False, "null": None}

_written: Any = yaml.safe_load((Path(__file__).parent / "examples.yaml").read_text(encoding="utf-8"))
WHOLE: Mapping[str, Any] = _written["whole"]
"""Examples by the name of a schema, or of a call whose body has none."""
WORDS: Mapping[str, Any] = _written["words"]
"""Values of members, by `Schema.member` or by the member's name alone."""
PROBLEMS: Mapping[str, Mapping[str, Any]] = _written["problems"]
"""What each kind of problem says besides its title."""


class Examples:
    """The examples of a description; those of named schemas stand in it once, in `shared`."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        """Keep the schemas that examples are made for."""
        self._schemas = schemas
        self.shared: dict[str, Any] = {}

    def add_to(self, operation: dict[str, Any]) -> None:
        """Put examples on a call: on what its address takes, its body and its good answers."""
        for parameter in operation.get("parameters", ()):
            if parameter["name"] in WORDS and fits(WORDS[parameter["name"]], parameter["schema"]):
                parameter["example"] = WORDS[parameter["name"]]
        called = operation["operationId"]
        for media in operation.get("requestBody", {}).get("content", {}).values():
            self._add(media, called)
        for status, answer in operation["responses"].items():
            if status < "3" and JSON in answer.get("content", {}):
                self._add(answer["content"][JSON], f"{called}.answer")

    def _add(self, media: dict[str, Any], called: str) -> None:
        schema = media.get("schema", {})
        names = [each["$ref"].rpartition("/")[2] for each in (schema, *schema.get("anyOf", ())) if "$ref" in each]
        if called in WHOLE:
            media["example"] = WHOLE[called]
        elif names:
            media["examples"] = {name: {"$ref": f"#/components/examples/{name}"} for name in names}
            self.shared.update({name: {"value": self.of({"$ref": name})} for name in names})
        elif schema:
            media["example"] = self.of(schema)

    def of(self, schema: Mapping[str, Any], name: str = "", owner: str = "", depth: int = 0) -> Any:  # noqa: ANN401  # JSON
        """Give an example of a schema; `name` is the member that it is for, of the schema `owner`."""
        if "$ref" in schema:
            model = schema["$ref"].rpartition("/")[2]
            return WHOLE[model] if model in WHOLE else self.of(self._schemas[model], "", model, depth + 1)
        for word in (f"{owner}.{name}", name):
            if word in WORDS and fits(WORDS[word], schema):
                return WORDS[word]
        if "anyOf" in schema:
            return self.of(self._choice(schema["anyOf"], depth), name, owner, depth)
        if "default" in schema:
            return schema["default"]
        if "const" in schema or "enum" in schema:
            return schema["const"] if "const" in schema else schema["enum"][0]
        return self._made(schema, name, owner, depth)

    def _choice(self, choices: list[Mapping[str, Any]], depth: int) -> Mapping[str, Any]:
        empty = [each for each in choices if each.get("type") == "null"]
        return empty[0] if empty and depth > DEEPEST else choices[0]

    def _made(self, schema: Mapping[str, Any], name: str, owner: str, depth: int) -> Any:  # noqa: ANN401  # JSON
        match schema.get("type"):
            case "object":
                return dict(self._members(schema, name, owner, depth))
            case "array":
                return [self.of(schema.get("items", {}), name, owner, depth)]
            case "string" if "format" in schema:
                return WORDS[schema["format"]]
            case known:
                return schema.get("minimum", PLAIN.get(known or "string"))

    def _members(self, schema: Mapping[str, Any], name: str, owner: str, depth: int) -> Iterator[tuple[str, Any]]:
        for member, each in schema.get("properties", {}).items():
            yield member, self.of(each, member, owner, depth)
        more = schema.get("additionalProperties")
        if isinstance(more, Mapping):
            yield WORDS.get(f"{name}.key", "name"), self.of(more, "", owner, depth)


def fits(value: Any, schema: Mapping[str, Any]) -> bool:  # noqa: ANN401  # JSON
    """Say whether a value is of a kind that a schema allows: its type, its choice, the kinds of its entries."""
    return any(_is_of(value, each) for each in schema.get("anyOf", [schema]))


def _is_of(value: Any, schema: Mapping[str, Any]) -> bool:  # noqa: ANN401  # JSON
    if "$ref" in schema:
        return isinstance(value, dict)
    if "type" in schema and not isinstance(value, TYPES[schema["type"]]):
        return False
    if "enum" in schema:
        return value in schema["enum"]
    if isinstance(value, list):
        return all(fits(each, schema.get("items", {})) for each in value)
    return True
