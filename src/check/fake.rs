//! A world over data, for the kinds' tests.

use crate::world::{
    Command, FileKind, FileSeen, HttpRequest, HttpResponse, Listed, Output, ProbeFailure, ServiceAction, ServiceSeen,
    World,
};
use futures_util::future::BoxFuture;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

#[derive(Default)]
pub(crate) struct Fake {
    pub(crate) pages: BTreeMap<String, HttpResponse>,
    pub(crate) disk: BTreeMap<String, String>,
    pub(crate) asked: Mutex<Vec<HttpRequest>>,
    pub(crate) services: BTreeMap<String, ServiceSeen>,
    /// What each command comes to.
    pub(crate) ran: Output,
    pub(crate) hangs: bool,
    /// Where its program listens instead.
    pub(crate) listens: Vec<String>,
    pub(crate) learners: bool,
}

impl Fake {
    pub(crate) fn page(mut self, url: &str, status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let page = HttpResponse { status, headers, body: body.as_ref().to_vec(), ..HttpResponse::default() };
        self.pages.insert(url.to_owned(), page);
        self
    }

    pub(crate) fn on_disk(mut self, path: &str, text: &str) -> Self {
        self.disk.insert(path.to_owned(), text.to_owned());
        self
    }

    /// The page of a URL, or the one whose URL, up to a `*` at its end, it begins with.
    fn answer(&self, url: &str) -> Option<&HttpResponse> {
        let begins = |(key, _): &(&String, _)| key.strip_suffix('*').is_some_and(|start| url.starts_with(start));
        self.pages.get(url).or_else(|| self.pages.iter().find(begins).map(|(_, page)| page))
    }

    pub(crate) fn asked(&self) -> Vec<HttpRequest> {
        self.asked.lock().unwrap().clone()
    }
}

impl World for Fake {
    fn service(
        &self,
        service: String,
        _: ServiceAction,
        _: Duration,
    ) -> BoxFuture<'_, Result<ServiceSeen, ProbeFailure>> {
        let seen = self.services.get(&service).cloned().unwrap_or_default();
        Box::pin(async { Ok(seen) })
    }

    fn runs_learners_files(&self, _: &str) -> bool {
        self.learners
    }

    fn put(&self, _: String, _: Option<Vec<u8>>, _: u32) -> BoxFuture<'_, Result<Vec<String>, ProbeFailure>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn http(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, ProbeFailure>> {
        let url = url::Url::parse(&request.url).unwrap();
        let host = url.host_str().unwrap_or_default().to_owned();
        let missing = || HttpResponse { status: 404, ..HttpResponse::default() };
        let answer = if host == "elsewhere.example" {
            Err(ProbeFailure::Elsewhere { host })
        } else {
            Ok(self.answer(request.url.split('#').next().unwrap()).cloned().unwrap_or_else(missing))
        };
        let (hangs, learners, timeout) = (self.hangs, self.learners, request.timeout);
        let what = request.url.clone();
        self.asked.lock().unwrap().push(request);
        Box::pin(async move {
            if hangs {
                tokio::time::sleep(timeout).await;
                return Err(ProbeFailure::TimedOut { what, after: timeout, learners });
            }
            answer
        })
    }

    fn tcp(&self, host: String, port: u16, _: Duration) -> BoxFuture<'_, Result<(), ProbeFailure>> {
        let found = self.listens.clone();
        let elsewhere = || ProbeFailure::ListensElsewhere {
            wanted: format!("{host}:{port}"),
            service: host,
            learners: true,
            found,
        };
        let done = if self.listens.is_empty() { Ok(()) } else { Err(elsewhere()) };
        Box::pin(async { done })
    }

    fn exec(&self, _: Command) -> BoxFuture<'_, Result<Output, ProbeFailure>> {
        Box::pin(async { Ok(self.ran.clone()) })
    }

    fn file(&self, _: String, path: String) -> BoxFuture<'_, Result<Option<FileSeen>, ProbeFailure>> {
        let file = self.disk.get(&path).map(|text| FileSeen {
            mode: 0o644,
            size: text.len() as u64,
            bytes: text.clone().into_bytes(),
            kind: FileKind::File,
        });
        Box::pin(async { Ok(file) })
    }

    fn files(&self, _: String, folder: String) -> BoxFuture<'_, Result<Option<Vec<Listed>>, ProbeFailure>> {
        let inside = |(path, text): (&String, &String)| {
            let path = path.strip_prefix(&folder)?.strip_prefix('/')?.to_owned();
            Some(Listed { path, size: text.len() as u64, kind: FileKind::File })
        };
        let listed: Vec<Listed> = self.disk.iter().filter_map(inside).collect();
        Box::pin(async { Ok((!listed.is_empty()).then_some(listed)) })
    }
}
