//! How large a head may be, what it must name, and what makes it ambiguous.

use super::*;

fn with_headers(count: usize) -> String {
    let lines = "X: y\r\n".repeat(count - 1);
    format!("GET / HTTP/1.0\r\nHost: a\r\n{lines}\r\n")
}

/// A request whose head has exactly `bytes` bytes.
fn with_head_bytes(bytes: usize) -> String {
    let (start, end) = ("GET / HTTP/1.0\r\nHost: a\r\nX: ", "\r\n\r\n");
    format!("{start}{}{end}", "y".repeat(bytes - start.len() - end.len()))
}

fn with_uri_bytes(bytes: usize) -> String {
    format!("GET /?{} HTTP/1.0\r\nHost: a\r\n\r\n", "y".repeat(bytes - 2))
}

#[tokio::test]
async fn heads_on_each_side_of_each_limit() {
    let server = Running::new(patient(), echoing()).await;
    for (request, expected) in [
        (with_headers(64), "200"),
        (with_headers(65), "431"),
        (with_head_bytes(16 * 1024), "200"),
        (with_head_bytes(16 * 1024 + 1), "431"),
        (with_uri_bytes(8 * 1024), "200"),
        (with_uri_bytes(8 * 1024 + 1), "414"),
    ] {
        let answer = server.ask(&request).await.replace("HTTP/1.0", "HTTP/1.1");
        assert_eq!(statuses(&answer), [expected], "{} bytes", request.len());
    }
}

#[tokio::test]
async fn a_head_that_never_ends_is_refused_at_its_limit() {
    let server = Running::new(patient(), echoing()).await;
    let endless = format!("GET / HTTP/1.1\r\nX: {}", "y".repeat(17 * 1024));
    assert_eq!(statuses(&server.ask(endless).await), ["431"]);
}

#[tokio::test]
async fn a_request_framed_in_two_ways_is_refused_and_ends_the_connection() {
    let server = Running::new(patient(), echoing()).await;
    for framing in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
    ] {
        let smuggled = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
        let request = format!("POST / HTTP/1.1\r\nHost: a\r\n{framing}\r\n\r\n{smuggled}");
        assert_eq!(statuses(&server.ask(request).await), ["400"], "{framing}");
    }
}

#[tokio::test]
async fn the_second_request_of_a_connection_is_watched_like_the_first() {
    let server = Running::new(patient(), echoing()).await;
    let chunked =
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";
    let sized = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab";
    let both = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    for first in [chunked, sized] {
        let mut connection = server.connect().await;
        connection.send(first).await;
        let answer = connection.until("\r\n\r\nab").await;
        assert_eq!(statuses(&answer), ["200"], "{first}");
        connection.send(both).await;
        assert_eq!(statuses(&connection.rest().await), ["400"], "after {first}");
    }
}

#[tokio::test]
async fn a_request_names_one_host() {
    let server = Running::new(patient(), echoing()).await;
    for (hosts, expected) in
        [("", "400"), ("Host: a\r\n", "200"), ("Host: a\r\nHost: b\r\n", "400")]
    {
        let request = format!("GET / HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
        assert_eq!(statuses(&server.ask(request).await), [expected], "{hosts:?}");
    }
    // Before HTTP/1.1 there was no such header.
    let answer = server.ask("GET / HTTP/1.0\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.0 200 "), "{answer:?}");
}

#[tokio::test]
async fn http_2_is_not_spoken() {
    let server = Running::new(patient(), echoing()).await;
    let answer = server.ask("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert!(!answer.contains("200"), "{answer:?}");
}
