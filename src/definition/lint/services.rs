//! What runs: names, images, volumes, limits, the order of starting.

use super::Lint;
use crate::definition::model::{Image, Limits, MountMode, Runs, Service, Start};
use crate::definition::name::{ServiceName, VolumeName};
use crate::definition::outline::Place;
use crate::quantity::Size;
use std::collections::{BTreeMap, BTreeSet};

/// Names of containers that `lab` itself runs beside the services.
const RESERVED: &[&str] = &["toolbox", "gate"];

/// Memory of a container whose lab doesn't say.
const MEMORY: u64 = 256 << 20;

/// Replicas of one service: more would only be slow on a learner's machine.
const MOST_REPLICAS: u8 = 9;

/// Linux's capabilities, without their `CAP_`.
const CAPABILITIES: &[&str] = &[
    "AUDIT_CONTROL",
    "AUDIT_READ",
    "AUDIT_WRITE",
    "BLOCK_SUSPEND",
    "BPF",
    "CHECKPOINT_RESTORE",
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "IPC_LOCK",
    "IPC_OWNER",
    "KILL",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "MKNOD",
    "NET_ADMIN",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_RAW",
    "PERFMON",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYSLOG",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_CHROOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "WAKE_ALARM",
];

pub(super) fn lint(lint: &mut Lint) {
    let environment = &lint.lab.environment;
    let place = lint.root.key("environment");
    let mut opened = BTreeSet::new();
    for (name, service) in &environment.services {
        let place = place.key("services").key(name.as_str());
        if RESERVED.contains(&name.as_str()) {
            let span = lint.root.key("environment").key("services").name(name.as_str());
            lint.say(span, message!("reserved-name", name = name.as_str()));
        }
        names(lint, place, service);
        image(lint, place.key("image"), &service.image.value);
        ports(lint, place, service, &mut opened);
        capabilities(lint, place, service);
        volumes(lint, place, service);
        limits(lint, place, service.limits);
        replicas(lint, place, name, service);
        started_each(lint, place, service);
        folder(lint, place, service);
        paths(lint, place, service.files.keys().map(String::as_str), "files");
        paths(lint, place, service.scratch.keys().map(String::as_str), "scratch");
        paths(lint, place, service.data.keys().map(String::as_str), "data");
    }
    let toolbox = place.key("toolbox");
    for name in environment.toolbox.env.keys().filter(|name| !is_variable(name)) {
        lint.say(toolbox.key("env").name(name), message!("bad-variable", name = name));
    }
    image(lint, toolbox.key("image"), &environment.toolbox.image.value);
    limits(lint, toolbox, environment.toolbox.limits);
    paths(lint, toolbox, environment.toolbox.files.keys().map(String::as_str), "files");
    paths(lint, toolbox, environment.toolbox.scratch.keys().map(String::as_str), "scratch");
    starting_order(lint, place.key("services"));
    if environment.rooms == Some(0) {
        lint.say(place.key("rooms").span(), message!("zero"));
    }
    for (name, secret) in &lint.lab.secrets {
        if !secret.prefix.chars().all(|one| one.is_ascii_graphic()) {
            let span = lint.root.key("secrets").key(name).key("prefix").span();
            lint.say(span, message!("bad-prefix", prefix = secret.prefix.as_str()));
        }
        if secret.hex == 0 {
            let span = lint.root.key("secrets").key(name).key("hex").span();
            lint.say(span, message!("zero"));
        }
    }
}

/// What a shell takes for a variable's name: `lab env` is run by one.
pub(crate) fn is_variable(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

pub(crate) fn is_host(host: &str) -> bool {
    host.len() <= 253 && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
}

/// Other names must lead to one container only.
fn names(lint: &mut Lint, place: Place, service: &Service) {
    for (index, alias) in service.aliases.iter().enumerate() {
        let span = place.key("aliases").item(index).span();
        if RESERVED.contains(&alias.as_str()) {
            lint.say(span, message!("reserved-name", name = alias));
        } else if alias.parse::<ServiceName>().is_ok_and(|name| lint.lab.environment.services.contains_key(&name)) {
            lint.say(span, message!("alias-is-service", name = alias));
        }
    }
}

/// An image that may change from one day to the next makes a lab that may, too.
fn image(lint: &mut Lint, place: Place, image: &Image) {
    let Image::Pull(reference) = image else { return };
    if reference.contains('@') {
        return;
    }
    let name = reference.rsplit('/').next().unwrap_or_default();
    match name.split_once(':') {
        Some((_, tag)) if tag != "latest" && !tag.is_empty() => {}
        _ => _ = lint.say(place.key("pull").span(), message!("unpinned-image", image = reference)),
    }
}

fn ports<'a>(lint: &mut Lint<'a>, place: Place, service: &'a Service, opened: &mut BTreeSet<&'a str>) {
    for (name, open) in &service.open {
        let place = place.key("open");
        let host = open.host.as_ref().map(|host| host.literals().collect::<String>());
        if let Some(host) = host.filter(|host| !is_host(host)) {
            lint.say(place.key(name).key("host").span(), message!("bad-host", host = host));
        }
        if open.port == 0 {
            lint.say(place.key(name).key("port").span(), message!("zero"));
        }
        if !opened.insert(name) {
            lint.say(place.name(name), message!("duplicate-open", name = name)).code = "duplicate-id".into();
        }
    }
}

fn capabilities(lint: &mut Lint, place: Place, service: &Service) {
    for (name, reason) in &service.capabilities {
        let place = place.key("capabilities");
        if !CAPABILITIES.contains(&name.as_str()) {
            let bare = name.to_ascii_uppercase();
            let bare = bare.strip_prefix("CAP_").unwrap_or(&bare);
            let message = message!("unknown-capability", name = name);
            let near = if CAPABILITIES.contains(&bare) { bare.to_owned() } else { lint.near(bare, CAPABILITIES) };
            let found = lint.say(place.name(name), message);
            found.help = (!near.is_empty()).then(|| message!("did-you-mean", near = near));
        }
        if reason.trim().is_empty() {
            lint.say(place.key(name).span(), message!("capability-without-reason", name = name));
        }
    }
}

/// Volumes lie in memory: a write past the service's limit would end it where
/// a full disk is meant.
fn volumes(lint: &mut Lint, place: Place, service: &Service) {
    let declared = &lint.lab.environment.volumes;
    let names: Vec<&str> = declared.keys().map(VolumeName::as_str).collect();
    let Size(memory) = service.limits.memory.unwrap_or(Size(MEMORY));
    let mut total = 0_u64;
    for (path, mount) in &service.data {
        let span = place.key("data").key(path).key("volume").span();
        let volume = &mount.volume.value;
        match declared.get(volume) {
            None => lint.unknown(span, volume.as_str(), &names, message!("unknown-volume", name = volume.as_str())),
            Some(Size(bytes)) => {
                total = total.saturating_add(*bytes);
                if total >= memory {
                    lint.say(span, message!("volume-beyond-memory", volumes = total >> 20, memory = memory >> 20));
                }
            }
        }
    }
}

fn limits(lint: &mut Lint, place: Place, limits: Limits) {
    if limits.pids == Some(0) {
        lint.say(place.key("limits").key("pids").span(), message!("zero"));
    }
}

/// Each replica has a name of its own, which no other service has.
fn replicas(lint: &mut Lint, place: Place, name: &ServiceName, service: &Service) {
    let Some(count) = service.replicas else { return };
    let place = place.key("replicas");
    if count == 0 || count > MOST_REPLICAS {
        let message =
            message!("number-out-of-range", key = "replicas", number = u32::from(count), most = MOST_REPLICAS);
        lint.say(place.span(), message);
        return;
    }
    let containers = service.containers(name);
    if containers.len() < usize::from(count) {
        lint.say(place.span(), message!("replica-name-too-long", name = format!("{name}-{count}")));
    }
    let services = &lint.lab.environment.services;
    let aliases: BTreeSet<&str> = services.values().flat_map(|other| &other.aliases).map(String::as_str).collect();
    let taken = |container: &&ServiceName| services.contains_key(container) || aliases.contains(container.as_str());
    for container in containers.iter().filter(taken) {
        lint.say(place.span(), message!("replica-is-service", name = container.as_str()));
    }
}

/// A service that starts for each command does nothing by itself.
fn started_each(lint: &mut Lint, place: Place, service: &Service) {
    if service.start == Start::Once {
        return;
    }
    let keys = [
        ("command", service.command.is_some()),
        ("after", !service.after.is_empty()),
        ("aliases", !service.aliases.is_empty()),
        ("open", !service.open.is_empty()),
        ("ready", service.ready.is_some()),
        ("replicas", service.replicas.is_some()),
        ("runs", service.runs == Runs::Learner),
    ];
    for (key, _) in keys.into_iter().filter(|(_, there)| *there) {
        lint.say(place.name(key), message!("start-each-key", key = key));
    }
}

/// The learner's folder has its place, and who writes there has its user.
fn folder(lint: &mut Lint, place: Place, service: &Service) {
    let Some(mode) = service.workspace else { return };
    if mode == MountMode::Rw && service.user.is_some() {
        lint.say(place.name("user"), message!("workspace-user"));
    }
    let places = [
        ("files", service.files.keys().collect::<Vec<_>>()),
        ("scratch", service.scratch.keys().collect()),
        ("data", service.data.keys().collect()),
    ];
    for (key, paths) in places {
        for path in paths.into_iter().filter(|path| *path == "/work" || path.starts_with("/work/")) {
            lint.say(place.key(key).name(path), message!("workspace-path", path = path));
        }
    }
}

/// Paths within a container start at its root.
fn paths<'a>(lint: &mut Lint, place: Place, paths: impl Iterator<Item = &'a str>, key: &'static str) {
    for path in paths {
        if !path.starts_with('/') || path.split('/').any(|part| part == "..") || path == "/" {
            lint.say(place.key(key).name(path), message!("container-path", path = path));
        }
    }
}

/// `after` leads to services, and not in a circle.
fn starting_order(lint: &mut Lint, place: Place) {
    let services = &lint.lab.environment.services;
    let names: Vec<&str> = services.keys().map(ServiceName::as_str).collect();
    let index: BTreeMap<&ServiceName, usize> = services.keys().enumerate().map(|(at, name)| (name, at)).collect();
    let mut waits: Vec<Vec<usize>> = vec![Vec::new(); names.len()];
    for (at, (name, service)) in services.iter().enumerate() {
        let place = place.key(name.as_str()).key("after");
        for (item, after) in service.after.iter().enumerate() {
            let other = &after.value;
            if let Some(index) = index.get(other) {
                waits[at].push(*index);
                if services[other].start == Start::Each {
                    lint.say(place.item(item).span(), message!("starts-each", service = other.as_str()));
                }
            } else {
                let message = message!("unknown-service", name = other.as_str());
                lint.unknown(place.item(item).span(), other.as_str(), &names, message);
            }
        }
    }
    if let Some(circle) = circle(&waits) {
        let words: Vec<&str> = circle.iter().chain(circle.first()).map(|at| names[*at]).collect();
        let span = place.key(words[0]).key("after").span();
        lint.say(span, message!("circular-after", services = words.join(" → ")));
    }
}

/// A circle in who waits for whom, if there is one. Without recursion: a
/// hostile lab may have a chain of ten thousand.
fn circle(waits: &[Vec<usize>]) -> Option<Vec<usize>> {
    let (mut on_path, mut done) = (vec![false; waits.len()], vec![false; waits.len()]);
    for start in 0..waits.len() {
        // Each service on the path, and how many of those it waits for are walked.
        let mut path = vec![(start, 0)];
        while let Some((at, walked)) = path.pop() {
            on_path[at] = true;
            match waits[at].get(walked) {
                _ if done[at] => {}
                Some(next) if on_path[*next] => {
                    path.push((at, walked));
                    let from = path.iter().position(|(service, _)| service == next)?;
                    return Some(path[from..].iter().map(|(service, _)| *service).collect());
                }
                Some(next) => {
                    path.push((at, walked + 1));
                    if !done[*next] {
                        path.push((*next, 0));
                    }
                }
                None => {
                    on_path[at] = false;
                    done[at] = true;
                }
            }
        }
    }
    None
}
