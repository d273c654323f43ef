use super::support::Machine;
use std::io::Write;
use std::process::{Command, Stdio};

#[test]
fn bash_reads_its_script_and_knows_the_commands() {
    let done = Machine::new().lab(&["completions", "bash"]).done();
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
    for command in ["check", "start", "status", "doctor"] {
        assert!(done.stdout.contains(&format!("lab,{command})")), "{command} is missing");
    }
    let mut bash = Command::new("bash").arg("-n").stdin(Stdio::piped()).spawn().unwrap();
    bash.stdin.take().unwrap().write_all(done.stdout.as_bytes()).unwrap();
    assert!(bash.wait().unwrap().success(), "bash can't read it");
}

#[test]
fn every_shell_has_a_script() {
    for shell in ["elvish", "fish", "powershell", "zsh"] {
        let done = Machine::new().lab(&["completions", shell]).lang("fr").done();
        assert_eq!(done.code, Some(0), "{shell}");
        assert!(done.stdout.contains("restart"), "{shell}");
    }
}
