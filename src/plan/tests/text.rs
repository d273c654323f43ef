//! A plan as text, for tests: one step a line.

use crate::plan::{Action, Cause, Plan};
use std::fmt;

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            write!(formatter, "{at:2} {} ({})", step.action, step.cause)?;
            if !step.after.is_empty() {
                let after: Vec<String> = step.after.iter().map(ToString::to_string).collect();
                write!(formatter, " after {}", after.join(" "))?;
            }
            writeln!(formatter)?;
        }
        Ok(())
    }
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateVolume(spec) => write!(formatter, "create volume {}", spec.name),
            Self::CreateNetwork(spec) => {
                let isolated = if spec.isolated { ", isolated" } else { "" };
                write!(formatter, "create network {}{isolated}", spec.name)
            }
            Self::CreateContainer(spec) => write!(formatter, "create container {}", spec.role),
            Self::ConnectNetwork { role, attachment } => {
                write!(formatter, "connect {role} to the {} network", attachment.network.suffix())
            }
            Self::StartContainer(role) => write!(formatter, "start {role}"),
            Self::UploadFolder => formatter.write_str("upload the folder"),
            Self::WaitReady { role, .. } => write!(formatter, "wait for {role}"),
            Self::RemoveContainer { name, .. } => write!(formatter, "remove container {name}"),
            Self::RemoveNetwork { name, .. } => write!(formatter, "remove network {name}"),
            Self::RemoveVolume { name } => write!(formatter, "remove volume {name}"),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::NetworkAnew => "its network is new",
            Self::Stopped => "stopped",
            Self::Unwanted => "unwanted",
            Self::Running => "running",
        })
    }
}
