//! What is passed on, and what comes back.
//! Source: MCP transports of all revisions; RFC 9110 §7.6.

use super::support::{ALICE, House, LIST, Say, Upstream, asking, json, posting, response};

#[tokio::test]
async fn a_message_and_its_answer_cross_as_they_are() {
    let answer = "{ \"jsonrpc\" : \"2.0\", \"id\":1.50, \"result\":{\"z\":1,\"a\":2} }";
    let upstream = Upstream::start(move |_| json(answer)).await;
    let house = House::before(&upstream, "").await;
    let message = "{ \"jsonrpc\" : \"2.0\", \"id\":1.50, \"method\":\"no/such/method\",\n\"params\":{\"z\":1,\"a\":2} }";
    for path in ["/mcp", "/mcp/"] {
        let asked = posting(ALICE, "").replacen("/mcp", path, 1);
        let reply = house.ask(&asked, message).await;
        assert_eq!((reply.status, reply.body.as_str()), (200, answer), "{path}");
        assert_eq!(reply.header("content-type"), Some("application/json"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let heard = upstream.last();
        assert_eq!((heard.line.as_str(), heard.body.as_str()), ("POST /mcp HTTP/1.1", message));
        assert_eq!(heard.header("host"), Some(upstream.address.to_string().as_str()));
        assert_eq!(heard.header("accept"), Some("application/json, text/event-stream"));
    }
}

#[tokio::test]
async fn every_method_of_the_transports_crosses() {
    for (method, forwarded, status) in [
        ("GET", "GET", 405),
        ("DELETE", "DELETE", 405),
        // A HEAD is answered as the GET that it stands for.
        ("HEAD", "GET", 405),
    ] {
        let upstream = Upstream::saying("405 Method Not Allowed\r\nAllow: POST", "").await;
        let house = House::before(&upstream, "").await;
        let reply = house.ask(&asking(method, ALICE, ""), "").await;
        assert_eq!((reply.status, reply.header("allow")), (status, Some("POST")), "{method}");
        assert_eq!(upstream.last().line, format!("{forwarded} /mcp HTTP/1.1"));
    }
}

/// A client of 2026-07-28 tells from the body of a 400 which revision to speak.
#[tokio::test]
async fn a_body_of_any_other_status_is_untouched() {
    for status in [200, 202, 204, 400, 404, 405, 406, 409, 415, 429, 500, 501, 503] {
        let body = if status == 204 { "" } else { "\u{0}what the server says\r\n\r\n" };
        let head = format!("{status} Whatever\r\nContent-Type: application/json\r\nRetry-After: 7");
        let upstream = Upstream::start(move |_| response(&head, body)).await;
        let house = House::before(&upstream, "").await;
        let reply = house.post(ALICE, "", LIST).await;
        assert_eq!((reply.status, reply.body.as_str()), (status, body));
        assert_eq!(reply.header("retry-after"), Some("7"));
    }
}

#[tokio::test]
async fn headers_of_the_transport_cross_whatever_revision_they_are_of() {
    let upstream = Upstream::saying(
        "200 OK\r\nContent-Type: application/json\r\nMcp-Protocol-Version: 2025-11-25\r\nMcp-Later: yes",
        "{}",
    );
    let upstream = upstream.await;
    let house = House::before(&upstream, "headers_passed = [\"X-Team\"]").await;
    let message = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}"#;
    let sent = "Mcp-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: echo\r\nMcp-Param-City: here\r\n\
                MCP-PARAM-city_name: there\r\nMcp-Later: maybe\r\nMcp-Later: yes\r\nLast-Event-ID: 7\r\nX-Team: red\r\n\
                User-Agent: a client\r\nTraceparent: 00-1-2-3";
    let reply = house.post(ALICE, sent, message).await;
    assert_eq!(reply.header("mcp-protocol-version"), Some("2025-11-25"));
    assert_eq!(reply.header("mcp-later"), Some("yes"));
    let heard = upstream.last();
    let mut names = heard.names();
    names.sort_unstable();
    let expected = [
        "accept",
        "content-length",
        "content-type",
        "host",
        "last-event-id",
        "mcp-later",
        "mcp-later",
        "mcp-method",
        "mcp-name",
        "mcp-param-city",
        "mcp-param-city_name",
        "mcp-protocol-version",
        "traceparent",
        "user-agent",
        "x-team",
    ];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn the_url_is_the_configured_one_with_the_query_of_one_side() {
    let upstream = Upstream::start(|_| json("{}")).await;
    for (configured, asked, expected) in [
        ("/", "/mcp", "/"),
        ("/a/b", "/mcp/?x=%2e%2e&y", "/a/b?x=%2e%2e&y"),
        ("/a/b?key=1", "/mcp?key=2", "/a/b?key=1"),
    ] {
        let house = House::protecting(&upstream.url(configured), "").await;
        let text = posting(ALICE, "").replacen("/mcp", asked, 1);
        assert_eq!(house.ask(&text, LIST).await.status, 200);
        assert_eq!(upstream.last().line, format!("POST {expected} HTTP/1.1"));
    }
}

#[tokio::test]
async fn connections_are_used_again() {
    let upstream = Upstream::start(|_| json("{}")).await;
    let house = House::before(&upstream, "").await;
    for _ in 0..10 {
        assert_eq!(house.post(ALICE, "", LIST).await.status, 200);
    }
    assert_eq!(upstream.heard().len(), 10);
    assert!(upstream.connections() < 10, "{}", upstream.connections());
}

/// Many servers close a connection on their own account: whoever asks next is not to notice.
#[tokio::test]
async fn a_connection_that_the_server_closed_is_not_used_again() {
    let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    let upstream = Upstream::start(|_| Say::Last(answer.to_owned())).await;
    let house = House::before(&upstream, "").await;
    for asked in 1..=10 {
        assert_eq!(house.post(ALICE, "", LIST).await.status, 200);
        assert_eq!(upstream.heard().len(), asked, "nothing is sent twice");
    }
}
