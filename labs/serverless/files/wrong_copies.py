"""Judges a learner's tests by wrong copies of the learner's own work.

    wrong_copies.py make    prints the files of each copy, for run_tests.py
    wrong_copies.py judge   reads what run_tests.py printed, and prints a verdict

A wrong copy is made by changing every place of one kind in the code, for example
every 404 into 200. It counts when the API then really behaves otherwise: a
request that was answered well before isn't any more. Of those that count, each
must make `./test.sh` fail. Copies that behave the same must not: the work as it
is, the same in other words, and the same with code that does nothing.

Both run as the judge; the learner's tests run between them, as the learner. What
they ran in is shuffled, and only this program knows the order, so a test can't
tell from its place, its turn or the time whether it should fail.

`judged` is false where too few counted to say anything: that is the lab's matter,
and no failure of the tests.
"""

import ast
import base64
import difflib
import json
import lzma
import os
import pathlib
import re
import random
import secrets
import sys
import urllib.error
import urllib.request

WORK = pathlib.Path("/work")
KEPT = pathlib.Path(os.environ["HOME"]) / "copies.json"
API, CONTROL = os.environ["API_URL"], os.environ["CONTROL_URL"]
#: The fewest wrong copies that say anything.
FEWEST = 3
#: Bytes of one file, and of all files, that copies are made of.
LARGEST, MOST = 256 << 10, 1 << 20


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
            if path.stat().st_size <= LARGEST:
                found[str(inside)] = path.read_text(errors="replace")
    return found if sum(map(len, found.values())) <= MOST else {}


def changed(texts, replacements):
    """The files that differ after the replacements. In SQL only sums change."""
    found = {}
    for path, text in texts.items():
        new = text
        for pattern, with_ in replacements:
            if path.endswith(".py") or pattern.startswith(r"\+"):
                new = re.sub(pattern, with_, new)
        if new != text:
            found[path] = new
    return found


def reformatted(text):
    """The same program in other words: no comments, other spacing."""
    try:
        return ast.unparse(ast.parse(text)) + "\n"
    except (SyntaxError, ValueError, RecursionError):
        # A file that nothing imports may hold anything.
        return text


def padded(text):
    """The same program with code that does nothing, in it and at its end."""
    try:
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                node.body.append(ast.parse("_unused = (200, 404)").body[0])
        tree.body += ast.parse("_unused = {'created': 201, 'found': 302}").body
        return ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    except (SyntaxError, ValueError, RecursionError):
        return text


def deploy(files):
    """Whether the cloud could deploy the folder with these files changed."""
    return ask("POST", "/deployment", {"changed": files}, base=CONTROL)[0] == 200


def diff(files, texts):
    lines = []
    for path, text in files.items():
        lines += difflib.unified_diff(texts[path].splitlines(), text.splitlines(), f"a/{path}", f"b/{path}", lineterm="", n=1)
    return "\n".join(lines[:40])


def prepare():
    texts = sources()
    code = {path: text for path, text in texts.items() if path.endswith(".py")}
    right = [{}, {path: reformatted(text) for path, text in code.items()}, {path: padded(text) for path, text in code.items()}]
    copies = [(None, files) for files in right]
    for number, (_, replacements, _) in enumerate(KINDS):
        if files := changed(texts, replacements):
            copies.append((number, files))
    random.SystemRandom().shuffle(copies)
    KEPT.write_text(json.dumps({"texts": texts, "copies": copies}))
    # The copies are much alike, so little is left of them.
    sys.stdout.write(base64.b64encode(lzma.compress(json.dumps([files for _, files in copies]).encode())).decode())


def results(text, count):
    """What the tests came to, copy by copy. It was written by a process of the
    learner's, so anything else than expected is a run that failed."""
    try:
        found = json.loads(text)
        if not isinstance(found, list) or len(found) != count:
            raise ValueError
        return [(int(code), str(output)[-1500:]) for code, output in found]
    except (ValueError, TypeError, RecursionError):
        return [(125, "the run of the tests was broken off")] * count


def judge():
    kept = json.loads(KEPT.read_text())
    ran = results(sys.stdin.read(), len(kept["copies"]))
    right = [(bool(files), *result) for (kind, files), result in zip(kept["copies"], ran) if kind is None]
    # The plain copy first: what fails there fails for another reason than the text.
    other, code, output = next((one for one in sorted(right, key=lambda one: one[0]) if one[1] != 0), (False, 0, ""))
    wrong = sorted((kind, files, result[0]) for (kind, files), result in zip(kept["copies"], ran) if kind is not None)
    # Whether a copy counts costs a deployment: those that no test noticed are
    # asked about, and of the others as many as say that anything was judged.
    wrong.sort(key=lambda one: one[2] != 0)
    counted, survived = 0, []
    try:
        for kind, files, exit_code in wrong:
            if exit_code != 0 and counted >= FEWEST:
                break
            words, _, probe = KINDS[kind]
            if deploy(files) and probe():
                continue
            counted += 1
            if exit_code == 0:
                survived.append({"wrong": words, "diff": diff(files, kept["texts"])})
    finally:
        deploy({})
    result = {
        "right": {"exit": code, "copy": "in other words" if other else "as it is", "output": output},
        "counted": counted,
        "judged": counted >= FEWEST,
        "survived": survived,
    }
    json.dump(result, sys.stdout, indent=1, ensure_ascii=False)


{"make": prepare, "judge": judge}[sys.argv[1]]()
