use super::engine::{left_over, registry, traffic};
use super::machine::Machine;
use super::users::Users;
use super::*;
use crate::definition::text::Language;
use crate::engine::image::ImageError;
use crate::session::trial::Trial;
use std::path::PathBuf;
use std::time::Duration;

const NOW: Duration = Duration::from_secs(1_800_000_000);

fn screens(findings: &dyn Fn() -> Vec<Finding>) -> String {
    let style = Style::default();
    [Language::En, Language::Fr].map(|language| screen(&findings(), &Words::new(language), &style)).join("\n")
}

fn good() -> Machine {
    Machine {
        disk: Some(("/var/lib/docker".into(), 32 << 30)),
        memory: Some(3 << 30),
        engine_memory: Some(8 << 30),
        now: NOW,
        apart: Some(Duration::from_secs(1)),
        windows: None,
        users: Users::default(),
    }
}

#[test]
fn a_machine_that_has_all() {
    let findings = || {
        let mut all = vec![traffic(Ok(Trial::Works))];
        all.push(registry("docker.io", Ok(())));
        all.extend(good().findings());
        all
    };
    insta::assert_snapshot!(screens(&findings));
}

#[test]
fn a_machine_that_lacks_everything_and_what_mends_it() {
    let findings = || {
        let mut all: Vec<Finding> = errors().iter().map(Finding::of).collect();
        all.extend(left_over(&["lab-static-site-12345678-abcdefghij".to_owned()]));
        all.extend(left_over(&["lab-one-12345678-a".to_owned(), "lab-two-12345678-b".to_owned()]));
        all.push(traffic(Ok(Trial::NothingArrives)));
        all.push(traffic(Ok(Trial::NoImage)));
        let unreachable = ImageError::Unreachable { registry: "docker.io".into(), reason: "no such host".into() };
        all.push(registry("docker.io", Err(unreachable)));
        let limited = ImageError::RateLimited { image: "debian:trixie-slim".into(), registry: "docker.io".into() };
        all.push(registry("docker.io", Err(limited)));
        let silent = ImageError::Silent { image: "ghcr.io/a".into(), after: Duration::from_secs(8) };
        all.push(registry("ghcr.io", Err(silent)));
        let machine = Machine {
            disk: Some(("/var/lib/docker".into(), 1 << 30)),
            memory: Some(512 << 20),
            apart: Some(Duration::from_secs(4000)),
            windows: Some("/mnt/c/Users/me/static-site".into()),
            users: Users { found: vec![("eve".to_owned(), 65_521)], own_list_alone: true },
            ..good()
        };
        all.extend(machine.findings());
        all.extend(
            Machine { disk: None, memory: None, engine_memory: None, now: Duration::ZERO, ..machine }.findings(),
        );
        all
    };
    insta::assert_snapshot!(screens(&findings));
}

fn errors() -> Vec<EngineError> {
    let socket = || PathBuf::from("/var/run/docker.sock");
    vec![
        EngineError::NotFound { tried: vec![socket()] },
        EngineError::Stopped { socket: socket(), source: std::io::Error::from_raw_os_error(111) },
        EngineError::NotAllowed { socket: socket() },
        EngineError::TooOld { version: "19.03.15".into(), api: "1.40".into() },
    ]
}

#[test]
fn the_engines_machine_counts_where_it_has_less() {
    let small = Machine { engine_memory: Some(700 << 20), ..good() };
    assert!(small.findings().iter().any(|finding| finding.state == State::Bad));
    assert!(good().findings().iter().all(|finding| finding.state == State::Good));
}
