//! What every scenario with images works on, and its clean-up.

use crate::support::PATIENCE;
use bollard::Docker;
use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{
    ListContainersOptionsBuilder, ListImagesOptionsBuilder, LogsOptionsBuilder, RemoveContainerOptionsBuilder,
    RemoveImageOptionsBuilder, StartContainerOptions, WaitContainerOptions,
};
use futures_util::StreamExt;
use lab_runner::engine::image::{ImageError, Images, Ready, Source};
use lab_runner::event::{Event, Events};
use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// One daemon, one build folder, and everything that was said.
pub struct Bench {
    pub docker: Docker,
    pub images: Images,
    pub folder: tempfile::TempDir,
    /// A word that no other test or run uses.
    pub word: String,
    pub seen: Arc<Mutex<Vec<Event>>>,
}

impl Bench {
    async fn new(name: &str) -> Self {
        let docker = Docker::connect_with_unix_defaults().unwrap().negotiate_version().await.unwrap();
        docker.ping().await.expect("these tests need a Docker daemon");
        let folder = tempfile::tempdir().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&seen);
        let events = Events::to(move |event| sink.lock().unwrap().push(event));
        let images = Images::new(docker.clone(), folder.path().join("locks"), events);
        let word = format!("test-{name}-{}", std::process::id());
        let bench = Self { docker, images, folder, word, seen };
        fs::create_dir(bench.context()).unwrap();
        bench
    }

    /// The build folder, after whose name the image is called.
    pub fn context(&self) -> PathBuf {
        self.folder.path().join(&self.word)
    }

    pub fn write(&self, file: &str, text: &str) {
        let path = self.context().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn source(&self) -> Source {
        Source::Build(self.context())
    }

    pub async fn ensure(&self) -> Result<Ready, ImageError> {
        self.images.ensure("part", &self.source(), &CancellationToken::new()).await
    }

    pub fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    /// What a command prints in a container of an image.
    pub async fn run(&self, image: &str, command: &str) -> String {
        let body = ContainerCreateBody {
            image: Some(image.into()),
            cmd: Some(vec!["/bin/sh".into(), "-c".into(), command.into()]),
            ..Default::default()
        };
        let id = self.docker.create_container(None, body).await.unwrap().id;
        self.docker.start_container(&id, None::<StartContainerOptions>).await.unwrap();
        self.docker.wait_container(&id, None::<WaitContainerOptions>).collect::<Vec<_>>().await;
        let options = LogsOptionsBuilder::default().stdout(true).stderr(true).build();
        let logs: Vec<_> = self.docker.logs(&id, Some(options)).collect().await;
        let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
        self.docker.remove_container(&id, Some(options)).await.unwrap();
        logs.into_iter().map(|line| line.unwrap().to_string()).collect()
    }

    /// Containers, whether they run or not, that our words occur in.
    pub async fn containers(&self) -> Vec<String> {
        let options = ListContainersOptionsBuilder::default().all(true).build();
        let all = self.docker.list_containers(Some(options)).await.unwrap();
        let texts = all
            .into_iter()
            .map(|container| format!("{:?} {:?} {:?}", container.command, container.image, container.names));
        texts.filter(|text| text.contains(&self.word)).collect()
    }

    pub async fn tags(&self) -> Vec<String> {
        let pattern = format!("lab-{}*", self.word);
        let filters = HashMap::from([("reference", vec![pattern.as_str()])]);
        let options = ListImagesOptionsBuilder::default().filters(&filters).build();
        let images = self.docker.list_images(Some(options)).await.unwrap();
        images.into_iter().flat_map(|image| image.repo_tags).collect()
    }

    pub async fn clean(&self) {
        for tag in self.tags().await {
            let options = RemoveImageOptionsBuilder::default().force(true).build();
            self.docker.remove_image(&tag, Some(options), None).await.unwrap();
        }
        // What a failed build had made before it failed.
        let label = format!("word={}", self.word);
        let filters = HashMap::from([("dangling", vec!["true"]), ("label", vec![label.as_str()])]);
        let options = ListImagesOptionsBuilder::default().filters(&filters).build();
        for image in self.docker.list_images(Some(options)).await.unwrap() {
            let options = RemoveImageOptionsBuilder::default().build();
            self.docker.remove_image(&image.id, Some(options), None).await.unwrap();
        }
    }
}

/// Runs a scenario on a bench and cleans up, also after a failed assertion.
pub fn scenario<F: Future<Output = ()> + Send + 'static>(name: &str, steps: impl FnOnce(Arc<Bench>) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let bench = Arc::new(Bench::new(name).await);
        let outcome = tokio::spawn(steps(Arc::clone(&bench))).await;
        bench.clean().await;
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic.into_panic());
        }
    });
}

/// Waits for the daemon, whose events have no order that could be awaited.
pub async fn until<F: Future<Output = bool>>(mut holds: impl FnMut() -> F) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < PATIENCE, "not within {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
