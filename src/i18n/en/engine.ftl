# What goes wrong with the Docker engine, images and services.
interrupted = interrupted
interrupted-unfinished = interrupted before everything was removed; the next `lab` command removes the rest
engine-not-found = no Docker engine was found on this machine
engine-not-there = there is no Docker engine at { $socket } (from { $said_by })
engine-stopped = the Docker engine isn't running: { $socket } exists, but nothing answers ({ $reason })
engine-not-allowed = you aren't allowed to use the Docker engine: permission denied on { $socket }
engine-remote = the Docker engine at { $host } is on another machine, and lab needs a local one: checks use a port of the engine's own loopback
engine-too-old = this Docker engine is too old: { $version } speaks API { $api }, and lab needs 1.41 (Engine 20.10) or newer
engine-call = the Docker engine failed to { $doing ->
    [ask-its-version] report its version at
    [connect] connect
    [create-container] create the container
    [create-network] create the network
    [create-volume] create the volume
    [inspect] inspect
    [kill] kill
    [list] list
    [look-at] describe
    [pause] pause
    [read] read
    [read-the-log-of] read the log of
    [remove-container] remove the container
    [remove-network] remove the network
    [remove-volume] remove the volume
    [run] run
    [start] start
    [stop] stop
    [unpause] resume
    [upload-the-folder] copy the folder to
   *[other] { $doing }
  } `{ $object }`: { $reason }
engine-no-subnet = no free subnet for `{ $network }`: { $tried ->
    [0] this machine's own networks take up the whole range
    [one] the only one is in use
   *[other] all { $tried } that were tried are in use
  }
engine-image = no image for { $part }: { $reason }
engine-not-ready = { $service } wasn't ready after { $seconds } s.
engine-ended = { $service } exited with code { $exit }.
engine-own-command = a command of lab in a container, `{ $command }`, exited with code { $exit }: { $said }
engine-own-command-late = a command of lab in a container, `{ $command }`, didn't finish in time
engine-not-running = { $service } isn't running
engine-unknown-name = the lab uses `{ $name }`, which nothing defines: this is a mistake in the lab, not in your work
engine-still-there = { $project } wasn't removed completely: { $objects }
engine-folder = couldn't read the copy of your folder back: { $reason }
image-cant-have = `{ $image }` is not on this machine and can't be downloaded
image-not-found = the registry has no `{ $image }`
image-denied = the registry refuses `{ $image }`: the image doesn't exist there, or needs a login
image-rate-limited = { $registry } limits downloads, and your address has reached the limit at `{ $image }`
image-unreachable = can't reach the registry { $registry }: { $reason }
image-pull-failed = couldn't download `{ $image }`: { $reason }
image-no-dockerfile = { $folder } has no Dockerfile
image-bad-dockerfile = couldn't read the Dockerfile in { $folder }: { $reason }
image-unreadable = couldn't read { $path }: { $reason }
image-too-large = { $folder } contains more than { $megabytes } MiB
image-build-failed = step { $step } failed, `{ $instruction }`: { $reason }
image-layer-failed = couldn't add files to `{ $image }`: { $reason }
image-silent = `{ $image }` made no progress for { $minutes } minutes: no output, no work
image-too-long = `{ $image }` wasn't ready after { $minutes } minutes
image-disk-full = not enough disk space for `{ $image }`
image-lock = couldn't use the lock file { $path }: { $reason }
image-daemon = the Docker engine failed on `{ $image }`: { $reason }
detail-looked-at = searched
detail-last-probe = last probe
detail-last-log = end of the log
detail-last-lines = last lines
detail-tried = tried
hint-install-engine = install it with `sudo apt-get install docker.io` (Debian, Ubuntu) or from https://docs.docker.com/engine/install, then try again; `lab doctor` checks the rest
hint-not-there = start that engine, or change { $said_by }; without it, lab looks in the usual places (unset DOCKER_HOST, docker context use default)
hint-start-engine = start it with `sudo systemctl start docker`, or open Docker Desktop, then try again
hint-docker-group = run `sudo usermod -aG docker $USER`, log out and in again, then try again
hint-local-engine = unset DOCKER_HOST, or choose a local context with `docker context use default`
hint-update-engine = update Docker, on Debian or Ubuntu with `sudo apt-get install docker.io`, then try again
hint-subnets = give lab another range, such as `LAB_SUBNETS=10.202.0.0/16`, or remove unused networks with `docker network prune`
hint-logs-doctor = lab logs { $service } · lab doctor
hint-start-lab = lab start
hint-doctor = lab doctor
hint-gc = lab gc · lab doctor
hint-base-image = no image registry answers here: `scripts/demo` builds the base image from Debian's packages, once
hint-registry = check the network; what is already here works without it. For more: lab doctor
hint-rate-limit = wait a few hours, or log in with `docker login`
hint-disk = free some space: `lab gc` removes what lab left behind, `docker system df` shows the rest
hint-lab-author = this is a mistake in the lab: tell its author what is written above
image-made-elsewhere = Waiting for another lab process, which is building the image { $image }.
image-built-instead = The image { $image } can't be downloaded here: its program is built from source instead, once. This can take some minutes.
