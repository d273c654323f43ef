//! `terraform`: plans, applies, asks and tests a configuration in the toolbox,
//! and yields what changes, what is there and what was said, as data.
//!
//! What a tool says to people differs between versions; its JSON doesn't. A plan
//! is judged from `show -json`, never from an exit code: a plan that only moves
//! has the exit code of one that changes something.

mod read;
#[cfg(test)]
mod tests;

use self::read::{Answer, Stage};
use super::{Field, Kind, ProbeError, Yields, in_work};
use crate::expect::Observation;
use crate::template::{Scope, Template, UnknownName};
use crate::world::{Command, Output, ProbeFailure, User, World};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{self, Deserializer};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Bytes that one command may write. The JSON of a plan with a few dozen
/// resources has 100 kB.
const MAX_OUTPUT: usize = 8 << 20;
/// Wrong copies that must have counted, for tests to have been judged at all.
const FEWEST_COPIES: u64 = 3;

#[derive(Debug, Clone)]
pub struct Terraform {
    pub(crate) action: Action,
    /// The folder of the configuration, from `/work`.
    pub(crate) folder: Template,
    pub(crate) vars: BTreeMap<String, Template>,
    pub(crate) env: BTreeMap<String, Template>,
}

#[derive(Debug, Clone)]
pub(crate) enum Action {
    /// `validate`: whether it makes sense by itself.
    Validate,
    /// `fmt`: whether it is written in the usual form.
    Fmt,
    /// `plan`: what an apply would change.
    Plan,
    /// `apply`: a plan, then its apply.
    Apply,
    /// `destroy`: removes all that the state knows.
    Destroy,
    /// `output`: the outputs in the state.
    Output,
    /// `show`: what the state holds, and where it lies.
    Show,
    /// `test`: its own tests, as they are or on wrong copies of it too.
    Test {
        /// The folder with the lab's test file that tells wrong copies from equal ones.
        copies: Option<Template>,
    },
}

impl Action {
    fn verb(&self) -> &'static str {
        match self {
            Self::Validate => "validate",
            Self::Fmt => "fmt",
            Self::Plan => "plan",
            Self::Apply => "apply",
            Self::Destroy => "destroy",
            Self::Output => "output",
            Self::Show => "show",
            Self::Test { copies: None } => "test",
            Self::Test { copies: Some(_) } => "test, and test on wrong copies",
        }
    }
}

/// One command on a configuration, with all that it needs before it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Validates the configuration in this folder.
    validate: Option<Template>,
    /// Whether this folder's files are formatted.
    fmt: Option<Template>,
    /// Plans in this folder.
    plan: Option<Template>,
    /// Applies in this folder.
    apply: Option<Template>,
    /// Destroys what this folder's state holds.
    destroy: Option<Template>,
    /// Reads the outputs of this folder's state.
    output: Option<Template>,
    /// Reads this folder's state.
    show: Option<Template>,
    /// Runs this folder's own tests.
    test: Option<Template>,
    /// With `test`: the folder with the lab's test file that tells wrong copies from equal ones.
    copies: Option<Template>,
    /// Input variables.
    #[serde(default)]
    vars: BTreeMap<String, Template>,
    /// Environment variables beside the toolbox's own.
    #[serde(default)]
    env: BTreeMap<String, Template>,
}

schema_as!(Terraform, Entry);

impl<'de> Deserialize<'de> for Terraform {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entry = Entry::deserialize(deserializer)?;
        let wrong = || de::Error::custom(message!("terraform-shape").to_error_text());
        if entry.copies.is_some() && entry.test.is_none() {
            return Err(wrong());
        }
        let mut given = [
            (Action::Validate, entry.validate),
            (Action::Fmt, entry.fmt),
            (Action::Plan, entry.plan),
            (Action::Apply, entry.apply),
            (Action::Destroy, entry.destroy),
            (Action::Output, entry.output),
            (Action::Show, entry.show),
            (Action::Test { copies: entry.copies }, entry.test),
        ]
        .into_iter()
        .filter_map(|(action, folder)| Some((action, folder?)));
        let (Some((action, folder)), None) = (given.next(), given.next()) else { return Err(wrong()) };
        Ok(Self { action, folder, vars: entry.vars, env: entry.env })
    }
}

impl Kind for Terraform {
    const NAME: &'static str = "terraform";
    const YIELDS: Yields = Yields::Document;
    const TIMEOUT: Duration = Duration::from_secs(60);
    const FIELDS: &'static [Field] = fields! {
        "ok": "whether all went well; `fmt`: nothing to format; `test`: some passed and none failed",
        "exit": "the exit code of the last command",
        "stage": "the last command: `init`, `plan`, `apply`, …",
        "time": "milliseconds that all commands took",
        "ended": "`timed-out`, `too-much-output` or `out-of-memory` when a command was ended early",
        "error": "the errors as one text; empty without any",
        "errors": "the errors: a list of {summary, detail, file, line, address}",
        "warnings": "how many warnings",
        "add": "`plan`, `apply`: how many resources are created; a replaced one counts",
        "change": "`plan`, `apply`: how many are changed in place",
        "destroy": "`plan`, `apply`, `destroy`: how many are destroyed; a replaced one counts",
        "import": "`plan`, `apply`: how many are imported",
        "moved": "`plan`, `apply`: the addresses that resources are moved from",
        "drift": "`plan`, `apply`: the addresses of what was changed by others",
        "changes": "`plan`, `apply`: a list of {address, type, action, previous, importing}",
        "constraints": "`plan`, `apply`: the versions that are asked for, by provider",
        "outputs-changed": "`plan`, `apply`: the names of the outputs that change",
        "outputs": "the outputs by name; sensitive ones only as `$.secrets.NAME`",
        "sensitive": "the names of the outputs that are marked sensitive",
        "resources": "`apply`, `destroy`, `show`: the addresses in the state",
        "backend": "`show`: the type of the backend; `local` without one",
        "lineage": "`show`: the identity of the state",
        "serial": "`show`: the state's number",
        "files": "`fmt`: the files that aren't in the usual form",
        "passed": "`test`: how many runs passed",
        "failed": "`test`: how many runs failed or had an error",
        "counted": "`test` with `copies`: how many wrong copies counted",
        "survivors": "`test` with `copies`: the mistakes that no test noticed, as differences",
        "false-alarms": "`test` with `copies`: the equal copies that a test took for wrong",
    };

    fn writes(&self) -> bool {
        !matches!(self.action, Action::Output | Action::Show)
    }

    fn templates(&self) -> Vec<&Template> {
        let copies = match &self.action {
            Action::Test { copies } => copies.as_ref(),
            _ => None,
        };
        std::iter::once(&self.folder).chain(copies).chain(self.vars.values()).chain(self.env.values()).collect()
    }

    fn asked(&self, scope: &Scope) -> Result<String, UnknownName> {
        let folder = self.folder.render(scope)?;
        let inside = if folder == "." { String::new() } else { format!(" in {folder}") };
        let mut asked = format!("terraform {}{inside}", self.action.verb());
        for (name, value) in &self.vars {
            asked.extend([" ", name, "=", &value.render(scope)?]);
        }
        Ok(asked)
    }

    async fn fetch(&self, world: &dyn World, scope: &Scope, timeout: Duration) -> Result<Observation, ProbeError> {
        let mut env: Vec<(String, String)> =
            [("TF_IN_AUTOMATION", "1"), ("TF_INPUT", "0")].map(|(name, value)| (name.into(), value.into())).into();
        for (name, value) in &self.vars {
            env.push((format!("TF_VAR_{name}"), value.render(scope)?));
        }
        for (name, value) in &self.env {
            env.push((name.clone(), value.render(scope)?));
        }
        let dir = in_work(&self.folder.render(scope)?);
        let copies = match &self.action {
            Action::Test { copies: Some(copies) } => Some(copies.render(scope)?),
            _ => None,
        };
        let mut run = Run { world, dir, env, begun: Instant::now(), timeout, answer: Answer::default() };
        run.act(&self.action, copies.as_deref()).await?;
        let Run { begun, mut answer, .. } = run;
        answer.time = begun.elapsed();
        Ok(answer.seen(self.action.verb()))
    }
}

struct Run<'a> {
    world: &'a dyn World,
    dir: String,
    env: Vec<(String, String)>,
    begun: Instant,
    timeout: Duration,
    answer: Answer,
}

/// Prepares a folder once for each state of its files. The learner's lock file
/// keeps version and constraints; the checksum of our provider, which differs
/// from one build to the next, is left out.
const INIT: &str = r#"
sum=$(find . -name .terraform -prune -o -name '*.tf' -type f -print | LC_ALL=C sort | xargs -r cat | cksum)
[ "$(cat .terraform/lab-prepared 2>/dev/null)" = "$sum" ] && exit 0
if [ -f .terraform.lock.hcl ]; then
    kept=$(awk '/^provider "lab\.local\//{ours=1} /^}/{ours=0} ours&&/^ *hashes *=/{cut=1} !cut{print} cut&&/\]/{cut=0}' .terraform.lock.hcl)
    printf '%s\n' "$kept" > .terraform.lock.hcl
fi
tofu init -json -input=false -reconfigure || exit
printf '%s' "$sum" > .terraform/lab-prepared
"#;

const PLAN: &str = "/tmp/lab.tfplan";

impl Run<'_> {
    async fn act(&mut self, action: &Action, copies: Option<&str>) -> Result<(), ProbeFailure> {
        let needs_init = !matches!(action, Action::Fmt | Action::Output | Action::Show);
        if needs_init && !self.stage(Stage::Init, &["sh", "-c", INIT]).await? {
            return Ok(());
        }
        match action {
            Action::Validate => {
                self.stage(Stage::Validate, &["tofu", "validate", "-json"]).await?;
            }
            Action::Fmt => {
                if !self.stage(Stage::Fmt, &["tofu", "fmt", "-check", "-recursive", "-no-color"]).await? {
                    let output = self.command(&["tofu", "fmt", "-check", "-diff", "-recursive", "-no-color"]).await?;
                    self.answer.formatted_otherwise(&output);
                }
            }
            Action::Plan => {
                self.plan().await?;
            }
            Action::Apply => {
                if self.plan().await? && self.stage(Stage::Apply, &["tofu", "apply", "-json", PLAN]).await? {
                    self.stage(Stage::Show, &["tofu", "show", "-json"]).await?;
                }
            }
            Action::Destroy => {
                let destroy = ["tofu", "apply", "-destroy", "-auto-approve", "-json", "-lock-timeout=5s"];
                if self.stage(Stage::Destroy, &destroy).await? {
                    self.stage(Stage::Show, &["tofu", "show", "-json"]).await?;
                }
            }
            Action::Output => {
                self.stage(Stage::Output, &["tofu", "output", "-json"]).await?;
            }
            Action::Show => {
                if self.stage(Stage::Show, &["tofu", "show", "-json"]).await?
                    && self.stage(Stage::Pull, &["tofu", "state", "pull"]).await?
                {
                    self.stage(
                        Stage::Backend,
                        &["sh", "-c", "cat .terraform/terraform.tfstate 2>/dev/null || echo {}"],
                    )
                    .await?;
                }
            }
            Action::Test { .. } => match copies {
                None => {
                    self.stage(Stage::Test, &["tofu", "test", "-json"]).await?;
                }
                Some(probe) => {
                    self.stage(Stage::Copies, &["wrong-copies", "-probe", probe]).await?;
                    if let Some(counted) = self.answer.counted.filter(|counted| *counted < FEWEST_COPIES) {
                        let detail = format!(
                            "only {counted} wrong copies of this work could be made, so its tests can't be judged"
                        );
                        return Err(ProbeFailure::Fault { detail });
                    }
                }
            },
        }
        Ok(())
    }

    async fn plan(&mut self) -> Result<bool, ProbeFailure> {
        let out = format!("-out={PLAN}");
        Ok(self.stage(Stage::Plan, &["tofu", "plan", "-json", "-lock-timeout=5s", &out]).await?
            && self.stage(Stage::Planned, &["tofu", "show", "-json", PLAN]).await?)
    }

    /// Runs one command and takes over what it says; whether the next may come.
    async fn stage(&mut self, stage: Stage, argv: &[&str]) -> Result<bool, ProbeFailure> {
        let output = self.command(argv).await?;
        Ok(self.answer.take(stage, &output))
    }

    async fn command(&self, argv: &[&str]) -> Result<Output, ProbeFailure> {
        let command = Command {
            service: None,
            user: User::Learner,
            argv: argv.iter().map(|word| (*word).to_owned()).collect(),
            dir: self.dir.clone(),
            env: self.env.clone(),
            stdin: Vec::new(),
            timeout: self.timeout.saturating_sub(self.begun.elapsed()).max(Duration::from_millis(100)),
            max_output: MAX_OUTPUT,
        };
        self.world.exec(command).await
    }
}
