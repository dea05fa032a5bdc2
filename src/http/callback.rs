//! `GET /oauth/callback/{provider}`: opens the transaction that the browser left with, asks the provider who is there, and
//! goes on to the code.
//!
//! Source: RFC 9700 §4.4 and §4.7, RFC 9207 §2.4, OpenID Connect Core 1.0 §3.1.2.5. Everything that can be known without the
//! provider is judged before it is asked.

use poem::Request;
use protocol::flow::provider::{Answered, Arrival};
use protocol::flow::refusal::Rejection;
use protocol::flow::session::{ConsentDigest, LoginSession};
use protocol::flow::ticket::TICKET_LIFETIME_SECONDS;
use protocol::identity::{Bond, Identified, Profile};
use protocol::ids::CodeId;
use protocol::oauth::client::Client;
use protocol::oauth::resource::Resource;
use protocol::oauth::subject::Subject;
use protocol::oauth::time::UnixTime;
use protocol::policy::KnownProvider;
use protocol::replay::Claim;

use super::Server;
use super::answer::Answer;
use super::audit;
use super::authorize::{ask, refused, remembered, send};
use super::cookies::{Visitor, begun, session_cookie};
use super::grants::{Holding, NotHeld};
use super::provider::{Federated, callback_of, restart_link};
use super::transactions;
use crate::contract::ProviderCallbackQuery;
use crate::ledger::{Unavailable, UseClaim};
use crate::upstream::identity::{Arrival as Asked, Identity, ProviderFault, registered};

/// How many characters of somebody's names are kept: sessions and codes carry them.
const NAME_CHARACTERS_MAX: usize = 64;

/// Why nobody came in.
enum Unidentified {
    /// The provider is of no help.
    Fault(ProviderFault),
    /// Somebody came who may not.
    Denied { cause: &'static str, remedy: &'static str },
    /// The ledger does not answer.
    Unavailable(Unavailable),
}

impl From<ProviderFault> for Unidentified {
    fn from(fault: ProviderFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<NotHeld> for Unidentified {
    fn from(reason: NotHeld) -> Self {
        match reason {
            NotHeld::TooLong => Self::Fault(ProviderFault::TooLong),
            NotHeld::Unavailable(unavailable) => Self::Unavailable(unavailable),
        }
    }
}

/// Answers a browser that comes back from the provider `id`.
pub(super) async fn callback(
    server: &Server,
    http: &Request,
    visitor: &Visitor,
    id: &str,
    query: ProviderCallbackQuery,
    now: UnixTime,
) -> Answer {
    let known = server.policy.provider(id).zip(server.providers.get(id));
    let Some((known, federated)) = known else {
        return Answer::rejected(Rejection::ProviderUnknown);
    };
    let state = query.state.as_deref().unwrap_or_default();
    let Some((cookie, transaction)) = transactions::open(http, server, state, now) else {
        return Answer::rejected(Rejection::TransactionUnknown);
    };
    // Whatever follows, nobody comes back with it a second time.
    let ended = transactions::end(server, &cookie);
    let restart = restart_link(server, transaction.stage().request());
    let answer = match transaction.answered(id, state, visitor.known_digest(), now) {
        Err(Rejection::TransactionExpired) => {
            Answer::rejected(Rejection::TransactionExpired).with_restart(restart)
        }
        Err(reason) => Answer::rejected(reason),
        Ok(answered) => {
            let came = Came { server, visitor, known, federated, restart, now };
            came.go_on(answered, &query).await
        }
    };
    answer.with_cookies([ended])
}

/// A browser that came back as it was expected.
struct Came<'a> {
    server: &'a Server,
    visitor: &'a Visitor,
    known: &'a KnownProvider,
    federated: &'a Federated,
    restart: String,
    now: UnixTime,
}

impl Came<'_> {
    async fn go_on(self, answered: Answered, query: &ProviderCallbackQuery) -> Answer {
        let (server, now) = (self.server, self.now);
        let client = match server.client_of(answered.asked().request()).await {
            Ok(client) => client,
            Err(reason) => return Answer::rejected(reason),
        };
        let issued_at = answered.asked().departed_at();
        let expires_at = issued_at.plus_seconds(TICKET_LIFETIME_SECONDS);
        let claimed = UseClaim { id: answered.use_id(), issued_at, expires_at };
        match server.ledger.claim(claimed, now).await {
            Ok(Claim::First | Claim::NotRemembered) => {}
            Ok(Claim::Repeated { .. }) => return Answer::rejected(Rejection::TransactionUsed),
            Err(unavailable) => return unanswered(&unavailable),
        }
        match self.identify(&answered, query).await {
            Ok(person) => self.let_in(answered, person, &client),
            Err(Unidentified::Fault(fault)) => {
                tracing::warn!(provider = self.known.id, ?fault, "login with a provider failed");
                let back = answered.not_identified().way_back(&server.policy);
                Answer::provider_fault(&fault, self.restart, back)
            }
            Err(Unidentified::Unavailable(unavailable)) => unanswered(&unavailable),
            Err(Unidentified::Denied { cause, remedy }) => {
                tracing::info!(provider = self.known.id, cause, "somebody may not come in");
                let back = answered.not_identified().way_back(&server.policy);
                Answer::not_admitted(cause, remedy, self.restart, back)
            }
        }
    }

    /// Asks the provider who came back, and the rules whether they may.
    async fn identify(
        &self,
        answered: &Answered,
        query: &ProviderCallbackQuery,
    ) -> Result<Identified, Unidentified> {
        let provider = &self.federated.provider;
        if let Some(error) = &query.error {
            provider.confirm_issuer(query.iss.as_deref(), self.now).await?;
            let error = registered(error).to_owned();
            return Err(ProviderFault::Refused { error }.into());
        }
        let code = query.code.as_deref().filter(|code| !code.is_empty());
        let code = code.ok_or(ProviderFault::BadAnswer("it has neither a code nor an error"))?;
        let handshake = answered.asked().handshake();
        let arrival = Asked {
            code,
            code_verifier: &handshake.code_verifier(),
            nonce: Some(&handshake.nonce()),
            redirect_uri: &callback_of(self.server, &self.known.id),
            iss: query.iss.as_deref(),
            // Whether the login is new enough is the client's demand, and it is told.
            max_age_seconds: None,
            now: self.now,
        };
        let identity = provider.arrive(&arrival).await?;
        let bond = self.bond(&identity, &answered.asked().request().resource).await?;
        Ok(Identified { bond, ..identified(self.federated, identity)? })
    }

    /// What tokens for `resource` depend on later.
    async fn bond(
        &self,
        identity: &Identity,
        resource: &Resource,
    ) -> Result<Option<Bond>, NotHeld> {
        let lends = self.known.lends_to.contains(resource);
        if !self.known.binds && !lends {
            return Ok(None);
        }
        let (provider, subject) = (self.known.id.clone(), identity.subject.clone());
        let holding = Holding { provider: &provider, identity, lends };
        let credential = self.server.grants.begin(holding, self.now).await?;
        Ok(Some(Bond { provider, subject, credential }))
    }

    /// The person is known: their session begins, and the client gets its code unless they can allow less than was
    /// allowed before.
    fn let_in(self, answered: Answered, person: Identified, client: &Client) -> Answer {
        let (server, visitor, now) = (self.server, self.visitor, self.now);
        audit::logged_in(&person.subject, Some(&self.known.id));
        let session = begun(server, LoginSession::arrived(&person, now));
        let session = session_cookie(&session, server);
        let request = answered.asked().request().clone();
        let digest = ConsentDigest::of(&person.subject, &request);
        let answer =
            match answered.arrived(person, &server.policy, CodeId(server.world.random()), now) {
                Ok(Arrival::Code(issued)) => {
                    let remembered = remembered(server, visitor, client, digest, now);
                    send(server, client, &request, &issued, now).with_cookies(remembered)
                }
                Ok(Arrival::Consent(stage)) => ask(server, visitor, stage, client, now),
                Err(refusal) => refused(server, &refusal, client, true),
            };
        answer.with_cookies([session])
    }
}

/// Whoever the provider speaks of, if the rules let them in.
fn identified(federated: &Federated, identity: Identity) -> Result<Identified, Unidentified> {
    let admitted = federated.admission.admit(&identity.facts()).map_err(|reason| {
        Unidentified::Denied { cause: reason.cause(), remedy: reason.remedy() }
    })?;
    let subject = Subject::federated(&federated.issuer, &identity.issuer, &identity.subject);
    let short = |name: String| name.chars().take(NAME_CHARACTERS_MAX).collect::<String>();
    Ok(Identified {
        subject: subject.ok_or(ProviderFault::BadAnswer("it does not say who the person is"))?,
        authenticated_at: identity.authenticated_at,
        profile: Profile {
            name: identity.name.map(short),
            preferred_username: identity.preferred_username.map(short),
            email: identity.email.filter(|_| identity.email_verified),
        },
        most: admitted.grantable().cloned(),
        bond: None,
    })
}

/// A page, because the ledger does not answer.
fn unanswered(unavailable: &Unavailable) -> Answer {
    tracing::error!(reason = %unavailable.reason, "the ledger does not answer");
    Answer::ledger_unavailable()
}
