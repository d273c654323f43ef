//! `crawl`: follows a page's links within its site.

use super::holdings::Holdings;
use super::link::{Link, Role};
use super::page::{self, Page};
use crate::check::ProbeError;
use crate::check::http;
use crate::expect::compute;
use crate::world::{Blame, ProbeFailure, World};
use futures_util::stream::{FuturesUnordered, StreamExt};
use percent_encoding::percent_decode_str;
use schemars::JsonSchema;
use serde::de::{self, Deserialize, Deserializer};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};
use url::{Position, Url};

/// Addresses asked at the most, if the lab doesn't say.
const USUAL: u32 = 200;
/// The most that a lab may say.
const MOST: u32 = 1000;
/// Addresses asked at once.
const AT_ONCE: usize = 8;
/// Bytes of all bodies together.
const MAX_BYTES: usize = 64 << 20;
/// Findings of each kind that are kept, and fragments that are looked up.
const KEPT: usize = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Crawl {
    pub(crate) within: Within,
    /// Addresses asked at the most, pages and what they load (default: 200).
    pub(crate) max: u32,
}

/// Which links are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Within {
    /// Those to the first page's host and port.
    #[default]
    Site,
}

#[derive(Debug, Default)]
pub(super) struct CrawlResult {
    pages: Vec<String>,
    broken: Vec<Value>,
    elsewhere: BTreeSet<String>,
    /// Where the other hosts are named: page or sheet, element, address.
    named: Vec<String>,
    /// Links to a place in a page: from, to, its name.
    fragments: Vec<(String, String, String)>,
    ids: HashMap<String, HashSet<String>>,
    complete: bool,
    start: String,
    /// Host and port.
    site: String,
    holdings: Holdings,
}

/// An address to ask, and the page that led to it.
#[derive(Debug)]
struct Step {
    url: Url,
    from: String,
}

struct Walk {
    known: HashSet<String>,
    queue: VecDeque<Step>,
    max: usize,
    bytes: usize,
    found: CrawlResult,
}

/// Crawls from a page that was fetched already.
pub(super) async fn from(
    world: &dyn World,
    start: &Url,
    answer: http::Fetched,
    crawl: Crawl,
    limit: Duration,
) -> Result<CrawlResult, ProbeError> {
    let begun = Instant::now();
    let learners = http::runs_learners_files(world, start.as_str());
    // A site that the lab serves too slowly is no unfinished site of the learner's.
    let late = || ProbeFailure::TimedOut { what: format!("crawl {start}"), after: limit, learners };
    let mut walk = Walk {
        known: HashSet::from([without_fragment(start)]),
        queue: VecDeque::new(),
        max: crawl.max as usize,
        bytes: 0,
        found: CrawlResult {
            complete: true,
            start: without_fragment(start),
            site: start[Position::BeforeHost..Position::AfterPort].to_owned(),
            ..CrawlResult::default()
        },
    };
    walk.found.holdings.note(without_fragment(start), &answer.response.body, answer.size);
    walk.page(start, &without_fragment(start), read(start, answer.response.body, learners).await?);
    let mut running = FuturesUnordered::new();
    loop {
        let left = limit.saturating_sub(begun.elapsed());
        let is_done = walk.queue.is_empty() && running.is_empty();
        if left.is_zero() && !is_done && !learners {
            return Err(late().into());
        }
        if left.is_zero() || walk.bytes > MAX_BYTES {
            walk.found.complete &= is_done;
            break;
        }
        while running.len() < AT_ONCE
            && let Some(step) = walk.queue.pop_front()
        {
            running.push(async move {
                let answer = http::get(world, step.url.as_str(), left, true).await;
                (read_answer(answer, learners).await, step)
            });
        }
        let Some((answer, step)) = running.next().await else { break };
        match answer {
            Ok((answer, content)) => walk.answer(&step, &answer, content),
            Err(trouble @ ProbeFailure::TooComplex { .. }) => return Err(trouble.into()),
            Err(trouble) if trouble.blame() == Blame::Learner => walk.trouble(&step, &trouble),
            Err(trouble) => return Err(trouble.into()),
        }
    }
    Ok(walk.found)
}

/// What an answer holds, as far as it leads on.
enum Content {
    Page(Page),
    Sheet(Vec<Link>),
    Other,
}

async fn read_answer(
    answer: Result<http::Fetched, ProbeFailure>,
    learners: bool,
) -> Result<(http::Fetched, Content), ProbeFailure> {
    let answer = answer?;
    let media_type = http::media_type(&answer.response).unwrap_or_default();
    let Some(url) = Url::parse(&answer.url).ok().filter(|_| answer.response.status < 400) else {
        return Ok((answer, Content::Other));
    };
    let body = answer.response.body.clone();
    let content = match media_type.as_str() {
        "text/html" | "application/xhtml+xml" => Content::Page(read(&url, body, learners).await?),
        "text/css" => Content::Sheet(compute(move || page::in_css(&url, &String::from_utf8_lossy(&body), true)).await?),
        _ => Content::Other,
    };
    Ok((answer, content))
}

async fn read(url: &Url, source: Vec<u8>, learners: bool) -> Result<Page, ProbeFailure> {
    let url = url.clone();
    let page = compute(move || page::read(&url, &String::from_utf8_lossy(&source))).await?;
    page.map_err(|excess| ProbeFailure::TooComplex { excess, learners })
}

impl Walk {
    fn answer(&mut self, step: &Step, answer: &http::Fetched, content: Content) {
        self.bytes += answer.response.body.len();
        let status = answer.response.status;
        if status >= 400 {
            self.broken(step, &json!(status));
            return;
        }
        let Ok(url) = Url::parse(&answer.url) else { return };
        if url[Position::BeforeHost..Position::AfterPort] != self.found.site {
            return;
        }
        let asked = without_fragment(&step.url);
        self.found.holdings.note(asked.clone(), &answer.response.body, answer.size);
        match content {
            Content::Page(page) => {
                // A fragment of an old address points into the page that it became.
                self.found.ids.insert(asked.clone(), page.ids.clone());
                self.page(&url, &asked, page);
            }
            Content::Sheet(links) => {
                self.found.holdings.sheet(&asked, &links, &String::from_utf8_lossy(&answer.response.body));
                self.links(&url, links);
            }
            Content::Other => {}
        }
    }

    fn trouble(&mut self, step: &Step, trouble: &ProbeFailure) {
        match trouble {
            // It is there and larger than we read, or leads out of the site.
            ProbeFailure::TooLarge { limit } => self.found.holdings.note_large(without_fragment(&step.url), *limit),
            ProbeFailure::Elsewhere { .. } => {}
            ProbeFailure::RedirectLoop { .. } | ProbeFailure::TooManyRedirects { .. } => {
                self.broken(step, &json!("redirect loop"));
            }
            _ => self.broken(step, &json!("no answer")),
        }
    }

    fn broken(&mut self, step: &Step, status: &Value) {
        if self.found.broken.len() < KEPT {
            self.found.broken.push(json!({"page": step.from, "link": step.url.as_str(), "status": status}));
        }
    }

    fn page(&mut self, url: &Url, asked: &str, page: Page) {
        self.found.holdings.page(asked, &page);
        let address = without_fragment(url);
        self.found.pages.push(address.clone());
        self.found.ids.insert(address, page.ids);
        self.links(url, page.links);
    }

    fn links(&mut self, from: &Url, links: Vec<Link>) {
        let from = without_fragment(from);
        for link in links {
            if !matches!(link.url.scheme(), "http" | "https") {
                continue;
            }
            if link.url[Position::BeforeHost..Position::AfterPort] != self.found.site {
                if link.role != Role::Leads && self.found.named.len() < KEPT {
                    self.found.elsewhere.extend(link.url.host_str().map(str::to_owned));
                    self.found.named.push(format!("{from}: {} {}", link.by, link.url));
                }
                continue;
            }
            if link.role == Role::Connects {
                continue;
            }
            let address = without_fragment(&link.url);
            // What stands behind `:~:` is for the browser alone (URL Fragment Text Directives).
            let fragment = link.url.fragment().and_then(|name| name.split(":~:").next());
            if let Some(fragment) = fragment.filter(|name| !name.is_empty())
                && link.role == Role::Leads
                && self.found.fragments.len() < KEPT
            {
                self.found.fragments.push((from.clone(), address.clone(), fragment.to_owned()));
            }
            if self.known.contains(&address) {
                continue;
            }
            if self.known.len() >= self.max {
                self.found.complete = false;
                continue;
            }
            self.known.insert(address);
            self.queue.push_back(Step { url: link.url, from: from.clone() });
        }
    }
}

fn without_fragment(url: &Url) -> String {
    url[..Position::AfterQuery].to_owned()
}

impl CrawlResult {
    /// What a failure shows beside the fields: the heaviest files, and who names other hosts.
    pub(super) fn details(&self, most: usize) -> [(&'static str, String); 2] {
        let named = self.named[..self.named.len().min(most)].join("\n");
        [("weight", self.holdings.weight(&self.start).1), ("elsewhere", named)]
    }

    /// Addresses of the site that its first page loads.
    fn loads(&self) -> Vec<&str> {
        let of_site = |address: &&str| {
            let url = Url::parse(address).ok();
            *address != self.start && url.is_some_and(|url| url[Position::BeforeHost..Position::AfterPort] == self.site)
        };
        self.holdings.loaded(&self.start).into_iter().filter(of_site).collect()
    }

    pub(super) fn fields(self) -> Vec<(&'static str, Value)> {
        let missing = self.fragments.iter().filter(|(_, to, name)| {
            // `%C3%A9` is the `é` that an `id` holds.
            let decoded = percent_decode_str(name).decode_utf8_lossy();
            let has = |ids: &HashSet<String>| ids.contains(name) || ids.contains(decoded.as_ref());
            // `#top` is the page's top (HTML standard, 7.4.6.4).
            self.ids.get(to).is_some_and(|ids| !has(ids) && !name.eq_ignore_ascii_case("top"))
        });
        let fragments: Vec<Value> =
            missing.map(|(from, to, name)| json!({"page": from, "link": format!("{to}#{name}")})).collect();
        vec![
            ("weight", json!(self.holdings.weight(&self.start).0)),
            ("loads", json!(self.loads())),
            ("sheets", json!(self.holdings.sheets(&self.start))),
            ("styles", json!(self.holdings.styles(&self.start))),
            ("inventory", json!(self.holdings.inventory())),
            ("pages", json!(self.pages)),
            ("broken", json!(self.broken)),
            ("fragments", json!(fragments)),
            ("elsewhere", json!(self.elsewhere)),
            ("complete", json!(self.complete)),
        ]
    }
}

/// How far to follow links.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Which links are followed.
    #[serde(default)]
    within: Within,
    /// Addresses asked at the most, pages and what they load (default: 200).
    #[serde(default = "usual")]
    max: u32,
}

fn usual() -> u32 {
    USUAL
}

schema_as!(Crawl, Entry);

impl<'de> Deserialize<'de> for Crawl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Entry { within, max } = Entry::deserialize(deserializer)?;
        if max == 0 || max > MOST {
            let message = message!("number-out-of-range", key = "max", number = max, most = MOST);
            return Err(de::Error::custom(message.to_error_text()));
        }
        Ok(Self { within, max })
    }
}
