# What reports say: outcomes, failures, faults, progress.

## Numbers
report-duration-ms = { $number } ms
report-duration-s = { $number } s
report-duration-min = { $minutes } min
report-duration-min-s = { $minutes } min { $seconds } s
report-duration-h = { $hours } h
report-duration-h-min = { $hours } h { $minutes } min
report-bytes = { $number } B
report-bytes-kb = { $number } kB
report-bytes-mb = { $number } MB
report-bytes-gb = { $number } GB
report-bytes-kib = { $number } KiB
report-bytes-mib = { $number } MiB
report-of = { $part } of { $whole }
report-nth-try = { $form ->
    [one] { $number }st try
    [two] { $number }nd try
    [few] { $number }rd try
   *[other] { $number }th try
}

## The outcome
report-room-ready = clean room ready in { $took }
report-bonus = bonus
report-waits-on = blocked by { $check }
report-unavailable-here = unavailable here
report-not-judged = not judged
report-not-counted = not scored
report-points-of = { $total ->
    [one] { $earned } of { $total } point
   *[other] { $earned } of { $total } points
}
report-points-so-far = { $points } so far
report-points-in-task = { $points } in { $task }
report-points-in = { $points } in { $took }
report-hints-used = { $count ->
    [one] { $count } hint used
   *[other] { $count } hints used
}
report-passed = { $count } passed
report-failed = { $count } failed
report-wait = { $count } blocked
report-unavailable = { $count } unavailable here
report-errors = { $count } not judged
report-to-come = { $count ->
    [one] { $count } task left
   *[other] { $count } tasks left
  }
report-unavailable-points = { report-unavailable-here }, outside the total
report-next-task = Next: lab task
report-next-lab = Next: lab solution · lab list (every core task is passed)
report-next-page = Next: lab task { $page } · lab solution · lab list (every core task is passed)
report-next-check = Next: lab check (judges the current task)

## A failure
report-at-step = step
report-step-of = { $number } of { $count }
report-asked = asked
report-attempts = { $count ->
    [one] { $count } attempt
   *[other] { $count } attempts
}
report-expected = expected
report-got = actual
report-why = why
report-try = try
report-hint-to-read = { $number } of { $count } { $count ->
    [one] hint
   *[other] hints
}, recorded
report-item = for
report-items = items
report-items-of = { $failed ->
    [one] { $failed } of { $all } fails
   *[other] { $failed } of { $all } fail
}
report-too-few-items = { $found ->
    [0] { $min ->
        [1] nothing was found to check
       *[other] nothing was found to check, and there must be { $min }
    }
   *[other] { $found } found, and there must be at least { $min }
}
report-too-many-items = { $found } found, more than the { $most } that a check looks at
report-and-more = … and { $count } more
report-limit = limit
report-limit-ended = stopped after { $after } (docs/reference.md, `timeout`)
report-broke = your folder broke what the lab needs, twice, and the lab's own solution didn't: { $what }
report-passes-in-playground = works in your playground, but not from scratch: a step done by hand is missing from your folder
report-first-difference = first difference at line { $line }, column { $column }
report-several-author = (for the lab's author: add `every`, `some` or `count`)
report-ended-timed-out = the command ran past its time limit
report-ended-too-much-output = the command wrote more than can be kept
report-ended-out-of-memory = the command reached the memory limit

## What a probe sees
report-selector-status = status
report-selector-body = body
report-selector-size = size
report-selector-time = time
report-selector-media-type = media type
report-selector-media-type-fits = type fits
report-selector-exit = exit code
report-selector-ended = stopped
report-selector-interpreter = its first line requires
report-selector-open = port open
report-selector-exists = exists
report-selector-kind = type
report-selector-executable = executable
report-selector-text = text
report-selector-paths = files
report-selector-keys = keys
report-selector-count = number
report-selector-up = up
report-selector-log = log
report-selector-statuses = statuses
report-selector-times = times
report-selector-answer = last probe
report-selector-listens = listens on
report-selector-unreadable = unreadable
report-selector-lifetime = lifetime (s)
report-selector-weight = weight (bytes)
report-selector-errors = parse errors
report-selector-broken = broken links
report-selector-fragments = missing anchors
report-selector-elsewhere = other hosts
report-selector-unlabelled = fields without a label
report-selector-skipped = skipped levels
report-selector-styles = styles
report-selector-inventory = addresses
report-selector-redirects = redirects
report-selector-error = errors
report-selector-changes = planned changes
report-selector-outputs-changed = changed outputs
report-selector-constraints = version constraints
report-selector-warnings = warnings
report-selector-passed = passed
report-selector-failed = failed
report-selector-production-now = now in production
report-selector-staging-now = now on staging
report-selector-diff = difference
report-selector-unnoticed = not noticed by any test
report-selector-equal = wrongly rejected
report-selector-stage = during
report-selector-add = to create
report-selector-change = to change
report-selector-destroy = to destroy
report-selector-import = to import
report-selector-moved = moved from
report-selector-drift = changed by others
report-selector-resources = resources
report-selector-outputs = outputs
report-selector-sensitive = sensitive outputs
report-selector-files = files
report-selector-survivors = unnoticed mistakes
report-selector-false-alarms = wrongly rejected
report-selector-ok = successful
report-selector-triggered = triggered
report-selector-not-triggered = not triggered
report-selector-conclusion = conclusion
report-selector-running = still running
report-selector-jobs = jobs
report-selector-legs = matrix jobs
report-selector-failed-steps = failed steps
report-key-mistakes = mistakes
report-key-answers = answers
report-key-visits = visits
report-key-survived = unnoticed mistakes
report-selector-artifacts = artifacts
report-selector-arrived = arrived
report-selector-deployed = deployed to
report-selector-on-staging = on staging
report-selector-in-production = in production
report-selector-early = live too early
report-selector-not-kept = not an artifact
report-selector-gaps = nothing served
report-selector-together = can overlap
report-selector-leaks = leaked secrets
report-selector-problem = problem
report-selector-valid = matches the schema
report-selector-unpinned = not pinned
report-selector-write-scopes = write access
report-selector-inline-expressions = in scripts
report-nothing = nothing
report-empty = (empty)
report-yes = yes
report-no = no
report-several = { $count } values, where one is expected: { $values }
report-unreadable = not readable as { $format }: { $reason }
report-exit-not-executable = (found, but not executable: chmod +x)
report-exit-not-found = (command not found)
report-exit-signal = (killed by signal { $signal })

## Matchers
report-contains = contains { $value }
report-not-contains = doesn't contain { $value }
report-matches = matches { $value }
report-not-matches = doesn't match { $value }
report-starts-with = starts with { $value }
report-not-starts-with = doesn't start with { $value }
report-ends-with = ends with { $value }
report-not-ends-with = doesn't end with { $value }
report-not-equal = not equal to { $value }
report-more-than = more than { $value }
report-at-least = at least { $value }
report-less-than = less than { $value }
report-at-most = at most { $value }
report-exists = exists
report-absent = doesn't exist
report-type-string = a string
report-type-number = a number
report-type-boolean = true or false
report-type-array = a list
report-type-object = an object
report-type-null = null
report-count = count: { $inner }
report-count-none = none
report-every = every: { $inner }
report-some = at least one: { $inner }
report-none = none: { $inner }
report-one-of = one of { $value }
report-not-one-of = none of { $value }
report-same-items = exactly these, in any order: { $value }
report-same-as = the same as { $name }
report-not-same-as = not the same as { $name }
report-semver = a version { $requirement }
report-hidden-check = a hidden requirement must be met
report-hidden-facts = its question isn't shown: the task's text says what your work must do
report-schema = matches the schema
report-schema-breach = matches the schema ({ $reason })
report-schema-breach-at = matches the schema (at { $at }: { $reason })
report-not = not: { $inner }
report-and = { $left } and { $right }

## No answer
report-unread = passed; not judged here, and not needed: { $what }
report-trouble-refused = nothing listens on { $address }: the service runs, but refused the connection
report-trouble-down = { $service } isn't running
report-trouble-down-learner = { $service } isn't running: it stopped, or never started
report-trouble-ended = { $service } isn't running: it exited with code { $exit }. Its log ends with: { $last }
report-trouble-ended-silent = { $service } isn't running: it exited with code { $exit }, and its log is empty
report-trouble-out-of-memory = { $service } ran out of memory and was killed
report-trouble-elsewhere-listens = { $service } listens on { $found }, not on { $wanted }
report-trouble-leads-out = `{ $path }` is a link that leads out of your folder
report-try-leads-out = replace the link with the file itself, or link to a file in your folder
report-try-listens = make your program listen on 0.0.0.0, not on 127.0.0.1, and on the port that the task names
report-listens-nowhere = nothing: it is still starting, or waits for something
report-listens-elsewhere = { $found }: { report-try-listens }
report-trouble-timed-out = no answer from { $what } in { $after }
report-trouble-broken = the answer broke off or wasn't HTTP: { $detail }
report-trouble-too-large = the answer is larger than the { $limit } that a check reads
report-trouble-too-complex = { $bound ->
    [depth] the answer is nested deeper than the { $limit } levels that a check reads
    [attributes] an element of the page has more than the { $limit } attributes that a check reads
    [hits] more than { $limit } places, or too long a text, match what the check looks for
   *[values] the answer contains more than the { $limit } values that a check reads
    [visits] the answer is too large for what the check looks for: more than { $limit } comparisons
}
report-trouble-too-many-files = the folder contains more than the { $limit } files that a check lists
report-trouble-redirect-loop = redirect loop: the redirects lead back to { $url }
report-trouble-redirects = more than { $limit } redirects in a row
report-trouble-no-page = { $url } answered { $status }, so there is no page to follow links from
report-trouble-coding = the body can't be unpacked as { $coding }, which its Content-Encoding names: { $detail }
report-trouble-elsewhere = the address leads to { $host }, which isn't part of this lab
report-trouble-bad-url = `{ $url }` can't be used as an address
report-trouble-not-here = the real service can do this and the lab can't, so it isn't judged: { $what }
report-trouble-fault = the environment couldn't answer: { $detail }
report-try-refused = check which port and address your program listens on (0.0.0.0, not 127.0.0.1)
report-try-down = lab logs { $service }
report-try-timed-out = find out what it waits for: try the same by hand in `lab shell`
report-try-broken = look at what your program sends before it closes the connection: lab logs
report-try-too-large = find out why it is so long: is it the page that you meant?
report-try-too-complex = look at what it contains: is it the answer that you meant?
report-try-too-many-files = look at what fills it, such as a package manager's folder
report-try-redirects = follow them by hand: curl -sI URL
report-try-no-page = open this address in a browser first: the rest of the site is reached from it
report-try-coding = look at what compresses it: is it compressed twice, cut off, or not compressed at all?
report-try-elsewhere = use links and redirects without a host, or the lab's own addresses (lab env)
report-try-bad-url = write it as http://host/path

## A fault
report-not-your-fault = Your work is not the cause.
report-nothing-judged = Your work is not the cause, and nothing was judged.
report-checks-not-judged = { $count ->
    [one] Your work is not the cause: { $count } check was not judged.
   *[other] Your work is not the cause: { $count } checks were not judged.
}
report-checks = checks
report-do-this = what to do
report-tell-the-author = tell the lab's author; your work needs no change
report-fault-unknown-name = the lab has a mistake: nothing defines `{ $name }`
report-fault-canary = the environment isn't as the lab needs it: the precondition `{ $id }` doesn't hold
report-fault-not-put-back = the lab edited `{ $path }` for a check and couldn't restore it
report-fault-condition = the lab has a mistake: its condition `{ $that }` can't be evaluated ({ $reason })
report-fault-finally = the lab couldn't restore the environment after a check
report-fault-spoiled = nothing can be judged after { $check }, which left the environment in a bad state
report-fault-starved = this machine was too busy: everything took { $factor } times as long, twice, and this check depends on time
report-starved-do = close other programs or wait, then run: lab check
report-fault-needs = it needs { $check }, which couldn't be judged

## Progress
report-pulling = pulling { $image }
report-building = building
report-step = step { $step }/{ $steps }
report-once-only = { $elapsed } (once only; kept for the next time)
report-starting = starting
report-removing = removing
report-waiting-for = waiting for { $asked }
report-checking = checking
report-image-ready = image ready
report-image-kept = image already here
report-ready = ready in { $took }
action-done = done in { $took }
action-not-done = this didn't go as expected
report-cant-read = { $service } runs, but its user can't read all of your folder.
report-not-serving = { $service } runs, but doesn't serve yet.
report-has-ended = { $service } isn't running: it exited with code { $exit }.
report-removed = removed
report-trouble-no-file = `{ $path }` isn't in your folder
report-try-no-file = the task's contract names this file: keep its name
report-fault-overlay = the lab edits `{ $path }` where a text must occur exactly once; it { $matches ->
    [0] doesn't occur
    [one] occurs once
   *[other] occurs { $matches } times
  }
lint-clean = { $labs ->
    [one] 1 lab, nothing to fix
   *[other] { $labs } labs, nothing to fix
}
lint-found = { $found ->
    [one] 1 thing to fix
   *[other] { $found } things to fix
} in { $wrong } of { $labs } { $labs ->
    [one] lab
   *[other] labs
}

## A trace, for authors
trace = trace
trace-document = document
trace-line = line { $line }
report-judged-by = judged by { $lab } { $version } ({ $digest }, { $path }) for { $learner }, folder { $folder }
