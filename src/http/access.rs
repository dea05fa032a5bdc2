//! Access tokens: written in the form that the resource they are for is configured with, and read in no other.
//! Source: RFC 9068 §2 and §4; design of the forms: `protocol::policy::TokenForm`.

use std::collections::BTreeMap;

use protocol::grant::AccessGrant;
use protocol::oauth::resource::Resource;
use protocol::oauth::time::UnixTime;
use protocol::policy::{Policy, TokenForm};

use crate::seal::claims::{AccessClaims, SignedAccessClaims};
use crate::seal::{Recipient, SKEW_SECONDS_MAX, Seal, SignedType};

/// The public keys of resource servers that get their tokens encrypted.
pub type Recipients = BTreeMap<Resource, Recipient>;

/// Why signing cannot fail.
const SIGNS: &str = "the start and every reload see to a key for every resource";

/// The token for `grant`, issued to the client with this id.
///
/// # Panics
///
/// If the key ring has no key for the resource's algorithm, which the start and every reload refuse.
pub(super) fn write(
    server: &super::Server,
    grant: &AccessGrant,
    client_id: &str,
    now: UnixTime,
) -> String {
    let (seal, issuer) = (&server.seal, &server.policy.issuer);
    let signed = || SignedAccessClaims::new(grant, issuer, client_id);
    match server.policy.form_of(&grant.resource) {
        None | Some(TokenForm::Sealed) => seal.seal(&AccessClaims::new(grant, issuer), now),
        Some(TokenForm::Signed(algorithm)) => {
            seal.sign(algorithm, SignedType::AccessToken, &signed()).expect(SIGNS)
        }
        Some(TokenForm::SealedTo(algorithm)) => {
            let recipient = server.recipients.get(&grant.resource).expect("it was read with a key");
            seal.sign_to(recipient, algorithm, SignedType::AccessToken, &signed()).expect(SIGNS)
        }
    }
}

/// What an access token of ours grants, whatever its form; nothing if its resource is no longer here or now wants tokens
/// in another form. Of a token that is sealed to its resource server this reads what that server found inside.
///
/// Whether it has expired, was revoked, or speaks for somebody who is gone is for the caller to ask.
#[must_use]
pub fn open(seal: &Seal, policy: &Policy, text: &str, now: UnixTime) -> Option<AccessGrant> {
    // Two dots are those of a JWS; a value with any other number of them is opened as the sealed value it may be.
    let is_signed = text.bytes().filter(|byte| *byte == b'.').count() == 2;
    let grant =
        if is_signed { signed(seal, policy, text, now)? } else { sealed(seal, policy, text, now)? };
    let in_its_form = match policy.form_of(&grant.resource)? {
        TokenForm::Sealed => !is_signed,
        TokenForm::Signed(_) | TokenForm::SealedTo(_) => is_signed,
    };
    in_its_form.then_some(grant)
}

fn sealed(seal: &Seal, policy: &Policy, text: &str, now: UnixTime) -> Option<AccessGrant> {
    seal.open::<AccessClaims>(text, now).ok()?.stage(&policy.issuer)
}

fn signed(seal: &Seal, policy: &Policy, text: &str, now: UnixTime) -> Option<AccessGrant> {
    let claims = seal.open_signed::<SignedAccessClaims>(SignedType::AccessToken, text).ok()?;
    let grant = claims.stage(&policy.issuer)?;
    (grant.issued_at <= now.plus_seconds(SKEW_SECONDS_MAX)).then_some(grant)
}
