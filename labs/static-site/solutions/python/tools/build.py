"""Builds the site: build.py SOURCE TARGET.

Pages are templates in a common frame. Everything else gets a name that holds a
digest of its content, so a name never means two different contents.
"""

import hashlib
import html
import os
import re
import shutil
import sys
from pathlib import Path

REFERENCE = re.compile(r"\{\{\s*([\w./-]+)\s*\}\}")

# Where each page is published. The home page and extra.html keep their names.
PAGES = {
    "index.html": "index.html",
    "extra.html": "extra.html",
    "pages/about.html": "about/index.html",
    "pages/lost.html": "errors/lost.html",
}


def digest_name(path):
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:10]
    return f"assets/{path.stem}.{digest}{path.suffix}"


def build(source, target):
    if target.exists():
        shutil.rmtree(target)

    values = {"release": os.environ["SITE_RELEASE"]}
    for path in sorted(source.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(source).parts)
        if path.is_file() and path.suffix != ".html" and not hidden:
            name = digest_name(path)
            copy = target / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            values[path.relative_to(source).as_posix()] = "/" + name

    def fill(match):
        name = match[1]
        if name not in values:
            sys.exit(f"build.py: {{{{ {name} }}}} names no file of {source}/")
        return html.escape(values[name])

    for name, published in PAGES.items():
        path = source / name
        if not path.exists():
            continue
        page = target / published
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(REFERENCE.sub(fill, path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
