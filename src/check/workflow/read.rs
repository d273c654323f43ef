//! The program's answers, as selectors see them. Pure.

use crate::expect::{Document, DocumentFormat, Observation};
use crate::world::{Ended, Output, ProbeFailure};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Lines of what went wrong that a failure shows of each step.
const TAIL_LINES: usize = 8;
/// Steps whose last lines a failure shows.
const STEPS: usize = 3;
/// Problems that a failure shows.
const PROBLEMS: usize = 5;

/// Codes of what GitHub does and the runner can't.
const NOT_HERE: [&str; 3] = ["container", "services", "parallel"];

/// Fields that are lists, handed on as the answer has them.
const LISTS: [&str; 11] = [
    "workflows",
    "staging",
    "production",
    "on-staging",
    "in-production",
    "early",
    "not-kept",
    "gaps",
    "together",
    "leaks",
    "problems",
];

/// What a run's answer has; a field that lacks makes it no answer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Run {
    triggered: bool,
    workflows: Vec<Ran>,
    conclusion: String,
    sha: String,
    jobs: Vec<Job>,
    artifacts: Vec<Value>,
    staging: Vec<Arrival>,
    production: Vec<Arrival>,
    staging_now: String,
    production_now: String,
    deployed: Vec<String>,
    leaks: Vec<Leak>,
    log: String,
    problems: Vec<Problem>,
    running: Vec<String>,
    time: u64,
}

#[derive(Debug, Deserialize)]
struct Ran {
    file: String,
    event: String,
    triggered: bool,
    why: String,
}

#[derive(Debug, Deserialize)]
struct Job {
    name: String,
    matrix: Map<String, Value>,
    steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
struct Step {
    name: String,
    id: String,
    conclusion: String,
    #[serde(default)]
    log: String,
}

#[derive(Debug, Deserialize)]
struct Arrival {
    sha: String,
}

#[derive(Debug, Deserialize)]
struct Leak {
    secret: String,
    #[serde(rename = "where")]
    place: String,
}

#[derive(Debug, Deserialize)]
struct Problem {
    #[serde(default)]
    code: String,
    file: String,
    line: u64,
    text: String,
}

#[derive(Debug, Deserialize)]
struct Model {
    problems: Vec<Problem>,
}

/// The answer in a command's output. A program that was ended before it could
/// answer says how far it came with its conclusion alone.
pub(super) fn answer(output: &Output) -> Result<Value, ProbeFailure> {
    let fault = |detail: String| Err(ProbeFailure::Fault { detail });
    if let Ok(answer) = serde_json::from_slice::<Value>(&output.stdout) {
        return match answer.get("fault").and_then(Value::as_str) {
            Some(detail) if !detail.is_empty() => fault(format!("workflow: {detail}")),
            _ => Ok(answer),
        };
    }
    let conclusion = match output.ended {
        Some(Ended::TimedOut) => "timed-out",
        Some(Ended::TooMuchOutput) => "too-much-output",
        Some(Ended::OutOfMemory) => "out-of-memory",
        None => {
            let said = String::from_utf8_lossy(&output.stderr);
            let last = said.trim().lines().next_back().unwrap_or("nothing was said");
            return fault(format!("workflow ended with exit code {}: {last}", output.exit));
        }
    };
    Ok(json!({
        "triggered": true, "workflows": [], "conclusion": conclusion, "sha": "", "base": "", "merge": "", "jobs": [],
        "artifacts": [], "staging": [], "production": [], "staging-now": "", "production-now": "", "deployed": [],
        "leaks": [], "log": "", "problems": [], "running": [],
        "time": u64::try_from(output.time.as_millis()).unwrap_or(u64::MAX),
    }))
}

fn no_answer(error: &serde_json::Error) -> ProbeFailure {
    ProbeFailure::Fault { detail: format!("workflow gave an answer that isn't one: {error}") }
}

pub(super) fn see_run(mut answer: Value) -> Result<Observation, ProbeFailure> {
    let run = Run::deserialize(&answer).map_err(|error| no_answer(&error))?;
    let jobs = answer["jobs"].as_array().cloned().unwrap_or_default();
    let legs: Vec<&Value> =
        jobs.iter().zip(&run.jobs).filter(|(_, job)| !job.matrix.is_empty()).map(|(job, _)| job).collect();
    let steps: Vec<Value> = run
        .jobs
        .iter()
        .flat_map(|job| job.steps.iter().map(move |step| (job, step)))
        .map(|(job, step)| json!({"job": job.name, "name": step.name, "id": step.id, "conclusion": step.conclusion}))
        .collect();
    let failed: Vec<String> = failed_steps(&run).map(|(job, step)| format!("{}: {}", job.name, step.name)).collect();
    let problem = told(&run.problems);
    if !run.problems.is_empty() && run.problems.iter().all(|problem| NOT_HERE.contains(&problem.code.as_str())) {
        return Err(ProbeFailure::NotHere { what: problem.replace('\n', "; ") });
    }
    let mut fields = vec![
        ("triggered", json!(run.triggered)),
        ("conclusion", json!(run.conclusion)),
        ("sha", json!(run.sha)),
        ("legs", json!(legs)),
        ("jobs", json!(jobs)),
        ("steps", json!(steps)),
        ("failed-steps", json!(failed)),
        ("artifacts", json!(run.artifacts)),
        ("deployed", json!(run.deployed)),
        ("staging-now", json!(run.staging_now)),
        ("production-now", json!(run.production_now)),
        ("log", json!(run.log)),
        ("problem", json!(problem)),
        ("time", json!(run.time)),
    ];
    // Lists, as they are; there is nothing in those of a run that was ended from outside.
    fields.extend(LISTS.map(|name| (name, answer.get(name).cloned().unwrap_or_else(|| json!([])))));
    let evidence = evidence(&run, problem);
    seen(&mut answer, fields, evidence)
}

pub(super) fn see_model(mut answer: Value) -> Result<Observation, ProbeFailure> {
    let model = Model::deserialize(&answer).map_err(|error| no_answer(&error))?;
    let problem = told(&model.problems);
    let mut fields = vec![("problem", json!(problem))];
    for name in ["valid", "problems", "workflows", "uses", "unpinned", "write-scopes", "inline-expressions"] {
        let missing = || ProbeFailure::Fault { detail: format!("workflow gave a model without `{name}`") };
        fields.push((name, answer.get(name).cloned().ok_or_else(missing)?));
    }
    seen(&mut answer, fields, vec![("problem", problem)])
}

/// The value with its document, which has all fields too.
fn seen(
    answer: &mut Value,
    fields: Vec<(&'static str, Value)>,
    mut evidence: Vec<(&'static str, String)>,
) -> Result<Observation, ProbeFailure> {
    let Some(document) = answer.as_object_mut() else {
        return Err(ProbeFailure::Fault { detail: "workflow gave an answer that is no mapping".to_owned() });
    };
    for (name, value) in &fields {
        document.entry(*name).or_insert_with(|| value.clone());
    }
    evidence.retain(|(_, text)| !text.is_empty());
    let document = Some(Document::new(answer.to_string(), DocumentFormat::Json));
    Ok(Observation { fields, document, evidence, ..Observation::default() })
}

/// Problems as lines: `file, line N: what is wrong`.
fn told(problems: &[Problem]) -> String {
    let line = |problem: &Problem| match problem.line {
        0 => format!("{}: {}", problem.file, problem.text),
        line => format!("{}:{line}: {}", problem.file, problem.text),
    };
    let mut lines: Vec<String> = problems.iter().take(PROBLEMS).map(line).collect();
    if problems.len() > PROBLEMS {
        lines.push("…".to_owned());
    }
    lines.join("\n")
}

fn failed_steps(run: &Run) -> impl Iterator<Item = (&Job, &Step)> {
    let steps = run.jobs.iter().flat_map(|job| job.steps.iter().map(move |step| (job, step)));
    steps.filter(|(_, step)| step.conclusion == "failure")
}

/// What a learner may want to read when a check of a run fails.
fn evidence(run: &Run, problem: String) -> Vec<(&'static str, String)> {
    let mut evidence = vec![("problem", problem)];
    if matches!(run.conclusion.as_str(), "timed-out" | "too-much-output" | "out-of-memory") {
        evidence.push(("ended", run.conclusion.clone()));
        evidence.push(("running", run.running.join("\n")));
    }
    if !run.triggered {
        let why = |ran: &Ran| format!("{} ({}): {}", ran.file, ran.event, ran.why);
        let reasons: Vec<String> = run.workflows.iter().filter(|ran| !ran.triggered).map(why).collect();
        evidence.push(("not-triggered", reasons.join("\n")));
    }
    let failed: Vec<String> = failed_steps(run)
        .take(STEPS)
        .map(|(job, step)| {
            let lines: Vec<&str> = step.log.lines().filter(|line| !line.trim().is_empty()).collect();
            let last = &lines[lines.len().saturating_sub(TAIL_LINES)..];
            let title = format!("{}: {}", job.name, step.name);
            std::iter::once(title.as_str()).chain(last.iter().copied()).collect::<Vec<_>>().join(
                "
  ",
            )
        })
        .collect();
    evidence.push(("failed-steps", failed.join("\n")));
    let arrived = |name: &str, arrivals: &[Arrival]| -> Vec<String> {
        let line = |arrival: &Arrival| {
            let own = if arrival.sha == run.sha { " (this run's commit)" } else { "" };
            format!("{name}: {}{own}", arrival.sha)
        };
        arrivals.iter().map(line).collect()
    };
    evidence.push((
        "arrived",
        [arrived("staging", &run.staging), arrived("production", &run.production)].concat().join("\n"),
    ));
    let leaks: Vec<String> = run.leaks.iter().map(|leak| format!("{}: {}", leak.secret, leak.place)).collect();
    evidence.push(("leaks", leaks.join("\n")));
    evidence
}
