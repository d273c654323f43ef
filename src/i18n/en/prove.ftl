# `lab test`: mutants, and what is and isn't proved.

# What the linter says of mutants.
mutant-empty = nothing is written here: a mutant begins with `over: SOLUTION`
mutant-bad-name = the file's name is the mutant's id, and `{ $file }` is none: { $why }
mutant-unknown-solution = mutant `{ $mutant }` is made over `{ $solution }`, which is no solution
mutant-unknown-check = mutant `{ $mutant }` expects `{ $check }` to fail, which is no check
no-such-check-here = no such check
mutant-expects-nothing = a mutant is wrong somewhere: name the checks that must refuse it
mutant-check-twice = `{ $check }` stands here twice
mutant-check-waits = `{ $check }` needs `{ $other }`, so it would wait and not fail: leave it out here
mutant-no-edit = a mutant says what is changed: by a list of edits in `edit`, or by a unified diff in `patch`
mutant-two-ways = a mutant is made in one way: by `edit` or by `patch`
mutant-unknown-name = `{ $name }` has no value in a mutant, where only `nonce.NAME` has one; for the text itself write `$$` before the brace
mutant-no-file = the solution has no file `{ $path }`
mutant-outside = `{ $path }` leads out of the solution's folder: write a path beneath it
mutant-matches = { $count ->
    [0] this text isn't in `{ $path }`
   *[other] this text is { $count } times in `{ $path }`, and must be there once
}
mutant-matches-help = the solution may have changed: copy the text anew, with more around it where it stands several times
mutant-no-text = `{ $path }` isn't UTF-8, and a patch only changes text
mutant-hunk = part { $number } of the patch (`@@`) doesn't fit `{ $path }`
mutant-hunk-help = the solution may have changed: make the patch anew, by `diff -u`
mutant-no-patch = this is no unified diff: { $reason }
mutant-nothing = this changes nothing: the mutant is the solution itself
mutant-unreadable = `{ $path }` can't be read: { $reason }
mutant-foreign-file = a mutant is a file `NAME.yaml`
solution-link-out = this link leads out of its solution's folder, so it is no part of the solution
solution-link-out-help = put the file itself there, or make the link relative and inside
solution-uncopied = the folder can't be copied: { $why }

# What runs.
proof-room = a clean room is made
proof-so-far = { $done } of { $of } checks

# The kill matrix.
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
proof-sign-refused = refused, as it should be
proof-sign-survived = passed, and should be refused
proof-sign-too = refused, and shouldn't be
proof-sign-waits = waits on another check
proof-sign-not-here = not proved on this machine
proof-sign-flaky = changes from one repeat to the next
proof-sign-fault = not judged

# What isn't proved.
proof-of-solution = solution { $short } { $name }
proof-of-mutant = mutant { $short } { $name }
proof-of-disputed = disputed { $short } { $name }
proof-starter-passes = the untouched starter passes check { $check }: a check that may pass says `baseline: true`
proof-starter-fails-nothing = the untouched starter fails nothing
proof-solution-fails = { $solution } should pass everything, and fails { $check }
proof-survived = { $mutant } should fail { $check }, and passed it
proof-sees = The check looks at: { $sees }.
proof-about = The mutant: { $about }
proof-only-waits = { $mutant } should fail { $check }, which only waits on { $on }: blocked isn't killed
proof-fails-too = { $mutant } fails { $check } too, which it doesn't expect
proof-unkilled = check { $check } is killed by no mutant
proof-flaky = check { $check } is flaky on { $subject }: { $marks }
proof-few-solutions = { $count ->
    [0] there is no solution: two, different in style, show that the checks leave the way open
    [one] there is only one solution: two, different in style, show that the checks leave the way open
   *[other] there are only { $count } solutions
}
proof-mark-passed = passed
proof-mark-failed = failed
proof-mark-waits = waits
proof-mark-not-here = not here
proof-mark-fault = fault
proof-in = in
proof-unjudged = check { $check } couldn't be judged: { $why }
proof-no-room = no clean room to judge in: { $reason }
proof-unexplained = no run triggers { $count } of the { $of } `explain` of { $check }: { $count ->
    [one] line { $lines }
   *[other] lines { $lines }
}
proof-not-here = { $check } isn't proved on this machine: { $why }
proof-unkilled-unscored = { $check } has no points, and no mutant is refused by it
proof-again = judged at the second try, by itself: { $subjects }. At first { $why }
proof-recap = all labs

# The end.
proof-proved = proved
proof-proved-only = proved as far as it was asked: { $only }
proof-not-proved = { $count ->
    [one] not proved: one thing is missing
   *[other] not proved: { $count } things are missing
}
proof-fault = { $count ->
    [one] not judged: one fault
   *[other] not judged: { $count } faults
}
no-such-only = there is no check, mutant or solution `{ $name }`; there are: { $known }
