#!/usr/bin/env python3
"""Judges the learner's promtool tests by wrong copies of their rules.

The tests must pass on the rules as they are, and on copies that mean the same.
Then each recorded series is made wrong, one at a time, and the tests must
notice. A wrong copy counts only if the running Prometheus, asked for both
expressions over the traffic that it has seen, gives different numbers.

Says what it found as JSON. Exit code 3: fewer than three wrong copies counted,
so nothing was judged.
"""

import glob
import json
import math
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

import yaml

WORK = "/work"
PROMETHEUS = "http://prometheus:9090"
LIMIT = 10

# The recorded series, what is done to its expression, and the mistake that it stands for.
WRONG = [
    ("service:requests:rate", "(\n{}\n) * 2", "each request counted twice"),
    ("service:requests:rate", "(\n{}\n) * 0", "no request counted"),
    ("service:errors:ratio", "1 - (\n{}\n)", "the ratio of successes"),
    ("service:errors:ratio", "(\n{}\n) * 100", "a percentage in the place of a ratio"),
    ("service:latency:p95", "(\n{}\n) * 1000", "milliseconds in the place of seconds"),
    ("service:latency:p95", "(\n{}\n) / 2", "half of the time"),
]
SAME = "(\n{}\n) * 1"


def main():
    tests = sorted(glob.glob("prometheus/tests/*.y*ml", root_dir=WORK))
    if not tests:
        return say(status="none", output="there is no file in prometheus/tests")
    passed, output = run_tests(WORK, tests)
    if not passed:
        return say(status="red", output=output)
    rules = read_rules()
    counted, survivors = 0, []
    for series, wrap, mistake in WRONG:
        expression = expression_of(rules, series)
        if expression is None or not differs(expression, wrap.format(expression)):
            continue
        counted += 1
        if run_changed(tests, rules, [(series, wrap)])[0]:
            right, wrong = expression.strip(), wrap.replace("\n", "").format(expression.strip())
            survivors.append({"mistake": f"{series}: {mistake}", "diff": f"- {right}\n+ {wrong}"})
    same = [(series, SAME) for series in sorted({series for series, _, _ in WRONG})]
    kept, output = run_changed(tests, rules, same)
    say(
        status="green",
        counted=counted,
        survivors=[survivor["mistake"] for survivor in survivors],
        diffs="\n".join(survivor["diff"] for survivor in survivors),
        strict="" if kept else output,
    )
    if counted < 3:
        sys.exit(3)


def say(**found):
    json.dump(found, sys.stdout)
    print()


def computes_at_most():
    """A limit of computing, which takes longer on a busy machine."""
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))


def run_tests(folder, tests):
    """promtool on all test files: whether they pass, and what it said."""
    command = ["promtool", "test", "rules", *tests]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=6 * LIMIT, preexec_fn=computes_at_most
        )
    except subprocess.TimeoutExpired:
        return False, f"promtool didn't end in {6 * LIMIT} s"
    if done.returncode in (-signal.SIGKILL, -signal.SIGXCPU):
        return False, f"promtool didn't end in {LIMIT} s"
    output = (done.stdout + done.stderr).replace(folder, WORK)
    # A file without any test is no test.
    return done.returncode == 0, output[-2000:]


def read_rules():
    """The rule files, by their path."""
    found = {}
    for path in sorted(glob.glob("prometheus/rules/**/*.y*ml", root_dir=WORK, recursive=True)):
        with open(os.path.join(WORK, path), encoding="utf-8") as file:
            found[path] = yaml.safe_load(file)
    return found


def rules_named(rules, series):
    for content in rules.values():
        for group in (content or {}).get("groups") or []:
            for rule in group.get("rules") or []:
                if rule.get("record") == series:
                    yield rule


def expression_of(rules, series):
    return next((str(rule["expr"]) for rule in rules_named(rules, series)), None)


def differs(right, wrong):
    """Whether Prometheus tells the two apart over the traffic it has seen."""
    left, other = peaks(right), peaks(wrong)
    if left is None or other is None:
        return left != other
    return not math.isclose(left, other, rel_tol=0.05, abs_tol=1e-9)


def peaks(expression):
    # One line: an expression may be written over several, with comments.
    query = f"max(max_over_time((\n{expression}\n)[2m:1s]))"
    url = f"{PROMETHEUS}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    with urllib.request.urlopen(url, timeout=5) as answer:
        result = json.load(answer)["data"]["result"]
    return float(result[0]["value"][1]) if result else None


def run_changed(tests, rules, changes):
    """The tests on a copy of the learner's files with changed rules."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(os.path.join(WORK, "prometheus"), os.path.join(folder, "prometheus"))
        changed = json.loads(json.dumps(rules))
        for series, wrap in changes:
            for rule in rules_named(changed, series):
                rule["expr"] = wrap.format(rule["expr"])
        for path, content in changed.items():
            target = os.path.join(folder, path)
            os.chmod(target, 0o644)
            with open(target, "w", encoding="utf-8") as file:
                yaml.safe_dump(content, file)
        return run_tests(folder, tests)


main()
