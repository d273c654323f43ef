//! Matchers with a grammar of their own: version requirements and JSON Schemas.

use jsonschema::{PatternOptions, Validator};
use semver::{Version, VersionReq};
use serde::de::{self, Deserialize, Deserializer};
use serde_json::{Map, Value};
use std::fmt;
use std::sync::OnceLock;

/// The key that names a file in place of a schema. JSON Schema has none of this name.
const FILE: &str = "file";

/// A compiled expression may take this much memory; a larger one is refused,
/// so that no lab can make `lab` swell (the loader bounds how many there are).
/// The `regex` crate runs in linear time.
pub(super) const PATTERN_LIMIT: usize = 256 << 10;

/// A version requirement, such as `>=1.2, <2`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Requirement {
    pub(crate) text: String,
    requirement: VersionReq,
}

impl Requirement {
    /// Reads a requirement as Cargo does: comparisons with commas between
    /// them; a bare version means what may replace it (`1.2` is `^1.2`).
    pub(crate) fn parse(text: &str) -> Result<Self, semver::Error> {
        Ok(Self { text: text.to_owned(), requirement: VersionReq::parse(text)? })
    }

    /// Whether a text is a version that fits. A `v` may stand before it, as in
    /// tags; all three numbers must be there. A pre-release fits only a
    /// requirement that names one of the same version.
    pub(crate) fn fits(&self, version: &str) -> bool {
        let version = version.trim();
        Version::parse(version.strip_prefix('v').unwrap_or(version))
            .is_ok_and(|version| self.requirement.matches(&version))
    }
}

read_text! {
    Requirement => |text| Self::parse(&text)
        .map_err(|error| message!("bad-requirement", requirement = text, reason = error.to_string()));
}

/// A JSON Schema. Nothing is fetched for it, and its patterns run in linear time.
#[derive(Clone, Default)]
pub(crate) struct Schema {
    file: Option<String>,
    compiled: OnceLock<Compiled>,
}

#[derive(Clone)]
struct Compiled {
    source: Value,
    validator: Validator,
}

/// Where a value breaks a schema first, and how.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Breach {
    /// The place as a JSON Pointer; empty for the whole value.
    pub(crate) at: String,
    /// What the validator said, without the value.
    pub(crate) reason: String,
}

impl Schema {
    pub(crate) fn new(source: Value) -> Result<Self, String> {
        let schema = Self { file: None, compiled: OnceLock::new() };
        schema.fill(source)?;
        Ok(schema)
    }

    /// The file of the lab that it stands in, when the lab names one. Whoever
    /// loads the lab fills it; until then it is broken by nothing.
    pub(crate) fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    pub(crate) fn fill(&self, source: Value) -> Result<(), String> {
        let validator = jsonschema::options()
            .offline()
            .with_pattern_options(PatternOptions::regex().size_limit(PATTERN_LIMIT))
            .build(&source)
            .map_err(|error| error.to_string())?;
        self.compiled.get_or_init(|| Compiled { source, validator });
        Ok(())
    }

    pub(crate) fn source(&self) -> &Value {
        self.compiled.get().map_or(&Value::Null, |compiled| &compiled.source)
    }

    pub(crate) fn breach(&self, value: &Value) -> Option<(Breach, Value)> {
        let error = self.compiled.get()?.validator.iter_errors(value).next()?;
        let at = error.instance_path().to_string();
        Some((Breach { at, reason: error.masked().to_string() }, error.instance().clone().into_owned()))
    }
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.file == other.file && self.source() == other.source()
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Schema({})", self.source())
    }
}

impl<'de> Deserialize<'de> for Schema {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let source = Map::<String, Value>::deserialize(deserializer)?;
        if let Some(file) = source.get(FILE) {
            return match file {
                Value::String(file) if source.len() == 1 => {
                    Ok(Self { file: Some(file.clone()), compiled: OnceLock::new() })
                }
                _ => Err(de::Error::custom(message!("schema-file-alone").to_error_text())),
            };
        }
        Self::new(Value::Object(source))
            .map_err(|reason| de::Error::custom(message!("bad-schema", reason = reason).to_error_text()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_version_fits_a_requirement_or_not() {
        let requirement = Requirement::parse(">=1.2, <2").unwrap();
        assert!(requirement.fits("1.2.0") && requirement.fits("v1.9.3") && requirement.fits(" 1.2.1\n"));
        assert!(!requirement.fits("2.0.0") && !requirement.fits("1.1.9"));
        assert!(!requirement.fits("1.2") && !requirement.fits("latest") && !requirement.fits("1.3.0-rc.1"));
        assert!(Requirement::parse("^0.4").unwrap().fits("0.4.9"));
    }

    #[test]
    fn a_breach_is_named_by_its_place_and_never_quotes_the_value() {
        let schema = Schema::new(json!({
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"type": "array", "items": {"type": "number"}}}
        }))
        .unwrap();
        assert_eq!(schema.breach(&json!({"a": [1, 2]})), None);
        let (breach, there) = schema.breach(&json!({"a": [1, "secret"]})).unwrap();
        assert_eq!((breach.at.as_str(), there), ("/a/1", json!("secret")));
        assert!(!breach.reason.contains("secret"), "{}", breach.reason);
        assert_eq!(schema.breach(&json!({})).unwrap().0.at, "");
    }

    #[test]
    fn a_schema_fetches_nothing_and_its_patterns_cannot_explode() {
        assert!(Schema::new(json!({"$ref": "http://example.com/schema.json"})).is_err());
        assert!(Schema::new(json!({"$ref": "file:///etc/passwd"})).is_err());
        assert!(Schema::new(json!({"pattern": "(a)\\1"})).is_err(), "a back-reference needs backtracking");
        assert!(Schema::new(json!({"pattern": "(a{1000}){1000}"})).is_err());
        let slow = Schema::new(json!({"pattern": "^(a+)+$"})).unwrap();
        assert!(slow.breach(&json!(format!("{}!", "a".repeat(50_000)))).is_some());
    }

    #[test]
    fn a_schema_from_a_file_judges_once_it_is_filled() {
        let read = |yaml: &str| serde_yaml::from_str::<Schema>(yaml);
        let schema = read("{file: files/a.schema.json}").unwrap();
        assert_eq!(schema.file(), Some("files/a.schema.json"));
        assert!(schema.fill(json!({"type": "numbr"})).is_err());
        schema.fill(json!({"type": "number"})).unwrap();
        assert!(schema.breach(&json!(1)).is_none() && schema.breach(&json!("1")).is_some());
        assert_eq!(schema.clone().source(), &json!({"type": "number"}));
        for both in ["{file: a.json, type: number}", "{file: [a.json]}"] {
            assert!(read(both).unwrap_err().to_string().contains("schema-file-alone"), "{both}");
        }
    }

    #[test]
    fn a_broken_requirement_or_schema_is_an_error_of_the_lab() {
        let error = |yaml: &str| serde_yaml::from_str::<crate::expect::Expect>(yaml).unwrap_err().to_string();
        assert!(error("body: {semver: 'one'}").contains("bad-requirement"));
        assert!(error("body: {schema: {type: numbr}}").contains("bad-schema"));
        assert!(serde_yaml::from_str::<crate::expect::Expect>("body: {schema: 'x'}").is_err());
    }
}
