//! `workflow`: what an event makes of the learner's GitHub Actions workflows,
//! run for real; and what the workflows say, as data.
//!
//! The work is done by the program `workflow` of `labs/images/workflow`: in a
//! service that is started for each run, or, to read only, in the toolbox. What
//! reached the servers is told by a witness there; a log proves nothing.

mod ask;
mod read;
#[cfg(test)]
mod tests;

pub(crate) use self::ask::Workflow;

use self::ask::Happening;
use self::read::{answer, see_model, see_run};
use super::{Field, Kind, ProbeError, Target, Yields, asked_in};
use crate::expect::Observation;
use crate::template::{Scope, Template, UnknownName};
use crate::world::{Command, ProbeFailure, User, World};
use serde_json::Value;
use std::time::Duration;

/// Bytes of an answer. A run with many artifacts tells of each file.
const MAX_ANSWER: usize = 16 << 20;
/// What a container's start and end may take of a run's limit. The program ends
/// a run itself, before the engine does, and so can say what was running.
const AROUND: Duration = Duration::from_secs(4);
/// The least that is left for the run itself.
const LEAST: Duration = Duration::from_secs(1);

impl Kind for Workflow {
    const NAME: &'static str = "workflow";
    const YIELDS: Yields = Yields::Document;
    // Ten times what a push takes on two cores: on a busy machine it takes as long.
    const TIMEOUT: Duration = Duration::from_secs(120);
    const FIELDS: &'static [Field] = fields! {
        "triggered": "whether the event triggers any workflow",
        "workflows": "a list of {file, name, event, triggered, why, conclusion}; `model`: of all that they say",
        "conclusion": "`success`, `failure`, `cancelled`, `skipped`, `none` (nothing is triggered), `refused`, `timed-out`, `too-much-output` or `out-of-memory`",
        "sha": "the commit that was pushed, or a pull request's head",
        "jobs": "a list of {workflow, event, job, name, matrix, conclusion, steps}, one for each leg of a matrix",
        "legs": "those of them that are legs of a matrix",
        "steps": "a list of {job, name, id, conclusion}, of all jobs",
        "failed-steps": "each step that failed, as \"job: step\"",
        "artifacts": "a list of {name, digest, files, uploaded-by, downloaded-by}",
        "staging": "what became current there during the run: a list of {sha, digest, ours, from-artifact}",
        "production": "the same of production",
        "on-staging": "the releases that became current there during the run, by name",
        "in-production": "the same of production",
        "early": "`staging` or `production`, where a release was current before all its files were there",
        "not-kept": "`staging` or `production`, where a release is no artifact of the run",
        "gaps": "`staging` or `production`, where nothing was served for a moment before a release",
        "together": "the jobs that deploy to production and that nothing keeps apart from those of another run",
        "staging-now": "the release that is current there after the run; empty for none",
        "production-now": "the same of production",
        "deployed": "`staging` or `production` for each time that the run's own commit became current there",
        "leaks": "places that show a secret: a list of {secret, where}",
        "log": "what the steps said, without secrets, shortened in the middle",
        "problem": "why nothing ran, or what is wrong with the files, with file and line; else empty",
        "problems": "the same as a list of {code, file, line, text}",
        "time": "milliseconds that the run took",
        "valid": "`model`: whether all files fit GitHub's schema",
        "uses": "`model`: a list of {file, line, job, uses, action, ref, pinned, local}",
        "unpinned": "`model`: what is used and isn't pinned to a SHA, as \"file:line uses\"",
        "write-scopes": "`model`: what may be written, as \"file: job: scope\"; `default` without any `permissions`",
        "inline-expressions": "`model`: a stranger's text inside a script, a list of {file, line, expression}",
    };

    fn writes(&self) -> bool {
        match self.happening {
            Happening::Push(_) | Happening::Tag(_) | Happening::Dispatch { .. } => !self.side_by_side,
            Happening::PullRequest(_) | Happening::Model(_) | Happening::Run(_) => false,
        }
    }

    fn templates(&self) -> Vec<&Template> {
        self.texts()
    }

    fn targets(&self) -> Vec<(String, Target<'_>)> {
        match self.happening {
            Happening::Run(_) => Vec::new(),
            _ => vec![("in".to_owned(), Target::Service(self.place()))],
        }
    }

    fn reads(&self) -> Option<&Template> {
        match &self.happening {
            Happening::Model(folder) if self.service.is_none() => Some(folder),
            _ => None,
        }
    }

    fn asked(&self, scope: &Scope) -> Result<String, UnknownName> {
        Ok(asked_in(self.words(scope)?, self.service.as_deref()))
    }

    async fn fetch(&self, world: &dyn World, scope: &Scope, timeout: Duration) -> Result<Observation, ProbeError> {
        if let Happening::Run(captured) = &self.happening {
            let answer = serde_json::from_str::<Value>(&captured.render(scope)?);
            let answer = answer.map_err(|error| ProbeFailure::Fault { detail: format!("no captured run: {error}") })?;
            return Ok(see_run(answer)?);
        }
        let limit = timeout.saturating_sub(AROUND).max(LEAST);
        let place = self.place();
        let command = Command {
            service: (place != TOOLBOX).then(|| place.to_owned()),
            user: User::Learner,
            argv: vec!["workflow".to_owned()],
            dir: "/".to_owned(),
            env: Vec::new(),
            stdin: self.question(scope, limit)?.to_string().into_bytes(),
            timeout,
            max_output: MAX_ANSWER,
        };
        let output = world.exec(command).await?;
        let answer = answer(&output)?;
        Ok(if matches!(self.happening, Happening::Model(_)) { see_model(answer)? } else { see_run(answer)? })
    }
}

const TOOLBOX: &str = "toolbox";
/// The service that runs workflows, unless told otherwise.
const RUNNER: &str = "runner";

impl Workflow {
    fn place(&self) -> &str {
        let usual = if matches!(self.happening, Happening::Model(_)) { TOOLBOX } else { RUNNER };
        self.service.as_deref().unwrap_or(usual)
    }
}
