//! What this deployment permits: built from the configuration, asked by every stage.

use std::collections::{BTreeMap, BTreeSet};

use crate::epochs::Epochs;
use crate::grant::GrantType;
use crate::oauth::algorithm::SigningAlgorithm;
use crate::oauth::built_in::BuiltIn;
use crate::oauth::client::{Client, Lifetimes};
use crate::oauth::redirect_uri::{RedirectRules, RegisteredRedirectUri};
use crate::oauth::resource::Resource;
use crate::oauth::scope::{Scope, ScopeToken};
use crate::oauth::subject::Subject;
use crate::oauth::time::UnixTime;
pub use crate::providers::KnownProvider;
use crate::registration::hosts::HostRules;
use crate::replay::Holder;

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

/// The scopes that exist, what they mean, and what follows from what.
#[derive(Clone, Debug, Default)]
pub struct ScopeCatalogue {
    entries: BTreeMap<ScopeToken, ScopeEntry>,
    default: Scope,
    advertised: Scope,
    unticked: Scope,
}

#[derive(Clone, Debug)]
struct ScopeEntry {
    description: String,
    implies: Scope,
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
    /// is means that resource, since some clients send no more (RFC 8707 §2 leaves the choice to us).
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
        match (wanted.next(), wanted.next(), self.resources.as_slice()) {
            (None, _, [only]) => Ok(only),
            (None, _, _) => Err(TargetFault::Missing),
            (Some(_), Some(_), _) => Err(TargetFault::Several),
            (Some(wanted), None, resources) => {
                let exact = resources.iter().find(|known| known.resource == wanted);
                match (exact, resources) {
                    (Some(known), _) => Ok(known),
                    (None, [only]) if only.resource.origin() == wanted => Ok(only),
                    (None, _) => Err(TargetFault::Unknown),
                }
            }
        }
    }

    /// The protected resource with this canonical identifier.
    #[must_use]
    pub fn resource(&self, resource: &Resource) -> Option<&ProtectedResource> {
        self.resources.iter().find(|known| known.resource == *resource)
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

    /// What `subject` can allow of `scope`.
    #[must_use]
    pub fn allowable(&self, subject: &Subject, scope: &Scope) -> Scope {
        match subject {
            Subject::Client(_) => scope.clone(),
            Subject::Person(name) => match self.people.get(name) {
                None => Scope::default(),
                Some(None) => scope.clone(),
                Some(Some(most)) => self.no_more_than(most, scope),
            },
            // What the provider says of them is not known here.
            Subject::Federated { .. } if self.knows(subject) => scope.clone(),
            Subject::Federated { .. } => Scope::default(),
        }
    }

    /// `scope` without what exceeds `most` and what follows from it. What is told of the person themselves is theirs to
    /// tell.
    #[must_use]
    pub fn no_more_than(&self, most: &Scope, scope: &Scope) -> Scope {
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

impl ScopeCatalogue {
    /// Adds a scope. `by_default`: granted to requests that name no scope.
    pub fn add(
        &mut self,
        token: ScopeToken,
        description: String,
        implies: Scope,
        by_default: bool,
    ) {
        if by_default {
            self.default = self.default.iter().cloned().chain([token.clone()]).collect();
            self.advertise(token.clone(), true);
        }
        self.entries.insert(token, ScopeEntry { description, implies });
    }

    /// Adds a scope whose meaning the server gives itself; it is never granted by default.
    pub fn add_built_in(&mut self, scope: BuiltIn) {
        self.add(scope.token(), scope.description().to_owned(), Scope::default(), false);
    }

    /// Whether metadata name `token`, if they shall not simply name what is granted by default.
    pub fn advertise(&mut self, token: ScopeToken, is_advertised: bool) {
        let token = [token].into_iter().collect();
        self.advertised = if is_advertised {
            self.advertised.union(&token)
        } else {
            self.advertised.without(&token)
        };
    }

    /// Leaves `token` for the person to tick: it is not allowed unless they do.
    pub fn leave_unticked(&mut self, token: ScopeToken) {
        self.unticked = self.unticked.union(&[token].into_iter().collect());
    }

    /// What authorization server metadata name: what is granted by default, and what is marked. Some clients ask for
    /// all that is named, so it is no more than basic use needs.
    #[must_use]
    pub fn advertised(&self) -> &Scope {
        &self.advertised
    }

    /// What the consent page begins with of `scope`.
    #[must_use]
    pub fn ticked(&self, scope: &Scope) -> Scope {
        scope.without(&self.unticked)
    }

    /// Every scope there is.
    #[must_use]
    pub fn all(&self) -> Scope {
        self.entries.keys().cloned().collect()
    }

    /// Whether there is a scope that is written so.
    #[must_use]
    pub fn declares(&self, text: &str) -> bool {
        ScopeToken::parse(text).is_ok_and(|token| self.entries.contains_key(&token))
    }

    /// What a request that names no scope means.
    #[must_use]
    pub fn default_scope(&self) -> &Scope {
        &self.default
    }

    /// What a scope means, in words for people.
    #[must_use]
    pub fn description(&self, token: &ScopeToken) -> Option<&str> {
        self.entries.get(token).map(|entry| entry.description.as_str())
    }

    /// `scope` and everything that follows from it.
    #[must_use]
    pub fn closure(&self, scope: &Scope) -> Scope {
        let mut reached = BTreeSet::new();
        let mut open: Vec<ScopeToken> = scope.iter().cloned().collect();
        while let Some(token) = open.pop() {
            if let Some(entry) = self.entries.get(&token) {
                open.extend(entry.implies.iter().filter(|next| !reached.contains(*next)).cloned());
            }
            reached.insert(token);
        }
        reached.into_iter().collect()
    }

    /// Whether `needed` follows from `granted`.
    #[must_use]
    pub fn implies(&self, granted: &str, needed: &str) -> bool {
        let Ok(granted) = ScopeToken::parse(granted) else { return false };
        let reached = self.closure(&[granted].into_iter().collect());
        reached.iter().any(|token| token.as_str() == needed)
    }

    /// What to grant of `requested` to somebody who may have `most` at most.
    ///
    /// Unknown and excess tokens are dropped, not refused; nothing left, or nothing asked, means the default.
    #[must_use]
    pub fn grantable(&self, requested: Option<&Scope>, most: &Scope) -> Scope {
        let allowed = self.closure(most).intersection(&self.all());
        let kept = requested.map(|scope| scope.intersection(&allowed)).unwrap_or_default();
        // How long access lasts does not say what it is for.
        if kept.at_resources().is_empty() {
            kept.union(&self.default.intersection(&allowed))
        } else {
            kept
        }
    }
}
