//! `CodeIssued`, as the authorization code carries it.

use protocol::flow::code::CodeIssued;
use protocol::identity::Authentication;
use protocol::ids::CodeId;
use protocol::oauth::built_in::BuiltIn;
use protocol::oauth::client::ClientThumbprint;
use protocol::oauth::pkce::{Challenge, CodeChallenge};
use protocol::oauth::redirect_uri::RedirectDigest;
use protocol::oauth::subject::Subject;
use protocol::oauth::time::UnixTime;
use serde::{Deserialize, Serialize};

use super::federation::{BondClaims, ProfileClaims};
use super::wire::{Bytes, is_default, lengthen, shorten, with_offline_access};
use crate::seal::{Artefact, Purpose};

/// How many bytes an id, a client, a redirect URI and a challenge are together.
const BINDING_BYTES: usize = 16 + 16 + 12 + 32;

/// `b` id, client, redirect URI and challenge, `w` whether there is no challenge, `o` scope without `offline_access`, `a`
/// resource, `s` subject, `t` issued at, `f` 1 if `offline_access` was granted and 2 if it was declined, `l` seconds since the
/// login if the client asked who the person is, `v` nonce, `i` what an identity provider says of them, `y` what refreshes
/// depend on.
///
/// What has a fixed length is one member: what JSON and two base64 encodings would add for four costs 40 characters.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CodeClaims {
    b: Bytes<BINDING_BYTES>,
    #[serde(default, skip_serializing_if = "is_default")]
    w: bool,
    o: String,
    a: String,
    s: String,
    t: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    f: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    l: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    v: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    i: Option<ProfileClaims>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    y: Option<BondClaims>,
}

const OFFLINE_GRANTED: u8 = 1;
const OFFLINE_DECLINED: u8 = 2;

impl CodeClaims {
    /// The sealed form of `code`.
    #[must_use]
    pub fn new(code: &CodeIssued, issuer: &str) -> Self {
        let granted = u8::from(BuiltIn::OfflineAccess.is_in(&code.scope)) * OFFLINE_GRANTED;
        let declined = u8::from(code.offline_declined) * OFFLINE_DECLINED;
        let login = code.authentication.as_ref();
        Self {
            b: Bytes(binding(code)),
            w: code.code_challenge.hash().is_none(),
            o: code.scope.at_resources().to_string(),
            a: shorten(&code.resource, issuer),
            s: code.subject.to_text(),
            t: code.issued_at.0,
            f: granted | declined,
            l: login.map(|login| code.issued_at.seconds_since(login.authenticated_at)),
            v: login.and_then(|login| login.nonce.clone()),
            i: login.and_then(|login| login.profile.as_ref()).map(ProfileClaims::new),
            y: code.bond.as_ref().map(BondClaims::new),
        }
    }

    /// The stage; `None` if a member cannot be read, which only another release's value can bring about.
    #[must_use]
    pub fn stage(&self, issuer: &str) -> Option<CodeIssued> {
        let (id, rest) = self.b.0.split_first_chunk()?;
        let (client, rest) = rest.split_first_chunk()?;
        let (redirect_uri, rest) = rest.split_first_chunk()?;
        let challenge = CodeChallenge::from_bytes(*rest.first_chunk()?);
        Some(CodeIssued {
            id: CodeId(*id),
            client: ClientThumbprint(*client),
            redirect_uri: RedirectDigest(*redirect_uri),
            code_challenge: Challenge::unsealed((!self.w).then_some(challenge)),
            scope: with_offline_access(&self.o, self.f & OFFLINE_GRANTED != 0)?,
            resource: lengthen(&self.a, issuer)?,
            subject: Subject::parse(&self.s)?,
            issued_at: UnixTime(self.t),
            offline_declined: self.f & OFFLINE_DECLINED != 0,
            authentication: self.l.map(|age| Authentication {
                authenticated_at: UnixTime(self.t).minus_seconds(age),
                nonce: self.v.clone(),
                profile: self.i.clone().map(ProfileClaims::profile),
            }),
            bond: self.y.clone().map(BondClaims::bond),
        })
    }
}

fn binding(code: &CodeIssued) -> [u8; BINDING_BYTES] {
    let challenge = code.code_challenge.hash().map_or([0; 32], |hash| *hash.as_bytes());
    let parts: [&[u8]; 4] = [&code.id.0, &code.client.0, &code.redirect_uri.0, &challenge];
    parts.concat().try_into().expect("the parts have fixed lengths that add up")
}

impl Artefact for CodeClaims {
    const PURPOSE: Purpose = Purpose::AuthorizationCode;

    fn issued_at(&self) -> UnixTime {
        UnixTime(self.t)
    }

    fn expires_at(&self) -> Option<UnixTime> {
        Some(UnixTime(self.t).plus_seconds(protocol::flow::code::CODE_LIFETIME_SECONDS))
    }
}
