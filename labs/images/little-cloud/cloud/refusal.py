"""What is wrong with the learner's files, as data."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Refusal:
    """One thing that can't be deployed: where it stands, and what it is.

    `code` names the kind of mistake, for programs; `what` is the thing itself,
    as the learner wrote it; `message` says both in words.
    """

    file: str
    line: int
    code: str
    what: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.message}"

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "text": str(self)}


class Refused(Exception):
    """Raised where reading can't go on."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__("; ".join(map(str, refusals)))
        self.refusals = list(refusals)
