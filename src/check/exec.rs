//! `exec`: runs a command in the toolbox, or in a service, and yields what it
//! did. Its output is evidence for expectations, never a verdict by itself.

use super::{Field, Kind, ProbeError, Target, Yields, asked_in, in_work, or_toolbox};
use crate::expect::{Document, DocumentFormat, Observation};
use crate::template::{Scope, Template, UnknownName};
use crate::world::{Command, Ended, Output, User, World};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// Bytes of output, both streams together, that a command may write.
const MAX_OUTPUT: usize = 1 << 20;
/// Lines of a stream's end that a failure shows.
const TAIL_LINES: usize = 12;

/// A command.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exec {
    /// The command: a list is the program and its arguments, a text is for `sh -c`.
    pub(crate) run: Run,
    /// The service to run it in (default: the toolbox).
    #[serde(default, rename = "in")]
    pub(crate) service: Option<String>,
    /// Who runs it in the toolbox. `judge` is for the lab's own scripts: a user
    /// that reads the learner's folder and has a home and a temporary folder
    /// that nothing of the learner's can write (default: `learner`).
    #[serde(default, rename = "as")]
    pub(crate) user: Option<User>,
    /// The folder to run it in (default: `/work` where the learner's folder is,
    /// for a judge its own home, else the image's own).
    #[serde(default)]
    pub(crate) dir: Option<Template>,
    /// Environment variables beside the service's own.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, Template>,
    /// What the command reads (default: nothing).
    #[serde(default)]
    pub(crate) stdin: Option<Template>,
}

#[derive(Debug, Clone)]
pub(crate) enum Run {
    Argv(Vec<Template>),
    /// A text for `sh -c`.
    Shell(Template),
}

impl Exec {
    /// Those of the contract's commands that it runs in the toolbox.
    pub(crate) fn commands<'a>(&self, contract: &'a [String]) -> Vec<&'a str> {
        let text = match &self.run {
            _ if self.service.is_some() => String::new(),
            Run::Argv(parts) => parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
            Run::Shell(text) => text.to_string(),
        };
        contract.iter().map(String::as_str).filter(|command| text.contains(command)).collect()
    }
}

impl Run {
    fn argv(&self, scope: &Scope) -> Result<Vec<String>, UnknownName> {
        match self {
            Self::Argv(parts) => parts.iter().map(|part| part.render(scope)).collect(),
            Self::Shell(text) => Ok(vec!["sh".to_owned(), "-c".to_owned(), text.render(scope)?]),
        }
    }
}

impl Kind for Exec {
    const NAME: &'static str = "exec";
    const YIELDS: Yields = Yields::Document;
    const TIMEOUT: Duration = Duration::from_secs(60);
    const FIELDS: &'static [Field] = fields! {
        "exit": "the exit code; 128 + N when signal N ended it",
        "stdout": "standard output as a text; `$…` reads it as JSON",
        "stderr": "standard error as a text",
        "time": "milliseconds it took",
        "interpreter": "with the exit code 126 or 127, where a file was run by its path: what its first line names after `#!`, line ending included",
        "ended": "`timed-out`, `too-much-output` or `out-of-memory` when it was ended early",
    };

    fn writes(&self) -> bool {
        true
    }

    fn templates(&self) -> Vec<&Template> {
        let run: Vec<&Template> = match &self.run {
            Run::Argv(parts) => parts.iter().collect(),
            Run::Shell(text) => vec![text],
        };
        run.into_iter().chain(&self.dir).chain(self.env.values()).chain(&self.stdin).collect()
    }

    fn targets(&self) -> Vec<(String, Target<'_>)> {
        self.service.iter().map(|service| ("in".to_owned(), Target::Service(service))).collect()
    }

    fn asked(&self, scope: &Scope) -> Result<String, UnknownName> {
        let command = match &self.run {
            Run::Argv(_) => self.run.argv(scope)?.join(" "),
            Run::Shell(text) => text.render(scope)?.trim().to_owned(),
        };
        Ok(asked_in(command, self.service.as_deref()))
    }

    async fn fetch(&self, world: &dyn World, scope: &Scope, timeout: Duration) -> Result<Observation, ProbeError> {
        let mut env = Vec::new();
        for (name, value) in &self.env {
            env.push((name.clone(), value.render(scope)?));
        }
        let command = Command {
            service: self.service.clone(),
            user: self.user.unwrap_or_default(),
            argv: self.run.argv(scope)?,
            dir: self.dir.as_ref().map_or(Ok(String::new()), |dir| dir.render(scope))?,
            env,
            stdin: match &self.stdin {
                Some(stdin) => stdin.render(scope)?.into_bytes(),
                None => Vec::new(),
            },
            timeout,
            max_output: MAX_OUTPUT,
        };
        // A bare name is looked for elsewhere.
        let file = command.argv.first().filter(|file| command.service.is_none() && file.contains('/'));
        let file = file.map(|file| in_work(&Path::new(&command.dir).join(file).to_string_lossy()));
        let mut seen = see(&world.exec(command).await?);
        let not_run = matches!(seen.field("exit").and_then(Value::as_i64), Some(126 | 127));
        if let Some(path) = file.filter(|_| not_run)
            && let Ok(Some(file)) = world.file(or_toolbox(None), path).await
            && let Some(named) = interpreter(&file.bytes)
        {
            seen.evidence.push(("interpreter", named.escape_debug().to_string()));
            seen.fields.push(("interpreter", json!(named)));
        }
        Ok(seen)
    }
}

/// What a script's first line names after `#!`. The kernel takes the end of a line from
/// Windows for a part of it, and says no more than that nothing of that name is there.
fn interpreter(script: &[u8]) -> Option<String> {
    let line = script.strip_prefix(b"#!")?.split(|byte| *byte == b'\n').next()?;
    Some(String::from_utf8_lossy(line).trim_start().to_owned())
}

/// What a command did, to selectors. A command that was ended early has the
/// exit code of `timeout` (124) or of a killed process (137): what the engine
/// reports then is about the end, such as 126, and says nothing of the command.
fn see(output: &Output) -> Observation {
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let exit = match output.ended {
        Some(Ended::TimedOut) => 124,
        Some(Ended::TooMuchOutput | Ended::OutOfMemory) => 137,
        None => output.exit,
    };
    let mut evidence = Vec::new();
    let mut fields =
        vec![("exit", json!(exit)), ("time", json!(u64::try_from(output.time.as_millis()).unwrap_or(u64::MAX)))];
    if let Some(ended) = output.ended {
        let word = json!(ended);
        evidence.push(("ended", word.as_str().unwrap_or_default().to_owned()));
        fields.push(("ended", word));
    }
    for (name, text) in [("stderr", &stderr), ("stdout", &stdout)] {
        if !text.trim().is_empty() {
            evidence.push((name, tail(text)));
        }
    }
    let document = Some(Document::new(stdout.clone(), DocumentFormat::Json));
    fields.push(("stdout", Value::String(stdout)));
    fields.push(("stderr", Value::String(stderr)));
    Observation { fields, document, evidence, ..Observation::default() }
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let start = lines.len().saturating_sub(TAIL_LINES);
    let cut = if start > 0 { "…\n" } else { "" };
    format!("{cut}{}", lines[start..].join("\n"))
}

impl JsonSchema for Run {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Run".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let word = generator.subschema_for::<Template>();
        schemars::json_schema!({"anyOf": [{"type": "string"}, {"type": "array", "items": word, "minItems": 1}]})
    }
}

impl<'de> Deserialize<'de> for Run {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RunVisitor;
        impl<'de> Visitor<'de> for RunVisitor {
            type Value = Run;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("@expected-run")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Run, E> {
                let template = text.parse::<Template>();
                template.map(Run::Shell).map_err(|error| E::custom(error.message().to_error_text()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Run, A::Error> {
                let mut parts = Vec::new();
                while let Some(part) = seq.next_element()? {
                    parts.push(part);
                }
                if parts.is_empty() {
                    return Err(de::Error::custom(message!("exec-nothing-to-run").to_error_text()));
                }
                Ok(Run::Argv(parts))
            }
        }
        deserializer.deserialize_any(RunVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::fake::Fake;

    #[test]
    fn a_list_is_a_command_and_a_text_is_for_the_shell() {
        let argv = |yaml: &str| serde_yaml::from_str::<Exec>(yaml).unwrap().run.argv(&Scope::default()).unwrap();
        assert_eq!(argv("run: [./deploy.sh, --now]"), ["./deploy.sh", "--now"]);
        assert_eq!(argv("run: echo hello"), ["sh", "-c", "echo hello"]);
    }

    #[test]
    fn a_command_that_was_ended_has_the_exit_code_of_that_whatever_the_engine_says() {
        let ends = [
            (Ended::TooMuchOutput, 137, "too-much-output"),
            (Ended::OutOfMemory, 137, "out-of-memory"),
            (Ended::TimedOut, 124, "timed-out"),
        ];
        for (ended, code, word) in ends {
            for exit in [0, 1, 126, 127, 143] {
                let seen = see(&Output { exit, ended: Some(ended), ..Output::default() });
                assert_eq!(seen.field("exit"), Some(&json!(code)), "{word} {exit}");
                assert_eq!(seen.field("ended"), Some(&json!(word)));
            }
        }
        assert_eq!(see(&Output { exit: 126, ..Output::default() }).field("exit"), Some(&json!(126)));
    }

    #[tokio::test]
    async fn what_a_script_that_did_not_run_asks_for_is_told() {
        let exec: Exec = serde_yaml::from_str("run: [./deploy.sh]").unwrap();
        for (script, exit, told) in [
            ("#!/bin/bash\r\necho\r\n", 127, Some("/bin/bash\r")),
            ("#! /usr/bin/zsh\necho", 127, Some("/usr/bin/zsh")),
            ("#!/bin/bash\r\n", 1, None),
            ("echo", 127, None),
        ] {
            let ran = Output { exit, ..Output::default() };
            let world = Fake::default().on_disk("/work/./deploy.sh", script);
            let world = Fake { ran, ..world };
            let seen = exec.fetch(&world, &Scope::default(), Duration::from_secs(5)).await.unwrap();
            assert_eq!(seen.field("interpreter"), told.map(|told| json!(told)).as_ref(), "{script:?}");
        }
    }

    #[test]
    fn the_end_of_standard_error_is_evidence() {
        let lines: Vec<String> = (0..40).map(|line| format!("line {line}")).collect();
        let output = Output { exit: 1, stderr: lines.join("\n").into_bytes(), ..Output::default() };
        let seen = see(&output);
        let (name, text) = &seen.evidence[0];
        assert_eq!(*name, "stderr");
        assert!(text.starts_with("…\nline 28\n") && text.ends_with("line 39"), "{text}");
    }
}
