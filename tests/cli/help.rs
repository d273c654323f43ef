//! The reference of the command line is its help, kept as a golden file.

use super::support::Machine;

fn reference(language: &str) -> String {
    let machine = Machine::new();
    let help = |args: &[&str]| {
        let done = machine.lab(args).lang(language).done();
        assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{args:?}");
        assert!(done.stdout.lines().all(|line| line.chars().count() <= 80), "wider than 80:\n{}", done.stdout);
        format!("$ lab {}\n{}", args.join(" "), done.stdout)
    };
    let all = help(&["--help"]);
    let names = all.lines().skip_while(|line| !line.starts_with("Comm")).skip(1).map_while(|line| {
        let name = line.strip_prefix("  ")?.split(' ').next()?;
        (!name.is_empty()).then(|| name.to_owned())
    });
    let names: Vec<String> = names.collect();
    assert!(names.contains(&"check".to_owned()), "{names:?}");
    let each = names.iter().map(|name| help(&[name, "--help"]));
    std::iter::once(all.clone()).chain(each).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_reference_in_english() {
    insta::assert_snapshot!(reference("en"));
}

#[test]
fn the_reference_in_french() {
    insta::assert_snapshot!(reference("fr"));
}

#[test]
fn without_a_command_the_help_is_an_error() {
    let machine = Machine::new();
    let done = machine.lab(&[]).done();
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    assert_eq!(done.stderr.trim_end(), machine.lab(&["--help"]).done().stdout.trim_end());
}

#[test]
fn the_version_is_the_packages() {
    let done = Machine::new().lab(&["--version"]).done();
    assert_eq!(done.stdout, concat!("lab ", env!("CARGO_PKG_VERSION"), "\n"));
}
