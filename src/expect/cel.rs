//! `cel`: what must hold between several values, as arithmetic on them.
//!
//! CEL (the Common Expression Language) knows no loops but over its values, so
//! it ends; here it also ends soon.

use crate::message::Message;
use cel::common::ast::operators::{INDEX, OPT_INDEX};
use cel::common::ast::{EntryExpr, Expr, LiteralValue};
use cel::common::types::CelDouble;
use cel::parser::{Expression, Parser};
use cel::{Context, Env, ExecutionError, Value as CelValue};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// Bytes that an expression may have.
const MAX_BYTES: usize = 1000;
/// Brackets, negations and conditions within one another. The parser reads them
/// by recursion through some twenty rules for each, and its own bound is behind
/// that: 500 brackets overflowed a stack of 2 MiB.
const MAX_DEPTH: usize = 8;
/// Operators and dots. A sum of 60 terms is a tree of that depth, and overflowed
/// a stack of 2 MiB when it was evaluated (unoptimised; 50 didn't).
const MAX_OPERATORS: usize = 30;
/// `all`, `exists`, `map`, `filter` within one another.
const MAX_NESTED: usize = 2;
/// What one evaluation may go through: the longest list, once for each level of
/// nesting, times the size of all values. A list of 1,000 links looked for in a
/// page of 1 MB is that much.
const MAX_WORK: usize = 1 << 30;

#[derive(Clone)]
pub(crate) struct Cel {
    text: String,
    expression: Arc<Expression>,
    /// The same with every number a double: CEL adds no integer to a double.
    doubles: Arc<Expression>,
    nested: usize,
}

/// Why an expression has no answer: a fault of the lab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CelError(pub String);

impl Cel {
    pub(crate) fn parse(text: &str) -> Result<Self, Message> {
        let bad = |reason: String| message!("bad-cel", reason = reason);
        if text.len() > MAX_BYTES {
            return Err(message!("cel-too-long", limit = MAX_BYTES));
        }
        if depth(text) > MAX_DEPTH {
            return Err(message!("cel-too-deep", limit = MAX_DEPTH));
        }
        if operators(text) > MAX_OPERATORS {
            return Err(message!("cel-too-many-operators", limit = MAX_OPERATORS));
        }
        let parsed = Parser::new().parse(text);
        let expression = parsed.map_err(|errors| {
            // What else could stand there is every operator there is.
            let first = errors.errors.first().and_then(|error| error.msg.lines().next()).unwrap_or_default();
            bad(first.split(" expecting ").next().unwrap_or_default().to_owned())
        })?;
        let nested = nested(&expression.expr);
        if nested > MAX_NESTED {
            return Err(message!("cel-too-nested", limit = MAX_NESTED));
        }
        let mut doubles = expression.clone();
        make_doubles(&mut doubles.expr);
        let (expression, doubles) = (Arc::new(expression), Arc::new(doubles));
        Ok(Self { text: text.to_owned(), expression, doubles, nested })
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn names(&self) -> BTreeSet<String> {
        let references = self.expression.references();
        let mut own = BTreeSet::new();
        loop_names(&mut self.expression.expr.clone(), &mut own);
        let used = references.variables().into_iter().filter(|name| !own.contains(*name));
        used.map(str::to_owned).collect()
    }

    pub(crate) fn holds(&self, values: &BTreeMap<String, Value>) -> Result<bool, CelError> {
        let longest = values.values().map(longest).max().unwrap_or_default().max(1);
        let size: usize = values.values().map(size).sum();
        let rounds = longest.saturating_pow(u32::try_from(self.nested).unwrap_or(u32::MAX));
        if self.nested > 0 && rounds.saturating_mul(size) > MAX_WORK {
            return Err(CelError(format!("the values are too large for it: {longest} items, {size} bytes in all")));
        }
        let answer = match evaluate(&self.expression, values, Numbers::AsTheyAre) {
            // Only numbers of two kinds are mended by one kind.
            Err(error) if is_of_types(&error) => evaluate(&self.doubles, values, Numbers::Doubles).map_err(|_| error),
            answer => answer,
        };
        match answer {
            Ok(CelValue::Bool(holds)) => Ok(holds),
            Ok(other) => Err(CelError(format!("it is a {}, and neither true nor false", other.type_of()))),
            Err(error) => Err(CelError(error.to_string())),
        }
    }
}

/// A capture's or field's name as CEL can say it.
pub(crate) fn name(name: &str) -> String {
    name.replace('-', "_")
}

#[derive(Clone, Copy)]
enum Numbers {
    AsTheyAre,
    Doubles,
}

fn evaluate(
    expression: &Expression,
    values: &BTreeMap<String, Value>,
    numbers: Numbers,
) -> Result<CelValue, ExecutionError> {
    let mut context = Context::with_env(Arc::new(Env::stdlib()));
    for (name, value) in values {
        context.add_variable_from_value(name.as_str(), value_for(value, numbers));
    }
    CelValue::resolve(expression, &context)
}

fn value_for(value: &Value, numbers: Numbers) -> CelValue {
    match value {
        Value::Null => CelValue::Null,
        Value::Bool(truth) => CelValue::Bool(*truth),
        Value::Number(number) => match (numbers, number.as_i64(), number.as_u64()) {
            (Numbers::AsTheyAre, Some(number), _) => CelValue::Int(number),
            (Numbers::AsTheyAre, None, Some(number)) => CelValue::UInt(number),
            _ => CelValue::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => CelValue::from(text.as_str()),
        Value::Array(items) => CelValue::List(Arc::new(items.iter().map(|item| value_for(item, numbers)).collect())),
        Value::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| (key.clone(), value_for(value, numbers)));
            CelValue::Map(entries.collect::<std::collections::HashMap<String, CelValue>>().into())
        }
    }
}

fn is_of_types(error: &ExecutionError) -> bool {
    matches!(
        error,
        ExecutionError::NoSuchOverload(_)
            | ExecutionError::UnsupportedBinaryOperator(..)
            | ExecutionError::ValuesNotComparable(..)
            | ExecutionError::UnexpectedType { .. }
    )
}

/// The names that loops over values give their items, and those of their own.
fn loop_names(expr: &mut Expr, names: &mut BTreeSet<String>) {
    if let Expr::Comprehension(over) = expr {
        names.extend([over.iter_var.clone(), over.accu_var.clone()]);
        names.extend(over.iter_var2.clone());
    }
    each_part(expr, &mut |part| loop_names(part, names));
}

/// How deep brackets, `!`, `-` and `?` stand within one another, at the most.
/// Those in texts count, which errs on the safe side only.
fn depth(text: &str) -> usize {
    let (mut brackets, mut signs, mut conditions, mut deepest) = (0_usize, 0, 0, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => brackets += 1,
            b')' | b']' | b'}' => brackets = brackets.saturating_sub(1),
            b'?' => conditions += 1,
            b'!' | b'-' => signs += 1,
            byte if byte.is_ascii_whitespace() => {}
            _ => signs = 0,
        }
        deepest = deepest.max(brackets + signs + conditions);
    }
    deepest
}

/// Operators and dots, `&&` being one. Those in texts count, too.
fn operators(text: &str) -> usize {
    let operator = |byte: u8| b"+-*/%<>=!&|?:.".contains(&byte);
    let runs = text.as_bytes().chunk_by(|left, right| operator(*left) == operator(*right));
    runs.filter(|run| operator(run[0])).count()
}

/// How deep loops over values stand within one another.
fn nested(expr: &Expr) -> usize {
    let within = match expr {
        Expr::Comprehension(over) => {
            let loops = [&over.loop_cond, &over.loop_step].into_iter().map(|part| 1 + nested(&part.expr)).max();
            return loops.unwrap_or(1).max(nested(&over.iter_range.expr)).max(nested(&over.result.expr));
        }
        other => other,
    };
    let mut deepest = 0;
    each_part(&mut within.clone(), &mut |part| deepest = deepest.max(nested(part)));
    deepest
}

/// Integers become doubles, but where they count places.
fn make_doubles(expr: &mut Expr) {
    if let Expr::Literal(literal @ LiteralValue::Int(_)) = expr {
        let LiteralValue::Int(number) = &literal else { return };
        #[allow(clippy::cast_precision_loss)] // CEL's own double() does the same.
        let double = CelDouble::from(*number.inner() as f64);
        *literal = LiteralValue::Double(double);
        return;
    }
    if let Expr::Call(call) = expr
        && (call.func_name == INDEX || call.func_name == OPT_INDEX)
    {
        call.args.iter_mut().take(1).for_each(|of| make_doubles(&mut of.expr));
        return;
    }
    each_part(expr, &mut make_doubles);
}

fn each_part(expr: &mut Expr, visit: &mut dyn FnMut(&mut Expr)) {
    match expr {
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => {}
        Expr::Call(call) => {
            if let Some(target) = &mut call.target {
                visit(&mut target.expr);
            }
            call.args.iter_mut().for_each(|part| visit(&mut part.expr));
        }
        Expr::Comprehension(over) => {
            let over = &mut **over;
            for part in
                [&mut over.iter_range, &mut over.accu_init, &mut over.loop_cond, &mut over.loop_step, &mut over.result]
            {
                visit(&mut part.expr);
            }
        }
        Expr::List(list) => list.elements.iter_mut().for_each(|part| visit(&mut part.expr)),
        Expr::Map(map) => map.entries.iter_mut().for_each(|entry| of_entry(&mut entry.expr, visit)),
        Expr::Select(select) => visit(&mut select.operand.expr),
        Expr::Struct(of) => of.entries.iter_mut().for_each(|entry| of_entry(&mut entry.expr, visit)),
    }
}

fn of_entry(entry: &mut EntryExpr, visit: &mut dyn FnMut(&mut Expr)) {
    match entry {
        EntryExpr::StructField(field) => visit(&mut field.value.expr),
        EntryExpr::MapEntry(entry) => {
            visit(&mut entry.key.expr);
            visit(&mut entry.value.expr);
        }
    }
}

/// The items of the longest list or map in a value.
fn longest(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len().max(items.iter().map(longest).max().unwrap_or_default()),
        Value::Object(entries) => entries.len().max(entries.values().map(longest).max().unwrap_or_default()),
        _ => 0,
    }
}

/// About how many bytes a value takes.
fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 1,
        Value::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Object(entries) => 1 + entries.iter().map(|(key, value)| key.len() + size(value)).sum::<usize>(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 1,
    }
}

impl fmt::Debug for Cel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Cel({})", self.text)
    }
}

read_text! {
    Cel => |text| Self::parse(&text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn holds(text: &str, values: Value) -> Result<bool, CelError> {
        let Value::Object(values) = values else { panic!() };
        Cel::parse(text).unwrap().holds(&values.into_iter().collect())
    }

    #[test]
    fn arithmetic_holds_over_integers_and_doubles() {
        assert_eq!(holds("value == before + 50", json!({"value": 62, "before": 12})), Ok(true));
        assert_eq!(holds("value == before + 50", json!({"value": 63, "before": 12})), Ok(false));
        assert_eq!(holds("value == before + 50", json!({"value": 62.5, "before": 12.5})), Ok(true));
        assert_eq!(holds("value == before + 50", json!({"value": 62, "before": 12.0})), Ok(true));
        assert_eq!(holds("value > before * 0.5", json!({"value": 7, "before": 12})), Ok(true));
        assert_eq!(holds("xs[1] * 0.5 == 2", json!({"xs": [3, 4]})), Ok(true), "an index stays an integer");
    }

    #[test]
    fn lists_texts_and_nothing_are_values_too() {
        let values = json!({"sheets": ["a.css", "b.css"], "body": "<b.css>", "lifetime": null});
        assert_eq!(holds("sheets.exists(s, body.contains(s))", values.clone()), Ok(true));
        assert_eq!(holds("sheets.all(s, body.contains(s))", values.clone()), Ok(false));
        assert_eq!(holds("lifetime == null || lifetime < 10", values.clone()), Ok(true));
        assert_eq!(holds("!('c.css' in sheets) && size(sheets) == 2", values), Ok(true));
    }

    #[test]
    fn a_wrong_type_is_an_error_and_never_false() {
        for text in ["value + 1", "value < 'x'", "missing == 1", "value / 0 == 1", "'a' * 2 == 'aa'", "value.x == 1"] {
            assert!(holds(text, json!({"value": 3})).is_err(), "{text}");
        }
    }

    #[test]
    fn names_are_those_from_outside() {
        let cel = Cel::parse("sheets.all(s, s in pages) && value == before.count + size(pages)").unwrap();
        assert_eq!(cel.names().into_iter().collect::<Vec<_>>(), ["before", "pages", "sheets", "value"]);
    }

    #[test]
    fn what_does_not_parse_or_would_not_end_is_refused() {
        for text in [
            "a +",
            "",
            "a = b",
            &"(".repeat(500),
            &"a+".repeat(600),
            &"!".repeat(900),
            &"[".repeat(900),
            &"a ? b : ".repeat(100),
            &"- ".repeat(400),
            &"a[".repeat(300),
            &"{1:".repeat(300),
        ] {
            assert!(Cel::parse(text).is_err(), "{text:.20}");
        }
        let sum = |terms: usize| format!("{}1 == {}", "1 + ".repeat(terms), terms + 1);
        assert_eq!(holds(&sum(MAX_OPERATORS - 1), json!({})), Ok(true), "the longest sum needs no deep stack");
        assert!(Cel::parse(&sum(MAX_OPERATORS)).is_err());
        let nested = format!("{}1{} == 1", "[".repeat(MAX_DEPTH), "][0]".repeat(MAX_DEPTH));
        assert_eq!(holds(&nested, json!({})), Ok(true));
        assert!(Cel::parse("a.all(x, a.all(y, x != y))").is_ok());
        assert!(Cel::parse("a.all(x, a.all(y, a.all(z, x != z)))").is_err());
        let many: Vec<usize> = (0..20_000).collect();
        let error = holds("a.all(x, a.all(y, x + y >= 0))", json!({"a": many})).unwrap_err();
        assert!(error.0.contains("20000 items"), "{error:?}");
    }
}
