//! Servers that do not answer, or not for a client, and what the client hears.
//! Source: RFC 9110 §15.6.3, §15.6.5; catalogue RSG-12.

use super::support::{ALICE, House, LIST, Say, Upstream, json, response};

async fn told(house: &House) -> String {
    let reply = house.post(ALICE, "", LIST).await;
    let error = &reply.json()["error"];
    assert_eq!(reply.json()["id"], 1, "it answers the request");
    assert_eq!(reply.header("www-authenticate"), None);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    format!("{} {} {}", reply.status, error["code"], error["message"].as_str().expect("a sentence"))
}

#[tokio::test]
async fn what_a_client_hears_of_a_server_that_does_not_answer() {
    let mut lines = Vec::new();
    // Nothing listens at port 1 of this machine.
    lines.push(told(&House::protecting("http://127.0.0.1:1/mcp", "").await).await);
    let hangs_up = Upstream::start(|_| Say::HangUp).await;
    lines.push(told(&House::before(&hangs_up, "").await).await);
    let silent = Upstream::start(|_| Say::Nothing).await;
    lines.push(told(&House::before(&silent, "answer_timeout = \"1s\"").await).await);
    let raves = Upstream::start(|_| Say::This("SSH-2.0-OpenSSH_9.9\r\n\r\n".to_owned())).await;
    lines.push(told(&House::before(&raves, "").await).await);
    let encrypted = Upstream::start(|_| json("{}")).await.url("/mcp").replace("http:", "https:");
    lines.push(told(&House::protecting(&encrypted, "connect_timeout = \"1s\"").await).await);
    insta::assert_snapshot!(lines.join("\n"), @"
    502 -32603 The MCP server behind this gateway cannot be reached. Whoever runs it must start it, or correct its URL.
    502 -32603 The MCP server behind this gateway broke off before it answered. It may have acted on the request all the same.
    504 -32603 The MCP server behind this gateway did not answer in time. It may have acted on the request all the same.
    502 -32603 The MCP server behind this gateway broke off before it answered. It may have acted on the request all the same.
    504 -32603 The MCP server behind this gateway did not take the connection in time.
    ");
}

#[tokio::test]
async fn rsg_12_what_is_meant_for_us_is_not_passed_back() {
    for (status, more) in [
        ("401 Unauthorized", "WWW-Authenticate: Bearer resource_metadata=\"http://198.51.100.1/\""),
        ("403 Forbidden", "WWW-Authenticate: Bearer error=\"insufficient_scope\""),
        ("407 Proxy Authentication Required", "Proxy-Authenticate: Basic"),
        ("302 Found", "Location: http://198.51.100.1/"),
        ("307 Temporary Redirect", "Location: /mcp/"),
        ("304 Not Modified", "ETag: \"a\""),
        ("101 Switching Protocols", "Connection: Upgrade\r\nUpgrade: websocket"),
    ] {
        let head = format!("{status}\r\n{more}\r\nSet-Cookie: a=b");
        let upstream = Upstream::start(move |_| response(&head, "")).await;
        let house = House::before(&upstream, "credential = \"ours\"").await;
        let told = told(&house).await;
        assert!(
            told.starts_with("502 -32603 The MCP server behind this gateway "),
            "{status}: {told}"
        );
        assert_eq!(upstream.heard().len(), 1, "{status}: nobody follows");
    }
}

#[tokio::test]
async fn rsg_12_headers_that_are_not_for_clients_are_not_passed_back() {
    let head = "200 OK\r\nContent-Type: application/json\r\nSet-Cookie: __Host-login=x\r\nWWW-Authenticate: Basic\r\n\
                Access-Control-Allow-Origin: https://evil.example\r\nStrict-Transport-Security: max-age=0\r\nClear-Site-Data: \"*\"\r\n\
                Alt-Svc: h2=\"evil.example:443\"\r\nLocation: /x\r\nServer: uvicorn\r\nCache-Control: public, max-age=60\r\n\
                Connection: Mcp-Secret\r\nMcp-Secret: x\r\nRefresh: 0; url=/\r\nContent-Security-Policy: none\r\nX-Correlation-Id: x";
    let upstream = Upstream::saying(head, "{}").await;
    let house = House::before(&upstream, "").await;
    let reply = house.post(ALICE, "Origin: http://127.0.0.1:8080", LIST).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("www-authenticate"), None);
    let all = format!("{reply:?}").to_lowercase();
    for word in [
        "evil",
        "set-cookie",
        "max-age",
        "clear-site",
        "alt-svc",
        "location",
        "uvicorn",
        "mcp-secret",
        "refresh",
    ] {
        assert!(!all.contains(word), "{word}: {all}");
    }
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "CORS is ours");
    assert_eq!(upstream.last().header("origin"), None);
}

#[tokio::test]
async fn no_more_requests_at_once_than_the_server_takes() {
    let upstream = Upstream::start(|_| Say::Nothing).await;
    let house = House::before(&upstream, "requests_max = 2\nconnect_timeout = \"1s\"").await;
    let [_one, _two] = [
        house.open(&super::support::posting(ALICE, ""), LIST).await,
        house.open(&super::support::posting(ALICE, ""), LIST).await,
    ];
    while upstream.heard().len() < 2 {
        tokio::task::yield_now().await;
    }
    let told = told(&house).await;
    assert!(told.starts_with("503 "), "{told}");
    assert_eq!(upstream.heard().len(), 2);
}
