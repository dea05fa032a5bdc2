//! What is asked for an operator who examines a server: everything that comes back is told, within bounds.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use hyper::Method;
use sealbearer::upstream::{
    Addresses, PROBED_BYTES_MAX, Patience, Probed, Prober, Question, Silence,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::{Duration, Instant};
use url::Url;

use crate::support::internet::{Behind, Internet};

const PATIENCE: Patience =
    Patience { head: Duration::from_millis(600), body: Duration::from_millis(300) };

/// Somebody who says `answer` to whatever is asked, and then nothing.
async fn saying(answer: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has ports");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let _ = socket.read(&mut [0; 4_096]).await;
                let _ = socket.write_all(&answer).await;
                let _ = socket.read(&mut [0; 4_096]).await;
            });
        }
    });
    address
}

fn prober(internet: Arc<Internet>) -> Prober {
    Prober::new(internet, "Sealbearer/test".to_owned(), Vec::new(), PATIENCE)
}

async fn ask(answer: Vec<u8>) -> Result<Probed, Silence> {
    let url = format!("http://{SOMEBODY}/a?b=c");
    let internet = Internet::new();
    internet.put(SOMEBODY, 80, Behind::Listener(saying(answer).await));
    let question = Question::get(Url::parse(&url).expect("a URL"));
    prober(internet).ask(&question, Addresses::Public).await
}

const SOMEBODY: Ipv4Addr = Ipv4Addr::new(198, 35, 26, 96);

fn with_body(bytes: usize) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {bytes}\r\n\r\n");
    [head.into_bytes(), vec![b'x'; bytes]].concat()
}

#[tokio::test]
async fn every_status_is_an_answer() {
    for (status, name) in [(200, "OK"), (302, "Found"), (401, "Unauthorized"), (500, "Oops")] {
        let answer =
            format!("HTTP/1.1 {status} {name}\r\nlocation: /x\r\ncontent-length: 2\r\n\r\nhi");
        let probed = ask(answer.into_bytes()).await.expect("an answer");
        assert_eq!(
            (probed.status.as_u16(), &*probed.body, probed.is_cut),
            (status, &b"hi"[..], false)
        );
    }
}

#[tokio::test]
async fn what_does_not_end_is_cut_off() {
    for (bytes, is_cut) in [(PROBED_BYTES_MAX, false), (PROBED_BYTES_MAX + 1, true)] {
        let probed = ask(with_body(bytes)).await.expect("an answer");
        assert_eq!((probed.body.len(), probed.is_cut), (PROBED_BYTES_MAX, is_cut));
    }
    let stream = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\n".to_vec();
    let probed = ask(stream).await.expect("an answer");
    assert_eq!((&*probed.body, probed.is_cut), (&b"data: 1\n\n"[..], true));
}

#[tokio::test]
async fn nobody_is_waited_for_longer_than_promised() {
    let began = Instant::now();
    assert_eq!(ask(Vec::new()).await.expect_err("nothing is said"), Silence::Late);
    let half = ask(b"HTTP/1.1 200 OK\r\nx: ".to_vec()).await;
    assert_eq!(half.expect_err("it does not go on"), Silence::Late);
    assert!(began.elapsed() < PATIENCE.head * 2 + Duration::from_secs(1));
}

#[tokio::test]
async fn what_is_no_http_is_said_to_be_none() {
    let answer = ask(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()).await;
    assert!(matches!(answer, Err(Silence::NoResponse(_))), "{answer:?}");
}

#[tokio::test]
async fn a_name_is_judged_by_every_address_it_has() {
    let private = IpAddr::V4(Ipv4Addr::LOCALHOST);
    for (addresses, expected) in [
        (vec![private], Silence::AddressForbidden),
        (vec![IpAddr::V4(SOMEBODY), private], Silence::AddressForbidden),
        (vec![IpAddr::V4(SOMEBODY)], Silence::NoConnection),
        (vec![], Silence::NameUnknown),
    ] {
        let internet = Internet::new();
        internet.name("a.example", &addresses);
        let prober = prober(Arc::clone(&internet));
        let question = Question::get(Url::parse("http://a.example/").expect("a URL"));
        let answer = prober.ask(&question, Addresses::Public).await;
        assert_eq!(answer.expect_err("nobody is there"), expected);
        let asked_inside = internet.connected().iter().any(|address| address.ip() == private);
        assert!(!asked_inside);
    }
}

#[tokio::test]
async fn only_who_is_in_a_private_network_leads_to_another() {
    let internet = Internet::new();
    internet.name("inside.example", &[IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1))]);
    internet.name("outside.example", &[IpAddr::V4(SOMEBODY)]);
    let prober = prober(internet);
    for (url, expected) in [
        ("http://127.0.0.1:9000/mcp", Addresses::Any),
        ("http://[::1]/mcp", Addresses::Any),
        ("https://inside.example/mcp", Addresses::Any),
        ("https://outside.example/mcp", Addresses::Public),
        ("https://unknown.example/mcp", Addresses::Public),
        ("https://198.35.26.96/mcp", Addresses::Public),
    ] {
        let url = Url::parse(url).expect("a URL");
        assert_eq!(prober.addresses_near(&url).await, expected, "{url}");
    }
}

#[tokio::test]
async fn what_is_asked_is_sent_as_it_is() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has ports");
    let address = listener.local_addr().expect("it is bound");
    let heard = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("somebody comes");
        let mut heard = Vec::new();
        while !heard.ends_with(b"{}") {
            let byte = socket.read_u8().await.expect("it goes on");
            heard.push(byte);
        }
        let _ = socket.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
        String::from_utf8(heard).expect("text")
    });
    let url = Url::parse(&format!("http://{address}/a/b?c=%20d#e")).expect("a URL");
    let question = Question {
        method: Method::POST,
        headers: vec![("content-type", "application/json".to_owned())],
        body: "{}".to_owned(),
        ..Question::get(url)
    };
    let network = Arc::new(sealbearer::upstream::RealNetwork::default());
    let prober = Prober::new(network, "Sealbearer/test".to_owned(), Vec::new(), PATIENCE);
    let answer = prober.ask(&question, Addresses::Any).await.expect("an answer");
    assert_eq!(answer.status.as_u16(), 204);
    let heard = heard.await.expect("it was heard");
    assert!(heard.starts_with("POST /a/b?c=%20d HTTP/1.1\r\n"), "{heard}");
    for line in [
        format!("host: {address}"),
        "user-agent: Sealbearer/test".to_owned(),
        "connection: close".to_owned(),
    ] {
        assert!(heard.lines().any(|heard| heard == line), "{heard}");
    }
    assert!(
        !heard.to_lowercase().contains("cookie") && !heard.to_lowercase().contains("authorization")
    );
}
