mod text;

use super::*;
use crate::definition::model::Lab;
use crate::template::Scope;
use std::path::Path;
use std::time::Duration;

const LAB: &str = r#"
apiVersion: lab/v1
id: demo
version: 1.0.0
languages: [en]
title: {en: "Demo"}
level: beginner
duration: 1h
environment:
  volumes: {objects: 64MiB}
  services:
    storage:
      image: {pull: "storage:1"}
      user: "1000"
      env: {BUCKET: "site-${nonce.bucket}"}
      data: {/data: {volume: objects}}
      ready: {tcp: {host: storage, port: 3900}}
      open: {s3: {port: 3900}}
    front:
      image: {pull: "front:1"}
      after: [storage]
  toolbox:
    image: {pull: "tools:1"}
tasks: []
"#;

fn lab() -> Lab {
    serde_yaml::from_str(LAB).unwrap()
}

fn image(name: &str) -> PreparedImage {
    PreparedImage { tag: format!("{name}:1"), id: format!("sha256:{name}") }
}

fn wanted(lab: &Lab, project: Project) -> Desired {
    let mut scope = Scope::default();
    scope.set("nonce.bucket", "abc");
    let images = ImageSet {
        gate: image("gate"),
        toolbox: image("tools"),
        services: lab.environment.services.keys().map(|name| (name.clone(), image(name.as_str()))).collect(),
    };
    let gate = GateAccess { user: "lab".into(), password: "pw".into() };
    let mount_folder = project.profile == Profile::Playground;
    desired(
        lab,
        &Inputs {
            project,
            scope: &scope,
            images: &images,
            gate: &gate,
            subnets: subnet::candidates(subnet::Subnet::DEFAULT, &[], "x"),
            user: (1000, 1000),
            mount_folder,
            closed_git: None,
            machine: Machine::default(),
        },
    )
    .unwrap()
}

fn playground() -> Desired {
    let lab = lab();
    wanted(&lab, Project::playground(&lab.id.value, Path::new("/home/me/demo")))
}

/// What is there once a plan for `desired` has run.
fn there(desired: &Desired) -> Observed {
    Observed {
        networks: desired
            .networks
            .iter()
            .map(|spec| ObservedNetwork {
                id: spec.name.clone(),
                name: spec.name.clone(),
                part: spec.part,
                subnet: None,
            })
            .collect(),
        volumes: desired.volumes.iter().map(|spec| ObservedVolume { name: spec.name.clone() }).collect(),
        containers: desired
            .containers
            .iter()
            .map(|spec| ObservedContainer {
                id: format!("id-{}", spec.role),
                name: spec.name.clone(),
                service: spec.role.to_string(),
                spec: spec.hash(),
                running: true,
                networks: spec.attachments.len(),
                address: None,
                ports: Vec::new(),
            })
            .collect(),
    }
}

#[test]
fn a_playground_from_nothing() {
    insta::assert_snapshot!(plan(&playground(), &Observed::default()));
}

#[test]
fn a_clean_room_from_nothing() {
    let lab = lab();
    let project = Project::room(
        &lab.id.value,
        Path::new("/home/me/demo"),
        "r1",
        Path::new("/run/r1.lock"),
        0,
        Duration::from_secs(600),
    );
    insta::assert_snapshot!(plan(&wanted(&lab, project), &Observed::default()));
}

#[test]
fn a_second_start_only_asks_whether_services_serve() {
    let desired = playground();
    let plan = plan(&desired, &there(&desired));
    assert!(plan.changes_nothing(), "{plan}");
    insta::assert_snapshot!(plan);
}

#[test]
fn a_changed_service_re_creates_only_itself() {
    let before = playground();
    let mut lab = lab();
    let storage = lab.environment.services.values_mut().next_back().unwrap();
    storage.env.insert("NEW".into(), "1".parse().unwrap());
    let after = wanted(&lab, before.project.clone());
    insta::assert_snapshot!(plan(&after, &there(&before)));
}

#[test]
fn a_stopped_service_is_started_again() {
    let desired = playground();
    let mut observed = there(&desired);
    observed.containers.iter_mut().find(|found| found.service == "storage").unwrap().running = false;
    insta::assert_snapshot!(plan(&desired, &observed));
}

#[test]
fn a_lost_network_makes_every_container_anew() {
    let desired = playground();
    let mut observed = there(&desired);
    observed.networks.retain(|network| network.part == NetworkPart::Gate);
    insta::assert_snapshot!(plan(&desired, &observed));
}

#[test]
fn a_container_that_was_never_connected_is_made_anew() {
    let desired = playground();
    let mut observed = there(&desired);
    let gate = observed.containers.iter_mut().find(|found| found.service == "gate").unwrap();
    (gate.running, gate.networks) = (false, 1);
    insta::assert_snapshot!(plan(&desired, &observed));
}

#[test]
fn what_nothing_wants_is_removed() {
    let desired = playground();
    let mut observed = there(&desired);
    observed.volumes.push(ObservedVolume { name: "old".into() });
    let mut extra = observed.containers[1].clone();
    extra.name = "lab-demo-old".into();
    observed.containers.push(extra);
    insta::assert_snapshot!(plan(&desired, &observed));
}

#[test]
fn two_networks_of_one_name_are_both_made_anew() {
    let desired = playground();
    let mut observed = there(&desired);
    let mut twin = observed.networks[1].clone();
    twin.id = "twin".into();
    observed.networks.push(twin);
    insta::assert_snapshot!(plan(&desired, &observed));
}

#[test]
fn removal_takes_containers_before_what_they_hold() {
    insta::assert_snapshot!(removal(&there(&playground())));
}

#[test]
fn the_gate_network_sorts_before_the_room_network() {
    let desired = playground();
    let name = |part| &desired.networks.iter().find(|network| network.part == part).unwrap().name;
    assert!(name(NetworkPart::Gate) < name(NetworkPart::Room));
}

#[test]
fn only_a_room_is_isolated_and_only_a_playground_publishes_services() {
    let lab = lab();
    let play = playground();
    let room = wanted(
        &lab,
        Project::room(
            &lab.id.value,
            Path::new("/home/me/demo"),
            "r1",
            Path::new("/run/r1.lock"),
            0,
            Duration::from_secs(600),
        ),
    );
    let published =
        |desired: &Desired| -> usize { desired.containers.iter().map(|container| container.publish.len()).sum() };
    assert_eq!((published(&play), published(&room)), (2, 1));
    assert!(play.networks.iter().all(|network| !network.isolated));
    assert_eq!(room.networks.iter().filter(|network| network.isolated).count(), 1);
    assert!(room.volumes.iter().all(|volume| volume.in_memory.is_some()));
}

#[test]
fn every_container_is_hardened_alike_in_both_profiles() {
    let lab = lab();
    let room = wanted(
        &lab,
        Project::room(
            &lab.id.value,
            Path::new("/home/me/demo"),
            "r1",
            Path::new("/run/r1.lock"),
            0,
            Duration::from_secs(600),
        ),
    );
    for (left, right) in playground().containers.iter().zip(&room.containers) {
        assert_eq!(
            (&left.role, &left.user, left.memory, left.pids),
            (&right.role, &right.user, right.memory, right.pids)
        );
        assert_eq!(left.capabilities, right.capabilities);
    }
}

const PARTS: &str = r#"
apiVersion: lab/v1
id: parts
version: 1.0.0
languages: [en]
title: {en: "Parts"}
level: beginner
duration: 1h
environment:
  network: {open: {en: "it asks the world"}}
  services:
    app: {image: {pull: "app:1"}, workspace: ro, runs: learner, ready: {tcp: {host: app, port: 80}}}
    front: {image: {pull: "front:1"}, replicas: 2, after: [app, graphs], open: {front: {port: 80}}}
    graphs: {image: {pull: "graphs:1"}, optional: true}
    runner: {image: {pull: "runner:1"}, start: each, workspace: rw}
  toolbox: {image: {pull: "tools:1"}}
tasks: []
"#;

/// The lab of many parts, on a machine that can't have one of them.
fn parts(profile: fn(&Lab) -> Project) -> Desired {
    let mut lab: Lab = serde_yaml::from_str(PARTS).unwrap();
    let project = profile(&lab);
    let graphs = lab.environment.services.keys().find(|name| name.as_str() == "graphs").unwrap().clone();
    let whole = lab.clone();
    lab.environment.services.remove(&graphs);
    let images = |lab: &Lab| ImageSet {
        gate: image("gate"),
        toolbox: image("tools"),
        services: lab.environment.services.keys().map(|name| (name.clone(), image(name.as_str()))).collect(),
    };
    let mount_folder = project.profile == Profile::Playground;
    let inputs = Inputs {
        project,
        scope: &Scope::default(),
        images: &images(&lab),
        gate: &GateAccess { user: "lab".into(), password: "pw".into() },
        subnets: subnet::candidates(subnet::Subnet::DEFAULT, &[], "x"),
        user: (1234, 1235),
        mount_folder,
        closed_git: mount_folder.then(|| "7 0".to_owned()),
        machine: Machine::default(),
    };
    desired(&whole, &inputs).unwrap()
}

fn room_of(lab: &Lab) -> Project {
    let lock = Path::new("/run/r1.lock");
    Project::room(&lab.id.value, Path::new("/home/me/parts"), "r1", lock, 0, Duration::from_secs(600))
}

fn playground_of(lab: &Lab) -> Project {
    Project::playground(&lab.id.value, Path::new("/home/me/parts"))
}

#[test]
fn a_room_of_many_parts_waits_for_the_folder_and_not_for_the_learner() {
    let desired = parts(room_of);
    insta::assert_snapshot!(plan(&desired, &Observed::default()));
    assert!(desired.networks.iter().all(|network| !network.isolated), "this lab's rooms are open");
}

#[test]
fn a_playground_of_many_parts_publishes_each_replica() {
    let desired = parts(playground_of);
    insta::assert_snapshot!(plan(&desired, &Observed::default()));
    let published = desired.containers.iter().filter(|spec| spec.publish == [80]).map(|spec| spec.role.to_string());
    assert_eq!(published.collect::<Vec<_>>(), ["front-1", "front-2"]);
}

#[test]
fn a_replica_answers_to_its_own_name_and_to_its_services() {
    let desired = parts(room_of);
    let aliases = |name: &str| {
        let spec = desired.containers.iter().find(|spec| spec.role.as_str() == name).unwrap();
        spec.attachments[0].aliases.clone()
    };
    assert_eq!(aliases("front-1"), ["front-1", "front"]);
    assert_eq!(aliases("app"), ["app"]);
}

#[test]
fn the_folder_is_a_volume_in_a_room_and_mounted_in_a_playground() {
    let (room, play) = (parts(room_of), parts(playground_of));
    let find = |desired: &Desired, name: &str| {
        desired.containers.iter().find(|spec| spec.role.as_str() == name).unwrap().clone()
    };
    let volume = &find(&room, "app").volumes[0];
    assert!(volume.volume.ends_with("-work") && volume.path == "/work" && volume.read_only);
    let [bind] = &find(&play, "app").binds[..] else { panic!() };
    assert!(bind.host == Path::new("/home/me/parts") && bind.path == "/work" && bind.read_only);
    // Where the folder may be written to, what git on the host runs may not.
    for name in ["toolbox", "runner"] {
        let spec = play.each.get(name).cloned().unwrap_or_else(|| find(&play, name));
        let binds: Vec<_> = spec.binds.iter().map(|bind| (bind.path.as_str(), bind.read_only)).collect();
        assert_eq!(binds, [("/work", false), ("/work/.git", true)], "{name}");
    }
    // Who may write is the folder's owner.
    let runner = &room.each["runner"];
    assert_eq!((runner.user.as_deref(), runner.volumes[0].read_only), (Some("1234:1235"), false));
    assert!(find(&room, "app").user.is_none());
}

#[test]
fn what_is_started_for_a_command_is_hardened_as_the_others_are() {
    let (room, play) = (parts(room_of), parts(playground_of));
    for desired in [&room, &play] {
        let (runner, app) =
            (&desired.each["runner"], desired.containers.iter().find(|spec| spec.role.as_str() == "app").unwrap());
        assert_eq!((runner.memory, runner.pids, &runner.capabilities), (app.memory, app.pids, &app.capabilities));
        assert!(runner.publish.is_empty() && runner.attachments.len() == 1);
    }
}

#[test]
fn a_command_under_way_is_left_alone_and_what_a_dead_one_left_goes() {
    let desired = parts(playground_of);
    let mut observed = there(&desired);
    let mut running = observed.containers[1].clone();
    running.service = "runner".into();
    running.name = "lab-parts-runner-1".into();
    let left = ObservedContainer { name: "lab-parts-runner-2".into(), running: false, ..running.clone() };
    observed.containers.extend([running, left]);
    let plan = plan(&desired, &observed).to_string();
    assert!(plan.contains("remove container lab-parts-runner-2 (unwanted)"), "{plan}");
    assert!(!plan.contains("lab-parts-runner-1"), "{plan}");
}

#[test]
fn what_ran_and_was_to_be_kept_is_lost_when_it_is_gone_and_what_was_removed_is_not() {
    let found = |id: &str, running: bool| ObservedContainer {
        id: id.into(),
        service: id.into(),
        running,
        ..ObservedContainer::default()
    };
    let of = |containers: Vec<ObservedContainer>| Observed { containers, ..Observed::default() };
    let before = of(vec![found("gate", true), found("web", true), found("old", true), found("off", false)]);
    let removal = super::removal(&of(vec![found("old", true)]));
    assert!(!super::lost(&removal, &before, &of(vec![found("gate", true), found("web", true)])));
    assert!(super::lost(&removal, &before, &of(vec![found("gate", true)])), "it is gone");
    assert!(super::lost(&removal, &before, &of(vec![found("gate", false), found("web", true)])), "it has stopped");
    assert!(super::lost(&super::Plan::default(), &before, &of(vec![found("gate", true), found("web", true)])));
}

#[test]
fn who_fills_every_place_in_memory_leaves_a_toolbox_memory_for_programs() {
    let text = LAB.replace("image: {pull: \"tools:1\"}", "image: {pull: \"tools:1\"}\n    scratch: {/cache: 300MiB}");
    let lab: Lab = serde_yaml::from_str(&text).unwrap();
    let (folder, lock) = (Path::new("/home/me/demo"), Path::new("/run/r1.lock"));
    let desired = wanted(&lab, Project::room(&lab.id.value, folder, "r1", lock, 0, Duration::from_secs(600)));
    let toolbox = desired.containers.iter().find(|spec| spec.role == Role::Toolbox).unwrap();
    let size = |(_, options): &(String, String)| {
        options.split(',').find_map(|option| option.strip_prefix("size=")?.parse::<u64>().ok()).unwrap()
    };
    let mounts = |volume: &&VolumeSpec| toolbox.volumes.iter().any(|mount| mount.volume == volume.name);
    let volumes: u64 = desired.volumes.iter().filter(mounts).filter_map(|volume| volume.in_memory).sum();
    let places = toolbox.tmpfs.iter().map(size).sum::<u64>() + volumes;
    assert!(places >= 300 << 20);
    assert_eq!(toolbox.memory - places, 128 << 20);
}
