//! What the server behind the gateway hears of who is calling.
//! Source: MCP 2026-07-28 authorization (the client's token is for us alone); RFC 8725 §3.11 (typed statements).

use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use poem::http::{HeaderMap, HeaderName, HeaderValue};

use super::fault::Fault;
use super::per_caller::PerCaller;
use super::{Means, Vouch};
use crate::config::{AssertionConfig, GatewayConfig};
use crate::mcp::Caller;
use crate::world::World;

/// What is percent-encoded in a header that names somebody: whatever is not visible ASCII, and the sign itself.
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'%');

/// Says who is calling.
pub(super) struct Identity {
    /// Our own name.
    issuer: String,
    assertion: Option<AssertionConfig>,
    subject: Option<HeaderName>,
    client: Option<HeaderName>,
    scope: Option<HeaderName>,
    vouch: Arc<dyn Vouch>,
    world: Arc<dyn World>,
    /// Statements, which cost more to sign than most of what else is done for a request.
    signed: PerCaller<Option<HeaderValue>>,
}

impl Identity {
    pub(super) fn new(config: &GatewayConfig, issuer: &str, means: &Means) -> Self {
        Self {
            issuer: issuer.to_owned(),
            assertion: config.assertion.clone(),
            subject: config.subject_header.clone(),
            client: config.client_header.clone(),
            scope: config.scope_header.clone(),
            vouch: Arc::clone(&means.vouch),
            world: Arc::clone(&means.world),
            signed: PerCaller::new(),
        }
    }

    /// Adds what we say to what is left of the client's headers. What goes by the same names was taken out before.
    pub(super) async fn introduce(
        &self,
        caller: &Caller,
        headers: &mut HeaderMap,
    ) -> Result<(), Fault> {
        if let Some(assertion) = &self.assertion {
            let value = self.statement(assertion, caller).await;
            headers.insert(&assertion.header, value.ok_or(Fault::CannotVouch)?);
        }
        let scope = caller.scopes.join(" ");
        let named = [
            (&self.subject, Some(spelled(self.name_of(caller)))),
            (&self.client, Some(spelled(&caller.client))),
            (&self.scope, Some(scope)),
        ];
        for (header, text) in named {
            let Some(header) = header else { continue };
            let value = text.and_then(|text| HeaderValue::try_from(text).ok());
            headers.insert(header, value.ok_or(Fault::CannotVouch)?);
        }
        Ok(())
    }

    /// One that is good for half of its time at least.
    async fn statement(&self, assertion: &AssertionConfig, caller: &Caller) -> Option<HeaderValue> {
        let AssertionConfig { audience, lifetime_seconds, .. } = assertion;
        let sign = async || {
            let text = self.vouch.assertion(caller, audience, *lifetime_seconds);
            let value = text.and_then(|text| HeaderValue::try_from(text).ok());
            let seconds = if value.is_some() { lifetime_seconds / 2 } else { 0 };
            (value, seconds)
        };
        self.signed.get_or(caller, self.world.now(), sign).await
    }

    /// A person by the name they log in with here; everybody else by the whole subject, which no login name looks like. What
    /// another issuer calls somebody is left as it is.
    fn name_of<'caller>(&self, caller: &'caller Caller) -> &'caller str {
        let name = caller.subject.strip_prefix("u:").filter(|name| !name.contains(':'));
        name.filter(|_| caller.issuer == self.issuer).unwrap_or(&caller.subject)
    }
}

fn spelled(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}
