//! Providers at which people log in: departure, arrival, renewal. Nothing here knows tickets, cookies or pages.
//!
//! Source: OpenID Connect Core 1.0 §3.1, Discovery 1.0 §4, RFC 6749 §4.1, RFC 7636, RFC 9207; GitHub's own documentation for
//! what it does instead. What an answer must say is decided by [`protocol::federation`]; here it is asked for, within so
//! much time and so many bytes, and whatever comes is either what was asked for or a [`ProviderFault`].

pub mod circuit;
mod discovery;
mod fault;
mod github;
mod openid;
mod plain;
mod secret;
mod settings;
mod tokens;

use std::fmt;
use std::sync::Arc;

use protocol::federation::admission::Facts;
use protocol::federation::told::{Groups, Told};
use protocol::oauth::time::UnixTime;
use serde_json::Value;
use tokio::time::{Duration, timeout};
use url::Url;

use super::{Asking, Bounds, Cached, Limits, Target, Upstream};
use crate::seal::foreign::KeySet;
use circuit::Circuit;

pub use discovery::{METADATA_BYTES_MAX, Metadata, MetadataFault};
pub use fault::ProviderFault;
pub use openid::{ID_TOKEN, ID_TOKEN_BYTES_MAX};
pub use secret::Secret;
pub use settings::{
    ClientAuthentication, Dialect, GitHub, Membership, OAuth2, OpenId, ProviderSettings,
};
pub use tokens::{ANSWER_BYTES_MAX, ProviderTokens, TOKEN_BYTES_MAX, registered};

/// Questions to one provider: how long one may take, and how many there may be.
pub const LIMITS: Limits = Limits {
    deadline: Duration::from_secs(5),
    at_once_max: 32,
    at_once_per_host_max: 32,
    pending_max: 256,
};
/// How many fifths of the time for one question all of a login or renewal may take together: 12 seconds.
const DEADLINE_FIFTHS: u32 = 12;
/// What is remembered of one provider: its discovery document and its keys, and the ones before.
const BOUNDS: Bounds =
    Bounds { entries_max: 8, bytes_max: 1024 * 1024, stale_seconds_max: 24 * 60 * 60 };

/// One provider.
pub struct Provider {
    settings: ProviderSettings,
    upstream: Arc<Upstream>,
    metadata: Cached<Metadata>,
    keys: Cached<KeySet>,
    circuit: Circuit,
    /// How long all questions of one login or renewal may take together.
    deadline: Duration,
}

/// What a login asks of a provider.
#[derive(Clone, Copy)]
pub struct LoginAsked<'a> {
    /// Where the browser comes back to.
    pub redirect_uri: &'a str,
    /// What it comes back with, of at most 64 characters.
    pub state: &'a str,
    /// What the ID token must repeat; only `OpenID` providers hear of it.
    pub nonce: Option<&'a str>,
    /// `S256` of the code verifier.
    pub code_challenge: &'a str,
    /// Who the person probably is.
    pub login_hint: Option<&'a str>,
    /// What the person shall be asked, as the client said it.
    pub prompt: Option<&'a str>,
    /// How long ago they may have proved who they are, in seconds.
    pub max_age_seconds: Option<u64>,
    /// The current time.
    pub now: UnixTime,
}

/// Where the browser goes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Departure {
    /// The authorization request.
    pub authorization_url: String,
}

/// What the browser came back with, and what was remembered of when it left.
#[derive(Clone, Copy)]
pub struct Arrival<'a> {
    /// The code.
    pub code: &'a str,
    /// What the code challenge was made from.
    pub code_verifier: &'a str,
    /// What the ID token must repeat.
    pub nonce: Option<&'a str>,
    /// Where the browser came back to.
    pub redirect_uri: &'a str,
    /// Who says that this is their answer (RFC 9207).
    pub iss: Option<&'a str>,
    /// How long ago the person may have proved who they are, in seconds, if that was asked for.
    pub max_age_seconds: Option<u64>,
    /// The current time.
    pub now: UnixTime,
}

/// Somebody, by the word of their provider. Known for ever by issuer and subject together; the rest may change.
#[derive(Clone)]
pub struct Identity {
    /// Who vouches for them.
    pub issuer: String,
    /// Who they are there.
    pub subject: String,
    /// Their address, as the provider writes it.
    pub email: Option<String>,
    /// Whether the provider verified that it is theirs, and its word on that counts.
    pub email_verified: bool,
    /// What they are called.
    pub name: Option<String>,
    /// What they log in with there.
    pub preferred_username: Option<String>,
    /// What they belong to.
    pub groups: Groups,
    /// The domain that their account belongs to.
    pub hosted_domain: Option<String>,
    /// When they proved who they are there, if that was said.
    pub authenticated_at: Option<UnixTime>,
    /// What the provider gave for them.
    pub tokens: ProviderTokens,
}

impl Identity {
    /// What rules of admission look at.
    #[must_use]
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            issuer: &self.issuer,
            subject: &self.subject,
            email: self.email.as_deref(),
            email_verified: self.email_verified,
            hosted_domain: self.hosted_domain.as_deref(),
            groups: &self.groups,
        }
    }

    /// Somebody of whom only this is known so far.
    fn of(issuer: String, subject: String, told: Told, tokens: ProviderTokens) -> Self {
        Self {
            issuer,
            subject,
            email: told.email,
            email_verified: told.email_verified,
            name: told.name,
            preferred_username: told.preferred_username,
            groups: told.groups,
            hosted_domain: None,
            authenticated_at: None,
            tokens,
        }
    }
}

impl fmt::Debug for Identity {
    /// Nothing about the person but who they are.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Identity");
        shown.field("issuer", &self.issuer).field("subject", &self.subject).finish_non_exhaustive()
    }
}

impl Provider {
    /// A provider that is asked beside `way_out`, with places and a patience of its own.
    #[must_use]
    pub fn new(settings: ProviderSettings, way_out: &Upstream) -> Self {
        Self::within(settings, way_out, LIMITS)
    }

    /// The same with other limits.
    #[must_use]
    pub fn within(settings: ProviderSettings, way_out: &Upstream, limits: Limits) -> Self {
        let upstream = Arc::new(way_out.to_configured(settings.dialect.origins(), limits));
        Self {
            metadata: Cached::new(Arc::clone(&upstream), BOUNDS),
            keys: Cached::new(Arc::clone(&upstream), BOUNDS),
            circuit: Circuit::default(),
            deadline: limits.deadline * DEADLINE_FIFTHS / 5,
            settings,
            upstream,
        }
    }

    /// Where the browser goes for this login.
    ///
    /// # Errors
    ///
    /// [`ProviderFault`], if the provider is not known well enough now, or in trouble.
    pub async fn departure(&self, asked: &LoginAsked<'_>) -> Result<Departure, ProviderFault> {
        self.circuit.is_closed(asked.now)?;
        match &self.settings.dialect {
            Dialect::OpenId(openid) => self.depart_openid(openid, asked).await,
            Dialect::GitHub(github) => self.depart_github(github, asked),
            Dialect::OAuth2(oauth2) => self.depart_plain(oauth2, asked),
        }
    }

    /// Who came back. The answer's issuer is judged before its code is sent anywhere.
    ///
    /// # Errors
    ///
    /// [`ProviderFault`], after little more than two questions may take, however many there are.
    pub async fn arrive(&self, arrival: &Arrival<'_>) -> Result<Identity, ProviderFault> {
        let arriving = async {
            let identity = match &self.settings.dialect {
                Dialect::OpenId(openid) => self.arrive_openid(openid, arrival).await,
                Dialect::GitHub(github) => self.arrive_github(github, arrival).await,
                Dialect::OAuth2(oauth2) => self.arrive_plain(oauth2, arrival).await,
            }?;
            if self.settings.wants_renewal && identity.tokens.renewal().is_none() {
                return Err(ProviderFault::NotRenewable);
            }
            Ok(identity)
        };
        self.guarded(arrival.now, arriving).await
    }

    /// Who `subject` is by now, and what renews them the next time. `renewal`: what [`ProviderTokens::renewal`] was.
    ///
    /// # Errors
    ///
    /// [`ProviderFault`]: whatever is not [passing](ProviderFault::is_passing) means that access is over.
    pub async fn renew(
        &self,
        renewal: &str,
        subject: &str,
        now: UnixTime,
    ) -> Result<Identity, ProviderFault> {
        let renewing = async {
            let (kind, token) = renewal.split_once('.').ok_or(ProviderFault::AccessEnded)?;
            let token = Secret::new(token);
            let identity = match (&self.settings.dialect, kind) {
                (Dialect::OpenId(openid), "r") => {
                    self.renew_openid(openid, &token, subject, now).await
                }
                (Dialect::OpenId(openid), "a") => {
                    self.look_again_openid(openid, token, subject, now).await
                }
                (Dialect::GitHub(github), "r") => self.renew_github(github, &token, now).await,
                (Dialect::GitHub(github), "a") => self.look_again_github(github, token).await,
                (Dialect::OAuth2(oauth2), "r") => self.renew_plain(oauth2, &token, now).await,
                (Dialect::OAuth2(oauth2), "a") => self.look_again_plain(oauth2, token).await,
                _ => Err(ProviderFault::AccessEnded),
            }?;
            if identity.subject == subject { Ok(identity) } else { Err(ProviderFault::AccessEnded) }
        };
        self.guarded(now, renewing).await
    }

    /// Whether an answer names the provider it should be from, for answers that are errors; [`Self::arrive`] looks by
    /// itself.
    ///
    /// # Errors
    ///
    /// [`ProviderFault::OtherIssuer`], or why the provider is not known well enough to tell.
    pub async fn confirm_issuer(
        &self,
        iss: Option<&str>,
        now: UnixTime,
    ) -> Result<(), ProviderFault> {
        match &self.settings.dialect {
            Dialect::OpenId(openid) => {
                let metadata = self.metadata(openid, now).await?;
                openid::confirm_issuer(openid, &metadata, iss)
            }
            Dialect::GitHub(github) => plain::confirm_issuer(&github.issuer(), iss),
            Dialect::OAuth2(oauth2) => plain::confirm_issuer(&oauth2.issuer, iss),
        }
    }

    /// Where the browser goes to log out there too; `None` where the provider has no such place.
    /// `redirect_uri`: where it comes back to, as registered with the provider.
    pub async fn farewell(&self, redirect_uri: &str, now: UnixTime) -> Option<String> {
        let Dialect::OpenId(openid) = &self.settings.dialect else { return None };
        let metadata = self.metadata(openid, now).await.ok()?;
        let endpoint = self.target(metadata.end_session_endpoint.as_deref()?).ok()?;
        let parameters = [
            ("client_id", self.settings.client_id.as_str()),
            ("post_logout_redirect_uri", redirect_uri),
        ];
        Some(with_parameters(&endpoint, parameters))
    }

    /// Asks only a provider that may be asked now, and so long at the most.
    async fn guarded<T>(
        &self,
        now: UnixTime,
        asking: impl Future<Output = Result<T, ProviderFault>>,
    ) -> Result<T, ProviderFault> {
        self.circuit.enter(now)?;
        let outcome = timeout(self.deadline, asking).await.unwrap_or(Err(ProviderFault::TimedOut));
        self.circuit.note(&outcome, now);
        outcome
    }

    /// A URL as one that may be asked.
    fn target(&self, url: &str) -> Result<Target, ProviderFault> {
        let problem = "it names a place that is not on the internet by https";
        self.upstream.target(url).map_err(|_| ProviderFault::BadAnswer(problem))
    }

    /// What every authorization request has.
    fn request_to(
        &self,
        endpoint: &Target,
        asked: &LoginAsked<'_>,
        more: &[(&str, &str)],
    ) -> Departure {
        let scope = self.settings.scopes.join(" ");
        let common = [
            ("response_type", "code"),
            ("client_id", self.settings.client_id.as_str()),
            ("redirect_uri", asked.redirect_uri),
            ("scope", scope.as_str()),
            ("state", asked.state),
            ("code_challenge", asked.code_challenge),
            ("code_challenge_method", "S256"),
        ];
        let parameters = common.into_iter().chain(more.iter().copied());
        let parameters = parameters.filter(|(_, value)| !value.is_empty());
        Departure { authorization_url: with_parameters(endpoint, parameters) }
    }

    /// Asks for JSON with an access token; the status is left to the caller.
    async fn look_at(
        &self,
        url: &str,
        accept: &'static str,
        access: &Secret,
    ) -> Result<(u16, Value), ProviderFault> {
        let bearer = format!("Bearer {}", access.expose());
        let asking = Asking { accept, authorization: Some(&bearer), posted: None };
        let reply = self.upstream.question(&self.target(url)?, &asking, ANSWER_BYTES_MAX).await?;
        let answer = protocol::json::parse(&reply.bytes);
        Ok((reply.status, answer.map_err(|_| ProviderFault::BadAnswer("it is not JSON"))?))
    }
}

/// `endpoint` with more parameters: those it has stay (RFC 6749 §3.1).
fn with_parameters<'a>(
    endpoint: &Target,
    parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut url = Url::parse(endpoint.as_str()).expect("a target is a URL");
    url.query_pairs_mut().extend_pairs(parameters);
    url.into()
}

/// A renewal that is refused for good says that access is over.
fn over(fault: ProviderFault) -> ProviderFault {
    match &fault {
        ProviderFault::Refused { error }
            if ["invalid_grant", "bad_refresh_token", "interaction_required", "login_required"]
                .contains(&error.as_str()) =>
        {
            ProviderFault::AccessEnded
        }
        _ => fault,
    }
}
