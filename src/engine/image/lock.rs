//! One maker at a time for each image, among tasks and processes.

use super::Images;
use super::error::ImageError;
use crate::event::Event;
use crate::message;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::Duration;
use tokio::time::Instant;

/// How often a taken lock is asked for again.
const AGAIN: Duration = Duration::from_millis(50);

/// After this it is said that another process is waited for. Shorter waits
/// are nobody's concern.
const PATIENCE: Duration = Duration::from_secs(1);

/// The right to make one image; ends when dropped.
pub(super) struct HeldLock {
    _file: File,
}

impl Images {
    /// Waits for the right to make an image. Polls, so that dropping the
    /// future ends the wait; the file stays, for removing it would let two
    /// hold locks on two files of one name.
    pub(super) async fn lock(&self, image: &str) -> Result<HeldLock, ImageError> {
        let name = image.replace(|character: char| !character.is_ascii_alphanumeric(), "-");
        let path = self.locks.join(format!("{name}.lock"));
        let failed = |error: std::io::Error| ImageError::Lock { path: path.clone(), detail: error.to_string() };
        let mut file = open(&path).map_err(failed)?;
        let begun = Instant::now();
        let mut said = false;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
            if !said && begun.elapsed() > PATIENCE {
                said = true;
                if holder(&mut file).is_some_and(|holder| holder != std::process::id()) {
                    self.events.send(Event::Notice(message!("image-made-elsewhere", image = image)));
                }
            }
            tokio::time::sleep(AGAIN).await;
        }
        sign(&mut file).map_err(failed)?;
        Ok(HeldLock { _file: file })
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

/// The process that holds a lock, as it wrote into the file.
fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn sign(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    write!(file, "{}", std::process::id())
}
