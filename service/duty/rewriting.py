"""A roster's file with some of it changed: what stays is left as it was written, its comments too."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from service.duty.file import document_of
from service.errors import Refused

PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*|[1-9][0-9]*")


class Edit(NamedTuple):
    """What stands between two places of a text, and what shall stand there."""

    start: int
    end: int
    text: str


def rewritten(text: str, document: dict[str, Any]) -> str:
    """The file `text` so that it says `document`.

    1. only what differs is written anew, in its place
    2. read again it must say what was wished; where a file is laid out so that it does not, all of it is written anew
    """
    before = document_of(text)
    if before == document:
        return text
    changed = spliced(text, before, document)
    return changed if says(changed, document) else whole(document)


def spliced(text: str, before: dict[str, Any], document: dict[str, Any]) -> str:
    """The text with every difference written into its place, from the last to the first; itself where it is no YAML."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return text
    for edit in sorted(edits(text, root, before, document), key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def says(text: str, document: dict[str, Any]) -> bool:
    try:
        return bool(document_of(text) == document)
    except Refused:
        return False


def edits(text: str, node: Any, was: Any, now: Any) -> Iterator[Edit]:
    """What must be changed at a node, and nothing above what differs."""
    if was == now:
        return
    if isinstance(was, dict) and isinstance(now, dict) and (was.keys() == now.keys() or not node.flow_style):
        yield from entry_edits(text, node, was, now)
    elif isinstance(was, list) and isinstance(now, list) and (
        len(was) == len(now) or (len(was) < len(now) and not node.flow_style)
    ):  # fmt: skip
        for item, one, other in zip(node.value, was, now, strict=False):
            yield from edits(text, item, one, other)
        if added := now[len(was) :]:
            indent = " " * node.start_mark.column
            at = line_end(text, end_of(text, node.value[-1]))
            yield Edit(at, at, "".join(f"\n{indent}- {flow(one)}" for one in added))
    else:
        yield Edit(node.start_mark.index, end_of(text, node), flow(now))


def entry_edits(text: str, node: Any, was: dict[str, Any], now: dict[str, Any]) -> Iterator[Edit]:
    """The changes of a mapping: its entries changed, the lines of those that are gone, those that came at its end."""
    for key, value in node.value:
        word = key.value
        if word in was and word in now:
            yield from edits(text, value, was[word], now[word])
        elif word in was:
            start = text.rfind("\n", 0, key.start_mark.index) + 1
            yield Edit(start, line_end(text, end_of(text, value)) + 1, "")
    if added := [word for word in now if word not in was]:
        last = node.value[-1][1]
        indent = " " * node.value[0][0].start_mark.column
        at = line_end(text, end_of(text, last))
        yield Edit(at, at, "".join(f"\n{indent}{name(word)}: {flow(now[word])}" for word in added))


def end_of(text: str, node: Any) -> int:
    """Where a node ends; what YAML counts to a block, blank lines and comments behind it, stays out."""
    start, end = node.start_mark.index, node.end_mark.index
    lines = text[start:end].splitlines(keepends=True)
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()
    return start + len("".join(lines).rstrip())


def line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def whole(document: dict[str, Any]) -> str:
    """A file that says this, its lists of objects an object a line."""
    lines = []
    for key, value in document.items():
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            lines += [f"{name(key)}:", *(f"  - {flow(one)}" for one in value)]
        else:
            lines.append(f"{name(key)}: {flow(value)}")
    return "\n".join(lines) + "\n"


def flow(value: Any) -> str:
    """A value on one line, as it may stand anywhere in YAML."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name(key)}: {flow(one)}' for key, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    return json.dumps(value, ensure_ascii=False)


def name(key: str) -> str:
    return key if PLAIN_KEY.fullmatch(key) else json.dumps(key, ensure_ascii=False)
