//! Sessions of the server, bound to whom it gave them.
//! Source: MCP streamable HTTP (session management), MCP security best practices 2026-07-28.

use super::support::{
    ALICE, BOB, House, LIST, Upstream, asking, deployment, json, posting, response,
};
use crate::support::Clock;

const SESSION: &str = "visible.!~ASCII-1";

fn session(headers: &[(String, String)]) -> String {
    let found = headers.iter().find(|(name, _)| name == "mcp-session-id");
    found.map(|(_, value)| value.clone()).expect("a session")
}

async fn upstream() -> Upstream {
    Upstream::start(|heard| match heard.header("mcp-session-id") {
        None => response(
            &format!("200 OK\r\nContent-Type: application/json\r\nMcp-Session-Id: {SESSION}"),
            "{}",
        ),
        Some(SESSION) => json("{}"),
        Some(_) => response("404 Not Found", "unknown"),
    })
    .await
}

#[tokio::test]
async fn a_session_is_known_to_its_subject_at_every_node_and_to_nobody_else() {
    let (upstream, clock) = (upstream().await, Clock::new());
    let deployment = deployment(&upstream.url("/mcp"), "");
    let [one, other] =
        [House::start(&deployment, &clock).await, House::start(&deployment, &clock).await];
    let reply = one.post(ALICE, "", LIST).await;
    let bound = session(&reply.headers);
    assert_ne!(bound, SESSION);
    assert!(bound.bytes().all(|byte| byte.is_ascii_graphic()), "{bound}");
    let header = format!("Mcp-Session-Id: {bound}");
    for house in [&one, &other] {
        assert_eq!(house.post(ALICE, &header, LIST).await.status, 200);
        assert_eq!(upstream.last().header("mcp-session-id"), Some(SESSION));
    }
    let before = upstream.heard().len();
    for method in ["POST", "GET", "DELETE"] {
        let text = asking(method, BOB, &format!("{header}\r\nContent-Type: application/json"));
        let body = if method == "POST" { LIST } else { "" };
        let reply = one.ask(&text, body).await;
        assert_eq!(reply.status, 404, "{method}");
        assert_eq!(reply.json()["error"]["code"], -32_001);
    }
    assert_eq!(upstream.heard().len(), before, "nothing of it was passed on");
}

#[tokio::test]
async fn a_session_that_nobody_here_gave_out_is_unknown() {
    let upstream = upstream().await;
    let house = House::before(&upstream, "").await;
    let bound = session(&house.post(ALICE, "", LIST).await.headers);
    let (start, end) = bound.split_at(bound.len() - 1);
    let changed = format!("{start}{}", if end == "A" { "B" } else { "A" });
    let shorter = bound.rsplit_once('.').expect("a mark").0;
    for forged in [
        SESSION,
        &changed,
        start,
        shorter,
        ".",
        "",
        "x",
        &format!("x{bound}"),
        &format!("{bound}\r\nMcp-Session-Id: {bound}"),
    ] {
        let reply = house.post(ALICE, &format!("Mcp-Session-Id: {forged}"), LIST).await;
        assert_eq!(reply.status, 404, "{forged}");
    }
    assert_eq!(upstream.heard().len(), 1);
}

/// It has no sessions, and tells servers to ignore the header.
#[tokio::test]
async fn the_revision_without_sessions_ignores_the_header() {
    let upstream = upstream().await;
    let house = House::before(&upstream, "").await;
    let sent = "Mcp-Protocol-Version: 2026-07-28\r\nMcp-Session-Id: whatever";
    assert_eq!(house.post(ALICE, sent, LIST).await.status, 200);
    assert_eq!(upstream.last().header("mcp-session-id"), None);
}

/// A mark is made for one resource: the same server at two paths is two resources with tokens of their own.
#[tokio::test]
async fn a_session_of_one_resource_is_unknown_at_another() {
    let (upstream, clock) = (upstream().await, Clock::new());
    let second =
        format!("[[resources]]\npath = \"/other\"\nupstream = \"{}\"", upstream.url("/mcp"));
    let deployment = deployment(&upstream.url("/mcp"), "").with(&second);
    let house = House::start(&deployment, &clock).await;
    let bound = session(&house.post(ALICE, "", LIST).await.headers);
    let text = posting(ALICE, &format!("Mcp-Session-Id: {bound}"));
    assert_eq!(house.ask(&text, LIST).await.status, 200);
    assert_eq!(house.ask(&text.replacen("/mcp", "/other", 1), LIST).await.status, 404);
}

#[tokio::test]
async fn a_session_named_as_mcp_does_not_know_is_not_passed_back() {
    let long = "x".repeat(2_049);
    for name in [long.as_str(), "\u{e9}"] {
        let head = format!("200 OK\r\nMcp-Session-Id: {name}");
        let upstream = Upstream::start(move |_| response(&head, "{}")).await;
        let house = House::before(&upstream, "").await;
        assert_eq!(house.post(ALICE, "", LIST).await.status, 502);
    }
}
