//! Every operation of the contract is routed to its method.

use poem::http::{Method, StatusCode};
use sealbearer::contract::DOCUMENT_YAML;
use serde_json::Value;

use super::stub::client;

/// Method, path and what answers, for every operation of the document.
fn operations() -> Vec<(Method, String, Value)> {
    let document: Value = serde_yaml_ng::from_str(DOCUMENT_YAML).expect("openapi.yaml is YAML");
    let paths = document["paths"].as_object().expect("paths").clone();
    let each = paths.into_iter().flat_map(|(path, item)| {
        let item = item.as_object().expect("operations").clone();
        item.into_iter()
            .map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation))
    });
    each.map(|(method, path, operation)| (method.parse().expect("a method"), path, operation))
        .collect()
}

/// `openapiJson` as the trait spells it.
fn snake(name: &str) -> String {
    let spelt = name.chars().flat_map(|letter| {
        letter.is_ascii_uppercase().then_some('_').into_iter().chain(letter.to_lowercase())
    });
    spelt.collect()
}

#[tokio::test]
async fn every_operation_reaches_its_method() {
    let (client, stub) = client();
    for (method, path, operation) in operations() {
        let mut request =
            client.request(method.clone(), path.replace("{path}", "a").replace("{tool_name}", "a"));
        let content = &operation["requestBody"]["content"];
        if content["application/json"].is_object() {
            request = request.content_type("application/json").body("{}");
        } else if content.is_object() {
            request = request
                .content_type("application/x-www-form-urlencoded")
                .body("ticket=t&decision=allow&account=keep&logout=end");
        }
        let _ = request.send().await;
        let name =
            operation["x-method"].as_str().or(operation["operationId"].as_str()).expect("a name");
        let calls = stub.calls();
        let called = calls.first().and_then(|call| call.split(':').next()).unwrap_or("nobody");
        assert_eq!((called, calls.len()), (snake(name).as_str(), 1), "{method} {path}");
    }
}

#[tokio::test]
async fn a_path_may_span_segments_where_the_contract_says_so() {
    let (client, stub) = client();
    for (path, call) in [
        ("/.well-known/oauth-protected-resource/a/b", "protected_resource_metadata_at: a/b"),
        (
            "/.well-known/oauth-authorization-server/a/b/c",
            "authorization_server_metadata_at: a/b/c",
        ),
        ("/.well-known/openid-configuration/a/b", "openid_configuration_at: a/b"),
        ("/a/.well-known/openid-configuration", "openid_configuration_under: a"),
        ("/oauth/.well-known/openid-configuration", "openid_configuration_under: oauth"),
        ("/docs/.well-known/openid-configuration", "openid_configuration_under: docs"),
        ("/mcp/.well-known/openid-configuration", "openid_configuration_under: mcp"),
        ("/token/.well-known/openid-configuration", "openid_configuration_under: token"),
    ] {
        client.get(path).send().await.assert_status_is_ok();
        assert_eq!(stub.calls(), [call], "{path}");
    }
    client
        .get("/a/b/.well-known/openid-configuration")
        .send()
        .await
        .assert_status(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_raw_operation_gets_the_body_as_sent() {
    let (client, stub) = client();
    for path in ["/mcp", "/mcp/"] {
        client
            .post(path)
            .content_type("text/plain")
            .body("not json")
            .send()
            .await
            .assert_status(StatusCode::ACCEPTED);
        assert_eq!(stub.calls(), ["mcp: POST not json"]);
        client.get(path).send().await.assert_status(StatusCode::ACCEPTED);
        assert_eq!(stub.calls(), ["mcp: GET "]);
    }
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let (client, stub) = client();
    let reply = client.head("/healthz").send().await;
    reply.assert_status_is_ok();
    reply.assert_text("").await;
    assert_eq!(stub.calls(), ["healthz"]);
}
