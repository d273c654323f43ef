//! Texts with `${…}` in them, and the scope that fills them in.
//!
//! Interpolation happens after the YAML is parsed, inside scalars only, so no
//! value can change a document's shape. `$${` stands for a literal `${`.

use crate::message::Message;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Name(String),
}

/// A `${` that can't be read: no `}`, or no name inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    /// What stands from the `${` on.
    pub(crate) rest: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName(pub String);

/// Values by dotted name: `nonce.bucket`, `run.nonce`, `open.site`, `capture.home`.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    values: BTreeMap<String, Value>,
}

impl Template {
    pub(crate) fn literal(text: impl Into<String>) -> Self {
        Self { parts: vec![Part::Literal(text.into())] }
    }

    pub(crate) fn literals(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Literal(text) => Some(text.as_str()),
            Part::Name(_) => None,
        })
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Name(name) => Some(name.as_str()),
            Part::Literal(_) => None,
        })
    }

    /// The text with each name's value in place. Texts are inserted as they
    /// are, other values as JSON.
    pub(crate) fn render(&self, scope: &Scope) -> Result<String, UnknownName> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Name(name) => match scope.get(name) {
                    Some(Value::String(value)) => text.push_str(value),
                    Some(value) => text.push_str(&value.to_string()),
                    None => return Err(UnknownName(name.clone())),
                },
            }
        }
        Ok(text)
    }
}

impl FromStr for Template {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            if at > 0 && rest.as_bytes()[at - 1] == b'$' {
                literal.push_str(&rest[..at - 1]);
                literal.push_str("${");
                rest = &rest[at + 2..];
                continue;
            }
            let error = || TemplateError { rest: rest[at..].to_owned() };
            let end = rest[at..].find('}').ok_or_else(error)?;
            let name = rest[at + 2..at + end].trim();
            if name.is_empty() {
                return Err(error());
            }
            literal.push_str(&rest[..at]);
            if !literal.is_empty() {
                parts.push(Part::Literal(std::mem::take(&mut literal)));
            }
            parts.push(Part::Name(name.to_owned()));
            rest = &rest[at + end + 1..];
        }
        literal.push_str(rest);
        if !literal.is_empty() || parts.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Ok(Self { parts })
    }
}

impl TemplateError {
    pub(crate) fn message(&self) -> Message {
        message!("template-unclosed", rest = self.rest.as_str())
    }
}

impl fmt::Display for Template {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Literal(literal) => formatter.write_str(literal)?,
                Part::Name(name) => write!(formatter, "${{{name}}}")?,
            }
        }
        Ok(())
    }
}

read_text! {
    Template => |text| text.parse().map_err(|error: TemplateError| error.message());
}

impl Scope {
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    pub(crate) fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.values.insert(name.into(), value.into());
    }

    pub(crate) fn with(&self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let mut scope = self.clone();
        scope.set(name, value);
        scope
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scope() -> Scope {
        let mut scope = Scope::default();
        scope.set("run.nonce", "abc");
        scope.set("capture.count", 3);
        scope
    }

    #[test]
    fn names_are_replaced_by_their_values() {
        let template: Template = "x-${run.nonce}/${capture.count}".parse().unwrap();
        assert_eq!(template.render(&scope()), Ok("x-abc/3".to_owned()));
        assert_eq!(template.names().collect::<Vec<_>>(), ["run.nonce", "capture.count"]);
    }

    #[test]
    fn a_doubled_dollar_is_a_literal() {
        let template: Template = "$${run.nonce} $$ $5".parse().unwrap();
        assert_eq!(template.render(&scope()), Ok("${run.nonce} $$ $5".to_owned()));
    }

    #[test]
    fn an_unknown_name_is_an_error() {
        let template: Template = "${run.once}".parse().unwrap();
        assert_eq!(template.render(&scope()), Err(UnknownName("run.once".to_owned())));
    }

    #[test]
    fn an_open_brace_without_its_end_is_an_error() {
        assert_eq!("a ${b".parse::<Template>(), Err(TemplateError { rest: "${b".to_owned() }));
        assert!("a ${} b".parse::<Template>().is_err());
    }

    proptest! {
        #[test]
        fn a_text_without_dollars_renders_as_itself(text in "[^$]*") {
            let template: Template = text.parse().unwrap();
            prop_assert_eq!(template.render(&Scope::default()), Ok(text));
        }

        #[test]
        fn a_value_is_never_interpolated_again(value in ".*") {
            let mut scope = Scope::default();
            scope.set("x", value.clone());
            let template: Template = "${x}".parse().unwrap();
            prop_assert_eq!(template.render(&scope), Ok(value));
        }
    }
}
