//! Someone who has the keys: makes by hand what the seal makes, or nearly, so that one thing at a time can be wrong.
//! It spells out derivation and headers a second time, as they are documented, and shares only the primitives.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sealbearer::seal::primitives::{MacKey, encrypt_a256gcm, hkdf_sha256};
use sealbearer::seal::{Purpose, Wall};

use super::{DAY, ISSUER, NOW, RING, Sample, for_every_purpose, node, seal};

/// What differs between the purposes, spelled out once more.
pub(crate) struct Forge {
    pub(crate) label: &'static str,
    /// The outer header.
    pub(crate) header: String,
    /// What stands before and after the members of the claims.
    pub(crate) tag: (&'static str, &'static str),
    ring_key: &'static str,
    day: String,
    nested: bool,
}

pub(crate) fn forge(purpose: Purpose) -> Forge {
    let (label, typ, start) = match purpose {
        Purpose::AuthorizationCode => ("authorization-code", "ac", r#"{"p":1,"#),
        Purpose::AccessToken => ("access-token", "at", r#"{"p":2,"#),
        Purpose::RefreshToken => ("refresh-token", "", "[3,{"),
        Purpose::ClientRegistration => ("client-registration", "", "[4,{"),
        Purpose::LoginTicket => ("login-ticket", "lt", r#"{"p":5,"#),
        Purpose::ConsentTicket => ("consent-ticket", "ct", r#"{"p":6,"#),
        Purpose::LoginSession => ("login-session", "ls", r#"{"p":7,"#),
        Purpose::ConsentMemory => ("consent-memory", "cm", r#"{"p":8,"#),
        Purpose::AccountTicket => ("account-ticket", "sa", r#"{"p":9,"#),
        Purpose::RevocationOrder => ("revocation-order", "ro", r#"{"p":10,"#),
        Purpose::ApprovalTicket => ("approval-ticket", "pt", r#"{"p":20,"#),
        Purpose::ProviderTransaction => ("provider-transaction", "px", "[21,{"),
        Purpose::LogoutTicket => ("logout-ticket", "lo", r#"{"p":11,"#),
        Purpose::ProviderGrant => ("provider-grant", "pg", "[22,{"),
    };
    let (ring_key, day, nested) = ("k1", DAY.to_string(), true);
    let common = Forge { label, header: String::new(), tag: (start, "}"), ring_key, day, nested };
    match purpose {
        Purpose::ClientRegistration => Forge {
            header: r#"{"alg":"HS256","kid":"r1"}"#.to_owned(),
            tag: (start, "}]"),
            ring_key: "r1",
            day: String::new(),
            nested: false,
            ..common
        },
        Purpose::RefreshToken => Forge {
            header: format!(r#"{{"alg":"dir","enc":"A256GCM","kid":"k1.{DAY}"}}"#),
            tag: (start, "}]"),
            nested: false,
            ..common
        },
        Purpose::ProviderTransaction | Purpose::ProviderGrant => Forge {
            header: format!(r#"{{"alg":"dir","enc":"A256GCM","typ":"{typ}","kid":"k1.{DAY}"}}"#),
            tag: (start, "}]"),
            nested: false,
            ..common
        },
        _ => {
            let form = r#""alg":"dir","enc":"A256GCM","cty":"JWT""#;
            Forge { header: format!(r#"{{{form},"typ":"{typ}","kid":"k1.{DAY}"}}"#), ..common }
        }
    }
}

impl Forge {
    /// A sealed value with these members as claims, without the braces around them.
    pub(crate) fn with_members(&self, members: &str) -> String {
        self.with_payload(format!("{}{members}{}", self.tag.0, self.tag.1).as_bytes())
    }

    /// A sealed value with this payload.
    pub(crate) fn with_payload(&self, payload: &[u8]) -> String {
        if self.ring_key == "r1" {
            self.jws(&self.header, payload)
        } else if self.nested {
            self.with_content(self.jws(r#"{"alg":"HS256"}"#, payload).as_bytes())
        } else {
            self.with_content(payload)
        }
    }

    /// An encrypted value with this content.
    pub(crate) fn with_content(&self, content: &[u8]) -> String {
        self.jwe(&self.header, content)
    }

    pub(crate) fn jwe(&self, header: &str, content: &[u8]) -> String {
        let header = URL_SAFE_NO_PAD.encode(header);
        let (iv, key) = ([7; 12], self.key("enc", "A256GCM"));
        let sealed = encrypt_a256gcm(&key, &iv, header.as_bytes(), content);
        let (ciphertext, tag) = sealed.expect("AES-GCM encrypts anything");
        let mut text = format!("{header}.");
        for segment in [&iv[..], &ciphertext, &tag] {
            write!(text, ".{}", URL_SAFE_NO_PAD.encode(segment)).expect("strings grow");
        }
        text
    }

    pub(crate) fn jws(&self, header: &str, payload: &[u8]) -> String {
        let (header, payload) = (URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signing_input = format!("{header}.{payload}");
        let mac = MacKey::new(&self.key("mac", "HS256")).mac(&[signing_input.as_bytes()]);
        format!("{signing_input}.{}", URL_SAFE_NO_PAD.encode(mac))
    }

    fn key(&self, role: &str, algorithm: &str) -> [u8; 32] {
        let info = format!("{ISSUER}\0{}\0{role}\0{algorithm}\0{}", self.label, self.day);
        let salt = format!("sb/v1/{}", self.ring_key);
        let mut key = [0; 32];
        hkdf_sha256(&ring_secret(self.ring_key), salt.as_bytes(), &[info.as_bytes()], &mut key);
        key
    }
}

fn ring_secret(id: &str) -> Vec<u8> {
    let ring: serde_json::Value = serde_json::from_str(RING).expect("the ring is JSON");
    let name = if id == "r1" { "registration" } else { "sealing" };
    let secret = ring[name][0]["secret"].as_str().expect("the ring has secrets");
    URL_SAFE_NO_PAD.decode(secret).expect("secrets are base64url")
}

/// The members that a sample of `A` has as claims.
pub(crate) fn members<A: Sample>() -> String {
    let claims = serde_json::to_string(&A::sample("x")).expect("claims are JSON");
    claims.trim_matches(['{', '}']).to_owned()
}

/// Where opening `text` as an `A` fails; `None` if it opens.
pub(crate) fn wall<A: Sample>(text: &str) -> Option<Wall> {
    node().open::<A>(text, NOW).err().map(|unsealable| unsealable.wall())
}

fn opens<A: Sample>() {
    let text = forge(A::PURPOSE).with_members(&members::<A>());
    assert_eq!(seal().open(&text, NOW), Ok(A::sample("x")), "{:?}", A::PURPOSE);
}

#[test]
fn what_is_made_by_hand_as_documented_opens() {
    for_every_purpose!(opens());
}

fn is_what_the_seal_writes<A: Sample>() {
    let sealed = seal().seal(&A::sample("x"), NOW);
    let forged = forge(A::PURPOSE).with_members(&members::<A>());
    assert_eq!(sealed.split('.').next(), forged.split('.').next(), "{:?}", A::PURPOSE);
    assert_eq!(sealed.len(), forged.len(), "{:?}", A::PURPOSE);
}

#[test]
fn what_is_made_by_hand_looks_like_what_the_seal_writes() {
    for_every_purpose!(is_what_the_seal_writes());
}
