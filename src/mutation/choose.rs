//! Which runs prove a lab, or what was asked of it.

use super::Subject;
use super::source::Proofs;
use crate::definition::load::LoadedLab;
use crate::definition::mutant::Mutant;
use crate::definition::name::LearnerId;
use std::path::PathBuf;

#[derive(Debug, Clone)]
pub(crate) struct Run<'a> {
    pub(crate) subject: Subject,
    pub(crate) folder: PathBuf,
    pub(crate) mutant: Option<&'a Mutant>,
    /// The learner whose values the room gets; drawn where there is none.
    pub(crate) learner: Option<LearnerId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnknownOnly {
    pub(crate) name: String,
    pub(crate) known: Vec<String>,
}

/// The runs: all of them, or those that concern the checks, mutants and
/// solutions of `only`. What concerns a check is the starter, each solution and
/// the mutants that it must refuse.
pub(crate) fn runs<'a>(loaded: &LoadedLab, proofs: &'a Proofs, only: &[String]) -> Result<Vec<Run<'a>>, UnknownOnly> {
    let starter = Run { subject: Subject::Starter, folder: loaded.folder.join("starter"), mutant: None, learner: None };
    let solutions = proofs.solutions.iter().map(|(name, folder)| Run {
        subject: Subject::Solution(name.clone()),
        folder: folder.clone(),
        mutant: None,
        learner: None,
    });
    let mutants = proofs.mutants.iter().map(|mutant| Run {
        subject: Subject::Mutant(mutant.id.clone()),
        folder: proofs.solutions.get(&mutant.over).cloned().unwrap_or_default(),
        mutant: Some(mutant),
        learner: None,
    });
    let all: Vec<Run<'a>> = std::iter::once(starter).chain(solutions).chain(mutants).collect();
    let is_check = |name: &str| loaded.lab.checks().any(|(_, check)| check.id.value.as_str() == name);
    let concerns = |run: &Run, name: &str| {
        let by_check = match run.mutant {
            Some(mutant) => mutant.expect_fail.iter().any(|check| check.as_str() == name),
            None => is_check(name),
        };
        run.subject.name() == name || by_check
    };
    for name in only {
        if !is_check(name) && !all.iter().any(|run| concerns(run, name)) {
            let checks = loaded.lab.checks().map(|(_, check)| check.id.value.as_str());
            let known = checks.chain(all.iter().map(|run| run.subject.name())).map(str::to_owned).collect();
            return Err(UnknownOnly { name: name.clone(), known });
        }
    }
    Ok(all.into_iter().filter(|run| only.is_empty() || only.iter().any(|name| concerns(run, name))).collect())
}
