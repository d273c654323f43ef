//! `html`: fetches a page and reads it as a browser does; with `crawl`, the
//! pages and things that it leads to as well.

mod access;
mod crawl;
mod css;
mod errors;
mod holdings;
mod link;
mod media;
mod page;
mod srcset;

pub(crate) use crawl::Crawl;

use super::http;
use super::{Field, Kind, Lack, ProbeError, Target, Yields};
use crate::expect::page::{Errors, Page};
use crate::expect::{Document, Observation, compute};
use crate::template::{Scope, Template, UnknownName};
use crate::world::{Excess, HttpResponse, ProbeFailure, World};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use std::time::{Duration, Instant};

/// Fields that only a crawl finds.
const CRAWLED: &[&str] =
    &["pages", "broken", "fragments", "elsewhere", "weight", "sheets", "styles", "inventory", "complete"];
/// Findings that a failure shows.
const SHOWN: usize = 5;

/// A page to read.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Html {
    /// Its URL.
    pub(crate) get: Template,
    /// Follows its links: `{within: site, max: 200}`. Where the page itself can't be had, the check fails.
    #[serde(default)]
    pub(crate) crawl: Option<Crawl>,
}

impl Kind for Html {
    const NAME: &'static str = "html";
    const YIELDS: Yields = Yields::DocumentAndHeaders;
    const TIMEOUT: Duration = Duration::from_secs(30);
    const FIELDS: &'static [Field] = fields! {
        "status": "the status code, a number",
        "body": "the page's source",
        "size": "the source's bytes",
        "errors": "what is wrong by the HTML standard, a list of texts such as `line 3: unexpected </div>`",
        "unlabelled": "form fields without a name, by `<label>`, `aria-label`, `aria-labelledby` or `title`: a list of their tags",
        "skipped": "headings more than one level below the one before, a list of texts",
        "pages": "with `crawl`: the site's pages, a list of URLs in the order found",
        "broken": "with `crawl`: links that lead nowhere, a list of {page, link, status}",
        "fragments": "with `crawl`: links to places that a page hasn't, a list of {page, link}",
        "elsewhere": "with `crawl`: other hosts that pages load things from or connect to, a sorted list",
        "weight": "with `crawl`: bytes, as sent, of the page and all that Chromium loads with it from its site: in a window of 1280 by 800 pixels, with an empty cache, one of each set of alternatives",
        "sheets": "with `crawl`: style sheets that the page loads, imported ones too, a sorted list of URLs",
        "styles": "with `crawl`: the text of all styles that the page has or loads",
        "inventory": "with `crawl`: a line for each address with its size and a digest, the same text as long as the site is",
        "complete": "with `crawl`: whether every link was followed within the limits",
        "loads": "addresses of its site that a browser loads with the page, a list of URLs; with `crawl` also what its style sheets load",
        "media-type": "the content type without its parameters, in lower case",
    };

    fn templates(&self) -> Vec<&Template> {
        vec![&self.get]
    }

    fn targets(&self) -> Vec<(String, Target<'_>)> {
        vec![("get".to_owned(), Target::Url(&self.get))]
    }

    fn lacks(&self, selector: &str) -> Option<Lack> {
        let crawled = CRAWLED.contains(&selector) && self.crawl.is_none();
        crawled.then_some(Lack::Wants("crawl"))
    }

    fn asked(&self, scope: &Scope) -> Result<String, UnknownName> {
        Ok(format!("GET {}", self.get.render(scope)?))
    }

    async fn fetch(&self, world: &dyn World, scope: &Scope, timeout: Duration) -> Result<Observation, ProbeError> {
        let url = self.get.render(scope)?;
        let begun = Instant::now();
        let answer = http::get(world, &url, timeout, false).await?;
        let status = answer.response.status;
        // An error page has no broken links: what is asked of a site that isn't
        // there must not hold.
        if self.crawl.is_some() && !(200..300).contains(&status) {
            return Err(ProbeFailure::NoPage { url, status }.into());
        }
        let learners = http::runs_learners_files(world, &url);
        let (asked, response) = (url.clone(), answer.response.clone());
        let mut seen = compute(move || see(&asked, &response))
            .await?
            .map_err(|excess| ProbeFailure::TooComplex { excess, learners })?;
        if let (Some(crawl), Ok(start)) = (self.crawl, url::Url::parse(&url)) {
            let left = timeout.saturating_sub(begun.elapsed());
            let found = crawl::from(world, &start, answer, crawl, left).await?;
            seen.details.extend(found.details(SHOWN));
            seen.fields.retain(|(name, _)| *name != "loads");
            let fields = found.fields();
            seen.details.extend(fields.iter().filter_map(|(name, value)| shown(name, value)));
            seen.fields.extend(fields);
        }
        Ok(seen)
    }
}

fn shown(name: &'static str, value: &serde_json::Value) -> Option<(&'static str, String)> {
    let text = |item: &serde_json::Value| match (&item["page"], &item["link"], &item["status"]) {
        (page, link, _) if name == "fragments" => Some(format!("{} → {}", page.as_str()?, link.as_str()?)),
        (page, link, status) if name == "broken" => {
            Some(format!("{} → {} ({})", page.as_str()?, link.as_str()?, status.to_string().trim_matches('"')))
        }
        _ => None,
    };
    let lines: Vec<String> = value.as_array()?.iter().take(SHOWN).filter_map(text).collect();
    (!lines.is_empty()).then(|| (name, lines.join("\n")))
}

fn see(url: &str, response: &HttpResponse) -> Result<Observation, Excess> {
    let mut seen = http::see(url, response);
    seen.fields.retain(|(name, _)| Html::FIELDS.iter().any(|field| field.name == *name));
    let source = String::from_utf8_lossy(&response.body).into_owned();
    let page = Page::parse(&source, Errors::All)?;
    let found = [
        ("errors", errors::of(&page)),
        ("unlabelled", access::unlabelled(&page.html)),
        ("skipped", access::skipped(&page.html)),
    ];
    if let Ok(url) = url::Url::parse(url) {
        seen.fields.push(("loads", json!(page::read(&url, &source)?.loads_of(&url))));
    }
    for (name, found) in found {
        if !found.is_empty() {
            seen.details.push((name, found[..found.len().min(SHOWN)].join("\n")));
        }
        seen.fields.push((name, json!(found)));
    }
    seen.document = Some(Document::of_page(source, page));
    Ok(seen)
}

#[cfg(test)]
mod tests {
    mod browser;

    use super::*;
    use crate::check::fake::Fake;
    use crate::expect::{Expect, judge};

    #[test]
    fn a_page_is_read_by_css_and_links() {
        let response = HttpResponse {
            status: 200,
            body: b"<base href=/en/><title>T</title><img src=a.png><p>one <b>two</b>".to_vec(),
            ..HttpResponse::default()
        };
        let seen = see("http://site.localhost:3902/", &response).unwrap();
        let expect: Expect = serde_yaml::from_str(
            "status: 200\n'css p': one two\n'links img[src]': 'http://site.localhost:3902/en/a.png'\n",
        )
        .unwrap();
        assert_eq!(judge(&expect, &seen, &Scope::default()).unwrap(), []);
    }

    async fn crawled(yaml: &str, world: &Fake) -> Observation {
        let html: Html = serde_yaml::from_str(yaml).unwrap();
        html.fetch(world, &Scope::default(), Duration::from_secs(600)).await.unwrap()
    }

    const HTML: &[(&str, &str)] = &[("content-type", "text/html; charset=utf-8")];

    #[tokio::test]
    async fn a_crawl_finds_broken_links_missing_places_and_other_hosts() {
        let world = Fake::default()
            .page(
                "http://x/",
                200,
                HTML,
                "<a href=a/>a</a><a href=gone>g</a><a href=a/#there>t</a><a href=a/#not>n</a><a href=loop>l</a>\
                 <a href=http://other.example/>o</a><script src=http://cdn.example/x.js></script>\
                 <link rel=stylesheet href=s.css><a href=mailto:a@b.example>m</a>",
            )
            .page("http://x/a/", 200, HTML, "<h1 id=there>a</h1><a href=/old>old</a><img src=/gone.png>")
            .page("http://x/old", 301, &[("location", "/new")], "")
            .page("http://x/new", 200, HTML, "<a href=/>home</a>")
            .page("http://x/loop", 302, &[("location", "/loop")], "")
            .page("http://x/s.css", 200, &[("content-type", "text/css")], "@import url(http://fonts.example/f.css);");
        let seen = crawled("{get: 'http://x/', crawl: {within: site}}", &world).await;
        assert_eq!(seen.field("pages"), Some(&json!(["http://x/", "http://x/a/", "http://x/new"])));
        let expect: Expect = serde_yaml::from_str(
            "broken: {same-items: [{page: 'http://x/', link: 'http://x/gone', status: 404}, \
             {page: 'http://x/', link: 'http://x/loop', status: redirect loop}, \
             {page: 'http://x/a/', link: 'http://x/gone.png', status: 404}]}",
        )
        .unwrap();
        assert_eq!(judge(&expect, &seen, &Scope::default()).unwrap(), []);
        assert_eq!(seen.field("fragments"), Some(&json!([{"page": "http://x/", "link": "http://x/a/#not"}])));
        assert_eq!(seen.field("elsewhere"), Some(&json!(["cdn.example", "fonts.example"])));
        assert_eq!(seen.field("complete"), Some(&json!(true)));
    }

    #[tokio::test]
    async fn nothing_is_crawled_from_an_error_page_or_a_redirect() {
        for (status, headers) in [(404, HTML), (503, HTML), (302, &[("location", "/en/")] as &[_])] {
            let world = Fake::default().page("http://x/", status, headers, "<title>none</title>");
            let html: Html = serde_yaml::from_str("{get: 'http://x/', crawl: {within: site}}").unwrap();
            let found = html.fetch(&world, &Scope::default(), Duration::from_secs(20)).await;
            let no_page = ProbeFailure::NoPage { url: "http://x/".to_owned(), status };
            assert!(matches!(found, Err(ProbeError::ProbeFailure(trouble)) if trouble == no_page), "{status}");
        }
    }

    #[tokio::test]
    async fn a_page_with_50000_links_stays_bounded() {
        use std::fmt::Write;
        let mut body = String::new();
        for link in 0..50_000 {
            write!(body, "<a href=/p{link}#x>p</a>").unwrap();
        }
        let world = Fake::default().page("http://x/", 200, HTML, body);
        let seen = crawled("{get: 'http://x/', crawl: {max: 20}}", &world).await;
        assert_eq!(world.asked().len(), 20);
        assert_eq!(seen.field("complete"), Some(&json!(false)));
        assert_eq!(seen.field("broken").and_then(|broken| broken.as_array()).map(Vec::len), Some(19));
    }

    #[test]
    fn the_fields_of_a_crawl_are_those_that_say_so() {
        let says = |field: &&Field| field.doc.starts_with("with `crawl`");
        let named: Vec<&str> = Html::FIELDS.iter().filter(says).map(|field| field.name).collect();
        assert_eq!(named, CRAWLED);
    }

    #[test]
    fn a_crawl_has_a_limit() {
        assert!(serde_yaml::from_str::<Html>("{get: 'http://x/', crawl: {max: 1001}}").is_err());
        assert!(serde_yaml::from_str::<Html>("{get: 'http://x/', crawl: {within: web}}").is_err());
    }
}
