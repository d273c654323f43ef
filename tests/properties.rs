//! What comes from elsewhere, a bundle, a dispute, the files of a folder's `.lab/`, a
//! definition, may be anything: `lab` says so in words, or takes it, and neither falls
//! over nor hands an escape on to the terminal. `PROPTEST_CASES` says how many inputs;
//! `scripts/test-thorough` tries a thousand.

use crate::cli::support::{Done, Machine};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed};
use std::io::Write as _;

/// Each input costs a run or two of the program. The same ones each time, unless
/// `PROPTEST_RNG_SEED` says others.
fn config() -> Config {
    let asked = |name: &str| std::env::var(name).ok().map(|value| value.parse().expect(name));
    Config {
        cases: asked("PROPTEST_CASES").map_or(6, |cases: u64| u32::try_from(cases).unwrap()),
        rng_seed: RngSeed::Fixed(asked("PROPTEST_RNG_SEED").unwrap_or(1)),
        rng_algorithm: RngAlgorithm::ChaCha,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    }
}

/// It ended by itself, with a code that is documented, and wrote nothing that a
/// terminal obeys.
fn ended_well(done: &Done) -> Result<(), TestCaseError> {
    prop_assert!(matches!(done.code, Some(0..=3)), "{done:?}");
    prop_assert!(!done.stderr.contains("panicked"), "{done:?}");
    for stream in [&done.stdout, &done.stderr] {
        let raw = stream.chars().find(|one| one.is_control() && !['\n', '\t'].contains(one));
        prop_assert!(raw.is_none(), "{raw:?} is handed on: {done:?}");
        let turned = stream
            .chars()
            .find(|one| ('\u{202a}'..='\u{202e}').contains(one) || ('\u{2066}'..='\u{2069}').contains(one));
        prop_assert!(turned.is_none(), "{turned:?} is handed on: {done:?}");
    }
    Ok(())
}

/// Text that a terminal would obey, or that reads as something else, among other text.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        "[a-z0-9 ]{1,8}",
        prop::sample::select(vec![
            "\u{1b}[2J",
            "\u{1b}]0;x\u{7}",
            "\u{9b}31m",
            "\r",
            "\u{202e}",
            "\u{2066}",
            "\0",
            "\u{7f}",
            "..",
            "/",
            "../..",
            "+",
            "",
            "\n",
            "\n✔ all passed",
            "${run.nonce}",
            "demo",
            "\u{feff}",
            "%s",
            "{}",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// Any JSON, of the kinds and keys that ours has too.
fn json(keys: &'static [&'static str]) -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        prop_oneof![Just(0), Just(1), Just(2), any::<i64>()].prop_map(Into::into),
        any::<f64>().prop_map(|number| serde_json::json!(number)),
        nasty().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let key = prop_oneof![prop::sample::select(keys).prop_map(str::to_owned), nasty()];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::vec((key, inner), 0..4)
                .prop_map(|pairs| serde_json::Value::Object(pairs.into_iter().collect())),
        ]
    })
}

/// One place of a good document changed: another value, no value, or one more key.
fn changed(good: serde_json::Value, keys: &'static [&'static str]) -> impl Strategy<Value = serde_json::Value> {
    (prop::collection::vec(any::<prop::sample::Index>(), 0..4), json(keys), nasty(), 0..3_u8).prop_map(
        move |(way, value, key, how)| {
            let mut whole = good.clone();
            let mut at = &mut whole;
            for step in way {
                let name = at.as_object().and_then(|map| map.keys().nth(step.index(map.len().max(1)))).cloned();
                let place = at.as_array().filter(|list| !list.is_empty()).map(|list| step.index(list.len()));
                at = match (name, place) {
                    (Some(name), _) => at.get_mut(&name).unwrap(),
                    (None, Some(place)) => at.get_mut(place).unwrap(),
                    (None, None) => break,
                };
            }
            match (how, at) {
                (0, serde_json::Value::Object(map)) => _ = map.insert(key, value),
                (1, at) => *at = serde_json::Value::Null,
                (_, at) => *at = value,
            }
            whole
        },
    )
}

/// A document as bytes: whole, cut short, or with a byte that is none of it.
fn written(value: impl Strategy<Value = serde_json::Value>) -> impl Strategy<Value = Vec<u8>> {
    (value, any::<prop::sample::Index>(), any::<u8>(), 0..6_u8).prop_map(|(value, at, byte, how)| {
        let mut bytes = value.to_string().into_bytes();
        let at = at.index(bytes.len());
        match how {
            0 => bytes.truncate(at),
            1 => bytes[at] = byte,
            _ => {}
        }
        bytes
    })
}

/// An archive of entries by their bare names, which no builder would refuse.
fn archive(entries: &[(String, Vec<u8>, tar::EntryType)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes, kind) in entries {
        let mut header = tar::Header::new_gnu();
        let place = &mut header.as_gnu_mut().unwrap().name;
        let length = name.len().min(place.len() - 1);
        place[..length].copy_from_slice(&name.as_bytes()[..length]);
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_entry_type(*kind);
        if kind.is_symlink() || kind.is_hard_link() {
            header.as_gnu_mut().unwrap().linkname[..12].copy_from_slice(b"/etc/passwd\0");
            header.set_size(0);
        }
        header.set_cksum();
        let bytes: &[u8] = if header.size().unwrap() == 0 { &[] } else { bytes };
        archive.append(&header, bytes).unwrap();
    }
    archive.into_inner().unwrap()
}

/// Entries behind a head: within the folder, beside it, links, and names of all kinds.
fn entries(folder: &'static str) -> impl Strategy<Value = Vec<(String, Vec<u8>, tar::EntryType)>> {
    let name = prop_oneof![
        nasty().prop_map(move |name| format!("{folder}/{name}")),
        Just(format!("{folder}/labs/demo/lab.yaml")),
        Just(format!("{folder}/../../out")),
        Just("/tmp/lab-property-out".to_owned()),
        nasty(),
    ];
    let kind = prop_oneof![
        4 => Just(tar::EntryType::Regular),
        1 => Just(tar::EntryType::Symlink),
        1 => Just(tar::EntryType::Link),
        1 => Just(tar::EntryType::Fifo),
        1 => Just(tar::EntryType::Directory),
    ];
    prop::collection::vec((name, prop::collection::vec(any::<u8>(), 0..40), kind), 0..4)
}

/// Paths beside the place to work in and the state, where nothing may come to be.
fn is_clean(machine: &Machine) -> Result<(), TestCaseError> {
    prop_assert!(!std::path::Path::new("/tmp/lab-property-out").exists());
    prop_assert!(machine.tree().iter().all(|path| !path.ends_with("out")), "{:?}", machine.tree());
    Ok(())
}

const HEAD: &[&str] = &["format", "lab", "labs", "images", "check", "version", "message", "judged_by", "seen", "said"];
const KEPT: &[&str] =
    &["format", "checks", "failed_versions", "hints", "solutions", "lab", "version", "path", "nonce", "tasks"];

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_bundle_is_taken_or_refused_in_words(
        head in written(changed(serde_json::json!({"format": 1, "lab": "0.1.0", "labs": ["demo"], "images": ["lab-x:1"]}), HEAD)),
        rest in entries("lab-bundle"),
    ) {
        let machine = Machine::new();
        let mut all = vec![("lab-bundle/bundle.json".to_owned(), head, tar::EntryType::Regular)];
        all.extend(rest);
        std::fs::write(machine.path("labs.tar"), archive(&all)).unwrap();
        ended_well(&machine.lab(&["bundle", "load", "labs.tar"]).done())?;
        ended_well(&machine.lab(&["list"]).done())?;
        is_clean(&machine)?;
    }

    #[test]
    fn any_dispute_is_taken_or_refused_in_words(
        head in written(changed(serde_json::json!({
            "format": 1, "lab": "demo", "version": "1.0.0", "check": "page", "message": "x", "judged_by": "0.1.0", "seen": [],
        }), HEAD)),
        rest in entries("folder"),
    ) {
        let machine = Machine::new();
        let mut all = vec![("dispute.json".to_owned(), head, tar::EntryType::Regular)];
        all.extend(rest);
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&archive(&all)).unwrap();
        std::fs::write(machine.path("dispute.tar.gz"), packed.finish().unwrap()).unwrap();
        ended_well(&machine.lab(&["test", "demo", "--with", "dispute.tar.gz"]).done())?;
        is_clean(&machine)?;
    }

    #[test]
    fn any_file_of_a_folders_own_is_read_or_set_aside(
        file in prop::sample::select(vec!["lab.json", "progress.json", "local/outcome.json"]),
        of_any in written(json(KEPT)),
        at in any::<prop::sample::Index>(),
        value in json(KEPT),
        is_any in any::<bool>(),
    ) {
        let machine = crate::reports::with_run("red");
        let path = machine.path("demo/.lab").join(file);
        let good: serde_json::Value = std::fs::read(&path)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_else(|| serde_json::json!({"format": 1, "checks": {"page": "passed"}}));
        let mut changed = good;
        if let Some(map) = changed.as_object_mut().filter(|map| !map.is_empty()) {
            let name = map.keys().nth(at.index(map.len())).unwrap().clone();
            map[&name] = value;
        }
        std::fs::write(&path, if is_any { of_any } else { changed.to_string().into_bytes() }).unwrap();
        for command in [&["status"][..], &["report"], &["list"]] {
            ended_well(&machine.lab(command).within("demo").done())?;
        }
    }

    #[test]
    fn any_definition_is_linted_in_words(
        from in 0..59_usize, text in nasty(), cut in any::<prop::sample::Index>(), how in 0..3_u8,
    ) {
        let machine = Machine::new();
        let good = std::fs::read_to_string(crate::cli::support::pack().join("demo/lab.yaml")).unwrap();
        let mut lines: Vec<String> = good.lines().map(str::to_owned).collect();
        let from = from % lines.len();
        match how {
            0 => lines[from].push_str(&text),
            1 => lines[from] = text,
            _ => {
                let at = cut.index(lines[from].len() + 1);
                let at = (0..=at).rev().find(|at| lines[from].is_char_boundary(*at)).unwrap();
                lines[from].insert_str(at, &text);
            }
        }
        machine.write("mine/lab.yaml", &lines.join("\n"));
        ended_well(&machine.lab(&["lint", "mine"]).done())?;
    }
}
