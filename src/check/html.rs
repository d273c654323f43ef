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
    /// Follows its links: `{within: site, max: 200}`. If the page itself can't be fetched, the check fails.
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
        let crawls = self.crawl.is_some();
        let (asked, response) = (url.clone(), answer.response.clone());
        let mut seen = compute(move || see(&asked, &response, crawls))
            .await?
            .map_err(|excess| ProbeFailure::TooComplex { excess, learners })?;
        if let (Some(crawl), Ok(start)) = (self.crawl, url::Url::parse(&url)) {
            let left = timeout.saturating_sub(begun.elapsed());
            let found = crawl::from(world, &start, answer, crawl, left).await?;
            seen.details.extend(found.details(SHOWN));
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

fn see(url: &str, response: &HttpResponse, crawls: bool) -> Result<Observation, Excess> {
    let mut seen = http::see(url, response);
    seen.fields.retain(|(name, _)| Html::FIELDS.iter().any(|field| field.name == *name));
    let source = String::from_utf8_lossy(&response.body).into_owned();
    let page = Page::parse(&source, Errors::All)?;
    let found = [
        ("errors", errors::of(&page)),
        ("unlabelled", access::unlabelled(&page.html)),
        ("skipped", access::skipped(&page.html)),
    ];
    // A crawl finds these and more.
    if let Some(url) = url::Url::parse(url).ok().filter(|_| !crawls) {
        seen.fields.push(("loads", json!(page::of_tree(&url, &page.html)?.loads_of(&url))));
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
mod tests;
