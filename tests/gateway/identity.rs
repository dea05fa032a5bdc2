//! What the server hears of who is calling, and what it never hears.
//! Source: MCP 2026-07-28 authorization; catalogue RSG-03, RSG-11, RSG-13.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::bn::BigNum;
use openssl::ec::EcGroup;
use openssl::ec::EcKey;
use openssl::ecdsa::EcdsaSig;
use openssl::nid::Nid;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::support::{
    ALICE, BOB, House, LIST, Upstream, asking, deployment, entry, json as saying, posting, token,
};
use crate::support::{Clock, ISSUER};

/// What a JWT says, if the key that the node publishes has signed it.
pub(super) async fn verified(house: &House, jwt: &str) -> (Value, Value) {
    let [header, claims, signature] = *jwt.split('.').collect::<Vec<_>>() else {
        panic!("three parts")
    };
    let read = |part| {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
    };
    let (head, said): (Value, Value) = (read(header), read(claims));
    let jwks = house.ask("GET /.well-known/jwks.json", "").await.json();
    let keys = jwks["keys"].as_array().expect("keys");
    let key = keys.iter().find(|key| key["kid"] == head["kid"]).expect("the key is published");
    let number = |part: &Value| {
        let bytes = URL_SAFE_NO_PAD.decode(part.as_str().expect("text")).expect("base64url");
        BigNum::from_slice(&bytes).expect("a number")
    };
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("a curve");
    let key =
        EcKey::from_public_key_affine_coordinates(&group, &number(&key["x"]), &number(&key["y"]));
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    let (r, s) = signature.split_at(32);
    let part = |bytes| BigNum::from_slice(bytes).expect("a number");
    let signature = EcdsaSig::from_private_components(part(r), part(s)).expect("a signature");
    let digest = Sha256::digest(format!("{header}.{claims}"));
    assert!(signature.verify(&digest, &key.expect("a key")).expect("it can be verified"));
    (head, said)
}

#[tokio::test]
async fn the_server_is_told_who_calls_by_a_statement_it_can_verify() {
    let upstream = Upstream::start(|_| saying("{}")).await;
    let settings = "assertion_header = \"Sealbearer-Assertion\"\nassertion_lifetime = \"30s\"";
    let house = House::protecting(&upstream.url("/mcp?key=secret"), settings).await;
    house.post(ALICE, "Sealbearer-Assertion: mine\r\nSealbearer_Assertion: mine", LIST).await;
    let received = upstream.last();
    assert!(!received.names().contains(&"sealbearer_assertion"));
    let (head, mut said) =
        verified(&house, received.header("sealbearer-assertion").expect("sent")).await;
    assert_eq!((&head["typ"], &head["alg"]), (&json!("caller+jwt"), &json!("ES256")));
    assert!(said["client"].take().as_str().is_some_and(|client| !client.is_empty()));
    let expected = json!({
        "iss": ISSUER, "sub": "u:alice", "aud": upstream.url("/mcp"), "iat": 1_800_000_000, "exp": 1_800_000_030,
        "client": null, "scope": "mcp:tools", "resource": format!("{ISSUER}/mcp"),
    });
    assert_eq!(said, expected);
    // It is no access token, here or elsewhere.
    let jwt = received.header("sealbearer-assertion").expect("sent");
    let text = posting(ALICE, "").replacen(&token(ALICE), jwt, 1);
    assert_eq!(house.ask(&text, LIST).await.status, 401);
}

/// Signing costs much, so a statement is sent again while half of its time is left.
#[tokio::test]
async fn a_statement_is_used_for_half_of_its_time_by_one_caller() {
    let upstream = Upstream::start(|_| saying("{}")).await;
    let settings = "assertion_header = \"Sealbearer-Assertion\"\nassertion_lifetime = \"30s\"";
    let clock = Clock::new();
    let house = House::start(&deployment(&upstream.url("/mcp"), settings), &clock).await;
    let said = async |number: u16| {
        assert_eq!(house.post(number, "", LIST).await.status, 200);
        upstream.last().header("sealbearer-assertion").map(str::to_owned).expect("sent")
    };
    let first = said(ALICE).await;
    clock.pass(14);
    assert_eq!(said(ALICE).await, first);
    let (_, of_bob) = verified(&house, &said(BOB).await).await;
    assert_eq!(of_bob["sub"], "u:bob");
    clock.pass(1);
    let second = said(ALICE).await;
    assert_ne!(second, first);
    let (_, claims) = verified(&house, &second).await;
    assert_eq!(claims["iat"], 1_800_000_015);
}

#[tokio::test]
async fn rsg_03_a_client_cannot_say_who_it_is() {
    let upstream = Upstream::start(|_| saying("{}")).await;
    let settings = "subject_header = \"X-Forwarded-User\"\nscope_header = \"X-Scope\"\nheaders_passed = [\"X-Team\"]";
    let house = House::before(&upstream, settings).await;
    let forged = "x-forwarded-user: mallory\r\nX-FORWARDED-USER: mallory\r\nX_Forwarded_User: mallory\r\nX-Scope: all\r\n\
                  X-Auth-Request-User: mallory\r\nX-Forwarded-Email: mallory\r\nConnection: X-Forwarded-User, X-Team\r\nX-Team: mallory";
    house.post(ALICE, forged, LIST).await;
    let heard = upstream.last();
    assert_eq!(heard.header("x-forwarded-user"), Some("alice"));
    assert_eq!(heard.header("x-scope"), Some("mcp:tools"));
    assert!(!format!("{heard:?}").contains("mallory"), "{heard:?}");
}

#[tokio::test]
async fn whoever_is_no_person_is_not_named_like_one() {
    let upstream = Upstream::start(|_| saying("{}")).await;
    let deployment =
        deployment(&upstream.url("/mcp"), "subject_header = \"X-Forwarded-User\"").with(&entry(9));
    let house = House::start(&deployment, &Clock::new()).await;
    house.post(9, "", LIST).await;
    let heard = upstream.last();
    let named = heard.header("x-forwarded-user").expect("sent");
    assert!(named.starts_with("c:"), "{named}");
}

/// The token is looked for in every byte that the server got.
#[tokio::test]
async fn rsg_11_the_token_of_the_client_never_arrives() {
    let upstream = Upstream::start(|_| saying("{}")).await;
    let house = House::before(&upstream, "credential = \"of the gateway\"").await;
    let secret = token(ALICE);
    let others = format!(
        "Cookie: a={secret}\r\nDPoP: {secret}\r\nProxy-Authorization: Bearer {secret}\r\nX-Copy: {secret}\r\nReferer: {secret}"
    );
    for method in ["POST", "GET", "DELETE", "HEAD"] {
        let text = asking(method, ALICE, &format!("{others}\r\nContent-Type: application/json"));
        let reply = house.ask(&text, if method == "POST" { LIST } else { "" }).await;
        assert_eq!(reply.status, 200, "{method}");
        assert_eq!(upstream.last().header("authorization"), Some("Bearer of the gateway"));
    }
    assert_eq!(upstream.heard().len(), 4);
    assert!(!upstream.raw().contains(&secret));
}

#[tokio::test]
async fn without_a_credential_the_server_gets_none() {
    let upstream = Upstream::start(|_| saying("{}")).await;
    let house = House::before(&upstream, "").await;
    house.post(ALICE, "", LIST).await;
    assert_eq!(upstream.last().header("authorization"), None);
    let house =
        House::before(&upstream, "credential = \"k\"\ncredential_header = \"X-Api-Key\"").await;
    house.post(ALICE, "X-Api-Key: mine", LIST).await;
    assert_eq!(upstream.last().header("x-api-key"), Some("k"));
    assert_eq!(upstream.last().header("authorization"), None);
}

/// A thousand bearers at once over a few connections: each hears what was said to them.
#[tokio::test]
async fn rsg_13_nobody_hears_what_was_said_to_another() {
    const BEARERS: u16 = 990;
    let upstream = Upstream::start(|heard| {
        saying(&format!("{} {}", heard.header("x-forwarded-user").unwrap_or_default(), heard.body))
    });
    let upstream = upstream.await;
    let entries = (10..10 + BEARERS).map(entry).collect::<Vec<_>>().join("\n");
    let settings =
        "subject_header = \"X-Forwarded-User\"\nrequests_max = 16\nconnect_timeout = \"1m\"";
    let deployment = deployment(&upstream.url("/mcp"), settings).with(&entries);
    let house = Arc::new(House::start(&deployment, &Clock::new()).await);
    let mut asked = tokio::task::JoinSet::new();
    for number in 10..10 + BEARERS {
        let house = Arc::clone(&house);
        asked.spawn(async move {
            let message = format!(r#"{{"jsonrpc":"2.0","id":{number},"method":"tools/list"}}"#);
            let reply = house.post(number, "", &message).await;
            assert_eq!(reply.status, 200);
            let (who, what) = reply.body.split_once(' ').expect("two words");
            assert_eq!(what, message);
            who.to_owned()
        });
    }
    let mut named = asked.join_all().await;
    named.sort();
    named.dedup();
    assert_eq!(named.len(), usize::from(BEARERS));
    assert!(house.post(BOB, "", LIST).await.body.starts_with("bob "));
}
