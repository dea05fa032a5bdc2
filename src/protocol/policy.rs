//! What this deployment permits: built from the configuration, asked by every stage.

use std::collections::{BTreeMap, BTreeSet};

use crate::epochs::Epochs;
use crate::grant::GrantType;
use crate::metadata::PossessionRule;
use crate::oauth::algorithm::SigningAlgorithm;
use crate::oauth::built_in::BuiltIn;
use crate::oauth::client::{Client, ClientOrigin, Lifetimes};
use crate::oauth::redirect_uri::{RedirectRules, RegisteredRedirectUri};
use crate::oauth::resource::Resource;
use crate::oauth::scope::Scope;
use crate::oauth::subject::Subject;
use crate::oauth::time::UnixTime;
pub use crate::providers::KnownProvider;
use crate::registration::hosts::HostRules;
use crate::replay::Holder;

pub use crate::scopes::ScopeCatalogue;

/// Everything the rules need to know of the configuration.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The issuer identifier, without a trailing slash.
    pub issuer: String,
    /// Whether authorization responses carry `iss` (RFC 9207).
    pub advertise_iss: bool,
    /// What ID tokens are signed with; `None` where there are none.
    pub identity: Option<SigningAlgorithm>,
    /// The scopes that exist.
    pub scopes: ScopeCatalogue,
    /// The protected resources, the default one first.
    pub resources: Vec<ProtectedResource>,
    /// The clients of the configuration, by id.
    pub clients: BTreeMap<String, Client>,
    /// The people who can log in, by name, and the most each can allow; `None` is everything.
    pub people: BTreeMap<String, Option<Scope>>,
    /// The identity providers that people can log in with, in the order in which pages list them.
    pub providers: Vec<KnownProvider>,
    /// What dynamic registration gives; `None` if it is closed.
    pub registration: Option<RegistrationPolicy>,
    /// What clients get whose id is the URL of a document; `None` if there are none.
    pub documents: Option<DocumentPolicy>,
    /// How refresh tokens behave.
    pub refresh: RefreshMode,
    /// What `offline_access` is good for.
    pub offline_access: OfflineAccess,
    /// How long after a code was redeemed an equally valid redemption is a retry, in seconds.
    pub retry_window_seconds: u64,
    /// Instants before which what was issued is revoked, whatever the ledger remembers.
    pub epochs: Epochs,
    /// Whose access tokens a client may ask about besides its own, by its id.
    pub introspection: BTreeMap<String, BTreeSet<Resource>>,
    /// Whether the ledger can revoke.
    pub revocation: bool,
}

/// Whether and how refresh tokens are issued.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RefreshMode {
    /// None are issued.
    Off,
    /// Each use yields a successor; the ledger notices reuse.
    Rotating,
    /// Each use yields the same successor whoever asks; reuse goes unnoticed.
    Convergent,
}

/// What the scope `offline_access` is good for. A client without a refresh token sends its person to log in every hour, so
/// by default every client that may have one gets one.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct OfflineAccess {
    /// Refresh tokens are for those only who are granted it.
    pub is_needed: bool,
    /// Metadata name it, so that clients ask for it.
    pub is_advertised: bool,
}

/// What a client that registers itself may get.
#[derive(Clone, Debug)]
pub struct RegistrationPolicy {
    /// Which redirect URIs it may register.
    pub redirect_rules: RedirectRules,
    /// Its redirect URIs if it names none.
    pub default_redirect_uris: Vec<RegisteredRedirectUri>,
    /// Whether it may use `client_credentials`, which asks nobody for consent.
    pub client_credentials: bool,
    /// The most it can be granted.
    pub scope: Scope,
    /// How long its tokens live.
    pub lifetimes: Lifetimes,
}

/// What a client may get whose id is the URL of its metadata document.
#[derive(Clone, Debug)]
pub struct DocumentPolicy {
    /// Which redirect URIs it may have.
    pub redirect_rules: RedirectRules,
    /// Whether its https redirect URIs must be at the same site as its document.
    pub same_origin_redirects: bool,
    /// Whether documents of this computer are read, by http too; for demonstrations only.
    pub allow_loopback: bool,
    /// Whose documents are read, and of whose people are warned.
    pub hosts: HostRules,
    /// The most it can be granted.
    pub scope: Scope,
    /// How long its tokens live.
    pub lifetimes: Lifetimes,
}

/// One protected resource.
#[derive(Clone, Debug)]
pub struct ProtectedResource {
    /// Its canonical identifier: the URL people paste.
    pub resource: Resource,
    /// The name people read.
    pub name: String,
    /// What a request without credentials is told to ask for, and what metadata lists.
    pub scope: Scope,
    /// What every request needs; without it a token is good for nothing here.
    pub required: Scope,
    /// Whether it is served here, so that we guard it and publish its metadata.
    pub is_served: bool,
    /// How access tokens for it are written.
    pub form: TokenForm,
    /// Other issuers whose tokens it takes; none if it takes ours.
    pub authorization_servers: Vec<String>,
    /// Whether its tokens may be bound to keys.
    pub possession: PossessionRule,
}

/// How access tokens for a resource are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TokenForm {
    /// Sealed: nobody but this deployment can read them.
    Sealed,
    /// Signed (RFC 9068): whoever has our public keys can verify and read them.
    Signed(SigningAlgorithm),
    /// Signed, then encrypted to the key of the resource server.
    SealedTo(SigningAlgorithm),
}

impl TokenForm {
    /// What they are signed with; `None` for what nobody else verifies.
    #[must_use]
    pub fn algorithm(self) -> Option<SigningAlgorithm> {
        match self {
            Self::Sealed => None,
            Self::Signed(algorithm) | Self::SealedTo(algorithm) => Some(algorithm),
        }
    }
}

/// A resource was asked for that this deployment does not protect, or none where the choice is not obvious.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TargetFault {
    /// `resource` is no absolute URI without a fragment.
    Malformed,
    /// No such resource here.
    Unknown,
    /// No `resource`, and more than one it could mean.
    Missing,
    /// More than one resource in one request.
    Several,
}

impl Policy {
    /// The resource a request means.
    ///
    /// `sent`: every `resource` parameter. None means the only one there is. The bare origin of the only resource there
    /// is means that resource, since some clients send no more (RFC 8707 §2 leaves the choice to us). A resource that
    /// demands what is reserved is never meant without its name.
    ///
    /// # Errors
    ///
    /// The [`TargetFault`]; the wire hears `invalid_target`.
    pub fn target(&self, sent: &[String]) -> Result<&ProtectedResource, TargetFault> {
        let mut wanted = BTreeSet::new();
        for text in sent {
            wanted.insert(Resource::parse(text).map_err(|_| TargetFault::Malformed)?);
        }
        let mut wanted = wanted.into_iter();
        let is_for_all = |known: &&ProtectedResource| !self.scopes.is_reserved(&known.required);
        let mut for_all = self.ours().filter(is_for_all);
        let only = for_all.next().filter(|_| for_all.next().is_none());
        match (wanted.next(), wanted.next()) {
            (None, _) => only.ok_or(TargetFault::Missing),
            (Some(_), Some(_)) => Err(TargetFault::Several),
            (Some(wanted), None) => {
                let by_origin = || only.filter(|only| only.resource.origin() == wanted);
                self.resource(&wanted).or_else(by_origin).ok_or(TargetFault::Unknown)
            }
        }
    }

    /// Whether a request for `scope` is one of OpenID Connect.
    #[must_use]
    pub fn is_login(&self, scope: Option<&Scope>) -> bool {
        self.identity.is_some() && scope.is_some_and(|scope| BuiltIn::OpenId.is_in(scope))
    }

    /// The protected resource with this canonical identifier, if tokens for it are issued here.
    #[must_use]
    pub fn resource(&self, resource: &Resource) -> Option<&ProtectedResource> {
        self.ours().find(|known| known.resource == *resource)
    }

    /// The protected resources for which tokens are issued here; for the others their own issuers do that.
    fn ours(&self) -> impl Iterator<Item = &ProtectedResource> {
        self.resources.iter().filter(|known| known.authorization_servers.is_empty())
    }

    /// How access tokens for `resource` are written; `None` if it is none of this deployment.
    #[must_use]
    pub fn form_of(&self, resource: &Resource) -> Option<TokenForm> {
        self.resource(resource).map(|known| known.form)
    }

    /// The protected resources that are served here, the default one first.
    #[must_use]
    pub fn served(&self) -> impl DoubleEndedIterator<Item = &ProtectedResource> {
        self.resources.iter().filter(|known| known.is_served)
    }

    /// The most that `client` can ask a person for.
    ///
    /// A client that registered itself named the scopes it knew of then. Told that an operation needs more, it asks for
    /// more, and the person decides (MCP 2026-07-28, step-up); without a person what it registered for is the limit.
    #[must_use]
    pub fn askable<'a>(&'a self, client: &'a Client) -> &'a Scope {
        match (client.origin, &self.registration) {
            (ClientOrigin::Registered, Some(rules)) => &rules.scope,
            (
                ClientOrigin::Preregistered | ClientOrigin::Document | ClientOrigin::Registered,
                _,
            ) => &client.scope,
        }
    }

    /// What `subject` can allow of `scope`.
    #[must_use]
    pub fn allowable(&self, subject: &Subject, scope: &Scope) -> Scope {
        match subject {
            Subject::Client(_) => scope.clone(),
            Subject::Person(name) => match self.people.get(name) {
                None => Scope::default(),
                Some(most) => self.within(most.as_ref(), scope),
            },
            // What the provider says of them is not known here.
            Subject::Federated { .. } if self.knows(subject) => self.scopes.unreserved(scope),
            Subject::Federated { .. } => Scope::default(),
        }
    }

    /// What somebody can allow of `scope` who can allow no more than `most`: `None` is everything but what is reserved.
    #[must_use]
    pub fn within(&self, most: Option<&Scope>, scope: &Scope) -> Scope {
        match most {
            None => self.scopes.unreserved(scope),
            Some(most) => self.no_more_than(most, scope),
        }
    }

    /// `scope` without what exceeds `most` and what follows from it. What is told of the person themselves is theirs to
    /// tell.
    #[must_use]
    fn no_more_than(&self, most: &Scope, scope: &Scope) -> Scope {
        scope.intersection(&self.scopes.closure(most).union(&BuiltIn::scope()))
    }

    /// Whether the configuration revoked what `holder` holds.
    #[must_use]
    pub fn has_revoked(&self, holder: &Holder, now: UnixTime) -> bool {
        self.epochs.cover(holder, now)
    }

    /// Whether `client` may ask about access tokens for `resource`, whoever holds them.
    #[must_use]
    pub fn may_introspect(&self, client: &Client, resource: &Resource) -> bool {
        self.introspection.get(&client.id).is_some_and(|resources| resources.contains(resource))
    }

    /// Whether `client` gets a refresh token with `scope`.
    #[must_use]
    pub fn issues_refresh_tokens(&self, client: &Client, scope: &Scope) -> bool {
        self.refresh != RefreshMode::Off
            && client.may_use(GrantType::RefreshToken)
            && (!self.offline_access.is_needed || BuiltIn::OfflineAccess.is_in(scope))
    }

    /// Whether `subject` still exists here. A client is known by the act of authenticating it.
    #[must_use]
    pub fn knows(&self, subject: &Subject) -> bool {
        match subject {
            Subject::Person(name) => self.people.contains_key(name),
            Subject::Client(_) => true,
            Subject::Federated { .. } => self.provider_of(subject).is_some(),
        }
    }
}
