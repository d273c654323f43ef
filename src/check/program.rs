//! Kinds that live with their labs: programs, which the engine starts step by step, in place of
//! code in here. `definition::kinds` reads from a `kind.yaml` what one is.
//!
//! A program gives values and never a verdict: what it says is read as strictly as it was
//! declared, and whatever doesn't fit is the kind's own fault.

use super::{Field, ProbeError, Target, Yields};
use crate::expect::judged::{self, Breach};
use crate::expect::operand::ValueType;
use crate::expect::{Document, DocumentFormat, Observation, Operand};
use crate::message::Arg;
use crate::template::{Scope, Template, UnknownName};
use crate::world::{Command, Ended, Output, ProbeFailure, User, World};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The version of questions and answers.
pub(crate) const PROTOCOL: u32 = 1;
/// Bytes that one step may write.
const MAX_OUTPUT: usize = 16 << 20;
/// What a process's start and end may take of a step's limit, so that a program can end
/// its work itself and say how far it came.
const AROUND: Duration = Duration::from_secs(4);
/// The least that is left for the work.
const LEAST: Duration = Duration::from_secs(1);
/// What the judge's step gets at the least after others: the limit is theirs to use up.
const JUDGES: Duration = Duration::from_secs(30);
/// Characters of one value in the words for what is asked.
const SHOWN: usize = 60;

/// What a kind is. It lives as long as the process, as the built-in ones do.
#[derive(Debug)]
pub struct Definition {
    pub(crate) name: &'static str,
    /// Its folder, with links resolved; none of a kind that was read from the binary.
    pub(crate) folder: Option<PathBuf>,
    /// Files of its folder that the toolbox gets.
    pub(crate) files: Vec<String>,
    /// What may stand behind its key, with its English words.
    pub(crate) keys: judged::Schema,
    /// What goes together, for whoever wrote something else.
    pub(crate) together: Option<Arg>,
    pub(crate) fields: Vec<Field>,
    pub(crate) types: BTreeMap<&'static str, ValueType>,
    /// Names of texts that help to read a failure.
    pub(crate) evidence: Vec<&'static str>,
    pub(crate) yields: Yields,
    pub(crate) timeout: Duration,
    pub(crate) steps: Vec<Step>,
    /// Keys beside which nothing is changed.
    pub(crate) only_reads: Vec<String>,
    /// The key with the path in the learner's folder that alone decides the answer.
    pub(crate) reads: Option<String>,
    /// French for its English words.
    pub(crate) french: BTreeMap<String, String>,
}

/// A process of a kind's.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub(crate) run: Vec<String>,
    #[serde(default, rename = "as")]
    pub(crate) user: Option<User>,
    /// The service, where a lab names no other with the key `in`.
    #[serde(default, rename = "in")]
    pub(crate) service: Option<String>,
    /// The keys of which one must be given; with none it is always taken.
    #[serde(default)]
    pub(crate) when: Vec<String>,
}

thread_local! {
    /// The kinds beside the lab that is being read: serde hands nothing down to what it reads.
    static KNOWN: RefCell<Vec<&'static Definition>> = const { RefCell::new(Vec::new()) };
}

/// Does something that knows these kinds.
pub fn knowing<T>(kinds: &[&'static Definition], work: impl FnOnce() -> T) -> T {
    let before = KNOWN.replace(kinds.to_vec());
    let done = work();
    KNOWN.set(before);
    done
}

pub(crate) fn known() -> Vec<&'static Definition> {
    KNOWN.with_borrow(Clone::clone)
}

/// The schemas of the kinds that are known, by name.
pub(super) fn schemas(generator: &mut SchemaGenerator) -> Vec<(&'static str, Schema)> {
    let named = known().into_iter().map(|kind| {
        generator.definitions_mut().insert(kind.name.to_owned(), kind.keys.source().clone());
        (kind.name, json_schema!({"$ref": format!("#/definitions/{}", kind.name)}))
    });
    named.collect()
}

/// A question to a kind that lives with its lab.
#[derive(Debug, Clone)]
pub struct Program {
    pub(crate) kind: &'static Definition,
    pub(crate) ask: Operand,
}

impl Program {
    pub(super) fn writes(&self) -> bool {
        !self.kind.only_reads.iter().any(|key| self.gives(key))
    }

    pub(super) fn targets(&self) -> Vec<(String, Target<'_>)> {
        let services = self.steps().filter_map(|step| self.service(step));
        services.map(|service| ("in".to_owned(), Target::Service(service))).collect()
    }

    pub(super) fn reads(&self) -> Option<&Template> {
        let key = self.kind.reads.as_ref()?;
        self.targets().is_empty().then(|| self.text(key)).flatten()
    }

    /// `workflow push="main" side-by-side=true`; a long text as the lab has it.
    pub(super) fn asked(&self, scope: &Scope) -> Result<String, UnknownName> {
        let entries = if let Operand::Map(entries) = &self.ask { entries.as_slice() } else { &[] };
        let mut said = self.kind.name.to_owned();
        for (key, operand) in entries {
            let value = operand.resolve(scope)?.shown().to_string();
            let value = match operand {
                Operand::Text(template) if value.len() > SHOWN => template.to_string(),
                _ => value,
            };
            let cut = value.char_indices().nth(SHOWN).map(|(at, _)| format!("{}…", &value[..at]));
            said.extend([" ", key, "=", &cut.unwrap_or(value)]);
        }
        Ok(said)
    }

    pub(super) async fn fetch(
        &self,
        world: &dyn World,
        scope: &Scope,
        timeout: Duration,
    ) -> Result<Observation, ProbeError> {
        let ask = self.ask.resolve(scope)?.shown();
        let begun = Instant::now();
        let mut done = Vec::new();
        let mut last = Output::default();
        for step in self.steps() {
            let left = timeout.saturating_sub(begun.elapsed());
            let judges = step.user == Some(User::Judge) && !done.is_empty();
            let limit = left.max(if judges { JUDGES } else { LEAST });
            let for_work = limit.saturating_sub(AROUND).max(LEAST);
            let question = json!({
                "protocol": PROTOCOL,
                "ask": ask,
                "limit-ms": u64::try_from(for_work.as_millis()).unwrap_or(u64::MAX),
                "steps": done,
            });
            last = world
                .exec(Command {
                    service: self.service(step).map(str::to_owned),
                    user: step.user.unwrap_or_default(),
                    argv: step.run.clone(),
                    dir: String::new(),
                    env: Vec::new(),
                    stdin: question.to_string().into_bytes(),
                    timeout: limit,
                    max_output: MAX_OUTPUT,
                })
                .await?;
            done.push(told(&last));
        }
        let learners = self.targets().iter().all(|(_, target)| match target {
            Target::Service(service) => world.runs_learners_files(service),
            _ => true,
        });
        self.answer(&last, timeout, learners).map_err(ProbeError::from)
    }

    /// The steps of this question. The last one gives the answer.
    fn steps(&self) -> impl Iterator<Item = &'static Step> {
        let taken = |step: &&Step| step.when.is_empty() || step.when.iter().any(|key| self.gives(key));
        self.kind.steps.iter().filter(taken)
    }

    fn service<'a>(&'a self, step: &'a Step) -> Option<&'a str> {
        let usual = step.service.as_deref()?;
        Some(self.text("in").and_then(|named| named.literals().next()).unwrap_or(usual))
    }

    fn key(&self, key: &str) -> Option<&Operand> {
        let Operand::Map(entries) = &self.ask else { return None };
        entries.iter().find(|(name, _)| name == key).map(|(_, operand)| operand)
    }

    fn text(&self, key: &str) -> Option<&Template> {
        match self.key(key)? {
            Operand::Text(template) => Some(template),
            _ => None,
        }
    }

    /// Whether a key is there, and isn't `false`.
    fn gives(&self, key: &str) -> bool {
        self.key(key).is_some_and(|operand| *operand != Operand::Plain(Value::Bool(false)))
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let entries = if let Operand::Map(entries) = &self.ask { entries.as_slice() } else { &[] };
        entries.iter().map(|(key, _)| key.as_str())
    }

    /// Where the question breaks its kind's schema first, and how.
    pub(crate) fn breach(&self, scope: &Scope) -> Option<Breach> {
        let ask = self.ask.resolve(scope).ok()?.shown();
        self.kind.keys.breach(&ask).map(|(breach, _)| breach)
    }

    fn answer(&self, output: &Output, timeout: Duration, learners: bool) -> Result<Observation, ProbeFailure> {
        let kind = self.kind;
        let said = String::from_utf8_lossy(&output.stderr);
        if !said.is_empty() {
            tracing::debug!(kind = kind.name, stderr = %said, "said");
        }
        let said = said.trim().lines().next_back().map(|line| format!(": {line}")).unwrap_or_default();
        let fault = |what: String| ProbeFailure::Fault { detail: format!("the kind `{}` {what}", kind.name) };
        match output.ended {
            Some(Ended::TimedOut) => return Err(fault(format!("gave no answer within its limit{said}"))),
            Some(Ended::TooMuchOutput) => return Err(fault(format!("gave more than {MAX_OUTPUT} bytes"))),
            Some(Ended::OutOfMemory) => return Err(fault("ran out of memory".to_owned())),
            None if output.exit != 0 => return Err(fault(format!("ended with exit code {}{said}", output.exit))),
            None => {}
        }
        let answer: Answer = serde_json::from_slice(&output.stdout)
            .map_err(|error| fault(format!("gave an answer that isn't one: {error}")))?;
        if let Some(trouble) = answer.trouble {
            return Err(match trouble {
                Trouble::NoFile { path } => ProbeFailure::NoFile { path },
                Trouble::TimedOut { what } => ProbeFailure::TimedOut { what, after: timeout, learners },
                Trouble::NotHere { what } => ProbeFailure::NotHere { what },
                Trouble::Fault { detail } => fault(format!("can't answer: {detail}")),
            });
        }
        let (mut fields, mut document) = (Vec::new(), answer.more);
        for (name, value) in answer.fields {
            let Some((name, of)) = kind.types.get_key_value(name.as_str()) else {
                return Err(fault(format!("gave a field that its kind.yaml doesn't name: `{name}`")));
            };
            if ValueType::of(&value) != *of {
                return Err(fault(format!("gave a `{name}` that isn't of the type in its kind.yaml")));
            }
            if document.insert((*name).to_owned(), value.clone()).is_some() {
                return Err(fault(format!("gave `{name}` as a field and as `more`")));
            }
            fields.push((*name, value));
        }
        let mut evidence = Vec::new();
        for Evidence { name, text } in answer.evidence {
            let Some(name) = kind.evidence.iter().find(|known| **known == name) else {
                return Err(fault(format!("gave evidence that its kind.yaml doesn't name: `{name}`")));
            };
            evidence.push((*name, text));
        }
        evidence.retain(|(_, text)| !text.is_empty());
        let mut hang_on_time = Vec::new();
        for name in answer.hang_on_time {
            let Some((name, _)) = kind.types.get_key_value(name.as_str()) else {
                return Err(fault(format!(
                    "says of a field that its kind.yaml doesn't name that it hangs on time: `{name}`"
                )));
            };
            hang_on_time.push(*name);
        }
        let document = (kind.yields != Yields::Fields)
            .then(|| Document::new(Value::Object(document).to_string(), DocumentFormat::Json));
        Ok(Observation { fields, document, evidence, hang_on_time, ..Observation::default() })
    }
}

/// What came of a step, for those after it: how it ended is theirs to judge.
fn told(output: &Output) -> Value {
    json!({
        "exit": output.exit,
        "ended": output.ended,
        "time-ms": u64::try_from(output.time.as_millis()).unwrap_or(u64::MAX),
        "stdout": String::from_utf8_lossy(&output.stdout),
        "stderr": String::from_utf8_lossy(&output.stderr),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    #[serde(default)]
    fields: Map<String, Value>,
    /// What the document has beside the fields.
    #[serde(default)]
    more: Map<String, Value>,
    #[serde(default)]
    evidence: Vec<Evidence>,
    /// Fields that might have another value on a faster machine.
    #[serde(default, rename = "hang-on-time")]
    hang_on_time: Vec<String>,
    #[serde(default)]
    trouble: Option<Trouble>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Evidence {
    name: String,
    text: String,
}

/// Why there are no values.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
enum Trouble {
    NoFile { path: String },
    TimedOut { what: String },
    NotHere { what: String },
    Fault { detail: String },
}

#[cfg(test)]
mod tests;
