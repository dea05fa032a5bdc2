//! Requests that mean to reach the server in another way than the gate thinks.
//! Source: catalogue RSG-05 to RSG-10, RSG-16; RFC 9112 §6.3.

use super::support::{ALICE, BOB, House, LIST, Upstream, asking, json, posting, token};

#[tokio::test]
async fn rsg_05_no_header_changes_method_or_url() {
    let upstream = Upstream::start(|_| json("{}")).await;
    let house = House::before(&upstream, "").await;
    for header in [
        "X-Original-URL: /admin",
        "X-Rewrite-URL: /admin",
        "X-HTTP-Method-Override: DELETE",
        "X-Forwarded-Uri: /admin",
        "X-Forwarded-Host: evil.example",
        "Forwarded: host=evil.example",
    ] {
        assert_eq!(house.post(ALICE, header, LIST).await.status, 200);
        let heard = upstream.last();
        assert_eq!(heard.line, "POST /mcp HTTP/1.1", "{header}");
        assert!(
            !format!("{heard:?}").contains("evil") && !format!("{heard:?}").contains("admin"),
            "{heard:?}"
        );
    }
}

#[tokio::test]
async fn rsg_06_rsg_07_no_other_spelling_of_the_path_leads_anywhere() {
    let upstream = Upstream::start(|_| json("{}")).await;
    let house = House::before(&upstream, "").await;
    for path in [
        "/mcp/..%2fadmin",
        "/mcp/%2e%2e/admin",
        "/mcp/%252e%252e/admin",
        "/mcp/..\\admin",
        "/mcp/..%5cadmin",
        "/mcp/%c0%ae%c0%ae/admin",
        "/mcp/../admin",
        "/mcp/./",
        "//mcp",
        "/mcp//",
        "/mcp%00",
        "/%6dcp",
        "/mcp/%0d%0aX:y",
        "/mcp;a=b",
        "/MCP",
        "/mcp/admin",
        "/mcp.",
    ] {
        for number in [ALICE, 9] {
            let text = posting(number, "").replacen("/mcp", path, 1);
            let status = house.ask(&text, LIST).await.status;
            assert!([400, 401, 404].contains(&status), "{path}: {status}");
            let is_encoded = ["%", "\\", "//", "/."].iter().any(|part| path.contains(part));
            assert_eq!(status == 400, is_encoded, "{path}: {status}");
        }
    }
    for path in ["/mcp/%25", "/mcp%25", "/mcp/100%25/x"] {
        let text = posting(ALICE, "").replacen("/mcp", path, 1);
        assert_eq!(house.ask(&text, LIST).await.status, 404, "{path}: a percent sign is one path");
    }
    assert_eq!(upstream.heard().len(), 0);
}

#[tokio::test]
async fn rsg_08_what_a_client_writes_into_the_url_stays_a_query() {
    let upstream = Upstream::start(|_| json("{}")).await;
    let house = House::before(&upstream, "").await;
    for query in [
        "a=../../admin",
        "@evil.example/",
        "a=//evil.example",
        "a=%0d%0aX-Forwarded-User:%20mallory",
        "to",
        "to=/admin",
        "to=%2Fadmin.AAAAAAAAAAAAAAAAAAAAAA",
    ] {
        let text = posting(ALICE, "").replacen("/mcp", &format!("/mcp?{query}"), 1);
        let status = house.ask(&text, LIST).await.status;
        if query.starts_with("to") {
            assert_eq!(status, 404, "{query}");
        } else {
            assert_eq!(status, 200, "{query}");
            assert_eq!(upstream.last().line, format!("POST /mcp?{query} HTTP/1.1"));
            assert_eq!(upstream.last().header("host"), Some(upstream.address.to_string().as_str()));
        }
    }
}

#[tokio::test]
async fn rsg_09_no_user_agent_is_let_in_without_a_token() {
    let upstream = Upstream::start(|_| json("{}")).await;
    let house = House::before(&upstream, "").await;
    for agent in ["kube-probe/1.29", "GoogleHC/1.0", "ELB-HealthChecker/2.0"] {
        let reply = house.ask(&format!("GET /mcp\r\nUser-Agent: {agent}"), "").await;
        assert_eq!(reply.status, 401, "{agent}");
    }
    assert_eq!(upstream.heard().len(), 0);
}

/// Whatever may be read in two ways is refused, its connection is closed, and the server hears nothing of either reading.
#[tokio::test]
async fn rsg_10_requests_with_two_ends_are_not_passed_on() {
    let upstream = Upstream::start(|_| json("{}")).await;
    let house = House::before(&upstream, "").await;
    let smuggled = format!(
        "0\r\n\r\nPOST /mcp HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\n\r\n",
        token(BOB)
    );
    for framing in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: identity, chunked, identity",
        "Content-Length: 5\r\nContent-Length: 6",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: xchunked",
        "Content-Length: 5\r\n X: folded",
        "Content-Length : 5",
        "Content-Length: +5",
        "Transfer-Encoding\t: chunked",
    ] {
        let text = posting(ALICE, framing);
        let reply = house.ask(&text, &smuggled).await;
        assert_eq!(reply.status, 400, "{framing}: {reply:?}");
        assert_eq!(reply.body.matches("HTTP/1.1").count(), 0, "{framing}: one answer");
    }
    assert_eq!(upstream.heard().len(), 0);
}

#[tokio::test]
async fn rsg_16_other_hosts_and_foreign_pages_are_refused_before_anything_is_passed_on() {
    let upstream = Upstream::start(|_| json("{}")).await;
    let deployment = super::support::deployment(&upstream.url("/mcp"), "")
        .with("[cors]\norigins = [\"https://app.example\"]");
    let house = House::start(&deployment, &crate::support::Clock::new()).await;
    for (text, status) in [
        (posting(ALICE, "Origin: https://evil.example"), 403),
        (asking("GET", ALICE, "Origin: null"), 403),
        (posting(ALICE, "Origin: https://app.example"), 200),
    ] {
        let body = if text.starts_with("POST") { LIST } else { "" };
        assert_eq!(house.ask(&text, body).await.status, status, "{text}");
    }
    assert_eq!(upstream.heard().len(), 1);
}
