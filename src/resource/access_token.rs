//! What an access token, or an answer about one, must say to be of use at a resource.
//! Source: RFC 9068 §2.2 and §4, RFC 7662 §2.2, RFC 7800 §3, RFC 9449 §6.1.

use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::dpop::{Binding, KeyThumbprint};
use protocol::oauth::time::UnixTime;
use serde_json::Value;

use crate::gateway::Verified;
use crate::gateway::bearer::TOKEN_BYTES_MAX;
use crate::seal::SKEW_SECONDS_MAX;
use crate::seal::foreign::{ClaimFault, ForeignClaims, ForeignKind};

/// An access token as RFC 9068 has it, which says in its header that it is one.
pub(super) const RFC_9068: ForeignKind = ForeignKind {
    bytes_max: TOKEN_BYTES_MAX,
    types: &["at+jwt"],
    untyped: false,
    ignored_members: &["x5t", "x5t#S256"],
    algorithms: &SigningAlgorithm::ALL,
};

/// An access token of an issuer whose tokens do not say what they are.
pub(super) const PLAIN_JWT: ForeignKind =
    ForeignKind { types: &["at+jwt", "jwt"], untyped: true, ..RFC_9068 };

/// Claims of ID tokens, logout tokens and security events, which no access token has. Where the header does not say what a
/// token is, the claims must.
const OF_OTHER_TOKENS: [&str; 5] = ["nonce", "at_hash", "c_hash", "s_hash", "events"];
/// Claims by which some issuers say what a token is, and what they then say of an access token.
const SAYS_WHAT_IT_IS: [(&str, &[&str]); 2] =
    [("token_use", &["access", "access_token"]), ("typ", &["Bearer", "DPoP"])];
/// Claims that name the client, in the order in which they are believed.
const NAMES_OF_CLIENT: [&str; 4] = ["client_id", "azp", "appid", "cid"];
/// More scopes than any token has.
const SCOPES_MAX: usize = 256;
/// The longest name of a subject or a client that is read, in bytes.
const NAME_BYTES_MAX: usize = 1_024;

/// Why the claims of a token, or what was answered about it, are of no use. For the log.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) enum TokenFault {
    /// A claim has another type than its standard says, or is out of range.
    Claim,
    /// It is of another issuer.
    Issuer,
    /// It is another kind of token.
    Kind,
    /// It does not say when it ends.
    EndMissing,
    /// It is not valid yet, or was issued in the future.
    Early,
    /// It names nobody.
    SubjectMissing,
}

impl From<ClaimFault> for TokenFault {
    fn from(_: ClaimFault) -> Self {
        Self::Claim
    }
}

/// Judges the claims of a token that `issuer` signed. Audience and end are for the gate to judge, of which it must say both.
///
/// `is_typed`: whether its header said that it is an access token.
pub(super) fn judge(
    claims: &ForeignClaims,
    issuer: &str,
    is_typed: bool,
    now: UnixTime,
) -> Result<Verified, TokenFault> {
    if claims.text("iss")? != Some(issuer) {
        return Err(TokenFault::Issuer);
    }
    if !is_typed && is_of_another_kind(claims)? {
        return Err(TokenFault::Kind);
    }
    let expires_at = claims.instant("exp")?.ok_or(TokenFault::EndMissing)?;
    judged(claims, issuer, expires_at, now)
}

/// Judges what `issuer` answered about a token that it called active. What says no end is not believed beyond `until`.
///
/// `asked_by`: our own name there. What was issued to ourselves, without a word on what it is, may be a refresh token.
pub(super) fn judge_answer(
    claims: &ForeignClaims,
    issuer: &str,
    asked_by: &str,
    until: UnixTime,
    now: UnixTime,
) -> Result<Verified, TokenFault> {
    if claims.text("iss")?.is_some_and(|named| named != issuer) {
        return Err(TokenFault::Issuer);
    }
    let said = claims.text("token_type")?;
    let is_access = match said {
        Some(said) => ["bearer", "dpop"].iter().any(|known| said.eq_ignore_ascii_case(known)),
        None => claims.text("client_id")? != Some(asked_by),
    };
    if !is_access || claims.text("token_use")?.is_some_and(|used| !used.starts_with("access")) {
        return Err(TokenFault::Kind);
    }
    let expires_at = claims.instant("exp")?.unwrap_or(until);
    judged(claims, issuer, expires_at, now)
}

fn judged(
    claims: &ForeignClaims,
    issuer: &str,
    expires_at: UnixTime,
    now: UnixTime,
) -> Result<Verified, TokenFault> {
    let soon = now.plus_seconds(SKEW_SECONDS_MAX);
    let starts = [claims.instant("nbf")?, claims.instant("iat")?];
    if starts.into_iter().flatten().any(|start| start > soon) {
        return Err(TokenFault::Early);
    }
    let client = first_text(claims, &NAMES_OF_CLIENT)?;
    // What a client got for itself has no subject but the client in some answers (RFC 7662 §2.2: it is optional).
    let subject = claims.text("sub")?.or(client).filter(|subject| is_name(subject));
    let subject = subject.ok_or(TokenFault::SubjectMissing)?;
    let mut scopes = claims.words("scope", SCOPES_MAX)?;
    if scopes.is_empty() {
        scopes = claims.words("scp", SCOPES_MAX)?;
    }
    Ok(Verified {
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
        family: None,
        client: client.filter(|client| is_name(client)).unwrap_or_default().to_owned(),
        scopes: scopes.into_iter().map(str::to_owned).collect(),
        audience: claims.texts("aud")?.into_iter().map(str::to_owned).collect(),
        expires_at,
        binding: binding(claims),
    })
}

fn is_of_another_kind(claims: &ForeignClaims) -> Result<bool, ClaimFault> {
    if OF_OTHER_TOKENS.iter().any(|name| claims.members().contains_key(*name)) {
        return Ok(true);
    }
    for (name, access) in SAYS_WHAT_IT_IS {
        if claims.text(name)?.is_some_and(|said| !access.contains(&said)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn first_text<'a>(
    claims: &'a ForeignClaims,
    names: &[&str],
) -> Result<Option<&'a str>, ClaimFault> {
    for name in names {
        if let Some(text) = claims.text(name)? {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

fn is_name(text: &str) -> bool {
    (1..=NAME_BYTES_MAX).contains(&text.len())
}

/// A key that is named in another way, or beside something else, is not checked here.
fn binding(claims: &ForeignClaims) -> Binding {
    let Some(confirmation) = claims.members().get("cnf") else { return Binding::Nobody };
    let only = confirmation.as_object().filter(|members| members.len() == 1);
    let thumbprint = only.and_then(|members| members.get("jkt")).and_then(Value::as_str);
    thumbprint.and_then(KeyThumbprint::parse).map_or(Binding::Unknown, Binding::Key)
}
