//! Data sources and dashboards as they were found, and which source is meant.

use serde_json::Value;
use sha2::{Digest, Sha256};

#[derive(Debug, Default)]
pub(super) struct GrafanaContents {
    pub(crate) sources: Vec<Source>,
    pub(crate) sheets: Vec<Sheet>,
    /// What couldn't be used: `where: reason`.
    pub(crate) problems: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Source {
    pub(crate) uid: String,
    pub(crate) name: String,
    /// Its type, such as `prometheus`.
    pub(crate) kind: String,
    pub(crate) url: String,
    /// Where its Prometheus API is asked: at the URL, or through Grafana.
    pub(crate) base: String,
    /// Whether panels that name none get it.
    pub(crate) default: bool,
    /// Its `timeInterval`: the scrape interval that it promises.
    pub(crate) interval: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sheet {
    pub(crate) origin: String,
    pub(crate) value: Value,
}

impl Source {
    /// Reads one from provisioning (`file`) or from the API: the keys are the same.
    pub(crate) fn read(value: &Value) -> Self {
        let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (name, mut url) = (text("name"), text("url"));
        // One slash at its end leads to the same place.
        url.truncate(url.strip_suffix('/').unwrap_or(&url).len());
        let uid = if text("uid").is_empty() { uid_of(&name) } else { text("uid") };
        let interval = value.get("jsonData").and_then(|data| data.get("timeInterval")).and_then(Value::as_str);
        Self {
            uid,
            kind: text("type"),
            base: url.clone(),
            url,
            default: value.get("isDefault").and_then(Value::as_bool).unwrap_or_default(),
            interval: interval.filter(|interval| !interval.is_empty()).map(str::to_owned),
            name,
        }
    }

    pub(crate) fn is_prometheus(&self) -> bool {
        self.kind == "prometheus"
    }
}

/// The uid that Grafana gives to a provisioned source without one.
fn uid_of(name: &str) -> String {
    let hash = Sha256::digest(name.as_bytes());
    format!("P{}", data_encoding::HEXUPPER.encode(&hash[..8]))
}

impl GrafanaContents {
    /// The source that a panel's or a query's `datasource` means, texts filled
    /// in before; or why there is none.
    pub(crate) fn source(&self, datasource: &Value) -> Result<&Source, String> {
        let kind = datasource.get("type").and_then(Value::as_str);
        let name = match datasource {
            Value::String(name) => Some(name.as_str()),
            other => other.get("uid").and_then(Value::as_str),
        };
        let default = || self.sources.iter().find(|source| source.default);
        match (name, kind) {
            (None | Some("" | "default"), None) => default().ok_or_else(|| "no-default-source".to_owned()),
            (None | Some("" | "default"), Some(kind)) => default()
                .filter(|source| source.kind == kind)
                .or_else(|| self.sources.iter().find(|source| source.kind == kind))
                .ok_or_else(|| format!("unknown-source {kind}")),
            (Some("-- Dashboard --"), _) => Err("other-panels-data".to_owned()),
            (Some(name), _) => self
                .sources
                .iter()
                .find(|source| source.uid == name || source.name == name)
                .ok_or_else(|| format!("unknown-source {name}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_source_without_a_uid_gets_grafanas() {
        let source =
            Source::read(&json!({"name": "Prometheus", "type": "prometheus", "url": "http://prometheus:9090"}));
        assert_eq!(source.uid, "PBFA97CFB590B2093");
        let slash =
            Source::read(&json!({"name": "Prometheus", "type": "prometheus", "url": "http://prometheus:9090/"}));
        assert_eq!(slash, source);
    }

    #[test]
    fn a_source_is_meant_by_uid_by_name_by_type_or_by_default() {
        let source = |name: &str, kind: &str, default: bool| Source {
            uid: format!("{name}-uid"),
            name: name.into(),
            kind: kind.into(),
            default,
            ..Source::default()
        };
        let mut found = GrafanaContents {
            sources: vec![source("Logs", "loki", false), source("Prom", "prometheus", true)],
            ..GrafanaContents::default()
        };
        let name =
            |found: &GrafanaContents, datasource: Value| found.source(&datasource).map(|source| source.name.clone());
        for prom in
            [json!(null), json!("Prom"), json!("default"), json!({"type": "prometheus"}), json!({"uid": "Prom-uid"})]
        {
            assert_eq!(name(&found, prom.clone()), Ok("Prom".into()), "{prom}");
        }
        assert_eq!(name(&found, json!({"type": "loki"})), Ok("Logs".into()));
        assert_eq!(name(&found, json!({"uid": "${DS_PROMETHEUS}"})), Err("unknown-source ${DS_PROMETHEUS}".into()));
        assert_eq!(name(&found, json!({"uid": "-- Dashboard --"})), Err("other-panels-data".into()));
        found.sources[1].default = false;
        assert_eq!(name(&found, json!(null)), Err("no-default-source".into()));
    }
}
