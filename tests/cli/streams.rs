//! Terminals of forty columns, and readers that went away.

use std::fs::File;
use std::io::Read;
use std::process::{Command, Stdio};
use unicode_width::UnicodeWidthStr;

/// Commands that show something without an engine; a kept run is there.
const COMMANDS: &[&[&str]] = &[
    &["list"],
    &["status"],
    &["task"],
    &["report"],
    &["report", "--format", "json"],
    &["check"],
    &["hint"],
    &["solution"],
    &["--help"],
    &["check", "--help"],
    &["no-such-command"],
];

#[test]
fn forty_columns_are_enough_on_a_real_terminal() {
    let machine = crate::reports::with_run("red");
    let mut wide = Vec::new();
    for language in ["en", "fr"] {
        for args in COMMANDS {
            let lab = machine.lab(args).lang(language).within("demo").command();
            // `script` gives the command a terminal of its own.
            let words: Vec<String> = std::iter::once(lab.get_program())
                .chain(lab.get_args())
                .map(|word| format!("'{}'", word.to_string_lossy()))
                .collect();
            let line = format!("stty cols 40 rows 24; {}", words.join(" "));
            let mut script = Command::new("script");
            script.args(["-qec", &line, "/dev/null"]).env_clear().stdin(Stdio::null());
            script.envs(lab.get_envs().filter_map(|(name, value)| Some((name, value?)))).env("NO_COLOR", "1");
            script.current_dir(lab.get_current_dir().unwrap());
            let output = script.output().unwrap();
            let text = strip_ansi_escapes::strip_str(String::from_utf8(output.stdout).unwrap());
            assert!(text.lines().next().is_some(), "{args:?} says nothing");
            // What programs read has lines of any length.
            let lines = text.lines().filter(|line| !line.contains('\r') && !args.contains(&"json"));
            for line in lines {
                // What has no space can't be broken, for it may be copied.
                if line.width() > 40 && line.trim().contains(' ') {
                    wide.push(format!("{args:?} {language}: {} columns: {line}", line.width()));
                }
            }
        }
    }
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}

#[test]
fn a_reader_that_went_away_changes_no_exit_code() {
    let machine = crate::reports::with_run("red");
    for args in COMMANDS {
        let whole = machine.lab(args).within("demo").done();
        for stream in ["stdout", "stderr", "both"] {
            let mut command = machine.lab(args).within("demo").command();
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            match stream {
                "stdout" => command.stdout(writer).stderr(Stdio::piped()),
                "stderr" => command.stdout(Stdio::piped()).stderr(writer),
                _ => command.stdout(writer.try_clone().unwrap()).stderr(writer),
            };
            let output = command.stdin(Stdio::null()).spawn().unwrap().wait_with_output().unwrap();
            assert_eq!(output.status.code(), whole.code, "{args:?} without {stream}");
            assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{args:?} without {stream}");
        }
    }
}

#[test]
fn standard_output_that_is_full_or_closed_breaks_nothing() {
    let machine = crate::reports::with_run("red");
    let mut command = machine.lab(&["report", "--report", "json=out.json"]).within("demo").command();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut child = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{said}");
    assert!(machine.read("demo/out.json").contains("\"not-found\""), "the file is whole");
}
