//! Login through an identity provider: the browser goes there and comes back, and the client gets its code. Cases FED and CON
//! of the catalogue.

mod bound;
mod callbacks;
mod consents;
mod kept;
mod lent;
mod managers;
mod pages;
mod room;

use std::sync::Arc;

use base64::Engine as _;
use serde_json::json;

use super::login::cause;
use super::table;
use crate::support::internet::Internet;
use crate::support::provider::IdentityProvider;
use crate::support::{
    ALICE, Ask, Browser, Client, Deployment, Node, Reply, Request, Serve as _, shown, visible,
};

const ISSUER: &str = "https://auth.example.com";
const CORP: &str = "sso.corp.example";
const PARTNER: &str = "sso.partner.example";
const SESSION: &str = "__Host-sealbearer-session";
const BROWSER: &str = "__Host-sealbearer-browser";
const TRANSACTION: &str = "__Host-sealbearer-login-";

/// A node, its providers, and a client that registered itself.
struct Scene {
    node: Node,
    corp: IdentityProvider,
    partner: IdentityProvider,
    client: Client,
}

impl Scene {
    /// One provider, and nobody with a password here.
    fn new() -> Self {
        Self::with("allow = \"everyone\"")
    }

    /// The same with these lines for the provider.
    fn with(lines: &str) -> Self {
        Self::of(&deployment().with_provider("corp", CORP, lines))
    }

    /// Two providers, and people with passwords.
    fn with_a_choice() -> Self {
        let everyone = "allow = \"everyone\"";
        let deployment = Deployment::usual().at(ISSUER).signing();
        let deployment = deployment.with_provider("corp", CORP, everyone);
        Self::of(&deployment.with_provider("partner", PARTNER, everyone))
    }

    fn of(deployment: &Deployment) -> Self {
        Self::within(&Internet::new(), deployment)
    }

    fn within(internet: &Arc<Internet>, deployment: &Deployment) -> Self {
        let (corp, partner) = providers(internet);
        let node = Node::start_in(internet, deployment);
        corp.follow(node.clock());
        partner.follow(node.clock());
        let client = Client::public(&node);
        Self { node, corp, partner, client }
    }

    /// Opens `request` and allows it; the authorization URL of the provider.
    fn depart_for(&self, browser: &mut Browser, request: &Request) -> String {
        let page = browser.open(&self.node, &request.uri());
        let allowed = browser.decide(&self.node, &page, "allow");
        assert_eq!(allowed.status, 303, "{}", visible(&allowed.body));
        allowed.location().to_owned()
    }

    fn depart(&self, browser: &mut Browser) -> String {
        self.depart_for(browser, &self.client.request())
    }

    /// As [`Self::depart`], where the provider is chosen among others.
    fn depart_by_choice(&self, browser: &mut Browser) -> String {
        let page = browser.open(&self.node, &self.client.request().uri());
        let ticket = page.ticket();
        let fields = [("ticket", ticket.as_str()), ("provider", "corp")];
        let page = browser.submit(&self.node, "/oauth/login", &fields);
        browser.decide(&self.node, &page, "allow").location().to_owned()
    }

    /// `person` logs in there, and the browser comes back.
    fn arrive(&self, browser: &mut Browser, away: &str, person: &str) -> Reply {
        browser.open(&self.node, &self.corp.log_in(away, person))
    }

    /// The whole way for `request`.
    fn log_in_for(&self, browser: &mut Browser, request: &Request, person: &str) -> Reply {
        let away = self.depart_for(browser, request);
        self.arrive(browser, &away, person)
    }

    fn log_in(&self, browser: &mut Browser, person: &str) -> Reply {
        self.log_in_for(browser, &self.client.request(), person)
    }

    fn subject(&self, reply: &Reply) -> String {
        let tokens = self.client.redeem(&self.node, &reply.code());
        self.node.test(&tokens.text("access_token")).text("subject")
    }
}

fn deployment() -> Deployment {
    Deployment::usual().at(ISSUER).without_people().signing()
}

fn providers(internet: &Arc<Internet>) -> (IdentityProvider, IdentityProvider) {
    (IdentityProvider::open(internet, CORP), IdentityProvider::open(internet, PARTNER))
}

/// The transactions of a browser.
fn transactions(browser: &Browser) -> Vec<String> {
    let names = browser.cookies().keys().filter(|name| name.starts_with(TRANSACTION));
    names.cloned().collect()
}

/// What of a way back was changed.
fn with(way_back: &str, name: &str, value: &str) -> String {
    let mut url =
        url::Url::parse(ISSUER).and_then(|base| base.join(way_back)).expect("it is a URL");
    let kept: Vec<_> = url.query_pairs().into_owned().filter(|(other, _)| other != name).collect();
    url.query_pairs_mut().clear().extend_pairs(kept);
    if !value.is_empty() {
        url.query_pairs_mut().append_pair(name, value);
    }
    url[url::Position::BeforePath..].to_owned()
}

/// With one provider there is nothing to choose; what is asked is allowed before the browser leaves, and what it comes back
/// with is set only then (SEC-01, SEC-05).
#[test]
fn sec_01_sec_05_a_person_logs_in_through_their_provider() {
    let scene = Scene::new();
    let mut browser = Browser::default();
    let page = browser.open(&scene.node, &scene.client.request().uri());
    insta::assert_snapshot!("approval", shown(&page));
    assert!(transactions(&browser).is_empty(), "nobody allowed anything yet");
    let allowed = browser.decide(&scene.node, &page, "allow");
    let away = allowed.location().to_owned();
    assert_eq!(transactions(&browser).len(), 1);
    let kept = allowed.headers_called("set-cookie").join("\n");
    for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(kept.contains(attribute), "{kept}");
    }
    for secret in ["xyz", "app.example.com", &scene.client.id] {
        assert!(!away.contains(secret), "what the client sent stays here");
    }
    let back = scene.arrive(&mut browser, &away, "ada");
    assert!(back.location().starts_with("https://app.example.com/callback?code="));
    assert_eq!(back.parameter("state").as_deref(), Some("xyz"));
    assert!(transactions(&browser).is_empty(), "it was used");
    let subject = scene.subject(&back);
    assert!(subject.starts_with("f:") && subject.ends_with(":ada"), "{subject}");
    let again = browser.open(&scene.node, &scene.client.request().uri());
    let text = visible(&again.body);
    assert!(text.contains("Logged in as ada of sso.corp.example shared@example.com"), "{text}");
    assert_eq!(scene.corp.exchanges(), 1, "the session is enough");
}

/// Two providers give the same name and address to two people, who stay two.
#[test]
fn nobody_is_known_by_their_address_or_by_another_provider() {
    let scene = Scene::with_a_choice();
    let subject = |id: &str, provider: &IdentityProvider| {
        let mut browser = Browser::default();
        let page = browser.open(&scene.node, &scene.client.request().uri());
        let fields = [("ticket", page.ticket()), ("provider", id.to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let page = browser.submit(&scene.node, "/oauth/login", &fields);
        let allowed = browser.decide(&scene.node, &page, "allow");
        let back = browser.open(&scene.node, &provider.log_in(allowed.location(), "alice"));
        scene.subject(&back)
    };
    let (corp, partner) = (subject("corp", &scene.corp), subject("partner", &scene.partner));
    assert_ne!(corp, partner);
    let mut browser = Browser::default();
    let page = browser.open(&scene.node, &scene.client.request().uri());
    insta::assert_snapshot!("chooser", shown(&page));
    let local = browser.log_in(&scene.node, &page, ALICE);
    let local = scene.subject(&browser.decide(&scene.node, &local, "allow"));
    assert_eq!(local, "u:alice");
    assert!([corp, partner].iter().all(|subject| subject.ends_with(":alice")));
}

/// What the client demands of the login is passed on; what it demands of consent is ours.
#[test]
fn con_12_what_is_passed_on_to_the_provider() {
    let scene = Scene::new();
    let away = |name: &str, value: &str| {
        let request = scene.client.request().with(name, value);
        let url = scene.depart_for(&mut Browser::default(), &request);
        let url = url::Url::parse(&url).expect("it is a URL");
        let told = ["prompt", "max_age", "login_hint", "redirect_uri", "scope"];
        let pairs = url.query_pairs().filter(|(name, _)| told.contains(&name.as_ref()));
        pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    };
    let rows = [
        ("login_hint", "ada@corp.example"),
        ("max_age", "60"),
        ("prompt", "login"),
        ("prompt", "select_account"),
        ("prompt", "consent"),
        ("prompt", "login consent select_account"),
    ]
    .map(|(name, value)| (format!("{name}={value}"), away(name, value)));
    insta::assert_snapshot!(table(rows), @"
    login_hint=ada@corp.example: redirect_uri=https://auth.example.com/oauth/callback/corp scope=openid profile email login_hint=ada@corp.example
    max_age=60: redirect_uri=https://auth.example.com/oauth/callback/corp scope=openid profile email max_age=60
    prompt=login: redirect_uri=https://auth.example.com/oauth/callback/corp scope=openid profile email prompt=login
    prompt=select_account: redirect_uri=https://auth.example.com/oauth/callback/corp scope=openid profile email prompt=select_account
    prompt=consent: redirect_uri=https://auth.example.com/oauth/callback/corp scope=openid profile email
    prompt=login consent select_account: redirect_uri=https://auth.example.com/oauth/callback/corp scope=openid profile email prompt=login select_account
    ");
    let silent = scene.client.request().with("prompt", "none");
    let reply = Browser::default().open(&scene.node, &silent.uri());
    assert_eq!(
        cause(&reply).split(':').next(),
        Some("400"),
        "the provider is not asked in silence"
    );
}

/// The age of a login is what the provider says, not what it was asked for.
#[test]
fn a_login_that_is_too_old_is_no_login() {
    let scene = Scene::new();
    let now = scene.node.clock().now().0;
    let outcome = |age: Option<u64>, name: &str, value: &str| {
        let claims = age.map_or(json!({}), |age| json!({ "auth_time": now - age }));
        scene.corp.say(claims);
        let request = scene.client.request().with(name, value);
        scene.log_in_for(&mut Browser::default(), &request, "ada").outcome()
    };
    let rows = [
        ("max_age=600, 600 s ago", outcome(Some(600), "max_age", "600")),
        ("max_age=600, 661 s ago", outcome(Some(661), "max_age", "600")),
        ("max_age=600, untold", outcome(None, "max_age", "600")),
        ("prompt=login, just now", outcome(Some(0), "prompt", "login")),
        ("prompt=login, 61 s ago", outcome(Some(61), "prompt", "login")),
        ("nothing demanded, a week ago", outcome(Some(604_800), "scope", "mcp:tools")),
    ];
    insta::assert_snapshot!(table(rows), @"
    max_age=600, 600 s ago: 303 https://app.example.com/callback with a code
    max_age=600, 661 s ago: 303 https://app.example.com/callback with login_required
    max_age=600, untold: 303 https://app.example.com/callback with login_required
    prompt=login, just now: 303 https://app.example.com/callback with a code
    prompt=login, 61 s ago: 303 https://app.example.com/callback with login_required
    nothing demanded, a week ago: 303 https://app.example.com/callback with a code
    ");
}

/// Logging out here leads to the provider, whose login ends as well.
#[test]
fn who_logs_out_here_logs_out_there() {
    let scene = Scene::new();
    let mut browser = Browser::default();
    scene.log_in(&mut browser, "ada");
    let page = browser.open(&scene.node, "/oauth/logout");
    let ticket = page.ticket();
    let fields = [("ticket", ticket.as_str()), ("logout", "end")];
    let reply = browser.submit(&scene.node, "/oauth/logout/confirm", &fields);
    let back = "post_logout_redirect_uri=https%3A%2F%2Fauth.example.com%2Foauth%2Flogout";
    assert!(reply.location().starts_with("https://sso.corp.example/logout?"), "{}", reply.body);
    assert!(reply.location().contains(back), "{}", reply.location());
    assert_eq!(browser.cookie(SESSION), None);
}

/// What the provider says reaches a client that asks who the person is, once and by the ID token; afterwards nobody here
/// knows more than who they are.
#[test]
fn the_id_token_says_what_the_provider_said() {
    let scene = Scene::new();
    let request = scene.client.request().with("scope", "openid profile email mcp:tools");
    let code = scene.log_in_for(&mut Browser::default(), &request, "ada").code();
    let tokens = scene.client.redeem(&scene.node, &code);
    let id_token = tokens.text("id_token");
    let payload = id_token.split('.').nth(1).expect("it is a JWT");
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload);
    let claims: serde_json::Value =
        serde_json::from_slice(&claims.expect("it is base64url")).expect("it is JSON");
    assert_eq!(claims["name"], "ada of sso.corp.example");
    assert_eq!(claims["email"], "shared@example.com");
    assert_eq!(claims.get("amr"), None, "how they proved it there is not known here");
    let access = tokens.text("access_token");
    let told = scene.node.serve(&Ask::get("/oauth/userinfo").bearer(&access));
    assert_eq!(told.json(), json!({ "sub": claims["sub"] }));
}
