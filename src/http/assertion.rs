//! `private_key_jwt`: a client proves itself by signing a JWT.
//!
//! Source: RFC 7523 §2.2 and §3, RFC 7521 §4.2, OpenID Connect Core 1.0 §9. The signature is verified first, then the
//! claims are judged, and the first use is claimed last: nothing that would be refused anyway is remembered.

use protocol::grant::GrantError;
use protocol::oauth::assertion::{AssertionClaims, AssertionFault};
use protocol::oauth::client::{AuthenticatedClient, Client, ClientFault, Credential, authenticate};

use super::Server;
use super::client_keys::NoKeys;
use crate::ledger::UseClaim;
use crate::seal::foreign::{CLIENT_ASSERTION, ClaimFault, ForeignClaims, ForeignFault, ForeignJwt};

impl Server {
    /// The client that signed `assertion`; `body_id` is the `client_id` beside it, if there is one.
    pub(super) async fn assert(
        &self,
        assertion: &str,
        body_id: Option<&str>,
    ) -> Result<AuthenticatedClient, GrantError> {
        let jwt = ForeignJwt::parse(assertion, &CLIENT_ASSERTION).map_err(|fault| {
            tracing::info!(?fault, "client assertion refused");
            refused(AssertionFault::Unreadable)
        })?;
        let named = jwt.unverified().text("sub").ok().flatten();
        let named = named.ok_or(refused(AssertionFault::Subject))?;
        if body_id.is_some_and(|id| id != named) {
            return Err(refused(AssertionFault::Subject));
        }
        let client = self.client(named).await?;
        if !client.kind.can_assert() {
            return Err(ClientFault::AssertionUnexpected.into());
        }
        let verified = self.verified(&jwt, &client).await?;
        let claims = Claims::read(verified).map_err(|_| refused(AssertionFault::Unreadable))?;
        let now = self.world.now();
        let fitting =
            claims.borrowed().judge(&client.id, &self.assertions, now).map_err(refused)?;
        let claimed = UseClaim {
            id: fitting.id(),
            issued_at: fitting.usable_since(),
            expires_at: fitting.remembered_until(),
        };
        let proven = fitting.used(self.ledger.claim(claimed, now).await?).map_err(refused)?;
        Ok(authenticate(client, Credential::Assertion(&proven), |_, _| false)?)
    }

    /// The claims, if a key of the client signed them. A key that is not known is looked for once more where the client
    /// publishes its keys.
    async fn verified<'jwt>(
        &self,
        jwt: &'jwt ForeignJwt<'_>,
        client: &Client,
    ) -> Result<&'jwt ForeignClaims, GrantError> {
        let now = self.world.now();
        let source = client.keys.as_ref().ok_or(refused(AssertionFault::KeysUnusable))?;
        let keys = self.client_keys.get(source, now).await?;
        let outcome = match jwt.verify(&keys) {
            Err(ForeignFault::KeyUnknown) => {
                jwt.verify(&*self.client_keys.get_again(source, now).await?)
            }
            outcome => outcome,
        };
        outcome.map_err(|fault| {
            tracing::info!(?fault, "client assertion refused");
            refused(AssertionFault::Signature)
        })
    }
}

/// Whom an assertion claims to be of, before anything is proven.
pub(super) fn claimed_subject(assertion: &str) -> Option<String> {
    let jwt = ForeignJwt::parse(assertion, &CLIENT_ASSERTION).ok()?;
    jwt.unverified().text("sub").ok()?.map(str::to_owned)
}

impl From<NoKeys> for GrantError {
    fn from(reason: NoKeys) -> Self {
        match reason {
            NoKeys::Unavailable => Self::KeysUnavailable,
            NoKeys::Unusable => refused(AssertionFault::KeysUnusable),
        }
    }
}

fn refused(fault: AssertionFault) -> GrantError {
    ClientFault::Assertion(fault).into()
}

/// What is judged, with the audience in a place of its own.
struct Claims<'jwt> {
    claims: AssertionClaims<'jwt>,
    audience: Vec<&'jwt str>,
}

impl<'jwt> Claims<'jwt> {
    fn read(verified: &'jwt ForeignClaims) -> Result<Self, ClaimFault> {
        let claims = AssertionClaims {
            issuer: verified.text("iss")?,
            subject: verified.text("sub")?,
            audience: &[],
            expires_at: verified.instant("exp")?,
            issued_at: verified.instant("iat")?,
            not_before: verified.instant("nbf")?,
            id: verified.text("jti")?,
        };
        Ok(Self { claims, audience: verified.texts("aud")? })
    }

    fn borrowed(&self) -> AssertionClaims<'_> {
        AssertionClaims { audience: &self.audience, ..self.claims }
    }
}
