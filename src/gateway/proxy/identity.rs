//! What the server behind the gateway hears of who is calling, and the credential that we have there.
//! Source: MCP 2026-07-28 authorization (the client's token is for us alone); RFC 8725 §3.11 (typed statements).

use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use poem::http::{HeaderMap, HeaderName, HeaderValue};

use super::Vouch;
use super::fault::Fault;
use crate::config::{AssertionConfig, GatewayConfig};
use crate::mcp::Caller;

/// What is percent-encoded in a header that names somebody: whatever is not visible ASCII, and the sign itself.
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'%');

/// Says who is calling.
pub(super) struct Identity {
    assertion: Option<AssertionConfig>,
    subject: Option<HeaderName>,
    client: Option<HeaderName>,
    scope: Option<HeaderName>,
    credential: Option<(HeaderName, HeaderValue)>,
    vouch: Arc<dyn Vouch>,
}

impl Identity {
    pub(super) fn new(config: &GatewayConfig, vouch: Arc<dyn Vouch>) -> Self {
        let credential = config.credential.as_ref().and_then(|credential| {
            let mut value = HeaderValue::from_str(credential.value.expose()).ok()?;
            value.set_sensitive(true);
            Some((credential.header.clone(), value))
        });
        Self {
            assertion: config.assertion.clone(),
            subject: config.subject_header.clone(),
            client: config.client_header.clone(),
            scope: config.scope_header.clone(),
            credential,
            vouch,
        }
    }

    /// Adds what we say to what is left of the client's headers. What goes by the same names was taken out before.
    pub(super) fn introduce(&self, caller: &Caller, headers: &mut HeaderMap) -> Result<(), Fault> {
        if let Some(assertion) = &self.assertion {
            let AssertionConfig { header, audience, lifetime_seconds } = assertion;
            let text = self.vouch.assertion(caller, audience, *lifetime_seconds);
            let value = text.and_then(|text| HeaderValue::try_from(text).ok());
            headers.insert(header, value.ok_or(Fault::CannotVouch)?);
        }
        let scope = caller.scopes.join(" ");
        let named = [
            (&self.subject, Some(spelled(name_of(&caller.subject)))),
            (&self.client, Some(spelled(&caller.client))),
            (&self.scope, Some(scope)),
        ];
        for (header, text) in named {
            let Some(header) = header else { continue };
            let value = text.and_then(|text| HeaderValue::try_from(text).ok());
            headers.insert(header, value.ok_or(Fault::CannotVouch)?);
        }
        if let Some((header, value)) = &self.credential {
            headers.insert(header, value.clone());
        }
        Ok(())
    }
}

/// A person by the name they log in with; everybody else by the whole subject, which no login name looks like.
fn name_of(subject: &str) -> &str {
    subject.strip_prefix("u:").filter(|name| !name.contains(':')).unwrap_or(subject)
}

fn spelled(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}
