"""Texts of a template: literal, `!Ref` and `!Sub` of parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .refusal import Refusal
from .tree import Tree

REGION = "eu-west-3"
PSEUDO = {"AWS::Region": REGION, "AWS::StackName": "shortener", "AWS::AccountId": "000000000000", "AWS::Partition": "aws"}
_NAME = re.compile(r"\$\{(!?)([^}]*)\}")


@dataclass(frozen=True)
class Reference:
    """What a `!Ref` of a resource yields: its name."""

    name: str


class Values:
    """Resolves texts; what can't be is added to `refusals`."""

    def __init__(self, parameters: dict[str, str], resources: set[str], refusals: list[Refusal]) -> None:
        self.parameters = parameters
        self.resources = resources
        self.refusals = refusals

    def text(self, tree: Tree) -> str:
        """The text that a node stands for; empty when it stands for none."""
        found = self._resolved(tree)
        if isinstance(found, Reference):
            self._refuse(tree, "not-a-parameter", found.name, f"`{found.name}` is a resource; here only parameters can be referred to")
            return ""
        return found

    def number(self, tree: Tree, name: str, least: int, most: int) -> int:
        """A whole number within limits."""
        text = self.text(tree)
        if not re.fullmatch(r"\d{1,6}", text) or not least <= int(text) <= most:
            self._refuse(tree, "bad-number", name, f"`{name}` must be a whole number from {least} to {most}, not {tree.described()}")
            return least
        return int(text)

    def resource(self, tree: Tree) -> str | None:
        """The resource that a node refers to."""
        found = self._resolved(tree)
        return found.name if isinstance(found, Reference) else None

    def _resolved(self, tree: Tree) -> str | Reference:
        function, argument = self._function(tree)
        if function == "Ref" and argument is not None:
            return self._named(tree, argument.text)
        if function == "Sub" and argument is not None:
            if not argument.is_scalar:
                self._refuse(tree, "not-offered", "Fn::Sub", "the list form of `!Sub` isn't offered here; its text form is")
                return ""
            return _NAME.sub(lambda match: self._substituted(tree, match), argument.text)
        if function is not None:
            self._refuse(tree, "not-offered", function, f"the function `{function}` isn't offered here; `!Ref` and `!Sub` of parameters are")
            return ""
        if not tree.is_scalar or tree.is_null:
            self._refuse(tree, "not-a-text", tree.described(), f"a text or a number is expected here, not {tree.described()}")
            return ""
        return tree.text

    def _substituted(self, tree: Tree, match: re.Match[str]) -> str:
        literal, name = match.groups()
        if literal:
            return "${" + name + "}"
        found = self._named(tree, name.strip())
        if isinstance(found, Reference):
            self._refuse(tree, "not-a-parameter", name, f"`${{{name}}}` is a resource; only parameters can be substituted here")
            return ""
        return found

    def _named(self, tree: Tree, name: str) -> str | Reference:
        if name in self.parameters:
            return self.parameters[name]
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.resources:
            return Reference(name)
        known = ", ".join(sorted(self.parameters)) or "none"
        self._refuse(tree, "unknown-parameter", name, f"there is no parameter `{name}`; there are: {known}")
        return ""

    def _function(self, tree: Tree) -> tuple[str | None, Tree | None]:
        """An intrinsic function's short name and its argument."""
        if tree.tag is not None:
            return tree.tag, tree
        if tree.is_mapping:
            entries = list(tree.entries())
            if len(entries) == 1 and (entries[0][0] == "Ref" or entries[0][0].startswith("Fn::")):
                return entries[0][0].removeprefix("Fn::"), entries[0][2]
        return None, None

    def _refuse(self, tree: Tree, code: str, what: str, message: str) -> None:
        self.refusals.append(tree.refusal(code, what, message))
