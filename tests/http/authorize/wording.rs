//! How an authorization request must be written: every parameter once, in a query or a form of bearable size.

use super::vouched;
use crate::support::{Ask, Browser, Reply, Serve as _};

fn assert_page(reply: &Reply, sentence: &str) {
    assert!(reply.is_page(), "{sentence}: {} {}", reply.status, reply.body);
    assert_eq!(reply.status, 400, "{sentence}");
    assert_eq!(reply.header("location"), None, "{sentence}");
    assert_eq!(reply.header("cache-control"), Some("no-store"), "{sentence}");
}

#[test]
fn auz_09_a_parameter_that_is_repeated_spoils_the_request() {
    let (node, client) = vouched();
    let right = client.request();
    for (name, value) in right.fields() {
        for second in [value.as_str(), "another"] {
            let request = right.clone().and(name, second);
            let get = Browser::default().open(&node, &request.uri());
            assert_page(&get, &format!("{name} twice in the query"));
            let form = Ask::form("/oauth/authorize", request.fields().iter().map(|(n, v)| (n, v)));
            assert_page(&node.serve(&form), &format!("{name} twice in the body"));
        }
        let both = Ask::form(
            format!("/oauth/authorize?{name}=x"),
            right.fields().iter().map(|(n, v)| (n, v)),
        );
        assert_page(&node.serve(&both), &format!("{name} in the query and in the body"));
    }
}

#[test]
fn a_request_may_be_a_form() {
    let (node, client) = vouched();
    let form = |path: &str| Ask::form(path, client.request().fields().iter().map(|(n, v)| (n, v)));
    for path in ["/oauth/authorize", "/authorize"] {
        assert_eq!(node.serve(&form(path)).outcome(), "200 page: Log in");
    }
    let at_root = format!("/authorize?{}", client.request().query());
    assert_eq!(node.serve(&Ask::get(at_root)).outcome(), "200 page: Log in");
    let json = Ask::post("/oauth/authorize", "application/json", "{}");
    assert_page(&node.serve(&json), "JSON");
}

#[test]
fn auz_10_other_spellings_of_a_parameter_are_unknown_and_ignored() {
    let (node, client) = vouched();
    let request =
        client.request().and("scope[]", "mcp:admin").and("Resource", "x").and("nonce", "n");
    assert_eq!(Browser::default().open(&node, &request.uri()).outcome(), "200 page: Log in");
}

#[test]
fn a_url_has_a_limit_and_so_has_the_number_of_parameters() {
    let (node, client) = vouched();
    let long = |bytes: usize| {
        let query = client.request().query();
        format!("/oauth/authorize?{query}&x={}", "y".repeat(bytes - query.len() - 3))
    };
    assert_eq!(node.serve(&Ask::get(long(16 * 1_024))).status, 200);
    let reply = node.serve(&Ask::get(long(16 * 1_024 + 1)));
    assert_eq!((reply.status, reply.is_page()), (413, true));
    let many = |count: usize| format!("{}{}", client.request().uri(), "&x=1".repeat(count - 7));
    assert_eq!(node.serve(&Ask::get(many(64))).status, 200);
    assert_page(&node.serve(&Ask::get(many(65))), "65 parameters");
}

#[test]
fn a_query_that_cannot_be_read_ends_on_a_page_that_repeats_nothing() {
    let (node, client) = vouched();
    for broken in ["%ff", "%zz", "%", "%00%ff%3Cscript%3E"] {
        let uri = format!("{}&login_hint={broken}", client.request().uri());
        let reply = node.serve(&Ask::get(uri));
        assert!(matches!(reply.status, 200 | 400), "{broken}");
        assert!(!reply.body.contains("<script>"), "{broken}");
    }
}

#[test]
fn auz_19_no_page_of_another_origin_may_call() {
    let (node, client) = vouched();
    for path in
        ["/oauth/authorize", "/authorize", "/oauth/login", "/oauth/account", "/oauth/consent"]
    {
        let preflight = Ask::new("OPTIONS", path)
            .with("origin", "https://app.example")
            .with("access-control-request-method", "POST");
        let reply = node.serve(&preflight);
        let names: Vec<_> = reply.headers.keys().map(|name| name.as_str().to_owned()).collect();
        assert!(!names.iter().any(|name| name.starts_with("access-control")), "{path}: {names:?}");
    }
    let get = Ask::get(client.request().uri()).with("origin", "https://app.example");
    assert_eq!(node.serve(&get).header("access-control-allow-origin"), None);
}

#[test]
fn other_methods_are_refused() {
    let (node, _) = vouched();
    let reply = node.serve(&Ask::new("DELETE", "/oauth/authorize"));
    assert_eq!((reply.status, reply.header("allow")), (405, Some("GET, HEAD, OPTIONS, POST")));
}
