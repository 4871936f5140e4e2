"""The acts that the code writes into the journal by name, found by reading it."""

import ast
from collections.abc import Iterator
from pathlib import Path

# who makes a step, and which of its arguments is the act
MAKES = {"make": 2, "change": 3, "remove": 3}
TABLES_UNTOLD = frozenset({"Errand", "Pulse", "Answered", "Allowance"})  # written without a line


def acts_of(folder: Path) -> set[str]:
    """Every act that stands as a literal in a call which makes a step, or is handed on as `act`."""
    return {act for file in folder.rglob("*.py") for act in acts_in(file.read_text())}


def acts_in(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        for word in node.keywords:
            if word.arg == "act":
                yield from literals(word.value)
        place = MAKES.get(getattr(node.func, "id", getattr(node.func, "attr", "")))
        if place is None or len(node.args) <= place:
            continue
        if isinstance(node.args[0], ast.Name) and node.args[0].id in TABLES_UNTOLD:
            continue
        yield from literals(node.args[place])


def literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
