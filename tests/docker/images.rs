//! Images are built, kept, layered and given up on a real daemon. Everything
//! here is called `lab-test-…` and removed at the end.

mod bench;

use crate::support::PATIENCE;
use bench::{scenario, until};
use lab_runner::engine::image::{ImageError, Images, LABEL, Layer, LayerFile, Source};
use lab_runner::event::{Doing, Event, Events, Finished};
use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

fn has_built(events: &[Event]) -> bool {
    events.iter().any(|event| matches!(event, Event::Progress { doing: Doing::Building { .. }, .. }))
}

fn kept(events: &[Event]) -> Option<bool> {
    events.iter().find_map(|event| match event {
        Event::Done { how: Finished::Image { kept }, .. } => Some(*kept),
        _ => None,
    })
}

/// What a task that was cancelled comes to, long before what it waits for.
async fn soon<T>(task: tokio::task::JoinHandle<T>) -> T {
    tokio::time::timeout(PATIENCE, task).await.expect("it is still waited for").unwrap()
}

#[test]
fn an_image_is_built_once_and_again_when_its_folder_changes() {
    scenario("once", |bench| async move {
        bench.write("Dockerfile", "FROM debian:trixie-slim\nCOPY greeting /greeting\n");
        bench.write("greeting", &format!("hello from {}\n", bench.word));
        let first = bench.ensure().await.unwrap();
        let events = bench.take_events();
        assert!(has_built(&events), "{events:?}");
        assert_eq!(kept(&events), Some(false));
        assert!(first.tag.starts_with(&format!("lab-{}:", bench.word)), "{first:?}");
        assert_eq!(bench.run(&first.tag, "cat /greeting").await, format!("hello from {}\n", bench.word));
        let inspected = bench.docker.inspect_image(&first.tag).await.unwrap();
        assert_eq!(inspected.id.as_deref(), Some(first.id.as_str()));
        let labels = inspected.config.unwrap().labels.unwrap();
        assert_eq!(labels.get(LABEL.0).map(String::as_str), Some(LABEL.1));

        assert_eq!(bench.ensure().await.unwrap(), first);
        let events = bench.take_events();
        assert_eq!(events.len(), 1, "nothing but the end is said: {events:?}");
        assert_eq!(kept(&events), Some(true));

        bench.write("greeting", &format!("good day from {}\n", bench.word));
        let changed = bench.ensure().await.unwrap();
        assert_ne!((changed.tag.as_str(), changed.id.as_str()), (first.tag.as_str(), first.id.as_str()));
        assert_eq!(bench.run(&changed.tag, "cat /greeting").await, format!("good day from {}\n", bench.word));
    });
}

#[test]
fn a_failed_step_is_told_with_its_last_lines() {
    scenario("fails", |bench| async move {
        let fail = async |run: &str| {
            let dockerfile = format!("FROM debian:trixie-slim\nLABEL word={}\n{run}\nENV B=2\n", bench.word);
            bench.write("Dockerfile", &dockerfile);
            match bench.ensure().await.unwrap_err() {
                ImageError::BuildFailed { folder, step, instruction, message, tail } => {
                    assert_eq!((folder, step, instruction.as_str()), (bench.context(), 3, run));
                    assert!(message.contains("code: 7"), "{message}");
                    tail
                }
                other => panic!("{other:?}"),
            }
        };
        let tail = fail(&format!("RUN : {} && (seq 1 30 && echo it breaks here && exit 7) >&2", bench.word)).await;
        let expected: Vec<String> =
            (12..=30).map(|number| number.to_string()).chain(["it breaks here".into()]).collect();
        assert_eq!(tail, expected);
        // The daemon keeps no order between the two streams, but loses nothing.
        let mut tail = fail(&format!("RUN : {} && seq 1 3 && echo it breaks >&2 && exit 7", bench.word)).await;
        tail.sort();
        assert_eq!(tail, ["1", "2", "3", "it breaks"]);
        assert!(bench.tags().await.is_empty());
        assert!(bench.containers().await.is_empty());
    });
}

#[test]
fn a_dockerfile_that_cannot_be_read_is_told_with_its_folder() {
    scenario("nonsense", |bench| async move {
        let source = bench.source();
        let error = bench.images.ensure("part", &source, &CancellationToken::new()).await.unwrap_err();
        assert_eq!(error, ImageError::NoDockerfile { folder: bench.context() });
        bench.write("Dockerfile", "FROM debian:trixie-slim\nCOPY a\n");
        let error = bench.ensure().await.unwrap_err();
        assert!(matches!(&error, ImageError::BadDockerfile { folder, .. } if *folder == bench.context()), "{error:?}");
        // Fine for the reader, refused by the daemon.
        bench.write("Dockerfile", "FROM debian:trixie-slim\nHEALTHCHECK --nope=1 CMD true\n");
        let error = bench.ensure().await.unwrap_err();
        assert!(matches!(&error, ImageError::BadDockerfile { folder, .. } if *folder == bench.context()), "{error:?}");
    });
}

#[test]
fn a_layer_brings_files_and_the_learner() {
    scenario("layer", |bench| async move {
        bench.write(
            "Dockerfile",
            "FROM debian:trixie-slim\nRUN mkdir -p /srv/own && chown 33:33 /srv/own && chmod 0710 /srv/own\n\
             CMD [\"from-base\"]\nUSER 1000\n",
        );
        let cancel = CancellationToken::new();
        let base = bench.ensure().await.unwrap();
        let file = |path: &str, mode| LayerFile { path: path.into(), bytes: path.as_bytes().to_vec(), mode };
        let layer = Layer {
            files: vec![file("/etc/new/deep/a.conf", 0o640), file("/srv/own/run", 0o755), file("/etc/motd", 0o644)],
            learner: Some((1234, 1235)),
        };
        let ready = bench.images.with_layer("part", &base, &layer, &cancel).await.unwrap();
        assert!(ready.tag.starts_with(&format!("lab-{}-files:", bench.word)), "{ready:?}");
        let command = "cd / && stat -c '%n %a %u:%g' etc/new etc/new/deep etc/new/deep/a.conf srv/own srv/own/run \
                       etc/motd tmp etc home/learner; cat etc/motd; echo; getent passwd 1234; getent group 1235; \
                       getent passwd 0";
        let expected = "etc/new 755 0:0\netc/new/deep 755 0:0\netc/new/deep/a.conf 640 0:0\nsrv/own 710 33:33\n\
                        srv/own/run 755 0:0\netc/motd 644 0:0\ntmp 1777 0:0\netc 755 0:0\nhome/learner 755 1234:1235\n\
                        /etc/motd\nlearner:x:1234:1235::/home/learner:/bin/bash\nlearner:x:1235:\n\
                        root:x:0:0:root:/root:/bin/bash\n";
        // The folder that only its owner and group enter is looked at as root.
        let root = bench.images.with_layer("part", &base, &Layer::default(), &cancel).await.unwrap();
        assert_eq!(root, base, "a layer of nothing is the image itself");
        bench.write("Dockerfile", &format!("FROM {}\nUSER 0\n", ready.tag));
        let root = bench.ensure().await.unwrap();
        assert_eq!(bench.run(&root.tag, command).await, expected);

        let (above, below) =
            (bench.docker.inspect_image(&ready.tag).await, bench.docker.inspect_image(&base.tag).await);
        let (above, below) = (above.unwrap(), below.unwrap());
        let layers = |image: &bollard::models::ImageInspect| image.root_fs.clone().unwrap().layers.unwrap().len();
        assert_eq!(layers(&above), layers(&below) + 1, "one layer");
        let config = above.config.unwrap();
        assert_eq!((config.cmd.unwrap(), config.user.unwrap()), (vec!["from-base".into()], "1000".into()));

        bench.take_events();
        assert_eq!(bench.images.with_layer("part", &base, &layer, &cancel).await.unwrap(), ready);
        assert!(bench.take_events().is_empty(), "the second time there is nothing to do");

        let twice = Layer { files: Vec::new(), learner: Some((1234, 1235)) };
        let twice = bench.images.with_layer("part", &root, &twice, &cancel).await.unwrap();
        assert_eq!(
            bench.run(&twice.tag, "grep -c learner /etc/passwd /etc/group").await,
            "/etc/passwd:1\n/etc/group:1\n"
        );

        let bad = Layer { files: vec![file("/etc/../../a", 0o644)], learner: None };
        let error = bench.images.with_layer("part", &base, &bad, &cancel).await.unwrap_err();
        assert!(matches!(&error, ImageError::LayerFailed { image, .. } if *image == base.tag), "{error:?}");
        let blocked = Layer { files: vec![file("/etc/passwd/a", 0o644)], learner: None };
        let error = bench.images.with_layer("part", &base, &blocked, &cancel).await.unwrap_err();
        assert!(matches!(&error, ImageError::LayerFailed { image, .. } if *image == base.tag), "{error:?}");
        assert!(bench.containers().await.is_empty());
    });
}

#[test]
fn a_stand_in_takes_the_place_of_what_cannot_be_pulled() {
    scenario("origin", |bench| async move {
        bench.write(
            "Dockerfile",
            "ARG TOOL=localhost:1/none:1\nFROM ${TOOL} AS tool\nFROM debian:trixie-slim\nCOPY --from=tool /tool /tool\n",
        );
        let error = bench.ensure().await.unwrap_err();
        let ImageError::CantHave { image, reasons } = &error else { panic!("{error:?}") };
        assert_eq!(image, "localhost:1/none:1");
        let [ImageError::Unreachable { registry, reason }] = reasons.as_slice() else { panic!("{reasons:?}") };
        assert_eq!(registry, "localhost:1");
        assert!(reason.contains("refused"), "{reason}");

        let origin = format!("FROM scratch\nCOPY tool /tool\nLABEL word={}\n", bench.word);
        bench.write("origin/TOOL/Dockerfile", &origin);
        bench.write("origin/TOOL/tool", "one\n");
        let first = bench.ensure().await.unwrap();
        assert_eq!(bench.run(&first.tag, "cat /tool; ls /origin 2>&1").await.lines().next(), Some("one"));
        let events = bench.take_events();
        assert!(events.iter().any(|event| matches!(event, Event::Notice(_))), "it is said: {events:?}");
        assert_eq!(bench.ensure().await.unwrap(), first);
        let events = bench.take_events();
        assert_eq!((events.len(), kept(&events)), (1, Some(true)), "{events:?}");

        // What the stand-in holds counts for the image above it.
        bench.write("origin/TOOL/tool", "two\n");
        let second = bench.ensure().await.unwrap();
        assert_ne!(second.tag, first.tag);
        assert_eq!(bench.run(&second.tag, "cat /tool").await, "two\n");

        bench.write("origin/TOOL/Dockerfile", &format!("{origin}COPY nothing /\n"));
        let error = bench.ensure().await.unwrap_err();
        let ImageError::CantHave { reasons, .. } = &error else { panic!("{error:?}") };
        assert!(
            matches!(reasons.as_slice(), [ImageError::Unreachable { .. }, ImageError::BuildFailed { step: 4, .. }]),
            "{reasons:?}"
        );
    });
}

#[test]
fn a_registry_that_does_not_answer_is_asked_once() {
    scenario("registry", |bench| async move {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let cancel = CancellationToken::new();
        let mut asked_again = None;
        for name in ["one", "two"] {
            let source = Source::Pull(format!("{address}/{name}:1"));
            let error = bench.images.ensure("part", &source, &cancel).await.unwrap_err();
            let ImageError::CantHave { reasons, .. } = &error else { panic!("{error:?}") };
            let [ImageError::Unreachable { reason, .. }] = reasons.as_slice() else { panic!("{reasons:?}") };
            assert!(reason.contains("refused"), "{reason}");
            // From now on somebody listens there, and must not be called.
            let listener = tokio::net::TcpListener::bind(address).await;
            asked_again =
                asked_again.or(listener.ok().map(|listener| tokio::spawn(async move { listener.accept().await })));
        }
        assert!(!asked_again.unwrap().is_finished());
    });
}

#[test]
fn an_image_that_is_there_is_not_pulled() {
    scenario("there", |bench| async move {
        let source = Source::Pull("debian:trixie-slim".into());
        let ready = bench.images.ensure("part", &source, &CancellationToken::new()).await.unwrap();
        assert_eq!(ready.tag, "debian:trixie-slim");
        assert!(ready.id.starts_with("sha256:"), "{ready:?}");
        assert_eq!(kept(&bench.take_events()), Some(true));
    });
}

#[test]
fn a_cancelled_build_returns_before_it_could_end_and_leaves_no_container() {
    scenario("cancel", |bench| async move {
        bench.write("Dockerfile", &format!("FROM debian:trixie-slim\nRUN : {} && sleep 3600\n", bench.word));
        let cancel = CancellationToken::new();
        let task = tokio::spawn({
            let (bench, cancel) = (Arc::clone(&bench), cancel.clone());
            async move { bench.images.ensure("part", &bench.source(), &cancel).await }
        });
        until(|| async { !bench.containers().await.is_empty() }).await;
        cancel.cancel();
        assert_eq!(soon(task).await, Err(ImageError::Cancelled));
        assert!(bench.containers().await.is_empty(), "it has ended in the engine too");
        assert!(bench.tags().await.is_empty());
        // Whoever is cancelled before they begin gets the same answer.
        assert_eq!(bench.images.ensure("part", &bench.source(), &cancel).await, Err(ImageError::Cancelled));
    });
}

#[test]
fn a_silent_step_is_given_up_when_it_does_nothing_and_ends_in_the_engine() {
    scenario("silent", |bench| async move {
        let images = bench.images.clone().with_patience(Duration::from_secs(6));
        let ensure = async |step: &str| {
            bench.write("Dockerfile", &format!("FROM debian:trixie-slim\nRUN : {} && {step}\n", bench.word));
            images.ensure("part", &bench.source(), &CancellationToken::new()).await
        };

        let works = ensure("timeout 15 sh -c 'while :; do :; done' || true").await;
        assert!(works.is_ok(), "it works for longer than it may be idle: {works:?}");

        let sleeps = ensure("sleep 3600").await;
        assert!(matches!(&sleeps, Err(ImageError::Silent { .. })), "{sleeps:?}");
        assert!(bench.containers().await.is_empty(), "it has ended in the engine too");
    });
}

#[test]
fn who_waits_for_another_process_is_told_and_may_give_up() {
    scenario("waits", |bench| async move {
        // Held as another process would: the file names its holder.
        let locks = bench.folder.path().join("locks");
        fs::create_dir(&locks).unwrap();
        let path = locks.join("localhost-1-none-1.lock");
        fs::write(&path, "1").unwrap();
        let held = fs::File::open(&path).unwrap();
        held.lock().unwrap();
        let cancel = CancellationToken::new();
        let task = tokio::spawn({
            let (bench, cancel) = (Arc::clone(&bench), cancel.clone());
            let source = Source::Pull("localhost:1/none:1".into());
            async move { bench.images.ensure("part", &source, &cancel).await }
        });
        until(|| async { !bench.seen.lock().unwrap().is_empty() }).await;
        let events = bench.take_events();
        let [Event::Notice(message)] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!(message.id, "image-made-elsewhere");
        cancel.cancel();
        assert_eq!(soon(task).await, Err(ImageError::Cancelled));
    });
}

#[test]
fn two_who_want_one_image_build_it_once() {
    scenario("two", |bench| async move {
        bench.write("Dockerfile", &format!("FROM debian:trixie-slim\nRUN : {} && sleep 1\n", bench.word));
        let builders = Arc::new(Mutex::new(std::collections::BTreeSet::new()));
        let ensure = |name: &'static str| {
            let builders = Arc::clone(&builders);
            let events = Events::to(move |event| {
                if has_built(&[event]) {
                    builders.lock().unwrap().insert(name);
                }
            });
            // Another `Images` with another memory, as another process has.
            let images = Images::new(bench.docker.clone(), bench.folder.path().join("locks"), events);
            let source = bench.source();
            async move { images.ensure("part", &source, &CancellationToken::new()).await.unwrap() }
        };
        let (one, other) = tokio::join!(ensure("one"), ensure("other"));
        assert_eq!(one, other);
        assert_eq!(builders.lock().unwrap().len(), 1);
        assert_eq!(bench.tags().await, [one.tag]);
    });
}

#[test]
fn two_images_are_built_side_by_side() {
    scenario("side", |bench| async move {
        let source = |name: &str, ping: &str, pong: &str| {
            let folder = bench.context().join(format!("{}-{name}", bench.word));
            fs::create_dir(&folder).unwrap();
            let dockerfile = format!("FROM debian:trixie-slim\nRUN : {} {ping} {pong} && sleep 2\n", bench.word);
            fs::write(folder.join("Dockerfile"), dockerfile).unwrap();
            Source::Build(folder)
        };
        let (one, other) = (source("one", "1", "2"), source("other", "2", "1"));
        let cancel = CancellationToken::new();
        let both = async {
            tokio::join!(bench.images.ensure("one", &one, &cancel), bench.images.ensure("other", &other, &cancel))
        };
        let together = async {
            until(|| async { bench.containers().await.len() == 2 }).await;
        };
        let ((one, other), ()) = tokio::join!(both, together);
        assert_ne!(one.unwrap().tag, other.unwrap().tag);
    });
}
