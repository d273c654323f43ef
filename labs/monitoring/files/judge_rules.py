#!/usr/bin/env python3
"""Judges the learner's rules by promtool, on series that the lab writes.

    judge_rules.py NAME [failing]

NAME is a recorded series; an alert, which must fire where it should and only
there; or `silent`, `pending`, `resolves`, of all alerts. The series have the labels that
Prometheus really scraped; their values are drawn, on both sides of each number
that the tasks promise. promtool evaluates the learner's own rule files over
them, so that nothing has to be waited for.

`failing` says that the store fails now: visits are made then, and the series of
Pli that grow with the failed ones are those that hold errors.

Prints JSON: `mistakes`, each with the numbers that show it, and `kinds`, one word
for each of them.
"""

import functools
import http.client
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

PROMETHEUS = "http://prometheus:9090/api/v1/"
REQUESTS, DURATION = "http_requests_total", "http_request_duration_seconds"
COUNT = f"{DURATION}_count"
DRIVEN = [REQUESTS, *(f"{DURATION}_{part}" for part in ("bucket", "count", "sum"))]
#: Visits that are well while the store fails, and those that aren't.
WELL, FAILED = 57, 2
#: Seconds that a window is long, and that a rule may take to notice and to end.
WINDOW, NOTICE, END = 10, 15, 25
#: And that BudgetBurn may, whose short window ends it.
BUDGET_END = 17
ALERTS = ["HighErrorRatio", "HighLatency", "TargetDown", "DiskAlmostFull", "BudgetBurn"]
draw = random.SystemRandom().uniform


def ask(path, **query):
    with urllib.request.urlopen(f"{PROMETHEUS}{path}?{urllib.parse.urlencode(query)}", timeout=20) as answer:
        return json.load(answer)["data"]


def samples(query):
    return [(one["metric"], float(one["value"][1])) for one in ask("query", query=query)["result"]]


# What is there: rule files, targets, and the series that Prometheus scraped.


class Seen:
    def __init__(self, failing):
        self.groups = ask("rules")["groups"]
        self.targets = ask("targets", state="active")["activeTargets"]
        self.files = list(dict.fromkeys(group["file"] for group in self.groups))
        self.text = "\n".join(open(file, encoding="utf-8").read() for file in self.files)
        recorded = {rule["name"] for group in self.groups for rule in group["rules"]}
        scraped = set(ask("label/__name__/values")) - recorded - {"ALERTS", "ALERTS_FOR_STATE"}
        self.names = [name for name in sorted(scraped) if name in self.text or name in DRIVEN]
        pli = [target["labels"] for target in self.targets if target["scrapeUrl"] == "http://app:8000/metrics"]
        self.pli = pli
        before = self.now() if failing else {}
        if failing:
            visit()
        after = self.now()
        if failing and REQUESTS in self.names:
            wait_for_scrape()
            after = self.now()
        self.series = [
            Series(name, dict(labels), value, value - before.get((name, labels), 0), self.target(dict(labels)))
            for (name, labels), value in after.items()
        ]
        self.bounds = tuple(sorted({float(one.labels["le"]) for one in self.named(f"{DURATION}_bucket")}))
        self.failing = failing

    def now(self):
        found = {}
        for name in self.names:
            for labels, value in samples(f'last_over_time({{__name__="{name}"}}[30m])'):
                # The name is kept by this function, and is no label that tells sets apart.
                labels.pop("__name__", None)
                found[name, tuple(sorted(labels.items()))] = value
        return found

    def target(self, labels):
        """Which of Pli's targets a series comes from; none for another's."""
        fits = (at for at, own in enumerate(self.pli) if own.items() <= labels.items())
        return next(fits, None)

    def named(self, name):
        return [one for one in self.series if one.name == name]

    def errors(self, name=REQUESTS):
        """The series that hold failed visits, and no others."""
        return [one for one in self.named(name) if self.failing and not one.grew()[0] and one.grew()[1]]

    def marks(self, name=REQUESTS):
        """The labels by which failed visits are told apart: a series that has them and
        didn't grow now holds failed ones of before."""
        failed = [set(one.labels.items()) for one in self.errors(name)]
        well = (one.labels.items() for one in self.named(name) if one.grew()[0])
        return set.intersection(*failed).difference(*well) if failed else set()

    def tells_errors(self):
        """Whether failed visits are told apart, by the counter or by the histogram."""
        return bool(self.errors() or self.marks(COUNT))

    def rules(self, name):
        return [rule for group in self.groups for rule in group["rules"] if rule["name"] == name]


class Series:
    def __init__(self, name, labels, value, growth, target):
        self.name, self.labels, self.value, self.growth, self.target = name, labels, value, growth, target

    def grew(self):
        """How it grows with a visit that is well, and with one that isn't."""
        well = self.growth >= WELL
        return int(well), max(0, self.growth - WELL * well) / FAILED

    def but(self, label):
        return tuple(sorted((key, value) for key, value in self.labels.items() if key != label))

    def labelled(self, labels):
        return Series(self.name, labels, self.value, self.growth, self.target)


def visit():
    """Visits to the home page, which needs no store, and two between them that do."""
    connection = http.client.HTTPConnection("app", 8000, timeout=30)
    for number in range(WELL):
        request(connection, "GET", "/")
        if number == WELL // 3:
            request(connection, "GET", f"/link-{random.SystemRandom().getrandbits(32):x}")
        if number == 2 * WELL // 3:
            request(connection, "POST", "/api/links", json.dumps({"url": "https://example.org/"}))


def request(connection, method, path, body=None):
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        connection.close()


def wait_for_scrape():
    made = float(ask("query", query="time()")["result"][1])
    for _ in range(200):
        # All of them, also where several targets have it.
        if samples(f"min(timestamp({REQUESTS})) > {made}"):
            return
        time.sleep(0.2)
    fault("Prometheus scraped nothing more of Pli")


def fault(why):
    print(why, file=sys.stderr)
    sys.exit(3)


# What is made up: a time of visits, and the series that it leaves.


class World:
    """`lasts` seconds; what is given as a function is asked for each of them.

    Where it is `uneven`, some sets of the histogram's labels hold the slow visits
    and others the quick ones; all of them together are the same."""

    def __init__(self, seen, lasts, visits, share=0.0, slow=0.2, left=0.5, down=None, missed=(), restart=None, only_well=False, uneven=False):
        at = lambda what: what if callable(what) else lambda _: what
        self.seen, self.lasts, self.missed, self.restart = seen, lasts, set(missed), restart
        self.visits, self.share, self.slow, self.left, self.down = at(visits), at(share), at(slow), at(left), at(down)
        self.only_well, self.uneven, self.sets, self.places = only_well, uneven, {}, {}
        self.questions = []

    def input_series(self):
        laid = []
        for name in self.seen.names:
            series = self.seen.named(name)
            if name == REQUESTS:
                laid += self.requests(series)
            elif name.startswith(f"{DURATION}_") and name in DRIVEN:
                laid += self.duration(name, series)
            elif name == "up":
                laid += [(one, [0.0 if self.down(t) == one.labels else 1.0 for t in self.times()]) for one in series]
            elif name.startswith("node_filesystem_") and name.split("_")[2] in ("avail", "free", "size"):
                laid += self.disk(name, series)
            else:
                laid += [(one, self.other(one)) for one in series]
        return [{"series": written(one), "values": self.values(values)} for one, values in laid]

    def times(self):
        return range(self.lasts + 1)

    def values(self, values):
        return " ".join("_" if t in self.missed else repr(round(value, 9)) for t, value in enumerate(values))

    def counter(self, per_second):
        """A counter's values, which begins anew where Pli does."""
        total, values = 1000.0, []
        for t in self.times():
            total = 0.0 if t == self.restart else total + per_second(t)
            values.append(total)
        return values

    def requests(self, series):
        laid = []
        failed, marks = self.seen.errors(), self.seen.marks()
        for target in {one.target for one in series}:
            own = [one for one in series if one.target == target]
            bad = [variant for one in unlike([one for one in own if one in failed], 4) for variant in variants(one)]
            good = unlike([one for one in own if one not in failed and not marks & one.labels.items()], 16)
            laid += self.spread(good, lambda t: self.visits(t) * (1 - self.share(t) if bad else 1))
            if not self.only_well:
                laid += self.spread(bad, lambda t: self.visits(t) * self.share(t))
        return laid

    def spread(self, series, per_second):
        parts = [draw(1, 3) for _ in series]
        one = lambda part: lambda t: per_second(t) * part / sum(parts)
        return [(which, self.counter(one(part))) for which, part in zip(series, parts)]

    def duration(self, name, series):
        laid = []
        for target in {one.target for one in series}:
            own = [one for one in series if one.target == target]
            for number, (labels, like, _, _) in enumerate(self.sets_of(target, own)):
                for one in own:
                    if one.but("le") == like:
                        kept = {"le": one.labels["le"]} if "le" in one.labels else {}
                        adds = lambda t: self.visits(t) * self.taken(name, one, t, *self.place(target, number, t))
                        laid.append((one.labelled({**labels, **kept}), self.counter(adds)))
        return laid

    def sets_of(self, target, series):
        """The sets of the histogram's labels, the same in all its series: the labels, those of
        the set that it is like, its part of the visits, and whether these failed."""
        if target not in self.sets:
            known = [one.labelled(dict(one.but("le"))) for one in {one.but("le"): one for one in series}.values()]
            marks = self.seen.marks(COUNT)
            failed = [one for one in known if marks & one.labels.items()]
            made = [(one.labels, one.but("le"), draw(1, 3), False) for one in unlike([one for one in known if one not in failed], 5)]
            for one in [] if self.only_well else unlike(failed, 2):
                made += [(other.labels, one.but("le"), draw(1, 3), True) for other in variants(one)]
            random.SystemRandom().shuffle(made)
            self.sets[target] = made
        return self.sets[target]

    def place(self, target, number, t):
        """From where to where this set's visits reach, when those of a second stand in a row."""
        if (target, t) not in self.places:
            made = self.sets[target]
            whole = {kind: sum(part for _, _, part, failed in made if failed == kind) for kind in (False, True)}
            share = self.share(t) if whole[False] and whole[True] else float(bool(whole[True]))
            ends = [0.0]
            for _, _, part, failed in made:
                ends.append(ends[-1] + part / whole[failed] * (share if failed else 1 - share))
            self.places[target, t] = ends
        return self.places[target, t][number : number + 2]

    def taken(self, name, one, t, begin, end):
        """What the visits of one set add, a visit to all: to the number, to the seconds, to a bucket.
        In an uneven world the row goes from the quickest visit to the slowest."""
        bounds, slow = self.seen.bounds, self.slow(t)
        if name == COUNT:
            return end - begin
        if name.endswith("_sum"):
            return mean_of(bounds, slow, begin, end) if self.uneven else (end - begin) * mean_of(bounds, slow, 0.0, 1.0)
        below = share_below(bounds, slow, one.labels["le"])
        return min(max(below - begin, 0.0), end - begin) if self.uneven else (end - begin) * below

    def disk(self, name, series):
        size = 32.0 * 2**20
        def values(one):
            if one.labels.get("mountpoint") != "/srv/pli":
                return [one.value] * (self.lasts + 1)
            return [size * (1 if "_size_" in name else self.left(t)) for t in self.times()]
        return [(one, values(one)) for one in series]

    def other(self, one):
        """Another counter of Pli's grows as it was seen to; what else there is stays as it is."""
        if one.target is not None and self.seen.failing and any(one.grew()) and not one.name.startswith(("process_", "python_")):
            well, bad = one.grew()
            return self.counter(lambda t: self.visits(t) * (well * (1 - self.share(t)) + min(bad, 1) * self.share(t)))
        return [one.value] * (self.lasts + 1)

    # Questions.

    def number(self, expression, at):
        return self.question(f"max({expression})", at)

    def count(self, expression, at):
        return self.question(f"count({expression}) or vector(0)", at)

    def first(self, alert, state):
        return self.question(f"min(min_over_time({self.stamps(alert, state)}))", self.lasts)

    def last(self, alert, state):
        return self.question(f"max(max_over_time({self.stamps(alert, state)}))", self.lasts)

    def stamps(self, alert, state):
        return f'timestamp(ALERTS{{alertname="{alert}",alertstate="{state}"}})[{self.lasts}s:1s]'

    def question(self, expression, at):
        self.questions.append(Question(expression, at))
        return self.questions[-1]


class Question:
    def __init__(self, expression, at):
        self.expression, self.at, self.answer = expression, at, None


def written(series):
    labels = ",".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in sorted(series.labels.items()))
    return f"{series.name}{{{labels}}}"


def unlike(series, most):
    """Some of the series, so that each value of a label is there, as far as `most` allows."""
    known, chosen = set(), []
    for one in sorted(series, key=lambda one: sorted(one.labels.items())):
        new = {pair for pair in one.labels.items() if pair[0] != "le"} - known
        if new or not chosen:
            known |= new
            chosen.append(one)
    return chosen[:most] if len(chosen) <= most else chosen[: most // 2] + chosen[len(chosen) - (most - most // 2) :]


def variants(series):
    """Where a label says 503, other errors have series of the same kind."""
    found = [series]
    for status in random.SystemRandom().sample(["500", "502", "504"], 2):
        labels = {key: status if value == "503" else value for key, value in series.labels.items()}
        if labels != series.labels:
            found.append(series.labelled(labels))
    return found


@functools.cache
def share_below(bounds, p95, le):
    return sum(share for bound, share in spread_of(bounds, p95) if bound <= float(le))


def mean_of(bounds, p95, begin, end):
    """The seconds of the visits between two places in the row."""
    seconds, below, place = 0.0, 0.0, 0.0
    for bound, share in spread_of(bounds, p95):
        within = max(0.0, min(end, place + share) - max(begin, place))
        seconds += within * (below if math.isinf(bound) else (below + bound) / 2)
        below, place = bound, place + share
    return seconds


@functools.cache
def spread_of(bounds, p95):
    """The share of visits in each bucket for a 95th percentile of `p95` seconds,
    with a few visits that are far slower, where the buckets allow it."""
    below, at = 0.0, len(bounds) - 1
    for number, bound in enumerate(bounds):
        if p95 <= bound:
            at = number
            break
        below = bound
    if at == len(bounds) - 1:
        return [(bounds[-1], 1.0)]
    place = (p95 - below) / (bounds[at] - below)
    tail = 0.03 if at + 1 < len(bounds) else 0.0
    under = (0.95 - place * (1 - tail)) / (1 - place) if place < 1 else 0.0
    if at == 0 or not 0 <= under < 1:
        # All in this bucket, as far as the percentile allows.
        within = min(1.0, 0.95 / place)
        return [(bounds[at], within), (bounds[-1], 1 - within)]
    return [(bounds[at - 1], under), (bounds[at], 1 - under - tail), (bounds[-1], tail)]


# promtool is asked once, for all worlds.

ANSWER = re.compile(r'exp: ?\{lab="(\d+)"\} \S+\n\s*got: ?(.*)')


def answer(seen, worlds):
    asked, tests = [], []
    for world in worlds:
        expected = []
        for question in world.questions:
            wanted = {"labels": f'{{lab="{len(asked)}"}}', "value": -1}
            expected.append({"expr": question.expression, "eval_time": f"{question.at}s", "exp_samples": [wanted]})
            asked.append(question)
        tests.append({"interval": "1s", "input_series": world.input_series(), "promql_expr_test": expected})
    order = [group["name"] for group in seen.groups]
    document = {"rule_files": seen.files, "evaluation_interval": "1s", "tests": tests}
    if len(set(order)) == len(order):
        document["group_eval_order"] = order
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "series.yml")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(document, file)
        done = subprocess.run(["promtool", "test", "rules", path], capture_output=True, text=True, cwd=folder)
    output = done.stdout + done.stderr
    told = {int(number): got.strip() for number, got in ANSWER.findall(output)}
    if set(told) != set(range(len(asked))):
        # Rules that Prometheus loads may still not be evaluated, as where two series fit one.
        words = [line.strip() for line in output.splitlines() if "err" in line or "fail" in line]
        raise Refused((words or [output.strip()])[0][-300:])
    for number, question in enumerate(asked):
        got = told[number].rsplit(" ", 1)[-1]
        question.answer = None if got == "nil" else float(got)


# What is promised, and what isn't kept.


class Refused(Exception):
    """promtool's words, where it couldn't evaluate the rules."""


class Verdict:
    def __init__(self):
        self.mistakes, self.kinds = [], []

    def say(self, kind, evidence):
        self.kinds.append(kind)
        self.mistakes.append(evidence)

    def print(self):
        json.dump({"kinds": sorted(set(self.kinds)), "mistakes": list(dict.fromkeys(self.mistakes))}, sys.stdout, ensure_ascii=False)
        print()


def shown(value):
    return "–" if value is None else f"{value:.4g}"


def near(value, wanted, part):
    return value is not None and abs(value - wanted) <= part * abs(wanted)


def recorded(seen, name, verdict):
    """One series, of the right value, over the right window."""
    if not [rule for rule in seen.rules(name) if rule["type"] == "recording"]:
        return verdict.say("none", f"{name}: –")
    window = 2 * WINDOW if name == "service:budget:burn" else WINDOW
    changes, steady = 60, 55
    early, late = changes + window * 7 // 10, changes + window + 4
    one, two = draw(4, 8), draw(14, 24)
    share = (draw(0.05, 0.2), draw(0.5, 0.8)) if seen.failing else (0, 0)
    slow = (draw(0.06, 0.09), draw(0.42, 0.48)) if name == "service:latency:p95" else (0.2, 0.2)
    step = lambda pair: lambda t: pair[0] if t <= changes else pair[1]
    lasts = late + 2
    changed = World(seen, lasts, step((one, two)) if "rate" in name else one, step(share), step(slow), uneven=True)
    nobody = World(seen, steady, 0)
    quiet = World(seen, steady, one, only_well=True)
    gap = World(seen, steady, two, share[0], slow[1], missed=[steady - 4, steady - 8], uneven=True)
    restart = World(seen, steady, two, share[0], slow[1], restart=steady - 5, uneven=True)
    worlds = [changed, nobody, quiet, gap, restart]
    asked = {}
    for world, times in ((changed, (steady, early, late)), (nobody, (steady,)), (quiet, (steady,)), (gap, (steady,)), (restart, (steady,))):
        for at in times:
            asked[world, at] = world.number(name, at), world.count(name, at)
    nan = changed.number(f"{name} != {name}", late)
    # The same numbers, as Prometheus's own functions tell them of one target.
    own = seen.pli[0] if seen.pli else {}
    chosen = ",".join(f"{key}={json.dumps(value)}" for key, value in own.items())
    truth = {
        "service:requests:rate": f"sum(rate({REQUESTS}{{{chosen}}}[{window}s]))",
        "service:latency:p95": f"histogram_quantile(0.95, sum by (le) (rate({DURATION}_bucket{{{chosen}}}[{window}s])))",
    }.get(name)
    wanted = {}
    others = {}
    for world, at in asked:
        if truth:
            wanted[world, at] = world.number(truth, at)
        if name == "service:latency:p95":
            for quantile in (0.5, 0.9, 0.99):
                others[quantile, world, at] = world.number(truth.replace("0.95", str(quantile), 1), at)
    answer(seen, worlds)

    def value(world, at):
        return asked[world, at][0].answer

    def right(world, at):
        if truth:
            return wanted[world, at].answer
        budget = 0.01 if name == "service:budget:burn" else 1
        if world is quiet:
            return 0.0
        return (share[0] if world is not changed or at <= changes else share[1]) / budget

    several = max(count.answer for _, count in asked.values())
    if several > 1:
        return verdict.say("several", f"{name}: {several:.0f} ≠ 1")
    for at in (steady, late):
        got, want = value(changed, at), right(changed, at)
        if near(got, want, 0.015):
            continue
        told = f"{name}: {shown(got)} ≠ {shown(want)}"
        if got is None:
            verdict.say("no-value", told)
        elif nan.answer is not None or math.isnan(got):
            verdict.say("nan", told)
        elif name == "service:requests:rate" and len(seen.pli) > 1 and near(got, want * len(seen.pli), 0.03):
            jobs = ", ".join(sorted({target.get("job", "") for target in seen.pli}))
            return verdict.say("scraped-twice", f"http://app:8000/metrics: {jobs} · {told}")
        elif name == "service:latency:p95" and near(got, others[0.99, changed, at].answer, 0.02):
            verdict.say("other-percentile", f"{told} (p99)")
        elif name == "service:latency:p95" and any(near(got, others[q, changed, at].answer, 0.02) for q in (0.5, 0.9)):
            verdict.say("other-percentile", told)
        elif near(got, want * 1000, 0.05):
            verdict.say("milliseconds", told)
        elif near(got, want * 100, 0.05) or name != "service:requests:rate" and near(got, 1, 1e-6) and not near(want, 1, 0.1):
            verdict.say("percent" if got > 1.5 else "over-itself", told)
        elif near(got, want / (1 - want), 0.03) if 0 < want < 1 else False:
            verdict.say("over-successes", told)
        elif near(got, 1 - want, 0.03):
            verdict.say("successes", told)
        elif near(got, want * window, 0.1):
            verdict.say("increase", told)
        elif near(got, want / 100, 0.05) or near(got, want * 0.01, 0.05):
            verdict.say("not-divided", told)
        elif at == late and near(value(changed, steady), right(changed, steady), 0.015):
            verdict.say("window-long", told)
        else:
            verdict.say("too-small" if got < want else "too-large", told)
    if verdict.kinds:
        return None
    # 70 % of the new, as far as a window of this length has seen of it.
    before, after, got = right(changed, steady), right(changed, late), value(changed, early)
    if name != "service:latency:p95":
        part = (got - before) / (after - before) if got is not None else None
        if part is None or not 0.42 < part < 0.93:
            verdict.say("window-short" if part and part >= 0.93 else "window-long", f"{name}, {early - changes} s: {shown(got)} ≠ {shown(before + 0.7 * (after - before))}")
    for world, kind in ((gap, "gap"), (restart, "restart")):
        got, want = value(world, steady), right(world, steady)
        if not near(got, want, 0.25):
            verdict.say(kind, f"{name}: {shown(got)} ≠ {shown(want)}")
    for world, kind in ((nobody, "nobody"), (quiet, "no-errors")):
        got = value(world, steady)
        if name in ("service:errors:ratio", "service:budget:burn") and got is not None and not math.isnan(got) and abs(got) > 1e-9:
            verdict.say(kind, f"{name}: {shown(got)} ≠ 0")
    if name == "service:requests:rate" and value(nobody, steady) not in (None, 0.0):
        verdict.say("nobody", f"{name}: {shown(value(nobody, steady))} ≠ 0")
    return None


#: What is just well and just not, and far from it, for each alert.
def limits(alert):
    pick = lambda number, side: number * (draw(0.87, 0.93) if side < 0 else draw(1.07, 1.13))
    if alert == "HighErrorRatio":
        return [("share", pick(0.05, -1)), ("share", pick(0.05, 1)), ("share", 1.0)], "{:.1%}"
    if alert == "BudgetBurn":
        return [("share", pick(0.06, -1)), ("share", pick(0.06, 1)), ("share", 1.0)], "{:.1%}"
    if alert == "HighLatency":
        return [("slow", pick(0.5, -1)), ("slow", pick(0.5, 1)), ("slow", 1.1)], "{:.2f} s"
    if alert == "DiskAlmostFull":
        return [("left", pick(0.1, 1)), ("left", pick(0.1, -1)), ("left", 0.02)], "{:.1%}"
    return [], ""


BEGINS, OVER = 40, 75


def silent(seen, verdict):
    """Just below each threshold, and when nobody comes, nothing fires or waits."""
    kinds = [alert for alert in ALERTS if seen.rules(alert)]
    worlds = []
    for alert in kinds:
        near_by, form = limits(alert)
        for what, value in near_by[:1]:
            # HighErrorRatio is right to fire below what burns too fast.
            if alert == "BudgetBurn" or what == "share" and not seen.tells_errors():
                continue
            worlds.append((alert, World(seen, 70, draw(8, 15), **{what: value}), f"{form.format(value)}"))
    worlds.append((None, World(seen, 70, 0), "0/s"))
    asked = []
    for alert, world, what in worlds:
        for other in [alert] if alert else kinds:
            asked.append((other, what, world.first(other, "firing"), world.first(other, "pending")))
    answer(seen, [world for _, world, _ in worlds])
    for alert, what, fires, waits in asked:
        if fires.answer is not None or waits.answer is not None:
            verdict.say("no-visits" if what == "0/s" else alert, f"{alert}: {what}")


def alerts(seen, names, verdict, only):
    """What these alerts do; `only` chooses the kinds of mistakes that are looked for."""
    plans = [Plan(seen, name) for name in names if seen.rules(name)]
    for name in names:
        if not seen.rules(name) and only is None:
            verdict.say("none", f"{name}: –")
    answer(seen, [world for plan in plans for world in plan.worlds()])
    for plan in plans:
        for kind, evidence in plan.mistakes():
            if kind in only if only else kind not in elsewhere(plan.name):
                verdict.say(kind, f"{plan.name}: {evidence}")


def elsewhere(alert):
    """The kinds of mistakes that other checks are about."""
    return ("stays",) if alert == "BudgetBurn" else ("at-once", "stays")


class Plan:
    """The worlds that one alert is tried in: incidents that end, and two sides of its threshold."""

    def __init__(self, seen, name):
        self.name, self.incidents, self.sides = name, [], []
        visits = draw(8, 15)
        incident = lambda well, bad: lambda t: bad if BEGINS <= t < OVER else well
        if name == "TargetDown":
            for one in seen.named("up"):
                what = " ".join(filter(None, (one.labels.get("job"), one.labels.get("instance"))))
                self.incidents.append((what, World(seen, 110, visits, down=incident(None, one.labels))))
        else:
            ((what, below), (_, above), (_, far)), form = limits(name)
            well = {"share": 0.0, "slow": 0.2, "left": 0.5}[what]
            from_then = lambda value: lambda t: value if t >= BEGINS else well
            for visitors in (visits, lambda t: visits if t < OVER else 0):
                self.incidents.append((form.format(far), World(seen, 110, visitors, **{what: incident(well, far)})))
            self.sides.append((form.format(above), World(seen, 80, visits, **{what: from_then(above)}), True))
            self.sides.append((form.format(below), World(seen, 80, visits, **{what: from_then(below)}), False))
        if name == "BudgetBurn":
            # Twelve seconds are enough for the short window alone.
            blip = World(seen, 80, visits, share=lambda t: 0.09 if BEGINS <= t < BEGINS + 12 else 0.0)
            self.sides.append(("9.0%, 12 s", blip, False))
        ask = lambda world, end, state: getattr(world, end)(name, state)
        self.asked = [
            (what, ask(world, "first", "pending"), ask(world, "first", "firing"), ask(world, "last", "firing"))
            for what, world in self.incidents
        ]
        self.ends = [(what, world.last(name, "firing"), world.lasts, fires) for what, world, fires in self.sides]

    def worlds(self):
        return [world for _, world, *_ in [*self.incidents, *self.sides]]

    def mistakes(self):
        for what, waits, fires, ends in self.asked:
            if fires.answer is None:
                yield "never", what
                continue
            begins, over = fires.answer - BEGINS, ends.answer - OVER
            if begins < 0:
                yield "always", f"{begins:+.0f} s"
            elif begins > NOTICE + 1:
                yield "late", f"{what}, {begins:.0f} s > {NOTICE} s"
            if over > END + 1:
                yield "stays", f"{what}, {over:.0f} s > {END} s"
            elif self.name == "BudgetBurn" and over > BUDGET_END:
                yield "ends-late", f"{what}, {over:.0f} s > {BUDGET_END} s"
            if waits.answer is None or waits.answer >= fires.answer:
                yield "at-once", what
        for what, ends, lasts, fires in self.ends:
            if fires and (ends.answer is None or ends.answer < lasts - 2):
                yield "threshold-high", what
            if not fires and ends.answer is not None:
                yield "one-window" if "," in what else "threshold-low", what


def main():
    name, failing = sys.argv[1], "failing" in sys.argv[2:]
    seen, verdict = Seen(failing), Verdict()
    try:
        judge(name, seen, verdict)
    except Refused as refused:
        verdict.say("refused", f"promtool: {refused}")
    verdict.print()


def judge(name, seen, verdict):
    failing = seen.failing
    if name == "silent":
        silent(seen, verdict)
    elif name == "pending":
        alerts(seen, [alert for alert in ALERTS if alert != "BudgetBurn"], verdict, ["at-once"])
    elif name == "resolves":
        alerts(seen, [alert for alert in ALERTS if seen.rules(alert)], verdict, ["stays"])
    elif failing and not seen.tells_errors() and name not in ("HighLatency", "TargetDown", "DiskAlmostFull"):
        verdict.say("no-error-series", f"{REQUESTS}: –")
    elif name == "HighLatency" and not any(0.5 < bound < math.inf for bound in seen.bounds):
        verdict.say("buckets", f"le: {', '.join(map(str, seen.bounds))}")
    elif name in ALERTS:
        alerts(seen, [name], verdict, None)
    else:
        recorded(seen, name, verdict)


main()
