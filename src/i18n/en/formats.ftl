# What reports in files say, beside what a screen says.
format-passed = passed
format-failed = failed
format-waits = waits
format-task = Task
format-check = Check
format-verdict = Verdict
format-points = Points
format-results = Results
format-explained = Explanations
format-judged-at = { $lab } { $version }, judged { $at }

## The command
report-not-written = the { $format } report couldn't be written to { $path }: { $reason }
last-run-none = nothing of { $lab } was judged on this machine yet
last-run-newer = the last run was kept by a newer lab (form { $format }): this one can't read it
last-run-unreadable = the last run, { $path }, couldn't be read ({ $reason }). It is kept as { $now }.
hint-check = lab check
hint-newer-lab = use that newer lab, or judge again: lab check
hint-other-path = name a path that can be written to; the other reports and the verdict are there
outcome-not-kept = this run couldn't be kept for lab report in { $path }: { $reason }
report-path-twice = two reports are to be written to { $path }

## Watching
watch-waiting = watching: a save checks again · Enter checks everything now · Ctrl-C ends
watch-unchanged = saved, and nothing in it that is judged has changed
watch-by-hand = the folder can't be watched here ({ $reason }): press Enter to check
watch-spared = not asked again, for nothing that it reads has changed: { $checks }
watch-not-ahead = no room was made ahead, for a service of this lab reads your folder when it starts: a check takes as long as the first
watch-ended-early = the check ended early: { $reason }
