"""Whether what deploys to production is serialised, read from the workflows.

No run can show it: one push after the other is always in order. So this reads each
job that is given `secrets.DEPLOY_KEY`, itself or through a workflow that it calls,
and the concurrency that applies to it: its own, its workflow's, its caller's, and
the called one's. JSON on stdout: `deployers`, and `problems` with a code and a place.
"""

import json
import re
import sys
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

KEY = re.compile(r"secrets\s*(?:\.\s*DEPLOY_KEY\b|\[\s*'DEPLOY_KEY'\s*\])", re.IGNORECASE)
# What differs from one run to the next: a group with it has one member.
OWN = re.compile(r"github\s*\.\s*(sha|run_id|run_number|run_attempt|event\.(after|head_commit\.\w+))\b", re.IGNORECASE)
# A condition that is about something else than a push to main.
SPARES_MAIN = re.compile(r"pull_request|refs/heads/main|ref_name\s*!=\s*'main'", re.IGNORECASE)


def load(folder: Path) -> dict[str, dict]:
    files = sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")])
    loaded = {}
    for path in files:
        try:
            workflow = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        except (YAMLError, UnicodeDecodeError, RecursionError):
            continue  # `valid` says so.
        if isinstance(workflow, dict) and isinstance(workflow.get("jobs"), dict):
            loaded[path.name] = workflow
    return loaded


def jobs(workflow: dict) -> dict[str, dict]:
    return {name: job for name, job in workflow["jobs"].items() if isinstance(job, dict)}


def called(job: dict, workflows: dict[str, dict]) -> tuple[str, dict] | None:
    uses = job.get("uses")
    if not isinstance(uses, str) or not uses.startswith("./"):
        return None
    name = uses.rsplit("/", 1)[-1]
    return (name, workflows[name]) if name in workflows else None


def has_key(job: dict, workflows: dict[str, dict], depth: int = 0) -> bool:
    if KEY.search(json.dumps(job, default=str)):
        return True
    target = called(job, workflows)
    if target is None or job.get("secrets") != "inherit" or depth > 4:
        return False
    return any(has_key(inner, workflows, depth + 1) for inner in jobs(target[1]).values())


def groups(workflow: dict, job: dict, workflows: dict[str, dict], depth: int = 0) -> list[object]:
    found = [workflow.get("concurrency"), job.get("concurrency")]
    target = called(job, workflows)
    if target is not None and depth <= 4:
        for inner in jobs(target[1]).values():
            found += groups(target[1], inner, workflows, depth + 1)
    return [one for one in found if one is not None]


def judge(one: object) -> str | None:
    """What is wrong with a concurrency, as a code."""
    if isinstance(one, dict):
        group, cancel = str(one.get("group", "")), one.get("cancel-in-progress", False)
    else:
        group, cancel = str(one), False
    text = str(cancel).strip().lower()
    spares = text == "false" or re.sub(r"\s", "", text) == "${{false}}" or SPARES_MAIN.search(text)
    if not spares:
        return "cancels"
    return "own-group" if OWN.search(group) else None


def main() -> None:
    workflows = load(Path(sys.argv[1]))
    callees = {
        target[0]
        for workflow in workflows.values()
        for job in jobs(workflow).values()
        if has_key(job, workflows) and (target := called(job, workflows))
    }
    deployers, problems = [], []
    for file, workflow in workflows.items():
        if file in callees:
            continue  # Judged where it is called.
        for name, job in jobs(workflow).items():
            if not has_key(job, workflows):
                continue
            where = f"{file}: {name}"
            deployers.append(where)
            codes = [judge(one) for one in groups(workflow, job, workflows)]
            if "cancels" in codes:
                problems.append({"code": "cancels", "where": where})
            elif not codes:
                problems.append({"code": "no-group", "where": where})
            elif None not in codes:
                problems.append({"code": "own-group", "where": where})
    json.dump({"deployers": deployers, "problems": problems}, sys.stdout)


if __name__ == "__main__":
    main()
