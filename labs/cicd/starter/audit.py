"""Looks our pinned dependencies up in `advisories/`: `python audit.py`.

Each file there is one advisory in the OSV format (https://ossf.github.io/osv-schema/),
as a feed such as osv.dev or the one behind pip-audit gives them.
"""

import json
import re
import sys
from pathlib import Path


def pinned(text: str) -> dict[str, str]:
    """Names and versions of a requirements file."""
    return {
        re.sub(r"[-_.]+", "-", name).lower(): version
        for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE)
    }


def findings(dependencies: dict[str, str], advisories: list[dict]) -> list[str]:
    return [
        f"{package['package']['name']} {version}: {advisory['id']}, {advisory['summary']}"
        for advisory in advisories
        for package in advisory["affected"]
        if (version := dependencies.get(package["package"]["name"])) in package["versions"]
    ]


if __name__ == "__main__":
    known = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path("advisories").glob("*.json"))]
    found = findings(pinned(Path("requirements.txt").read_text(encoding="utf-8")), known)
    print("\n".join(found) or f"audit: nothing known against us in {len(known)} advisories")
    sys.exit(1 if found else 0)
