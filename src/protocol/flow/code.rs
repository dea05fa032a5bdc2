//! The authorization code: issued, presented, redeemed.
//!
//! Source: OAuth 2.1 (draft 13) §4.1.2 and §4.1.3, RFC 7636 §4.6, RFC 8707 §2.2.

use super::location::answer;
use super::request::AuthorizationRequest;
use crate::grant::{AccessGrant, GrantError, RefreshIssued};
use crate::identity::{Authentication, Bond, ID_TOKEN_LIFETIME_SECONDS, IdentityGrant};
use crate::ids::CodeId;
use crate::oauth::client::{Client, ClientThumbprint};
use crate::oauth::pkce::{Challenge, PkceVerified};
use crate::oauth::redirect_uri::RedirectDigest;
use crate::oauth::resource::Resource;
use crate::oauth::scope::Scope;
use crate::oauth::subject::Subject;
use crate::oauth::time::UnixTime;
use crate::policy::{Policy, TargetFault};
use crate::replay::{FirstUse, Holder};

/// How long a code may be redeemed, in seconds. OAuth 2.1 §4.1.2 allows 600; clients need far less.
pub const CODE_LIFETIME_SECONDS: u64 = 60;

/// The subject agreed; a code is out, waiting to be redeemed. Sealed, it is the code.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CodeIssued {
    /// Its name.
    pub id: CodeId,
    /// Whom it was made for.
    pub client: ClientThumbprint,
    /// Where it was sent.
    pub redirect_uri: RedirectDigest,
    /// What the redeemer must prove.
    pub code_challenge: Challenge,
    /// What was agreed to.
    pub scope: Scope,
    /// Whom the tokens will be for.
    pub resource: Resource,
    /// Who agreed.
    pub subject: Subject,
    /// When they agreed. Every lifetime of what the code yields is anchored here.
    pub issued_at: UnixTime,
    /// The client asked to keep its access, and they said no: it gets no refresh token.
    pub offline_declined: bool,
    /// How they logged in; for a client that asked who they are (scope `openid`).
    pub authentication: Option<Authentication>,
    /// What later refreshes depend on, if the person's identity provider is asked then.
    pub bond: Option<Bond>,
}

/// What a token request brings to redeem a code, with the client's identity proven.
#[derive(Clone, Debug)]
pub struct Redemption<'a> {
    /// The authenticated client.
    pub client: &'a Client,
    /// `redirect_uri`, as sent; OAuth 2.1 clients leave it out.
    pub redirect_uri: Option<&'a str>,
    /// `code_verifier`, as sent.
    pub code_verifier: Option<&'a str>,
    /// `resource`, as often as sent.
    pub resource: &'a [String],
}

/// The presenter of the code is entitled to it.
#[derive(Debug)]
pub struct Redeemable {
    code: CodeIssued,
    _pkce: PkceVerified,
}

/// The code was exchanged; tokens may be sealed.
#[derive(Debug)]
pub struct Redeemed {
    /// The access token to seal.
    pub access: AccessGrant,
    /// The refresh token to seal, if the client gets one.
    pub refresh: Option<RefreshIssued>,
    /// The ID token to sign, if the client asked who the person is.
    pub identity: Option<IdentityGrant>,
    /// What the client is told it was granted.
    pub scope: Scope,
}

impl CodeIssued {
    /// The first instant at which the code is void.
    #[must_use]
    pub fn expires_at(&self) -> UnixTime {
        self.issued_at.plus_seconds(CODE_LIFETIME_SECONDS)
    }

    /// The redirect that brings `sealed`, which is this code, to the client.
    #[must_use]
    pub fn location(request: &AuthorizationRequest, sealed: &str, policy: &Policy) -> String {
        let parameters = [("code", Some(sealed))];
        answer(&request.redirect_uri, &parameters, request.state.as_deref(), policy)
    }

    /// Checks, at `now`, that `redemption` comes from the client the code was made for.
    ///
    /// A wrong guess does not spend the code: that happens in [`Redeemable::redeem`].
    ///
    /// # Errors
    ///
    /// The [`GrantError`] of the first check that failed, in the order written here.
    pub fn present(
        self,
        redemption: &Redemption<'_>,
        policy: &Policy,
        now: UnixTime,
    ) -> Result<Redeemable, GrantError> {
        if self.client != redemption.client.thumbprint() {
            return Err(GrantError::ClientMismatch);
        }
        if self.expires_at() <= now {
            return Err(GrantError::CodeExpired);
        }
        if redemption.redirect_uri.is_some_and(|sent| RedirectDigest::of(sent) != self.redirect_uri)
        {
            return Err(GrantError::RedirectUriMismatch);
        }
        let pkce = self.code_challenge.verify(redemption.code_verifier, redemption.client.pkce)?;
        if !redemption.resource.is_empty() {
            let target = policy.target(redemption.resource).map_err(GrantError::Target)?;
            if target.resource != self.resource {
                return Err(GrantError::ResourceNotGranted);
            }
        }
        if policy.resource(&self.resource).is_none() {
            return Err(GrantError::Target(TargetFault::Unknown));
        }
        if !policy.knows(&self.subject) {
            return Err(GrantError::SubjectGone);
        }
        let redeemable = Redeemable { code: self, _pkce: pkce };
        if policy.has_revoked(&redeemable.holder(), now) {
            return Err(GrantError::RevokedBefore);
        }
        Ok(redeemable)
    }
}

impl Redeemable {
    /// The code.
    #[must_use]
    pub fn code(&self) -> &CodeIssued {
        &self.code
    }

    /// What the tokens it yields can be revoked by.
    #[must_use]
    pub fn holder(&self) -> Holder {
        Holder {
            family: self.code.id.family(),
            subject: self.code.subject.digest(),
            client: self.code.client,
            founded_at: self.code.issued_at,
            token: None,
        }
    }

    /// When the last token of the family is void; how long the ledger must remember a revocation.
    #[must_use]
    pub fn family_expires_at(&self, client: &Client) -> UnixTime {
        let lifetimes = client.lifetimes;
        let longest = lifetimes
            .refresh_absolute_seconds
            .max(CODE_LIFETIME_SECONDS + lifetimes.access_seconds);
        self.code.issued_at.plus_seconds(longest)
    }

    /// Turns the spent code into the right to tokens.
    ///
    /// Names and lifetimes follow from the code alone, so a repeated redemption mints nothing new. The access token
    /// expires one lifetime after the *code* does, so that `expires_in` is a promise that holds whenever within its
    /// lifetime the code is redeemed.
    ///
    /// # Panics
    ///
    /// If `first_use` is about another code, which only a mistake of ours can bring about.
    #[must_use]
    pub fn redeem(self, first_use: &FirstUse, client: &Client, policy: &Policy) -> Redeemed {
        assert_eq!(
            first_use.code(),
            self.code.id,
            "a code must be redeemed with its own first use"
        );
        let lifetimes = client.lifetimes;
        let (family, issued_at) = (self.code.id.family(), self.code.issued_at);
        let access = AccessGrant {
            family,
            generation: 0,
            client: self.code.client,
            subject: self.code.subject.clone(),
            scope: self.code.scope.at_resources(),
            resource: self.code.resource.clone(),
            issued_at,
            expires_at: issued_at.plus_seconds(CODE_LIFETIME_SECONDS + lifetimes.access_seconds),
            lifetime_seconds: lifetimes.access_seconds,
        };
        let scope = self.code.scope.clone();
        let identity = self.code.authentication.map(|authentication| IdentityGrant {
            audience: client.id.clone(),
            subject: self.code.subject.clone(),
            authentication,
            scope: scope.clone(),
            issued_at,
            expires_at: issued_at.plus_seconds(ID_TOKEN_LIFETIME_SECONDS),
        });
        // A bond that is there for what the resource is handed alone is no concern of a refresh.
        let is_bound = policy.binds(&self.code.subject);
        let bond = self.code.bond.filter(|_| is_bound).map(|bond| bond.of_family(family));
        let wanted = policy.issues_refresh_tokens(client, &scope) && !self.code.offline_declined;
        let refresh = wanted.then_some(RefreshIssued {
            family,
            generation: 0,
            client: self.code.client,
            subject: self.code.subject,
            scope: self.code.scope,
            resource: self.code.resource,
            issued_at,
            founded_at: issued_at,
            bond,
        });
        Redeemed { access, refresh, identity, scope }
    }
}
