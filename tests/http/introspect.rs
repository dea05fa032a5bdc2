//! `POST /oauth/introspect`: what callers are told of tokens, and what nobody is told.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use sealbearer::ledger::Ledger;

use super::table;
use super::token::replays::Distant;
use crate::support::{
    ALICE, Ask, Browser, Client, Deployment, ISSUER, Node, Reply, Serve as _, Tokens, altered,
    shown,
};

const SECRET: &str = "a secret of more than forty characters, as it should be";
const CALLBACK: &str = "https://app.example.com/callback";
/// What is said of everything that is not the caller's business, or good for nothing.
const INACTIVE: &str = r#"{"active":false}"#;

/// Two resources; for each a server that may ask about its tokens, a client with a secret, and one that acts for itself.
fn deployment() -> Deployment {
    let server = |id: &str, resources: &str| {
        let settings = format!("grant_types = []\nintrospects = [{resources}]");
        (id.to_owned(), settings)
    };
    let (tools, other) = (server("tools", "\"/mcp\""), server("other", "\"/other\""));
    let app = format!("redirect_uris = [\"{CALLBACK}\"]");
    Deployment::usual()
        .with("[[resources]]\npath = \"/other\"\nupstream = \"builtin\"")
        .with_client(&tools.0, Some(SECRET), &tools.1)
        .with_client(&other.0, Some(SECRET), &other.1)
        .with_client("app", Some(SECRET), &app)
        .with_client("robot", Some(SECRET), "grant_types = [\"client_credentials\"]")
}

fn known(id: &str) -> Client {
    Client::known(id, Some(SECRET), CALLBACK)
}

/// Tokens for `/mcp` that alice allowed to `client`.
fn tokens(client: &Client, node: &Node) -> Tokens {
    let request = client.request().with("resource", &format!("{ISSUER}/mcp"));
    Tokens::of(&client.redeem(node, &request.code(node)))
}

fn is_active(client: &Client, node: &Node, token: &str) -> bool {
    let reply = client.introspect(node, token);
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let active = reply.json()["active"] == true;
    assert!(active || reply.body == INACTIVE, "{}", reply.body);
    active
}

#[test]
fn what_callers_are_told() {
    let node = Node::start(&deployment());
    let app = known("app");
    let tokens = tokens(&app, &node);
    insta::assert_snapshot!("introspection_own", shown(&app.introspect(&node, &tokens.access)));
    let of_refresh = app.introspect(&node, tokens.refresh());
    insta::assert_snapshot!("introspection_refresh", shown(&of_refresh));
    let fields = [("grant_type", "client_credentials"), ("resource", "http://127.0.0.1:9000/mcp")];
    let robot = Tokens::of(&node.serve(&Ask::form("/oauth/token", fields).basic("robot", SECRET)));
    let of_robot = known("tools").introspect(&node, &robot.access);
    insta::assert_snapshot!("introspection_robot", shown(&of_robot));
}

/// The token does not carry the id of a client that registered itself; its thumbprint tells it from others.
#[test]
fn a_client_whose_id_is_not_known_has_a_thumbprint() {
    let node = Node::start(&deployment());
    let stranger = Client::confidential(&node);
    let access = tokens(&stranger, &node).access;
    let own = stranger.introspect(&node, &access).json();
    assert_eq!(own["client_id"], stranger.id);
    let told = known("tools").introspect(&node, &access).json();
    assert!(told["active"] == true && told.get("client_id").is_none(), "{told}");
    assert_eq!(told["client_thumbprint"], own["client_thumbprint"]);
    let another = Client::public(&node);
    let other = known("tools").introspect(&node, &tokens(&another, &node).access).json();
    assert_ne!(told["client_thumbprint"], other["client_thumbprint"]);
}

/// RFC 7662 §2.1, §4. Whoever does not prove to be a client that keeps a secret hears the same of every token.
#[test]
fn int_01_who_proves_nothing_learns_nothing() {
    let node = Node::start(&deployment());
    let good = tokens(&known("app"), &node).access;
    let public = Client::public(&node);
    let post = |fields: &[(&str, &str)]| Ask::form("/oauth/introspect", fields.iter().copied());
    let rows = |token: &str| {
        let with = |more: &[(&str, &str)]| post(&[&[("token", token)], more].concat());
        let asks = [
            ("nobody", with(&[])),
            ("a bearer token", with(&[]).bearer(&good)),
            ("an unknown client", with(&[("client_id", "no"), ("client_secret", SECRET)])),
            ("no secret", with(&[("client_id", "tools")])),
            ("a wrong secret", with(&[("client_id", "tools"), ("client_secret", "wrong")])),
            ("a wrong secret by Basic", with(&[]).basic("tools", "wrong")),
            ("a public client", with(&[("client_id", &public.id)])),
            ("two ways at once", with(&[("client_secret", SECRET)]).basic("tools", SECRET)),
        ];
        let told = asks.map(|(sentence, ask)| {
            let reply = node.serve(&ask);
            let challenge = reply.header("www-authenticate").unwrap_or("no challenge");
            (sentence, format!("{}, {challenge}", reply.error()))
        });
        table(told)
    };
    let told = rows(&good);
    assert_eq!(told, rows("garbage"));
    insta::assert_snapshot!(told, @r#"
    nobody: 401 invalid_client, Basic realm="sealbearer"
    a bearer token: 401 invalid_client, Basic realm="sealbearer"
    an unknown client: 401 invalid_client, Basic realm="sealbearer"
    no secret: 401 invalid_client, Basic realm="sealbearer"
    a wrong secret: 401 invalid_client, Basic realm="sealbearer"
    a wrong secret by Basic: 401 invalid_client, Basic realm="sealbearer"
    a public client: 401 invalid_client, Basic realm="sealbearer"
    two ways at once: 400 invalid_request, no challenge
    "#);
    let nothing = node.serve(&post(&[]).basic("tools", SECRET));
    assert_eq!(nothing.error(), "400 invalid_request", "no token at all");
    let twice = post(&[("token", "a"), ("token", "b")]).basic("tools", SECRET);
    assert_eq!(node.serve(&twice).error(), "400 invalid_request", "a token twice");
}

/// RFC 7662 §4: a resource server learns nothing of tokens for another, nor one client of another's.
#[test]
fn int_02_a_token_for_another_is_nobodys_business() {
    let node = Node::start(&deployment());
    let [app, robot, tools, other] = ["app", "robot", "tools", "other"].map(known);
    let tokens = tokens(&app, &node);
    let callers = [("app", &app), ("robot", &robot), ("tools", &tools), ("other", &other)];
    let rows = callers.map(|(name, caller)| {
        let told = [&tokens.access, tokens.refresh()].map(|token| is_active(caller, &node, token));
        (name, format!("access {}, refresh {}", told[0], told[1]))
    });
    insta::assert_snapshot!(table(rows), @"
    app: access true, refresh true
    robot: access false, refresh false
    tools: access true, refresh false
    other: access false, refresh false
    ");
}

/// RFC 7662 §2.2: whatever is wrong, the answer is the same and has no other member.
#[test]
fn int_03_what_is_good_for_nothing_is_inactive_and_no_more_is_said() {
    let deployment = deployment();
    let node = Node::start(&deployment);
    let (app, tools) = (known("app"), known("tools"));
    let secret = "/Pn2xnP4TC5Nk31PB20ABOPVs6NaaBzsKzUBGMZWsRc=";
    let foreign = Node::start(&deployment.clone().with_secret(secret));
    let elsewhere = Node::start(&deployment.clone().at("https://auth.example.com"));
    let ahead = Node::start(&deployment);
    ahead.clock().pass(3_600);
    let mut browser = Browser::default();
    let request = app.request().with("resource", &format!("{ISSUER}/mcp"));
    let code = browser.allow(&node, &request.uri(), ALICE).code();
    let good = tokens(&app, &node);
    let of_elsewhere = request.with("resource", "https://auth.example.com/mcp").code(&elsewhere);
    let of_elsewhere = Tokens::of(&app.redeem(&elsewhere, &of_elsewhere)).access;
    let rows = [
        ("nonsense", "nonsense".to_owned()),
        ("three segments", "eyJhbGciOiJub25lIn0.e30.".to_owned()),
        ("a token that was altered", altered(&good.access)),
        ("a token with more behind it", format!("{}A", good.access)),
        ("under another secret", tokens(&app, &foreign).access),
        ("of another issuer", of_elsewhere),
        ("from the future", tokens(&app, &ahead).access),
        ("a refresh token from the future", tokens(&app, &ahead).refresh().to_owned()),
        ("a code", code),
        ("a session", browser.cookie("sealbearer-session").expect("logged in").to_owned()),
        ("a registration", Client::public(&node).id),
        ("longer than any token", "a".repeat(2_100)),
    ];
    for (sentence, token) in rows {
        for caller in [&app, &tools] {
            let reply = caller.introspect(&node, &token);
            assert_eq!((reply.status, reply.body.as_str()), (200, INACTIVE), "{sentence}");
        }
    }
    let expires_at = node.grant(&good.access).expires_at;
    node.clock().pass(expires_at.seconds_since(node.clock().now()) - 1);
    assert!(is_active(&tools, &node, &good.access), "until its last second");
    node.clock().pass(1);
    assert!(!is_active(&tools, &node, &good.access), "expired");
    node.clock().pass(30 * 86_400);
    assert!(!is_active(&app, &node, good.refresh()), "not used for too long");
}

#[test]
fn a_person_who_is_gone_leaves_no_active_token() {
    let node = Node::start(&deployment());
    let app = known("app");
    let request = app.request().with("resource", &format!("{ISSUER}/mcp"));
    let code = Browser::default().allow(&node, &request.uri(), crate::support::BOB).code();
    let tokens = Tokens::of(&app.redeem(&node, &code));
    let after = Node::beside(node.clock(), 1, &deployment().without_bob());
    for token in [&tokens.access, tokens.refresh()] {
        assert!(is_active(&app, &node, token));
        assert!(!is_active(&app, &after, token));
    }
}

/// RFC 7662 §2.2: a refresh token that was replaced is as active as it is usable, and asking uses nothing.
#[test]
fn a_refresh_token_is_active_as_long_as_it_can_be_used() {
    let node = Node::start(&deployment());
    let app = known("app");
    let first = tokens(&app, &node);
    let active = |token: &str| (0..3).all(|_| is_active(&app, &node, token));
    assert!(active(first.refresh()));
    let second = Tokens::of(&app.refresh(&node, first.refresh()));
    assert!(active(first.refresh()) && active(second.refresh()), "its answer may be lost");
    node.clock().pass(60);
    assert!(!is_active(&app, &node, first.refresh()), "the grace is over");
    let third = Tokens::of(&app.refresh(&node, second.refresh()));
    assert!(active(third.refresh()), "asking about a copy revokes nothing");
    assert_eq!(app.refresh(&node, first.refresh()).error(), "400 invalid_grant");
    let all = [third.refresh(), &third.access, &second.access, &first.access];
    assert!(all.iter().all(|token| !is_active(&app, &node, token)), "using it does");
}

#[test]
fn a_refresh_token_that_does_not_rotate_is_active_until_its_family_is_revoked() {
    let settings = format!("redirect_uris = [\"{CALLBACK}\"]\nrefresh_rotation = false");
    let node = Node::start(&Deployment::usual().with_client("app", Some(SECRET), &settings));
    let app = known("app");
    let tokens = tokens(&app, &node);
    Tokens::of(&app.refresh(&node, tokens.refresh()));
    assert!(is_active(&app, &node, tokens.refresh()));
    assert_eq!(app.revoke(&node, tokens.refresh()).status, 200);
    assert!(!is_active(&app, &node, tokens.refresh()));
}

/// Nothing is kept between two questions, and nobody on the way may keep an answer.
#[test]
fn int_06_what_was_revoked_is_inactive_from_the_next_question_on() {
    let node = Node::start(&deployment());
    let (app, tools) = (known("app"), known("tools"));
    let access = tokens(&app, &node).access;
    assert!(is_active(&tools, &node, &access));
    assert_eq!(app.revoke(&node, &access).status, 200);
    assert!(!is_active(&tools, &node, &access));
}

/// An answer that cannot be known is neither yes nor no; what is no business of the caller's stays so.
#[test]
fn while_the_ledger_is_gone_nothing_is_said_to_be_active() {
    let ledger = Distant::new();
    let node = Node::start_with(&deployment(), Arc::clone(&ledger) as Arc<dyn Ledger>);
    let app = known("app");
    let tokens = tokens(&app, &node);
    ledger.is_gone.store(true, Ordering::Relaxed);
    for token in [&tokens.access, tokens.refresh()] {
        let reply = app.introspect(&node, token);
        assert_eq!(reply.error(), "503 temporarily_unavailable");
        assert_eq!(reply.header("retry-after"), Some("1"));
        assert!(!is_active(&known("other"), &node, token));
    }
}

/// Where nothing is remembered, what tokens say of themselves is still told.
#[test]
fn without_a_ledger_tokens_speak_for_themselves() {
    let node = Node::start(&deployment().with("[ledger]\nkind = \"none\""));
    let access = tokens(&known("app"), &node).access;
    assert!(is_active(&known("tools"), &node, &access));
    node.clock().pass(4_000);
    assert!(!is_active(&known("tools"), &node, &access));
}

/// RFC 7662 §4: whoever tries out tokens is slowed down, at each address and wherever its questions come from, and hears no difference before. What is none of
/// the caller's business never reaches the ledger (see above), so that it takes as long as what nobody sealed.
#[test]
fn int_11_trying_out_tokens_is_limited_and_tells_nothing() {
    let proxies = "[proxies]\ntrusted = [\"10.0.0.0/8\"]";
    let deployment = deployment().at("https://auth.example.com").with(proxies);
    let node = Node::start(&deployment.with("[limits.rate]\nintrospect = 20"));
    let app = known("app");
    let request = app.request().with("resource", "https://auth.example.com/mcp");
    let good = Tokens::of(&app.redeem(&node, &request.code(&node))).access;
    let ask = |number: usize, address: &str| {
        let token = if number.is_multiple_of(2) { good.clone() } else { altered(&good) };
        let form = Ask::form("/oauth/introspect", [("token", token)]);
        let mut reply = node.serve(&form.basic("other", SECRET).from(address));
        reply.headers.remove("x-correlation-id");
        reply
    };
    let replies: Vec<_> = (0..30).map(|number| ask(number, "198.51.100.1")).collect();
    let told = replies.iter().take_while(|reply| reply.status == 200).count();
    assert!((20..30).contains(&told), "{told}");
    let first = &replies[0];
    let alike = |reply: &Reply| reply.headers == first.headers && reply.body == INACTIVE;
    assert!(replies[..told].iter().all(alike));
    for refused in &replies[told..] {
        assert_eq!(refused.error(), "429 temporarily_unavailable");
        assert!(refused.header("retry-after").is_some());
    }
    let elsewhere = ask(0, "198.51.100.2").error();
    assert_eq!(elsewhere, "429 temporarily_unavailable", "the same caller at another address");
    for (id, token) in [("app", &good), ("app", &altered(&good))] {
        let form = Ask::form("/oauth/introspect", [("token", token)]).basic(id, SECRET);
        assert_eq!(node.serve(&form.from("198.51.100.2")).status, 200, "others go on");
    }
    for number in 0..60 {
        let form = Ask::form("/oauth/introspect", [("token", &good)]).basic("app", SECRET);
        let reply = node.serve(&form.from(&format!("198.51.100.{}", 10 + number / 10)));
        assert_eq!(reply.status, 200, "answers are not counted, however many");
    }
}

/// Whatever form a resource wants its tokens in, they are told of and taken back alike.
#[test]
fn tokens_of_every_form_are_told_of_and_taken_back() {
    let app = format!("redirect_uris = [\"{CALLBACK}\"]");
    for form in ["access_token = \"sealed\"", "access_token = \"signed\""] {
        let deployment = Deployment::usual().signing().with_form(form);
        let node = Node::start(&deployment.with_client("app", Some(SECRET), &app));
        let app = known("app");
        let [given, kept] = [(); 2].map(|()| tokens(&app, &node));
        let told = app.introspect(&node, &given.access).json();
        assert_eq!((&told["active"], &told["client_id"]), (&true.into(), &"app".into()), "{form}");
        assert_eq!(app.revoke(&node, &given.access).status, 200);
        assert!(!is_active(&app, &node, &given.access), "{form}");
        assert!(is_active(&app, &node, &kept.access), "{form}");
        assert_eq!(app.revoke(&node, kept.refresh()).status, 200);
        assert!(!is_active(&app, &node, &kept.access), "{form}");
    }
}
