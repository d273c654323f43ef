# What reports in files say, beside what a screen says.
format-passed = passed
format-failed = failed
format-waits = blocked
format-task = Task
format-check = Check
format-verdict = Verdict
format-points = Points
format-results = Results
format-explained = Explanations
format-judged-at = { $lab } { $version }, judged { $at }

## The command
report-not-written = couldn't write the { $format } report to { $path }: { $reason }
last-run-none = nothing of { $lab } has been judged on this machine yet
last-run-newer = the last result was saved by a newer lab (format { $format }), and this one can't read it
last-run-unreadable = couldn't read the last result, { $path } ({ $reason }); it was moved to { $now }.
hint-check = lab check
hint-newer-lab = use that newer lab, or check again: lab check
hint-other-path = choose a path that can be written to; the other reports and the verdict are complete
outcome-not-kept = couldn't save this result for `lab report` to { $path }: { $reason }
report-path-twice = two reports would be written to { $path }

## Watching
watch-waiting = watching: each save runs the checks again · Enter checks everything now · Ctrl-C ends
watch-unchanged = saved; nothing that is judged has changed
watch-by-hand = can't watch the folder here ({ $reason }): press Enter to check
watch-spared = not checked again, because nothing that they read has changed: { $checks }
watch-not-ahead = no clean room is prepared in advance, because a service of this lab reads your folder when it starts: each check takes as long as the first
watch-ended-early = the check ended early: { $reason }
