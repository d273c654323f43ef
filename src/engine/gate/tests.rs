//! The gate's client against a gate and services that misbehave on purpose.

mod exchanges;
mod fake;
mod hostile;

use super::{Gate, Target};
use crate::world::{HttpRequest, HttpResponse, ProbeFailure};
use fake::{Manner, gate, head, nobody, says, service, silent};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;
use tokio::time::timeout;

const URL: &str = "http://site.web.localhost:3902/a/b?c=d#e";

fn get(url: &str) -> HttpRequest {
    HttpRequest {
        method: "GET".into(),
        url: url.into(),
        headers: Vec::new(),
        body: Vec::new(),
        timeout: Duration::from_secs(10),
        max_body: 1 << 20,
    }
}

fn brief(timeout: Duration) -> HttpRequest {
    HttpRequest { timeout, ..get(URL) }
}

/// Sends a request through a gate that relays. That it ends is not left to the
/// code under test.
async fn ask(target: &Target, request: &HttpRequest) -> Result<HttpResponse, ProbeFailure> {
    let gate = gate(Manner::Relays).await;
    timeout(Duration::from_secs(15), gate.http(target, request)).await.expect("the limit holds")
}

fn is_fault<T>(outcome: &Result<T, ProbeFailure>) -> bool {
    matches!(outcome, Err(ProbeFailure::Fault { detail }) if !detail.is_empty())
}

fn timed_out(after: Duration) -> ProbeFailure {
    ProbeFailure::TimedOut { what: format!("GET {URL}"), after, learners: true }
}

#[tokio::test]
async fn a_refused_connection_is_named_as_in_the_url() {
    let gate = gate(Manner::Relays).await;
    let target = nobody().await;
    for (url, address) in [(URL, "site.web.localhost:3902"), ("http://store/", "store:80")] {
        assert_eq!(
            gate.http(&target, &get(url)).await,
            Err(ProbeFailure::Refused { address: address.into(), learners: target.learners })
        );
    }
    let outcome = gate.tcp(&target, Duration::from_secs(5)).await;
    assert_eq!(outcome, Err(ProbeFailure::Refused { address: target.address.to_string(), learners: target.learners }));
}

#[tokio::test]
async fn each_reply_of_a_gate_has_its_meaning() {
    for code in 1..=9 {
        let outcome = gate(Manner::Replies(code)).await.http(&nobody().await, &get(URL)).await;
        match (code, &outcome) {
            (4 | 6, Err(ProbeFailure::TimedOut { what, after, learners: true })) => {
                assert_eq!(*what, format!("GET {URL}"));
                assert!(*after < Duration::from_secs(5));
            }
            (5, Err(ProbeFailure::Refused { .. })) | (1..=3 | 7.., Err(ProbeFailure::Fault { .. })) => (),
            _ => panic!("{code}: {outcome:?}"),
        }
    }
}

#[tokio::test]
async fn a_broken_gate_is_never_the_services_fault() {
    let target = silent().await;
    for manner in [Manner::Forbids, Manner::HangsUp, Manner::SpeaksHttp, Manner::Mute] {
        let gate = gate(manner).await;
        assert!(is_fault(&gate.tcp(&target, Duration::from_millis(50)).await));
    }
    let unknown = Gate { password: "wrong".into(), ..gate(Manner::Relays).await };
    assert!(is_fault(&unknown.http(&target, &get(URL)).await));
    let nowhere = Gate { proxy: nobody().await.address, ..unknown };
    assert!(is_fault(&nowhere.http(&target, &get(URL)).await));
}

#[tokio::test]
async fn a_gate_that_dies_in_the_middle_is_not_the_services_fault() {
    let target = says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello").await;
    assert!(is_fault(&gate(Manner::DiesAfterOne).await.http(&target, &get(URL)).await));
    let target = silent().await;
    assert!(is_fault(&gate(Manner::DiesAfterOne).await.http(&target, &brief(Duration::from_millis(50))).await));
}

#[tokio::test]
async fn a_service_that_listens_takes_a_tcp_connection() {
    let target = service(|_stream| async { Ok(()) }).await;
    assert_eq!(gate(Manner::Relays).await.tcp(&target, Duration::from_secs(5)).await, Ok(()));
}

#[tokio::test]
async fn a_dropped_request_closes_its_connection() {
    let (sender, mut ends) = mpsc::unbounded_channel();
    let target = service(move |mut stream| {
        let sender = sender.clone();
        async move {
            head(&mut stream).await?;
            sender.send("asked").unwrap();
            stream.read_to_end(&mut Vec::new()).await?;
            sender.send("closed").unwrap();
            Ok(())
        }
    })
    .await;
    let gate = gate(Manner::Relays).await;
    let request = get(URL);
    tokio::select! {
        outcome = gate.http(&target, &request) => panic!("{outcome:?}"),
        said = ends.recv() => assert_eq!(said, Some("asked")),
    }
    let said = timeout(Duration::from_secs(5), ends.recv()).await;
    assert_eq!(said, Ok(Some("closed")));
}

#[tokio::test]
async fn a_gate_never_prints_its_password() {
    assert!(!format!("{:?}", gate(Manner::Relays).await).contains(fake::PASSWORD));
}
