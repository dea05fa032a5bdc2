//! What nodes derive instead of remembering: ids that follow from a sealed value, and client secrets.

use std::collections::HashSet;

use proptest::prelude::*;
use sealbearer::keys::{KeyRing, Ring};
use sealbearer::seal::{IdLabel, Origin, Seal};

use super::{AuthorizationCode, ClientRegistration, ISSUER, NOW, RefreshToken, Sample};
use super::{cases, node, ring, seal};

fn origin(seal: &Seal, text: &str) -> Origin {
    seal.open_with_origin::<AuthorizationCode>(text, NOW).expect("the code opens").origin
}

/// Redeemed before, during or after a rotation, on whichever node: the same ids.
#[test]
fn ids_that_follow_from_a_code_do_not_change_while_keys_rotate() {
    let mut ring = KeyRing::generate(NOW);
    let text = Seal::new(ISSUER, &ring).seal(&AuthorizationCode::sample("x"), NOW);
    let mut ids = HashSet::new();
    for _ in 0..3 {
        let node = Seal::new(ISSUER, &ring);
        ids.insert(origin(&node, &text).derive_id(IdLabel::AccessToken, &[b"code"]));
        ring.rotate(Ring::Sealing, NOW).expect("a ring of its own can be rotated");
    }
    assert_eq!(ids.len(), 1);
}

#[test]
fn ids_differ_by_label_input_boundary_key_and_issuer() {
    let text = seal().seal(&AuthorizationCode::sample("x"), NOW);
    let here = origin(&seal(), &text);
    let mut ids: Vec<[u8; 16]> =
        IdLabel::ALL.map(|label| here.derive_id(label, &[b"ab", b"c"])).to_vec();
    let inputs: [&[&[u8]]; 6] =
        [&[], &[b""], &[b"abc"], &[b"a", b"bc"], &[b"ab", b"c", b""], &[b"abc\0"]];
    ids.extend(inputs.map(|input| here.derive_id(IdLabel::Family, input)));
    let elsewhere = [
        Seal::new("https://auth.example.org", &ring()),
        Seal::new(ISSUER, &KeyRing::generate(NOW)),
    ];
    for node in elsewhere {
        let text = node.seal(&AuthorizationCode::sample("x"), NOW);
        ids.push(origin(&node, &text).derive_id(IdLabel::Family, &[b"abc"]));
    }
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
}

/// All purposes of one ring share the derivation, so an id can be followed from a code to what came of it.
#[test]
fn the_key_is_named_and_the_same_for_every_purpose_of_a_ring() {
    let (seal, now) = (seal(), NOW);
    let code = seal.seal(&AuthorizationCode::sample("x"), now);
    let refresh = seal.seal(&RefreshToken::sample("x"), now);
    let registration = seal.seal(&ClientRegistration::sample("x"), now);
    let refresh = seal.open_with_origin::<RefreshToken>(&refresh, now).expect("opens").origin;
    let registration =
        seal.open_with_origin::<ClientRegistration>(&registration, now).expect("opens").origin;
    let id = |origin: &Origin| origin.derive_id(IdLabel::Family, &[b"x"]);
    assert_eq!(id(&refresh), id(&origin(&seal, &code)));
    assert_ne!(id(&refresh), id(&registration));
    assert_eq!([refresh.key_id().as_str(), registration.key_id().as_str()], ["k1", "r1"]);
}

/// Never changes: a code in flight must yield the same ids before and after an update.
#[test]
fn derived_values_are_these() {
    let hex = |id: [u8; 16]| format!("{:032x}", u128::from_be_bytes(id));
    let here = origin(&seal(), &seal().seal(&AuthorizationCode::sample("x"), NOW));
    let mut lines: Vec<String> = IdLabel::ALL
        .iter()
        .map(|label| format!("{}: {}", label.as_str(), hex(here.derive_id(*label, &[b"x"]))))
        .collect();
    lines.push(format!("client secret: {}", seal().client_secret("client")));
    lines.push(seal().seal(&ClientRegistration::sample("x"), NOW));
    insta::assert_snapshot!(lines.join("\n"), @r"
    access-token: 319febb69f9fa0aae117be78a5a377aa
    refresh-token: 34087d74acafe2c99376542b67ca8575
    family: 117a5a986ba962dc3d20e51aadc964b8
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
    let origin = origin(&seal, &seal.seal(&AuthorizationCode::sample("x"), NOW));
    let mac_key = sealbearer::seal::primitives::MacKey::new(&[7; 32]);
    let secret = sealbearer::keys::Secret::generate();
    let refused = seal.open::<AuthorizationCode>("nonsense", NOW).expect_err("nonsense");
    let printed =
        format!("{ring:?}\n{seal:?}\n{origin:?}\n{mac_key:?}\n{secret:?}\n{refused:?}\n{refused}");
    insta::assert_snapshot!(printed, @r#"
    [KeySummary { ring: Sealing, id: KeyId("k1"), key_state: Active, created_at: Some(UnixTime(1795000000)) }, KeySummary { ring: Registration, id: KeyId("r1"), key_state: Active, created_at: Some(UnixTime(1795000000)) }, KeySummary { ring: Signing, id: KeyId("66EKWgth"), key_state: Active, created_at: Some(UnixTime(1795000000)) }]
    Seal { issuer: "https://auth.example.com", .. }
    Origin(k1)
    MacKey(redacted)
    Secret(redacted)
    Unsealable(Shape)
    the value does not open
    "#);
}
