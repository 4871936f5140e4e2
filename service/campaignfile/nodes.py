"""A campaign file's text as nodes that know their line and path: YAML 1.1 as PyYAML scans it, without its traps.

Built from PyYAML's events and not from its composer: depth, aliases, anchors and tags are met one at a time, before
anything is expanded, and libyaml's own composer recurses in C where a deep file would end the process.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from service.campaignfile.faults import Faults, Spot, Stop

DEEPEST = 12
_LONGEST_PATH_WORD = 40
_LONGEST_RESOLVED = 64
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAKEN_FOR = yaml.SafeLoader.yaml_implicit_resolvers  # by first character: what YAML 1.1 takes a plain word for


@dataclass(frozen=True, slots=True)
class Scalar:
    """One word or text; `tag` is what YAML 1.1 takes it for: str, int, float, bool, null, timestamp."""

    line: int
    path: str
    text: str
    tag: str


@dataclass(frozen=True, slots=True)
class Mapping:
    line: int
    path: str
    entries: dict[str, "Node"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    line: int
    path: str
    items: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Void:
    """Something already blamed: nothing more is said of it."""

    line: int
    path: str


Node = Scalar | Mapping | Listing | Void


def parse(text: str, faults: Faults) -> tuple[Node, dict[str, int]]:
    """The one document of a text and the line of every path in it, or `Stop` with the reasons blamed."""
    builder = _Builder(yaml.parse(text, Loader=_LOADER), faults)
    try:
        return builder.document(), builder.lines
    except yaml.MarkedYAMLError as error:
        _blame_syntax(error, text, faults)
        raise Stop from None


class _Builder:
    def __init__(self, events: Iterator[yaml.Event], faults: Faults) -> None:
        self._events = events
        self._faults = faults
        self.lines: dict[str, int] = {}

    def document(self) -> Node:
        root: Node | None = None
        for event in self._events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            line = _line(event)
            if root is not None:
                self._faults.blame(Spot(line), "A second document begins here: a file holds one campaign")
                raise Stop
            root = self._node(next(self._events), "", None, 1)
        if root is None:
            self._faults.blame(Spot(1), "The file is empty")
            raise Stop
        return root

    def _node(self, event: yaml.Event, path: str, line: int | None, depth: int) -> Node:
        line = line or _line(event)
        self.lines.setdefault(path, line)
        if isinstance(event, yaml.AliasEvent):
            self._faults.blame(Spot(line, path), "Aliases (*{name}) are not allowed: write it out", name=event.anchor)
            return Void(line, path)
        self._refuse_marks(event, Spot(line, path))
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(line, path, event.value, _tag(event))
        if depth > DEEPEST:
            self._faults.blame(Spot(line, path), "Nested deeper than {limit} levels", limit=DEEPEST)
            raise Stop
        if isinstance(event, yaml.SequenceStartEvent):
            return self._listing(Listing(line, path), depth)
        return self._mapping(Mapping(line, path), depth)

    def _refuse_marks(self, event: yaml.Event, at: Spot) -> None:
        if anchor := getattr(event, "anchor", None):
            self._faults.blame(at, "Anchors (&{name}) are not allowed: write it out where it is needed", name=anchor)
        if tag := getattr(event, "tag", None):
            self._faults.blame(at, "Tags ({tag}) are not allowed", tag=tag)

    def _listing(self, node: Listing, depth: int) -> Listing:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            node.items.append(self._node(event, f"{node.path}[{len(node.items)}]", None, depth + 1))
        return node

    def _mapping(self, node: Mapping, depth: int) -> Mapping:
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            line = _line(event)
            word = event.value if isinstance(event, yaml.ScalarEvent) else ""
            path = f"{node.path}.{word[:_LONGEST_PATH_WORD]}" if node.path else word[:_LONGEST_PATH_WORD]
            key = self._node(event, path, line, depth + 1)
            value = self._node(next(self._events), path, line, depth + 1)
            if not isinstance(key, Scalar):
                self._faults.blame(Spot(line, node.path), "A key must be one word")
            elif word in node.entries:
                self._faults.blame(
                    value,
                    "{key} is written twice; it stands on line {first} already",
                    key=word,
                    first=node.entries[word].line,
                )
            else:
                node.entries[word] = value
        return node


def _tag(event: yaml.ScalarEvent) -> str:
    if not event.implicit[0] or len(event.value) > _LONGEST_RESOLVED:
        return "str"
    taken = (tag for tag, pattern in _TAKEN_FOR.get(event.value[:1], ()) if pattern.match(event.value))
    return str(next(taken, "str")).rpartition(":")[2]


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _blame_syntax(error: yaml.MarkedYAMLError, text: str, faults: Faults) -> None:
    # Of something left open, the line where it was opened helps; the end of the file does not.
    opened = error.context_mark if any(word in (error.context or "") for word in ("quoted", "flow")) else None
    mark = opened or error.problem_mark or error.context_mark
    line = (mark.line if mark else 0) + 1
    rows = text.splitlines()
    near = [(n, rows[n - 1]) for n in (line - 1, line) if 1 <= n <= len(rows)]
    colons = [n for n, row in near if "：" in row]
    tabs = [n for n, row in near if "\t" in row[: len(row) - len(row.lstrip())]]
    if colons:
        faults.blame(Spot(colons[0]), "This is not YAML: there is a Chinese colon (：) where : and a blank belong")
    elif tabs:
        faults.blame(Spot(tabs[0]), "This is not YAML: a line begins with a tab; indent with blanks")
    else:
        faults.blame(Spot(line), "This is not YAML: {problem}", problem=error.problem or str(error.context))
