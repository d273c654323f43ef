//! What a page links to and loads, and which places it has.

use super::link::{Link, Role};
use super::{css, media, srcset};
use crate::expect::page as parsed;
use crate::world::Excess;
use scraper::node::Element;
use scraper::{ElementRef, Html, Selector};
use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;
use url::{Position, Url};

/// Pages that stand in an attribute of another (`srcdoc`), one within the other.
const MOST_WITHIN: usize = 3;

#[derive(Debug, Default)]
pub(super) struct Page {
    pub(crate) ids: HashSet<String>,
    /// Where it leads and what it loads, in order, each once.
    pub(crate) links: Vec<Link>,
    /// The text of its `<style>` elements.
    pub(crate) styles: String,
}

impl Page {
    /// Addresses of this site that a browser loads with the page.
    pub(super) fn loads_of(&self, site: &Url) -> Vec<&str> {
        let of = |url: &Url| url[Position::BeforeHost..Position::AfterPort].to_owned();
        let loaded = self.links.iter().filter(|link| link.role.is_loaded() && of(&link.url) == of(site));
        loaded.map(|link| &link.url[..Position::AfterQuery]).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

static NAMED: LazyLock<Option<Selector>> = LazyLock::new(|| Selector::parse("[id], a[name]").ok());
static BASE: LazyLock<Option<Selector>> = LazyLock::new(|| Selector::parse("base[href]").ok());
static ALL: LazyLock<Option<Selector>> = LazyLock::new(|| Selector::parse("*").ok());

/// Types of scripts that are JavaScript (HTML standard, 4.12.1; WHATWG MIME Sniffing, 4.6).
const SCRIPTS: &[&str] = &[
    "",
    "module",
    "application/ecmascript",
    "application/javascript",
    "application/x-ecmascript",
    "application/x-javascript",
    "text/ecmascript",
    "text/javascript",
    "text/javascript1.0",
    "text/javascript1.1",
    "text/javascript1.2",
    "text/javascript1.3",
    "text/javascript1.4",
    "text/javascript1.5",
    "text/jscript",
    "text/livescript",
    "text/x-ecmascript",
    "text/x-javascript",
];

/// What `<link rel=preload as=…>` loads (Preload, 2.1); what isn't named here it doesn't.
const PRELOADED: &[&str] = &["fetch", "font", "image", "script", "style", "track"];

pub(super) fn read(url: &Url, source: &str) -> Result<Page, Excess> {
    of_tree(url, &parsed::Page::parse(source, parsed::Errors::Few)?.html)
}

pub(super) fn of_tree(url: &Url, html: &Html) -> Result<Page, Excess> {
    let mut reader = Reader { page: Page::default(), known: HashSet::new() };
    reader.read(url, html, 0)?;
    Ok(reader.page)
}

/// What a style sheet names; `applies` tells whether its rules do.
pub(super) fn in_css(base: &Url, source: &str, applies: bool) -> Vec<Link> {
    let found = css::references(source, applies).into_iter();
    // `#name` is a place in the page that uses the sheet, and loads nothing.
    let loaded = found.filter(|one| !one.url.is_empty() && !one.url.starts_with('#'));
    let link =
        |one: css::Reference| Some(Link { url: base.join(&one.url).ok()?, role: one.role, by: one.by.to_owned() });
    loaded.filter_map(link).collect()
}

struct Reader {
    page: Page,
    known: HashSet<Link>,
}

impl Reader {
    fn read(&mut self, url: &Url, html: &Html, within: usize) -> Result<(), Excess> {
        let base = all(html, &BASE).next().and_then(|base| url.join(base.value().attr("href")?).ok());
        let base = base.unwrap_or_else(|| url.clone());
        if within == 0 {
            for element in all(html, &NAMED) {
                let value = element.value();
                let name = value.attr("name").filter(|_| value.name() == "a");
                self.page.ids.extend([value.attr("id"), name].into_iter().flatten().map(str::to_owned));
            }
        }
        for element in all(html, &ALL) {
            let value = element.value();
            for (attribute, address, role) in element_links(element) {
                self.note(&base, address, role, &format!("<{} {attribute}>", value.name()));
            }
            if let Some(style) = value.attr("style") {
                self.styles(&base, style, true, &format!("<{} style>", value.name()));
            }
            match value.name() {
                "style" if is_css(element) => {
                    let text: String = element.text().chain(["\n"]).collect();
                    self.styles(&base, &text, value.attr("media").is_none_or(media::holds), "<style>");
                    self.page.styles.push_str(&text);
                }
                "iframe" if within < MOST_WITHIN => {
                    if let Some(page) = value.attr("srcdoc") {
                        self.read(&base, &parsed::Page::parse(page, parsed::Errors::Few)?.html, within + 1)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn styles(&mut self, base: &Url, source: &str, applies: bool, within: &str) {
        for link in in_css(base, source, applies) {
            let by = format!("{within} {}", link.by);
            self.add(Link { by, ..link });
        }
    }

    fn note(&mut self, base: &Url, address: &str, role: Role, by: &str) {
        // An empty address loads nothing, and leads to the page itself.
        if let Ok(url) = base.join(address)
            && (!address.trim().is_empty() || role == Role::Leads)
        {
            self.add(Link { url, role, by: by.to_owned() });
        }
    }

    fn add(&mut self, link: Link) {
        if self.known.insert(link.clone()) {
            self.page.links.push(link);
        }
    }
}

/// The elements that match, without those in a `<template>`, which are none of the page.
fn all<'a>(
    html: &'a Html,
    selector: &'static LazyLock<Option<Selector>>,
) -> impl Iterator<Item = ElementRef<'a>> + use<'a> {
    let found = selector.iter().flat_map(|selector| html.select(selector));
    found.filter(|element| !parsed::is_in_template(*element))
}

fn is_css(style: ElementRef) -> bool {
    style.value().attr("type").is_none_or(|kind| kind.is_empty() || kind.eq_ignore_ascii_case("text/css"))
}

/// An attribute, the address in it, and what a browser does with it.
type Named<'a> = (&'static str, &'a str, Role);

fn element_links(element: ElementRef) -> Vec<Named> {
    let value = element.value();
    let attr = |name: &'static str| value.attr(name);
    let one = |name: &'static str, role: Role| attr(name).map(|address| (name, address, role)).into_iter().collect();
    match value.name() {
        "a" | "area" => vec![reference(element, Role::Leads)].into_iter().flatten().collect(),
        "link" => link(element),
        "img" => image(element),
        "source" => source(element),
        "script" => script(element),
        "iframe" if attr("srcdoc").is_some() => Vec::new(),
        "iframe" | "frame" | "embed" => one("src", Role::Loads),
        "object" => one("data", Role::Loads),
        "input" if attr("type").is_some_and(|kind| kind.eq_ignore_ascii_case("image")) => one("src", Role::Loads),
        "video" | "audio" => {
            let mut found: Vec<Named> = one("poster", Role::Loads);
            found.extend(attr("src").map(|address| ("src", address, film(element, true))));
            found
        }
        "track" => one("src", Role::loads(attr("default").is_some())),
        "body" | "table" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th" => one("background", Role::Loads),
        "meta" => refresh(element).into_iter().collect(),
        // SVG's; what begins with `#` is in the page itself.
        "use" | "image" | "feImage" => {
            reference(element, Role::Loads).filter(|(_, address, _)| !address.starts_with('#')).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// `href`, or SVG's `xlink:href`.
fn reference(element: ElementRef, role: Role) -> Option<Named> {
    let found = element.value().attrs().find(|(name, _)| *name == "href")?;
    Some(("href", found.1, role))
}

fn link(element: ElementRef) -> Vec<Named> {
    let value = element.value();
    let attr = |name: &str| value.attr(name).unwrap_or_default();
    let rels = attr("rel").to_ascii_lowercase();
    let has = |names: &[&str]| rels.split_ascii_whitespace().any(|rel| names.contains(&rel));
    let role = if has(&["stylesheet"]) {
        let kind = attr("type");
        let is_sheet = value.attr("disabled").is_none() && (kind.is_empty() || kind.eq_ignore_ascii_case("text/css"));
        let is_alternate = has(&["alternate"]) && !attr("title").is_empty();
        // One for other media is loaded too, in case that they come to hold.
        if is_sheet { Role::of_sheet(media::holds(attr("media")) && !is_alternate) } else { Role::MayLoad }
    } else if has(&["preload"]) {
        let holds = PRELOADED.contains(&attr("as").to_ascii_lowercase().as_str()) && media::holds(attr("media"));
        if let Some(candidates) = value.attr("imagesrcset") {
            let found =
                pictures("imagesrcset", candidates, attr("imagesizes"), value.attr("href").map(|url| ("href", url)));
            return found
                .into_iter()
                .map(|(name, url, role)| (name, url, if holds { role } else { Role::MayLoad }))
                .collect();
        }
        Role::loads(holds)
    } else if has(&["icon", "modulepreload", "manifest", "prefetch"]) {
        Role::Loads
    } else if has(&["apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon"]) {
        Role::MayLoad
    } else if has(&["preconnect"]) {
        Role::Connects
    } else if has(&["dns-prefetch", "canonical"]) {
        // These name a host or an address, and nobody goes there.
        return Vec::new();
    } else {
        Role::Leads
    };
    value.attr("href").map(|address| ("href", address, role)).into_iter().collect()
}

fn kind_of(script: &Element) -> String {
    script.attr("type").unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a `<script>` is a program and not data.
pub(super) fn is_program(script: &Element) -> bool {
    SCRIPTS.contains(&kind_of(script).as_str())
}

fn script(element: ElementRef) -> Vec<Named> {
    let value = element.value();
    if !is_program(value) {
        return Vec::new();
    }
    let old_browsers_only = kind_of(value) != "module" && value.attr("nomodule").is_some();
    let found = value.attrs().find(|(name, _)| ["src", "href"].contains(name));
    found.map(|(_, address)| ("src", address, Role::loads(!old_browsers_only))).into_iter().collect()
}

/// `<img>`: its `src`, or one of its `srcset`, unless a `<source>` before it is taken.
fn image(image: ElementRef) -> Vec<Named> {
    let value = image.value();
    let src = value.attr("src").filter(|src| !src.trim().is_empty()).map(|src| ("src", src));
    let found =
        pictures("srcset", value.attr("srcset").unwrap_or_default(), value.attr("sizes").unwrap_or_default(), src);
    let is_left = taken(image).is_some();
    found.into_iter().map(|(name, url, role)| (name, url, if is_left { Role::MayLoad } else { role })).collect()
}

/// The `<source>` of the `<picture>` around an image that a browser takes instead.
fn taken(image: ElementRef) -> Option<ElementRef> {
    let picture = image.parent().and_then(ElementRef::wrap).filter(|parent| parent.value().name() == "picture")?;
    let before = picture.child_elements().take_while(|child| child.id() != image.id());
    before.filter(|child| child.value().name() == "source").find(|source| {
        let value = source.value();
        value.attr("srcset").is_some_and(|srcset| !srcset::candidates(srcset).is_empty())
            && value.attr("media").is_none_or(media::holds)
            && value.attr("type").is_none_or(media::reads_picture)
    })
}

/// `<source>`: of a picture, or of sound or a film.
fn source(source: ElementRef) -> Vec<Named> {
    let value = source.value();
    let Some(parent) = source.parent().and_then(ElementRef::wrap) else { return Vec::new() };
    if parent.value().name() != "picture" {
        return value
            .attr("src")
            .map(|address| ("src", address, film(parent, is_first(parent, source))))
            .into_iter()
            .collect();
    }
    let image = parent.child_elements().find(|child| child.value().name() == "img");
    let is_taken = image.and_then(taken).is_some_and(|taken| taken.id() == source.id());
    let found =
        pictures("srcset", value.attr("srcset").unwrap_or_default(), value.attr("sizes").unwrap_or_default(), None);
    found.into_iter().map(|(name, url, role)| (name, url, if is_taken { role } else { Role::MayLoad })).collect()
}

/// All candidates, of which one is loaded.
fn pictures<'a>(
    attribute: &'static str,
    candidates: &'a str,
    sizes: &str,
    src: Option<(&'static str, &'a str)>,
) -> Vec<Named<'a>> {
    let candidates = srcset::candidates(candidates);
    let chosen = srcset::chosen(&candidates, sizes, src.is_some());
    let urls = candidates.iter().map(|candidate| (attribute, candidate.url)).chain(src);
    urls.enumerate().map(|(at, (name, url))| (name, url, Role::loads(chosen == Some(at)))).collect()
}

/// Whether a source of sound or a film is the first that Chromium reads.
fn is_first(player: ElementRef, source: ElementRef) -> bool {
    let mut sources = player.child_elements().filter(|child| child.value().name() == "source");
    let first = sources.find(|one| one.value().attr("type").is_none_or(media::reads_film));
    player.value().attr("src").is_none() && first.is_some_and(|first| first.id() == source.id())
}

/// What a browser does with the source of a player that it takes, or leaves.
fn film(player: ElementRef, is_taken: bool) -> Role {
    let value = player.value();
    let waits = value.attr("preload").is_some_and(|preload| preload.eq_ignore_ascii_case("none"));
    Role::loads(is_taken && (!waits || value.attr("autoplay").is_some()))
}

/// Where `<meta http-equiv=refresh>` leads (HTML standard, 4.2.5.3).
fn refresh(meta: ElementRef) -> Option<Named> {
    let value = meta.value();
    value.attr("http-equiv").filter(|kind| kind.eq_ignore_ascii_case("refresh"))?;
    let digits = |next: char| next.is_ascii_digit() || next == '.';
    let after = value.attr("content")?.trim_start().trim_start_matches(digits);
    let after = after.trim_start().trim_start_matches([';', ',']).trim_start();
    let named = after.get(..3).filter(|start| start.eq_ignore_ascii_case("url"));
    let address = named.and_then(|_| after[3..].trim_start().strip_prefix('=')).unwrap_or(after).trim();
    let quoted = |quote: char| address.strip_prefix(quote).map(|rest| rest.split(quote).next().unwrap_or_default());
    let address = quoted('"').or_else(|| quoted('\'')).unwrap_or(address);
    (!address.is_empty()).then_some(("content", address, Role::Leads))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a page names: `a` for what is loaded, `[a]` for a sheet that doesn't apply, `(a)` for
    /// an alternative that is left, `→a` for where it leads, `~a` for a host that is connected to.
    fn named(source: &str) -> String {
        let url = Url::parse("http://x/a/").unwrap();
        let page = read(&url, source).unwrap();
        let shown = page.links.iter().map(|link| {
            let address = link.url.as_str().trim_start_matches("http://x/a/");
            match link.role {
                Role::Loads => address.to_owned(),
                Role::LoadsAlone => format!("[{address}]"),
                Role::MayLoad => format!("({address})"),
                Role::Leads => format!("→{address}"),
                Role::Connects => format!("~{address}"),
            }
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_elements_load_is_told_from_where_they_lead() {
        for (source, expected) in [
            (
                "<link rel=stylesheet href=s.css><link rel=canonical href=http://y/><a href=c>c</a><a href=c>c</a>",
                "s.css →c",
            ),
            ("<base href=/b/><img src=i.png><base href=/c/>", "http://x/b/i.png"),
            ("<template><img src=i.png><base href=/b/></template><img src=j.png>", "j.png"),
            ("<noscript><img src=i.png></noscript><img src='' ><a href=''>x</a>", "→"),
            (
                "<script src=a.js></script><script type=module src=b.js></script><script nomodule src=c.js></script>",
                "a.js b.js (c.js)",
            ),
            ("<script type=text/template src=a.html></script><script>var x = '<img src=i.png>'</script>", ""),
            ("<video src=a.mp4 poster=p.png></video><video preload=none src=b.mp4></video>", "p.png a.mp4 (b.mp4)"),
            (
                "<video><source src=a.mkv type=video/x-matroska><source src=b.webm type='video/webm; codecs=vp9'><source src=c.mp4></video>",
                "(a.mkv) b.webm (c.mp4)",
            ),
            ("<audio><source src=a.ogg><track src=t.vtt><track default src=u.vtt></audio>", "a.ogg (t.vtt) u.vtt"),
            (
                "<svg><use href=i.svg#a /><use href=#b /><image xlink:href=p.png /><a xlink:href=c><text>x</text></a></svg>",
                "i.svg#a p.png →c",
            ),
            ("<iframe src=f.html></iframe><iframe src=g.html srcdoc='<img src=i.png>'></iframe>", "f.html i.png"),
            (
                "<object data=o.svg></object><embed src=e.svg><input type=image src=b.png><input src=no.png>",
                "o.svg e.svg b.png",
            ),
            (
                "<meta http-equiv=refresh content='5; URL=\"next.html\"'><meta http-equiv=Refresh content=3>",
                "→next.html",
            ),
            ("<p style='background: url(a.png)'><table background=t.png>", "a.png t.png"),
            (
                "<link rel=preconnect href=//cdn.example><link rel=dns-prefetch href=//dns.example>",
                "~http://cdn.example/",
            ),
            (
                "<link rel='shortcut icon' href=i.ico><link rel=apple-touch-icon href=a.png><link rel=next href=n>",
                "i.ico (a.png) →n",
            ),
            (
                "<link rel=preload as=font href=f.woff2><link rel=preload href=x><link rel=preload as=style media=print href=p.css>",
                "f.woff2 (x) (p.css)",
            ),
            (
                "<link rel=stylesheet media=print href=p.css><link rel=stylesheet disabled href=d.css>",
                "[p.css] (d.css)",
            ),
        ] {
            assert_eq!(named(source), expected, "{source}");
        }
    }

    #[test]
    fn of_several_pictures_one_is_loaded() {
        for (source, expected) in [
            ("<img src=a.png srcset='b.png 2x'>", "(b.png) a.png"),
            ("<img src=a.png srcset='b.png 640w, c.png 1280w' sizes=50vw>", "b.png (c.png) (a.png)"),
            (
                "<picture><source type=image/heic srcset=a.heic><source type=image/avif srcset=a.avif><img src=a.jpg></picture>",
                "(a.heic) a.avif (a.jpg)",
            ),
            ("<picture><source media='(max-width: 600px)' srcset=s.jpg><img src=a.jpg></picture>", "(s.jpg) a.jpg"),
            ("<picture><img src=a.jpg><source srcset=late.jpg></picture>", "a.jpg (late.jpg)"),
            ("<link rel=preload as=image href=a.png imagesrcset='b.png 640w, c.png 1280w'>", "(b.png) c.png (a.png)"),
        ] {
            assert_eq!(named(source), expected, "{source}");
        }
    }

    #[test]
    fn styles_of_the_page_are_read_as_those_of_sheets() {
        let url = Url::parse("http://x/").unwrap();
        let source = "<style>@import 'i.css'; p {background: url(\"p.png\")}</style>\
                      <style type=text/x-less>@import 'no.css';</style><svg><style>a {fill: url(#g)}</style></svg>";
        let page = read(&url, source).unwrap();
        let links: Vec<_> = page.links.iter().map(|link| (link.url.as_str(), link.by.as_str())).collect();
        assert_eq!(links, [("http://x/i.css", "<style> @import"), ("http://x/p.png", "<style> url()")]);
        assert!(page.styles.contains("background") && !page.styles.contains("no.css"), "{}", page.styles);
    }

    #[test]
    fn places_are_what_ids_and_anchors_name() {
        let url = Url::parse("http://x/").unwrap();
        let source = "<h1 id=one>x</h1><a name=two></a><input name=three><template><p id=four></template>";
        let ids = read(&url, source).unwrap().ids;
        assert_eq!(ids, HashSet::from(["one".to_owned(), "two".to_owned()]));
    }
}
