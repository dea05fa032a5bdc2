//! Which answers are taken, and what everybody hears of the others.

use std::net::{IpAddr, SocketAddr};

use sealbearer::upstream::FetchError;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::{Duration, Instant, sleep};
use wiremock::ResponseTemplate;

use super::{BYTES_MAX, HOST, LIMITS, URL, answering, fetch, json, upstream};
use crate::support::authority::Identity;
use crate::support::internet::{Behind, Internet};

async fn taken(response: ResponseTemplate) -> bool {
    let (internet, _site) = answering(response).await;
    match fetch(&upstream(&internet), URL).await {
        Ok(_) => true,
        Err(FetchError::Unavailable) => false,
        Err(FetchError::Busy) => panic!("nothing else is going on"),
    }
}

#[tokio::test]
async fn ssrf_05_no_redirect_is_followed() {
    for status in [301, 302, 303, 307, 308] {
        let redirect = ResponseTemplate::new(status)
            .append_header("location", "https://client.example.com/other")
            .set_body_raw("{}".as_bytes(), "application/json");
        let (internet, site) = answering(redirect).await;
        let fetched = fetch(&upstream(&internet), URL).await;
        assert_eq!(fetched.err(), Some(FetchError::Unavailable), "{status}");
        assert_eq!(site.received_requests().await.expect("requests are kept").len(), 1);
    }
}

#[tokio::test]
async fn ssrf_13_only_200_with_json_is_a_document() {
    for status in [201, 204, 206, 304, 401, 403, 404, 429, 500, 503] {
        let response =
            ResponseTemplate::new(status).set_body_raw("{}".as_bytes(), "application/json");
        assert!(!taken(response).await, "{status}");
    }
    for (content_type, is_taken) in [
        ("application/json", true),
        ("application/json; charset=utf-8", true),
        ("Application/JSON", true),
        ("application/cimd+json", true),
        ("application/ld+json;profile=x", true),
        ("application/+json", false),
        ("application/jsonp", false),
        ("application/jwt", false),
        ("text/html", false),
        ("text/json", false),
        ("text/plain", false),
        ("", false),
    ] {
        let response = ResponseTemplate::new(200).set_body_raw("{}".as_bytes(), content_type);
        assert_eq!(taken(response).await, is_taken, "{content_type}");
    }
}

#[tokio::test]
async fn an_answer_says_once_what_it_is() {
    for (head, is_taken) in [
        ("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}", true),
        (
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-type: text/html\r\n\
             content-length: 2\r\n\r\n{}",
            false,
        ),
        ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", false),
        ("{}", false),
    ] {
        let internet = Internet::new();
        let site = host_that_sends(head, "", Duration::from_secs(9)).await;
        internet.host_with(HOST, &Identity::of(HOST), site, None).await;
        assert_eq!(fetch(&upstream(&internet), URL).await.is_ok(), is_taken, "{head}");
    }
}

#[tokio::test]
async fn a_compressed_answer_is_not_read() {
    for coding in ["gzip", "br", "deflate", "identity, gzip"] {
        assert!(!taken(json("{}").append_header("content-encoding", coding)).await, "{coding}");
    }
    assert!(taken(json("{}").append_header("content-encoding", "identity")).await);
}

#[tokio::test]
async fn a_body_has_at_most_so_many_bytes() {
    let body = |length: usize| json(&" ".repeat(length));
    assert!(taken(body(BYTES_MAX)).await);
    assert!(!taken(body(BYTES_MAX + 1)).await);
}

/// An answer is read or not at once: what is not there yet cannot be counted.
#[tokio::test]
async fn what_is_in_front_of_a_body_has_at_most_so_many_bytes_and_lines() {
    let with = |count: usize, length: usize| {
        let lines = (0..count).map(|number| format!("x-{number}: {}", "x".repeat(length)));
        lines.fold(json("{}"), |response, line| {
            let (name, value) = line.split_once(": ").expect("it is a header");
            response.append_header(name, value)
        })
    };
    assert!(taken(with(10, 1_000)).await, "10 kB");
    assert!(!taken(with(10, 2_000)).await, "20 kB");
    assert!(taken(with(60, 1)).await, "60 lines and a few that every server adds");
    assert!(!taken(with(64, 1)).await, "64 lines and a few that every server adds");
}

/// A host that sends these bytes one after another, so fast.
async fn host_that_sends(head: &'static str, part: &'static str, pause: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has ports");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4_096];
                let _ = socket.read(&mut request).await;
                let _ = socket.write_all(head.as_bytes()).await;
                for _ in 0..100_000 {
                    sleep(pause).await;
                    if socket.write_all(part.as_bytes()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

#[tokio::test]
async fn ssrf_11_slow_endless_and_oversized_answers_end_with_the_deadline() {
    let slow = Duration::from_millis(20);
    let cases: [(&'static str, &'static str, Duration); 6] = [
        (
            concat!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n",
                "content-length: 9999\r\n\r\n"
            ),
            "x",
            slow,
        ),
        (
            concat!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n", "\r\n"),
            "xxxxxxxxxxxxxxxx",
            Duration::ZERO,
        ),
        (
            concat!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n",
                "transfer-encoding: chunked\r\n\r\n"
            ),
            "1\r\nx\r\n",
            slow,
        ),
        (
            "HTTP/1.1 200 OK\r\n",
            "x-more: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n",
            Duration::ZERO,
        ),
        ("HTTP/1.1 200 OK\r\n", "x", slow),
        ("HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", slow),
    ];
    for (head, part, pause) in cases {
        let internet = Internet::new();
        let site = host_that_sends(head, part, pause).await;
        internet.host_with(HOST, &Identity::of(HOST), site, None).await;
        let started = Instant::now();
        let fetched = fetch(&upstream(&internet), URL).await;
        assert_eq!(fetched.err(), Some(FetchError::Unavailable), "{head}");
        assert!(started.elapsed() < LIMITS.deadline * 2, "{head}");
    }
}

#[tokio::test]
async fn ssrf_17_refused_closed_filtered_and_wrong_look_alike() {
    let (answers_404, _site) = answering(ResponseTemplate::new(404)).await;
    let (answers_html, _other) =
        answering(ResponseTemplate::new(200).set_body_string("secret")).await;
    let at = IpAddr::from([198, 35, 26, 1]);
    let with = |setup: &dyn Fn(&Internet)| {
        let internet = Internet::new();
        setup(&internet);
        internet
    };
    let unknown = with(&|_| {});
    let forbidden = with(&|internet| internet.name(HOST, &[[10, 0, 0, 1].into()]));
    let closed = with(&|internet| internet.name(HOST, &[at]));
    let filtered = with(&|internet| {
        internet.name(HOST, &[at]);
        internet.put(at, 443, Behind::Filter);
    });
    let mut told = Vec::new();
    for internet in [unknown, forbidden, closed, filtered, answers_404, answers_html] {
        let started = Instant::now();
        let error = fetch(&upstream(&internet), URL).await.expect_err("there is no document");
        let took = started.elapsed();
        assert!(took >= LIMITS.deadline, "{took:?} is too fast");
        assert!(took < LIMITS.deadline * 3 / 2, "{took:?} is too slow");
        told.push(format!("{error:?}"));
    }
    told.dedup();
    assert_eq!(told, ["Unavailable"]);
}
