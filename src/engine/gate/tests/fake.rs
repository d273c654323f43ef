//! A tiny gate and hand-written services, on loopback.

use super::super::{Gate, Target};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const USER: &str = "lab";
pub(crate) const PASSWORD: &str = "correct horse";

/// How a gate behaves.
#[derive(Clone, Copy)]
pub(crate) enum Manner {
    /// As microsocks does: relays, refuses what nobody listens on.
    Relays,
    /// Answers this code, except to the question whether it lives.
    Replies(u8),
    /// Lets nobody in, however good the password.
    Forbids,
    /// Takes the connection and never says anything, like a paused container.
    Mute,
    /// Hangs up instead of a reply.
    HangsUp,
    /// Isn't a SOCKS5 proxy.
    SpeaksHttp,
    /// Relays one connection, then is gone, like a container that was killed.
    DiesAfterOne,
}

/// Starts a gate.
pub(crate) async fn gate(manner: Manner) -> Gate {
    let listener = listen().await;
    let proxy = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            if matches!(manner, Manner::DiesAfterOne) {
                drop(listener);
                return attend(stream, manner).await;
            }
            tokio::spawn(attend(stream, manner));
        }
    });
    Gate { proxy, user: USER.into(), password: PASSWORD.into() }
}

async fn attend(mut client: TcpStream, manner: Manner) -> io::Result<()> {
    match manner {
        Manner::Mute => std::future::pending().await,
        Manner::SpeaksHttp => return client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await,
        _ => (),
    }
    let mut offered = vec![0; 2];
    client.read_exact(&mut offered).await?;
    offered.resize(offered[1].into(), 0);
    client.read_exact(&mut offered).await?;
    assert!(offered.contains(&2), "password is offered");
    client.write_all(&[5, 2]).await?;
    assert_eq!(client.read_u8().await?, 1, "version of the password's negotiation");
    let user = text(&mut client).await?;
    let password = text(&mut client).await?;
    if (user.as_str(), password.as_str()) != (USER, PASSWORD) || matches!(manner, Manner::Forbids) {
        return client.write_all(&[1, 2]).await;
    }
    client.write_all(&[1, 0]).await?;
    let mut asked = [0; 10];
    client.read_exact(&mut asked).await?;
    assert_eq!(asked[..4], [5, 1, 0, 1], "connect to an IPv4 address");
    let address =
        SocketAddr::from(([asked[4], asked[5], asked[6], asked[7]], u16::from_be_bytes([asked[8], asked[9]])));
    let reply = |code: u8| [5, code, 0, 1, 0, 0, 0, 0, 0, 0];
    match manner {
        Manner::HangsUp => return Ok(()),
        Manner::Replies(code) if address.port() != 0 => return client.write_all(&reply(code)).await,
        _ => (),
    }
    let Ok(mut service) = TcpStream::connect(address).await else { return client.write_all(&reply(5)).await };
    client.write_all(&reply(0)).await?;
    copy_bidirectional(&mut client, &mut service).await.map(drop)
}

async fn text(stream: &mut TcpStream) -> io::Result<String> {
    let length = stream.read_u8().await?;
    let mut text = vec![0; length.into()];
    stream.read_exact(&mut text).await?;
    Ok(String::from_utf8(text).unwrap())
}

async fn listen() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap()
}

/// Starts a learner's service that follows `script` on each connection.
pub(crate) async fn service<F>(script: impl Fn(TcpStream) -> F + Send + 'static) -> Target
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let listener = listen().await;
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(script(stream));
        }
    });
    Target { address, learners: true }
}

/// A learner's service that reads a request's head, writes this, and hangs up.
pub(crate) async fn says(answer: impl Into<Vec<u8>>) -> Target {
    let answer = answer.into();
    service(move |mut stream| {
        let answer = answer.clone();
        async move {
            head(&mut stream).await?;
            stream.write_all(&answer).await
        }
    })
    .await
}

/// A learner's service that reads a request's head, writes `first`, and then
/// writes `again` for ever, as fast as it is read.
pub(crate) async fn never_stops(first: &'static str, again: &'static str) -> Target {
    service(move |mut stream| async move {
        head(&mut stream).await?;
        stream.write_all(first.as_bytes()).await?;
        let again = again.repeat(1 + 4096 / again.len());
        loop {
            stream.write_all(again.as_bytes()).await?;
        }
    })
    .await
}

/// A learner's service that takes connections and never says anything.
pub(crate) async fn silent() -> Target {
    service(|stream| async move {
        let _open = stream;
        std::future::pending().await
    })
    .await
}

/// Reads up to the empty line after a request's headers.
pub(crate) async fn head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8(head).unwrap())
}

/// An address that nobody listens on.
pub(crate) async fn nobody() -> Target {
    let address = listen().await.local_addr().unwrap();
    Target { address, learners: true }
}
