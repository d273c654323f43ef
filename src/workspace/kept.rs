//! The last run's outcome, kept for `lab report`: on this machine only, for the
//! next run replaces it.

use super::aside::SetAside;
use super::record::Workspace;
use crate::clean;
use crate::outcome::Outcome;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs;
use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The version of the file's form. A newer one is refused, for a report that
/// leaves out what it doesn't know would be wrong.
const FORMAT: u32 = 1;
const PATH: &str = ".lab/local/outcome.json";
/// Characters of one text: a body can have millions, and reports show few.
const TEXT_CAP: usize = 64_000;
/// Bytes of the file at the most.
const MOST: u64 = 64 << 20;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kept {
    format: u32,
    /// Seconds since 1970, by this machine's clock.
    at: u64,
    pub(crate) outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum LastRun {
    None,
    Kept(Box<Kept>),
    /// Something that only a newer `lab` can read: the version of its form.
    Newer(u64),
    Unreadable(SetAside),
}

impl Kept {
    pub(crate) fn at(&self) -> SystemTime {
        // What no clock could have shown, such as after a hand's edit, is the beginning.
        UNIX_EPOCH.checked_add(Duration::from_secs(self.at)).unwrap_or(UNIX_EPOCH)
    }
}

impl Workspace {
    pub(crate) fn keep(&self, outcome: &Outcome, at: SystemTime) -> io::Result<()> {
        let at = at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let kept = Kept { format: FORMAT, at, outcome: outcome.clone() };
        self.refuse_links()?;
        fs::create_dir_all(self.folder.join(".lab/local"))?;
        let mut text = serde_json::to_vec(&clean::cut_each(serde_json::to_value(&kept)?, TEXT_CAP))?;
        text.push(b'\n');
        super::atomic::write(&self.folder.join(PATH), &text, 0o600)
    }

    pub(crate) fn last_run(&self) -> io::Result<LastRun> {
        let path = self.folder.join(PATH);
        let text = match self.read_own("local/outcome.json", MOST) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(LastRun::None),
            Err(error) => return Err(error),
        };
        let kept = serde_json::from_slice::<Value>(&text).and_then(|value| match value["format"].as_u64() {
            Some(format) if format > u64::from(FORMAT) => Ok(LastRun::Newer(format)),
            _ => Ok(LastRun::Kept(Box::new(serde_json::from_value(value)?))),
        });
        match kept {
            Ok(last_run) => Ok(last_run),
            Err(error) => Ok(LastRun::Unreadable(SetAside::new(&path, error.to_string())?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::RunScope;
    use crate::verdict::{CheckResult, Failure, Verdict};

    fn outcome(evidence: &str) -> Outcome {
        let lab = crate::workspace::tests::lab();
        let check = &lab.tasks.value[0].checks.value[0];
        let failure = Failure {
            step: None,
            asked: "GET http://x/".to_owned(),
            attempts: 2,
            took: Duration::from_millis(7),
            findings: Vec::new(),
            evidence: vec![("stderr".to_owned(), evidence.to_owned())],
            why: None,
            passes_in_playground: false,
            limit_ms: None,
            hangs_on_time: false,
            items: None,
        };
        let result = CheckResult {
            id: check.id.value.clone(),
            task: lab.tasks.value[0].id.value.clone(),
            must: check.must.value.clone(),
            points: 2,
            verdict: Verdict::Failed(Box::new(failure)),
            took: Duration::from_millis(9),
            only_needed: false,
            visibility: crate::definition::model::Visibility::Visible,
            starved: None,
            unread: Vec::new(),
        };
        Outcome::new(&lab, RunScope::All, &[result], Duration::from_secs(3), 1)
    }

    fn workspace() -> (tempfile::TempDir, Workspace) {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace { folder: folder.path().to_owned() };
        (folder, workspace)
    }

    #[test]
    fn an_outcome_is_read_as_it_was_kept() {
        let (_folder, workspace) = workspace();
        assert_eq!(workspace.last_run().unwrap(), LastRun::None);
        let at = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        workspace.keep(&outcome("one"), at).unwrap();
        workspace.keep(&outcome("two\u{1b}[31m ${x}"), at).unwrap();
        let LastRun::Kept(kept) = workspace.last_run().unwrap() else { panic!("it was kept") };
        assert_eq!((kept.outcome.clone(), kept.at()), (outcome("two\u{1b}[31m ${x}"), at));
    }

    #[test]
    fn a_text_without_an_end_is_cut() {
        let (folder, workspace) = workspace();
        workspace.keep(&outcome(&"é".repeat(1 << 20)), SystemTime::now()).unwrap();
        assert!(fs::metadata(folder.path().join(PATH)).unwrap().len() < 200_000);
        assert!(matches!(workspace.last_run().unwrap(), LastRun::Kept(_)));
    }

    #[test]
    fn a_newer_form_is_refused_and_stays_and_what_cannot_be_read_is_set_aside() {
        let (folder, workspace) = workspace();
        let path = folder.path().join(PATH);
        workspace.keep(&outcome("one"), SystemTime::now()).unwrap();
        let newer = r#"{"format": 2, "outcomes": []}"#;
        fs::write(&path, newer).unwrap();
        assert_eq!(workspace.last_run().unwrap(), LastRun::Newer(2));
        assert_eq!(fs::read_to_string(&path).unwrap(), newer, "it stays for the newer one");
        for bad in ["{\"format\": 1", r#"{"format": 1, "at": 5}"#, "[]", "null"] {
            fs::write(&path, bad).unwrap();
            let LastRun::Unreadable(aside) = workspace.last_run().unwrap() else { panic!("{bad} was read") };
            assert_eq!(fs::read_to_string(aside.now).unwrap(), bad);
            assert_eq!(workspace.last_run().unwrap(), LastRun::None);
        }
    }

    #[test]
    fn a_clock_before_1970_or_at_its_end_breaks_nothing() {
        let (folder, workspace) = workspace();
        workspace.keep(&outcome("one"), UNIX_EPOCH - Duration::from_secs(5)).unwrap();
        let LastRun::Kept(kept) = workspace.last_run().unwrap() else { panic!("it was kept") };
        assert_eq!(kept.at(), UNIX_EPOCH);
        let path = folder.path().join(PATH);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replacen("\"at\":0", &format!("\"at\":{}", u64::MAX), 1)).unwrap();
        let LastRun::Kept(kept) = workspace.last_run().unwrap() else { panic!("it was kept") };
        assert_eq!(kept.at(), UNIX_EPOCH);
    }
}
