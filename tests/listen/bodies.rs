//! Bodies at their limits, however they are framed and whatever they announce.

use sealbearer::http::layer::Layer as _;
use sealbearer::http::limits::{BodyLimit, RequestLimits};
use sealbearer::listen::{UNREAD_BYTES_MAX, UNREAD_DEADLINE};

use super::*;

const LIMIT: usize = 64 * 1024;

async fn limited(limit: BodyLimit) -> Running {
    let special = [("/mcp".to_owned(), BodyLimit::MCP)];
    Running::new(patient(), RequestLimits::new(limit, special).around(echoing())).await
}

fn sized(path: &str, announced: usize, bytes: usize) -> String {
    let body = "x".repeat(bytes);
    format!(
        "POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {announced}\r\n\r\n{body}"
    )
}

fn chunked(bytes: usize) -> String {
    let body: String = format!("400\r\n{}\r\n", "x".repeat(1024)).repeat(bytes / 1024);
    let rest = bytes % 1024;
    let last =
        if rest > 0 { format!("{rest:x}\r\n{}\r\n", "x".repeat(rest)) } else { String::new() };
    format!(
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{body}{last}0\r\n\r\n"
    )
}

#[tokio::test]
async fn bodies_on_each_side_of_the_limit() {
    let server = limited(BodyLimit::OAUTH).await;
    for (request, expected) in [
        (sized("/", LIMIT, LIMIT), "200"),
        (sized("/", LIMIT + 1, LIMIT + 1), "413"),
        (chunked(LIMIT), "200"),
        (chunked(LIMIT + 1), "413"),
        (sized("/mcp", LIMIT + 1, LIMIT + 1), "200"),
        (sized("/mcp/", LIMIT + 1, LIMIT + 1), "200"),
        (sized("/mcp-other", LIMIT + 1, LIMIT + 1), "413"),
    ] {
        assert_eq!(statuses(&server.ask(&request).await), [expected], "{}", &request[..90]);
    }
}

#[tokio::test]
async fn an_announced_body_that_is_too_large_is_refused_before_it_arrives() {
    let server = limited(BodyLimit::OAUTH).await;
    let answer = server.ask(sized("/", LIMIT + 1, 0)).await;
    assert_eq!(statuses(&answer), ["413"]);
}

#[tokio::test]
async fn a_body_that_ends_before_it_was_announced_to_is_no_body() {
    let server = limited(BodyLimit::OAUTH).await;
    let mut connection = server.connect().await;
    connection.send(sized("/", 10, 5)).await;
    connection.0.shutdown().await.expect("it is open");
    let answer = connection.rest().await;
    assert!(!answer.contains("200 OK"), "{answer:?}");
}

#[tokio::test]
async fn what_follows_a_body_shorter_than_sent_is_not_part_of_it() {
    let server = limited(BodyLimit::OAUTH).await;
    let mut connection = server.connect().await;
    connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nabcd\r\n\r\n").await;
    let answer = connection.rest().await;
    assert_eq!(statuses(&answer), ["200", "400"]);
    assert!(!answer.contains("abc"), "{answer:?}");
}

#[tokio::test]
async fn a_body_that_dawdles_is_refused() {
    let limit = BodyLimit { deadline: SOON, ..BodyLimit::OAUTH };
    let server = limited(limit).await;
    for start in [sized("/", 10, 5), chunked(1024).replace("0\r\n\r\n", "")] {
        assert_eq!(statuses(&server.ask(start).await), ["408"]);
    }
}

/// Answers without having read, and says when.
async fn uninterested(answered: &Arc<Notify>) -> Running {
    let answered = Arc::clone(answered);
    let endpoint = poem::endpoint::make_sync(move |_| {
        answered.notify_one();
        StatusCode::UNAUTHORIZED.into_response()
    });
    Running::new(patient(), endpoint).await
}

/// A client that sends head and body in two packets, as most do, sends its next request on the same connection.
#[tokio::test]
async fn a_body_that_nobody_reads_does_not_end_the_connection() {
    let answered = Arc::default();
    let server = uninterested(&answered).await;
    let mut connection = server.connect().await;
    let most = "x".repeat(usize::try_from(UNREAD_BYTES_MAX).expect("it fits"));
    for body in ["abcde", "a", "", most.as_str()] {
        let length = body.len();
        for (framing, body) in [
            (format!("Content-Length: {length}"), body.to_owned()),
            ("Transfer-Encoding: chunked".to_owned(), format!("{length:x}\r\n{body}\r\n0\r\n\r\n")),
        ] {
            if length == 0 && framing.starts_with('T') {
                continue; // It would be two ends.
            }
            connection.send(format!("POST / HTTP/1.1\r\nHost: a\r\n{framing}\r\n\r\n")).await;
            let told = tokio::time::timeout(NEVER, answered.notified()).await;
            told.expect("the connection lives");
            connection.send(body).await;
            let head = connection.until("\r\n\r\n").await.to_lowercase();
            assert_eq!(statuses(&head.to_uppercase()), ["401"], "{framing}");
            assert!(!head.contains("connection: close"), "{framing}: {head}");
        }
    }
}

/// What is too much, or does not come, is not waited for: the answer says that the connection ends.
#[tokio::test]
async fn a_body_that_is_too_much_to_throw_away_ends_the_connection_and_says_so() {
    let server = uninterested(&Arc::default()).await;
    let over = UNREAD_BYTES_MAX + 1;
    let chunk = "x".repeat(usize::try_from(over).expect("it fits"));
    for (rest, least) in [
        (format!("Content-Length: {over}\r\n\r\n"), Duration::ZERO),
        (
            format!("Transfer-Encoding: chunked\r\n\r\n{over:x}\r\n{chunk}\r\n0\r\n\r\n"),
            Duration::ZERO,
        ),
        ("Content-Length: 5\r\n\r\nabcd".to_owned(), UNREAD_DEADLINE),
        ("Content-Length: 5\r\nExpect: 100-continue\r\n\r\n".to_owned(), Duration::ZERO),
    ] {
        let began = std::time::Instant::now();
        let answer = server.ask(format!("POST / HTTP/1.1\r\nHost: a\r\n{rest}")).await;
        assert_eq!(statuses(&answer), ["401"], "{least:?}");
        assert!(began.elapsed() >= least, "{:?}", began.elapsed());
        assert!(answer.to_lowercase().contains("connection: close"), "{answer}");
    }
}
