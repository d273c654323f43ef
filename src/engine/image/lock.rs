//! One maker at a time for each image, among tasks and processes.

use super::Images;
use super::error::ImageError;
use crate::event::Event;
use crate::lock::FileLock;
use std::time::Duration;

/// After this it is said that another process is waited for. Shorter waits
/// are nobody's concern.
const PATIENCE: Duration = Duration::from_secs(1);

impl Images {
    /// Waits for the right to make an image. Dropping the future ends the wait.
    pub(super) async fn lock(&self, image: &str) -> Result<FileLock, ImageError> {
        let name = image.replace(|character: char| !character.is_ascii_alphanumeric(), "-");
        let path = self.locks.join(format!("{name}.lock"));
        let taken = FileLock::take(&path, PATIENCE, |holder| {
            // Another task of this process tells of its own progress.
            if holder != Some(std::process::id()) {
                self.events.send(Event::Notice(message!("image-made-elsewhere", image = image)));
            }
        });
        taken.await.map_err(|error| ImageError::Lock { path: path.clone(), detail: error.to_string() })
    }
}
