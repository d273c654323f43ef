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
    ("service:latency:p95", "(\n{}\n) / 2", "half of the latency"),
]
SAME = "(\n{}\n) * 1"


def main():
    tests = sorted(glob.glob("prometheus/tests/*.y*ml", root_dir=WORK))
    if not tests:
        return say(status="none", output="there is no file in prometheus/tests")
    passed, output = run_tests(WORK, tests)
    if not passed:
        return say(status="red", output=output)
    rules = read_rules(tests)
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
    output = (done.stdout + done.stderr).replace(f"{folder}/", "")
    # A file without any test is no test.
    return done.returncode == 0, output[-2000:]


def read_rules(tests):
    """The texts of the rule files that Prometheus or a test reads, by their real path."""
    paths = set(glob.glob(f"{WORK}/prometheus/rules/**/*.y*ml", recursive=True))
    for test in tests:
        with open(os.path.join(WORK, test), encoding="utf-8") as file:
            entries = sequence(value_of(yaml.compose(file), "rule_files"))
        place = os.path.dirname(os.path.join(WORK, test))
        paths.update(path for entry in entries for path in glob.glob(os.path.join(place, entry.value)))
    found = {}
    for path in sorted({os.path.realpath(path) for path in paths}):
        with open(path, encoding="utf-8") as file:
            found[path] = file.read()
    return found


def expression_of(rules, series):
    for text in rules.values():
        for group in sequence(value_of(yaml.compose(text), "groups")):
            for rule in sequence(value_of(group, "rules")):
                name, expression = value_of(rule, "record"), value_of(rule, "expr")
                if name is not None and name.value == series and expression is not None:
                    return expression.value
    return None


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
    """The tests on copies of the learner's rules with other expressions. Each test
    file keeps its text but for the paths of its rules, which lead to the copies."""
    with tempfile.TemporaryDirectory() as folder:
        copied = {}
        for number, (path, content) in enumerate(rules.items()):
            copied[path] = os.path.join(folder, f"rules-{number}.yml")
            with open(copied[path], "w", encoding="utf-8") as file:
                file.write(changed(content, changes))
        named = []
        for number, test in enumerate(tests):
            place = os.path.dirname(os.path.join(WORK, test))
            with open(os.path.join(WORK, test), encoding="utf-8") as file:
                text = file.read()
            named.append(os.path.join(folder, f"test-{number}.yml"))
            with open(named[-1], "w", encoding="utf-8") as file:
                file.write(led_to(copied, place, text))
        return run_tests(folder, named)


def led_to(copied, place, text):
    """A test's text with its `rule_files` replaced by the copies of what they name."""
    node = value_of(yaml.compose(text), "rule_files")
    if node is None:
        return text
    found = []
    for entry in node.value:
        paths = sorted(glob.glob(os.path.join(place, entry.value))) or [os.path.join(place, entry.value)]
        found += [copied.get(os.path.realpath(path), path) for path in paths]
    return replaced(text, [(node, json.dumps(found))])


def changed(text, changes):
    """A rule file's text with other expressions in the place of the recorded ones."""
    edits = []
    for group in sequence(value_of(yaml.compose(text), "groups")):
        for rule in sequence(value_of(group, "rules")):
            name, expression = value_of(rule, "record"), value_of(rule, "expr")
            for series, wrap in changes:
                if name is not None and name.value == series and expression is not None:
                    edits.append((expression, json.dumps(wrap.format(expression.value), ensure_ascii=False)))
    return replaced(text, edits)


def value_of(node, key):
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def sequence(node):
    return node.value if isinstance(node, yaml.SequenceNode) else []


def replaced(text, edits):
    """A text with other words in the place of these nodes, whatever their style."""
    for node, words in sorted(edits, key=lambda edit: -edit[0].start_mark.index):
        start, end = node.start_mark.index, node.end_mark.index
        # A block's end is the beginning of what follows it.
        old = text[start:end]
        rest = old[len(old.rstrip()) :]
        text = text[:start] + words + rest + text[end:]
    return text


main()
