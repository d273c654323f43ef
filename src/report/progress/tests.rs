use super::lines::Lines;
use super::*;
use crate::event::{Doing, Finished};
use crate::verdict::{CheckResult, Verdict};
use indicatif::TermLike;
use std::io;
use std::sync::Arc;

fn lines(language: Language) -> Lines {
    Lines::new(Words::new(language), Style::default())
}

fn progress(part: &str, doing: Doing) -> Event {
    Event::Progress { part: part.to_owned(), doing }
}

fn waiting(tries: u32, elapsed: u64) -> Event {
    let doing = Doing::Waiting {
        asked: "http://storage:3903/health".to_owned(),
        tries,
        answer: "connection refused".to_owned(),
        elapsed: Duration::from_millis(elapsed),
        limit: Duration::from_secs(30),
    };
    progress("storage", doing)
}

fn building(step: u32, line: &str, elapsed: u64) -> Event {
    let elapsed = Duration::from_secs(elapsed);
    progress("toolbox", Doing::Building { step, steps: 5, line: line.to_owned(), elapsed })
}

fn checked(id: &str, verdict: Verdict, took: u64) -> Event {
    Event::CheckDone(Box::new(CheckResult {
        id: id.parse().unwrap(),
        task: "publish".parse().unwrap(),
        must: crate::definition::text::Text::default(),
        points: 1,
        verdict,
        took: Duration::from_millis(took),
        only_needed: false,
        visibility: crate::definition::model::Visibility::Visible,
        starved: None,
        unread: Vec::new(),
    }))
}

/// Half a minute of a start and a check, by seconds.
fn story() -> Vec<(u64, Event)> {
    let pulling = |bytes| {
        let image = "dxflrs/garage:v2.5.0".to_owned();
        progress("storage", Doing::Pulling { image, bytes, total: 48_300_000 })
    };
    vec![
        (0, pulling(0)),
        (0, building(1, "FROM debian:trixie-slim", 0)),
        (1, pulling(12_000_000)),
        (3, building(3, "apt-get install awscli", 3)),
        (4, building(3, "Get:1 http://deb.debian.org/debian trixie/main\r\u{1b}[2K", 4)),
        (5, Event::Done { part: "storage".to_owned(), how: Finished::Image { kept: false } }),
        (14, building(3, "Setting up awscli (2.23)", 14)),
        (15, Event::Done { part: "toolbox".to_owned(), how: Finished::Image { kept: false } }),
        (15, Event::Done { part: "gate".to_owned(), how: Finished::Image { kept: true } }),
        (15, progress("storage", Doing::Starting)),
        (16, waiting(1, 20)),
        (16, waiting(3, 1_210)),
        (27, waiting(41, 11_000)),
        (27, Event::Done { part: "storage".to_owned(), how: Finished::Ready { took: Duration::from_millis(11_400) } }),
        (27, Event::RoomReady { took: Duration::from_secs(12) }),
        (27, Event::Notice(message!("report-trouble-down", service = ".env\u{1b}]0;x\u{7}"))),
        (27, Event::CheckStarted("deploy".parse().unwrap())),
        (28, checked("deploy", Verdict::Passed, 2_412)),
        (28, checked("home-page", Verdict::Blocked { on: "deploy".parse().unwrap() }, 12)),
        (29, progress("storage", Doing::Removing)),
        (29, Event::Done { part: "storage".to_owned(), how: Finished::Removed }),
    ]
}

#[test]
fn a_log_gets_one_line_for_each_new_thing() {
    for language in Language::ALL {
        let mut lines = lines(language);
        let log: String =
            story().iter().flat_map(|(second, event)| lines.event(event, Duration::from_secs(*second))).collect();
        insta::with_settings!({snapshot_path => "../tests/snapshots", prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(format!("progress-log-{}", language.code()), log);
        });
    }
}

#[test]
fn a_terminal_shows_what_goes_on_at_the_moment() {
    for language in Language::ALL {
        let mut lines = lines(language);
        let mut scenes = Vec::new();
        for (second, event) in story() {
            lines.event(&event, Duration::from_secs(second));
            let moving: Vec<String> =
                lines.moving(Duration::from_secs(second)).into_iter().map(|(_, line)| line).collect();
            scenes.push(format!("{second} s\n{}", moving.join("\n")));
        }
        insta::with_settings!({snapshot_path => "../tests/snapshots", prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(format!("progress-moving-{}", language.code()), scenes.join("\n"));
        });
    }
}

#[test]
fn nobody_watches_a_silent_log() {
    let mut lines = lines(Language::En);
    let at = Duration::from_secs;
    lines.event(&building(2, "RUN make", 1), at(1));
    lines.event(&Event::CheckStarted("deploy".parse().unwrap()), at(5));
    assert!(lines.tick(at(10)).is_empty());
    assert_eq!(
        lines.tick(at(11)),
        ["toolbox   building · step 2/5 · RUN make · 11 s (once only; kept for the next time)\n"]
    );
    assert_eq!(lines.tick(at(15)), ["deploy    checking · 10 s\n"]);
    assert!(lines.tick(at(16)).is_empty());
    let until_a_minute: usize = (17..=60).map(|second| lines.tick(at(second)).len()).sum();
    assert_eq!(until_a_minute, 8, "each of the two every ten seconds");
}

#[test]
fn a_log_names_only_the_checks_that_took_long() {
    let mut lines = lines(Language::En);
    let at = Duration::from_secs;
    assert!(lines.event(&checked("quick", Verdict::Passed, 1_999), at(2)).is_empty());
    assert_eq!(lines.event(&checked("slow", Verdict::Passed, 2_000), at(4)), ["✔ slow · 2 s\n"]);
}

#[test]
fn waiting_is_said_once_however_often_it_is_tried() {
    let mut lines = lines(Language::En);
    let said = (1..90).flat_map(|tries| lines.event(&waiting(tries, 100), Duration::from_millis(100))).count();
    assert_eq!(said, 1);
}

/// Keeps what is written.
#[derive(Debug, Clone, Default)]
struct Paper(Arc<Mutex<String>>);

impl Paper {
    fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TermLike for Paper {
    fn width(&self) -> u16 {
        120
    }

    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write_str(text)?;
        self.write_str("\n")
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.lock().unwrap().push_str(text);
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.write_str("<clear>")
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn events_from_many_threads_are_all_on_the_log_when_it_is_finished() {
    let paper = Paper::default();
    let progress = Progress::to(Language::En, Style::default(), Target::Log(Box::new(paper.clone())));
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let progress = &progress;
            scope.spawn(move || {
                for check in 0..10 {
                    progress.event(&checked(&format!("check-{thread}-{check}"), Verdict::Passed, 2_000));
                }
            });
        }
    });
    progress.finish();
    assert_eq!(paper.text().lines().count(), 80);
    assert!(paper.text().contains("✔ check-7-9 · 2 s\n"), "{}", paper.text());
    progress.event(&checked("late", Verdict::Passed, 9_000));
    progress.finish();
    assert_eq!(paper.text().lines().count(), 80, "what comes after the end is ignored");
}

#[test]
fn a_terminal_is_left_clear() {
    let paper = Paper::default();
    let target = ProgressDrawTarget::term_like_with_hz(Box::new(paper.clone()), 100);
    let progress = Progress::to(Language::En, Style::default(), Target::Moving(target));
    for (_, event) in story().iter().take(13) {
        progress.event(event);
    }
    progress.event(&Event::Notice(message!("report-trouble-down", service = "browser")));
    std::thread::sleep(Duration::from_millis(250));
    progress.finish();
    let text = paper.text();
    assert!(text.contains("storage   waiting for http://storage:3903/health · 41st try"), "{text}");
    assert!(text.contains("browser isn't running"), "{text}");
    assert!(!text.contains('\u{1b}') && !text.contains('\r'), "{text:?}");
    assert!(text.ends_with("<clear>"), "{text:?}");
}

#[test]
fn progress_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Progress>();
}
