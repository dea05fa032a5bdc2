//! Which ID tokens are believed. Source: OpenID Connect Core 1.0 §3.1.3.7, §3.1.3.8, §12.2.

use proptest::prelude::*;
use protocol::federation::id_token::{
    AGE_SECONDS_MAX, Expected, ExpectedIssuer, IdTokenClaims, IdTokenFault, Occasion, SKEW_SECONDS,
    SUBJECT_BYTES_MAX, is_tenant_id,
};
use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::time::UnixTime;

use crate::support::NOW;

const ISSUER: &str = "https://sso.example.com";
const CLIENT: &str = "sealbearer";
const TENANT: &str = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490";
/// OpenID Connect Core 1.0 A.3.
const ACCESS_TOKEN: &str = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
const ACCESS_TOKEN_HASH: &str = "77QmUPtjPfzWtF2AnpK9RQ";

fn issuer() -> ExpectedIssuer {
    ExpectedIssuer::One(ISSUER.to_owned())
}

fn login() -> Occasion<'static> {
    Occasion::Login { nonce: "n-0S6_WzA2Mj", max_age_seconds: None }
}

fn good() -> IdTokenClaims<'static> {
    IdTokenClaims {
        issuer: Some(ISSUER),
        tenant: None,
        subject: Some("24400320"),
        audience: &[CLIENT],
        authorized_party: None,
        nonce: Some("n-0S6_WzA2Mj"),
        expires_at: Some(NOW.plus_seconds(300)),
        issued_at: Some(NOW),
        not_before: None,
        authenticated_at: Some(NOW.minus_seconds(10)),
        access_token_hash: Some(ACCESS_TOKEN_HASH),
    }
}

fn judged(
    claims: &IdTokenClaims<'_>,
    issuer: &ExpectedIssuer,
    occasion: Occasion<'_>,
) -> Result<String, IdTokenFault> {
    let expected = Expected {
        issuer,
        client_id: CLIENT,
        occasion,
        access_token: ACCESS_TOKEN,
        algorithm: SigningAlgorithm::Rs256,
    };
    claims.judge(&expected, NOW).map(|person| {
        assert_eq!(person.authenticated_at(), claims.authenticated_at);
        format!("{} {}", person.issuer(), person.subject())
    })
}

fn fault(claims: &IdTokenClaims<'_>) -> Option<IdTokenFault> {
    judged(claims, &issuer(), login()).err()
}

#[test]
fn fed_08_each_claim_has_to_be_right() {
    assert_eq!(judged(&good(), &issuer(), login()), Ok(format!("{ISSUER} 24400320")));
    for wrong in [None, Some(""), Some("https://sso.example.com/"), Some("https://SSO.example.com")]
    {
        assert_eq!(fault(&IdTokenClaims { issuer: wrong, ..good() }), Some(IdTokenFault::Issuer));
    }
    for wrong in [&[][..], &["other"], &["Sealbearer"], &[CLIENT, "other"], &[CLIENT, CLIENT]] {
        let claims = IdTokenClaims { audience: wrong, ..good() };
        assert_eq!(fault(&claims), Some(IdTokenFault::Audience), "{wrong:?}");
    }
    let party = |authorized_party| fault(&IdTokenClaims { authorized_party, ..good() });
    assert_eq!(party(Some(CLIENT)), None);
    assert_eq!(party(Some("other")), Some(IdTokenFault::AuthorizedParty));
    for wrong in [None, Some(""), Some("a\nb")] {
        assert_eq!(fault(&IdTokenClaims { subject: wrong, ..good() }), Some(IdTokenFault::Subject));
    }
    for wrong in [None, Some(""), Some("n-0S6_WzA2M"), Some("N-0S6_WzA2Mj")] {
        assert_eq!(fault(&IdTokenClaims { nonce: wrong, ..good() }), Some(IdTokenFault::Nonce));
    }
    let hash = |access_token_hash| fault(&IdTokenClaims { access_token_hash, ..good() });
    assert_eq!(hash(None), None, "a code's ID token need not have it");
    for wrong in ["", "77QmUPtjPfzWtF2AnpK9RR", "77QmUPtjPfzWtF2AnpK9RQ=="] {
        assert_eq!(hash(Some(wrong)), Some(IdTokenFault::AccessToken));
    }
}

#[test]
fn the_longest_subject() {
    let longest = "s".repeat(SUBJECT_BYTES_MAX);
    assert_eq!(fault(&IdTokenClaims { subject: Some(&longest), ..good() }), None);
    let longer = format!("{longest}s");
    let claims = IdTokenClaims { subject: Some(&longer), ..good() };
    assert_eq!(fault(&claims), Some(IdTokenFault::Subject));
}

#[test]
fn fed_08_clocks_may_be_a_minute_apart_and_no_more() {
    assert_eq!(SKEW_SECONDS, 60);
    let ends = |at| fault(&IdTokenClaims { expires_at: at, ..good() });
    assert_eq!(ends(None), Some(IdTokenFault::Expired));
    assert_eq!(ends(Some(NOW.minus_seconds(SKEW_SECONDS))), Some(IdTokenFault::Expired));
    assert_eq!(ends(Some(NOW.minus_seconds(SKEW_SECONDS - 1))), None);
    let made = |at| fault(&IdTokenClaims { issued_at: at, ..good() });
    assert_eq!(made(None), Some(IdTokenFault::Early));
    assert_eq!(made(Some(NOW.plus_seconds(SKEW_SECONDS))), None);
    assert_eq!(made(Some(NOW.plus_seconds(SKEW_SECONDS + 1))), Some(IdTokenFault::Early));
    let oldest = NOW.minus_seconds(AGE_SECONDS_MAX + SKEW_SECONDS);
    assert_eq!(made(Some(oldest)), None);
    assert_eq!(made(Some(oldest.minus_seconds(1))), Some(IdTokenFault::Old));
    let begins = |at| fault(&IdTokenClaims { not_before: Some(at), ..good() });
    assert_eq!(begins(NOW.plus_seconds(SKEW_SECONDS)), None);
    assert_eq!(begins(NOW.plus_seconds(SKEW_SECONDS + 1)), Some(IdTokenFault::Early));
}

#[test]
fn a_login_that_must_be_recent_says_so() {
    let asked = Occasion::Login { nonce: "n-0S6_WzA2Mj", max_age_seconds: Some(100) };
    let at = |authenticated_at| {
        judged(&IdTokenClaims { authenticated_at, ..good() }, &issuer(), asked).err()
    };
    assert_eq!(at(Some(NOW.minus_seconds(100 + SKEW_SECONDS))), None);
    let too_old = NOW.minus_seconds(101 + SKEW_SECONDS);
    assert_eq!(at(Some(too_old)), Some(IdTokenFault::Authentication));
    assert_eq!(at(None), Some(IdTokenFault::Authentication));
}

#[test]
fn a_renewal_is_about_the_same_person_and_has_no_nonce_of_its_own() {
    let renewed = |subject| {
        let claims = IdTokenClaims { nonce: None, ..good() };
        judged(&claims, &issuer(), Occasion::Renewal { subject }).err()
    };
    assert_eq!(renewed("24400320"), None);
    assert_eq!(renewed("24400321"), Some(IdTokenFault::OtherSubject));
}

/// The example of OpenID Connect Core 1.0 A.3 is RS256's; Ed25519 takes the half of a longer digest.
#[test]
fn the_digest_of_an_access_token_follows_the_signature() {
    let with = |algorithm, hash| {
        let issuer = issuer();
        let expected = Expected {
            issuer: &issuer,
            client_id: CLIENT,
            occasion: login(),
            access_token: ACCESS_TOKEN,
            algorithm,
        };
        IdTokenClaims { access_token_hash: Some(hash), ..good() }.judge(&expected, NOW).is_ok()
    };
    assert!(with(SigningAlgorithm::Rs256, ACCESS_TOKEN_HASH));
    assert!(with(SigningAlgorithm::Es256, ACCESS_TOKEN_HASH));
    assert!(!with(SigningAlgorithm::EdDsa, ACCESS_TOKEN_HASH));
    assert!(with(SigningAlgorithm::EdDsa, "q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM"));
}

#[test]
fn an_issuer_with_an_older_name_is_known_by_the_newer_one() {
    let google = ExpectedIssuer::Renamed {
        name: "https://accounts.google.com".to_owned(),
        formerly: "accounts.google.com".to_owned(),
    };
    for issuer in ["https://accounts.google.com", "accounts.google.com"] {
        let claims = IdTokenClaims { issuer: Some(issuer), ..good() };
        let judged = judged(&claims, &google, login());
        assert_eq!(judged.as_deref(), Ok("https://accounts.google.com 24400320"));
    }
    let claims = IdTokenClaims { issuer: Some("http://accounts.google.com"), ..good() };
    assert_eq!(judged(&claims, &google, login()), Err(IdTokenFault::Issuer));
}

#[test]
fn of_many_tenants_it_is_the_one_that_the_token_names_itself() {
    let any = ExpectedIssuer::AnyTenant {
        before: "https://login.microsoftonline.com/".to_owned(),
        after: "/v2.0".to_owned(),
    };
    let of = |tenant: &str| format!("https://login.microsoftonline.com/{tenant}/v2.0");
    let outcome = |issuer: &str, tenant| {
        let claims = IdTokenClaims { issuer: Some(issuer), tenant, ..good() };
        judged(&claims, &any, login())
    };
    assert_eq!(outcome(&of(TENANT), Some(TENANT)), Ok(format!("{} 24400320", of(TENANT))));
    let other = TENANT.replace('8', "9");
    for (issuer, tenant) in [
        (of(TENANT), None),
        (of(TENANT), Some(other.as_str())),
        (of("{tenantid}"), Some("{tenantid}")),
        (of("x/../y"), Some("x/../y")),
        (of(""), Some("")),
        (format!("https://evil.example/{TENANT}/v2.0"), Some(TENANT)),
    ] {
        assert_eq!(outcome(&issuer, tenant), Err(IdTokenFault::Issuer), "{issuer}");
    }
    assert!(is_tenant_id(TENANT) && !is_tenant_id(&TENANT.to_uppercase()));
    assert!(!is_tenant_id(&TENANT.replace('-', "")) && !is_tenant_id(&format!("{TENANT}0")));
}

#[test]
fn every_fault_says_something_else() {
    let mut told: Vec<_> = IdTokenFault::ALL.iter().map(|fault| fault.description()).collect();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told.len(), IdTokenFault::ALL.len());
}

proptest! {
    #![proptest_config(crate::config())]

    /// Whatever the claims are, what is believed is from the issuer, for us alone, for this login, and of now.
    #[test]
    fn fed_08_what_is_believed_is_right_in_everything(
        issuer_is in "(https://sso\\.example\\.com|https://other\\.example)/?",
        audience in proptest::collection::vec("(sealbearer|other)", 0..3),
        party in proptest::option::of("(sealbearer|other)"),
        nonce in proptest::option::of("(n-0S6_WzA2Mj|other)"),
        expires in 0_u64..2_000, issued in 0_u64..2_000,
    ) {
        let start = NOW.minus_seconds(1_000);
        let audience: Vec<_> = audience.iter().map(String::as_str).collect();
        let claims = IdTokenClaims {
            issuer: Some(&issuer_is), audience: &audience, authorized_party: party.as_deref(),
            nonce: nonce.as_deref(), expires_at: Some(start.plus_seconds(expires)),
            issued_at: Some(start.plus_seconds(issued)), ..good()
        };
        let right = issuer_is == ISSUER
            && audience == [CLIENT]
            && party.as_deref().is_none_or(|party| party == CLIENT)
            && nonce.as_deref() == Some("n-0S6_WzA2Mj")
            && expires + SKEW_SECONDS > 1_000
            && issued <= 1_000 + SKEW_SECONDS
            && issued + AGE_SECONDS_MAX + SKEW_SECONDS >= 1_000;
        prop_assert_eq!(fault(&claims).is_none(), right);
    }

    /// However long ago or ahead, time does not run over.
    #[test]
    fn no_instant_is_too_far_away(at: u64, now: u64) {
        let issuer = issuer();
        let expected = Expected {
            issuer: &issuer, client_id: CLIENT,
            occasion: Occasion::Login { nonce: "n-0S6_WzA2Mj", max_age_seconds: Some(u64::MAX) },
            access_token: ACCESS_TOKEN, algorithm: SigningAlgorithm::Rs256,
        };
        let at = Some(UnixTime(at));
        let claims = IdTokenClaims { expires_at: at, issued_at: at, not_before: at, authenticated_at: at, ..good() };
        let _ = claims.judge(&expected, UnixTime(now));
    }
}
