//! What reaches what: the gate leads in, and nothing leads out of a clean room.

use super::between::engine;
use super::ground::{Ground, LEARNER, docker_text, write_script};
use super::running::Running;
use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::Duration;

/// Tries each `host port` for two seconds and tells what came of it.
fn tries(addresses: &[String]) -> String {
    let mut script = String::new();
    for address in addresses {
        let (host, port) = address.rsplit_once(' ').unwrap();
        let _ = write!(
            script,
            "timeout 2 bash -c ': </dev/tcp/{host}/{port}' 2>/tmp/why; code=$?\n\
             if [ $code = 0 ]; then echo '{address}: open'; else echo \"{address}: shut $(tail -n1 /tmp/why | sed 's/.*: //')\"; fi\n"
        );
    }
    script
}

/// A container's address in the network whose name ends so.
fn address(container: &str, network: &str) -> String {
    let format = "{{range $name, $net := .NetworkSettings.Networks}}{{$name}} {{$net.IPAddress}}\n{{end}}";
    let all = docker_text(&["inspect", "-f", format, container]);
    let line = all.lines().find(|line| line.split(' ').next().unwrap().ends_with(network));
    line.unwrap_or_else(|| panic!("{network}: {all}")).split(' ').nth(1).unwrap().to_owned()
}

#[test]
fn a_room_reaches_its_services_and_neither_host_nor_world() {
    // Somebody serves on every address of this host.
    let listener = TcpListener::bind(("0.0.0.0", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let route = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    let ground = Ground::tiny(&[]);

    let ran = ground.in_a_room(|| {
        let toolbox = ground.container("room", "toolbox");
        let own = address(&toolbox, "-room");
        let bridge = bridge_of(&own);
        // The engine's own network, which has other addresses on other machines.
        let default = docker_text(&["network", "inspect", "-f", "{{(index .IPAM.Config 0).Subnet}}", "bridge"]);
        let default = bridge_of(default.split('/').next().unwrap());
        let mut addresses = vec!["web 8080".to_owned(), "other 8080".to_owned()];
        let mut closed = vec![format!("{bridge} {port}"), format!("{default} 22"), format!("{default} {port}")];
        closed.extend(["192.0.2.1 80".to_owned(), "203.0.113.1 53".to_owned()]);
        if route.connect("192.0.2.1:9").is_ok() {
            closed.push(format!("{} {port}", route.local_addr().unwrap().ip()));
        }
        let docker_network = format!("{} {port}", bridge_of(&address(&ground.container("room", "gate"), "-gate")));
        closed.push(docker_network);
        let open = addresses.len();
        addresses.extend(closed);

        let said = ground.exec("room", "toolbox", LEARNER, &tries(&addresses));

        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), addresses.len(), "{said}");
        assert!(lines[..open].iter().all(|line| line.ends_with(": open")), "{said}");
        assert!(lines[open..].iter().all(|line| line.contains(": shut")), "{said}");

        is_unknown_at_once(&ground, "example.com");
    });

    ran.exits(0);
    drop(listener);
}

/// The first address of a /27: the bridge's, were there one.
fn bridge_of(address: &str) -> String {
    let address: std::net::Ipv4Addr = address.parse().unwrap();
    std::net::Ipv4Addr::from(u32::from(address) & !31 | 1).to_string()
}

#[test]
fn a_playgrounds_toolbox_reaches_the_host() {
    // The other side of the test above: what is shut there is open here.
    let listener = TcpListener::bind(("0.0.0.0", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let ground = Ground::tiny(&[]);
    ground.run(&["start"]).exits(0);
    let bridge = bridge_of(&address(&ground.container("playground", "toolbox"), "-room"));
    let said = ground.exec("playground", "toolbox", "1000", &tries(&[format!("{bridge} {port}")]));
    assert!(said.ends_with(": open\n"), "{said}");
}

#[test]
fn a_room_does_not_reach_another_room() {
    let ground = Ground::tiny(&[]);
    let other = ground.folder("other");
    ground.run(&["start"]).exits(0);
    let playground = address(&ground.container("playground", "web"), "-room");
    let ran = ground.in_a_room(|| {
        let web = address(&ground.container("room", "web"), "-room");
        let gate = ground.container("room", "gate");
        let gates = [address(&gate, "-gate"), address(&gate, "-room")];
        // In the other room a deploy tries, and says what came of it.
        let addresses = [
            format!("{web} 8080"),
            format!("{playground} 8080"),
            format!("{} 1080", gates[0]),
            format!("{} 1080", gates[1]),
            "web 8080".to_owned(),
        ];
        write_script(&other.join("deploy.sh"), &format!("{}exit 1", tries(&addresses)));
        let check = Running::begin(ground.lab.command(&other, &["check", "deploy", "--format", "json"]));
        let said = super::ground::evidence(&check.wait().exits(1).json(), "stdout");
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), 5, "{said}");
        assert!(lines[..4].iter().all(|line| line.contains(": shut")), "{said}");
        assert!(lines[4].ends_with(": open"), "its own is there: {said}");
    });
    ran.exits(0);
}

#[test]
fn the_gate_leads_in_and_learners_cannot_use_it() {
    let ground = Ground::tiny(&[]);
    ground.run(&["start"]).exits(0);
    let shut = |kind: &str| {
        let gate = ground.container(kind, "gate");
        let (outer, inner) = (address(&gate, "-gate"), address(&gate, "-room"));
        let said = ground.exec(kind, "toolbox", "1000", &tries(&[format!("{inner} 1080"), format!("{outer} 1080")]));
        // It listens on its own network only.
        assert!(said.contains(&format!("{inner} 1080: shut Connection refused")), "{kind}: {said}");
        assert!(said.contains(&format!("{outer} 1080: shut")), "{kind}: {said}");
        let ports = docker_text(&["port", &gate]);
        assert!(ports.starts_with("1080/tcp -> 127.0.0.1:") && ports.lines().count() == 1, "{ports}");
        assert_eq!(docker_text(&["exec", &gate, "cat", "/proc/sys/net/ipv4/ip_forward"]), "0");
    };

    shut("playground");
    ground.in_a_room(|| shut("room")).exits(0);

    // And checks do come through it.
    ground.deploy("true");
    ground.run(&["check", "page"]).exits(0);
}

/// A name that isn't resolved, and not only because nobody answered: who waits for an
/// answer waits five seconds, once more for each try. Of several tries on a busy machine
/// one at least takes less.
#[track_caller]
fn is_unknown_at_once(ground: &Ground, name: &str) {
    let tries = (0..5).map(|_| {
        let begun = std::time::Instant::now();
        assert_eq!(ground.exec("room", "toolbox", LEARNER, &format!("getent hosts {name}; echo $?")), "2\n");
        begun.elapsed()
    });
    let quickest = tries.min().unwrap();
    assert!(quickest < Duration::from_secs(4), "{name}: {quickest:?}");
}

#[test]
fn a_stopped_services_name_fails_fast() {
    let ground = Ground::tiny(&[]);
    let ran = ground.in_a_room(|| {
        docker_text(&["kill", &ground.container("room", "other")]);
        is_unknown_at_once(&ground, "other");
        is_unknown_at_once(&ground, "no-such-service");
        assert!(ground.exec("room", "toolbox", LEARNER, "getent hosts web; echo $?").ends_with("\n0\n"));
    });
    ran.exits(0);
}

#[test]
fn the_folders_copy_outlives_the_toolbox() {
    let ground = Ground::tiny(&[]);
    ground.deploy("echo precious > /work/kept; touch /work/here; sleep 30");
    let check = ground.spawn(&["check", "deploy", "--format", "json"]);
    ground.wait_for_the_deploy();
    // The check must not end the room while it is looked at.
    check.pause();
    let toolbox = ground.container("room", "toolbox");
    docker_text(&["kill", &toolbox]);
    assert_eq!(ground.exec("room", "gate", "65534", "cat /volumes/work/kept"), "precious\n");
    docker_text(&["start", &toolbox]);
    assert_eq!(ground.exec("room", "toolbox", LEARNER, "cat /work/kept"), "precious\n");
    docker_text(&["kill", &toolbox]);
    check.resume();

    // Nobody inside can end the toolbox: it is judged once more, in another room.
    let ran = check.wait().exits(0);
    assert_eq!(super::ground::check(&ran.json(), "deploy")["status"], "passed", "{ran}");
    ground.leaves_nothing();
}

/// Stands between `lab` and the engine, and has it make rooms whose networks aren't isolated.
fn leaky(ground: &Ground) -> String {
    let socket = ground.lab.home().join("leaky.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, mut engine) = (client.unwrap(), UnixStream::connect(engine()).unwrap());
            let (mut answers, mut to_client) = (engine.try_clone().unwrap(), client.try_clone().unwrap());
            std::thread::spawn(move || {
                let _ = io::copy(&mut answers, &mut to_client);
                let _ = to_client.shutdown(std::net::Shutdown::Write);
            });
            std::thread::spawn(move || {
                let mut buffer = vec![0; 64 << 10];
                while let Ok(read @ 1..) = client.read(&mut buffer) {
                    for (walls, holes) in [("\"Internal\":true", "\"Internal\":null"), ("inhibit_ipv4", "inhibit_none")]
                    {
                        let found = buffer[..read].windows(walls.len()).position(|bytes| bytes == walls.as_bytes());
                        if let Some(at) = found {
                            buffer[at..at + walls.len()].copy_from_slice(holes.as_bytes());
                        }
                    }
                    if engine.write_all(&buffer[..read]).is_err() {
                        return;
                    }
                }
            });
        }
    });
    format!("unix://{}", socket.display())
}

#[test]
fn a_room_that_is_not_isolated_is_seen() {
    let ground = Ground::tiny(&[]);
    ground.deploy("true");
    let mut command = ground.lab.command(&ground.folder, &["check", "deploy"]);
    command.env("DOCKER_HOST", leaky(&ground));
    let leaks = Running::begin(command).wait().exits(0);
    assert!(leaks.stderr.contains("doesn't isolate clean rooms"), "{leaks}");
    let proved = ground.run(&["check", "deploy"]).exits(0);
    assert!(!proved.stderr.contains("isolate"), "{proved}");
}
