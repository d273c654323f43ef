//! `s3`: asks an S3 storage, signed with keys or as anyone.

use super::http;
use super::{Field, Kind, ProbeError, Target, Yields};
use crate::expect::Observation;
use crate::template::{Scope, Template, UnknownName};
use crate::world::{HttpRequest, ProbeFailure, World};
use rusty_s3::actions::ListObjectsV2;
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{self, Deserializer};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Listings of 1000 keys that are read one after the other.
const MOST_PAGES: usize = 20;
/// How long a signature holds, from the host's clock on.
const SIGNED_FOR: Duration = Duration::from_secs(300);

#[derive(Debug, Clone)]
pub struct S3 {
    pub(crate) operation: Operation,
    /// The storage's URL, such as `${open.s3}`; buckets are in the path.
    pub(crate) endpoint: Template,
    pub(crate) region: Option<Template>,
    /// The access key and its secret; without them as anyone.
    pub(crate) keys: Option<(Template, Template)>,
}

#[derive(Debug, Clone)]
pub(crate) enum Operation {
    /// `list`: a bucket's keys, below a prefix.
    List(Template, Option<Template>),
    /// `head`: an object's size and headers, by `bucket/key`.
    Head(Template),
    /// `get`: the same and its contents.
    Get(Template),
}

/// A bucket's keys, or one object, asked for as S3 is: signed or as anyone.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Entry {
    /// Lists this bucket's keys.
    list: Option<Template>,
    /// Asks for an object's size and headers, by `bucket/key`.
    head: Option<Template>,
    /// The same with its contents.
    get: Option<Template>,
    /// With `list`: only keys that begin so.
    prefix: Option<Template>,
    /// The storage's URL, such as `${open.s3}`.
    endpoint: Template,
    /// Its region.
    region: Option<Template>,
    /// The key to sign with, beside `secret-key`; without both it is asked as anyone.
    access_key: Option<Template>,
    /// The key's secret.
    secret_key: Option<Template>,
}

schema_as!(S3, Entry);

impl<'de> Deserialize<'de> for S3 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entry = Entry::deserialize(deserializer)?;
        let wrong = || de::Error::custom(message!("s3-shape").to_error_text());
        let operation = match (entry.list, entry.head, entry.get, entry.prefix) {
            (Some(bucket), None, None, prefix) => Operation::List(bucket, prefix),
            (None, Some(object), None, None) => Operation::Head(object),
            (None, None, Some(object), None) => Operation::Get(object),
            _ => return Err(wrong()),
        };
        let keys = match (entry.access_key, entry.secret_key) {
            (Some(access), Some(secret)) => Some((access, secret)),
            (None, None) => None,
            _ => return Err(wrong()),
        };
        Ok(Self { operation, endpoint: entry.endpoint, region: entry.region, keys })
    }
}

impl Kind for S3 {
    const NAME: &'static str = "s3";
    const YIELDS: Yields = Yields::DocumentAndHeaders;
    const TIMEOUT: Duration = Duration::from_secs(30);
    const FIELDS: &'static [Field] = fields! {
        "status": "the status code, a number",
        "keys": "`list`: the keys, in the storage's order",
        "count": "`list`: how many keys",
        "size": "`head`, `get`: the object's bytes",
        "content-type": "`head`, `get`: the object's content type",
        "etag": "`head`, `get`: the object's entity tag, without quotes",
        "body": "`get`: the contents as a text; after a refusal what the storage said",
    };

    fn templates(&self) -> Vec<&Template> {
        let (main, prefix) = match &self.operation {
            Operation::List(bucket, prefix) => (bucket, prefix.as_ref()),
            Operation::Head(object) | Operation::Get(object) => (object, None),
        };
        let keys = self.keys.iter().flat_map(|(access, secret)| [access, secret]);
        [main, &self.endpoint].into_iter().chain(prefix).chain(&self.region).chain(keys).collect()
    }

    fn targets(&self) -> Vec<(String, Target<'_>)> {
        vec![("endpoint".to_owned(), Target::Url(&self.endpoint))]
    }

    fn asked(&self, scope: &Scope) -> Result<String, UnknownName> {
        let who = if self.keys.is_some() { "" } else { " (anonymous)" };
        Ok(match &self.operation {
            Operation::List(bucket, None) => format!("s3 list {}{who}", bucket.render(scope)?),
            Operation::List(bucket, Some(prefix)) => {
                format!("s3 list {}/{}{who}", bucket.render(scope)?, prefix.render(scope)?)
            }
            Operation::Head(object) => format!("s3 head {}{who}", object.render(scope)?),
            Operation::Get(object) => format!("s3 get {}{who}", object.render(scope)?),
        })
    }

    async fn fetch(&self, world: &dyn World, scope: &Scope, timeout: Duration) -> Result<Observation, ProbeError> {
        let credentials = match &self.keys {
            Some((access, secret)) => Some(Credentials::new(access.render(scope)?, secret.render(scope)?)),
            None => None,
        };
        let keys = credentials.as_ref();
        match &self.operation {
            Operation::List(bucket, prefix) => {
                let bucket = self.bucket(&bucket.render(scope)?, scope)?;
                let prefix = prefix.as_ref().map(|prefix| prefix.render(scope)).transpose()?;
                list(world, &bucket, keys, prefix, timeout).await
            }
            Operation::Head(object) | Operation::Get(object) => {
                let object = object.render(scope)?;
                let (bucket, key) = object.split_once('/').unwrap_or((&object, ""));
                let bucket = self.bucket(bucket, scope)?;
                let (method, url) = match &self.operation {
                    Operation::Get(_) => ("GET", bucket.get_object(keys, key).sign(SIGNED_FOR)),
                    _ => ("HEAD", bucket.head_object(keys, key).sign(SIGNED_FOR)),
                };
                let response = world.http(HttpRequest::plain(method, url.as_str(), timeout)).await?;
                Ok(see_object(method, http::see(url.as_str(), &response)))
            }
        }
    }
}

impl S3 {
    fn bucket(&self, name: &str, scope: &Scope) -> Result<Bucket, ProbeError> {
        let endpoint = self.endpoint.render(scope)?;
        let region = self.region.as_ref().map(|region| region.render(scope)).transpose()?;
        let bad = || ProbeFailure::BadUrl { url: endpoint.clone() };
        let url = url::Url::parse(&endpoint).map_err(|_| bad())?;
        let region = region.unwrap_or_else(|| "us-east-1".to_owned());
        Ok(Bucket::new(url, UrlStyle::Path, name.to_owned(), region).map_err(|_| bad())?)
    }
}

async fn list(
    world: &dyn World,
    bucket: &Bucket,
    keys: Option<&Credentials>,
    prefix: Option<String>,
    limit: Duration,
) -> Result<Observation, ProbeError> {
    let begun = Instant::now();
    let (mut found, mut token) = (Vec::new(), None);
    for _ in 0..MOST_PAGES {
        let mut action = bucket.list_objects_v2(keys);
        if let Some(prefix) = &prefix {
            action.with_prefix(prefix.as_str());
        }
        if let Some(token) = token.take() {
            action.with_continuation_token(token);
        }
        let url = action.sign(SIGNED_FOR);
        let left = limit.saturating_sub(begun.elapsed());
        let response = world.http(HttpRequest::plain("GET", url.as_str(), left)).await?;
        if response.status != 200 {
            return Ok(only(http::see(url.as_str(), &response), &["status", "body"]));
        }
        let text = String::from_utf8_lossy(&response.body);
        let listed = ListObjectsV2::parse_response(&text).map_err(|error| ProbeFailure::Broken {
            detail: format!("no listing of S3: {error}"),
            learners: url.host_str().is_some_and(|host| world.runs_learners_files(host)),
        })?;
        found.extend(listed.contents.into_iter().map(|object| object.key));
        token = listed.next_continuation_token;
        if token.is_none() {
            let fields = vec![("status", json!(200)), ("count", json!(found.len())), ("keys", json!(found))];
            return Ok(Observation { fields, ..Observation::default() });
        }
    }
    Err(ProbeFailure::TooManyFiles { limit: MOST_PAGES * 1000 }.into())
}

fn see_object(method: &str, mut seen: Observation) -> Observation {
    let header = |name: &str| seen.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.clone());
    let length = header("content-length").and_then(|length| length.parse::<u64>().ok());
    let mut more: Vec<(&'static str, Value)> = Vec::new();
    more.extend(header("content-type").map(|found| ("content-type", json!(found))));
    more.extend(header("etag").map(|found| ("etag", json!(found.trim_matches('"')))));
    if method == "HEAD" {
        seen = only(seen, &["status"]);
        more.extend(length.map(|length| ("size", json!(length))));
    } else {
        seen = only(seen, &["status", "size", "body"]);
    }
    seen.fields.extend(more);
    seen
}

fn only(mut seen: Observation, names: &[&str]) -> Observation {
    seen.fields.retain(|(name, _)| names.contains(name));
    // The URL holds a signature, and no page of the learner's has links.
    seen.base = None;
    // An object's content type is a field of its own.
    seen.evidence.clear();
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::fake::Fake;

    fn s3(yaml: &str) -> S3 {
        serde_yaml::from_str(&format!("{{endpoint: 'http://storage:3900', {yaml}}}")).unwrap()
    }

    async fn fetch(yaml: &str, world: &Fake) -> Result<Observation, ProbeError> {
        s3(yaml).fetch(world, &Scope::default(), Duration::from_secs(5)).await
    }

    #[tokio::test]
    async fn an_object_is_seen_by_its_headers_and_contents() {
        let headers = [("content-type", "text/css"), ("etag", "\"abc\""), ("content-length", "3")];
        let world = Fake::default().page("http://storage:3900/site/a/s.css", 200, &headers, "p{}");
        let seen = fetch("head: site/a/s.css", &world).await.unwrap();
        assert_eq!((seen.field("size"), seen.field("etag")), (Some(&json!(3)), Some(&json!("abc"))));
        assert_eq!((seen.field("content-type"), seen.field("body")), (Some(&json!("text/css")), None));
        let seen = fetch("get: site/a/s.css", &world).await.unwrap();
        assert_eq!(seen.field("body"), Some(&json!("p{}")));
        assert_eq!(world.asked()[0].method, "HEAD");
    }

    #[tokio::test]
    async fn a_bucket_is_listed_and_a_refusal_is_seen() {
        let listing = "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
            <Name>site</Name><Prefix>a/</Prefix><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys>\
            <IsTruncated>false</IsTruncated><Contents><Key>a/s%20t.css</Key>\
            <LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>\"x\"</ETag><Size>3</Size>\
            <StorageClass>STANDARD</StorageClass></Contents><EncodingType>url</EncodingType></ListBucketResult>";
        let url = "http://storage:3900/site/?encoding-type=url&list-type=2&prefix=a%2F";
        let world = Fake::default().page(url, 200, &[], listing);
        let seen = fetch("list: site, prefix: a/", &world).await;
        let seen = seen.unwrap_or_else(|error| panic!("{error:?} {:?}", world.asked()));
        assert_eq!(seen.field("keys"), Some(&json!(["a/s t.css"])), "{:?}", world.asked());
        assert_eq!(seen.field("count"), Some(&json!(1)));
        let seen = fetch("list: other", &world).await.unwrap();
        assert_eq!((seen.field("status"), seen.field("keys")), (Some(&json!(404)), None));
    }

    #[tokio::test]
    async fn keys_sign_and_their_secret_is_never_sent() {
        let world = Fake::default();
        fetch("head: site/x, access-key: GKa, secret-key: verysecret, region: garage", &world).await.unwrap();
        let url = &world.asked()[0].url;
        assert!(url.contains("X-Amz-Signature=") && url.contains("GKa") && url.contains("garage"), "{url}");
        assert!(!url.contains("verysecret"));
    }

    #[test]
    fn one_question_is_asked_and_keys_come_in_pairs() {
        for yaml in ["list: a, head: b/c", "region: x", "get: a/b, prefix: x", "get: a/b, access-key: x"] {
            let entry = format!("{{endpoint: 'http://x', {yaml}}}");
            assert!(serde_yaml::from_str::<S3>(&entry).unwrap_err().to_string().contains("s3-shape"), "{yaml}");
        }
    }
}
