//! What is sent and what comes back when all is well.

use super::fake::{Manner, gate, head, nobody, says, service};
use super::{URL, ask, get, is_fault};
use crate::world::{HttpRequest, ProbeFailure};
use futures_util::FutureExt;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// What a service receives of a request, head and body, in words.
async fn received(request: &HttpRequest) -> String {
    let seen = Arc::new(Mutex::new(String::new()));
    let record = Arc::clone(&seen);
    let length = request.body.len();
    let target = service(move |mut stream| {
        let record = Arc::clone(&record);
        async move {
            let mut text = head(&mut stream).await?.into_bytes();
            text.resize(text.len() + length, 0);
            let body = text.len() - length;
            stream.read_exact(&mut text[body..]).await?;
            *record.lock().unwrap() = String::from_utf8_lossy(&text).replace(env!("CARGO_PKG_VERSION"), "VERSION");
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await
        }
    })
    .await;
    assert_eq!(ask(&target, request).await.unwrap().status, 204);
    seen.lock().unwrap().replace("\r\n", "\n")
}

#[tokio::test]
async fn a_request_has_the_urls_path_query_and_host() {
    assert_eq!(
        received(&get(URL)).await,
        "GET /a/b?c=d HTTP/1.1\nhost: site.web.localhost:3902\nuser-agent: lab/VERSION\nconnection: close\n\n"
    );
}

#[tokio::test]
async fn port_80_is_left_out_of_host() {
    for url in ["http://store", "http://STORE:80/"] {
        let request = received(&get(url)).await;
        assert!(request.starts_with("GET / HTTP/1.1\nhost: store\n"), "{request}");
    }
}

#[tokio::test]
async fn odd_paths_are_sent_as_a_browser_would() {
    let paths = [("//evil/x", "//evil/x"), ("/a b|[é]{}^", "/a%20b|[%C3%A9]%7B%7D^"), ("?q=`'\"<", "/?q=`%27%22%3C")];
    for (path, sent) in paths {
        let request = received(&get(&format!("http://store{path}"))).await;
        assert!(request.starts_with(&format!("GET {sent} HTTP/1.1\nhost: store\n")), "{request}");
    }
}

#[tokio::test]
async fn the_callers_headers_are_sent_and_replace_the_defaults() {
    let headers = [("X-A", "1"), ("Host", "other"), ("x-a", "é")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    assert_eq!(
        received(&HttpRequest { headers, ..get(URL) }).await,
        "GET /a/b?c=d HTTP/1.1\nuser-agent: lab/VERSION\nconnection: close\nx-a: 1\nx-a: é\nhost: other\n\n"
    );
}

#[tokio::test]
async fn a_body_is_sent_with_its_length() {
    let request = HttpRequest { method: "POST".into(), body: b"a\0b".to_vec(), ..get(URL) };
    assert!(received(&request).await.ends_with("\ncontent-length: 3\n\na\0b"));
}

#[tokio::test]
async fn an_empty_put_says_so_and_an_empty_get_does_not() {
    assert!(received(&HttpRequest { method: "PUT".into(), ..get(URL) }).await.contains("content-length: 0\n"));
    assert!(!received(&HttpRequest { method: "DELETE".into(), ..get(URL) }).await.contains("content-length"));
}

#[tokio::test]
async fn only_plain_http_urls_without_credentials_are_used() {
    let (gate, target) = (gate(Manner::Relays).await, says("HTTP/1.1 200 OK\r\n\r\n").await);
    for url in ["https://a/", "ftp://a/", "http://", "/a", "file:///etc/passwd", "http://u:p@a/", "http://u@a/", ""] {
        assert_eq!(gate.http(&target, &get(url)).await, Err(ProbeFailure::BadUrl { url: url.into() }));
    }
}

#[tokio::test]
async fn a_request_that_is_not_http_is_the_labs_fault() {
    let target = nobody().await;
    for (name, value) in [("a b", "x"), ("", "x"), ("x", "a\r\nb: c"), ("Content-Length", "7")] {
        let headers = vec![(name.to_owned(), value.to_owned())];
        assert!(is_fault(&ask(&target, &HttpRequest { headers, ..get(URL) }).await), "{name}");
    }
    assert!(is_fault(&ask(&target, &HttpRequest { method: "G T".into(), ..get(URL) }).await));
}

#[tokio::test]
async fn an_answer_is_given_as_received() {
    let target = says(
        b"HTTP/1.1 404 Nope\r\nX-B: 2\r\nServer: \xffx\r\nA: 1\r\nX-b: 3\r\nContent-Encoding: gzip\r\n\
        Content-Length: 4\r\n\r\n\x1f\x8b\x08\x00",
    )
    .await;
    let answer = ask(&target, &get(URL)).await.unwrap();
    let headers = answer.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>();
    // Those of one name stand together; otherwise the order is the service's.
    assert_eq!(
        headers,
        [
            ("x-b", "2"),
            ("x-b", "3"),
            ("server", "\u{fffd}x"),
            ("a", "1"),
            ("content-encoding", "gzip"),
            ("content-length", "4")
        ]
    );
    assert_eq!((answer.status, answer.body.as_slice()), (404, b"\x1f\x8b\x08\x00".as_slice()));
}

#[tokio::test]
async fn each_framing_of_a_body_is_read() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more that nobody asked for",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nTrailer: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nhello",
        "HTTP/1.0 200 OK\r\n\r\nhello",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhello",
    ] {
        let response = ask(&says(answer).await, &get(URL)).await.unwrap();
        assert_eq!((response.status, response.body.as_slice()), (200, b"hello".as_slice()), "{answer}");
    }
}

#[tokio::test]
async fn some_answers_have_no_body_whatever_their_length_says() {
    for (method, status) in [("HEAD", 200), ("GET", 204), ("GET", 304)] {
        let target = says(format!("HTTP/1.1 {status} X\r\nContent-Length: 9999999999\r\n\r\n")).await;
        let answer = ask(&target, &HttpRequest { method: method.into(), ..get(URL) }).await.unwrap();
        assert_eq!((answer.status, answer.body.len()), (status, 0));
        assert_eq!(answer.headers, [("content-length".to_owned(), "9999999999".to_owned())]);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let answer = ask(&says("HTTP/1.1 301 Moved\r\nLocation: http://elsewhere/\r\n\r\n").await, &get(URL)).await;
    assert_eq!(answer.unwrap().status, 301);
}

#[tokio::test]
async fn an_answer_before_the_body_was_read_counts() {
    let target = service(|mut stream| async move {
        head(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno").await?;
        std::future::pending().await
    })
    .await;
    let request = HttpRequest { method: "PUT".into(), body: vec![0; 16 << 20], ..get(URL) };
    assert_eq!(ask(&target, &request).await.unwrap().status, 413);
}

#[tokio::test]
async fn time_runs_from_sending_to_the_last_byte() {
    let target = service(|mut stream| async move {
        head(&mut stream).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n").await?;
        tokio::time::sleep(Duration::from_millis(120)).await;
        stream.write_all(b"x").await
    })
    .await;
    let time = ask(&target, &get(URL)).await.unwrap().time;
    assert!((Duration::from_millis(120)..Duration::from_secs(5)).contains(&time), "{time:?}");
}

#[tokio::test]
async fn fifty_requests_at_once_are_answered_each_with_its_own() {
    let target = service(|mut stream| async move {
        let head = head(&mut stream).await?;
        let path = head.split(' ').nth(1).unwrap().to_owned();
        stream.write_all(format!("HTTP/1.1 200 OK\r\n\r\n{path}").as_bytes()).await
    })
    .await;
    let gate = gate(Manner::Relays).await;
    let requests = (0..50).map(|number| get(&format!("http://store/{number}"))).collect::<Vec<_>>();
    let answers = requests.iter().map(|request| gate.http(&target, request).boxed());
    for (number, answer) in futures_util::future::join_all(answers).await.into_iter().enumerate() {
        assert_eq!(answer.unwrap().body, format!("/{number}").into_bytes());
    }
}

#[tokio::test]
async fn an_answer_that_is_the_labs_own_fault_says_so_by_a_header() {
    let target = says(b"HTTP/1.1 500 No\r\nLab-Fault: the cloud: KeyError\r\nContent-Length: 0\r\n\r\n").await;
    let own = ask(&target, &get(URL)).await;
    assert_eq!(own, Err(ProbeFailure::Fault { detail: "the cloud: KeyError".into() }));
}
