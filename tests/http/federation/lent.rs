//! `credential = { provider = … }`: a server behind the gateway gets the person's own token of their identity provider, and never ours.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use protocol::ids::GrantName;
use sealbearer::ledger::Keep;
use sealbearer::seal::claims::ProviderGrantClaims;

use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Respond, ResponseTemplate};

use super::*;
use crate::support::authority::Identity;
use crate::support::log::logged;
use crate::support::wait;

const TOOLS: &str = "tools.corp.example";
const LENT: &str = "[resources.gateway]\ncredential = { provider = \"corp\" }";
const EVERYONE: &str = "allow = \"everyone\"";

/// A scene with a server behind the gateway.
struct Hall {
    scene: Scene,
    internet: Arc<Internet>,
    deployment: Deployment,
    tools: MockServer,
    refused: Arc<Mutex<BTreeSet<String>>>,
}

/// The server: it answers whoever has a token that it was not told to refuse.
struct Tools(Arc<Mutex<BTreeSet<String>>>);

impl Respond for Tools {
    fn respond(&self, request: &wiremock::Request) -> ResponseTemplate {
        let token = request.headers.get("authorization").and_then(|value| value.to_str().ok());
        let refused = self.0.lock().expect("no test panics in here");
        if refused.contains("whoever") {
            return ResponseTemplate::new(403);
        }
        match token.and_then(|token| token.strip_prefix("Bearer ")) {
            Some(token) if !refused.contains(token) && !refused.contains("all") => {
                ResponseTemplate::new(200).set_body_raw("{}", "application/json")
            }
            _ => ResponseTemplate::new(401),
        }
    }
}

impl Hall {
    fn new(settings: &str) -> Self {
        Self::of(deployment(), settings)
    }

    fn of(deployment: Deployment, settings: &str) -> Self {
        let internet = Internet::new();
        let refused = Arc::default();
        let tools = wait(async {
            let tools = MockServer::start().await;
            Mock::given(any()).respond_with(Tools(Arc::clone(&refused))).mount(&tools).await;
            internet.host(TOOLS, &Identity::of(TOOLS), &tools).await;
            tools
        });
        let deployment = deployment.protecting(&format!("https://{TOOLS}/mcp")).with_form(LENT);
        let deployment = deployment.with_provider("corp", CORP, settings);
        let scene = Scene::within(&internet, &deployment);
        Self { scene, internet, deployment, tools, refused }
    }

    fn tokens(&self) -> (String, String) {
        let code = self.scene.log_in(&mut Browser::default(), "ada").code();
        let reply = self.scene.client.redeem(&self.scene.node, &code);
        (reply.text("access_token"), reply.text("refresh_token"))
    }

    fn call(&self, access_token: &str) -> Reply {
        call(&self.scene.node, access_token)
    }

    /// The tokens that the server was sent, in their order.
    fn sent(&self) -> Vec<String> {
        let heard = wait(self.tools.received_requests()).expect("requests are kept");
        let token = |request: &wiremock::Request| {
            let value = request.headers.get("authorization")?.to_str().ok()?.to_owned();
            value.strip_prefix("Bearer ").map(str::to_owned)
        };
        heard.iter().map(|request| token(request).unwrap_or_default()).collect()
    }

    fn refuse(&self, token: &str) {
        self.refused.lock().expect("no test panics in here").insert(token.to_owned());
    }
}

fn listing(access_token: &str) -> Ask {
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    let ask = Ask::json("/mcp", &message).bearer(access_token);
    ask.with("accept", "application/json, text/event-stream")
}

fn call(node: &Node, access_token: &str) -> Reply {
    node.serve_freely(&listing(access_token))
}

/// Our token never arrives there; theirs never arrives here.
#[test]
fn rsg_11_the_server_gets_the_token_of_the_person_and_never_ours() {
    let hall = Hall::new(EVERYONE);
    let mut seen = String::new();
    let log = logged(|| {
        let (access, refresh) = hall.tokens();
        for _ in 0..2 {
            let reply = hall.call(&access);
            assert_eq!(reply.status, 200, "{}", reply.body);
            seen = format!("{seen}{:?}{}", reply.headers, reply.body);
        }
        let heard = wait(hall.tools.received_requests()).expect("requests are kept");
        let heard = format!("{heard:?}");
        assert!(!heard.contains(&access) && !heard.contains(&refresh));
        seen.push_str(&access);
        seen.push_str(&refresh);
    });
    let first = hall.sent()[0].clone();
    assert!(first.starts_with("upstream-access-"), "{first}");
    assert_eq!(hall.sent(), [first.clone(), first]);
    for text in [seen, log, format!("{:?}", hall.scene.node.server().policy)] {
        assert!(!text.contains("upstream-"), "{text}");
    }
}

/// The provider's token lives for ten minutes, ours for an hour.
#[test]
fn a_token_that_ends_is_renewed_before_it_is_sent() {
    let hall = Hall::new(EVERYONE);
    let (access, refresh) = hall.tokens();
    assert_eq!(hall.call(&access).status, 200);
    for (seconds, exchanges) in [(569, 1), (1, 2), (569, 2), (1, 3)] {
        hall.scene.node.clock().pass(seconds);
        assert_eq!(hall.call(&access).status, 200);
        assert_eq!(hall.scene.corp.exchanges(), exchanges, "{seconds} s later");
    }
    let sent: BTreeSet<_> = hall.sent().into_iter().collect();
    assert_eq!(sent.len(), 3);
    let (refreshed, asked) = (hall.scene.client.refresh(&hall.scene.node, &refresh), 3);
    assert_eq!(refreshed.status, 200);
    assert_eq!(hall.scene.corp.exchanges(), asked, "a refresh of ours asks nobody here");
    assert_eq!(hall.call(&refreshed.text("access_token")).status, 200);
}

/// Nobody comes back with a refresh: the client begins anew, and the person logs in there.
#[test]
fn who_lost_access_there_is_challenged_here() {
    let hall = Hall::new(EVERYONE);
    let (access, refresh) = hall.tokens();
    hall.scene.corp.disable();
    hall.scene.node.clock().pass(600);
    for _ in 0..2 {
        let reply = hall.call(&access);
        assert_eq!(reply.status, 401, "{}", reply.body);
        let challenge = reply.header("www-authenticate").expect("there is one").to_owned();
        assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
        assert!(challenge.contains("/.well-known/oauth-protected-resource/mcp"), "{challenge}");
    }
    assert!(hall.sent().is_empty());
    let reply = hall.scene.client.refresh(&hall.scene.node, &refresh);
    assert_eq!(reply.error(), "400 invalid_grant");
}

#[test]
fn a_provider_in_trouble_is_waited_for() {
    let hall = Hall::new(EVERYONE);
    let (access, _) = hall.tokens();
    hall.scene.node.clock().pass(600);
    hall.scene.corp.trouble(Some(ResponseTemplate::new(503)));
    let reply = hall.call(&access);
    assert_eq!((reply.status, reply.header("www-authenticate")), (503, None));
    assert!(reply.header("retry-after").is_some());
    hall.scene.corp.trouble(None);
    assert_eq!(hall.call(&access).status, 200);
}

/// Somebody who is known here by a password has no token there, and logging in again would bring none.
#[test]
fn who_did_not_log_in_through_that_provider_is_told_so() {
    let people = Deployment::usual().at(ISSUER).signing();
    let hall = Hall::of(people, EVERYONE);
    let access = hall.scene.client.tokens(&hall.scene.node).access;
    let reply = hall.call(&access);
    let challenge = reply.header("www-authenticate").expect("there is one");
    assert!(reply.status == 403 && !challenge.contains("error"), "{challenge}");
    assert!(reply.text("error_description").contains("identity provider"), "{}", reply.body);
    assert!(hall.sent().is_empty());
}

/// A token can be void before its end: a newer one is tried once, and after that nobody asks again and again.
#[test]
fn a_token_that_the_server_does_not_take_is_renewed_once() {
    let hall = Hall::new(EVERYONE);
    let (access, _) = hall.tokens();
    assert_eq!(hall.call(&access).status, 200);
    hall.refuse(&hall.sent()[0]);
    assert_eq!(hall.call(&access).status, 502, "it is new, so another would be no better");
    hall.scene.node.clock().pass(60);
    assert_eq!(hall.call(&access).status, 200);
    assert_eq!(hall.scene.corp.exchanges(), 2);
    hall.refuse("all");
    for _ in 0..3 {
        let reply = hall.call(&access);
        assert_eq!((reply.status, reply.header("www-authenticate")), (502, None));
        let told = reply.json()["error"]["message"].to_string();
        assert!(told.contains("does not take your token of your identity provider"), "{told}");
    }
    assert_eq!(hall.scene.corp.exchanges(), 2);
    hall.scene.node.clock().pass(60);
    hall.scene.corp.disable();
    assert_eq!(hall.call(&access).status, 401, "it was taken back");
}

/// No other token of the person would be let in either.
#[test]
fn a_server_that_forbids_what_a_person_wants_is_not_asked_again() {
    let hall = Hall::new(EVERYONE);
    let (access, _) = hall.tokens();
    hall.refuse("whoever");
    let reply = hall.call(&access);
    let told = reply.json()["error"]["message"].to_string();
    assert_eq!((reply.status, reply.header("www-authenticate")), (502, None));
    assert!(told.contains("does not take your token of your identity provider"), "{told}");
    assert_eq!(hall.sent().len(), 1);
}

/// The provider gives each refresh token once: of many requests at two nodes one renews, and all are served.
#[test]
fn of_a_crowd_at_two_nodes_one_renews() {
    let hall = Hall::new(EVERYONE);
    let (access, _) = hall.tokens();
    let other = hall.scene.node.sharing(&hall.internet, &hall.deployment);
    hall.scene.node.clock().pass(600);
    std::thread::scope(|scope| {
        for number in 0..12 {
            let node = if number % 2 == 0 { &hall.scene.node } else { &other };
            let access = &access;
            scope.spawn(move || assert_eq!(call(node, access).status, 200));
        }
    });
    assert_eq!(hall.scene.corp.exchanges(), 2);
}

/// What the provider gives is given once: who hangs up meanwhile does not lose it for everybody.
#[test]
fn a_renewal_ends_although_nobody_waits_for_it() {
    let hall = Hall::new(EVERYONE);
    let (access, _) = hall.tokens();
    hall.scene.node.clock().pass(600);
    hall.scene.corp.hesitate(Duration::from_millis(400));
    hall.scene.node.hang_up_on(&listing(&access), Duration::from_millis(200));
    assert_eq!(hall.call(&access).status, 200);
    assert_eq!(hall.scene.corp.exchanges(), 2);
}

/// A node that was killed while it renewed keeps nobody from it for long.
#[test]
fn a_lease_ends_with_nobody_to_end_it() {
    let hall = Hall::new(EVERYONE);
    let (access, _) = hall.tokens();
    let (node, now) = (&hall.scene.node, hall.scene.node.clock().now());
    let name = GrantName::of(node.grant(&access).family);
    let kept = wait(node.server().ledger.kept(name, now)).expect("it answers").expect("it is kept");
    let claims =
        node.server().seal.open::<ProviderGrantClaims>(&kept.text, now).expect("it is ours");
    let mut grant = claims.grant(name).expect("it is what it is called");
    grant.access_expires_at = Some(now);
    grant.leased_until = Some(now.plus_seconds(30));
    let keep = Keep {
        name,
        text: node.server().seal.seal(&ProviderGrantClaims::new(&grant), now),
        replaces: Some(kept.version),
        expires_at: grant.expires_at,
    };
    wait(node.server().ledger.keep(keep, now)).expect("it is kept");
    node.clock().pass(30);
    assert_eq!(hall.call(&access).status, 200);
    assert_eq!(hall.scene.corp.exchanges(), 2);
}

/// What is kept of a grant ends with the last token that can need it: where no refresh token is given, with the access
/// token of the code, whenever that is redeemed.
#[test]
fn a_grant_is_kept_as_long_as_tokens_can_need_it() {
    let hall = Hall::new(EVERYONE);
    let node = &hall.scene.node;
    let metadata = json!({
        "redirect_uris": ["https://app.example.com/callback"],
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code"],
    });
    let once = Client::register(node, &metadata);
    let lasting = &hall.scene.client;
    let both = "mcp:tools offline_access";
    let rows = [
        ("refresh tokens", lasting, &["offline_access"][..], true),
        ("refresh tokens, declined", lasting, &[], false),
        ("no refresh tokens", &once, &["offline_access"], false),
    ];
    let families = rows.map(|(what, client, ticked, lasts)| {
        let mut browser = Browser::default();
        let page = browser.open(node, &client.request().with("scope", both).uri());
        let ticket = page.ticket();
        let mut fields =
            vec![("ticket", ticket.as_str()), ("decision", "allow"), ("choice", "ticked")];
        fields.extend(ticked.iter().map(|scope| ("scope", *scope)));
        let away = browser.submit(node, "/oauth/consent", &fields).location().to_owned();
        let code = hall.scene.arrive(&mut browser, &away, "ada").code();
        let tokens = client.redeem(node, &code);
        assert_eq!(tokens.json()["refresh_token"].is_string(), lasts, "{what}");
        (what, GrantName::of(node.grant(&tokens.text("access_token")).family), lasts)
    });
    let is_kept = |name| {
        let kept = wait(node.server().ledger.kept(name, node.clock().now()));
        kept.expect("it answers").is_some()
    };
    node.clock().pass(60 + 3_600 - 1);
    assert!(families.iter().all(|(_, name, _)| is_kept(*name)));
    node.clock().pass(1);
    for (what, name, lasts) in families {
        assert_eq!(is_kept(name), lasts, "{what}");
    }
}

/// A login of before has no token to lend: whoever wants one for this server goes to the provider.
#[test]
fn a_session_does_not_stand_for_a_token() {
    let hall = Hall::new(EVERYONE);
    let mut browser = Browser::default();
    hall.scene.log_in(&mut browser, "ada");
    let page = browser.open(&hall.scene.node, &hall.scene.client.request().uri());
    assert!(visible(&page.body).contains("You log in with CORP next"));
}

/// Where refreshes ask the provider too, both renew what is one and the same.
#[test]
fn a_grant_that_is_lent_and_binds_is_one() {
    let hall = Hall::new("allow = \"everyone\"\nbind = \"refresh\"");
    let (access, refresh) = hall.tokens();
    let refreshed = hall.scene.client.refresh(&hall.scene.node, &refresh);
    assert_eq!(hall.scene.corp.exchanges(), 2);
    hall.scene.node.clock().pass(600);
    for access in [&access, &refreshed.text("access_token")] {
        assert_eq!(hall.call(access).status, 200);
    }
    assert_eq!(hall.scene.corp.exchanges(), 3);
    let again = hall.scene.client.refresh(&hall.scene.node, &refreshed.text("refresh_token"));
    assert_eq!(again.status, 200);
    hall.scene.corp.disable();
    let reply = hall.scene.client.refresh(&hall.scene.node, &again.text("refresh_token"));
    assert_eq!(reply.error(), "400 invalid_grant");
    assert_eq!(hall.call(&again.text("access_token")).status, 401);
}
