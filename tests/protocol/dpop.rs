//! What a proof of possession must say. Source: RFC 9449 §4.3, §7.1, §11.1.

use proptest::prelude::*;
use protocol::oauth::dpop::{
    Asked, ID_BYTES_MAX, KeyThumbprint, ProofClaims, ProofFault, ProvenKey, WINDOW_SECONDS,
};
use protocol::oauth::time::UnixTime;
use protocol::replay::Claim;

use super::support::NOW;

const KEY: KeyThumbprint = KeyThumbprint([7; 32]);
/// RFC 9449 §7.1: the token of the example and its hash.
const TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
const HASH: &str = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo";
const ASKED: Asked<'static> = Asked {
    method: "GET",
    url: "https://resource.example.org/protectedresource",
    access_token: TOKEN,
};

fn good() -> ProofClaims<'static> {
    ProofClaims {
        id: Some("e1j3V_bKic8-LAEB"),
        method: Some("GET"),
        url: Some(ASKED.url),
        issued_at: Some(NOW),
        access_token: Some(HASH),
    }
}

fn fault(claims: ProofClaims<'_>) -> Option<ProofFault> {
    claims.judge(KEY, &ASKED, NOW).err()
}

#[test]
fn the_example_of_the_standard_fits() {
    assert_eq!(fault(good()), None);
}

#[test]
fn dpp_05_a_proof_is_for_one_method_and_one_url() {
    for method in [None, Some("get"), Some("POST"), Some("GET "), Some("")] {
        assert_eq!(fault(ProofClaims { method, ..good() }), Some(ProofFault::Method), "{method:?}");
    }
    let others = [
        None,
        Some(""),
        Some("/protectedresource"),
        Some("http://resource.example.org/protectedresource"),
        Some("https://other.example.org/protectedresource"),
        Some("https://resource.example.org:8443/protectedresource"),
        Some("https://resource.example.org/protectedresource/"),
        Some("https://resource.example.org/Protectedresource"),
        Some("https://resource.example.org/other"),
        Some("https://me@resource.example.org/protectedresource"),
        Some("urn:resource"),
    ];
    for url in others {
        assert_eq!(fault(ProofClaims { url, ..good() }), Some(ProofFault::Url), "{url:?}");
    }
    let same = [
        "https://resource.example.org/protectedresource?a=b",
        "https://resource.example.org/protectedresource#c",
        "HTTPS://Resource.Example.org:443/x/../protectedresource",
    ];
    for url in same {
        assert_eq!(fault(ProofClaims { url: Some(url), ..good() }), None, "{url}");
    }
}

/// Two URLs that are none are not the same URL.
#[test]
fn dpp_05_a_url_that_is_none_is_never_the_one_that_was_asked() {
    let asked = Asked { url: "nowhere", ..ASKED };
    let claims = ProofClaims { url: Some("nowhere"), ..good() };
    assert_eq!(claims.judge(KEY, &asked, NOW).err(), Some(ProofFault::Url));
}

#[test]
fn dpp_07_a_proof_is_as_old_as_clocks_may_differ() {
    let at = |seconds: u64| fault(ProofClaims { issued_at: Some(UnixTime(seconds)), ..good() });
    assert_eq!(at(NOW.0 + WINDOW_SECONDS), None);
    assert_eq!(at(NOW.0 + WINDOW_SECONDS + 1), Some(ProofFault::Early));
    assert_eq!(at(NOW.0 - WINDOW_SECONDS), None);
    assert_eq!(at(NOW.0 - WINDOW_SECONDS - 1), Some(ProofFault::Old));
    assert_eq!(at(0), Some(ProofFault::Old));
    assert_eq!(at(u64::MAX), Some(ProofFault::Early));
    let missing = ProofClaims { issued_at: None, ..good() };
    assert_eq!(fault(missing), Some(ProofFault::InstantMissing));
}

#[test]
fn dpp_08_a_proof_has_a_name_of_bounded_length() {
    let longest = "x".repeat(ID_BYTES_MAX);
    let longer = "x".repeat(ID_BYTES_MAX + 1);
    assert_eq!(fault(ProofClaims { id: Some(&longest), ..good() }), None);
    for id in [None, Some(""), Some(longer.as_str())] {
        assert_eq!(fault(ProofClaims { id, ..good() }), Some(ProofFault::Id));
    }
}

#[test]
fn dpp_11_a_proof_names_the_token_beside_it() {
    let other = "2jmj7l5rSw0yVb_vlWAYkK_YBwk";
    for access_token in [None, Some(""), Some(other), Some(&HASH[..42])] {
        let claims = ProofClaims { access_token, ..good() };
        assert_eq!(fault(claims), Some(ProofFault::AccessToken), "{access_token:?}");
    }
    let asked = Asked { access_token: "another", ..ASKED };
    assert_eq!(good().judge(KEY, &asked, NOW).err(), Some(ProofFault::AccessToken));
}

#[test]
fn dpp_09_a_proof_that_was_used_proves_nothing() {
    let fitting = || good().judge(KEY, &ASKED, NOW).expect("it fits");
    assert_eq!(fitting().used(Claim::First).map(ProvenKey::thumbprint), Ok(KEY));
    assert_eq!(fitting().used(Claim::NotRemembered).map(ProvenKey::thumbprint), Ok(KEY));
    let repeated = Claim::Repeated { first_at: NOW };
    assert_eq!(fitting().used(repeated), Err(ProofFault::Replayed));
}

proptest! {
    #![proptest_config(super::config())]

    /// A use is remembered for as long as the proof would be taken, and no second longer.
    #[test]
    fn dpp_09_a_use_is_remembered_exactly_as_long_as_the_proof_would_be_taken(
        issued_at in NOW.0 - WINDOW_SECONDS..=NOW.0 + WINDOW_SECONDS,
        later in prop_oneof![0_u64..1_000, Just(WINDOW_SECONDS), Just(2 * WINDOW_SECONDS)],
    ) {
        let claims = ProofClaims { issued_at: Some(UnixTime(issued_at)), ..good() };
        let fitting = claims.judge(KEY, &ASKED, NOW).expect("it is within the window");
        let then = NOW.plus_seconds(later);
        let is_taken = claims.judge(KEY, &ASKED, then).is_ok();
        prop_assert_eq!(is_taken, then < fitting.remembered_until());
        prop_assert_eq!(fitting.usable_since(), UnixTime(issued_at));
    }

    /// Names of uses are equal exactly where key and `jti` are.
    #[test]
    fn uses_are_told_apart_by_key_and_name(
        keys in proptest::array::uniform2(0_u8..3),
        ids in proptest::array::uniform2("[ab]{1,2}"),
    ) {
        let [one, other] = [0, 1].map(|at| {
            let claims = ProofClaims { id: Some(&ids[at]), ..good() };
            claims.judge(KeyThumbprint([keys[at]; 32]), &ASKED, NOW).expect("it fits").id()
        });
        prop_assert_eq!(one == other, keys[0] == keys[1] && ids[0] == ids[1]);
    }
}

#[test]
fn a_thumbprint_is_43_characters() {
    let text = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
    assert!(KeyThumbprint::parse(text).is_some());
    for wrong in [
        "",
        &text[..42],
        "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4J",
        "0ZcO+ORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
    ] {
        assert!(KeyThumbprint::parse(wrong).is_none(), "{wrong}");
    }
}
