//! Headers and claims that a client signed, and texts that nobody did, as its proof that it has a key: whatever they say,
//! there is an answer, and only what RFC 9449 §4.3 asks of a proof proves anything, once.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::oauth::dpop::{Asked, ID_BYTES_MAX, WINDOW_SECONDS};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::client_assertion::signed;
use super::deployment::{NOW, node};
use crate::gateway::{Prove as _, Refusal};
use crate::ledger::{Capacity, Memory};
use crate::resource::Proofs;

/// The public half of the key that signs, `x` of its JWK.
const KEY: &str = "_RckOFqgx1tk-3jNYC-h2ZH96_drE8WO1wLqyDXp9hg";
/// The access token that is sent beside the proof.
const ACCESS_TOKEN: &str = "opaque";
const ASKED: Asked<'_> =
    Asked { method: "POST", url: "https://auth.example/mcp", access_token: ACCESS_TOKEN };

/// Signs the first line as a header and the rest as claims; without a line break the bytes are the header `DPoP` as they are.
///
/// # Panics
///
/// If something is proven by claims that do not say so, by something unsigned, by another key, or twice.
pub fn dpop_proof(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let proof = match end {
        Some(end) => signed(&bytes[..end], &bytes[end + 1..]).into_bytes(),
        None => bytes.to_vec(),
    };
    let ledger = Memory::new(Capacity { codes_max: 16, families_max: 0 });
    let proofs = Proofs::new(Arc::new(ledger));
    let prove = |sent: Vec<&[u8]>| node().wait(proofs.prove(sent, ASKED, NOW));
    assert_eq!(prove(vec![&proof, &proof]).err(), Some(Refusal::ProofInvalid), "two prove nothing");
    let first = prove(vec![&proof]);
    assert_eq!(prove(vec![&proof]).err(), Some(Refusal::ProofInvalid), "a proof is used once");
    match (first, end) {
        (Ok(proven), Some(end)) => {
            let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{KEY}"}}"#);
            assert_eq!(proven.thumbprint().0, *Sha256::digest(canonical));
            check(&bytes[..end], &bytes[end + 1..]);
        }
        (Ok(_), None) => panic!("nobody signed {}", String::from_utf8_lossy(&proof)),
        (Err(refusal), _) => assert_eq!(refusal, Refusal::ProofInvalid),
    }
}

/// What header and claims of a proof say, read by nobody but `serde_json`.
fn check(header: &[u8], claims: &[u8]) {
    let [header, claims]: [Value; 2] =
        [header, claims].map(|part| serde_json::from_slice(part).expect("it is JSON"));
    assert_eq!((header["typ"].as_str(), header["alg"].as_str()), (Some("dpop+jwt"), Some("EdDSA")));
    let key = header["jwk"].as_object().expect("it carries its key");
    assert!(key["x"] == KEY && !key.contains_key("d") && !key.contains_key("k"), "{key:?}");
    assert_eq!(claims["htm"], "POST");
    let url = claims["htu"].as_str().and_then(|url| url.split(['?', '#']).next());
    let url = url::Url::parse(url.expect("it names a URL")).expect("it is one");
    assert_eq!(url.as_str(), ASKED.url);
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(ACCESS_TOKEN));
    assert_eq!(claims["ath"].as_str(), Some(hash.as_str()));
    let made_at = claims["iat"].as_u64().expect("it was made at an integer");
    assert!(made_at.abs_diff(NOW.0) <= WINDOW_SECONDS, "{made_at}");
    let id = claims["jti"].as_str().expect("it has an id");
    assert!((1..=ID_BYTES_MAX).contains(&id.len()), "{id}");
}
