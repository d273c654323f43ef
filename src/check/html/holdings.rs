//! What a crawl was answered, by address: sizes, digests and what loads what.

use super::link::{Link, Role};
use super::page::Page;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use url::{Position, Url};

/// Bytes of a digest that are shown.
const SHOWN: usize = 6;
/// Files that a page's weight names.
const HEAVIEST: usize = 5;
/// Bytes of style sheets that are kept.
const MOST_STYLES: usize = 1 << 20;

#[derive(Debug, Default)]
pub(super) struct Holdings(BTreeMap<String, Holding>);

#[derive(Debug, Default)]
struct Holding {
    size: usize,
    digest: String,
    /// The addresses that a browser loads with it, and whether what they name is loaded too.
    loads: Vec<(String, bool)>,
    /// The text of a style sheet, or of a page's own styles.
    styles: String,
    is_sheet: bool,
}

impl Holdings {
    /// Notes an answer: its body, and the bytes that were sent of it.
    pub(crate) fn note(&mut self, address: String, body: &[u8], size: usize) {
        let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(body)[..SHOWN]);
        self.0.insert(address, Holding { size, digest, ..Holding::default() });
    }

    /// Notes that an address answered with more than is read.
    pub(crate) fn note_large(&mut self, address: String, size: usize) {
        self.0.insert(address, Holding { size, digest: "…".to_owned(), ..Holding::default() });
    }

    pub(crate) fn page(&mut self, address: &str, page: &Page) {
        self.within(address, &page.links, &page.styles);
    }

    pub(crate) fn sheet(&mut self, address: &str, links: &[Link], text: &str) {
        self.within(address, links, text);
        if let Some(holding) = self.0.get_mut(address) {
            holding.is_sheet = true;
        }
    }

    fn within(&mut self, address: &str, links: &[Link], styles: &str) {
        if let Some(holding) = self.0.get_mut(address) {
            let loaded = links.iter().filter(|link| link.role.is_loaded());
            let address = |link: &Link| (link.url[..Position::AfterQuery].to_owned(), link.role == Role::Loads);
            holding.loads = loaded.map(address).collect();
            styles.clone_into(&mut holding.styles);
        }
    }

    /// Every address with its size and digest, a line each, by its path: two
    /// of these are the same when the sites are.
    pub(crate) fn inventory(&self) -> String {
        let path = |address: &str| match Url::parse(address) {
            Ok(url) => url[Position::BeforePath..].to_owned(),
            Err(_) => address.to_owned(),
        };
        let line =
            |(address, held): (&String, &Holding)| format!("{}  {} bytes  {}\n", path(address), held.size, held.digest);
        self.0.iter().map(line).collect::<Vec<_>>().concat()
    }

    /// Bytes of a page and all that it loads, and the heaviest of them.
    pub(crate) fn weight(&self, page: &str) -> (usize, String) {
        let mut parts: Vec<(usize, &str)> =
            self.loaded(page).into_iter().filter_map(|address| Some((self.0.get(address)?.size, address))).collect();
        parts.sort_unstable_by(|left, right| right.cmp(left));
        let heaviest: Vec<String> =
            parts.iter().take(HEAVIEST).map(|(size, address)| format!("{size} bytes  {address}")).collect();
        (parts.iter().map(|(size, _)| size).sum(), heaviest.join("\n"))
    }

    pub(crate) fn styles(&self, page: &str) -> String {
        let mut text = String::new();
        for holding in self.loaded(page).into_iter().filter_map(|address| self.0.get(address)) {
            if text.len() + holding.styles.len() <= MOST_STYLES {
                text.push_str(&holding.styles);
            }
        }
        text
    }

    /// The style sheets that a page loads, imported ones too.
    pub(crate) fn sheets<'a>(&'a self, page: &'a str) -> Vec<&'a str> {
        let loaded = self.loaded(page).into_iter();
        loaded.filter(|address| self.0.get(*address).is_some_and(|holding| holding.is_sheet)).collect()
    }

    /// A page, what it loads, and what that loads in turn.
    pub(crate) fn loaded<'a>(&'a self, page: &'a str) -> BTreeSet<&'a str> {
        let (mut known, mut read) = (BTreeSet::from([page]), BTreeSet::new());
        let mut left = vec![page];
        while let Some(address) = left.pop() {
            let loads = self.0.get(address).filter(|_| read.insert(address)).map(|holding| &holding.loads);
            for (address, applies) in loads.into_iter().flatten() {
                known.insert(address);
                left.extend(applies.then_some(address.as_str()));
            }
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(holdings: &mut Holdings, address: &str, body: &[u8]) {
        holdings.note(address.to_owned(), body, body.len());
    }

    fn link(url: &str) -> Link {
        Link { url: Url::parse(url).unwrap(), role: Role::Loads, by: String::new() }
    }

    #[test]
    fn a_page_weighs_what_it_loads_also_by_its_style_sheets() {
        let mut holdings = Holdings::default();
        note(&mut holdings, "http://x/", b"12345");
        note(&mut holdings, "http://x/s.css", b"1234");
        note(&mut holdings, "http://x/p.png", b"123");
        note(&mut holdings, "http://x/other.png", b"123456789");
        let leads = Link { role: Role::Leads, ..link("http://x/other.png") };
        let may = Link { role: Role::MayLoad, ..link("http://x/other.png") };
        let page = Page { links: vec![link("http://x/s.css#a"), leads, may], styles: "p {}".into(), ..Page::default() };
        holdings.page("http://x/", &page);
        holdings.sheet("http://x/s.css", &[link("http://x/p.png"), link("http://x/s.css")], "b {}");
        let (weight, heaviest) = holdings.weight("http://x/");
        assert_eq!(weight, 12);
        assert!(heaviest.starts_with("5 bytes  http://x/\n4 bytes"), "{heaviest}");
        assert_eq!(holdings.styles("http://x/").trim(), "p {}b {}");
        assert_eq!(holdings.sheets("http://x/"), ["http://x/s.css"]);
    }

    #[test]
    fn an_inventory_tells_each_change_and_nothing_else() {
        let of = |body: &str| {
            let mut holdings = Holdings::default();
            note(&mut holdings, "http://x/b?v=1", b"b");
            note(&mut holdings, "http://x/", body.as_bytes());
            holdings.inventory()
        };
        assert_eq!(of("a"), of("a"));
        assert_ne!(of("a"), of("c"));
        let paths: Vec<String> = of("a").lines().map(|line| line.split("  ").take(2).collect()).collect();
        assert_eq!(paths, ["/1 bytes", "/b?v=11 bytes"]);
    }
}
