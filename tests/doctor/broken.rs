//! Deployments that are broken in one place each: exactly that is found, with the clients that stumble over it.

use poem::http::Method;
use sealbearer::doctor::{Code, FAULTS, Report, Settings};
use serde_json::{Value, json};

use super::site::{AT_PATH, AT_ROOT, OAUTH, OPENID, Page, Site};
use super::{of_site, told};

const RESOURCE: [&str; 2] = [AT_PATH, AT_ROOT];
const SERVER: [&str; 2] = [OAUTH, OPENID];
const ENDPOINT: [&str; 2] = ["/mcp", "/mcp/"];

/// What is broken, and how.
type Row = (&'static str, fn(&mut Site));

const AT_THE_ENDPOINT: [Row; 14] = [
    ("anybody is let in", |site| site.change(&ENDPOINT, |page| Page { status: 200, ..page })),
    ("403 instead of 401", |site| site.change(&ENDPOINT, |page| Page { status: 403, ..page })),
    ("404 instead of 401", |site| ENDPOINT.iter().for_each(|path| site.remove(path))),
    ("redirected to the slash", |site| site.put("/mcp", Page::redirect(301, "/mcp/"))),
    ("redirected to the slash, keeping the method", |site| {
        site.put("/mcp", Page::redirect(308, "/mcp/"));
    }),
    ("redirected from the slash", |site| site.put("/mcp/", Page::redirect(307, "/mcp"))),
    ("no challenge", |site| site.change(&ENDPOINT, |page| page.without("www-authenticate"))),
    ("a challenge of another scheme", |site| {
        site.change(&ENDPOINT, |page| page.with("www-authenticate", "Basic realm=\"x\""));
    }),
    ("a challenge that says nothing", |site| {
        site.change(&ENDPOINT, |page| page.with("www-authenticate", "Bearer"));
    }),
    ("GET and HEAD are let in", |site| {
        for method in [Method::GET, Method::HEAD] {
            site.methods.insert((method, "/mcp".to_owned()), Page::new(200));
        }
    }),
    ("pages cannot ask", |site| site.answers_preflights = false),
    ("pages cannot read the challenge", |site| {
        site.change(&ENDPOINT, |page| page.without("access-control-expose-headers"));
    }),
    ("the clock is wrong", |site| {
        site.change(&ENDPOINT, |page| page.with("date", "Sun, 06 Nov 1994 08:49:37 GMT"));
    }),
    ("fields without end", |site| {
        site.change(&ENDPOINT, |page| page.with("x-long", &"x".repeat(9_000)));
    }),
];

const OF_THE_RESOURCE: [Row; 16] = [
    ("no resource metadata", |site| RESOURCE.iter().for_each(|path| site.remove(path))),
    ("resource metadata at the root only", |site| {
        site.remove(AT_PATH);
        site.change(&ENDPOINT, |page| page.with("www-authenticate", "Bearer realm=\"x\""));
    }),
    ("resource metadata at the root only, but the challenge names the path", |site| {
        site.remove(AT_PATH);
    }),
    ("resource metadata not at the root", |site| site.remove(AT_ROOT)),
    ("resource metadata in HTML", |site| {
        for path in &RESOURCE {
            site.put(path, Page::html(200));
        }
    }),
    ("resource metadata fail", |site| {
        for path in &RESOURCE {
            site.put(path, Page::new(500));
        }
    }),
    ("resource metadata as text", |site| {
        site.change(&RESOURCE, |page| page.with("content-type", "text/plain"));
    }),
    ("resource metadata moved", |site| {
        let there = site.pages[AT_PATH].clone();
        site.put("/there", there);
        site.put(AT_PATH, Page::redirect(302, "/there"));
    }),
    ("two resources", |site| site.set(&[AT_ROOT], "resource_name", &json!("Another"))),
    ("another resource", |site| set_resource(site, "/other")),
    ("the resource has a slash", |site| set_resource(site, "/mcp/")),
    ("the resource is the host", |site| set_resource(site, "")),
    ("the resource has another scheme", |site| {
        let resource = site.base.replace("http:", "https:") + "/mcp";
        site.set(&RESOURCE, "resource", &json!(resource));
    }),
    ("no authorization server is named", |site| {
        site.set(&RESOURCE, "authorization_servers", &json!([]));
    }),
    ("offline_access at the resource", |site| {
        site.set(&RESOURCE, "scopes_supported", &json!(["offline_access"]));
    }),
    ("pages cannot read resource metadata", |site| {
        site.change(&RESOURCE, |page| page.without("access-control-allow-origin"));
    }),
];

const OF_THE_SERVER: [Row; 18] = [
    ("no server metadata", |site| {
        for path in &SERVER {
            site.remove(path);
        }
    }),
    ("no server metadata, and nothing at the old paths", |site| {
        for path in &SERVER {
            site.remove(path);
        }
        site.remove("/token");
    }),
    ("server metadata in HTML", |site| {
        for path in &SERVER {
            site.put(path, Page::html(200));
        }
    }),
    ("server metadata fail", |site| site.put(OAUTH, Page::new(503))),
    ("server metadata at the OpenID path only", |site| {
        site.remove(OAUTH);
        site.set(&[OPENID], "subject_types_supported", &json!(["public"]));
        site.set(&[OPENID], "id_token_signing_alg_values_supported", &json!(["ES256"]));
    }),
    ("server metadata at the OpenID path only, without what OpenID needs", |site| {
        site.remove(OAUTH);
    }),
    ("no response types", |site| site.set(&SERVER, "response_types_supported", &Value::Null)),
    ("no token endpoint", |site| site.set(&SERVER, "token_endpoint", &Value::Null)),
    ("server metadata that are too long to keep", |site| {
        site.set(&SERVER, "decoration", &json!("x".repeat(2_000)));
    }),
    ("server metadata that are too long to read", |site| {
        site.set(&SERVER, "decoration", &json!("x".repeat(70_000)));
    }),
    ("pages cannot read server metadata", |site| {
        site.change(&SERVER, |page| page.without("access-control-allow-origin"));
    }),
    ("the issuer has a slash in its metadata", |site| {
        let issuer = format!("{}/", site.base);
        site.set(&SERVER, "issuer", &json!(issuer));
    }),
    ("the issuer has a slash everywhere", |site| {
        let issuer = format!("{}/", site.base);
        site.set(&SERVER, "issuer", &json!(issuer));
        site.set(&RESOURCE, "authorization_servers", &json!([issuer]));
    }),
    ("another issuer", |site| site.set(&SERVER, "issuer", &json!("https://auth.example.com"))),
    ("an endpoint without TLS", |site| {
        site.set(&SERVER, "token_endpoint", &json!("http://auth.example.com/token"));
    }),
    ("no iss", |site| {
        site.set(&SERVER, "authorization_response_iss_parameter_supported", &Value::Null);
    }),
    ("private keys", |site| {
        site.put("/jwks", Page::json(200, &json!({ "keys": [{ "kty": "EC", "d": "x" }] })));
    }),
    ("no key set", |site| site.remove("/jwks")),
];

const OF_THE_FLOW: [Row; 15] = [
    ("only plain challenges", |site| {
        site.set(&SERVER, "code_challenge_methods_supported", &json!(["plain"]));
    }),
    ("nothing is said of PKCE", |site| {
        site.set(&SERVER, "code_challenge_methods_supported", &Value::Null);
    }),
    ("only implicit", |site| site.set(&SERVER, "response_types_supported", &json!(["token"]))),
    ("no refresh tokens", |site| {
        site.set(&SERVER, "grant_types_supported", &json!(["authorization_code"]));
    }),
    ("no clients without a secret", |site| {
        let methods = json!(["client_secret_basic"]);
        site.set(&SERVER, "token_endpoint_auth_methods_supported", &methods);
    }),
    ("no way to become known", |site| {
        site.set(&SERVER, "registration_endpoint", &Value::Null);
        site.set(&SERVER, "client_id_metadata_document_supported", &Value::Null);
    }),
    ("known by documents only", |site| site.set(&SERVER, "registration_endpoint", &Value::Null)),
    ("known by registration only", |site| {
        site.set(&SERVER, "client_id_metadata_document_supported", &json!(false));
    }),
    ("registration needs a token", |site| site.put("/register", Page::json(401, &json!({})))),
    ("pages cannot use the endpoints", |site| {
        for path in ["/token", "/register"] {
            site.methods.insert((Method::OPTIONS, path.to_owned()), Page::new(404));
        }
    }),
    ("no token endpoint there", |site| site.remove("/token")),
    ("the token endpoint fails", |site| site.put("/token", Page::html(500))),
    ("the token endpoint answers in HTML", |site| site.put("/token", Page::html(400))),
    ("unknown clients are sent on", |site| {
        site.put(
            "/authorize",
            Page::redirect(302, "https://doctor.invalid/callback?error=x")
                .without("access-control-allow-origin"),
        );
    }),
    ("pages can read the authorization endpoint", |site| {
        site.put("/authorize", Page::html(400));
    }),
];

fn set_resource(site: &mut Site, path: &str) {
    let resource = format!("{}{path}", site.base);
    site.set(&RESOURCE, "resource", &json!(resource));
}

/// Each row with what is said of it.
fn table(rows: &[Row]) -> String {
    let lines = rows.iter().map(|(name, change)| {
        let report = of_site(Settings::default(), change);
        format!("{name}\n  {}", told(&report))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_broken_at_the_endpoint_is_found() {
    insta::assert_snapshot!("endpoint", table(&AT_THE_ENDPOINT));
}

#[test]
fn what_is_broken_in_resource_metadata_is_found() {
    insta::assert_snapshot!("resource", table(&OF_THE_RESOURCE));
}

#[test]
fn what_is_broken_in_server_metadata_is_found() {
    insta::assert_snapshot!("server", table(&OF_THE_SERVER));
}

#[test]
fn what_is_broken_in_the_flow_is_found() {
    insta::assert_snapshot!("flow", table(&OF_THE_FLOW));
}

/// Every kind of fault was seen once, here or where clients are registered or the network is real.
#[test]
fn every_kind_of_fault_has_a_deployment() {
    let rows = [&AT_THE_ENDPOINT[..], &OF_THE_RESOURCE, &OF_THE_SERVER, &OF_THE_FLOW].concat();
    let found = |(_, change): &Row| of_site(Settings::default(), change);
    let reports: Vec<Report> = rows.iter().map(found).collect();
    let seen = |code| {
        let mut findings = reports.iter().flat_map(|report| &report.findings);
        findings.any(|finding| finding.code == code)
    };
    let elsewhere = [
        Code::PlainHttp,
        Code::RegistrationRefused,
        Code::RegistrationAnswer,
        Code::RedirectUriRefused,
    ];
    let unseen = FAULTS.iter().map(|fault| fault.code).filter(|code| !seen(*code));
    assert_eq!(unseen.collect::<Vec<_>>(), elsewhere);
}
