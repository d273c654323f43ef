# `lab test`: mutants, and what is and isn't proved.

# What the linter says of mutants.
mutant-empty = this file is empty: a mutant begins with `over: SOLUTION`
mutant-bad-name = the file's name is the mutant's id, and `{ $file }` isn't a valid one: { $why }
mutant-unknown-solution = mutant `{ $mutant }` is based on `{ $solution }`, which isn't a solution
mutant-unknown-check = mutant `{ $mutant }` expects `{ $check }` to fail, which isn't a check
no-such-check-here = unknown check
mutant-expects-nothing = a mutant must be wrong somewhere: name the checks that must reject it
mutant-check-twice = `{ $check }` is listed twice
mutant-check-waits = `{ $check }` needs `{ $other }`, so it would be blocked, not fail: remove it from this list
mutant-no-edit = a mutant says what is changed: with a list of edits in `edit`, or a unified diff in `patch`
mutant-two-ways = a mutant is made in one way: with `edit` or with `patch`
mutant-unknown-name = `{ $name }` has no value in a mutant, where only `nonce.NAME` has one; to write the text itself, put `$$` before the brace
mutant-no-file = the solution has no file `{ $path }`
mutant-outside = `{ $path }` leads out of the solution's folder: use a path inside it
mutant-matches = { $count ->
    [0] this text isn't in `{ $path }`
   *[other] this text is in `{ $path }` { $count } times, and must be there once
}
mutant-matches-help = the solution may have changed: copy the text again, with more context if it occurs several times
mutant-no-text = `{ $path }` isn't UTF-8, and a patch can only change text
mutant-hunk = part { $number } of the patch (`@@`) doesn't match `{ $path }`
mutant-hunk-help = the solution may have changed: create the patch again with `diff -u`
mutant-no-patch = this isn't a unified diff: { $reason }
mutant-nothing = this changes nothing: the mutant is the solution itself
mutant-unreadable = couldn't read `{ $path }`: { $reason }
mutant-foreign-file = a mutant is a file named `NAME.yaml`
solution-link-out = this link leads out of its solution's folder, so it isn't part of the solution
solution-link-out-help = put the file itself there, or use a relative link that stays inside
solution-uncopied = couldn't copy the folder: { $why }

# What runs.
proof-room = creating a clean room
proof-so-far = { $done } of { $of } checks

# The table of checks and mutants.
proof-checks = { $count ->
    [one] { $count } check
   *[other] { $count } checks
}
proof-starter = starter
proof-solutions-title = solutions
proof-mutants-title = mutants
proof-solutions = { $count ->
    [one] { $count } solution
   *[other] { $count } solutions
}
proof-mutants = { $count ->
    [one] { $count } mutant
   *[other] { $count } mutants
}
proof-disputed = { $count ->
    [one] { $count } disputed folder
   *[other] { $count } disputed folders
}
proof-rooms = { $count ->
    [one] { $count } clean room
   *[other] { $count } clean rooms
}
proof-at-once = { $count } at a time
proof-legend-solutions = solutions:
proof-legend-mutants = mutants:
proof-sign-refused = rejected, as it should be
proof-sign-survived = passed, but should be rejected
proof-sign-too = rejected, but shouldn't be
proof-sign-waits = blocked by another check
proof-sign-not-here = not proved on this machine
proof-sign-flaky = changes from one repeat to the next
proof-sign-fault = not judged

# What isn't proved.
proof-of-solution = solution { $short } { $name }
proof-of-mutant = mutant { $short } { $name }
proof-of-disputed = disputed { $short } { $name }
proof-starter-passes = the untouched starter passes check { $check }: a check that may pass needs `baseline: true`
proof-starter-fails-nothing = the untouched starter fails nothing
proof-solution-fails = { $solution } should pass everything, but fails { $check }
proof-survived = { $mutant } should fail { $check }, but passed it
proof-sees = The check looks at: { $sees }.
proof-about = The mutant: { $about }
proof-only-waits = { $mutant } should fail { $check }, which is only blocked by { $on }: blocked doesn't count as killed
proof-fails-too = { $mutant } also fails { $check }, which it doesn't expect
proof-unkilled = check { $check } kills no mutant
proof-flaky = check { $check } is flaky on { $subject }: { $marks }
proof-few-solutions = { $count ->
    [0] there is no solution: two in different styles show that the checks allow more than one way
    [one] there is only one solution: two in different styles show that the checks allow more than one way
   *[other] there are only { $count } solutions
}
proof-mark-passed = passed
proof-mark-failed = failed
proof-mark-waits = blocked
proof-mark-not-here = unavailable
proof-mark-fault = error
proof-in = in
proof-unjudged = check { $check } couldn't be judged: { $why }
proof-no-room = couldn't create a clean room: { $reason }
proof-unexplained = no run triggers { $count } of the { $of } `explain` of { $check }: { $count ->
    [one] line { $lines }
   *[other] lines { $lines }
}
proof-not-here = { $check } isn't proved on this machine: { $why }
proof-unkilled-unscored = { $check } is worth no points and kills no mutant
proof-again = judged on the second try, on its own: { $subjects }. The first time: { $why }
proof-recap = all labs

# The end.
proof-proved = proved
proof-proved-only = proved, as far as asked: { $only }
proof-not-proved = { $count ->
    [one] not proved: one problem
   *[other] not proved: { $count } problems
}
proof-fault = { $count ->
    [one] not judged: one environment error
   *[other] not judged: { $count } environment errors
}
no-such-only = unknown check, mutant or solution `{ $name }`; known ones: { $known }
