"""YAML as a tree whose every node knows its line.

Nothing is constructed: values are read from the parser's nodes, so a tag runs
no code and a mistake can be pointed at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator

import yaml

from .refusal import Refusal, Refused

#: Bytes that a template may have; CloudFormation's own limit is 51,200.
LARGEST = 51_200
#: Levels of nesting; the parser recurses.
DEEPEST = 40


@dataclass(frozen=True)
class Tree:
    """A node of a YAML file."""

    file: str
    node: yaml.Node

    @property
    def line(self) -> int:
        return self.node.start_mark.line + 1

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.node, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, yaml.SequenceNode)

    @property
    def is_scalar(self) -> bool:
        return isinstance(self.node, yaml.ScalarNode)

    @property
    def is_null(self) -> bool:
        return self.node.tag == "tag:yaml.org,2002:null"

    @property
    def text(self) -> str:
        """A scalar as it was written."""
        return self.node.value if self.is_scalar else ""

    @property
    def tag(self) -> str | None:
        """A short tag such as `!Ref`, without the exclamation mark."""
        tag = self.node.tag
        return tag[1:] if tag.startswith("!") else None

    def entries(self) -> Iterator[tuple[str, Tree, Tree]]:
        """A mapping's keys, as texts, with the keys' and the values' nodes."""
        if self.is_mapping:
            for key, value in self.node.value:
                yield (key.value if isinstance(key, yaml.ScalarNode) else "?"), Tree(self.file, key), Tree(self.file, value)

    def items(self) -> list[Tree]:
        return [Tree(self.file, item) for item in self.node.value] if self.is_list else []

    def get(self, name: str) -> Tree | None:
        return next((value for key, _, value in self.entries() if key == name), None)

    def refusal(self, code: str, what: str, message: str) -> Refusal:
        return Refusal(self.file, self.line, code, what, message)

    def described(self) -> str:
        if self.is_scalar:
            return f"`{self.text}`" if self.text else "nothing"
        return "a list" if self.is_list else "a mapping"


class _Loader(yaml.SafeLoader):
    depth = 0
    file = ""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
        if self.check_event(yaml.events.AliasEvent):
            # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
            refusal = Refusal(self.file, mark.line + 1, "not-offered", "alias", "CloudFormation takes no YAML aliases (`*name`): repeat the value, or use `Globals`")
            raise Refused(refusal)
        self.depth += 1
        if self.depth > DEEPEST:
            raise yaml.MarkedYAMLError(problem=f"more than {DEEPEST} levels of nesting", problem_mark=mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def read(file: str, text: str) -> Tree:
    """The tree of a file, or `Refused` with the place where it can't be read."""
    if len(text.encode()) > LARGEST:
        raise Refused(Refusal(file, 1, "too-large", file, f"more than {LARGEST:,} bytes"))
    try:
        loader = _Loader(text)
        loader.file = file
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise Refused(Refusal(file, line, "not-yaml", file, f"this isn't YAML: {error.problem}")) from None
    except (yaml.YAMLError, ValueError) as error:
        raise Refused(Refusal(file, 1, "not-yaml", file, f"this isn't YAML: {error}")) from None
    if node is None:
        raise Refused(Refusal(file, 1, "empty", file, "the file is empty"))
    tree = Tree(file, node)
    doubled = _doubled(tree)
    if doubled:
        raise Refused(*doubled)
    return tree


def _doubled(tree: Tree) -> list[Refusal]:
    """Keys that stand twice in one mapping: YAML takes the last in silence."""
    found: list[Refusal] = []
    seen: set[str] = set()
    for name, key, value in tree.entries():
        if name in seen:
            found.append(key.refusal("doubled", name, f"`{name}` stands here a second time"))
        seen.add(name)
        found += _doubled(value)
    for item in tree.items():
        found += _doubled(item)
    return found
