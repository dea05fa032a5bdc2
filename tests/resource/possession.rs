//! Tokens that are bound to keys. Source: RFC 9449 §4.3, §7; security.md DPP-01 to DPP-16 as far as a resource is concerned.

use std::sync::Arc;

use protocol::oauth::algorithm::SigningAlgorithm;
use sealbearer::gateway::{Admitted, Refusal};
use sealbearer::ledger::{Capacity, Memory};
use sealbearer::resource::{Dpop, Refused, Signed, Validator};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Issuer, RESOURCE, bearing, builder, enter, enter_at};
use crate::support::signer::encoded;
use crate::support::{Clock, Signer};

/// An issuer, a client with a key, and a token that is bound to it.
struct Setting {
    issuer: Issuer,
    clock: Clock,
    client: Signer,
    access_token: String,
}

impl Setting {
    async fn new() -> Self {
        let (issuer, clock) = (Issuer::start().await, Clock::new());
        let client = Signer::new(SigningAlgorithm::Es256, "c");
        let mut claims = issuer.claims(&clock);
        claims["cnf"] = json!({ "jkt": thumbprint(&client) });
        let access_token = issuer.token(&claims);
        Self { issuer, clock, client, access_token }
    }

    fn validator(&self, dpop: Dpop) -> Validator {
        let signed = Signed::by(&self.issuer.name());
        builder(&self.clock).trusts(signed).dpop(dpop).build().expect("it is complete")
    }

    /// The claims of a good proof, another one each time.
    fn claims(&self) -> Value {
        static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        json!({
            "jti": format!("p{count}"), "htm": "POST", "htu": RESOURCE, "iat": self.clock.now().0,
            "ath": encoded(&Sha256::digest(&self.access_token)),
        })
    }

    fn proof(&self, claims: &Value) -> String {
        proof_of(&self.client, claims)
    }

    async fn send(&self, validator: &Validator, proof: &str) -> Result<Admitted, Refusal> {
        let authorization = format!("DPoP {}", self.access_token);
        enter(validator, &[("authorization", &authorization), ("dpop", proof)]).await
    }
}

fn proof_of(signer: &Signer, claims: &Value) -> String {
    let mut jwk = signer.jwk();
    jwk.as_object_mut().expect("it is an object").remove("kid");
    let header = json!({ "typ": "dpop+jwt", "alg": signer.algorithm.as_str(), "jwk": jwk });
    signer.sign_texts(&header.to_string(), &claims.to_string())
}

/// RFC 7638 §3.
fn thumbprint(signer: &Signer) -> String {
    let jwk = signer.jwk();
    let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#, jwk["x"], jwk["y"]);
    encoded(&Sha256::digest(canonical))
}

#[tokio::test]
async fn a_bound_token_is_admitted_with_its_proof() {
    let setting = Setting::new().await;
    for dpop in [Dpop::allowed(), Dpop::required()] {
        let validator = setting.validator(dpop);
        let admitted = setting.send(&validator, &setting.proof(&setting.claims())).await;
        assert_eq!(admitted.expect("it is proven").subject(), "alice");
    }
}

/// RFC 9449 §7.1 and §7.2: a client that comes without a token learns how it can come.
#[tokio::test]
async fn the_schemes_that_may_be_used_are_named() {
    let setting = Setting::new().await;
    let schemes = |dpop| {
        let validator = setting.validator(dpop);
        let refused = Refused { refusal: Refusal::NoCredentials, shortfall: None };
        let answer = validator.answer(&refused);
        let challenges = answer.headers().get_all("www-authenticate").iter();
        let challenges = challenges.map(|value| value.to_str().expect("it is text"));
        let scheme = |challenge: &str| challenge.split(' ').next().unwrap_or_default().to_owned();
        challenges.map(scheme).collect::<Vec<_>>()
    };
    assert_eq!(schemes(Dpop::allowed()), ["Bearer", "DPoP"]);
    assert_eq!(schemes(Dpop::required()), ["DPoP"]);
}

#[tokio::test]
async fn rsg_18_without_proofs_a_bound_token_is_refused_however_it_is_sent() {
    let setting = Setting::new().await;
    let signed = Signed::by(&setting.issuer.name());
    let validator = builder(&setting.clock).trusts(signed).build().expect("it is complete");
    let refused = bearing(&validator, &setting.access_token).await;
    assert_eq!(refused.err(), Some(Refusal::SenderConstrained));
    let proven = setting.send(&validator, &setting.proof(&setting.claims())).await;
    assert_eq!(proven.err(), Some(Refusal::NoCredentials), "the scheme is not known");
}

#[tokio::test]
async fn dpp_12_dpp_13_the_scheme_fits_the_token() {
    let setting = Setting::new().await;
    let (allowed, required) =
        (setting.validator(Dpop::allowed()), setting.validator(Dpop::required()));
    let unbound = setting.issuer.token(&setting.issuer.claims(&setting.clock));
    for validator in [&allowed, &required] {
        let bound = bearing(validator, &setting.access_token).await;
        assert_eq!(bound.err(), Some(Refusal::ProofMissing));
        let mut claims = setting.claims();
        claims["ath"] = json!(encoded(&Sha256::digest(&unbound)));
        let authorization = format!("DPoP {unbound}");
        let proof = setting.proof(&claims);
        let proven = enter(validator, &[("authorization", &authorization), ("dpop", &proof)]).await;
        assert_eq!(proven.err(), Some(Refusal::NotBound));
    }
    assert!(bearing(&allowed, &unbound).await.is_ok());
    assert_eq!(bearing(&required, &unbound).await.err(), Some(Refusal::NotBound));
}

/// RFC 7800 §3: who names more than one means of confirmation wants more than one confirmed.
#[tokio::test]
async fn a_token_that_is_bound_in_a_way_that_is_not_known_is_refused_with_any_proof() {
    let mut setting = Setting::new().await;
    let key = thumbprint(&setting.client);
    for confirmation in [
        json!({ "jkt": key, "x5t#S256": key }),
        json!({ "x5t#S256": key }),
        json!({ "jkt": "short" }),
        json!({ "jkt": [key] }),
        json!(key),
        json!({}),
    ] {
        let mut claims = setting.issuer.claims(&setting.clock);
        claims["cnf"] = confirmation.clone();
        setting.access_token = setting.issuer.token(&claims);
        let validator = setting.validator(Dpop::allowed());
        let constrained = Some(Refusal::SenderConstrained);
        let bare = bearing(&validator, &setting.access_token).await;
        assert_eq!(bare.err(), constrained, "{confirmation}");
        let proven = setting.send(&validator, &setting.proof(&setting.claims())).await;
        assert!(proven.is_err(), "{confirmation}");
    }
}

#[tokio::test]
async fn dpp_01_there_is_one_proof() {
    let setting = Setting::new().await;
    let validator = setting.validator(Dpop::allowed());
    let authorization = format!("DPoP {}", setting.access_token);
    let proof = || setting.proof(&setting.claims());
    let invalid = Some(Refusal::ProofInvalid);
    let none = enter(&validator, &[("authorization", &authorization)]).await;
    assert_eq!(none.err(), invalid);
    let (one, other) = (proof(), proof());
    let both = [("authorization", authorization.as_str()), ("dpop", &one), ("dpop", &other)];
    assert_eq!(enter(&validator, &both).await.err(), invalid);
    assert_eq!(setting.send(&validator, &format!("{one}, {other}")).await.err(), invalid);
    assert_eq!(setting.send(&validator, &format!("{one},{other}")).await.err(), invalid);
    assert_eq!(setting.send(&validator, "").await.err(), invalid);
    assert!(setting.send(&validator, &one).await.is_ok(), "refused proofs were not used up");
}

/// One claim at a time is wrong, and nothing else.
#[tokio::test]
async fn dpp_05_dpp_07_dpp_08_dpp_11_each_claim_has_to_be_there_and_right() {
    let setting = Setting::new().await;
    let validator = setting.validator(Dpop::allowed());
    let now = setting.clock.now().0;
    let wrong = [
        ("jti", json!(null)),
        ("jti", json!("")),
        ("jti", json!("j".repeat(10_240))),
        ("jti", json!(1)),
        ("htm", json!(null)),
        ("htm", json!("post")),
        ("htm", json!("GET")),
        ("htu", json!(null)),
        ("htu", json!("https://mcp.example.com/other")),
        ("htu", json!("http://mcp.example.com/mcp")),
        ("htu", json!("https://attacker.example/mcp")),
        ("iat", json!(null)),
        ("iat", json!(now - 301)),
        ("iat", json!(now + 301)),
        ("iat", json!(now.to_string())),
        ("iat", json!(1.5)),
        ("iat", json!(1e300)),
        ("iat", json!(-1)),
        ("ath", json!(null)),
        ("ath", json!("")),
        ("ath", json!(encoded(&Sha256::digest("another")))),
    ];
    for (name, value) in wrong {
        let mut claims = setting.claims();
        if value.is_null() {
            claims.as_object_mut().expect("it is an object").remove(name);
        } else {
            claims[name] = value.clone();
        }
        let outcome = setting.send(&validator, &setting.proof(&claims)).await;
        assert_eq!(outcome.err(), Some(Refusal::ProofInvalid), "{name} {value}");
    }
}

/// DPP-06: what counts is the configured name, and neither `Host` nor anything a proxy adds.
#[tokio::test]
async fn dpp_06_the_url_is_the_configured_one_with_the_path_that_was_asked() {
    let setting = Setting::new().await;
    let direct = setting.validator(Dpop::allowed());
    let behind = setting.validator(Dpop::allowed().base_url("https://mcp.example.com/edge/"));
    let authorization = format!("DPoP {}", setting.access_token);
    let at = async |validator: &Validator, htu: &str, target: &str| {
        let mut claims = setting.claims();
        claims["htu"] = json!(htu);
        let proof = setting.proof(&claims);
        let headers = [
            ("authorization", authorization.as_str()),
            ("dpop", &proof),
            ("host", "attacker.example"),
            ("x-forwarded-host", "attacker.example"),
            ("x-forwarded-proto", "http"),
        ];
        enter_at(validator, target, &headers).await.is_ok()
    };
    assert!(at(&direct, "https://mcp.example.com/mcp", "/mcp?a=b").await);
    assert!(at(&direct, "https://mcp.example.com/mcp/a", "/mcp/a").await);
    assert!(!at(&direct, "https://mcp.example.com/mcp", "/mcp/a").await);
    assert!(!at(&direct, "https://attacker.example/mcp", "/mcp").await);
    assert!(at(&behind, "https://mcp.example.com/edge/mcp", "/mcp").await);
    assert!(!at(&behind, "https://mcp.example.com/mcp", "/mcp").await);
}

#[tokio::test]
async fn dpp_09_a_proof_is_used_once() {
    let setting = Setting::new().await;
    let ledger = Arc::new(Memory::new(Capacity { codes_max: 100, families_max: 0 }));
    let shared =
        || setting.validator(Dpop::allowed().ledger(Arc::<Memory>::clone(&ledger) as Arc<_>));
    let (one, other) = (shared(), shared());
    let proof = setting.proof(&setting.claims());
    assert!(setting.send(&one, &proof).await.is_ok());
    for validator in [&one, &other] {
        let again = setting.send(validator, &proof).await;
        assert_eq!(again.err(), Some(Refusal::ProofInvalid));
    }
    setting.clock.pass(300);
    assert_eq!(setting.send(&one, &proof).await.err(), Some(Refusal::ProofInvalid));
    let alone = setting.validator(Dpop::allowed());
    assert!(setting.send(&alone, &proof).await.is_ok(), "who was not told cannot know");
    setting.clock.pass(1);
    let late = setting.validator(Dpop::allowed());
    assert_eq!(setting.send(&late, &proof).await.err(), Some(Refusal::ProofInvalid));
}

/// The key of the proof is that of the token: a stolen token does not become somebody else's.
#[tokio::test]
async fn a_proof_of_another_key_does_not_help_a_thief() {
    let setting = Setting::new().await;
    let validator = setting.validator(Dpop::allowed());
    let thief = Signer::new(SigningAlgorithm::Es256, "t");
    let outcome = setting.send(&validator, &proof_of(&thief, &setting.claims())).await;
    assert_eq!(outcome.err(), Some(Refusal::OtherKey));
}

/// DPP-15: a proof takes a place in the ledger and a signature only beside a token that is good here.
#[tokio::test]
async fn dpp_15_without_a_good_token_no_proof_is_looked_at() {
    let setting = Setting::new().await;
    let ledger = Arc::new(Memory::new(Capacity { codes_max: 1, families_max: 0 }));
    let validator = setting.validator(Dpop::allowed().ledger(ledger));
    let mut elsewhere = setting.issuer.claims(&setting.clock);
    elsewhere["cnf"] = json!({ "jkt": thumbprint(&setting.client) });
    elsewhere["aud"] = json!("https://mcp.example.com/other");
    let elsewhere = setting.issuer.token(&elsewhere);
    let unbound = setting.issuer.token(&setting.issuer.claims(&setting.clock));
    for (access_token, refusal) in [
        ("unknown", Refusal::TokenUnknown),
        (elsewhere.as_str(), Refusal::AudienceMismatch),
        (unbound.as_str(), Refusal::NotBound),
    ] {
        let mut claims = setting.claims();
        claims["ath"] = json!(encoded(&Sha256::digest(access_token)));
        let proof = setting.proof(&claims);
        let authorization = format!("DPoP {access_token}");
        let outcome =
            enter(&validator, &[("authorization", &authorization), ("dpop", &proof)]).await;
        assert_eq!(outcome.err(), Some(refusal));
    }
    assert!(
        setting.send(&validator, &setting.proof(&setting.claims())).await.is_ok(),
        "there is room"
    );
    let full = setting.send(&validator, &setting.proof(&setting.claims())).await;
    assert_eq!(
        full.err(),
        Some(Refusal::Unavailable),
        "and when there is none, nothing is guessed"
    );
}
