//! Every path answers every method: itself, for another, or with what it has instead.

use super::*;

#[tokio::test]
async fn what_each_method_gets_on_each_path() {
    let mut rows = Vec::new();
    for path in ["/oauth/token", "/oauth/authorize", "/.well-known/oauth-authorization-server/mcp"]
    {
        for method in ["GET", "HEAD", "POST", "PUT", "OPTIONS", "BREW"] {
            let method = Method::from_bytes(method.as_bytes()).expect("a token");
            let response = ask(contract(), request(method.clone(), path, &[])).await;
            let allow = response.header("allow").unwrap_or("-").to_owned();
            rows.push(format!("{method} {path} {} {allow}", response.status().as_u16()));
        }
    }
    insta::assert_snapshot!(rows.join("\n"), @"
    GET /oauth/token 405 OPTIONS, POST
    HEAD /oauth/token 405 OPTIONS, POST
    POST /oauth/token 200 -
    PUT /oauth/token 405 OPTIONS, POST
    OPTIONS /oauth/token 204 OPTIONS, POST
    BREW /oauth/token 405 OPTIONS, POST
    GET /oauth/authorize 200 -
    HEAD /oauth/authorize 200 -
    POST /oauth/authorize 200 -
    PUT /oauth/authorize 405 GET, HEAD, OPTIONS, POST
    OPTIONS /oauth/authorize 204 GET, HEAD, OPTIONS, POST
    BREW /oauth/authorize 405 GET, HEAD, OPTIONS, POST
    GET /.well-known/oauth-authorization-server/mcp 200 -
    HEAD /.well-known/oauth-authorization-server/mcp 200 -
    POST /.well-known/oauth-authorization-server/mcp 405 GET, HEAD, OPTIONS
    PUT /.well-known/oauth-authorization-server/mcp 405 GET, HEAD, OPTIONS
    OPTIONS /.well-known/oauth-authorization-server/mcp 204 GET, HEAD, OPTIONS
    BREW /.well-known/oauth-authorization-server/mcp 405 GET, HEAD, OPTIONS
    ");
}

#[tokio::test]
async fn head_is_get_without_its_body_but_with_its_length_listed_or_not() {
    for path in ["/oauth/authorize", "/.well-known/oauth-authorization-server"] {
        let response = ask(contract(), request(Method::HEAD, path, &[])).await;
        assert_eq!(response.header("content-length"), Some("4"), "of \"GET \"");
        assert_eq!(body(response).await, "", "{path}");
    }
}

#[tokio::test]
async fn a_path_beyond_the_contract_is_left_to_the_router() {
    for path in ["/", "/oauth", "/oauth/token/", "/oauth/token/x", "/mcp/x", "//mcp"] {
        assert_eq!(contract().of(path), None, "{path}");
        let response = ask(contract(), request(Method::PUT, path, &[])).await;
        assert_eq!(body(response).await, "PUT ", "{path}");
    }
}

#[test]
fn a_placeholder_stands_for_one_segment_and_an_asterisk_for_the_rest() {
    let methods = Methods::new([("/one/:/x", vec![Method::GET]), ("/rest/*", vec![Method::GET])]);
    for (path, is_known) in [
        ("/one/a/x", true),
        ("/one//x", false),
        ("/one/a/b/x", false),
        ("/one/a", false),
        ("/rest/a", true),
        ("/rest/a/b", true),
        ("/rest//b", true),
        ("/rest/", false),
        ("/rest", false),
    ] {
        assert_eq!(methods.of(path).is_some(), is_known, "{path}");
    }
}

#[test]
fn of_several_matching_templates_the_most_literal_one_counts() {
    let methods = Methods::new([
        ("/:/b", vec![Method::GET]),
        ("/a/b", vec![Method::POST]),
        ("/:/:", vec![Method::PUT]),
    ]);
    assert_eq!(methods.of("/a/b"), Some([Method::POST].as_slice()));
    assert_eq!(methods.of("/x/b"), Some([Method::GET].as_slice()));
    assert_eq!(methods.of("/x/y"), Some([Method::PUT].as_slice()));
}
