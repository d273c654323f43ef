//! A source file by its syntax: what it names, in full, and how many lines of code
//! it has. Unit tests are left out of both.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, UseTree};

/// A path by its segments, from `crate` or from another crate's name. A `*` at its
/// end stands for all that is there.
pub type Named = Vec<String>;

pub struct Source {
    pub path: PathBuf,
    /// Its module, without `crate`.
    pub module: Vec<String>,
    pub named: BTreeSet<Named>,
    /// Names of macros that it calls.
    pub macros: BTreeSet<String>,
    /// What `use` brings into view in it, which others may name here.
    pub exports: BTreeMap<String, Named>,
    /// Lines with code.
    pub lines: usize,
    /// Files of the modules that it declares, tests too.
    pub declares: Vec<(PathBuf, PathBuf)>,
    /// Reasons for which tests are put off.
    pub ignored: Vec<String>,
}

impl Source {
    pub fn read(path: &Path) -> Self {
        Self::of(path, &fs::read_to_string(path).unwrap())
    }

    pub fn of(path: &Path, text: &str) -> Self {
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut lines = BTreeSet::new();
        code_lines(text.parse().unwrap(), &mut lines);
        let module = module_of(path);
        let mut source = Self {
            path: path.to_owned(),
            module: module.clone(),
            named: BTreeSet::new(),
            macros: BTreeSet::new(),
            exports: BTreeMap::new(),
            lines: lines.len(),
            declares: Vec::new(),
            ignored: Vec::new(),
        };
        let mut everything = Everything(&mut source);
        everything.visit_file(&file);
        let mut names = Names { source: &mut source, module, scopes: Vec::new() };
        names.scope(&file.items, |names| visit::visit_file(names, &file));
        source
    }

    /// Whether it names this, something within it, or all that is beside it.
    pub fn names(&self, thing: &[&str]) -> bool {
        self.named.iter().any(|named| {
            let all = named.last().is_some_and(|last| last == "*");
            let known = if all { &named[..named.len() - 1] } else { &named[..] };
            let same = known.iter().zip(thing).all(|(one, other)| one == other);
            same && (known.len() >= thing.len() || all)
        })
    }

    /// The crate's top modules that it names.
    pub fn layers(&self) -> BTreeSet<&str> {
        let within = self.named.iter().filter(|named| named[0] == "crate");
        within.filter_map(|named| named.get(1)).map(String::as_str).filter(|name| *name != self.module[0]).collect()
    }
}

/// `src/a/b.rs` is `a`, `b`.
pub fn module_of(path: &Path) -> Vec<String> {
    let path = path.strip_prefix("src").unwrap_or(path).with_extension("");
    let mut module: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    module
}

/// `#[cfg(test)]`, also as one of several conditions.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let syn::Meta::List(list) = &attribute.meta else { return false };
        attribute.path().is_ident("cfg") && is_test_condition(list.tokens.clone())
    })
}

fn is_test_condition(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Ident(name)), None) => name == "test",
        (Some(TokenTree::Ident(name)), Some(TokenTree::Group(group))) => {
            name == "all"
                && group.stream().into_iter().any(|one| matches!(one, TokenTree::Ident(name) if name == "test"))
        }
        _ => false,
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// What is looked for in tests as well.
struct Everything<'a>(&'a mut Source);

impl Visit<'_> for Everything<'_> {
    fn visit_item_mod(&mut self, item: &syn::ItemMod) {
        if item.content.is_none() {
            let path = &self.0.path;
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            let parent = path.parent().unwrap().to_owned();
            let own = matches!(stem.as_str(), "mod" | "lib" | "main" | "integration");
            let folder = if own { parent } else { parent.join(stem) };
            let name = item.ident.to_string();
            self.0.declares.push((folder.join(format!("{name}.rs")), folder.join(name).join("mod.rs")));
        }
        visit::visit_item_mod(self, item);
    }

    fn visit_attribute(&mut self, attribute: &Attribute) {
        if attribute.path().is_ident("ignore") {
            let reason = match &attribute.meta {
                syn::Meta::NameValue(pair) => match &pair.value {
                    syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => text.value(),
                    _ => String::new(),
                },
                _ => String::new(),
            };
            self.0.ignored.push(reason);
        }
    }

    fn visit_macro(&mut self, called: &syn::Macro) {
        let mut names = BTreeSet::new();
        macros_within(called.tokens.clone(), &mut names);
        names.extend(called.path.segments.last().map(|last| last.ident.to_string()));
        for name in ["todo", "unimplemented"] {
            if names.contains(name) {
                self.0.macros.insert(name.to_owned());
            }
        }
    }
}

/// Names followed by `!`.
fn macros_within(tokens: TokenStream, found: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => macros_within(group.stream(), found),
            TokenTree::Ident(name) => {
                let bang = matches!(tokens.get(at + 1), Some(TokenTree::Punct(mark)) if mark.as_char() == '!');
                if bang && matches!(tokens.get(at + 2), Some(TokenTree::Group(_))) {
                    found.insert(name.to_string());
                }
            }
            _ => {}
        }
    }
}

/// Collects what code names, with what `use` makes of the first segment.
struct Names<'a> {
    source: &'a mut Source,
    module: Vec<String>,
    /// What each scope around brings into view by `use` and `mod`.
    scopes: Vec<BTreeMap<String, Named>>,
}

impl Names<'_> {
    /// Visits something in which these items are in view.
    fn scope(&mut self, items: &[Item], visit: impl FnOnce(&mut Self)) {
        let mut scope = BTreeMap::new();
        for item in items {
            match item {
                Item::Use(item) if !is_test(&item.attrs) => {
                    let mut paths = Vec::new();
                    flatten(&item.tree, &[], &mut paths);
                    for (path, alias) in paths {
                        let path = self.in_full(path);
                        if alias != "_" && alias != "*" {
                            scope.insert(alias, path);
                        }
                    }
                }
                Item::Mod(item) if !is_test(&item.attrs) => {
                    let name = item.ident.to_string();
                    scope.insert(
                        name.clone(),
                        ["crate".to_owned()].into_iter().chain(self.module.clone()).chain([name]).collect(),
                    );
                }
                _ => {}
            }
        }
        self.scopes.push(scope);
        // Once more, for a `use` may begin with what another brings into view.
        for item in items {
            if let Item::Use(item) = item
                && !is_test(&item.attrs)
            {
                let mut paths = Vec::new();
                flatten(&item.tree, &[], &mut paths);
                for (path, alias) in paths {
                    let path = self.in_full(path);
                    self.source.named.insert(path.clone());
                    if alias != "_" && alias != "*" {
                        self.scopes.last_mut().unwrap().insert(alias, path);
                    }
                }
            }
        }
        visit(self);
        let scope = self.scopes.pop().unwrap();
        if self.scopes.is_empty() {
            self.source.exports = scope;
        }
    }

    /// A path from the crate's root, or from another crate.
    fn in_full(&self, mut path: Named) -> Named {
        let root = || ["crate".to_owned()].into_iter().chain(self.module.clone()).collect::<Vec<_>>();
        match path[0].as_str() {
            "crate" => path,
            "self" | "super" => {
                let mut full = root();
                while let Some(first) = path.first().filter(|first| ["self", "super"].contains(&first.as_str())) {
                    if first == "super" {
                        full.pop();
                    }
                    path.remove(0);
                }
                full.extend(path);
                full
            }
            first => {
                // A name that stands for itself is another crate's.
                let known = self.scopes.iter().rev().find_map(|scope| scope.get(first));
                match known.filter(|known| known.len() > 1 || known[0] != first) {
                    Some(known) => known.iter().cloned().chain(path.into_iter().skip(1)).collect(),
                    None => path,
                }
            }
        }
    }

    fn name(&mut self, path: Named) {
        // One name alone is a local one, or a `use` has brought it.
        if path.len() > 1 {
            let path = self.in_full(path);
            self.source.named.insert(path);
        }
    }

    /// Paths among a macro's tokens: names between double colons.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Named = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                TokenTree::Ident(name) if colons == 2 && !path.is_empty() => {
                    path.push(name.to_string());
                    colons = 0;
                }
                other => {
                    self.name(std::mem::take(&mut path));
                    colons = 0;
                    match other {
                        TokenTree::Ident(name) => path.push(name.to_string()),
                        TokenTree::Group(group) => self.tokens(group.stream()),
                        TokenTree::Punct(_) | TokenTree::Literal(_) => {}
                    }
                }
            }
        }
        self.name(path);
    }
}

/// The paths of a tree of `use`, each with the name by which it is known afterwards.
fn flatten(tree: &UseTree, before: &[String], found: &mut Vec<(Named, String)>) {
    let with = |name: String| before.iter().cloned().chain([name]).collect::<Vec<_>>();
    match tree {
        UseTree::Path(path) => flatten(&path.tree, &with(path.ident.to_string()), found),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, before, found)),
        UseTree::Glob(_) => found.push((with("*".into()), "*".into())),
        UseTree::Name(name) if name.ident == "self" => {
            found.push((before.to_vec(), before.last().unwrap().clone()));
        }
        UseTree::Name(name) => found.push((with(name.ident.to_string()), name.ident.to_string())),
        UseTree::Rename(name) if name.ident == "self" => found.push((before.to_vec(), name.rename.to_string())),
        UseTree::Rename(name) => found.push((with(name.ident.to_string()), name.rename.to_string())),
    }
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let tested = match item {
            ImplItem::Fn(item) => is_test(&item.attrs),
            ImplItem::Const(item) => is_test(&item.attrs),
            _ => false,
        };
        if !tested {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let Some((_, items)) = &item.content else { return };
        self.module.push(item.ident.to_string());
        self.scope(items, |names| items.iter().for_each(|item| names.visit_item(item)));
        self.module.pop();
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        let items: Vec<Item> = block
            .stmts
            .iter()
            .filter_map(|statement| match statement {
                syn::Stmt::Item(item @ Item::Use(_)) => Some(item.clone()),
                _ => None,
            })
            .collect();
        self.scope(&items, |names| visit::visit_block(names, block));
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.name(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        self.source.macros.extend(called.path.segments.last().map(|last| last.ident.to_string()));
        macros_within(called.tokens.clone(), &mut self.source.macros);
        visit::visit_path(self, &called.path);
        self.name(called.path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        self.tokens(called.tokens.clone());
    }

    /// Derives name things in strings too: `#[serde(with = "crate::x")]`.
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if attribute.path().is_ident("doc") {
            return;
        }
        if let syn::Meta::List(list) = &attribute.meta {
            for token in list.tokens.clone() {
                let text: Option<syn::LitStr> = syn::parse2(token.into()).ok();
                if let Some(path) = text.and_then(|text| text.parse::<syn::Path>().ok()) {
                    self.visit_path(&path);
                }
            }
            self.tokens(list.tokens.clone());
        }
    }
}

/// Lines on which code stands: no comments, no documentation, no unit tests.
fn code_lines(tokens: TokenStream, lines: &mut BTreeSet<usize>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let starts_attribute = matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '#');
        if starts_attribute {
            if matches!(tokens.peek(), Some(TokenTree::Punct(mark)) if mark.as_char() == '!') {
                tokens.next();
            }
            if let Some(TokenTree::Group(group)) = tokens.peek().filter(|next| is_bracket(next)) {
                let text = group.stream().to_string();
                let is_doc = text.starts_with("doc");
                let is_test = text.replace(' ', "") == "cfg(test)";
                if is_doc || is_test {
                    tokens.next();
                }
                if is_test {
                    // The item goes too, with its other attributes.
                    for token in tokens.by_ref() {
                        let ends = match &token {
                            TokenTree::Punct(mark) => mark.as_char() == ';',
                            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                            _ => false,
                        };
                        if ends {
                            break;
                        }
                    }
                }
                if is_doc || is_test {
                    continue;
                }
            }
        }
        match token {
            TokenTree::Group(group) => {
                lines.insert(group.span_open().start().line);
                lines.insert(group.span_close().start().line);
                code_lines(group.stream(), lines);
            }
            token => lines.extend(token.span().start().line..=token.span().end().line),
        }
    }
}

fn is_bracket(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket)
}
