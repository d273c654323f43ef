//! Labels, which are the truth about what is there: any command can rebuild
//! its picture from them after a crash, a reboot or on another terminal.

use crate::plan::{ContainerSpec, NetworkPart, Profile, Project};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// On every object: the name of its environment.
pub(crate) const PROJECT: &str = "org.lab-runner.project";
/// On every object: `playground` or `room`.
pub(crate) const KIND: &str = "org.lab-runner.kind";
/// On every object: the lab's id.
pub(crate) const LAB: &str = "org.lab-runner.lab";
/// On every object: the learner's folder.
pub(crate) const WORKSPACE: &str = "org.lab-runner.workspace";
/// On every object: whose it is, as `uid@host`.
pub(crate) const OWNER: &str = "org.lab-runner.owner";
/// On a room's objects: its run.
pub(crate) const RUN: &str = "org.lab-runner.run";
/// On a room's objects: the lock that its process holds. A path, for another
/// shell of the same user may have another runtime folder.
pub(crate) const LOCK: &str = "org.lab-runner.lock";
/// On a room's objects: when it is over, in seconds since 1970.
pub(crate) const DEADLINE: &str = "org.lab-runner.deadline";
/// On containers: `gate`, `toolbox` or the service's name.
pub(crate) const SERVICE: &str = "org.lab-runner.service";
/// On containers: the hash of their specification.
pub(crate) const SPEC: &str = "org.lab-runner.spec";
/// On networks: `gate` or `room`.
pub(crate) const PART: &str = "org.lab-runner.part";

/// Who makes objects: a user on a host. Only they can tell whether a run is
/// still alive or a folder still there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner(pub String);

impl Owner {
    pub fn current() -> Self {
        let uid = rustix::process::getuid().as_raw();
        let host = rustix::system::uname();
        Self(format!("{uid}@{}", host.nodename().to_string_lossy()))
    }
}

/// The labels of every object of an environment.
pub(crate) fn of_project(project: &Project, owner: &Owner) -> HashMap<String, String> {
    let mut labels = HashMap::from([
        (PROJECT.to_owned(), project.name.clone()),
        (LAB.to_owned(), project.lab.to_string()),
        (WORKSPACE.to_owned(), project.workspace.display().to_string()),
        (OWNER.to_owned(), owner.0.clone()),
    ]);
    match &project.profile {
        Profile::Playground => {
            labels.insert(KIND.to_owned(), "playground".to_owned());
        }
        Profile::Room { run, lock, deadline, .. } => {
            labels.insert(KIND.to_owned(), "room".to_owned());
            labels.insert(RUN.to_owned(), run.clone());
            labels.insert(LOCK.to_owned(), lock.display().to_string());
            labels.insert(DEADLINE.to_owned(), deadline.to_string());
        }
    }
    labels
}

pub(crate) fn of_container(project: &Project, owner: &Owner, spec: &ContainerSpec) -> HashMap<String, String> {
    let mut labels = of_project(project, owner);
    labels.insert(SERVICE.to_owned(), spec.role.to_string());
    labels.insert(SPEC.to_owned(), spec.hash());
    labels
}

pub(crate) fn of_network(project: &Project, owner: &Owner, part: NetworkPart) -> HashMap<String, String> {
    let mut labels = of_project(project, owner);
    labels.insert(PART.to_owned(), part.suffix().to_owned());
    labels
}

/// What the labels of any object say of its environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) project: String,
    pub(crate) owner: Owner,
    pub(crate) workspace: PathBuf,
    /// The lock of its run and its deadline, for a room.
    pub(crate) room: Option<(PathBuf, u64)>,
}

/// Reads an object's labels; none when they aren't ours.
pub(crate) fn read(labels: &HashMap<String, String>) -> Option<Tag> {
    let room = match (labels.get(KIND)?.as_str(), labels.get(LOCK), labels.get(DEADLINE)) {
        ("room", Some(lock), Some(deadline)) => Some((PathBuf::from(lock), deadline.parse().unwrap_or(0))),
        _ => None,
    };
    // An image may have labels too. The name is that of a lock's file.
    let project = labels.get(PROJECT).filter(|name| Path::new(name).file_name() == Some(OsStr::new(name)))?;
    Some(Tag {
        project: project.clone(),
        owner: Owner(labels.get(OWNER)?.clone()),
        workspace: PathBuf::from(labels.get(WORKSPACE)?),
        room,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_a_plain_name() {
        let read = |project: &str| {
            let labels = [(PROJECT, project), (KIND, "playground"), (OWNER, "0@here"), (WORKSPACE, "/home/me")];
            super::read(&labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
        };
        assert_eq!(read("lab-demo-1").unwrap().project, "lab-demo-1");
        for name in ["../../x", "/x", "a/b", "a/", "", "..", "."] {
            assert_eq!(read(name), None, "{name}");
        }
    }
}
