//! The documentation page: the only one with scripts, none of which carries anything of a request.

use base64::Engine as _;
use sealbearer::ui::docs::{DocsSettings, ScriptedPage, docs, receiver};
use sha2::{Digest as _, Sha256};

fn settings() -> DocsSettings {
    DocsSettings {
        document_url: "http://127.0.0.1:9000/openapi.json".to_owned(),
        receiver_url: "http://127.0.0.1:9000/docs/oauth-receiver.html".to_owned(),
        client_id: "swagger".to_owned(),
        scopes: vec!["mcp:tools".to_owned(), "mcp:resources".to_owned()],
    }
}

/// What stands between `<name>` and its end, each time.
fn contents<'a>(page: &'a ScriptedPage, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut found = Vec::new();
    let mut rest = page.html.as_str();
    while let Some((_, after)) = rest.split_once(&open) {
        let (text, after) = after.split_once(&close).expect("it ends");
        found.push(text);
        rest = after;
    }
    found
}

#[test]
fn the_viewer_comes_along_whole() {
    let page = docs(&settings());
    let scripts = contents(&page, "script");
    assert!(scripts[0].contains("SwaggerUIBundle") && scripts[0].len() > 1_000_000);
    assert!(contents(&page, "style")[0].contains(".swagger-ui"));
}

#[test]
fn each_script_and_style_is_allowed_by_its_hash_and_no_other() {
    for page in [docs(&settings()), receiver()] {
        for name in ["script", "style"] {
            let directive =
                page.content_security_policy.split("; ").find(|part| part.starts_with(name));
            let hashes = contents(&page, name).into_iter().map(|text| {
                format!(
                    " 'sha256-{}'",
                    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text))
                )
            });
            assert_eq!(
                directive,
                Some(format!("{name}-src{}", hashes.collect::<String>()).as_str())
            );
        }
    }
}

#[test]
fn settings_are_attributes_and_never_part_of_a_script() {
    let hostile = "\"></main></script><script>alert(1)</script>";
    let settings = DocsSettings {
        client_id: hostile.to_owned(),
        document_url: hostile.to_owned(),
        ..settings()
    };
    let (page, plain) = (docs(&settings), docs(&self::settings()));
    assert_eq!(contents(&page, "script"), contents(&plain, "script"));
    assert_eq!(page.content_security_policy, plain.content_security_policy);
}

#[test]
fn a_code_is_asked_for_with_pkce_and_no_address_can_choose_the_contract() {
    let page = docs(&settings());
    let start = contents(&page, "script")[1];
    assert!(start.contains("usePkceWithAuthorizationCodeGrant: true"));
    assert!(start.contains("queryConfigEnabled: false"));
    assert!(start.contains("validatorUrl: null"));
}
