//! Values that matchers compare with, and how values compare.

use crate::template::{Scope, Template, UnknownName};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// JSON's types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ValueType {
    /// A text.
    String,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A list.
    Array,
    /// A map.
    Object,
    /// Null.
    Null,
}

/// A value to compare with, its `${…}` still open.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    Text(Template),
    /// A value without texts.
    Plain(Value),
    List(Vec<Operand>),
    Map(Vec<(String, Operand)>),
}

impl Operand {
    /// The value, when no name in it is open.
    pub(crate) fn value(&self) -> Option<Value> {
        Some(match self {
            Self::Plain(value) => value.clone(),
            Self::Text(template) => Value::String(template.render(&Scope::default()).ok()?),
            Self::List(items) => Value::Array(items.iter().map(Self::value).collect::<Option<_>>()?),
            Self::Map(entries) => Value::Object(
                entries.iter().map(|(key, item)| Some((key.clone(), item.value()?))).collect::<Option<_>>()?,
            ),
        })
    }

    pub(crate) fn templates(&self) -> Vec<&Template> {
        match self {
            Self::Text(template) => vec![template],
            Self::Plain(_) => Vec::new(),
            Self::List(items) => items.iter().flat_map(Self::templates).collect(),
            Self::Map(entries) => entries.iter().flat_map(|(_, item)| item.templates()).collect(),
        }
    }

    /// The value, with texts whose names are open as they stand in the lab.
    pub(crate) fn shown(&self) -> Value {
        match self {
            Self::Text(template) => self.value().unwrap_or_else(|| Value::String(template.to_string())),
            Self::Plain(value) => value.clone(),
            Self::List(items) => items.iter().map(Self::shown).collect(),
            Self::Map(entries) => entries.iter().map(|(key, item)| (key.clone(), item.shown())).collect(),
        }
    }

    pub(crate) fn resolve(&self, scope: &Scope) -> Result<Self, UnknownName> {
        Ok(match self {
            Self::Text(template) => Self::Plain(Value::String(template.render(scope)?)),
            Self::Plain(_) => self.clone(),
            Self::List(items) => Self::List(items.iter().map(|item| item.resolve(scope)).collect::<Result<_, _>>()?),
            Self::Map(entries) => {
                Self::Map(entries.iter().map(|(key, item)| Ok((key.clone(), item.resolve(scope)?))).collect::<Result<
                    _,
                    UnknownName,
                >>(
                )?)
            }
        })
    }
}

impl ValueType {
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::String(_) => Self::String,
            Value::Number(_) => Self::Number,
            Value::Bool(_) => Self::Boolean,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
            Value::Null => Self::Null,
        }
    }
}

/// Equality of values: numbers by their value (1 and 1.0 are the same), all
/// else by type and content, so that the text "404" is not the number 404.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| same(value, other)))
        }
        _ => left == right,
    }
}

pub(super) fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A number, also from a text that is one, such as a header's.
pub(super) fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

pub(super) fn both_texts(value: &Value, operand: &Operand, holds: impl Fn(&str, &str) -> bool) -> bool {
    match (value.as_str(), operand.value()) {
        (Some(text), Some(other)) => holds(text, &as_text(&other)),
        _ => false,
    }
}
