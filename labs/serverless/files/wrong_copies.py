"""Runs a learner's tests on wrong copies of the learner's own work.

A wrong copy is made by changing every place of one kind in the code, for example
every 404 into 200. It counts when the API then really behaves otherwise: a
request that was answered well before isn't any more. Of those that count, each
must make `./test.sh` fail. A copy that only looks different must not.

Prints one JSON object. `judged` is false where too few counted to say
anything: that is the lab's matter, and no failure of the tests.
"""

import ast
import concurrent.futures
import difflib
import json
import os
import pathlib
import re
import secrets
import shutil
import subprocess
import sys
import urllib.error
import urllib.request

WORK = pathlib.Path(os.environ.get("LAB_WORK", "/work"))
API, CONTROL = os.environ["API_URL"], os.environ["CONTROL_URL"]
COPIES = pathlib.Path("/tmp/wrong-copies")
#: Seconds for one run of the tests.
LIMIT = 10
#: The fewest wrong copies that say anything.
FEWEST = 3


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(NoRedirect)


def ask(method, path, body=None, headers=None, base=API):
    """Status, JSON (or none) and headers of one request."""
    data = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data, {"content-type": "application/json", **(headers or {})}, method=method)
    try:
        answer = opener.open(request, timeout=10)
    except urllib.error.HTTPError as error:
        answer = error
    except OSError:
        return None, None, {}
    text = answer.read()
    try:
        return answer.status, json.loads(text), answer.headers
    except ValueError:
        return answer.status, None, answer.headers


def make(headers=None, url=None):
    status, link, _ = ask("POST", "/links", {"url": url or f"https://example.org/{secrets.token_hex(4)}"}, headers)
    return status, link if isinstance(link, dict) else {}


def greets():
    name = secrets.token_hex(3)
    return ask("GET", f"/hello/{name}")[1] == {"message": f"Hello, {name}!"}


def follows():
    url = f"https://example.org/{secrets.token_hex(4)}"
    status, _, headers = ask("GET", f"/r/{make(url=url)[1].get('code')}")
    return status == 302 and headers.get("location") == url


def counts():
    code = make()[1].get("code")
    ask("GET", f"/r/{code}")
    link = ask("GET", f"/links/{code}")[1]
    return isinstance(link, dict) and link.get("visits") == 1


def shortens():
    link = make()[1]
    return str(link.get("short")).endswith(f"/r/{link.get('code')}")


def keeps():
    headers, url = {"Idempotency-Key": secrets.token_hex(8)}, "https://example.org/k"
    return make(headers, url)[1].get("code") == make(headers, url)[1].get("code")


def conflicts():
    headers = {"Idempotency-Key": secrets.token_hex(8)}
    make(headers)
    return make(headers)[0] == 422


#: What is changed, in words; the change; the probe that holds on right work.
KINDS = [
    ("an unknown code is answered with 200", [(r"\b404\b", "200"), (r"\bNOT_FOUND\b", "OK")], lambda: ask("GET", "/links/none")[0] == 404),
    ("a bad request is answered with 500", [(r"\b400\b", "500"), (r"\bBAD_REQUEST\b", "INTERNAL_SERVER_ERROR")], lambda: ask("POST", "/links", "{")[0] == 400),
    ("a new link is answered with 200", [(r"\b201\b", "200"), (r"\bCREATED\b", "OK")], lambda: make()[0] == 201),
    ("following is answered with 200", [(r"\b302\b", "200"), (r"(?<!_)\bFOUND\b", "OK")], follows),
    ("another URL under the same key is accepted", [(r"\b422\b", "201"), (r"\bUNPROCESSABLE_(ENTITY|CONTENT)\b", "CREATED")], conflicts),
    ("the idempotency key is never read", [(r"(?i)idempotency-key", "x-nothing")], keeps),
    ("a visit counts twice", [(r"\+\s*1\b", "+ 2")], counts),
    ("short links lead elsewhere", [(r"/r/", "/q/")], shortens),
    ("the greeting is another", [("Hello", "Hallo")], greets),
]  # fmt: skip


def sources():
    """The learner's code and SQL, without tests."""
    found = {}
    for path in sorted(WORK.rglob("*")):
        inside = path.relative_to(WORK)
        hidden = any(part.startswith(".") or "test" in part.lower() or part == "__pycache__" for part in inside.parts)
        if not hidden and path.suffix in (".py", ".sql") and path.is_file() and not path.is_symlink():
            found[inside] = path.read_text(errors="replace")
    return found


def changed(texts, replacements):
    """The files that differ after the replacements. In SQL only sums change."""
    found = {}
    for path, text in texts.items():
        new = text
        for pattern, with_ in replacements:
            if path.suffix == ".py" or pattern.startswith(r"\+"):
                new = re.sub(pattern, with_, new)
        if new != text:
            found[path] = new
    return found


def reformatted(text):
    """The same program in other words: no comments, other spacing."""
    try:
        return ast.unparse(ast.parse(text)) + "\n"
    except SyntaxError:
        # A file that nothing imports may hold anything.
        return text


def deploy():
    status = ask("POST", "/deployment", {}, base=CONTROL)[0]
    return status == 200


def holds_on(files, texts, probe):
    """Whether a probe holds while these files are changed where the cloud looks."""
    try:
        for path, text in files.items():
            (WORK / path).write_text(text)
        return deploy() and probe()
    finally:
        for path in files:
            (WORK / path).write_text(texts[path])


def copied(files, name):
    """A copy of the folder with these files changed."""
    ignore = shutil.ignore_patterns(".git", ".lab", "__pycache__", ".pytest_cache")
    shutil.copytree(WORK, COPIES / name, symlinks=True, ignore=ignore)
    for path, text in files.items():
        (COPIES / name / path).write_text(text)


def tests(name):
    """The exit code of `./test.sh` in a copy, and the end of what it said."""
    copy = COPIES / name
    try:
        ran = subprocess.run(
            ["./test.sh"], cwd=copy, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, start_new_session=True
        )
        return ran.returncode, (ran.stdout + ran.stderr)[-1500:].decode(errors="replace")
    except subprocess.TimeoutExpired:
        return 124, f"more than {LIMIT} seconds"
    except OSError as error:
        return 126, str(error)
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def diff(files, texts):
    lines = []
    for path, text in files.items():
        lines += difflib.unified_diff(texts[path].splitlines(), text.splitlines(), f"a/{path}", f"b/{path}", lineterm="", n=1)
    return "\n".join(lines[:40])


def main():
    shutil.rmtree(COPIES, ignore_errors=True)
    COPIES.mkdir()
    texts = sources()
    same = {path: reformatted(text) for path, text in texts.items() if path.suffix == ".py"}
    wrong = [(words, changed(texts, replacements), probe) for words, replacements, probe in KINDS]
    wrong = [one for one in wrong if one[1]]
    copies = [("", same)] + [(words, files) for words, files, _ in wrong]
    # The tests share a database, so they run one after the other, in copies of
    # the folder; beside them the cloud is asked about the same changes.
    for number, (_, files) in enumerate(copies):
        copied(files, str(number))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        ran = [pool.submit(tests, str(number)) for number in range(len(copies))]
        counted = [words for words, files, probe in wrong if not holds_on(files, texts, probe)]
        deploy()
        (code, output), *others = [one.result() for one in ran]
    survived = [
        {"wrong": words, "diff": diff(files, texts)}
        for (words, files), (exit_code, _) in zip(copies[1:], others)
        if words in counted and exit_code == 0
    ]
    result = {
        "reformatted": {"exit": code, "output": output if code else ""},
        "counted": len(counted),
        "judged": len(counted) >= FEWEST,
        "survived": survived,
    }
    json.dump(result, sys.stdout, indent=1, ensure_ascii=False)


main()
