//! What nodes derive instead of remembering: client secrets and client ids.

use proptest::prelude::*;
use sealbearer::seal::Seal;

use super::{AuthorizationCode, ClientRegistration, NOW, Sample};
use super::{cases, node, ring, seal};

/// Never changes: a client must keep its secret and its id across an update.
#[test]
fn derived_values_are_these() {
    let lines = [
        format!("client secret: {}", seal().client_secret("client")),
        seal().seal(&ClientRegistration::sample("x"), NOW),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r"
    client secret: pOugAl28unJNDIlnrjrBroVtQzikKgee9aM1Scdn-kg
    eyJhbGciOiJIUzI1NiIsImtpZCI6InIxIn0.WzQseyJjbGllbnQiOiJ4In1d.hb7EEaR8TIeapgFtEso_35oifv3XG5F5d5lu3YQOeWE
    ");
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_client_secret_is_that_of_its_client_only(client_id in ".{0,40}", other in ".{0,40}") {
        prop_assume!(client_id != other);
        let presented = node().client_secret(&client_id);
        prop_assert_eq!(presented.len(), 43);
        prop_assert!(node().client_secret_matches(&client_id, &presented));
        prop_assert!(!node().client_secret_matches(&other, &presented));
    }
}

#[test]
fn a_client_secret_matches_as_a_whole_or_not_at_all() {
    let seal = seal();
    let right = seal.client_secret("client");
    for at in 0..right.len() {
        let mut changed = right.clone();
        let becomes = if &right[at..=at] == "A" { "B" } else { "A" };
        changed.replace_range(at..=at, becomes);
        assert!(!seal.client_secret_matches("client", &changed), "changed at {at}");
        assert!(!seal.client_secret_matches("client", &right[..at]), "cut at {at}");
    }
    for wrong in [format!("{right}="), format!(" {right}"), format!("{right}A"), String::new()] {
        assert!(!seal.client_secret_matches("client", &wrong), "{wrong}");
    }
    let elsewhere = Seal::new("https://auth.example.org", &ring());
    assert!(!elsewhere.client_secret_matches("client", &right));
}

#[test]
fn nothing_secret_is_printed() {
    let (ring, seal) = (ring(), seal());
    let mac_key = sealbearer::seal::primitives::MacKey::new(&[7; 32]);
    let secret = sealbearer::keys::Secret::generate();
    let refused = seal.open::<AuthorizationCode>("nonsense", NOW).expect_err("nonsense");
    let printed = format!("{ring:?}\n{seal:?}\n{mac_key:?}\n{secret:?}\n{refused:?}\n{refused}");
    insta::assert_snapshot!(printed, @r#"
    [KeySummary { ring: Sealing, id: KeyId("k1"), algorithm: None, key_state: Active, created_at: Some(UnixTime(1795000000)) }, KeySummary { ring: Registration, id: KeyId("r1"), algorithm: None, key_state: Active, created_at: Some(UnixTime(1795000000)) }, KeySummary { ring: Signing, id: KeyId("66EKWgth"), algorithm: Some(Es256), key_state: Active, created_at: Some(UnixTime(1795000000)) }]
    Seal { issuer: "https://auth.example.com", .. }
    MacKey(redacted)
    Secret(redacted)
    Unsealable(Shape)
    the value does not open
    "#);
}
