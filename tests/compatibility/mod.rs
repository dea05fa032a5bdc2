//! What earlier releases sealed must still open: one file of fixtures per release, never rewritten once released.
//!
//! `samples.json` holds the claims of one artefact per purpose. With `SEALBEARER_WRITE_FIXTURES=1` in the environment,
//! these tests seal what the file of this release does not hold yet, and leave everything else as it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use protocol::oauth::time::UnixTime;
use sealbearer::keys::KeyRing;
use sealbearer::seal::{Artefact, Purpose, Seal, claims};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::seal::{ISSUER, NOW, RING};

const WRITE: &str = "SEALBEARER_WRITE_FIXTURES";
const RELEASE: &str = env!("CARGO_PKG_VERSION");

/// By purpose.
type Fixtures = BTreeMap<String, Fixture>;

#[derive(Deserialize, Serialize)]
struct Fixture {
    claims: Value,
    sealed: String,
}

/// By release, with those of this one brought up to date if that was asked for.
static RELEASES: LazyLock<BTreeMap<String, Fixtures>> = LazyLock::new(|| {
    if std::env::var_os(WRITE).is_some() {
        write_missing();
    }
    read_releases()
});

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/compatibility")
}

fn samples() -> BTreeMap<String, Value> {
    serde_json::from_str(include_str!("samples.json")).expect("the samples are JSON")
}

fn node() -> Seal {
    Seal::new(ISSUER, &KeyRing::from_json(RING).expect("the ring of the tests is a ring"))
}

/// The claims of a sealed value, by way of the type they have in this release.
fn open<A: Artefact>(text: &str) -> Option<Value> {
    let value: A = node().open(text, NOW).ok()?;
    Some(serde_json::to_value(value).expect("claims are JSON"))
}

fn seal<A: Artefact>(claims: &Value) -> String {
    let value: A = serde_json::from_value(claims.clone()).expect("samples are claims");
    node().seal(&value, NOW)
}

type Open = fn(&str) -> Option<Value>;
type Write = fn(&Value) -> String;

/// The types of this release. The only place to change when claims get another type.
fn types(purpose: Purpose) -> (Open, Write) {
    fn of<A: Artefact>() -> (Open, Write) {
        (open::<A>, seal::<A>)
    }
    match purpose {
        Purpose::AuthorizationCode => of::<claims::CodeClaims>(),
        Purpose::AccessToken => of::<claims::AccessClaims>(),
        Purpose::RefreshToken => of::<claims::RefreshClaims>(),
        Purpose::ClientRegistration => of::<claims::RegistrationClaims>(),
        Purpose::LoginTicket => of::<claims::LoginTicketClaims>(),
        Purpose::ConsentTicket => of::<claims::ConsentTicketClaims>(),
        Purpose::LoginSession => of::<claims::SessionClaims>(),
        Purpose::ConsentMemory => of::<claims::ConsentClaims>(),
        Purpose::AccountTicket => of::<claims::AccountTicketClaims>(),
        Purpose::RevocationOrder => of::<claims::OrderClaims>(),
        Purpose::ApprovalTicket => of::<claims::ApprovalTicketClaims>(),
        Purpose::ProviderTransaction => of::<claims::TransactionClaims>(),
        Purpose::LogoutTicket => of::<claims::LogoutTicketClaims>(),
        Purpose::ProviderGrant => of::<claims::ProviderGrantClaims>(),
    }
}

fn name(purpose: Purpose) -> &'static str {
    purpose.recipe().label
}

fn read_releases() -> BTreeMap<String, Fixtures> {
    let entries = fs::read_dir(folder()).expect("the folder is there");
    let names = entries.map(|entry| entry.expect("it can be read").file_name());
    let names = names.filter_map(|name| name.into_string().ok());
    let read = |name: String| {
        let release = name.strip_suffix(".json")?.strip_prefix("sealed-")?.to_owned();
        let text = fs::read_to_string(folder().join(&name)).expect("fixtures can be read");
        Some((release, serde_json::from_str(&text).expect("fixtures are JSON")))
    };
    names.filter_map(read).collect()
}

fn write_missing() {
    let path = folder().join(format!("sealed-{RELEASE}.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|_| "{}".to_owned());
    let mut fixtures: Fixtures = serde_json::from_str(&text).expect("fixtures are JSON");
    for purpose in Purpose::ALL {
        let (_, seal) = types(purpose);
        let missing = || {
            let claims = samples()[name(purpose)].clone();
            Fixture { sealed: seal(&claims), claims }
        };
        fixtures.entry(name(purpose).to_owned()).or_insert_with(missing);
    }
    let json = serde_json::to_string_pretty(&fixtures).expect("fixtures are JSON");
    fs::write(path, json + "\n").expect("fixtures can be written");
}

#[test]
fn this_release_has_a_fixture_for_every_purpose() {
    let fixtures = RELEASES.get(RELEASE).unwrap_or_else(|| panic!("no fixtures; set {WRITE}=1"));
    for purpose in Purpose::ALL {
        assert!(fixtures.contains_key(name(purpose)), "no {}; set {WRITE}=1", name(purpose));
    }
}

#[test]
fn what_every_release_sealed_still_opens_with_the_same_claims() {
    for (release, fixtures) in &*RELEASES {
        for (purpose, fixture) in fixtures {
            let sealed_as = Purpose::ALL.into_iter().find(|known| name(*known) == purpose);
            let (open, _) = types(sealed_as.unwrap_or_else(|| panic!("{purpose} has gone")));
            let claims = open(&fixture.sealed);
            assert_eq!(claims.as_ref(), Some(&fixture.claims), "{purpose} of {release}");
        }
    }
}

#[test]
fn the_ring_of_the_fixtures_is_read_as_it_was() {
    let ring = KeyRing::from_json(RING).expect("the ring of the tests is a ring");
    assert_eq!(ring.list().len(), 3);
    assert!(ring.list().iter().all(|key| key.created_at == Some(UnixTime(1_795_000_000))));
}
