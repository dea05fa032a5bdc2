//! What we show the server behind the gateway for ourselves. Whatever kind it is, it is never what the client sent us.
//! Source: MCP 2026-07-28 authorization (no token is passed through).

mod exchange;

use std::sync::Arc;

use poem::http::{HeaderMap, HeaderName, HeaderValue};

use super::Means;
use super::fault::Fault;
use super::lent::Lend;
use crate::config::{CredentialConfig, CredentialKind};
use crate::mcp::Caller;
use exchange::Exchange;

/// A credential, and the header that it is sent in.
pub(super) struct Credential {
    header: HeaderName,
    kind: Kind,
}

/// Where it comes from.
enum Kind {
    /// Settings: it is the same for everybody.
    Given(HeaderValue),
    /// A token endpoint: everybody has their own.
    Exchanged(Box<Exchange>),
    /// The identity provider of each person.
    Lent(Arc<dyn Lend>),
}

impl Credential {
    /// `None` for settings that a configuration cannot have.
    pub(super) fn new(config: &CredentialConfig, means: &Means) -> Option<Self> {
        let scheme = config.scheme();
        let kind = match &config.kind {
            CredentialKind::Given(secret) => {
                let mut value =
                    HeaderValue::try_from(format!("{scheme}{}", secret.expose())).ok()?;
                value.set_sensitive(true);
                Kind::Given(value)
            }
            CredentialKind::Exchanged(settings) => {
                let (vouch, world) = (Arc::clone(&means.vouch), Arc::clone(&means.world));
                let exchange = Exchange::new(settings, scheme, &means.upstream, vouch, world)?;
                Kind::Exchanged(Box::new(exchange))
            }
            CredentialKind::Lent(_) => Kind::Lent(means.lender.clone()?),
        };
        Some(Self { header: config.header.clone(), kind })
    }

    /// Who lends it, and the header, where each request asks them anew.
    pub(super) fn lender(&self) -> Option<(&HeaderName, &dyn Lend)> {
        match &self.kind {
            Kind::Lent(lender) => Some((&self.header, lender.as_ref())),
            Kind::Given(_) | Kind::Exchanged(_) => None,
        }
    }

    /// Adds what we show on behalf of `caller`, unless it is [lent](Self::lender). What goes by the same name was taken out
    /// before.
    pub(super) async fn show(&self, caller: &Caller, headers: &mut HeaderMap) -> Result<(), Fault> {
        let value = match &self.kind {
            Kind::Given(value) => value.clone(),
            Kind::Exchanged(exchange) => exchange.credential(caller).await?,
            Kind::Lent(_) => return Ok(()),
        };
        headers.insert(&self.header, value);
        Ok(())
    }

    /// The server refused what was shown on behalf of `caller`: it is not shown again if there may be another.
    pub(super) fn refused(&self, caller: &Caller) {
        match &self.kind {
            Kind::Given(_) | Kind::Lent(_) => {}
            Kind::Exchanged(exchange) => exchange.forget(caller),
        }
    }
}
