//! The loader against hostile and broken files: it refuses them, soon, with a
//! place, and never falls over.

use lab_runner::definition::diagnostic::Diagnostics;
use lab_runner::definition::load::{LoadError, MAX_BYTES, load, parse};
use lab_runner::definition::model::Lab;
use lab_runner::definition::text::Language;
use lab_runner::i18n::Words;
use lab_runner::report::diagnostics::render;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

const SMALL: &str = include_str!("definitions/ok/small.yaml");
const FULL: &str = include_str!("definitions/ok/full.yaml");
const EXPECT: &str = "        expect: {status: 200}\n";

/// How many times longer than a good lab of ten thousand checks a bad one may take.
/// A loader that is quadratic somewhere takes hundreds of times as long.
const TIMES: u32 = 10;

/// What this thread has worked until now, however busy the machine is.
fn worked() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap()
}

/// What reading a good lab of ten thousand checks takes on this machine.
fn good() -> Duration {
    static GOOD: OnceLock<Duration> = OnceLock::new();
    *GOOD.get_or_init(|| {
        let text = many_checks();
        let start = worked();
        parse(Path::new("lab.yaml"), &text).unwrap();
        worked().saturating_sub(start)
    })
}

fn read(text: &str) -> Result<Lab, Diagnostics> {
    let good = good();
    let start = worked();
    let read = parse(Path::new("lab.yaml"), text);
    if let Err(diagnostics) = &read {
        assert!(!diagnostics.found.is_empty());
        for language in Language::ALL {
            let shown = render(diagnostics, &Words::new(language), false, 100);
            assert!(shown.len() < 500_000, "{} bytes are shown", shown.len());
        }
    }
    let took = worked().saturating_sub(start);
    assert!(took < good * TIMES, "{took:?} for {} bytes, where a good lab takes {good:?}", text.len());
    read
}

/// The rule that a text breaks first.
fn code(text: &str) -> String {
    read(text).expect_err("a hostile file is refused").found[0].code.to_string()
}

fn with_expect(expect: &str) -> String {
    assert!(SMALL.contains(EXPECT));
    SMALL.replace(EXPECT, expect)
}

fn with_checks(count: usize, check: impl Fn(usize) -> String) -> String {
    let head = SMALL.split("      - id: home").next().unwrap();
    (0..count).fold(head.to_owned(), |mut text, index| {
        let _ = writeln!(text, "      - {}", check(index));
        text
    })
}

fn many_checks() -> String {
    let check = |index| {
        format!("{{id: c{index}, must: {{en: a, fr: b}}, tcp: {{host: web, port: 1}}, expect: {{open: true}}}}")
    };
    with_checks(10_000, check)
}

#[test]
fn ten_thousand_checks_load() {
    let text = many_checks();
    assert!(text.len() < MAX_BYTES);
    assert_eq!(read(&text).unwrap().checks().count(), 10_000);
}

#[test]
fn ten_thousand_mistakes_are_counted_and_not_all_listed() {
    let check = |index| {
        format!(
            "{{id: c{index}, must: {{en: a, fr: b}}, needs: [no], tcp: {{host: web, port: 1}}, expect: {{open: true}}}}"
        )
    };
    let diagnostics = read(&with_checks(9_000, check)).unwrap_err();
    assert_eq!(diagnostics.found.len() + diagnostics.more, 9_000);
    assert!(diagnostics.found.len() < 1_000);
}

#[test]
fn what_nests_deeply_is_refused_before_the_stack_ends() {
    for opening in ["[", "{", "{a: ", "- ", "? ", ": "] {
        assert_eq!(code(&opening.repeat(10_000)), "too-deep", "{opening}");
    }
    let mut block = String::new();
    for depth in 0..1_000 {
        let _ = writeln!(block, "{}a:", " ".repeat(depth));
    }
    assert_eq!(code(&block), "too-deep");
    let nots = format!("        expect: {{body: {}x{}}}\n", "{not: ".repeat(200), "}".repeat(200));
    assert_eq!(code(&with_expect(&nots)), "too-deep");
    let lists = format!("        expect: {{body: {}x{}}}\n", "[".repeat(200), "]".repeat(200));
    assert_eq!(code(&with_expect(&lists)), "too-deep");
}

#[test]
fn exploding_aliases_are_refused() {
    let mut laughs = "        expect:\n          body: &a0 {one-of: [ha]}\n".to_owned();
    for level in 1..20 {
        let ten = vec![format!("*a{}", level - 1); 10].join(", ");
        let _ = writeln!(laughs, "          $.b{level}: &a{level} {{one-of: [{ten}]}}");
    }
    assert_eq!(code(&with_expect(&laughs)), "too-many-aliases");
    assert_eq!(code(&with_expect("        expect: &a {body: *a}\n")), "too-many-aliases");
    let mut big = format!("        expect:\n          body: &a {{one-of: [{}]}}\n", "x, ".repeat(10_000));
    for index in 0..400 {
        let _ = writeln!(big, "          $.b{index}: *a");
    }
    assert_eq!(code(&with_expect(&big)), "too-many-aliases");
}

#[test]
fn an_alias_repeats_a_value_where_it_stands() {
    let text = with_expect("        expect: {status: &ok {gte: 200}, size: *ok}\n");
    assert!(read(&text).is_ok());
    let wrong = with_expect("        expect: {status: &ok {}, size: *ok}\n");
    let found = read(&wrong).unwrap_err().found;
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn costly_expressions_are_refused() {
    let selector = |text: String| with_expect(&format!("        expect:\n          ? '{text}'\n          : x\n"));
    assert_eq!(code(&selector(format!("$[?{}@.a]", "(".repeat(100_000)))), "selector-too-long");
    assert_eq!(code(&selector(format!("$[?{}@.a{}]", "(".repeat(50), ")".repeat(50)))), "selector-too-deep");
    assert_eq!(code(&selector(format!("$[?{}@.a]", "!".repeat(50)))), "selector-too-deep");
    let pattern = |text: String| with_expect(&format!("        expect: {{body: {{matches: '{text}'}}}}\n"));
    assert_eq!(code(&pattern("(".repeat(100_000))), "bad-pattern");
    assert_eq!(code(&pattern("a{1000}{1000}{1000}".to_owned())), "bad-pattern");
    let mut many = "        expect:\n".to_owned();
    for index in 0..1_000 {
        let _ = writeln!(many, "          $.a{index}: {{matches: x}}");
    }
    assert_eq!(code(&with_expect(&many)), "too-many-patterns");
}

#[test]
fn a_mebibyte_of_one_thing_is_answered_soon() {
    for piece in [
        "a, ", "a,", "- a #b\n", "a #b\n", "# x\n", "\"", "'", "&a ", "- &a x\n", "!a ", "---\n", "|", "\t", " ", "\n",
        "\r", "\0", "a: 1\n", "%a b\n", "a", "`", "é", "\u{85}", "\u{feff}",
    ] {
        let text = piece.repeat(200_000 / piece.len());
        for text in
            [text.clone(), format!("{{{text}"), format!("[{text}]"), format!("a: \"{text}"), format!("a:\n  - {text}")]
        {
            let _ = read(&text);
        }
    }
    let mut names = String::new();
    for index in 0..20_000 {
        let _ = write!(names, "${{n.{index}}}");
    }
    assert_eq!(code(&SMALL.replace("\"${open.site}/\"", &format!("\"{names}\""))), "bad-url");
}

#[test]
fn a_file_that_is_too_big_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lab.yaml");
    fs::File::create(&file).unwrap().set_len(5_000_000).unwrap();
    assert!(matches!(load(folder.path()), Err(LoadError::TooBig { bytes: 5_000_000, .. })));
    assert_eq!(code(&" ".repeat(MAX_BYTES + 1)), "lab-too-big");
}

#[test]
fn what_is_no_file_is_no_lab() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(load(folder.path()), Err(LoadError::NotALab { .. })));
    assert!(matches!(load(&folder.path().join("none")), Err(LoadError::NotALab { .. })));
    // A device never ends.
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("lab.yaml")).unwrap();
    assert!(matches!(load(folder.path()), Err(LoadError::NotALab { .. })));
}

#[test]
fn a_file_in_another_encoding_is_shown_where_it_breaks() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lab.yaml"), b"apiVersion: lab/v1\ntitle: d\xe9j\xe0\n").unwrap();
    let Err(LoadError::Invalid(diagnostics)) = load(folder.path()) else { panic!() };
    let found = &diagnostics.found[0];
    assert_eq!((found.code.as_ref(), found.line, found.column), ("not-utf8", 2, 9));
}

#[test]
fn a_byte_order_mark_moves_no_place() {
    let marked = format!("\u{feff}{}", SMALL.replace("level: beginner", "levle: beginner"));
    let found = read(&marked).unwrap_err().found;
    assert_eq!((found[0].code.as_ref(), found[0].line, found[0].column), ("unknown-key", 6, 1));
    assert!(read(&format!("\u{feff}{SMALL}")).is_ok());
}

/// The readers' own `expecting` names a message by `@id`; both languages have it.
#[test]
fn what_readers_expect_has_words() {
    let mut seen = 0;
    let id = regex::Regex::new(r#""@([a-z-]+)""#).unwrap();
    for source in [
        "src/definition/probe_yaml.rs",
        "src/expect/mod.rs",
        "src/expect/matcher_yaml.rs",
        "src/check/exec.rs",
        "src/check/http.rs",
    ] {
        for found in id.captures_iter(&fs::read_to_string(source).unwrap()) {
            for language in Language::ALL {
                assert!(Words::new(language).has(&found[1]), "`{}` of {source}", &found[1]);
            }
            seen += 1;
        }
    }
    assert!(seen >= 8, "{seen}");
}

/// Text that is rich in what YAML cares about.
fn yamlish() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        "[a-z]{1,6}",
        prop::sample::select(vec![
            "\n",
            "\n  ",
            "\n    ",
            ": ",
            "- ",
            "? ",
            "[",
            "]",
            "{",
            "}",
            ", ",
            " #",
            "&a ",
            "*a",
            "\"",
            "'",
            "\\d",
            "|",
            ">",
            "\t",
            "---\n",
            "${open.site}",
            "${",
            "}",
            "!x ",
            "<<: ",
            "~",
            "1.10",
            "0644",
            "no",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_makes_the_loader_fall(text in yamlish()) {
        let _ = read(&text);
    }

    #[test]
    fn no_text_within_a_lab_makes_the_loader_fall(text in yamlish(), at in 0..FULL.len()) {
        let at = (0..=at).rev().find(|at| FULL.is_char_boundary(*at)).unwrap_or(0);
        let _ = read(&format!("{}{text}{}", &FULL[..at], &FULL[at..]));
    }

    #[test]
    fn no_bytes_make_the_loader_fall(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("lab.yaml"), bytes).unwrap();
        let _ = load(folder.path());
    }
}

#[test]
fn a_lab_cut_anywhere_never_makes_the_loader_fall() {
    for at in (0..FULL.len()).filter(|at| FULL.is_char_boundary(*at)) {
        let _ = parse(Path::new("lab.yaml"), &FULL[..at]);
    }
}
