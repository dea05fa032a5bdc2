//! Who the client is: resolved from its `client_id`, proven by what it presents.
//!
//! Source: RFC 6749 §2.3.1, OAuth 2.1 (draft 13) §2.4. Nothing is stored: an id is in the configuration, or the URL of a
//! document, or opens as a registration, in this order.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use poem::Request;
use poem::http::header::AUTHORIZATION;
use protocol::flow::refusal::Rejection;
use protocol::grant::GrantError;
use protocol::oauth::assertion::ASSERTION_TYPE;
use protocol::oauth::client::{
    AuthenticatedClient, Client, ClientOrigin, Credential, authenticate,
};

use protocol::policy::DocumentPolicy;
use protocol::registration::document::{DocumentError, host_of, is_document_id};

use super::Server;
use super::assertion::claimed_subject;
use super::hashing::Busy;
use crate::config::ClientSecretHash;
use crate::seal::claims::RegistrationClaims;
use crate::upstream::Unobtainable;

/// How a client can authenticate by a header; part of refusals at the endpoints where clients do.
pub(super) const BASIC_CHALLENGE: &str = "Basic realm=\"sealbearer\"";
/// When a client may ask again after our own trouble, in seconds.
pub(super) const RETRY_AFTER_SECONDS: u64 = 1;

/// What a form may bring of client authentication, as it was sent.
#[derive(Default)]
pub(super) struct Sent {
    /// `client_id`
    pub(super) id: Option<String>,
    /// `client_secret`
    pub(super) secret: Option<String>,
    /// `client_assertion`
    pub(super) assertion: Option<String>,
    /// `client_assertion_type`
    pub(super) assertion_type: Option<String>,
}

/// Client authentication by a name and perhaps a secret.
struct Presented {
    id: String,
    secret: Option<String>,
    /// The same, decoded as RFC 6749 §2.3.1 asks; half of all clients do not encode.
    decoded: Option<(String, String)>,
}

/// Why a client is not authenticated, and whether it used the `Authorization` header.
pub(super) struct Unauthenticated {
    pub(super) reason: GrantError,
    pub(super) by_header: bool,
}

/// Why a `client_id` names nobody.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Unresolved {
    /// No such client here.
    Unknown,
    /// Its document cannot be had now.
    Unavailable,
    /// Its document makes no client.
    Invalid(DocumentError),
    /// The operator does not let clients of its host in.
    Denied,
}

impl From<Unresolved> for GrantError {
    fn from(unresolved: Unresolved) -> Self {
        match unresolved {
            Unresolved::Unavailable => Self::ClientUnavailable,
            Unresolved::Unknown | Unresolved::Invalid(_) | Unresolved::Denied => {
                Self::ClientUnknown
            }
        }
    }
}

impl From<Unresolved> for Rejection {
    fn from(unresolved: Unresolved) -> Self {
        match unresolved {
            Unresolved::Unknown => Self::ClientUnknown,
            Unresolved::Unavailable => Self::DocumentUnavailable,
            Unresolved::Invalid(error) => Self::DocumentInvalid(error),
            Unresolved::Denied => Self::HostDenied,
        }
    }
}

impl Server {
    /// The client that `client_id` names.
    pub(super) async fn client(&self, client_id: &str) -> Result<Client, Unresolved> {
        if let Some(client) = self.policy.clients.get(client_id) {
            return Ok(client.clone());
        }
        match &self.policy.documents {
            Some(rules) if is_document_id(client_id, rules) => {
                self.documented(client_id, rules).await
            }
            _ => self.registered(client_id).ok_or(Unresolved::Unknown),
        }
    }

    /// The client whose document is at `url`.
    async fn documented(&self, url: &str, rules: &DocumentPolicy) -> Result<Client, Unresolved> {
        let host = host_of(url).ok_or(Unresolved::Invalid(DocumentError::Url))?;
        if !rules.hosts.permit(&host) {
            return Err(Unresolved::Denied);
        }
        let document = self.client_documents.get(url, self.world.now()).await;
        let document = document.map_err(|reason| match reason {
            Unobtainable::Url(_) => Unresolved::Invalid(DocumentError::Url),
            Unobtainable::Busy | Unobtainable::Unavailable => Unresolved::Unavailable,
            Unobtainable::Invalid(error) => Unresolved::Invalid(error),
        })?;
        document.client(rules, &self.policy).map_err(Unresolved::Invalid)
    }

    /// The client that registered itself, and whose registration this id is.
    fn registered(&self, client_id: &str) -> Option<Client> {
        let rules = &self.policy.registration.as_ref()?.redirect_rules;
        let claims = self.seal.open::<RegistrationClaims>(client_id, self.world.now()).ok()?;
        claims.stage(rules)?.client(client_id.to_owned(), &self.policy)
    }

    /// The client of a request, authenticated in the way it is registered for.
    pub(super) async fn authenticate(
        &self,
        http: &Request,
        sent: Sent,
    ) -> Result<AuthenticatedClient, Unauthenticated> {
        let by_header = http.headers().contains_key(AUTHORIZATION);
        let refuse = |reason| Unauthenticated { reason, by_header };
        if let Some(assertion) = sent.assertion(by_header).map_err(refuse)? {
            return self.assert(assertion, sent.id.as_deref()).await.map_err(refuse);
        }
        let presented = present(http, sent.id, sent.secret).map_err(refuse)?;
        let unresolved = |unresolved: Unresolved| refuse(unresolved.into());
        let (client, secret) = match (self.client(&presented.id).await, presented.decoded) {
            (Ok(client), decoded) => {
                let decoded = decoded.map(|(_, secret)| secret).filter(|secret| !secret.is_empty());
                (client, [presented.secret, decoded])
            }
            (Err(Unresolved::Unknown), Some((id, secret))) => {
                (self.client(&id).await.map_err(unresolved)?, [Some(secret), None])
            }
            (Err(reason), _) => return Err(unresolved(reason)),
        };
        let [first, second] = secret;
        let Some(first) = first else {
            return authenticate(client, Credential::Nothing, |_, _| false)
                .map_err(|fault| refuse(fault.into()));
        };
        let mut matches = self.secret_matches(&client, &first).await.map_err(refuse)?;
        if !matches && let Some(second) = second.filter(|second| *second != first) {
            matches = self.secret_matches(&client, &second).await.map_err(refuse)?;
        }
        authenticate(client, Credential::Secret(&first), |_, _| matches)
            .map_err(|fault| refuse(fault.into()))
    }

    async fn secret_matches(&self, client: &Client, secret: &str) -> Result<bool, GrantError> {
        Ok(match client.origin {
            ClientOrigin::Document => false,
            ClientOrigin::Registered => self.seal.client_secret_matches(&client.id, secret),
            ClientOrigin::Preregistered => match self.client_secrets.get(&client.id) {
                None => false,
                Some(hash @ ClientSecretHash::Sha256(_)) => hash.verify(secret),
                Some(hash @ ClientSecretHash::Argon2(_)) => {
                    let (hash, secret) = (hash.clone(), secret.to_owned());
                    let turn = self.hashing.turn().await.map_err(|Busy| GrantError::Busy)?;
                    turn.run(move || hash.verify(&secret)).await
                }
            },
        })
    }
}

/// The `client_id` that a request claims, before anything is proven; empty where it claims none.
pub(super) fn claimed_id(http: &Request, sent: &Sent) -> String {
    let named = sent.id.clone().or_else(|| sent.assertion.as_deref().and_then(claimed_subject));
    present(http, named, None).map(|presented| presented.id).unwrap_or_default()
}

impl Sent {
    /// The assertion, if that is how the client proves itself.
    fn assertion(&self, by_header: bool) -> Result<Option<&str>, GrantError> {
        match (&self.assertion, &self.assertion_type) {
            (None, None) => Ok(None),
            _ if by_header || self.secret.is_some() => Err(GrantError::ClientTwice),
            (Some(assertion), Some(kind)) if kind == ASSERTION_TYPE => Ok(Some(assertion)),
            (Some(_) | None, Some(_)) | (Some(_), None) => Err(GrantError::AssertionType),
        }
    }
}

/// Reads a name and a secret from header and body.
fn present(
    http: &Request,
    body_id: Option<String>,
    body_secret: Option<String>,
) -> Result<Presented, GrantError> {
    let mut headers = http.headers().get_all(AUTHORIZATION).iter();
    let Some(header) = headers.next() else {
        let id = body_id.ok_or(GrantError::ClientMissing)?;
        return Ok(Presented { id, secret: body_secret, decoded: None });
    };
    if headers.next().is_some() || body_secret.is_some() {
        return Err(GrantError::ClientTwice);
    }
    let text = header.to_str().map_err(|_| GrantError::ClientUnreadable)?;
    let (scheme, encoded) = text.split_once(' ').ok_or(GrantError::ClientUnreadable)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(GrantError::ClientUnreadable);
    }
    let bytes = STANDARD.decode(encoded.trim()).map_err(|_| GrantError::ClientUnreadable)?;
    let pair = String::from_utf8(bytes).map_err(|_| GrantError::ClientUnreadable)?;
    let (id, secret) = pair.split_once(':').ok_or(GrantError::ClientUnreadable)?;
    let decoded = form_decode(id).zip(form_decode(secret));
    let same = |sent: &String| *sent == id || decoded.as_ref().is_some_and(|(id, _)| sent == id);
    if !body_id.as_ref().is_none_or(same) {
        return Err(GrantError::ClientTwice);
    }
    let secret = Some(secret.to_owned()).filter(|secret| !secret.is_empty());
    Ok(Presented { id: id.to_owned(), secret, decoded })
}

/// `application/x-www-form-urlencoded` decoding of one value; `None` if it is not UTF-8.
fn form_decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}
