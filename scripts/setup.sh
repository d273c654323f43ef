#!/usr/bin/env bash
# What scripts/demo, scripts/test and scripts/bench share: all that a fresh
# Debian or Ubuntu machine needs. Sourced, not run. Every step looks first and
# costs next to nothing when its work is already there.
#
# The network may be open (images are pulled, Rust comes from rustup) or closed
# to all but package registries (the base image is made from Debian's packages,
# Rust comes from trixie-backports). Each step tries the open way first.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD

BASE_IMAGE=debian:trixie-slim
DOCKERD_LOG=/var/log/lab-dockerd.log
RUST_AT_LEAST=1.89
TYPOS=1.52.0
CARGO_DENY=0.20.2
# The last version of this path; those of github.com/vale-cli need a module that proxies lack.
VALE=3.15.2
# GitHub's own parser of workflows. With another version the copy of its schema in
# labs/images/workflow/internal/syntax is downloaded again.
WORKFLOW_PARSER_VERSION=0.3.61
# Its source distribution carries the schema that Jenkins has for JUnit's XML.
PYTEST=8.4.2
JUNIT_XSD_SHA256=a1a816f58d1bf95ebabf371994df0b9246dee66ea9572fbec4f9296f1b2c0ff6

say() { printf '· %s\n' "$*" >&2; }
# Begins a part of a script; what each took stands at the end, however that comes.
STAGES=()
stage() {
    [ ${#STAGES[@]} -gt 0 ] || trap stages EXIT
    STAGES+=("$SECONDS $*")
    say "$*"
}
stages() {
    local code=$? index next
    say "$([ $code -eq 0 ] && echo 'all passed' || echo "FAILED in: ${STAGES[-1]#* }"); minutes and seconds:"
    for index in "${!STAGES[@]}"; do
        next=${STAGES[index + 1]:-$SECONDS}
        printf '  %3d:%02d %s\n' $(((${next%% *} - ${STAGES[index]%% *}) / 60)) $(((${next%% *} - ${STAGES[index]%% *}) % 60)) "${STAGES[index]#* }" >&2
    done
    printf '  %3d:%02d in all\n' $((SECONDS / 60)) $((SECONDS % 60)) >&2
    if [ ${#LEFTOVERS[@]} -gt 0 ]; then rm -rf "${LEFTOVERS[@]}"; fi
    return $code
}
# Folders that go when a script with stages ends.
LEFTOVERS=()
die() { printf '✘ %s\n' "$*" >&2; exit 3; }
have() { command -v "$1" >/dev/null 2>&1; }

# Runs a command as root, asking sudo where this user isn't.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        die "'$*' needs root: run this script as root, or install sudo"
    fi
}

apt_updated=no
# Installs the Debian packages that are missing among those named.
packages() {
    local missing=()
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    have apt-get || die "this script installs packages with apt-get, which isn't here: install ${missing[*]} by hand"
    say "installing ${missing[*]} (a minute or two, once)"
    if [ $apt_updated = no ]; then
        as_root apt-get update -qq
        apt_updated=yes
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# The Docker Engine: an existing one is used as it is, else the distribution's
# is installed and started, by systemd where it runs, else detached.
setup_docker() {
    if ! have dockerd && ! docker_answers; then
        packages docker.io iptables ca-certificates
        # Since Debian 13 the command is a package of its own.
        have docker || packages docker-cli
    fi
    docker_answers && return
    drop_rules_of_a_killed_engine
    say "starting the Docker engine"
    if [ -d /run/systemd/system ]; then
        as_root systemctl start docker
    else
        # Detached for good: nothing of this script's output stays open in it.
        as_root sh -c "setsid dockerd >>$DOCKERD_LOG 2>&1 </dev/null &"
    fi
    for _ in $(seq 120); do
        docker_answers && return
        sleep 0.25
    done
    docker_refuses_user && die "the engine runs, but user $(id -un) may not use its socket: run 'sudo usermod -aG docker $(id -un)', log in again, and repeat"
    die "the Docker engine didn't answer within 30 s: see $DOCKERD_LOG or 'journalctl -u docker'"
}

# An engine that was killed leaves its firewall's rules, and the next one doesn't
# know them. One gives a false sender to all that comes from the addresses of a
# network that is gone: in one that gets them again, answers go astray. Only rules
# that name a bridge which isn't there go.
drop_rules_of_a_killed_engine() {
    have iptables || return 0
    local table rule bridge
    for table in filter nat; do
        { as_root iptables -t $table -S 2>/dev/null || true; } | sed -n 's/^-A \(.* br-[0-9a-f]\{12\}\( .*\)\?\)$/\1/p' \
            | while read -r rule; do
                bridge=$(grep -o 'br-[0-9a-f]\{12\}' <<<"$rule" | head -n 1)
                [ -e "/sys/class/net/$bridge" ] && continue
                # The rule's words are iptables' own.
                # shellcheck disable=SC2086
                as_root iptables -t $table -D $rule || true
            done
    done
}

docker_answers() { have docker && docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }
docker_refuses_user() { docker version 2>&1 | grep -q 'permission denied'; }

# Rust, new enough for our dependencies (serde-saphyr and File::lock: 1.89).
setup_rust() {
    [ -d "$HOME/.cargo/bin" ] && PATH="$HOME/.cargo/bin:$PATH"
    [ -d /usr/lib/rust-1.96/bin ] && PATH="/usr/lib/rust-1.96/bin:$PATH"
    packages gcc libc6-dev
    rust_is_new_enough && return
    packages curl ca-certificates
    say "installing Rust (one to three minutes, once)"
    if curl --proto '=https' --tlsv1.2 -sSf --connect-timeout 10 -o /tmp/rustup-init.sh https://sh.rustup.rs 2>/dev/null; then
        sh /tmp/rustup-init.sh -y --profile minimal --component clippy,rustfmt >/dev/null 2>&1 || true
        PATH="$HOME/.cargo/bin:$PATH"
        rust_is_new_enough && return
    fi
    . /etc/os-release
    if [ "${VERSION_CODENAME:-}" = trixie ]; then
        enable_backports
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -t trixie-backports cargo rustc rust-clippy rustfmt >/dev/null || true
        hash -r
        rust_is_new_enough && return
    fi
    die "Rust $RUST_AT_LEAST or newer is needed, and neither rustup nor trixie-backports has one for this machine: install it from https://rustup.rs and repeat"
}

rust_is_new_enough() {
    have cargo && have rustc || return 1
    local found
    found=$(rustc --version 2>/dev/null | cut -d' ' -f2) || return 1
    [ "$(printf '%s\n%s\n' "$RUST_AT_LEAST" "$found" | sort -V | head -n1)" = "$RUST_AT_LEAST" ]
}

# Adds trixie-backports beside the machine's own Debian source, on the same mirror.
enable_backports() {
    local mirror
    mirror=$(grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | head -n1 | tr -d ' ')
    [ -n "$mirror" ] || die "no Debian mirror stands in /etc/apt: can't tell where trixie-backports is"
    echo "deb $mirror trixie-backports main" | as_root tee /etc/apt/sources.list.d/lab-backports.list >/dev/null
    as_root apt-get update -qq
}

# The base of every lab image: pulled, or made with mmdebstrap (under a minute)
# where no image registry answers.
setup_base_image() {
    docker image inspect "$BASE_IMAGE" >/dev/null 2>&1 && return
    say "getting the base image $BASE_IMAGE"
    timeout 300 docker pull -q "$BASE_IMAGE" >/dev/null 2>&1 && return
    say "no image registry answers: making $BASE_IMAGE from Debian's packages (about a minute, once)"
    packages mmdebstrap debian-archive-keyring ca-certificates
    local mirror tar
    mirror=$(grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | head -n1 | tr -d ' ') || true
    tar=$(mktemp /tmp/lab-base.XXXXXX)
    # Docker's own images keep neither the packages that apt fetched nor its
    # caches: without these settings each layer that installs something keeps
    # about 90 MB of them.
    # shellcheck disable=SC2016
    as_root mmdebstrap --quiet --variant=minbase --include=ca-certificates \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
        --customize-hook='echo "DPkg::Post-Invoke { \"rm -f /var/cache/apt/archives/*.deb || true\"; };" > "$1/etc/apt/apt.conf.d/docker-clean"' \
        --customize-hook='echo "Dir::Cache::pkgcache \"\"; Dir::Cache::srcpkgcache \"\";" >> "$1/etc/apt/apt.conf.d/docker-clean"' \
        --customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin' \
        --format=tar trixie "$tar" ${mirror:+"$mirror"} \
        || die "mmdebstrap couldn't make $BASE_IMAGE: is a Debian mirror reachable?"
    docker import --change 'CMD ["bash"]' "$tar" "$BASE_IMAGE" >/dev/null
    as_root rm -f "$tar"
}

# The `lab` binary, in the profile named (default: release), as $LAB.
build_lab() {
    local profile=${1:-release}
    say "building lab ($profile; three to six minutes the first time)"
    cargo build --quiet --locked --profile "$profile"
    local target=${CARGO_TARGET_DIR:-$ROOT/target}
    # shellcheck disable=SC2034
    LAB=$target/$([ "$profile" = dev ] && echo debug || echo "$profile")/lab
}

# The checkers that cargo doesn't bring, into target/tools, at fixed versions:
# the spelling checker as its wheel from PyPI, cargo-deny from crates.io, Vale by Go.
setup_checkers() {
    local target=${CARGO_TARGET_DIR:-$ROOT/target}
    TOOLS=$target/tools
    PATH="$TOOLS/venv/bin:$TOOLS/bin:$PATH"
    if ! [ -x "$TOOLS/venv/bin/typos" ]; then
        packages python3-venv
        say "installing typos"
        python3 -m venv "$TOOLS/venv"
        "$TOOLS/venv/bin/pip" install --quiet "typos==$TYPOS"
    fi
    # What the little cloud's own modules stand on; in its image they are Debian's.
    if ! [ -x "$TOOLS/little-cloud/bin/pytest" ]; then
        packages python3-venv libpq5
        say "installing what tests of the little cloud need"
        python3 -m venv "$TOOLS/little-cloud"
        "$TOOLS/little-cloud/bin/pip" install --quiet pytest==8.3.5 aiohttp==3.11.16 PyYAML==6.0.2 psycopg==3.2.6
    fi
    # Tests of what runs workflows run some, with the shelf's actions.
    have go || packages golang-go
    have node || packages nodejs
    have git || packages git
    have npm || packages npm
    # What our reading of workflows is compared with.
    export WORKFLOW_PARSER=$TOOLS/workflow-parser-$WORKFLOW_PARSER_VERSION
    if ! [ -d "$WORKFLOW_PARSER/node_modules/@actions/workflow-parser" ]; then
        say "installing GitHub's parser of workflows"
        mkdir -p "$WORKFLOW_PARSER"
        npm install --silent --no-save --no-audit --no-fund --prefix "$WORKFLOW_PARSER" \
            "@actions/workflow-parser@$WORKFLOW_PARSER_VERSION" >/dev/null
    fi
    # Its Go may be newer than the machine's: the module proxy has that, too.
    if ! [ -x "$TOOLS/vale-$VALE/vale" ]; then
        say "building Vale (two minutes, once)"
        GOBIN="$TOOLS/vale-$VALE" go install "github.com/errata-ai/vale/v3/cmd/vale@v$VALE"
    fi
    if ! [ -x "$TOOLS/bin/cargo-deny" ]; then
        say "building cargo-deny (three to five minutes, once)"
        CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_DEBUG=0 \
            CARGO_TARGET_DIR="$TOOLS/build" \
            cargo install --quiet --locked --root "$TOOLS" "cargo-deny@$CARGO_DENY"
        rm -rf "$TOOLS/build"
    fi
    setup_report_checkers
}

# What reports are judged by: a browser, an XML validator, JUnit's schema; and what
# the tests' second engine needs. A test that lacks one of them fails.
setup_report_checkers() {
    # On Ubuntu this package only leads to a snap, which has its program elsewhere.
    packages chromium libxml2-utils iproute2 iptables util-linux
    if ! [ -f "$TOOLS/junit-10.xsd" ]; then
        say "fetching JUnit's schema (from pytest's source distribution)"
        local folder
        folder=$(mktemp -d /tmp/lab-junit.XXXXXX)
        "$TOOLS/venv/bin/pip" download --quiet --no-deps --no-binary :all: --dest "$folder" "pytest==$PYTEST"
        tar -xzf "$folder/pytest-$PYTEST.tar.gz" -C "$folder" "pytest-$PYTEST/testing/example_scripts/junit-10.xsd"
        echo "$JUNIT_XSD_SHA256  $folder/pytest-$PYTEST/testing/example_scripts/junit-10.xsd" | sha256sum --check --quiet
        mv "$folder/pytest-$PYTEST/testing/example_scripts/junit-10.xsd" "$TOOLS/junit-10.xsd"
        rm -rf "$folder"
    fi
}

# What `lab` is measured beside: docker compose 2, as it is installed, else built
# by Go, for Debian's is version 1. Without either the bench leaves it out.
COMPOSE=v2.40.3
setup_compose() {
    export LAB_BENCH_COMPOSE=${LAB_BENCH_COMPOSE:-}
    [ -n "$LAB_BENCH_COMPOSE" ] && return
    local folder found
    for folder in "$HOME/.docker" /usr/local/lib/docker /usr/libexec/docker /usr/lib/docker; do
        found=$folder/cli-plugins/docker-compose
        if [ -x "$found" ]; then
            LAB_BENCH_COMPOSE=$found
            return
        fi
    done
    found=${CARGO_TARGET_DIR:-$ROOT/target}/tools/compose/docker-compose
    if ! [ -x "$found" ]; then
        if ! have go; then
            say "docker compose 2 isn't here, nor Go to build it: measuring without it"
            return
        fi
        say "building docker compose $COMPOSE (three to ten minutes, once)"
        mkdir -p "${found%/*}"
        # Not 'go install', which refuses a module with exclude directives.
        (
            cd "${found%/*}"
            export GOTOOLCHAIN=local GOFLAGS=-mod=mod CGO_ENABLED=0
            [ -f go.mod ] || go mod init lab-bench
            go get "github.com/docker/compose/v2/cmd@$COMPOSE"
            go build -trimpath -o docker-compose \
                -ldflags "-s -w -X github.com/docker/compose/v2/internal.Version=$COMPOSE" \
                github.com/docker/compose/v2/cmd
        ) >"${found%/*}/log" 2>&1 || {
            say "docker compose can't be built here (${found%/*}/log): measuring without it"
            return
        }
    fi
    LAB_BENCH_COMPOSE=$found
}

# All tests, with arguments of the test binaries; what only root can do, as root.
all_tests() {
    if [ "$(id -u)" -eq 0 ]; then
        cargo test --locked -- "$@"
        return
    fi
    have sudo || die "some tests need root: run this script as root, or install sudo"
    cargo test --locked -- --skip as_root:: "$@"
    cargo test --locked --config "target.'cfg(unix)'.runner = ['sudo', '--preserve-env', 'env', 'PATH=$PATH']" \
        --test integration -- as_root:: "$@"
}

setup_all() {
    setup_docker
    setup_rust
    setup_base_image
}
