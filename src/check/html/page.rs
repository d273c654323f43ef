//! What a page links to and loads, and which places it has.

use crate::expect::page as parsed;
use crate::world::Excess;
use regex::Regex;
use scraper::{ElementRef, Selector};
use std::collections::HashSet;
use std::sync::LazyLock;
use url::Url;

#[derive(Debug, Default)]
pub(super) struct Page {
    pub(crate) ids: HashSet<String>,
    /// Where it leads and what it loads, in order, each once.
    pub(crate) links: Vec<Link>,
    /// The text of its `<style>` elements.
    pub(crate) styles: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Link {
    pub(crate) url: Url,
    /// Whether a browser loads it with the page.
    pub(crate) loads: bool,
}

static WITH_LINKS: LazyLock<Option<Selector>> =
    LazyLock::new(|| Selector::parse("[href], [src], [data], [poster]").ok());
static WITH_NAMES: LazyLock<Option<Selector>> = LazyLock::new(|| Selector::parse("[id], a[name]").ok());
static STYLES: LazyLock<Option<Selector>> = LazyLock::new(|| Selector::parse("style").ok());
static BASE: LazyLock<Option<Selector>> = LazyLock::new(|| Selector::parse("base[href]").ok());
static IN_CSS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)url\(\s*['"]?([^'")\s]+)|@import\s+['"]([^'"]+)"#).ok());

pub(super) fn read(url: &Url, source: &str) -> Result<Page, Excess> {
    let html = parsed::Page::parse(source, parsed::Errors::Few)?.html;
    let all =
        |selector: &'static LazyLock<Option<Selector>>| selector.iter().flat_map(|selector| html.select(selector));
    let base = all(&BASE).next().and_then(|base| url.join(base.value().attr("href")?).ok());
    let base = base.unwrap_or_else(|| url.clone());
    let mut page = Page::default();
    for element in all(&WITH_NAMES) {
        let value = element.value();
        page.ids.extend([value.attr("id"), value.attr("name")].into_iter().flatten().map(str::to_owned));
    }
    let mut known = HashSet::new();
    let links = all(&WITH_LINKS).filter_map(|element| link(element, &base));
    page.styles = all(&STYLES).flat_map(|style| style.text().chain(["\n"])).collect();
    let styles = in_css(&base, &page.styles);
    page.links = links.chain(styles).filter(|link| known.insert(link.clone())).collect();
    Ok(page)
}

pub(super) fn in_css(base: &Url, source: &str) -> Vec<Link> {
    let found = IN_CSS.iter().flat_map(|pattern| pattern.captures_iter(source));
    let targets = found.filter_map(|found| found.get(1).or_else(|| found.get(2)));
    targets.filter_map(|target| base.join(target.as_str()).ok()).map(|url| Link { url, loads: true }).collect()
}

fn link(element: ElementRef, base: &Url) -> Option<Link> {
    let value = element.value();
    let (target, loads) = match value.name() {
        "a" | "area" => (value.attr("href")?, false),
        "link" => {
            let rels = value.attr("rel").unwrap_or_default().to_ascii_lowercase();
            let has = |names: &[&str]| rels.split_whitespace().any(|rel| names.contains(&rel));
            // These name a host or an address and load nothing from it.
            if has(&["preconnect", "dns-prefetch", "canonical"]) {
                return None;
            }
            (value.attr("href")?, has(&["stylesheet", "icon", "preload", "modulepreload", "manifest", "prefetch"]))
        }
        "script" | "img" | "iframe" | "source" | "video" | "audio" | "track" | "embed" | "input" => {
            (value.attr("src")?, true)
        }
        "object" => (value.attr("data")?, true),
        _ => return None,
    };
    Some(Link { url: base.join(target.trim()).ok()?, loads })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_told_from_what_a_page_loads() {
        let page = read(
            &Url::parse("http://x/a/").unwrap(),
            "<base href=/b/><link rel=stylesheet href=s.css><link rel=canonical href=http://y/><h1 id=top1>x</h1>\
             <a href=c>c</a><a href=c>again</a><style>@import 'i.css'; p {background: url(\"p.png\")}</style>",
        )
        .unwrap();
        let links: Vec<_> = page.links.iter().map(|link| (link.url.as_str(), link.loads)).collect();
        let expected = [
            ("http://x/b/s.css", true),
            ("http://x/b/c", false),
            ("http://x/b/i.css", true),
            ("http://x/b/p.png", true),
        ];
        assert_eq!(links, expected);
        assert!(page.ids.contains("top1"));
        assert!(page.styles.contains("background"), "{}", page.styles);
    }
}
