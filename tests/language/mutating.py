"""Spoils texts that are right: parts of their tree dropped, renamed, doubled, grafted or retyped, pieces cut out."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from language.loader import load, plain
from language.messages import read_message
from language.organisation_reading import read_organisation
from language.reading import read_definition
from language.surroundings import Surroundings
from tests.language.test_checker import ACTIONS

SHIPPED = Path(__file__).parents[2] / "definitions"
DEFINITIONS = {
    path.stem: path.read_text() for path in sorted(SHIPPED.glob("*.yaml")) if not path.name.endswith(".test.yaml")
}
ORGANISATION_FILES = {path.name: path.read_text() for path in sorted((SHIPPED / "organisation").glob("*.yaml"))}
MESSAGES = {path.stem: path.read_text() for path in sorted((SHIPPED / "messages").glob("*.md"))}
ORGANISATION = read_organisation(ORGANISATION_FILES)
AROUND = Surroundings.from_organisation(
    ORGANISATION,
    {name: read_message(text) for name, text in MESSAGES.items()},
    ACTIONS,
    {name: read_definition(text) for name, text in DEFINITIONS.items()},
)

STRANGE: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        -1,
        7,
        10**30,
        "",
        " ",
        "any",
        "=now",
        "=state",
        "{{ id }}",
        "{{",
        "=",
        "=(",
        "100%",
        "=id.id",
    ),
    *("no_such_name", "x" * 5_000, "1 hour", "999999999 years", "2026-03-06 10:00", "é\u00a0", [], {}, [[]], [None]),
    *({"do": []}, {"": ""}, {"a": {"a": {"a": "a"}}}, ["a", "a"], "=frozen()", "=linked(1)", "=sum(now)", "='a' in id"),
    *("=last([1], 0 - 1)", "=[now][0]", "=actor.manager.manager.name", "=1 if now else 2", "=len(len(1))", "=-now"),
]
PIECES = [
    *(
        ":",
        ": ",
        "-",
        "- ",
        "{",
        "}",
        "[",
        "]",
        "'",
        '"',
        "#",
        "\n",
        "\n\n",
        "  ",
        "\t",
        "&a ",
        "*a",
        "!x ",
        "%",
        "|\n",
        ">\n",
    ),
    *(
        "?",
        "? ",
        "<<: ",
        "---\n",
        "...\n",
        "\x00",
        "\ud800",
        "\u2028",
        "=",
        "{{",
        "}}",
        "null",
        "~",
        "{% x %}",
        "\r",
        ",",
    ),
]

Tree = Any
Mutation = Callable[[Random, Tree, Any, Tree], None]


def nodes(tree: Tree) -> list[tuple[Tree, Any]]:
    """Name every place of a tree: a list or mapping, and the index or key in it."""
    found: list[tuple[Tree, Any]] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        found.extend((node, key) for key in keys)
        waiting.extend(node[key] for key in keys if isinstance(node[key], (dict, list)))
    return found


def drop(_chance: Random, node: Tree, key: Any, _tree: Tree) -> None:
    del node[key]


def rename(chance: Random, node: Tree, key: Any, tree: Tree) -> None:
    """Give a key another name, often one that means something elsewhere; of a list, turn it round."""
    if isinstance(node, list):
        node.reverse()
        return
    words = [other for _, other in nodes(tree) if isinstance(other, str)]
    node[chance.choice([*words, f"{key}_", key[:-1], "", "x" * 100])] = node.pop(key)


def double(chance: Random, node: Tree, key: Any, _tree: Tree) -> None:
    if isinstance(node, list):
        node.insert(chance.randrange(len(node) + 1), node[key])
    else:
        node[f"{key}2"] = node[key]


def graft(chance: Random, node: Tree, key: Any, tree: Tree) -> None:
    """Put a copy of another part of the tree here."""
    other, there = chance.choice(nodes(tree))
    node[key] = json.loads(json.dumps(other[there], default=str))


def retype(chance: Random, node: Tree, key: Any, _tree: Tree) -> None:
    node[key] = chance.choice([*STRANGE, [node[key]], {"a": node[key]}, str(node[key])])


MUTATIONS: list[Mutation] = [drop, rename, double, graft, retype, retype]


def mutated(text: str, chance: Random, mutations: Sequence[Mutation] = MUTATIONS, most: int = 3) -> str:
    """Spoil the tree of a text in one place or up to so many, and write it as JSON, which is YAML too."""
    tree = json.loads(json.dumps(plain(load(text)), default=str))
    for _ in range(chance.randint(1, most)):
        if places := nodes(tree):
            chance.choice(mutations)(chance, *chance.choice(places), tree)
    return json.dumps(tree, indent=1, ensure_ascii=False)


def spliced(text: str, chance: Random) -> str:
    """Spoil a text in one to three places: cut something out, put something in, double or swap lines."""
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice([0, 1, 3, 40, 400]))
        match chance.randrange(3):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:start] + chance.choice(PIECES) + text[end:]
            case _:
                text = text[:end] + text[start:end] + text[end:]
    return text
