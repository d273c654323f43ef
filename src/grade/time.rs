//! Which failures a slow machine may have caused.

use crate::definition::model::Step;
use crate::expect::{Observation, cel};
use crate::verdict::{Finding, Problem};
use crate::world::ProbeFailure;

/// Whether a step that didn't hold might have, with more time: what was awaited or had
/// to stay so, what ran into a limit, what took too long, and what a limit within the
/// answering service or runner may have decided.
pub(super) fn hangs_on_time(step: &Step, seen: Option<&Observation>, findings: &[Finding]) -> bool {
    let number = |name: &str| seen.and_then(|seen| seen.field(name)?.as_i64());
    let ended = seen.and_then(|seen| seen.field("ended")?.as_str());
    // What probes call the time that something took, and what follows from it.
    let is_time = |name: &str| ["time", "times", "ended", "duration", "cold"].contains(&name);
    let hanging = seen.map_or(&[][..], |seen| &seen.hang_on_time);
    // A path may lead to any of them.
    let hangs = |name: &str| hanging.contains(&name) || !hanging.is_empty() && name.starts_with('$');
    let of_time = |finding: &Finding| match &finding.problem {
        Problem::ProbeFailure(trouble) => matches!(
            trouble,
            ProbeFailure::TimedOut { .. }
                | ProbeFailure::Refused { .. }
                | ProbeFailure::Down { .. }
                | ProbeFailure::Ended { .. }
                | ProbeFailure::ListensElsewhere { .. }
                | ProbeFailure::Broken { .. }
        ),
        Problem::Mismatch(mismatch) => is_time(&mismatch.selector) || hangs(&mismatch.selector),
        Problem::Condition { values, .. } => {
            values.iter().any(|(name, _)| is_time(name) || hanging.iter().any(|field| cel::name(field) == *name))
        }
        Problem::TooFewItems { .. } | Problem::TooManyItems { .. } | Problem::Broke(_) => false,
    };
    step.eventually.is_some()
        || step.always.is_some()
        || ended == Some("timed-out")
        || number("exit") == Some(124)
        || number("status").is_some_and(|status| status >= 500)
        || findings.iter().any(of_time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::{Actual, Matcher, Mismatch};

    /// Whether a failure of `selector` hangs on time, where the probe names `named`.
    fn hangs(named: &[&'static str], selector: &str) -> bool {
        let step: Step = serde_yaml::from_str("exec: {run: ['false']}\nexpect: {exit: 0}").unwrap();
        let problem = Problem::Mismatch(Mismatch {
            selector: selector.to_owned(),
            expected: Matcher::Exists(true),
            actual: Actual::Nothing,
            difference: None,
        });
        let seen = Observation { hang_on_time: named.to_vec(), ..Observation::default() };
        hangs_on_time(&step, Some(&seen), &[Finding { item: None, problem }])
    }

    #[test]
    fn a_program_names_the_fields_that_hang_on_time() {
        assert!(!hangs(&[], "conclusion"));
        assert!(!hangs(&[], "$.conclusion"));
        assert!(hangs(&["conclusion"], "conclusion"));
        assert!(!hangs(&["conclusion"], "leaks"));
        // A path may lead to any field.
        assert!(hangs(&["conclusion"], "$.jobs[0].conclusion"));
    }
}
