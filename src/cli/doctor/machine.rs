//! What the machine itself tells: pure, from what was measured.

use super::Finding;
use super::users::{self, Users};
use crate::engine::Health;
use crate::plan::RESERVED;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Below this much free disk, builds and pulls soon fail.
const DISK_WANTED: u64 = 5 << 30;
/// What the largest lab and a check of it take together.
const MEMORY_WANTED: u64 = 1 << 30;
/// Clocks that are further apart make signatures and certificates invalid.
const APART: Duration = Duration::from_secs(30);
/// 1 January 2026: this program is younger.
const BEFORE_THIS: Duration = Duration::from_secs(1_767_225_600);

#[derive(Debug, Clone, Default)]
pub(super) struct Machine {
    /// Where images are kept, or the nearest folder above that can be looked at,
    /// and its free bytes.
    pub(crate) disk: Option<(PathBuf, u64)>,
    /// Bytes of memory that programs can still have.
    pub(crate) memory: Option<u64>,
    /// All memory of the engine's machine, which may be a virtual one.
    pub(crate) engine_memory: Option<u64>,
    /// This machine's clock, since 1970.
    pub(crate) now: Duration,
    /// How far the engine's clock is from it.
    pub(crate) apart: Option<Duration>,
    /// The folder that the command stands in, where it is Windows' and not Linux's own.
    pub(crate) windows: Option<PathBuf>,
    /// Users of this machine who have an id of those in rooms.
    pub(crate) users: Users,
}

impl Machine {
    pub(crate) fn current(here: &Path, health: Option<Health>, now: SystemTime) -> Self {
        let health = health.unwrap_or(Health { memory: None, clock: None, root: None });
        let root = health.root.unwrap_or_else(|| "/var/lib/docker".to_owned());
        let free = |folder: &Path| {
            let stat = rustix::fs::statvfs(folder).ok()?;
            Some((folder.to_owned(), stat.f_bavail.saturating_mul(stat.f_frsize)))
        };
        let text = |path: &str| fs::read_to_string(path).unwrap_or_default();
        Self {
            disk: Path::new(&root).ancestors().find_map(free),
            memory: available(&text("/proc/meminfo")),
            engine_memory: health.memory,
            now: now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default(),
            apart: health.clock.map(|clock| match now.duration_since(clock) {
                Ok(behind) => behind,
                Err(ahead) => ahead.duration(),
            }),
            windows: of_windows(&text("/proc/sys/kernel/osrelease"), here),
            users: users::of(&RESERVED.collect::<Vec<_>>()),
        }
    }

    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut findings = vec![self.disk()];
        findings.extend(self.memory());
        findings.push(self.clock());
        let windows = self.windows.as_deref();
        findings.extend(
            windows.map(|folder| Finding::note(message!("doctor-wsl", folder = folder), message!("doctor-wsl-hint"))),
        );
        if self.users.own_list_alone {
            findings.push(Finding::note(message!("doctor-users-unasked"), message!("doctor-users-unasked-hint")));
        }
        findings.extend(self.users.found.iter().map(|(name, id)| {
            Finding::note(
                message!("doctor-user", name = name, id = id.to_string()),
                message!("doctor-user-hint", name = name),
            )
        }));
        findings
    }

    fn disk(&self) -> Finding {
        let Some((folder, free)) = &self.disk else { return Finding::good(message!("doctor-disk-unknown")) };
        let what = message!("doctor-disk", folder = folder.as_path(), gigabytes = (free >> 30).to_string());
        if *free >= DISK_WANTED { Finding::good(what) } else { Finding::bad(what, message!("hint-disk")) }
    }

    fn memory(&self) -> Option<Finding> {
        let free = self.memory.into_iter().chain(self.engine_memory).min()?;
        let what = message!("doctor-memory", megabytes = (free >> 20).to_string());
        Some(if free >= MEMORY_WANTED {
            Finding::good(what)
        } else {
            Finding::bad(what, message!("doctor-memory-hint", wanted = (MEMORY_WANTED >> 20).to_string()))
        })
    }

    fn clock(&self) -> Finding {
        match self.apart {
            _ if self.now < BEFORE_THIS => {
                let now = humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + self.now);
                let date = now.to_string().chars().take(10).collect::<String>();
                Finding::bad(message!("doctor-clock-wrong", date = date), message!("doctor-clock-hint"))
            }
            Some(apart) if apart > APART => Finding::bad(
                message!("doctor-clock-apart", seconds = apart.as_secs()),
                message!("doctor-clock-apart-hint"),
            ),
            Some(_) => Finding::good(message!("doctor-clock-agrees")),
            None => Finding::good(message!("doctor-clock")),
        }
    }
}

/// Bytes that programs can still have, by the kernel's table.
fn available(table: &str) -> Option<u64> {
    let line = table.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}

/// The folder, if this is Linux within Windows and the folder is on one of its drives.
fn of_windows(kernel: &str, folder: &Path) -> Option<PathBuf> {
    let within = kernel.to_ascii_lowercase().contains("microsoft");
    let drive = folder.strip_prefix("/mnt").ok()?.components().next()?;
    (within && drive.as_os_str().len() == 1).then(|| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_memory_is_what_programs_can_have() {
        let table = "MemTotal:       24597132 kB\nMemFree:          123 kB\nMemAvailable:   20000000 kB\n";
        assert_eq!(available(table), Some(20_000_000 << 10));
        assert_eq!(available("MemTotal: 1 kB\n"), None);
    }

    #[test]
    fn a_windows_drive_is_told_from_other_places() {
        let kernel = "5.15.153.1-microsoft-standard-WSL2";
        let windows = Path::new("/mnt/c/Users/me/static-site");
        assert_eq!(of_windows(kernel, windows), Some(windows.to_owned()));
        assert_eq!(of_windows("6.1.0-21-amd64", windows), None);
        for other in ["/home/me", "/mnt/data/labs", "/mnt"] {
            assert_eq!(of_windows(kernel, Path::new(other)), None, "{other}");
        }
    }
}
