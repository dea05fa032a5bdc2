//! The audit log: who came in, what they allowed, and what was issued for it, a line each; refusals and revocations are
//! logged where they happen. The correlation id is on the line, nothing that opens anything is.

use protocol::flow::code::CodeIssued;
use protocol::grant::AccessGrant;
use protocol::oauth::client::Client;
use protocol::oauth::subject::Subject;

use super::subject_tag;

/// A client registered itself.
pub(super) fn registered(client: &Client) {
    tracing::info!(client = subject_tag(client), "a client was registered");
}

/// A person came in: with a password, or through the identity provider that the configuration calls `through`.
pub(super) fn logged_in(subject: &Subject, through: Option<&str>) {
    tracing::info!(subject = subject.to_text(), through, "somebody logged in");
}

/// A person let a client act for them, now or earlier.
pub(super) fn allowed(client: &Client, code: &CodeIssued) {
    tracing::info!(
        client = subject_tag(client),
        subject = code.subject.to_text(),
        scope = code.scope.to_string(),
        resource = code.resource.as_str(),
        "a code was issued"
    );
}

/// A client got an access token.
pub(super) fn issued(client: &Client, access: &AccessGrant, refreshable: bool) {
    tracing::info!(
        client = subject_tag(client),
        subject = access.subject.to_text(),
        scope = access.scope.to_string(),
        resource = access.resource.as_str(),
        refreshable,
        "an access token was issued"
    );
}
