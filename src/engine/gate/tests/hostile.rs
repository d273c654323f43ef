//! Services that misbehave on purpose.

use super::super::Target;
use super::super::exchange::{MAX_HEAD, MAX_HEADERS};
use super::fake::{head, never_stops, says, service, silent};
use super::{URL, ask, brief, get, timed_out};
use crate::world::{Blame, HttpRequest, HttpResponse, ProbeFailure};
use std::time::Duration;
use tokio::io::AsyncWriteExt;

fn is_broken(outcome: &Result<HttpResponse, ProbeFailure>) -> bool {
    matches!(outcome, Err(ProbeFailure::Broken { detail, .. }) if !detail.is_empty())
}

#[tokio::test]
async fn what_is_cut_or_is_not_http_is_broken() {
    for answer in [
        "",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "<!doctype html><p>hello",
        "\0\0\0\x01",
    ] {
        let outcome = ask(&says(answer).await, &get(URL)).await;
        assert!(is_broken(&outcome), "{answer}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_service_that_hangs_up_before_the_request_is_broken() {
    let outcome = ask(&service(|_| async { Ok(()) }).await, &get(URL)).await;
    assert!(is_broken(&outcome), "{outcome:?}");
}

#[tokio::test]
async fn headers_have_a_cap_in_lines_and_bytes() {
    let lines = |count: usize| format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(count));
    assert_eq!(ask(&says(lines(MAX_HEADERS)).await, &get(URL)).await.unwrap().headers.len(), MAX_HEADERS);
    assert!(is_broken(&ask(&says(lines(MAX_HEADERS + 1)).await, &get(URL)).await));
    let bytes = |count: usize| format!("HTTP/1.1 200 OK\r\na: {}\r\n\r\n", "b".repeat(count));
    assert!(ask(&says(bytes(MAX_HEAD / 2)).await, &get(URL)).await.is_ok());
    assert!(is_broken(&ask(&says(bytes(MAX_HEAD)).await, &get(URL)).await));
    assert!(is_broken(&ask(&never_stops("HTTP/1.1 200 OK\r\na: ", "b").await, &get(URL)).await));
    assert!(is_broken(&ask(&never_stops("HTTP/1.1 200 OK\r\n", "a: b\r\n").await, &get(URL)).await));
}

#[tokio::test]
async fn an_endless_body_ends_at_the_cap() {
    for (first, again) in [
        ("HTTP/1.1 200 OK\r\n\r\n", "x"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n", "x"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
    ] {
        let request = HttpRequest { max_body: 1 << 16, ..get(URL) };
        let outcome = ask(&never_stops(first, again).await, &request).await;
        assert_eq!(outcome, Err(ProbeFailure::TooLarge { limit: 1 << 16 }));
    }
}

#[tokio::test]
async fn a_body_of_exactly_the_cap_is_read() {
    let target = says("HTTP/1.1 200 OK\r\n\r\nhello").await;
    assert_eq!(ask(&target, &HttpRequest { max_body: 5, ..get(URL) }).await.unwrap().body, b"hello");
    let outcome = ask(&target, &HttpRequest { max_body: 4, ..get(URL) }).await;
    assert_eq!(outcome, Err(ProbeFailure::TooLarge { limit: 4 }));
}

#[tokio::test]
async fn a_service_that_says_nothing_useful_for_ever_ends_at_the_limit() {
    let limit = Duration::from_millis(300);
    for (first, again) in
        [("", "HTTP/1.1 100 Continue\r\n\r\n"), ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n")]
    {
        let request = HttpRequest { max_body: usize::MAX, ..brief(limit) };
        assert_eq!(ask(&never_stops(first, again).await, &request).await, Err(timed_out(limit)));
    }
}

#[tokio::test]
async fn a_service_that_drips_ends_at_the_limit() {
    let limit = Duration::from_millis(300);
    for first in ["", "HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\n\r\n"] {
        let target = service(move |mut stream| async move {
            head(&mut stream).await?;
            for byte in first.bytes().chain(std::iter::repeat(b'H')) {
                stream.write_all(&[byte]).await?;
                tokio::time::sleep(Duration::from_millis(1 + 20 * u64::from(byte == b'H'))).await;
            }
            Ok(())
        })
        .await;
        let outcome = ask(&target, &brief(limit)).await;
        // `HHHH` alone is no HTTP, which shows at the second byte.
        assert!(outcome == Err(timed_out(limit)) || first.is_empty() && is_broken(&outcome), "{first}: {outcome:?}");
    }
}

#[tokio::test]
async fn silence_is_the_services_whose_it_is() {
    let limit = Duration::from_millis(100);
    let target = silent().await;
    assert_eq!(ask(&target, &brief(limit)).await, Err(timed_out(limit)));
    let outcome = ask(&Target { learners: false, ..target }, &brief(limit)).await;
    assert_eq!(outcome.map_err(|trouble| trouble.blame()), Err(Blame::Environment));
}
