//! What keeps people out of a page who don't see it: fields without a name,
//! headings that leave a level out.

use super::page::is_program;
use crate::expect::page::{is_hidden, is_in_template, is_unseen};
use ego_tree::NodeId;
use scraper::node::Element;
use scraper::{ElementRef, Html, Node, Selector};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Findings of a kind that are kept.
const MOST: usize = 50;
/// Elements that are fields.
const FIELD_NAMES: &[&str] = &["input", "select", "textarea"];
/// Elements whose text is their own, and names nothing around them.
const OWN_TEXT: &[&str] = &["button", "select", "textarea"];
/// Elements above a field among which its label is looked for.
const ABOVE: usize = 100;

static FIELDS: LazyLock<Option<Selector>> = LazyLock::new(|| Selector::parse("input, select, textarea").ok());
static LABELS: LazyLock<Option<Selector>> = LazyLock::new(|| Selector::parse("label[for]").ok());
static NAMED: LazyLock<Option<Selector>> = LazyLock::new(|| Selector::parse("[id]").ok());
static SCRIPTS: LazyLock<Option<Selector>> = LazyLock::new(|| Selector::parse("script").ok());
static HEADINGS: LazyLock<Option<Selector>> =
    LazyLock::new(|| Selector::parse("h1, h2, h3, h4, h5, h6, [role=heading][aria-level]").ok());

/// Fields of forms that nothing names: neither a `<label>` by `for` or around
/// it, nor `aria-label`, `aria-labelledby` or `title`.
pub(super) fn unlabelled(html: &Html) -> Vec<String> {
    let (texts, others) = (
        around(html, is_text, |value| is_unseen(value) || OWN_TEXT.contains(&value.name())),
        around(html, is_named, |_| false),
    );
    let has_text = |element: ElementRef| texts.contains(&element.id()) || others.contains(&element.id());
    let having = |selector, attribute: &'static str| {
        let found = all(html, selector).filter(|element| has_text(*element));
        found.filter_map(move |element| element.value().attr(attribute)).collect()
    };
    let names = Names { labels: having(&LABELS, "for"), ids: having(&NAMED, "id") };
    let scripted = all(html, &SCRIPTS).any(|script| is_program(script.value()));
    // What stands in something `hidden` is there for a script to show.
    let is_met = |field: ElementRef| {
        if scripted { field.value().attr("hidden").is_none() } else { !is_hidden(field) }
    };
    let fields = all(html, &FIELDS);
    let fields = fields.filter(|field| !needs_no_name(*field) && is_met(*field) && !names.label(*field, has_text));
    fields.take(MOST).map(start_tag).collect()
}

struct Names<'a> {
    labels: HashSet<&'a str>,
    ids: HashSet<&'a str>,
}

impl Names<'_> {
    fn label(&self, field: ElementRef, has_text: impl Fn(ElementRef) -> bool) -> bool {
        let value = field.value();
        let says = |name: &str| value.attr(name).is_some_and(|text| !text.trim().is_empty());
        let above = || field.ancestors().take(ABOVE).filter_map(ElementRef::wrap);
        let others = value.attr("aria-labelledby").unwrap_or_default();
        says("aria-label")
            || says("title")
            || value.attr("id").is_some_and(|id| self.labels.contains(id))
            || others.split_whitespace().any(|id| self.ids.contains(id))
            || above().any(|parent| parent.value().name() == "label" && has_text(parent))
    }
}

/// Headings that are more than one level deeper than the one before.
pub(super) fn skipped(html: &Html) -> Vec<String> {
    let mut found = Vec::new();
    let mut before: Option<u32> = None;
    for heading in all(html, &HEADINGS).filter(|heading| !is_hidden(*heading)) {
        if found.len() >= MOST {
            break;
        }
        let Some(level) = level(heading) else { continue };
        if let Some(before) = before.filter(|before| level > before + 1) {
            let words: Vec<&str> = heading.text().flat_map(str::split_whitespace).take(12).collect();
            let text: String = words.join(" ").chars().take(60).collect();
            found.push(format!("level {level} after level {before}: {text}"));
        }
        before = Some(level);
    }
    found
}

fn all<'a>(
    html: &'a Html,
    selector: &'static LazyLock<Option<Selector>>,
) -> impl Iterator<Item = ElementRef<'a>> + use<'a> {
    selector.iter().flat_map(|selector| html.select(selector)).filter(|element| !is_in_template(*element))
}

/// Fields that nobody fills in, or whose own text names them.
fn needs_no_name(field: ElementRef) -> bool {
    let value = field.value();
    let kind = value.attr("type").unwrap_or_default().to_ascii_lowercase();
    let unnamed = matches!(kind.as_str(), "hidden" | "submit" | "reset" | "button" | "image");
    unnamed && value.name() == "input"
}

/// The elements around all nodes that are `wanted`, themselves included, each up to the first that
/// `ends`: in one walk, for a page may ask this of each of its elements.
fn around(html: &Html, wanted: fn(&Node) -> bool, ends: impl Fn(&Element) -> bool) -> HashSet<NodeId> {
    let mut found = HashSet::new();
    for node in html.tree.nodes().filter(|node| wanted(node.value())) {
        for element in std::iter::once(node).chain(node.ancestors()).filter_map(ElementRef::wrap) {
            if !found.insert(element.id()) || ends(element.value()) {
                break;
            }
        }
    }
    found
}

fn is_text(node: &Node) -> bool {
    node.as_text().is_some_and(|text| !text.trim().is_empty())
}

/// Whether a node has a name of its own that may stand in for a text.
fn is_named(node: &Node) -> bool {
    node.as_element().is_some_and(|value| {
        let says = |name: &str| value.attr(name).is_some_and(|text| !text.trim().is_empty());
        !FIELD_NAMES.contains(&value.name()) && (says("aria-label") || value.name() == "img" && says("alt"))
    })
}

/// The level of `<h2>`, or of what `role` and `aria-level` make a heading.
fn level(heading: ElementRef) -> Option<u32> {
    let value = heading.value();
    match value.attr("aria-level") {
        Some(level) => level.trim().parse().ok(),
        None => value.name().strip_prefix('h')?.parse().ok(),
    }
}

/// `<input name=long>`, for people to find it again.
fn start_tag(element: ElementRef) -> String {
    let value = element.value();
    let attributes = ["id", "name", "type"].into_iter().filter_map(|name| Some((name, value.attr(name)?)));
    let shown = |(name, text): (&str, &str)| format!(" {name}=\"{}\"", text.chars().take(40).collect::<String>());
    let attributes = attributes.map(shown).collect::<Vec<_>>().concat();
    format!("<{}{attributes}>", value.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(source: &str) -> Html {
        Html::parse_document(source)
    }

    #[test]
    fn a_field_is_labelled_by_any_of_the_ways() {
        let html = page(
            "<label for=a>A</label><input id=a><label>B <select></select></label><input aria-label=C>\
             <p id=d>D</p><textarea aria-labelledby='x d'></textarea><input title=E>\
             <input hidden><p hidden><input></p><input type=hidden><input type=SUBMIT><button>F</button>",
        );
        assert_eq!(unlabelled(&html), [] as [&str; 0]);
    }

    #[test]
    fn a_hidden_form_counts_where_a_script_may_show_it() {
        let form = "<form hidden><label><input id=a></label></form><input id=b hidden>";
        for (with, found) in [
            ("", 0),
            ("<script type='application/json'>{}</script>", 0),
            ("<script src=a.js></script>", 1),
            ("<script type=module>1</script>", 1),
            ("<template><script>1</script></template>", 0),
        ] {
            assert_eq!(unlabelled(&page(&format!("{form}{with}"))).len(), found, "{with}");
        }
    }

    #[test]
    fn a_placeholder_an_empty_label_and_a_lost_id_name_nothing() {
        let html = page(
            "<input name=a placeholder=A><label for=b></label><input id=b type=url><label for=x>X</label><input id=c>\
             <select aria-labelledby=gone aria-label=' '></select><label><select><option>x</select></label>\
             <label><span></span><textarea>y</textarea></label><p id=empty></p><input aria-labelledby=empty>\
             <template><input></template>",
        );
        assert_eq!(
            unlabelled(&html),
            [
                "<input name=\"a\">",
                "<input id=\"b\" type=\"url\">",
                "<input id=\"c\">",
                "<select>",
                "<select>",
                "<textarea>",
                "<input>"
            ]
        );
    }

    #[test]
    fn a_heading_may_go_up_any_way_and_down_one_level() {
        assert_eq!(skipped(&page("<h2>a</h2><h3>b</h3><h4>c</h4><h1>d</h1><h2>e</h2>")), [] as [&str; 0]);
        assert_eq!(skipped(&page("<h1>a</h1><h3>b <i>c</i></h3>")), ["level 3 after level 1: b c"]);
        assert_eq!(skipped(&page("<h1>a</h1><div hidden><h4>b</h4></div><h2>c</h2>")), [] as [&str; 0]);
        assert_eq!(skipped(&page("<h1>a</h1><p role=heading aria-level=2>b</p><h3>c</h3>")), [] as [&str; 0]);
    }
}
