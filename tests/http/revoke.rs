//! `POST /oauth/revoke`: what goes when a client gives a token back, and what does not.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use proptest::prelude::*;
use sealbearer::ledger::{Capacity, Ledger, Memory};

use super::token::replays::Distant;
use super::{assert_not_stored, table};
use crate::support::{
    ALICE, Ask, BOB, Browser, Client, Deployment, Node, Reply, Serve as _, Tokens, altered,
};

const SECRET: &str = "a secret of more than forty characters, as it should be";
const CALLBACK: &str = "https://app.example.com/callback";

fn is_accepted(node: &Node, access_token: &str) -> bool {
    match node.test(access_token).status {
        200 => true,
        401 => false,
        other => panic!("unexpected {other}"),
    }
}

/// Two nodes that share a ledger, as nodes do that share a store.
fn pair() -> [Node; 2] {
    let memory = Memory::new(Capacity { codes_max: 1_000, families_max: 1_000 });
    let ledger: Arc<dyn Ledger> = Arc::new(memory);
    [(); 2].map(|()| Node::start_with(&Deployment::usual(), Arc::clone(&ledger)))
}

/// RFC 7009 §2.1. Whoever asks, a token goes only when its own client gives it back; any other is told that it does not.
#[test]
fn int_04_a_client_cannot_revoke_what_was_issued_to_another() {
    let node = Node::start(&Deployment::usual().with_client(
        "robot",
        Some(SECRET),
        "grant_types = [\"client_credentials\"]",
    ));
    let owner = Client::public(&node);
    let tokens = owner.tokens(&node);
    let thieves = [
        Client::register(
            &node,
            &serde_json::json!({
                "client_name": "Thief",
                "redirect_uris": ["https://thief.example.com/callback"],
                "token_endpoint_auth_method": "none",
            }),
        ),
        Client::confidential(&node),
        Client::known("robot", Some(SECRET), CALLBACK),
    ];
    for thief in thieves {
        for token in [&tokens.access, tokens.refresh()] {
            assert_eq!(thief.revoke(&node, token).error(), "401 invalid_client");
        }
    }
    assert!(is_accepted(&node, &tokens.access));
    assert_eq!(owner.refresh(&node, tokens.refresh()).status, 200);
}

/// RFC 7009 §2.2, §2.2.1: there is nothing a client could do about a token that is not good anyway.
#[test]
fn int_05_what_is_unknown_is_revoked_and_unknown_hints_are_ignored() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let tokens = client.tokens(&node);
    let used = client.code(&node);
    let others = ["nonsense".to_owned(), altered(&tokens.access), used, client.id.clone()];
    for token in others {
        let reply = client.revoke(&node, &token);
        assert_eq!((reply.status, reply.body.as_str()), (200, ""), "{token}");
        assert_not_stored(&reply);
    }
    assert!(is_accepted(&node, &tokens.access));
    for hint in ["access_token", "refresh_token", "passport"] {
        let tokens = client.tokens(&node);
        let fields = client.credentials(&[("token", tokens.refresh()), ("token_type_hint", hint)]);
        assert_eq!(node.serve(&fields.post_to("/oauth/revoke")).status, 200);
        assert!(!is_accepted(&node, &tokens.access), "{hint}");
        assert_eq!(client.revoke(&node, tokens.refresh()).status, 200, "again");
    }
    node.clock().pass(200 * 86_400);
    for token in [&tokens.access, tokens.refresh()] {
        assert_eq!(client.revoke(&node, token).status, 200, "expired");
    }
}

/// RFC 7009 §2.2.1: a client that hears 503 knows that the token lives on.
#[test]
fn int_07_while_the_ledger_is_gone_nothing_is_said_to_be_revoked() {
    let ledger = Distant::new();
    let node = Node::start_with(&Deployment::usual(), Arc::clone(&ledger) as Arc<dyn Ledger>);
    let client = Client::public(&node);
    let tokens = client.tokens(&node);
    ledger.is_gone.store(true, Ordering::Relaxed);
    for token in [&tokens.access, tokens.refresh()] {
        let reply = client.revoke(&node, token);
        assert_eq!(reply.error(), "503 temporarily_unavailable");
        assert_eq!(reply.header("retry-after"), Some("1"));
    }
    assert_eq!(client.revoke(&node, "nonsense").status, 200, "nothing had to be remembered");
    ledger.is_gone.store(false, Ordering::Relaxed);
    assert!(is_accepted(&node, &tokens.access));
    assert_eq!(client.revoke(&node, tokens.refresh()).status, 200);
    assert!(!is_accepted(&node, &tokens.access));
}

/// RFC 7009 §2.1: a refresh token takes along what descends from the same consent, an access token goes alone.
#[test]
fn int_08_a_refresh_token_takes_its_access_tokens_along_and_not_the_other_way_round() {
    let [node, other] = pair();
    let client = Client::public(&node);
    let first = client.tokens(&node);
    let second = Tokens::of(&client.refresh(&node, first.refresh()));
    assert_eq!(client.revoke(&other, &first.access).status, 200);
    for node in [&node, &other] {
        assert!(!is_accepted(node, &first.access), "revoked alone");
        assert!(is_accepted(node, &second.access), "another of the family");
    }
    let third = Tokens::of(&client.refresh(&other, second.refresh()));
    assert_eq!(client.revoke(&node, third.refresh()).status, 200);
    for node in [&node, &other] {
        for access in [&second.access, &third.access] {
            assert!(!is_accepted(node, access), "gone with the family");
        }
        assert_eq!(client.refresh(node, third.refresh()).error(), "400 invalid_grant");
    }
    assert!(is_accepted(&node, &client.tokens(&node).access), "and can be asked for again");
}

/// A refresh token that was replaced stands for its family too, however long ago that was.
#[test]
fn an_old_refresh_token_takes_its_family_along() {
    let node = Node::start(&Deployment::usual());
    let client = Client::confidential(&node);
    let first = client.tokens(&node);
    let second = Tokens::of(&client.refresh(&node, first.refresh()));
    let third = Tokens::of(&client.refresh(&node, second.refresh()));
    node.clock().pass(3_000);
    assert_eq!(client.revoke(&node, first.refresh()).status, 200);
    assert!(!is_accepted(&node, &third.access));
    assert_eq!(client.refresh(&node, third.refresh()).error(), "400 invalid_grant");
}

/// What was revoked stays so until the last token of the family is void of itself.
#[test]
fn a_revocation_is_remembered_to_the_end() {
    let node = Node::start(&Deployment::usual());
    let client = Client::public(&node);
    let tokens = client.tokens(&node);
    assert_eq!(client.revoke(&node, &tokens.access).status, 200);
    node.clock().pass(3_600);
    assert!(!is_accepted(&node, &tokens.access));
    let mut newest = Tokens::of(&client.refresh(&node, tokens.refresh()));
    for _ in 0..3 {
        node.clock().pass(29 * 86_400);
        newest = Tokens::of(&client.refresh(&node, newest.refresh()));
    }
    assert_eq!(client.revoke(&node, newest.refresh()).status, 200);
    node.clock().pass(2 * 86_400);
    assert_eq!(client.refresh(&node, newest.refresh()).error(), "400 invalid_grant");
}

/// CIMD §6.6: all installations share one `client_id`; each consent is a family of its own.
#[test]
fn ref_15_one_installation_gives_back_nothing_of_another() {
    let settings = format!("redirect_uris = [\"{CALLBACK}\"]");
    let node = Node::start(&Deployment::usual().with_client("shared", None, &settings));
    let client = Client::known("shared", None, CALLBACK);
    let install = |person| {
        let reply = Browser::default().allow(&node, &client.request().uri(), person);
        Tokens::of(&client.redeem(&node, &reply.code()))
    };
    let [gone, same_person, other_person] = [ALICE, ALICE, BOB].map(install);
    assert_eq!(client.revoke(&node, gone.refresh()).status, 200);
    assert!(!is_accepted(&node, &gone.access));
    for kept in [same_person, other_person] {
        assert!(is_accepted(&node, &kept.access));
        assert_eq!(client.refresh(&node, kept.refresh()).status, 200);
    }
}

/// RFC 7009: an endpoint that answers 200 and revokes nothing would be worse than none.
#[test]
fn int_10_where_nothing_can_be_revoked_there_is_no_endpoint() {
    let node = Node::start(&Deployment::usual().with("[ledger]\nkind = \"none\""));
    let client = Client::confidential(&node);
    let access = client.tokens(&node).access;
    assert_eq!(client.revoke(&node, &access).error(), "404 not_found");
    assert!(is_accepted(&node, &access));
    for path in ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"] {
        let metadata = node.serve(&Ask::get(path)).json();
        assert!(metadata.get("revocation_endpoint").is_none(), "{path}");
        assert_eq!(metadata["introspection_endpoint"], "http://127.0.0.1:9000/oauth/introspect");
    }
}

#[test]
fn every_refusal() {
    let node = Node::start(&Deployment::usual());
    let (public, confidential) = (Client::public(&node), Client::confidential(&node));
    let tokens = confidential.tokens(&node);
    let post = |fields: &[(&str, &str)]| Ask::form("/oauth/revoke", fields.iter().copied());
    let token = ("token", tokens.refresh());
    let outcome = |reply: Reply| {
        assert_not_stored(&reply);
        let challenge = reply.header("www-authenticate").map(|text| format!(", {text}"));
        format!("{}{}", reply.error(), challenge.unwrap_or_default())
    };
    let rows = [
        ("no client", post(&[token])),
        ("no token", post(&[("client_id", &public.id)])),
        ("an empty token", post(&[("client_id", &public.id), ("token", "")])),
        ("a token twice", post(&[("client_id", &public.id), token, token])),
        ("an unknown client", post(&[("client_id", "nobody"), token])),
        ("a client without its secret", post(&[("client_id", &confidential.id), token])),
        ("a wrong secret by Basic", post(&[token]).basic(&confidential.id, "wrong")),
    ];
    let rows = rows.map(|(sentence, ask)| (sentence, outcome(node.serve(&ask))));
    insta::assert_snapshot!(table(rows), @r#"
    no client: 400 invalid_request
    no token: 400 invalid_request
    an empty token: 400 invalid_request
    a token twice: 400 invalid_request
    an unknown client: 401 invalid_client
    a client without its secret: 401 invalid_client
    a wrong secret by Basic: 401 invalid_client, Basic realm="sealbearer"
    "#);
    assert!(is_accepted(&node, &tokens.access));
}

/// RFC 7009 §2.3: scripts of public clients call it, with no cookie and no other header than the form needs.
#[test]
fn browsers_may_call_it_and_may_not_ask_about_tokens() {
    let node = Node::start(&Deployment::usual());
    let allowed = |path: &str| {
        let preflight = Ask::new("OPTIONS", path)
            .with("origin", "https://app.example.com")
            .with("access-control-request-method", "POST");
        node.serve(&preflight).header("access-control-allow-origin").map(str::to_owned)
    };
    assert_eq!(allowed("/oauth/revoke").as_deref(), Some("*"));
    assert_eq!(allowed("/oauth/introspect"), None);
}

/// Few, since each case is a whole log-in; the environment asks for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    /// RFC 7009 §2.1: whichever refresh token of a family comes back, wherever, nothing of the family is good anywhere, and
    /// another family never notices; nor does anything happen when another client gives it back first.
    #[test]
    fn nothing_of_a_family_outlives_its_return(
        generations in 1..6_usize, given in any::<prop::sample::Index>(), at in 0..2_usize,
    ) {
        let nodes = pair();
        let (owner, thief) = (Client::public(&nodes[0]), Client::confidential(&nodes[0]));
        let kept = owner.tokens(&nodes[0]);
        let mut family = vec![owner.tokens(&nodes[0])];
        for number in 1..generations {
            let newest = family[number - 1].refresh().to_owned();
            family.push(Tokens::of(&owner.refresh(&nodes[number % 2], &newest)));
        }
        let given = &family[given.index(family.len())];
        prop_assert_eq!(thief.revoke(&nodes[at], given.refresh()).status, 401);
        prop_assert!(family.iter().all(|tokens| is_accepted(&nodes[1 - at], &tokens.access)));
        prop_assert_eq!(owner.revoke(&nodes[at], given.refresh()).status, 200);
        for node in &nodes {
            for tokens in &family {
                prop_assert!(!is_accepted(node, &tokens.access));
                prop_assert_eq!(owner.refresh(node, tokens.refresh()).status, 400);
            }
            prop_assert!(is_accepted(node, &kept.access));
        }
        prop_assert_eq!(owner.refresh(&nodes[at], kept.refresh()).status, 200);
    }
}
