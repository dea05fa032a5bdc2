//! The documentation page: the only one with scripts, none of which carries anything of a request.

use base64::Engine as _;
use sealbearer::ui::docs::{CLIENT_ID, DocsPage, page, receiver};
use sha2::{Digest as _, Sha256};

const PUBLIC_URL: &str = "http://127.0.0.1:9000";

fn docs() -> DocsPage {
    page(PUBLIC_URL, &["mcp:tools".to_owned(), "mcp:resources".to_owned()])
}

/// What stands between `<name>` and its end, each time.
fn contents<'a>(page: &'a DocsPage, name: &str) -> Vec<&'a str> {
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
    let page = docs();
    let scripts = contents(&page, "script");
    assert!(scripts[0].contains("SwaggerUIBundle") && scripts[0].len() > 1_000_000);
    assert!(contents(&page, "style")[0].contains(".swagger-ui"));
}

#[test]
fn each_script_and_style_is_allowed_by_its_hash_and_no_other() {
    for page in [docs(), receiver()] {
        for name in ["script", "style"] {
            let directive = page.policy.split("; ").find(|part| part.starts_with(name));
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
    let (page, plain) = (page(hostile, &[hostile.to_owned()]), docs());
    let wanted = ["data-home=\"http://127.0.0.1:9000\"", "data-scopes=\"mcp:tools mcp:resources\""];
    assert!(wanted.iter().all(|attribute| plain.html.contains(attribute)));
    assert!(plain.html.contains(&format!("data-client=\"{CLIENT_ID}\"")));
    assert!(!page.html.contains(hostile));
    assert_eq!(contents(&page, "script"), contents(&plain, "script"));
    assert_eq!(page.policy, plain.policy);
}

#[test]
fn a_code_is_asked_for_with_pkce_and_no_address_can_choose_the_contract() {
    let page = docs();
    let start = contents(&page, "script")[1];
    assert!(start.contains("usePkceWithAuthorizationCodeGrant: true"));
    assert!(start.contains("queryConfigEnabled: false"));
    assert!(start.contains("validatorUrl: null"));
}
