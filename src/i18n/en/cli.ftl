# The command line: help, and what commands say.
cli-usage = Usage:
cli-commands = Commands
cli-options = Options
cli-arguments = Arguments
cli-after-help =
    {"  "}Begin with:  lab list · lab start static-site
cli-unknown-command = unknown command `{ $name }`
cli-unknown-argument = unexpected argument `{ $name }`
cli-invalid-value = invalid value `{ $value }` for { $argument }: use one of { $valid }
cli-wrong-value = invalid value `{ $value }` for { $argument }
cli-missing-value = a value is missing for { $argument }
cli-missing = required argument missing: { $name }
cli-conflict = { $name } can't be combined with the other arguments
cli-bad-arguments = { $reason }
cli-see-help = lab --help
value-command = COMMAND
value-lang = LANG
value-dir = DIR
value-lab = LAB
value-name = NAME
value-id = ID
value-action = ACTION
value-task = TASK
value-task-or-check = TASK|CHECK
value-format = FORMAT
value-format-is-path = FORMAT=PATH
value-path = PATH
value-service = SERVICE
value-lines = LINES
value-shell = SHELL
value-n = N
value-check-or-mutant = CHECK|MUTANT
help-lab = Hands-on cloud labs on your own machine, graded by what your work does
help-any-help = Show this help
help-any-version = Show the version
help-any-lang = Language: en or fr (default: LAB_LANG, then the locale)
help-any-folder = The lab's folder (default: the current one)
help-any-log = Append a log of what lab does to a file, as JSON lines
help-list = List the labs and your progress
help-start = Create a lab's folder and start its playground
help-start-lab = The lab's name, or the path of your own lab (default: the current folder's)
help-start-learner = An id given by your instructor
help-start-yes = Download or build images without asking
help-task = Show the text of a task
help-task-task = Its name or number (default: the current one)
help-check = Grade the folder in a fresh clean room
help-check-names = Tasks or checks (default: the current task and the finished ones)
help-check-all = Grade everything
help-check-format = human, json, junit, check50, gradescope, markdown, html or github (default: human)
help-check-trace = Print to standard error what each probe saw and how it was judged
help-check-watch = Check again at each save, until Ctrl-C; Enter checks at once
help-check-report = Also write a report to a file, such as junit=out.xml; may be repeated
help-report = Show the last result again
help-report-lab = The lab (default: the current folder's)
help-report-format = human, json, junit, check50, gradescope, markdown, html or github (default: human)
help-report-report = Also write a report to a file, such as junit=out.xml; may be repeated
help-status = Show your progress, without grading
help-status-lab = The lab (default: the current folder's)
help-env = Show the playground's addresses and keys
help-env-lab = The lab (default: the current folder's)
help-shell = Open a terminal next to the services
help-shell-command = A command to run there instead of a shell
help-logs = Show the services' logs
help-logs-service = The service (default: all)
help-logs-follow = Keep showing new lines
help-logs-tail = Number of lines from the end (default: 100)
help-stop = Stop the playground; your folder and its data are kept
help-stop-lab = The lab (default: the current folder's)
help-stop-data = Also remove the services' data
help-restart = Recreate a service of the playground
help-restart-service = The service (default: all)
help-hint = Read the next hint; it is recorded and costs no points
help-hint-name = A task or check (default: the first failed check, else the current task)
help-hint-again = Show the hints that you have already read
help-do = Run one of the lab's actions: create traffic, break, repair
help-do-action = The action (default: list them)
help-open = Open the playground's site in the browser
help-open-name = The address, by its name in the lab (default: the site)
help-reset = Start over from the starter, after a backup; with a task, forget only its verdicts
help-reset-task = Forget only this task's verdicts and failed versions; files stay as they are
help-reset-yes = Don't ask
help-solution = Copy a solution next to your folder, once every core task has passed
help-solution-name = The solution (default: list them)
help-solution-give-up = Show them before that; this is recorded
help-test = Prove a lab: the starter fails, solutions pass, each mutant is rejected
help-test-labs = Labs, by name or path (default: the one that the current folder is in)
help-test-all = Every lab
help-test-jobs = Clean rooms at the same time (default: what the lab says, else twice the cores)
help-test-only = Only what concerns this check, mutant or solution; may be repeated
help-test-repeat = Judge each folder this many times, to find flaky checks (default: 1)
help-test-format = human, json or junit (default: human)
test-no-lab = no lab was named, and the current folder isn't in one
hint-test-lab = name one, or test all: lab test static-site · lab test --all
help-images = List the images that labs need, and which are missing
help-images-labs = Labs by name (default: all)
help-images-prepare = Download or build the missing ones
help-images-format = human or json (default: human)
images-image = IMAGE
images-labs = LABS
images-state = STATE
images-to-pull = to download
images-to-build = to build
images-optional = missing, optional
images-all-there = all required images are here
images-missing = { $missing } of { $count } images are missing: run `lab images --prepare` to get them
help-bundle = Write labs and their images to one file, for machines without a network
help-bundle-labs = Labs by name (default: all)
help-bundle-output = The file to write (default: labs.tar)
help-load = Load a bundle; its labs then work like the others
help-load-file = The bundle
value-file = FILE
value-text = TEXT
value-check = CHECK
bundle-exists = `{ $path }` already exists
hint-bundle-output = choose another file: lab bundle --output FILE
bundle-written = { $file }, { $size }: { $labs }
bundle-next = on the other machine: lab bundle load { $file }
bundle-missing = there is no file `{ $path }`
bundle-not-one = `{ $path }` isn't a bundle of labs
hint-bundle-write = create one with `lab bundle`
bundle-newer = `{ $path }` was written by a newer lab (format { $format }): update this one
bundle-leads-out = `{ $path }` contains `{ $entry }`, which points outside the bundle: nothing was loaded
bundle-too-large = `{ $path }` contains more than a bundle may: nothing was loaded
bundle-bad-head = `{ $path }` is damaged: its list of labs is invalid ({ $reason }); nothing was loaded
bundle-unnamed-image = `{ $path }` contains the image `{ $image }`, which its list doesn't name: nothing was loaded
bundle-replaces-image = `{ $path }` contains an image `{ $image }` that differs from this machine's: nothing was loaded
hint-bundle-replaces = if you trust the bundle, remove your image first: docker rmi { $image }
packed-odd = `{ $path }` contains `{ $entry }`, which `lab` never writes (a device, a pipe, a hard link or a duplicate name): nothing was loaded
bundle-loaded = { $labs }: { $images ->
    [one] one image
   *[other] { $images } images
  } loaded
bundle-other-version = The bundle was written by lab { $theirs }, and this is lab { $ours }.
bundle-rebuild = Some images may have to be rebuilt, which needs a network.
bundle-bad-lab = `{ $path }` contains the lab `{ $lab }`, which this version of lab can't read: nothing was loaded
bundle-place = { $file }, line { $line }, column { $column }
help-doctor = Check this machine and say what to fix
help-doctor-bundle = Also write a file for a bug report (tar.gz), without your names
log-level = `LAB_LOG` is `{ $value }`, which isn't a log level
hint-log-level = use `LAB_LOG=debug`, or `error`, `warn`, `info`, `trace`
doctor-bundle = `{ $path }` contains what a bug report needs: versions, the engine, lab ids, the findings of this command and the last log. Your home folder, user name and host name were removed; read the file before you attach it.
help-gc = Remove what crashed runs left behind
help-gc-all = Also remove all your playgrounds
help-completions = Print a completion script for your shell
help-new = Create a small lab of your own that works as it is
help-new-id = Its id, which is also its folder's name
help-new-languages = The languages of its texts: en, fr or both (default: both)
new-laid = { $folder }: created a lab of { $files } files
new-next-read = start with { $file }, which explains itself
new-next-lint = lab lint { $folder }    finds mistakes
new-next-test = lab test { $folder }    proves that its checks reject wrong work
new-next-start = lab start { $folder }   what a learner runs
new-exists = `{ $folder }` already exists, and nothing in it was changed
hint-new-other = choose another id, or move that folder away
help-schema = Print the JSON Schema of lab files, for completion in editors
help-schema-reference = Print the reference of probes, selectors and matchers instead, in Markdown
help-schema-lab = With the kinds of checks of this lab, not those of the shipped ones
help-lint = Find mistakes in labs, and what makes checks unfair
help-lint-paths = A lab, a folder of labs, or a lab's name (default: the current folder)
help-lint-format = human, json or github (default: human)
no-labs-here = `{ $path }` is neither a lab nor a folder of labs
hint-lint-path = name a folder with a lab.yaml, or a folder of such folders; `lab lint` alone checks the current one
help-completions-shell = bash, elvish, fish, powershell or zsh
list-lab = LAB
list-title = TITLE
list-level = LEVEL
list-time = TIME
list-you = PROGRESS
list-start = Start one: lab start { $lab }
level-beginner = beginner
level-intermediate = intermediate
level-advanced = advanced
points-of = { $earned }/{ $total } { $total ->
    [one] point
   *[other] points
  }
not-started-yet = not started
time-minutes = { $minutes } min
time-hours = { $hours } h
time-hours-minutes = { $hours } h { $minutes } min
about-time = about { $time }
start-folder-label = folder
start-folder = { $folder }, { $files ->
    [one] one file
   *[other] { $files } files
  } from the starter
start-repository = a new repository, nothing committed yet
task-limit = `{ $command }` after { $limit }
task-limits = `lab check` stops { $limits }; later on a busy machine.
task-page = { $title } · not scored
start-images-label = images
start-missing = Missing images: { $images }
start-ask = They are downloaded or built once, which can take minutes. Continue? [Y/n]
start-not-now = nothing was started; { $folder } is kept. To go on: { $again }
start-kept = { $folder } is kept; to go on: { $again }
start-nothing-to-do = already running, nothing to do ({ $milliseconds } ms)
start-keys = keys: lab env
start-task = Task { $number } of { $count }: { $title }
start-cd = cd { $folder }, then:
start-shell = a terminal next to the services
start-check = grades this folder in a fresh clean room
folder-is-roots = This folder belongs to root, so commands in the toolbox run as root, without root's privileges.
env-only-inside = Set only in `lab shell`, because programs on this machine might act on them: { $names }
env-note = `lab shell` sets these, with the addresses of the lab's own network; from this machine:
status-running = running: { $services } · lab env
status-stopped = the playground isn't running · lab start
status-engine = the playground's state is unknown: { $reason }
stopped = { $lab } is stopped; your folder is unchanged
data-kept = the data of its services is kept · `lab stop --data` removes it
data-removed = the data of its services was removed ({ $volumes ->
    [one] one volume
   *[other] { $volumes } volumes
  })
was-not-running = { $lab } wasn't running
restarted = recreated: { $services }
gc-kept = kept: { $project } ({ $objects ->
    [one] one object
   *[other] { $objects } objects
  }, { $folder })
gc-at-work = kept: { $project } ({ $folder }): another lab command is using it
gc-removed = removed: { $project }
gc-failed = couldn't remove { $project }: { $reason }
gc-sum = { $count ->
    [0] nothing to remove
    [one] one environment removed
   *[other] { $count } environments removed
  }
doctor-engine = Docker engine { $version }, API { $api }
doctor-podman = this is Podman: it may work, but isn't tested
doctor-socket = socket { $socket }, { $found }
doctor-found-docker-host = from DOCKER_HOST
doctor-found-context = from the docker context { $name }
doctor-found-usual = in its usual place
doctor-environments = { $playgrounds ->
    [0] no playground
    [one] one playground
   *[other] { $playgrounds } playgrounds
  } and { $rooms ->
    [0] no clean room
    [one] one clean room
   *[other] { $rooms } clean rooms
  } of yours
doctor-left = { $count ->
    [one] one environment is left over from an earlier run: { $names }
   *[other] { $count } environments are left over from earlier runs: { $names }
  }
doctor-gc = remove what is left over: `lab gc`
doctor-stuck = the engine runs but didn't answer for { $seconds } s
doctor-stuck-hint = restart it, which stops everything that runs on it: `sudo systemctl restart docker`
doctor-traffic = containers can reach each other, and this machine can reach them
doctor-traffic-not = containers start but can't be reached: a firewall blocks the traffic on Docker's bridges
doctor-traffic-hint = let the engine rewrite its firewall rules: `sudo systemctl restart docker`; if that isn't enough, exempt traffic within a bridge from the firewall: `sudo sysctl net.bridge.bridge-nf-call-iptables=0`
doctor-traffic-unknown = traffic between containers wasn't tested: the image for the test is missing
doctor-traffic-unknown-hint = create it, then try again: `lab images --prepare`
doctor-registry = the registry { $name } answers
doctor-registry-silent = the registry { $name } doesn't answer
doctor-registry-hint = what is already here works without it, and `lab images` lists what is missing; on a machine with a network, `lab bundle` writes everything to one file, and `lab bundle load FILE` loads it here
doctor-memory = { $megabytes } MiB of memory free
doctor-memory-hint = labs need { $wanted } MiB: close other programs, or remove playgrounds that you don't need with `lab gc --all`; in Docker Desktop, raise the limit under Settings, Resources
doctor-clock = the clock is set
doctor-clock-agrees = this machine's clock and the engine's agree
doctor-clock-wrong = the clock says { $date }, which is in the past: certificates and signatures will be rejected
doctor-clock-hint = set it: `sudo timedatectl set-ntp true`
doctor-clock-apart = the engine's clock is { $seconds } s away from this machine's: signatures will be rejected
doctor-clock-apart-hint = restart the machine that the engine runs in: `wsl --shutdown` from Windows, or restart Docker Desktop
doctor-wsl = { $folder } is on a Windows drive: slow, and without Linux permissions
doctor-wsl-hint = work in Linux's own file system: `cd ~`, then `lab start` there
doctor-user = user { $name } of this machine has the id { $id }, which labs use for their services: this user could read the services' secrets
doctor-user-hint = give this user another id: `sudo usermod --uid ID { $name }`
doctor-users-unasked = the system's directory of users didn't answer within 5 seconds, so only /etc/passwd was searched for users with the ids of labs' services
doctor-users-unasked-hint = see whether this ends soon: `getent passwd 65520`
doctor-state = { $path } is writable
doctor-state-hint = make it yours: `sudo chown -R $USER { $path }`
doctor-disk = { $gigabytes } GiB free in { $folder }
doctor-disk-unknown = the free disk space is unknown
doctor-sum = { $count ->
    [0] no problems found
    [one] one problem was found
   *[other] { $count } problems were found
  }
no-such-lab = unknown lab `{ $name }`; known labs: { $known }
no-such-task = unknown task `{ $name }`; known tasks: { $known }
no-such-check = unknown task or check `{ $name }`; known ones: { $known }
no-such-service = unknown service `{ $name }`; known services: { $known }
no-such-action = unknown action `{ $name }`; known actions: { $known }
no-actions = { $lab } has no actions
no-tasks = this lab has no tasks
lab-folder-missing = there is no folder { $path }
not-in-a-folder = this isn't a lab's folder
not-started = { $lab } isn't started yet
other-learner = this folder belongs to the learner `{ $learner }`, not to `{ $id }`
record-unreadable = { $path } can't be read: { $reason }
folder-not-empty = { $folder } isn't empty and doesn't belong to this lab: nothing was changed
no-starter = the lab has no starter: { $starter } is missing
playground-not-running = the playground of { $lab } isn't running
open-git = `{ $path }` is a link or points into this folder: code in the playground could redirect git to files of its own
hint-open-git = put the repository itself there, or a file that points outside this folder, as `git worktree` and `git submodule` do
playground-busy = another lab command has been using this playground for a minute: try again when it is done
docker-command-missing = can't run the `docker` command: { $reason }
file-failed = { $path }: { $reason }
not-a-file = `{ $path }` should be a file, and is { $kind ->
    [folder] a folder
    [link] a link
    [pipe] a pipe
    [socket] a socket
   *[device] a device
 }
file-too-large = `{ $path }` is too large: at most { $limit } KiB are expected
another-users = `{ $path }` belongs to another user: lab stores nothing there
hint-another-users = set HOME to a folder of yours, or have that folder removed
hint-not-a-file = remove or rename { $path }, then try again
progress-not-kept = couldn't save your progress to { $path }: { $reason }
set-aside = couldn't read { $path } ({ $reason }); it was moved to { $now }, and a new one was created.
made-elsewhere = { $service } never answered: recreating the environment once, on other subnets
left-out = { $path }: ignored by your { $gitignore }, not copied
left-out-more = and { $count } more paths that your .gitignore files ignore
not-isolated = this engine doesn't isolate clean rooms: { $address } was reached from inside. The check goes on, but don't grade a class on this machine.
isolation-no-seccomp = this engine doesn't filter system calls (seccomp): a program in a clean room could open sockets that bypass its network, such as vsock
isolation-unknown = couldn't test whether this engine isolates clean rooms: the test needs bash in the lab's toolbox. The check goes on, but don't grade a class on this machine.
second-look-busy = { $count ->
    [one] this machine was too busy to judge { $count } check: judging it again on its own
   *[other] this machine was too busy to judge { $count } checks: judging them again on their own
}
second-look-broke = { $count ->
    [one] something broke before { $count } check had a verdict: judging it again, and a solution of the lab too if it breaks again
   *[other] something broke before { $count } checks had a verdict: judging them again, and a solution of the lab too if they break again
}
room-is-open = this lab's clean room has access to the network: { $why }
service-unavailable = { $service } isn't available on this machine: { $reason }
service-not-there = { $service } isn't available on this machine
swept = { $count ->
    [one] removed one environment that an earlier run had left behind
   *[other] removed { $count } environments that earlier runs had left behind
  }
cleaning-up = interrupted: cleaning up
still-cleaning-up = still cleaning up; the next lab command removes what is left
waits-for-another-command = waiting for another lab command, which is using this playground
copy-not-a-folder = { $path } isn't a folder
copy-link-leads-out = { $path } is a link to { $target }, outside your folder: nothing was judged
copy-link-absolute = { $path } is a link to the absolute path { $target }: nothing was judged
copy-links-tangled = the links at { $path } form a loop: nothing was judged
copy-too-big = your folder contains { $bytes } MiB, more than the { $limit } MiB that can be copied: nothing was judged
copy-too-many-files = your folder contains more than { $limit } files: nothing was judged
copy-too-deep = { $path } is more than { $limit } folders deep: nothing was judged
copy-special-file = { $path } is a { $kind }, which can't be copied: nothing was judged
copy-unreadable = { $path } can't be read ({ $reason }): nothing was judged
copy-changed = { $path } kept changing while it was copied: nothing was judged
copy-archive = couldn't write the copy of your folder: { $reason }
detail-kept = kept
detail-largest = { $megabytes } MiB
hint-list = lab list
hint-cd-or-start = cd into a lab's folder, or start a lab: lab list · lab start static-site
hint-start = lab start { $lab }
hint-other-folder = run it where a new folder can be created, or name one: lab start LAB --folder DIR
hint-other-learner = omit --as, or create a folder for this learner: lab start { $lab } --as { $id } --folder DIR
hint-record = your work is untouched; `lab start` in another folder creates a new .lab, which you can copy here
path-not-utf8 = the path `{ $path }` isn't UTF-8, and a container engine can't be told of such a folder
hint-path-not-utf8 = rename or move the folder
hint-link = copy the file into your folder instead of linking to it
hint-gitignore = list what isn't part of your work in .gitignore: it won't be copied
hint-install-docker-cli = install it: sudo apt-get install docker-cli, or docker.io
status-given-up = gave up: the solutions were shown before every core task had passed
hint-of = Hint { $number } of { $count }
hint-recorded = Recorded; it costs no points.
hint-next-ready = You can read the next one now: { $command }
hint-next-locked = The next one unlocks after { $count ->
    [one] one more failed version of your folder
   *[other] { $count } more failed versions of your folder, all different,
  } in this task: lab check
hint-was-last = That was the last one. To read them again: { $command } --again
hint-read-again = { $count ->
    [one] To read the one you have read
   *[other] To read the { $count } you have read
  } again: { $command } --again
hint-none-read = You have read none of these hints yet.
hint-all-read = { $count ->
    [one] You have read the only hint.
   *[other] You have read all { $count } hints.
  }
hint-none = There are no hints here. The task's text may help: lab task
hint-all-passed = Every task has passed: there is nothing left to hint at. For one of them: lab hint TASK
open-no-browser = No browser was found: open the address yourself.
open-nothing = { $lab } has no address to open
no-such-address = unknown address `{ $name }`; known addresses: { $known }
reset-ask = Put the starter's files back into { $folder }? Everything in it is first moved to a backup next to it. [y/N]
reset-ask-task = Forget the verdicts of { $task }? Your files stay as they are. [y/N]
reset-needs-yes = can't ask for confirmation here: nothing was changed
hint-reset-yes = to reset without confirmation: lab reset --yes
reset-not-done = Nothing was changed.
reset-backup = backup: your files and your progress are in { $backup }
reset-files = { $folder } has { $files ->
    [one] the starter's one file
   *[other] the starter's { $files } files
  } again; .git is unchanged
reset-cd = your terminal's folder was moved to the backup: cd { $folder }
reset-playground = the playground is stopped and its services' data removed: `lab start` creates a new one
reset-playground-unknown = the playground's state is unknown ({ $reason }): the data of its services is unchanged
reset-progress = every task starts over; the hints that you have read stay recorded
reset-task = { $task } starts over; your files and the hints that you have read stay
reset-next = Next: lab task · lab check
no-solutions = { $lab } has no solutions to show
no-such-solution = unknown solution `{ $name }`; known solutions: { $known }
solution-not-yet = the solutions unlock when every core task has passed; { $count ->
    [one] one is left
   *[other] { $count } are left
  }: { $tasks }
hint-solution = pass them (lab check · lab hint), or give up and see the solutions now, which is recorded: lab solution --give-up
solution-given-up = Recorded: you gave up. You can go on all the same; points are counted as before.
solution-list = { $count ->
    [one] one solution, which passes every check
   *[other] { $count } solutions, each of which passes every check
  }
solution-choose = Copy one next to your folder: lab solution { $name }
solution-laid = { $folder } is a copy of the solution, to read, change and compare
solution-there = { $folder } already exists and was not changed; to get a fresh copy, move it away
solution-files = { $count ->
    [one] one file
   *[other] { $count } files
  }: { $files }
solution-compare = Compare, yours first:

## Disputes
help-dispute = Put a verdict that you disagree with into a file for your instructor
help-dispute-check = The check
help-dispute-message = Your comment for the instructor
help-dispute-output = The file (default: .lab/local/dispute-CHECK.tar.gz)
help-test-with = Judge a file of `lab dispute` again; may be repeated
dispute-written = { $file }: the verdict, what the check saw, and { $count ->
    [0] no file
    [one] your file
   *[other] your { $count } files
}
dispute-next = give it to your instructor, who runs: lab test --with { $file }
dispute-passes = `{ $check }` passes: there is nothing to dispute
dispute-unavailable = `{ $check }` isn't judged on this machine: there is nothing to dispute
dispute-waits = `{ $check }` has no verdict of its own: it is blocked by `{ $on }`
hint-dispute = lab dispute { $check }
dispute-not-one = `{ $path }` isn't a file of `lab dispute`
dispute-newer = `{ $path }` was written by a newer lab (format { $format })
dispute-too-large = `{ $path }` contains more than a folder may
dispute-leads-out = `{ $path }` contains `{ $entry }`, which points outside its folder
dispute-other-lab = the dispute is about the lab `{ $of }`, not about `{ $lab }`
hint-dispute-lab = lab test { $of } --with FILE
dispute-about = { $name }: `{ $check }` is disputed; it was judged by lab { $judged } with version { $version } of its lab
dispute-version = the lab was at version { $version } then and is at { $now } now
dispute-keep = correct, and passes now; to keep it as a solution: mkdir { $folder } && tar -xzf { $file } --strip-components=1 -C { $folder } folder
value-allow = NAME@DIGEST
help-any-allow = Allow a lab what it needs beyond the usual limits; its refusal says what to write
consent-needed = the lab `{ $lab }` ({ $path }) needs more from this machine than labs get by default
consent-refused = not allowed: nothing was started
consent-capability = the capability { $name } for `{ $service }`
consent-network = access to the network, for learners' programs as well
lint-consent = { $path }: whoever runs this lab is asked first to allow { $what }
lint-limit = { $path }: `{ $part }` gets at most this machine's memory and { $pids } processes
lint-user = { $path }: `{ $service }` runs as user { $user }, which may be a real user on some machine: ids from { $from } to { $to } belong to nobody
consent-ask = Do you trust its author with that? [y/N]
hint-consent = if you trust its author: --allow { $allow }
detail-line = { $name }: { $text }
learner-of-folder = This folder was started on another machine: its values are those of the learner `{ $learner }`, as .lab/lab.json says.
judge-changed = The lab has changed since the last check of this folder: now { $now }, before { $before }.
another-labs-folder = this folder belongs to the lab `{ $lab }`, but the lab found for it is now `{ $found }`
hint-start-path = if the lab is in a folder of your own: lab start PATH/{ $lab }
hint-own-lab = a lab of your own is named by a path: { $path }
list-wrong = ✘ { $why } (lab lint { $path })

## What the system says of a file or an address
system-not-found = there is no such file or folder
system-denied = permission denied
system-exists = it already exists
system-not-a-folder = it isn't a folder
system-a-folder = it is a folder
system-not-empty = the folder isn't empty
system-full = no space is left on the disk
system-quota = the disk quota is used up
system-read-only = the file system is read-only
system-refused = connection refused
