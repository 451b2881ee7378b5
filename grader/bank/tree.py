"""A safe, plain part of YAML as a tree that knows its lines: mappings, lists and text, and nothing else.

Every scalar is the text that was written: ``no`` stays "no", ``2024-01-01`` is no date. Anchors, aliases, tags,
repeated keys, a second document and deep nesting are refused, so a file is never larger than it looks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from grader.errors import PackError

MAX_NESTING = 20

_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")

# Ten times as fast, where PyYAML was built with libyaml; both give the same events.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Location: TypeAlias = tuple[str | int, ...]
Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"


@dataclass(slots=True)
class Node:
    """A piece of a file. ``line`` counts from 1; ``children`` belong to a mapping or a list."""

    line: int
    value: str | None = None
    keys: list[str] | None = None
    children: list[Node] = field(default_factory=list)

    def plain(self) -> Plain:
        """Return the tree as text, lists and dicts."""
        if self.value is not None:
            return self.value
        if self.keys is None:
            return [child.plain() for child in self.children]
        return {key: child.plain() for key, child in zip(self.keys, self.children, strict=True)}

    def line_of(self, location: Location) -> int:
        """Return the line of what ``location`` leads to, or of the nearest thing around it that is there."""
        node = self
        for part in location:
            if isinstance(part, int) and node.keys is None and part < len(node.children):
                node = node.children[part]
            elif node.keys is not None and part in node.keys:
                node = node.children[node.keys.index(str(part))]
            else:
                break
        return node.line


def read_tree(text: str, path: str) -> tuple[Node, list[PackError]]:
    """Return the tree of a YAML text, and the keys that stand twice (the first of each is kept).

    Raises PackError, with the line, for what is no YAML or beyond the part of it that is allowed.
    """
    reader = _Reader(path)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        told = " ".join(part for part in (error.context, error.problem) if part)
        raise PackError(f"is no valid YAML: {told}", path, mark.line + 1 if mark else None) from None
    except yaml.YAMLError as error:
        # Only a character that YAML forbids has no mark but a position, and that not in each version the same.
        told = str(error).splitlines()[0]
        raise PackError(f"is no valid YAML: {told}", path, _forbidden_line(text)) from None
    if reader.root is None:
        raise PackError("the file has no content", path)
    return reader.root, reader.problems


def _forbidden_line(text: str) -> int | None:
    match = _FORBIDDEN.search(text)
    return text.count("\n", 0, match.start()) + 1 if match else None


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been read yet."""

    node: Node
    key: Node | None = None


class _Reader:
    """Events to nodes, without recursion, so that no file can exhaust the stack."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.root: Node | None = None
        self.problems: list[PackError] = []
        self._open: list[_Open] = []
        self._keys: list[set[str]] = []

    def take(self, event: yaml.Event) -> None:
        """Take the next event of the file."""
        assert event.start_mark is not None
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise PackError(
                "anchors and aliases (& and *) are not allowed; write the text out, or in quotes", self.path, line
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise PackError(f"tags ({tag}) are not allowed; put text that begins with ! in quotes", self.path, line)
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise PackError("a second document begins here; a pack is one", self.path, line)
        if isinstance(event, yaml.ScalarEvent):
            self._add(Node(line, value=event.value))
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            node = Node(line, keys=[] if isinstance(event, yaml.MappingStartEvent) else None)
            self._add(node)
            self._open.append(_Open(node))
            self._keys.append(set())
            if len(self._open) > MAX_NESTING:
                raise PackError(f"nested more than {MAX_NESTING} deep", self.path, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()
            self._keys.pop()

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        around = self._open[-1]
        if around.node.keys is None:
            around.node.children.append(node)
        elif around.key is None:
            if node.value is None:
                raise PackError("a key must be plain text", self.path, node.line)
            around.key = node
        else:
            key, around.key = around.key, None
            self._add_entry(around.node, key, node)

    def _add_entry(self, mapping: Node, key: Node, node: Node) -> None:
        name = str(key.value)
        # A folded text begins on the line after its key, and the key is what the author looks for.
        node.line = key.line
        if name in self._keys[-1]:
            # What is open around this mapping is, in each case, the newest member of what is open around that.
            outer = [around.node for around in self._open[:-1]]
            location = (*(node.keys[-1] if node.keys else len(node.children) - 1 for node in outer), name)
            self.problems.append(PackError("this key stands twice here", self.path, key.line, dotted(location)))
            return
        self._keys[-1].add(name)
        assert mapping.keys is not None
        mapping.keys.append(name)
        mapping.children.append(node)


def dotted(location: Location) -> str:
    r"""Return a location as one short line, whatever someone made a key of.

    >>> dotted(("questions", 2, "points", 0, "weight")), dotted(("größe", "a\nb"))
    ('questions.2.points.0.weight', 'größe.a\\nb')
    """
    names = (str(part)[:60] for part in location)
    return ".".join(name if name.isprintable() else ascii(name)[1:-1] for name in names)
