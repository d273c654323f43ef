use super::*;
use crate::world::{Bound, Excess};
use serde_json::json;

fn expect(yaml: &str) -> Expect {
    serde_yaml::from_str(yaml).unwrap()
}

fn page() -> Observation {
    Observation {
        fields: vec![("status", json!(200)), ("body", json!("<h1>Home</h1>"))],
        headers: vec![
            ("content-type".into(), "text/html; charset=utf-8".into()),
            ("set-cookie".into(), "a=1".into()),
            ("set-cookie".into(), "b=2".into()),
        ],
        document: Some(Document::new(
            "<h1>Home</h1><a href='about/'>About</a><a href='/css/a.css'>x</a>".into(),
            DocumentFormat::Html,
        )),
        base: Some("http://site.localhost:3902/en/".into()),
        evidence: Vec::new(),
        details: Vec::new(),
        unread: Vec::new(),
        hang_on_time: Vec::new(),
    }
}

fn mismatches(yaml: &str, seen: &Observation) -> Vec<Mismatch> {
    judge(&expect(yaml), seen, &Scope::default()).unwrap()
}

fn passes(yaml: &str) -> bool {
    mismatches(yaml, &page()).is_empty()
}

#[test]
fn a_scalar_means_equals() {
    assert!(passes("status: 200"));
    assert!(!passes("status: 404"));
    assert!(!passes("status: '200'"), "a text is not a number");
}

#[test]
fn a_list_means_contains_all() {
    assert!(passes("body: ['<h1>', 'Home']"));
    assert!(!passes("body: ['<h1>', 'About']"));
}

#[test]
fn several_matchers_must_all_hold() {
    assert!(passes("body: {starts-with: '<h1>', ends-with: '</h1>'}"));
    assert!(!passes("body: {starts-with: '<h1>', ends-with: '</h2>'}"));
}

#[test]
fn not_demands_that_none_holds() {
    assert!(passes("body: {not: {contains: 'NoSuchKey', equals: ''}}"));
    let missed = mismatches("body: {not: {contains: 'x', starts-with: '<h1>'}}", &page());
    assert_eq!(serde_json::to_value(&missed[0].expected).unwrap(), json!({"not": [{"starts-with": "<h1>"}]}));
}

#[test]
fn a_header_is_found_whatever_its_case() {
    assert!(passes("header.Content-Type: {matches: '^text/html\\b'}"));
    assert!(passes("header.x-none: {exists: false}"));
    assert!(!passes("header.x-none: {exists: true}"));
}

#[test]
fn a_scalar_on_several_hits_is_a_mismatch_that_shows_them() {
    let missed = mismatches("header.set-cookie: a=1", &page());
    assert_eq!(missed[0].actual, Actual::Several(vec![json!("a=1"), json!("b=2")]));
    assert!(passes("header.set-cookie: {some: 'a=1', count: 2, every: {matches: '^[ab]='}}"));
}

#[test]
fn every_over_nothing_fails_and_none_over_nothing_holds() {
    assert!(!passes("'css h6': {every: {exists: true}}"));
    assert!(passes("'css h6': {none: 'x', count: 0}"));
}

#[test]
fn links_are_made_absolute() {
    assert!(passes(
        "'links a[href]': {same-items: ['http://site.localhost:3902/css/a.css', 'http://site.localhost:3902/en/about/']}"
    ));
    assert!(passes("'css h1': Home"));
}

#[test]
fn numbers_compare_and_count_takes_matchers() {
    assert!(passes("status: {gte: 200, lt: 300, type: number, one-of: [200, 204]}"));
    assert!(!passes("status: {gt: 200}"));
    assert!(passes("'css a': {count: {gte: 2}}"));
    assert!(!passes("'css a': {count: {gte: 3}}"));
}

#[test]
fn too_many_are_named_and_too_few_counted() {
    let actual = |yaml: &str| mismatches(yaml, &page())[0].actual.clone();
    assert_eq!(actual("header.set-cookie: {count: 0}"), Actual::Value(json!(["a=1", "b=2"])));
    assert_eq!(actual("header.set-cookie: {count: {lt: 2}}"), Actual::Value(json!(["a=1", "b=2"])));
    assert_eq!(actual("header.set-cookie: {count: 3}"), Actual::Value(json!(2)));
    assert_eq!(actual("header.set-cookie: {count: {gte: 3, lte: 9}}"), Actual::Value(json!(2)));
}

#[test]
fn json_is_read_by_path() {
    let seen = Observation {
        document: Some(Document::new(r#"{"a":[{"b":1},{"b":2}],"c":"x"}"#.into(), DocumentFormat::Json)),
        ..Observation::default()
    };
    assert!(mismatches("$.c: x", &seen).is_empty());
    assert!(mismatches("$.a[*].b: {same-items: [2, 1]}", &seen).is_empty());
    assert!(mismatches("$.a: {count: 2}", &seen).is_empty());
    assert_eq!(mismatches("$.d: x", &seen)[0].actual, Actual::Nothing);
    let broken =
        Observation { document: Some(Document::new("{".into(), DocumentFormat::Json)), ..Observation::default() };
    assert!(matches!(mismatches("$.c: x", &broken)[0].actual, Actual::Unreadable { .. }));
}

#[test]
fn same_as_compares_with_a_capture() {
    let mut scope = Scope::default();
    scope.set("capture.home", "<h1>Home</h1>");
    let judged = judge(&expect("body: {same-as: home}"), &page(), &scope).unwrap();
    assert!(judged.is_empty());
    let judged = judge(&expect("body: {not: {same-as: home}}"), &page(), &scope).unwrap();
    assert_eq!(judged.len(), 1);
    assert_eq!(
        judge(&expect("body: {same-as: hme}"), &page(), &scope).unwrap_err(),
        UnknownName("capture.hme".into()).into()
    );
}

#[test]
fn an_unknown_matcher_is_an_error_at_its_key() {
    let error = serde_yaml::from_str::<Expect>("status: {equal: 200}").unwrap_err();
    assert!(error.to_string().contains("equal"), "{error}");
}

#[test]
fn matchers_are_equal_when_all_that_they_compare_with_is() {
    let same_as = |value| Matcher::SameAs("home".to_owned(), Some(json!(value)));
    assert_ne!(same_as(1), same_as(2));
    assert_eq!(same_as(1), same_as(1));
    let matchers = |yaml: &str| expect(&format!("a: {{{yaml}}}")).0[0].matchers.value.clone();
    let all = [
        "equals: 1",
        "equals: 2",
        "equals: '1'",
        "matches: a",
        "matches: b",
        "semver: '1'",
        "semver: '2'",
        "gt: 1",
        "gte: 1",
        "exists: true",
        "exists: false",
        "schema: {type: number}",
        "schema: {type: string}",
        "schema: {file: a.json}",
        "schema: {file: b.json}",
        "not: {equals: 1}",
        "not: {equals: 2}",
    ];
    for (at, left) in all.iter().enumerate() {
        for (other, right) in all.iter().enumerate() {
            assert_eq!(matchers(left) == matchers(right), at == other, "{left} {right}");
        }
    }
}

fn json(text: String) -> Observation {
    Observation { document: Some(Document::new(text, DocumentFormat::Json)), ..Observation::default() }
}

#[test]
fn a_path_looks_at_so_much_at_the_most() {
    let deep = json(format!("{}{}", "[".repeat(90), "]".repeat(90)));
    let wide = json(format!("[{}0]", "{\"a\": [1, 2]},".repeat(20_000)));
    let bound = |path: &str, seen: &Observation| match Selector::parse(path).unwrap().pick(seen) {
        Err(Unpicked::Excess(excess)) => Some(excess.bound),
        Err(Unpicked::Unreadable(unreadable)) => panic!("{unreadable:?}"),
        Ok(_) => None,
    };
    let lists = format!("${}", "[*, *]".repeat(80));
    for path in ["$..*..*..*..*..*..*", "$..[?@..*]..*..*..*", "$..[?@..[?@..[?@..*]]]..*", &lists] {
        assert_eq!(bound(path, &deep), Some(Bound::Visits), "{path}");
    }
    for path in ["$[?count($..*) > 0]", "$..[*, *, *]..[*, *, *]..[*, *, *]..*", "$[?$..b]"] {
        assert_eq!(bound(path, &wide), Some(Bound::Visits), "{path}");
    }
    for path in ["$", "$..*", "$[*]", "$[*].a[0]", "$..a", "$[?@.a[0] == 1]", "$[?@.b == ',,,,..,,,$']", "$[0, 1, 2].a"]
    {
        for seen in [&deep, &wide] {
            assert!(matches!(bound(path, seen), None | Some(Bound::Hits)), "{path}");
        }
    }
}

#[test]
fn what_is_picked_is_bounded_in_number_and_size() {
    let list = json(format!("[{}0]", "0,".repeat(150_000)));
    let picked = Selector::parse("$[*]").unwrap().pick(&list);
    assert!(matches!(picked, Err(Unpicked::Excess(Excess { bound: Bound::Hits, .. }))));
    // Each element's text is all that is below it.
    let page = format!("{}{}", "<div>".repeat(400), "x".repeat(1 << 20));
    let page = Observation { document: Some(Document::new(page, DocumentFormat::Html)), ..Observation::default() };
    let picked = Selector::parse("css div").unwrap().pick(&page);
    assert!(matches!(picked, Err(Unpicked::Excess(Excess { bound: Bound::Hits, .. }))));
}

#[test]
fn a_document_is_read_once_for_all_its_selectors() {
    let seen = json("[1, 2]".to_owned());
    let document = seen.document.as_ref().unwrap();
    let first: *const _ = document.data().unwrap();
    assert!(mismatches("$[0]: 1\n$[1]: 2", &seen).is_empty());
    assert!(std::ptr::eq(first, document.clone().data().unwrap()), "also where it was cloned");
}
