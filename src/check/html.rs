//! `html`: fetches a page and reads it as a browser does.

use super::http;
use super::{Field, Kind, ProbeError, Target, Yields};
use crate::expect::{Document, Format, Seen};
use crate::template::{Scope, Template, UnknownName};
use crate::world::{HttpRequest, HttpResponse, World};
use futures_util::future::BoxFuture;
use serde::Deserialize;
use std::time::Duration;

/// A page to read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Html {
    /// Its URL.
    pub get: Template,
}

impl Kind for Html {
    const NAME: &'static str = "html";
    const YIELDS: Yields = Yields::DocumentAndHeaders;
    const TIMEOUT: Duration = Duration::from_secs(30);
    const FIELDS: &'static [Field] = &[
        Field { name: "status", doc: "the status code, a number" },
        Field { name: "body", doc: "the page's source" },
        Field { name: "size", doc: "the source's bytes" },
        Field { name: "media-type", doc: "the content type without its parameters, in lower case" },
    ];

    fn writes(&self) -> bool {
        false
    }

    fn templates(&self) -> Vec<&Template> {
        vec![&self.get]
    }

    fn targets(&self) -> Vec<(String, Target<'_>)> {
        vec![("get".to_owned(), Target::Url(&self.get))]
    }

    fn asked(&self, scope: &Scope) -> Result<String, UnknownName> {
        Ok(format!("GET {}", self.get.render(scope)?))
    }

    fn fetch<'a>(
        &'a self,
        world: &'a dyn World,
        scope: &'a Scope,
        timeout: Duration,
    ) -> BoxFuture<'a, Result<Seen, ProbeError>> {
        Box::pin(async move {
            let url = self.get.render(scope)?;
            let request = HttpRequest {
                method: "GET".to_owned(),
                url: url.clone(),
                headers: Vec::new(),
                body: Vec::new(),
                timeout,
                max_body: http::MAX_BODY,
            };
            Ok(see(&url, &world.http(request).await?))
        })
    }
}

fn see(url: &str, response: &HttpResponse) -> Seen {
    let mut seen = http::see(url, response);
    seen.fields.retain(|(name, _)| Html::FIELDS.iter().any(|field| field.name == *name));
    if let Some(document) = &mut seen.document {
        *document = Document { text: std::mem::take(&mut document.text), format: Format::Html };
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::{Expect, judge};

    #[test]
    fn a_page_is_read_by_css_and_links() {
        let response = HttpResponse {
            status: 200,
            body: b"<base href=/en/><title>T</title><img src=a.png><p>one <b>two</b>".to_vec(),
            ..HttpResponse::default()
        };
        let seen = see("http://site.localhost:3902/", &response);
        let expect: Expect = serde_yaml::from_str(
            "status: 200\n'css p': one two\n'links img[src]': 'http://site.localhost:3902/en/a.png'\n",
        )
        .unwrap();
        assert_eq!(judge(&expect, &seen, &Scope::default()).unwrap(), []);
    }
}
