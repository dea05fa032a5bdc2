//! `CodeIssued`, as the authorization code carries it.

use protocol::flow::code::CodeIssued;
use protocol::ids::CodeId;
use protocol::oauth::client::ClientThumbprint;
use protocol::oauth::pkce::CodeChallenge;
use protocol::oauth::redirect_uri::RedirectDigest;
use protocol::oauth::scope::Scope;
use protocol::oauth::subject::Subject;
use protocol::oauth::time::UnixTime;
use serde::{Deserialize, Serialize};

use super::wire::{Bytes, lengthen, shorten};
use crate::seal::{Artefact, Purpose};

/// `j` id, `c` client, `r` redirect URI, `h` challenge, `o` scope, `a` resource, `s` subject, `t` issued at.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CodeClaims {
    j: Bytes<16>,
    c: Bytes<16>,
    r: Bytes<12>,
    h: Bytes<32>,
    o: String,
    a: String,
    s: String,
    t: u64,
}

impl CodeClaims {
    /// The sealed form of `code`.
    #[must_use]
    pub fn new(code: &CodeIssued, issuer: &str) -> Self {
        Self {
            j: Bytes(code.id.0),
            c: Bytes(code.client.0),
            r: Bytes(code.redirect_uri.0),
            h: Bytes(*code.code_challenge.as_bytes()),
            o: code.scope.to_string(),
            a: shorten(&code.resource, issuer),
            s: code.subject.to_text(),
            t: code.issued_at.0,
        }
    }

    /// The stage; `None` if a member cannot be read, which only another release's value can bring about.
    #[must_use]
    pub fn stage(&self, issuer: &str) -> Option<CodeIssued> {
        Some(CodeIssued {
            id: CodeId(self.j.0),
            client: ClientThumbprint(self.c.0),
            redirect_uri: RedirectDigest(self.r.0),
            code_challenge: CodeChallenge::from_bytes(self.h.0),
            scope: Scope::parse(&self.o).ok()?,
            resource: lengthen(&self.a, issuer)?,
            subject: Subject::parse(&self.s)?,
            issued_at: UnixTime(self.t),
        })
    }
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
