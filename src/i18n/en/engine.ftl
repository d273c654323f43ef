# What goes wrong with the Docker engine, images and services.
interrupted = interrupted
interrupted-unfinished = interrupted before everything was removed; the next `lab` command removes the rest
engine-not-found = no Docker engine was found on this machine
engine-not-there = { $said_by } says that the Docker engine is at { $socket }, and nothing is there
engine-stopped = the Docker engine isn't running: { $socket } is there and nobody answers ({ $reason })
engine-not-allowed = you may not use the Docker engine: no permission on { $socket }
engine-remote = the Docker engine at { $host } is on another machine: lab needs a local one, for checks go through a port on its own loopback
engine-too-old = this Docker engine is too old: { $version } speaks API { $api }, and lab needs 1.41 (Engine 20.10) or newer
engine-call = the Docker engine failed to { $doing } `{ $object }`: { $reason }
engine-no-subnet = no free subnet for `{ $network }`: { $tried ->
    [0] the range has none left beside this machine's own networks
    [one] the only one is in use
   *[other] all { $tried } that were tried are in use
  }
engine-image = the image of { $part } can't be had: { $reason }
engine-not-ready = { $service } didn't get ready in { $seconds } s.
engine-ended = { $service } ended with exit code { $exit }.
engine-own-command = a command of lab's own in a container, `{ $command }`, ended with exit code { $exit }: { $said }
engine-own-command-late = a command of lab's own in a container, `{ $command }`, didn't end in time
engine-not-running = { $service } isn't running
engine-unknown-name = the lab uses `{ $name }`, which nothing defines: a fault of the lab, not of your work
engine-still-there = { $project } isn't all gone: { $objects }
engine-folder = the copy of your folder can't be read back: { $reason }
image-cant-have = `{ $image }` is not on this machine and can't be got
image-not-found = the registry has no `{ $image }`
image-denied = the registry refuses `{ $image }`: it doesn't exist there, or needs a login
image-rate-limited = { $registry } has reached its limit of pulls for your address, at `{ $image }`
image-unreachable = the registry { $registry } can't be reached: { $reason }
image-pull-failed = pulling `{ $image }` failed: { $reason }
image-no-dockerfile = { $folder } has no Dockerfile
image-bad-dockerfile = the Dockerfile in { $folder } can't be read: { $reason }
image-unreadable = { $path } can't be read: { $reason }
image-too-large = { $folder } holds more than { $megabytes } MiB
image-build-failed = step { $step } failed, `{ $instruction }`: { $reason }
image-layer-failed = files can't be put on top of `{ $image }`: { $reason }
image-silent = `{ $image }` made no progress for { $minutes } minutes: nothing was heard of it, and it did no work
image-too-long = `{ $image }` wasn't there after { $minutes } minutes
image-disk-full = the disk is too full for `{ $image }`
image-lock = the lock file { $path } can't be used: { $reason }
image-daemon = the Docker engine failed at `{ $image }`: { $reason }
detail-looked-at = looked at
detail-last-probe = last probe
detail-last-log = last log
detail-last-lines = last lines
detail-tried = tried
hint-install-engine = install it with `sudo apt-get install docker.io` (Debian, Ubuntu) or from https://docs.docker.com/engine/install, then repeat; `lab doctor` tells whether all is there
hint-not-there = start that engine, or let { $said_by } name another one; without it, the usual places are looked at (unset DOCKER_HOST, docker context use default)
hint-start-engine = start it with `sudo systemctl start docker`, or open Docker Desktop, then repeat
hint-docker-group = run `sudo usermod -aG docker $USER`, log out and in again, then repeat
hint-local-engine = unset DOCKER_HOST, or choose a local context with `docker context use default`
hint-update-engine = update Docker, on Debian or Ubuntu with `sudo apt-get install docker.io`, then repeat
hint-subnets = give lab another range, such as `LAB_SUBNETS=10.202.0.0/16`, or remove unused networks with `docker network prune`
hint-logs-doctor = lab logs { $service } · lab doctor
hint-start-lab = lab start
hint-doctor = lab doctor
hint-gc = lab gc · lab doctor
hint-base-image = no image registry answers here: `scripts/demo` makes the base image from Debian's packages, once
hint-registry = check the network; what is here already goes on working without it. `lab doctor` tells more
hint-rate-limit = wait some hours, or log in with `docker login`
hint-disk = free some space: `lab gc` removes what lab has left, `docker system df` shows the rest
hint-lab-author = this is a fault of the lab: tell its author what stands above
image-made-elsewhere = Another lab process is making the image { $image }. Waiting for it.
image-built-instead = The image { $image } can't be pulled here. Its program is built from source instead, once; this can take some minutes.
