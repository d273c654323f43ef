# The command line: help, and what commands say.
cli-usage = Usage:
cli-commands = Commands
cli-options = Options
cli-arguments = Arguments
cli-after-help =
    {"  "}Begin with:  lab list · lab start static-site
cli-unknown-command = there is no command `{ $name }`
cli-unknown-argument = `{ $name }` isn't an argument here
cli-invalid-value = `{ $value }` won't do for { $argument }; these will: { $valid }
cli-wrong-value = `{ $value }` won't do for { $argument }
cli-missing-value = the value of { $argument } is missing
cli-missing = { $name } is missing
cli-conflict = { $name } can't be used with what else was given
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
help-lab = Hands-on cloud labs at home: real parts, clean rooms, honest verdicts
help-any-help = Show this help
help-any-version = Show the version
help-any-lang = Language: en or fr (default: LAB_LANG, then the locale)
help-any-folder = The lab's folder (default: the current one)
help-any-log = Append what lab does to a file, as JSON lines
help-list = List the labs and how far you have got
help-start = Make a lab's folder and start its playground
help-start-lab = The lab's name, or a path to a lab of your own (default: the folder's)
help-start-learner = An id given by your instructor
help-start-yes = Go on without asking when images must be downloaded or built
help-task = Show the text of a task
help-task-task = Its name or number (default: the current one)
help-check = Judge the folder in a clean room, from nothing
help-check-names = Tasks or checks (default: the current task and the finished ones)
help-check-all = Judge everything
help-check-format = human, json, junit, check50, gradescope, markdown, html or github (default: human)
help-check-trace = Show on standard error what each probe saw and how it was judged
help-check-watch = Check again at each save, until Ctrl-C; Enter checks at once
help-check-report = A report in a file as well, such as junit=out.xml; may be repeated
help-report = Show the last run of lab check again
help-report-lab = The lab (default: the folder's)
help-report-format = human, json, junit, check50, gradescope, markdown, html or github (default: human)
help-report-report = A report in a file as well, such as junit=out.xml; may be repeated
help-status = Show where you stand, without judging
help-status-lab = The lab (default: the folder's)
help-env = Show the playground's addresses and keys
help-env-lab = The lab (default: the folder's)
help-shell = Open a terminal next to the services
help-shell-command = A command to run there instead of a shell
help-logs = Show what the services say
help-logs-service = The service (default: all)
help-logs-follow = Go on as more is said
help-logs-tail = Lines from the end (default: 100)
help-stop = Stop the playground; your folder and its data stay as they are
help-stop-lab = The lab (default: the folder's)
help-stop-data = Remove what its services keep, too
help-restart = Make a service of the playground anew
help-restart-service = The service (default: all)
help-hint = Read the next hint; it is recorded, and costs no points
help-hint-name = A task or check (default: the first failed check, else the current task)
help-hint-again = Read those again that you have read
help-do = Do one of the lab's actions: make traffic, break, repair
help-do-action = Which (default: list them)
help-open = Open the playground's site in the browser
help-open-name = Which address, by its name in the lab (default: the site)
help-reset = Begin the folder again from the starter, after a backup; with a task, forget its verdicts only
help-reset-task = Only forget this task's verdicts and failed versions; every file stays as it is
help-reset-yes = Don't ask
help-solution = Put a solution beside your folder, once every core task has passed
help-solution-name = The solution (default: list them)
help-solution-give-up = See them before that; it is recorded
help-test = Prove a lab: the starter fails, solutions pass, each mutant is refused
help-test-labs = Labs, by name or path (default: the one around here)
help-test-all = Every lab there is
help-test-jobs = Clean rooms side by side (default: what the lab says, else twice the cores)
help-test-only = Only what concerns this check, mutant or solution; may be repeated
help-test-repeat = Judge each folder so often, to find checks that are flaky (default: 1)
help-test-format = human, json or junit (default: human)
test-no-lab = no lab is around here
hint-test-lab = name one, or say --all: lab test static-site
help-images = Show which images labs need, and whether they are there
help-images-labs = Labs by name (default: all)
help-images-prepare = Pull or build all that are missing, at once
help-images-format = human or json (default: human)
images-image = IMAGE
images-labs = LABS
images-state = HERE
images-to-pull = to be pulled
images-to-build = to be built
images-optional = missing, and not needed
images-all-there = all that is needed is here
images-missing = { $missing } of { $count } are missing: lab images --prepare has them
help-bundle = Write labs and their images into one file, for machines without a network
help-bundle-labs = Labs by name (default: all)
help-bundle-output = The file to write (default: labs.tar)
help-load = Take a bundle in; its labs are then here like the others
help-load-file = The bundle
value-file = FILE
value-text = TEXT
value-check = CHECK
bundle-exists = `{ $path }` is there already
hint-bundle-output = name another file: lab bundle --output FILE
bundle-written = { $file }, { $size }: { $labs }
bundle-next = on the other machine: lab bundle load { $file }
bundle-missing = there is no file `{ $path }` to read
bundle-not-one = `{ $path }` is no bundle of labs
hint-bundle-write = `lab bundle` writes one
bundle-newer = `{ $path }` was written by a newer lab (format { $format }): update this one
bundle-leads-out = `{ $path }` holds `{ $entry }`, which leads out of it: nothing of it is kept
bundle-too-large = `{ $path }` holds more than labs do: nothing of it is kept
bundle-bad-head = `{ $path }` isn't as `lab bundle` writes one: its list of labs doesn't hold ({ $reason }). Nothing of it is kept
bundle-unnamed-image = `{ $path }` holds the image `{ $image }`, which its list doesn't name: nothing of it is kept
bundle-replaces-image = `{ $path }` holds another image under the name `{ $image }` than this machine has: nothing of it is kept
hint-bundle-replaces = if you trust the bundle, remove yours first: docker rmi { $image }
packed-odd = `{ $path }` holds `{ $entry }`, which `lab` doesn't write: a device, a pipe, a hard link, or a name that is there twice. Nothing of it is kept
bundle-loaded = { $labs }: { $images ->
    [one] one image
   *[other] { $images } images
  } taken in
bundle-other-version = It was written by lab { $theirs }, and this is { $ours }: with another version some images may be made anew, which needs a network.
help-doctor = Look at this machine and say what is missing
help-doctor-bundle = Also write what a bug report needs to a file (tar.gz), without your names
log-level = `LAB_LOG` is `{ $value }`, which isn't a level
hint-log-level = use `LAB_LOG=debug`, or `error`, `warn`, `info`, `trace`
doctor-bundle = `{ $path }` has what a bug report needs: versions, the engine, lab ids, what this command found and the last log. Your home folder, user name and host name were taken out; read it before you attach it.
help-gc = Remove what labs have left behind
help-gc-all = Also stop every playground of yours
help-completions = Print a script that completes lab in your shell
help-new = Make a small lab of your own, proved as it stands, to go on from
help-new-id = Its id, which is also its folder's name
help-new-languages = The languages of its texts: en, fr or both (default: both)
new-laid = { $folder }: a lab of { $files } files
new-next-read = { $file } explains itself; begin there
new-next-lint = lab lint { $folder }    looks for mistakes
new-next-test = lab test { $folder }    proves that its checks catch wrong work
new-next-start = lab start { $folder }/    is what a learner does
new-exists = `{ $folder }` is there already, and nothing in it was touched
hint-new-other = give another id, or move that folder away
help-schema = Print the JSON Schema of lab files, from which editors complete
help-schema-reference = The reference of probes, selectors and matchers instead, in Markdown
help-schema-lab = With the kinds of checks beside this lab, not those of the shipped ones
help-lint = Look through labs for mistakes, and for what makes checks unfair
help-lint-paths = A lab, a folder of labs, or a lab's name (default: here)
help-lint-format = human, json or github (default: human)
no-labs-here = `{ $path }` is no lab, and no folder of labs
hint-lint-path = name a folder that has a lab.yaml, or one above such folders; `lab lint` alone looks here
help-completions-shell = bash, elvish, fish, powershell or zsh
list-lab = LAB
list-title = TITLE
list-level = LEVEL
list-time = TIME
list-you = YOU
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
task-limits = `lab check` ends { $limits }; later where the machine is busy.
task-page = { $title } · not scored
start-images-label = images
start-missing = Images that are missing here: { $images }
start-ask = They are downloaded or built once, which can take minutes. Go on? [Y/n]
start-not-now = nothing was started; { $folder } is kept: { $again }
start-kept = { $folder }: { $again } goes on from there
start-nothing-to-do = already running, nothing to do ({ $milliseconds } ms)
start-keys = keys: lab env
start-task = Task { $number } of { $count }: { $title }
start-cd = cd { $folder }, then:
start-shell = a terminal next to the services
start-check = judges this folder in a clean room, from nothing
folder-is-roots = This folder belongs to root, so commands in the toolbox run as root, without any of its powers.
env-only-inside = Set only in `lab shell`, since programs on this machine might act on them: { $names }
env-note = In `lab shell` these are set, with the addresses of the lab's own network; from this machine:
status-running = running: { $services } · lab env
status-stopped = the playground isn't running · lab start
status-engine = the playground can't be asked: { $reason }
stopped = { $lab } is stopped; your folder is as it was
data-kept = the data of its services is kept · lab stop --data removes it
was-not-running = { $lab } wasn't running
restarted = made anew: { $services }
gc-kept = kept: { $project } ({ $objects } objects, { $folder })
gc-at-work = kept: { $project } ({ $folder }), for another lab command is at work on it
gc-removed = removed: { $project }
gc-failed = couldn't be removed: { $project }: { $reason }
gc-sum = { $count ->
    [0] nothing was left behind
    [one] one environment removed
   *[other] { $count } environments removed
  }
doctor-engine = Docker engine { $version }, API { $api }
doctor-podman = this is Podman: it may work, and isn't tested
doctor-socket = its socket { $socket }, { $found }
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
    [one] an environment is left of a run that is over: { $names }
   *[other] { $count } environments are left of runs that are over: { $names }
  }
doctor-gc = remove what is left: `lab gc`
doctor-stuck = the engine is there and didn't answer for { $seconds } s: it is stuck
doctor-stuck-hint = start it anew, which ends what runs on it: `sudo systemctl restart docker`
doctor-traffic = containers reach each other, and this machine reaches them
doctor-traffic-not = containers start, and nothing that is sent to them arrives: a firewall eats the traffic of Docker's bridges
doctor-traffic-hint = let the engine write its rules anew: `sudo systemctl restart docker`; if that isn't enough, keep the firewall out of what goes within one bridge: `sudo sysctl net.bridge.bridge-nf-call-iptables=0`
doctor-traffic-unknown = whether containers reach each other wasn't tried: the image for it isn't here yet
doctor-traffic-unknown-hint = make it, then look again: `lab images --prepare`
doctor-registry = the registry { $name } answers
doctor-registry-silent = the registry { $name } doesn't answer
doctor-registry-hint = what is here goes on without it: `lab images` says what is missing; on a machine that has it `lab bundle` writes all into one file, and `lab bundle load FILE` takes that in here
doctor-memory = { $megabytes } MiB of memory are free
doctor-memory-hint = labs want { $wanted } MiB: close other programs, or remove playgrounds that you don't need with `lab gc --all`; give Docker Desktop more under Settings, Resources
doctor-clock = the clock is set
doctor-clock-agrees = the clocks of this machine and of the engine agree
doctor-clock-wrong = the clock says { $date }, which is long over: certificates and signatures won't hold
doctor-clock-hint = set it: `sudo timedatectl set-ntp true`
doctor-clock-apart = the engine's clock is { $seconds } s away from this machine's: signatures won't hold
doctor-clock-apart-hint = restart the machine that the engine runs in: `wsl --shutdown` from Windows, or restart Docker Desktop
doctor-wsl = { $folder } lies on a Windows drive: slow, and without Linux's permissions
doctor-wsl-hint = work in Linux's own files: `cd ~`, then `lab start` there
doctor-user = the user { $name } of this machine has the id { $id }, which is one of those in rooms: what services keep secret they could read
doctor-user-hint = give them another id: `sudo usermod --uid ID { $name }`
doctor-state = { $path } can be written to
doctor-state-hint = make it yours: sudo chown -R $USER { $path }
doctor-disk = { $gigabytes } GiB free at { $folder }
doctor-disk-unknown = the free disk space can't be told
doctor-sum = { $count ->
    [0] all is there
    [one] one thing is missing
   *[other] { $count } things are missing
  }
no-such-lab = there is no lab `{ $name }`; there are: { $known }
no-such-task = there is no task `{ $name }`; there are: { $known }
no-such-check = there is no task or check `{ $name }`; there are: { $known }
no-such-service = there is no service `{ $name }`; there are: { $known }
no-such-action = there is no action `{ $name }`; there are: { $known }
no-actions = { $lab } offers no actions
no-tasks = this lab has no tasks
lab-folder-missing = there is no folder { $path }
not-in-a-folder = this isn't a lab's folder
not-started = { $lab } isn't started yet
other-learner = this folder belongs to the learner `{ $learner }`, not to `{ $id }`
record-unreadable = { $path } can't be read: { $reason }
folder-not-empty = { $folder } isn't empty, and isn't this lab's: nothing was changed
no-starter = the lab has no starter: { $starter } is missing
playground-not-running = the playground of { $lab } isn't running
open-git = `{ $path }` is a link, or names a place in this folder: what runs in the playground could lead git elsewhere, to what it wrote itself
hint-open-git = put the repository itself there, or a file that names a place outside this folder, as `git worktree` and `git submodule` do
playground-busy = another lab command has worked on this playground for a minute: try again when it is done
docker-command-missing = the docker command can't be run: { $reason }
file-failed = { $path }: { $reason }
not-a-file = `{ $path }` is { $kind ->
    [folder] a folder
    [link] a link
    [pipe] a pipe
    [socket] a socket
   *[device] a device
 }, where a file should be
file-too-large = `{ $path }` is larger than such a file can be ({ $limit } KiB)
another-users = `{ $path }` belongs to another user, so lab won't keep anything there
hint-another-users = set HOME to a folder of yours; or have that one removed
hint-not-a-file = remove or rename { $path }, then try again
progress-not-kept = your progress couldn't be kept in { $path }: { $reason }
set-aside = { $path } couldn't be read ({ $reason }). It is kept as { $now }, and a new one was begun.
made-elsewhere = nothing that was sent to { $service } was answered: everything is made once more, at other addresses
left-out = { $path }: ignored by your { $gitignore }, not copied
left-out-more = and { $count } more paths that your .gitignore files name
not-isolated = this engine doesn't isolate clean rooms: { $address } was reached from inside. The check goes on; a class must not be graded here.
isolation-no-seccomp = this engine has no filter of system calls (seccomp): a program in a room may open sockets that lead past its network, such as vsock
isolation-unknown = whether this engine isolates clean rooms couldn't be asked
second-look-busy = { $count ->
    [one] this machine was too busy to judge { $count } check: it is judged once more by itself
   *[other] this machine was too busy to judge { $count } checks: they are judged once more by themselves
}
second-look-broke = { $count ->
    [one] something broke before { $count } check had a verdict: it is judged once more, and a solution of the lab's if it breaks again
   *[other] something broke before { $count } checks had a verdict: they are judged once more, and a solution of the lab's if they break again
}
room-is-open = this lab's clean room reaches the world: { $why }
service-unavailable = { $service } isn't available on this machine: { $reason }
service-not-there = { $service } isn't available on this machine
swept = { $count ->
    [one] one environment that an earlier run left behind was removed
   *[other] { $count } environments that earlier runs left behind were removed
  }
cleaning-up = interrupted: cleaning up
still-cleaning-up = still cleaning up; what stays is removed by the next lab command
waits-for-another-command = another lab command works on this playground: waiting for it
copy-not-a-folder = { $path } isn't a folder
copy-link-leads-out = { $path } is a link to { $target }, outside of your folder: nothing was judged
copy-link-absolute = { $path } is a link to the absolute path { $target }: nothing was judged
copy-links-tangled = the links around { $path } lead into each other without end: nothing was judged
copy-too-big = your folder holds { $bytes } MiB, and { $limit } MiB may be copied: nothing was judged
copy-too-many-files = your folder holds more than { $limit } files: nothing was judged
copy-too-deep = { $path } is more than { $limit } folders deep: nothing was judged
copy-special-file = { $path } is a { $kind }, which can't be copied: nothing was judged
copy-unreadable = { $path } can't be read ({ $reason }): nothing was judged
copy-changed = { $path } changed while it was copied, several times: nothing was judged
copy-archive = the copy of your folder can't be written: { $reason }
detail-kept = kept
detail-largest = { $megabytes } MiB
hint-list = lab list
hint-cd-or-start = cd into a lab's folder, or begin one: lab list · lab start static-site
hint-start = lab start { $lab }
hint-other-folder = go where there is room for a new folder, or name one: lab start LAB --folder DIR
hint-other-learner = leave --as out, or make a folder of their own: lab start { $lab } --as { $id } --folder DIR
hint-record = your work is untouched; `lab start` in another folder makes a new record, whose .lab you can copy here
hint-link = copy the file into your folder instead of linking to it
hint-gitignore = what isn't part of your work, name in .gitignore: it is then left out
hint-install-docker-cli = install it: sudo apt-get install docker-cli, or docker.io
status-given-up = given up: the solutions were asked for before every core task passed
hint-of = Hint { $number } of { $count }
hint-recorded = Recorded; it costs no points.
hint-next-ready = The next one can be read now: { $command }
hint-next-locked = The next one unlocks after { $count ->
    [one] one more version of your folder that fails
   *[other] { $count } more different versions of your folder that fail
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
hint-all-passed = Every task is passed: there is nothing to give a hint for. For one of them: lab hint TASK
open-no-browser = No browser was found here: open the address yourself.
open-nothing = { $lab } opens no address
no-such-address = there is no address `{ $name }`; there are: { $known }
reset-ask = Put the starter's files back into { $folder }? Everything there is moved into a backup beside it first. [y/N]
reset-ask-task = Forget the verdicts of { $task }? Your files stay as they are. [y/N]
reset-needs-yes = nobody can be asked here, so nothing was changed
hint-reset-yes = to reset without a question: lab reset --yes
reset-not-done = Nothing was changed.
reset-backup = backup: all that was there is in { $backup }, your progress too
reset-files = { $folder } has { $files ->
    [one] the starter's one file
   *[other] the starter's { $files } files
  } again; .git is as it was
reset-cd = the folder that your terminal was in is now in the backup: cd { $folder }
reset-playground = the playground is stopped, and what its services kept is gone: lab start makes a new one
reset-playground-unknown = the playground couldn't be asked ({ $reason }): what its services keep is as it was
reset-progress = every task begins again; the hints that you have read stay recorded
reset-task = { $task } begins again; your files and the hints that you have read stay
reset-next = Next: lab task · lab check
no-solutions = { $lab } has no solutions to show
no-such-solution = there is no solution `{ $name }`; there are: { $known }
solution-not-yet = the solutions open when every core task has passed; { $count ->
    [one] one is left
   *[other] { $count } are left
  }: { $tasks }
hint-solution = pass them (lab check · lab hint), or see the solutions now: lab solution --give-up, which is recorded
solution-given-up = Recorded: given up. You can go on all the same; points are counted as before.
solution-list = { $count ->
    [one] one solution, which passes everything
   *[other] { $count } solutions, each of which passes everything
  }
solution-choose = Put one beside your folder: lab solution { $name }
solution-laid = { $folder } is a copy of the solution, to read, change and compare
solution-there = { $folder } was there already and was left as it is; move it away for a fresh copy
solution-files = { $count ->
    [one] one file
   *[other] { $count } files
  }: { $files }
solution-compare = Compare, yours first:

## Disputes
help-dispute = Write a disputed verdict into one file for your instructor
help-dispute-check = The check
help-dispute-message = What you say to it, for the instructor to read
help-dispute-output = The file (default: .lab/local/dispute-CHECK.tar.gz)
help-test-with = A file of lab dispute, judged again; may be repeated
dispute-written = { $file }: the verdict, what the check saw, and { $count ->
    [one] your file
   *[other] your { $count } files
}
dispute-next = give it to your instructor, who runs: lab test --with { $file }
dispute-passes = `{ $check }` passes: there is nothing to dispute
dispute-unavailable = `{ $check }` isn't judged on this machine: there is nothing to dispute
dispute-waits = `{ $check }` has no verdict of its own, for it waits on `{ $on }`
hint-dispute = lab dispute { $check }
dispute-not-one = `{ $path }` is no file of `lab dispute`
dispute-newer = `{ $path }` was written by a newer lab (form { $format })
dispute-too-large = `{ $path }` holds more than a folder may
dispute-leads-out = `{ $path }` holds `{ $entry }`, which leads out of its folder
dispute-other-lab = the dispute is about the lab `{ $of }`, not about `{ $lab }`
hint-dispute-lab = lab test { $of } --with FILE
dispute-about = { $name }: `{ $check }` is disputed, judged by lab { $judged } with version { $version } of its lab
dispute-version = the lab was { $version } then and is { $now } now
dispute-keep = right, and passes now; to keep it as a solution: mkdir { $folder } && tar -xzf { $file } --strip-components=1 -C { $folder } folder
value-allow = NAME@DIGEST
help-any-allow = Let a lab have what it asks for beyond what labs may (its refusal says what to write)
consent-needed = the lab `{ $lab }` ({ $path }) wants more of this machine than labs may: { $wants }
consent-line = { $what } (its reason: { $why })
consent-capability = the capability { $name } for `{ $service }`
consent-network = the network outside, for learners' programs as well
lint-consent = { $path }: whoever runs this lab is asked first whether they allow it { $what }
lint-limit = { $path }: `{ $part }` gets no more memory and processes than this machine has, and { $pids } processes at most
lint-user = { $path }: `{ $service }` runs as user { $user }, who may be somebody on a machine that it runs on: ids from { $from } to { $to } are nobody's
consent-ask = Do you trust who wrote it with that? [y/N]
hint-consent = if you trust who wrote it: add { $allow }
learner-of-folder = This folder wasn't begun on this machine: its values are those of the learner `{ $learner }`, as its .lab/lab.json says.
judge-changed = The lab isn't the same as at the last check of this folder: { $now }, before { $before }.
another-labs-folder = this folder is for the lab `{ $lab }`, and the lab that was named for it is `{ $found }` now
hint-start-path = if the lab is in a folder of yours: lab start PATH/{ $lab }
list-wrong = ✘ { $path }: { $why }
