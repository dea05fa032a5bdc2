//! Why a request was not passed on, or its answer not passed back, and what the client hears about it.
//! Source: RFC 9110 §15.6.3 (502), §15.6.5 (504); MCP transports (404 for a session that is not there).
//!
//! A server that refuses *us* must not look to the client as if we refused *it*: it would log in again, and again.

use poem::Response;
use poem::http::header::{CACHE_CONTROL, RETRY_AFTER};
use poem::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::gateway::Refusal;
use crate::upstream::PassageFault;

/// Internal error, of JSON-RPC.
const INTERNAL: i32 = -32_603;
/// What MCP servers say of sessions they do not know.
const SESSION_UNKNOWN: i32 = -32_001;
const MALFORMED: i32 = -32_600;

/// Why there is no answer of the server's own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fault {
    /// Nobody checked who is calling.
    Unguarded,
    /// The body broke off.
    BodyBroken,
    /// What the client added to the URL cannot be a query.
    QueryMalformed,
    /// The session, or the place for messages, was not given to this caller, or by nobody here.
    SessionUnknown,
    /// The server named its session in no way that a header can have.
    SessionMalformed,
    /// Who is calling cannot be said to the server as it was configured.
    CannotVouch,
    /// Whoever issues what the server wants to be shown issues nothing for this caller.
    CredentialRefused,
    /// They do not answer.
    CredentialUnavailable,
    /// No answer came.
    Passage(PassageFault),
    /// There is no token of the person's to send along: the gate says why.
    NotLent(Refusal),
    /// The server does not take the token of the person.
    NotTaken,
    /// The server does not let us in.
    Refused,
    /// The server wants us to go elsewhere.
    Redirected,
    /// The server wants to speak another protocol.
    Switched,
}

impl From<PassageFault> for Fault {
    fn from(fault: PassageFault) -> Self {
        Self::Passage(fault)
    }
}

/// Lets an answer pass that is one for the client. `lent`: whether the person's own token was sent along.
pub(super) fn judge(status: StatusCode, headers: &HeaderMap, lent: bool) -> Result<(), Fault> {
    let fault = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if lent => Fault::NotTaken,
        StatusCode::UNAUTHORIZED
        | StatusCode::FORBIDDEN
        | StatusCode::PROXY_AUTHENTICATION_REQUIRED => Fault::Refused,
        _ if status.is_redirection() => Fault::Redirected,
        _ if status.is_informational() => Fault::Switched,
        _ => return Ok(()),
    };
    // Where to, without what a query may hold: the log is for whoever corrects the URL.
    let location = headers.get(poem::http::header::LOCATION).and_then(|to| to.to_str().ok());
    let location = location.and_then(|to| to.split(['?', '#']).next());
    tracing::warn!(
        status = status.as_u16(),
        ?location,
        ?fault,
        "the server behind the gateway gave no answer for a client"
    );
    Err(fault)
}

impl Fault {
    fn status(self) -> StatusCode {
        match self {
            Self::BodyBroken | Self::QueryMalformed => StatusCode::BAD_REQUEST,
            Self::SessionUnknown => StatusCode::NOT_FOUND,
            Self::Unguarded | Self::CannotVouch | Self::NotLent(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            Self::Passage(PassageFault::Busy) | Self::CredentialUnavailable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Passage(PassageFault::ConnectLate | PassageFault::AnswerLate) => {
                StatusCode::GATEWAY_TIMEOUT
            }
            Self::Passage(PassageFault::Unreachable | PassageFault::Broken)
            | Self::CredentialRefused
            | Self::SessionMalformed
            | Self::NotTaken
            | Self::Refused
            | Self::Redirected
            | Self::Switched => StatusCode::BAD_GATEWAY,
        }
    }

    fn code(self) -> i32 {
        match self {
            Self::SessionUnknown => SESSION_UNKNOWN,
            Self::BodyBroken | Self::QueryMalformed => MALFORMED,
            Self::Unguarded
            | Self::CannotVouch
            | Self::CredentialRefused
            | Self::CredentialUnavailable
            | Self::Passage(_)
            | Self::SessionMalformed
            | Self::NotLent(_)
            | Self::NotTaken
            | Self::Refused
            | Self::Redirected
            | Self::Switched => INTERNAL,
        }
    }

    /// A sentence for the person in front of the client, and one for whoever runs this.
    fn text(self) -> &'static str {
        match self {
            Self::Unguarded => "This endpoint is not protected, so it answers nobody.",
            Self::BodyBroken => "The body broke off.",
            Self::QueryMalformed => "The query of the URL is malformed.",
            Self::SessionUnknown => "Session not found. Connect again to get a new one.",
            Self::SessionMalformed => {
                "The MCP server behind this gateway named its session in a way that MCP does not know."
            }
            Self::CannotVouch => {
                "This gateway cannot tell the MCP server behind it who is calling. Its log says why."
            }
            Self::CredentialRefused => {
                "The MCP server behind this gateway wants a token of its own authorization server, which issues none for you. The log of the gateway says why; to log in again does not help."
            }
            Self::CredentialUnavailable => {
                "The MCP server behind this gateway wants a token of its own authorization server, which does not answer. Try again in a moment."
            }
            Self::Passage(PassageFault::Busy) => {
                "The MCP server behind this gateway has as many requests as the gateway may send it. Try again in a moment."
            }
            Self::Passage(PassageFault::Unreachable) => {
                "The MCP server behind this gateway cannot be reached. Whoever runs it must start it, or correct its URL."
            }
            Self::Passage(PassageFault::ConnectLate) => {
                "The MCP server behind this gateway did not take the connection in time."
            }
            Self::Passage(PassageFault::AnswerLate) => {
                "The MCP server behind this gateway did not answer in time. It may have acted on the request all the same."
            }
            Self::Passage(PassageFault::Broken) => {
                "The MCP server behind this gateway broke off before it answered. It may have acted on the request all the same."
            }
            Self::NotLent(refusal) => refusal.description(),
            Self::NotTaken => {
                "The MCP server behind this gateway does not take your token of your identity provider. Whoever runs this gateway must let the provider give it the scopes that the server needs."
            }
            Self::Refused => {
                "The MCP server behind this gateway does not let the gateway in. Whoever runs it must give the gateway a credential; to log in again does not help."
            }
            Self::Redirected => {
                "The MCP server behind this gateway is elsewhere. Whoever runs it must configure the URL that it redirects to."
            }
            Self::Switched => {
                "The MCP server behind this gateway wants to speak something other than HTTP."
            }
        }
    }

    /// A JSON-RPC error for the request `id`, which clients show to people.
    pub(super) fn response(self, id: &Value) -> Response {
        let error = json!({ "code": self.code(), "message": self.text() });
        let body = json!({ "jsonrpc": "2.0", "id": id, "error": error });
        let mut response =
            Response::builder().status(self.status()).header(CACHE_CONTROL, "no-store");
        if let Self::Passage(PassageFault::Busy) | Self::CredentialUnavailable = self {
            response = response.header(RETRY_AFTER, "1");
        }
        let mut response = response.content_type("application/json").body(body.to_string());
        if let Self::NotLent(refusal) = self {
            response.set_data(refusal);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// JSON-RPC 2.0 §5.1: what is wrong with a request is told from what is wrong here.
    #[test]
    fn a_fault_of_the_client_has_a_code_of_its_own() {
        let told = |fault: Fault| (fault.status().as_u16(), fault.code());
        assert_eq!(told(Fault::BodyBroken), (400, -32_600));
        assert_eq!(told(Fault::QueryMalformed), (400, -32_600));
        assert_eq!(told(Fault::SessionUnknown), (404, -32_001));
        assert_eq!(told(Fault::Unguarded), (500, -32_603));
    }
}
