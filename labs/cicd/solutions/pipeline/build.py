"""Builds `site/` into `dist/`: `python build.py`.

Each build draws an id at random and shows it at the foot of each page: two builds
are never the same one, not even of the same commit.
"""

import json
import os
import secrets
import shutil
import sys
from pathlib import Path

from pli.pages import Page, fill, listed, parse

SITE = Path("site")
DIST = Path("dist")


def build() -> str:
    build_id = secrets.token_hex(16)
    frame = Path("pli/frame.html").read_text(encoding="utf-8")

    def write(page: Page, to: Path, root: str, **values: str) -> None:
        body = fill(page.body, values)
        text = fill(frame, {"TITLE": page.title, "BODY": body, "ROOT": root, "BUILD": build_id})
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(text, encoding="utf-8")

    shutil.rmtree(DIST, ignore_errors=True)
    # Files that aren't pages go along as they are.
    shutil.copytree(SITE, DIST, ignore=shutil.ignore_patterns("*.page"))
    notes = [parse(path.stem, path.read_text(encoding="utf-8")) for path in SITE.glob("notes/*.page")]
    for note in notes:
        write(note, DIST / "notes" / f"{note.name}.html", "../")
    for path in SITE.glob("*.page"):
        page = parse(path.stem, path.read_text(encoding="utf-8"))
        write(page, DIST / f"{page.name}.html", "", NOTES=listed(notes))

    about = {"commit": os.environ.get("GITHUB_SHA", ""), "build": build_id}
    (DIST / "healthz.json").write_text(json.dumps(about) + "\n", encoding="utf-8")
    return build_id


if __name__ == "__main__":
    try:
        print(f"built {DIST}/, build {build()}")
    except ValueError as error:
        sys.exit(f"build: {error}")
