//! Finding and removing what dead runs left: rooms whose process is gone,
//! rooms past their deadline, playgrounds whose folder is gone.

use super::connect::Engine;
use super::docker_world::DockerWorld;
use super::error::EngineError;
use super::labels::{Owner, Tag};
use crate::lock::{FileLock, is_free};
use crate::plan::{self, Observed, Role};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Names that are drawn for a run at most.
const DRAWS: u32 = 20;
/// Rounds of removing and looking again.
const ROUNDS: u32 = 4;
/// The pause before the second round, longer before each further one.
const PAUSE: Duration = Duration::from_millis(100);

/// Draws a name for a run and takes its lock in the folder of runs: while its
/// process lives, its room is nobody's to remove.
pub(crate) fn begin_run(runs: &Path, draw: impl Fn() -> String) -> io::Result<(String, FileLock)> {
    for _ in 0..DRAWS {
        let run = draw();
        // A sweep may hold the new file for a moment; then another is drawn.
        if let Some(lock) = FileLock::try_take(&runs.join(format!("{run}.lock")))? {
            return Ok((run, lock));
        }
    }
    Err(io::ErrorKind::WouldBlock.into())
}

/// Removes the locks that dead runs left. One that was killed before it made
/// anything has no object by which its lock could be found.
pub(crate) fn sweep_locks(runs: &Path) -> io::Result<()> {
    for entry in fs::read_dir(runs)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "lock")
            // Held while it is removed, so that nobody takes it meanwhile.
            && let Ok(Some(lock)) = FileLock::try_take(&path)
        {
            lock.remove();
        }
    }
    Ok(())
}

fn is_left_over(tag: &Tag, observed: &Observed, owner: &Owner, now: u64) -> bool {
    let runs = observed.containers.iter().any(|found| found.service == Role::Gate.as_str() && found.running);
    let ours = tag.owner == *owner;
    match &tag.room {
        // Of our own its lock tells, whatever the clock says. Another user's is
        // past its deadline only when it has ended itself too, by a clock in it
        // that nobody can set: ours may have jumped.
        Some((lock, _)) if ours => is_free(lock),
        Some((_, deadline)) => *deadline < now && !runs,
        // Only its owner can tell a folder that is gone from one out of sight.
        None => {
            ours && matches!(fs::symlink_metadata(&tag.workspace), Err(error) if error.kind() == io::ErrorKind::NotFound)
        }
    }
}

#[derive(Debug, Default)]
pub struct Swept {
    pub environments: Vec<String>,
    pub(crate) failed: Vec<(String, EngineError)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Existing {
    pub(crate) project: String,
    pub(crate) workspace: PathBuf,
    pub(crate) room: bool,
    /// Whether it belongs to this user on this host.
    pub(crate) ours: bool,
    pub(crate) objects: usize,
}

impl Engine {
    /// Removes what is left over; `now` in seconds since 1970. One environment
    /// that can't be removed keeps no other from going.
    #[tracing::instrument(level = "debug", name = "engine.sweep", skip_all)]
    pub async fn sweep(&self, now: u64) -> Result<Swept, EngineError> {
        let mut swept = Swept::default();
        for (project, (tag, observed)) in self.observe_everything().await? {
            if !is_left_over(&tag, &observed, &self.owner, now) {
                continue;
            }
            if let Err(error) = self.remove(&plan::removal(&observed)).await {
                swept.failed.push((project, error));
                continue;
            }
            swept.environments.push(project);
        }
        Ok(swept)
    }

    pub(crate) async fn left_over(&self, now: u64) -> Result<Vec<String>, EngineError> {
        let found = self.observe_everything().await?.into_iter();
        let left = found.filter(|(_, (tag, observed))| is_left_over(tag, observed, &self.owner, now));
        Ok(left.map(|(project, _)| project).collect())
    }

    pub(crate) async fn environments(&self) -> Result<Vec<Existing>, EngineError> {
        let found = self.observe_everything().await?.into_iter().map(|(project, (tag, observed))| Existing {
            project,
            ours: tag.owner == self.owner,
            room: tag.room.is_some(),
            workspace: tag.workspace,
            objects: observed.containers.len() + observed.networks.len() + observed.volumes.len(),
        });
        Ok(found.collect())
    }

    /// Removes one environment, whatever is there of it; whether there was any.
    pub async fn tear_down(&self, project: &str) -> Result<bool, EngineError> {
        self.clear(project, Data::Removed).await
    }

    /// Removes one environment but for its volumes, whose data the next start
    /// finds again; whether there was any.
    pub(crate) async fn halt(&self, project: &str) -> Result<bool, EngineError> {
        self.clear(project, Data::Kept).await
    }

    /// Ends commands that nobody waits for any more, and removes the containers
    /// of those that had one of their own.
    pub(crate) async fn end_commands(&self, place: &DockerWorld) -> Result<(), EngineError> {
        for command in place.orphans.take() {
            self.end_orphan(&command).await?;
        }
        let mut observed = self.observe(&place.environment().project.name).await?;
        (observed.networks, observed.volumes) = (Vec::new(), Vec::new());
        observed.containers.retain(|found| place.starts_anew(&found.service));
        self.remove(&plan::removal(&observed)).await
    }

    async fn clear(&self, project: &str, data: Data) -> Result<bool, EngineError> {
        // A call that was under way when its caller gave up may still make
        // something: look again until nothing is there.
        let (mut removed, mut failed) = (false, None);
        for round in 0..=ROUNDS {
            let mut observed = self.observe(project).await?;
            if data == Data::Kept {
                observed.volumes.clear();
            }
            if observed.is_empty() {
                return Ok(removed);
            }
            if round == ROUNDS {
                let objects = names(&observed);
                return Err(failed.unwrap_or(EngineError::StillThere { project: project.to_owned(), objects }));
            }
            tokio::time::sleep(PAUSE * round).await;
            removed = true;
            failed = self.remove(&plan::removal(&observed)).await.err();
        }
        Ok(removed)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Data {
    Kept,
    Removed,
}

fn names(observed: &Observed) -> Vec<String> {
    let containers = observed.containers.iter().map(|found| &found.name);
    let networks = observed.networks.iter().map(|found| &found.name);
    let volumes = observed.volumes.iter().map(|found| &found.name);
    containers.chain(networks).chain(volumes).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::ObservedContainer;

    fn room(owner: &str, lock: &Path, deadline: u64) -> Tag {
        Tag {
            project: "p".into(),
            owner: Owner(owner.into()),
            workspace: "/nowhere".into(),
            room: Some((lock.to_owned(), deadline)),
        }
    }

    /// What is there of a room whose gate runs, or doesn't any more.
    fn there(running: bool) -> Observed {
        let gate = ObservedContainer { service: "gate".into(), running, ..ObservedContainer::default() };
        Observed { containers: vec![gate], ..Observed::default() }
    }

    #[test]
    fn a_room_lives_as_long_as_its_process_whatever_the_clock_says() {
        let runs = tempfile::tempdir().unwrap();
        let me = Owner("1000@here".into());
        let lock = begin_run(runs.path(), || "r1".to_owned()).unwrap().1;
        let room = room("1000@here", lock.path(), 100);
        for now in [0, 50, 101, u64::MAX] {
            assert!(!is_left_over(&room, &there(false), &me, now), "at {now}");
        }
        drop(lock);
        for now in [0, 50, 101] {
            assert!(is_left_over(&room, &there(true), &me, now), "its lock is free");
        }
    }

    #[test]
    fn a_run_whose_name_is_held_gets_another_one_and_does_not_wait_for_ever() {
        let runs = tempfile::tempdir().unwrap();
        let _held = begin_run(runs.path(), || "a".to_owned()).unwrap();
        let names = std::cell::RefCell::new(vec!["b", "a", "a"]);
        let (name, _lock) = begin_run(runs.path(), || names.borrow_mut().pop().unwrap().to_owned()).unwrap();
        assert_eq!(name, "b");
        assert_eq!(begin_run(runs.path(), || "a".to_owned()).unwrap_err().kind(), io::ErrorKind::WouldBlock);
    }

    #[test]
    fn a_lock_that_cannot_be_asked_keeps_its_room() {
        let runs = tempfile::tempdir().unwrap();
        fs::write(runs.path().join("file"), "").unwrap();
        let room = room("1000@here", &runs.path().join("file/r1.lock"), 0);
        assert!(!is_left_over(&room, &there(false), &Owner("1000@here".into()), u64::MAX));
    }

    #[test]
    fn another_users_room_goes_only_after_its_deadline_and_its_own_end() {
        let runs = tempfile::tempdir().unwrap();
        let me = Owner("1000@here".into());
        let room = room("1001@here", &runs.path().join("none"), 100);
        assert!(!is_left_over(&room, &there(false), &me, 99));
        assert!(!is_left_over(&room, &there(true), &me, 101), "our clock has jumped");
        assert!(is_left_over(&room, &there(false), &me, 101));
    }

    #[test]
    fn locks_of_dead_runs_go_and_those_of_the_living_stay() {
        let runs = tempfile::tempdir().unwrap();
        let living = begin_run(runs.path(), || "living".to_owned()).unwrap();
        drop(begin_run(runs.path(), || "dead".to_owned()).unwrap());
        fs::write(runs.path().join("other.txt"), "not ours").unwrap();
        sweep_locks(runs.path()).unwrap();
        let mut left: Vec<_> = fs::read_dir(runs.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["living.lock", "other.txt"]);
        drop(living);
    }

    #[test]
    fn a_playground_goes_with_its_folder_and_only_its_owner_tells() {
        let folder = tempfile::tempdir().unwrap();
        let me = Owner("1000@here".into());
        let tag = |owner: &str, workspace: PathBuf| Tag {
            project: "p".into(),
            owner: Owner(owner.into()),
            workspace,
            room: None,
        };
        let gone = folder.path().join("gone");
        assert!(!is_left_over(&tag("1000@here", folder.path().to_owned()), &there(true), &me, 0));
        assert!(is_left_over(&tag("1000@here", gone.clone()), &there(true), &me, 0));
        assert!(!is_left_over(&tag("1001@here", gone), &there(true), &me, 0));
    }
}
