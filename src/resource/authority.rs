//! Whose access tokens are taken, and how they are verified.
//! Source: RFC 9068 §4, RFC 7662, RFC 8725 §3.1 and §3.10. A token names its issuer only to say whose keys to try: keys come
//! from where that issuer is known from, and no other issuer's are tried.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::dpop::Binding;
use protocol::oauth::time::UnixTime;
use url::Url;
use zeroize::Zeroizing;

use super::access_token::{self, PLAIN_JWT, RFC_9068};
use super::discovery::{Metadata, Places};
use super::introspection::{Answers, Asking, REMEMBERED_SECONDS};
use super::shape::Shape;
use crate::gateway::{Unverified, Verified, Verify};
use crate::keys::KeyRing;
use crate::ledger::Ledger;
use crate::seal::Seal;
use crate::seal::claims::AccessClaims;
use crate::seal::foreign::{ForeignFault, ForeignJwt, ForeignKind, KeySet};
use crate::upstream::{Bounds, Cached, Unobtainable, Upstream};
use crate::world::World;

/// How long keys and metadata are used that cannot be fetched again, in seconds.
const STALE_SECONDS_MAX: u64 = 86_400;

/// Somebody whose access tokens are taken: [`Signed`], [`Introspected`] or [`Sealed`].
#[derive(Clone, Debug)]
pub struct Authority(pub(super) Means);

#[derive(Clone, Debug)]
pub(super) enum Means {
    Signed(Signed),
    Introspected(Introspected),
    Sealed(Sealed),
}

/// An issuer whose tokens are JWTs that anybody can verify who has its public keys.
#[derive(Clone, Debug)]
pub struct Signed {
    issuer: String,
    keys: Keys,
    kind: ForeignKind,
}

/// Where the keys of an issuer are.
#[derive(Clone, Debug)]
pub enum Keys {
    /// Where its metadata say.
    Discovered,
    /// At this URL.
    At(String),
    /// Here; they do not change.
    Given(KeySet),
}

/// An issuer that is asked about its tokens.
#[derive(Clone)]
pub struct Introspected {
    issuer: String,
    endpoint: Option<String>,
    client_id: String,
    client_secret: Zeroizing<String>,
    remembered_seconds: u64,
}

/// A Sealbearer whose key ring this process has. Whoever has it can make tokens too, so it is for servers in the same hands;
/// for all others there are signatures and introspection.
#[derive(Clone)]
pub struct Sealed {
    issuer: String,
    seal: Arc<Seal>,
    ledger: Option<Arc<dyn Ledger>>,
}

impl Signed {
    /// The issuer named `issuer`, in the spelling of its metadata: an `https` URL (`http` on a loopback host). Its tokens say
    /// that they are access tokens (`typ` is `at+jwt`, RFC 9068); its keys are where its metadata say.
    #[must_use]
    pub fn by(issuer: &str) -> Self {
        Self { issuer: issuer.to_owned(), keys: Keys::Discovered, kind: RFC_9068 }
    }

    /// With the keys that are there.
    #[must_use]
    pub fn keys(self, keys: Keys) -> Self {
        Self { keys, ..self }
    }

    /// With these algorithms only. Without: ES256, `EdDSA` with Ed25519, RS256.
    #[must_use]
    pub fn algorithms(mut self, algorithms: &'static [SigningAlgorithm]) -> Self {
        self.kind.algorithms = algorithms;
        self
    }

    /// Whose tokens do not say what they are, as those of many issuers older than RFC 9068. What bears the marks of an ID
    /// token, a logout token or a refresh token is refused; all else is told by `aud` alone.
    #[must_use]
    pub fn plain(mut self) -> Self {
        self.kind = ForeignKind { algorithms: self.kind.algorithms, ..PLAIN_JWT };
        self
    }
}

impl Introspected {
    /// The issuer named `issuer`, which knows us as the client `client_id`. Where it is asked is what its metadata say.
    #[must_use]
    pub fn by(issuer: &str, client_id: &str, client_secret: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            endpoint: None,
            client_id: client_id.to_owned(),
            client_secret: Zeroizing::new(client_secret.to_owned()),
            remembered_seconds: REMEMBERED_SECONDS,
        }
    }

    /// Asked at this URL.
    #[must_use]
    pub fn at(self, endpoint: &str) -> Self {
        Self { endpoint: Some(endpoint.to_owned()), ..self }
    }

    /// Whose answers are believed for so many seconds, and never beyond the end of the token. 0: for one request.
    #[must_use]
    pub fn remembered(self, seconds: u64) -> Self {
        Self { remembered_seconds: seconds, ..self }
    }
}

impl Sealed {
    /// The tokens of the Sealbearer at `issuer`, with the key ring of its nodes. Without a ledger nothing is known of what
    /// was revoked.
    #[must_use]
    pub fn by(issuer: &str, ring: &KeyRing, ledger: Option<Arc<dyn Ledger>>) -> Self {
        Self { issuer: issuer.to_owned(), seal: Arc::new(Seal::new(issuer, ring)), ledger }
    }
}

impl Authority {
    /// Whose tokens they are.
    #[must_use]
    pub fn issuer(&self) -> &str {
        match &self.0 {
            Means::Signed(signed) => &signed.issuer,
            Means::Introspected(introspected) => &introspected.issuer,
            Means::Sealed(sealed) => &sealed.issuer,
        }
    }

    /// Every URL it is configured with, with what it is.
    pub(super) fn urls(&self) -> Vec<(&'static str, &str)> {
        let mut urls = vec![("the issuer", self.issuer())];
        match &self.0 {
            Means::Signed(Signed { keys: Keys::At(url), .. }) => urls.push(("the keys", url)),
            Means::Introspected(Introspected { endpoint: Some(url), .. }) => {
                urls.push(("the introspection endpoint", url));
            }
            Means::Signed(_) | Means::Introspected(_) | Means::Sealed(_) => {}
        }
        urls
    }
}

impl From<Signed> for Authority {
    fn from(signed: Signed) -> Self {
        Self(Means::Signed(signed))
    }
}

impl From<Introspected> for Authority {
    fn from(introspected: Introspected) -> Self {
        Self(Means::Introspected(introspected))
    }
}

impl From<Sealed> for Authority {
    fn from(sealed: Sealed) -> Self {
        Self(Means::Sealed(sealed))
    }
}

impl fmt::Debug for Introspected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Introspected");
        shown.field("issuer", &self.issuer).field("endpoint", &self.endpoint);
        shown.field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sealed").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// All authorities of one resource, and what was learnt of them.
pub struct Authorities {
    known: Vec<(Authority, Places)>,
    resource: String,
    metadata: Cached<Metadata>,
    keys: Cached<KeySet>,
    answers: Answers,
    world: Arc<dyn World>,
}

impl Authorities {
    /// Asks through `upstream`, which should be one for hosts that the operator configured ([`Upstream::of_operator`]).
    ///
    /// An issuer that is no URL has no metadata, so its tokens are refused; [`super::Builder::build`] tells it earlier.
    #[must_use]
    pub fn new(
        resource: &str,
        authorities: Vec<Authority>,
        upstream: &Arc<Upstream>,
        world: Arc<dyn World>,
    ) -> Self {
        let bounds = Bounds { stale_seconds_max: STALE_SECONDS_MAX, ..Bounds::default() };
        let with_places = |authority: Authority| {
            let url = Url::parse(authority.issuer()).ok()?;
            let places = Places::of(&url, authority.issuer());
            Some((authority, places))
        };
        Self {
            known: authorities.into_iter().filter_map(with_places).collect(),
            resource: resource.to_owned(),
            metadata: Cached::new(Arc::clone(upstream), bounds),
            keys: Cached::new(Arc::clone(upstream), bounds),
            answers: Answers::new(Arc::clone(upstream)),
            world,
        }
    }

    /// The issuers, in order.
    pub fn issuers(&self) -> impl Iterator<Item = &str> {
        self.known.iter().map(|(authority, _)| authority.issuer())
    }

    async fn signed(
        &self,
        signed: &Signed,
        places: &Places,
        access_token: &str,
        now: UnixTime,
    ) -> Result<Verified, Unverified> {
        let issuer = &signed.issuer;
        let refused = |fault: &dyn fmt::Debug| {
            tracing::info!(issuer, ?fault, "access token refused");
            Unverified::NotAccepted
        };
        // What says that it is an access token need not be told from other tokens by what it says besides.
        let typed = ForeignKind { algorithms: signed.kind.algorithms, ..RFC_9068 };
        let (jwt, is_typed) = if let Ok(jwt) = ForeignJwt::parse(access_token, &typed) {
            (jwt, true)
        } else {
            let jwt = ForeignJwt::parse(access_token, &signed.kind);
            (jwt.map_err(|fault| refused(&fault))?, false)
        };
        let claims = match &signed.keys {
            Keys::Given(keys) => jwt.verify(keys),
            Keys::At(url) => self.verified(&jwt, url, now).await?,
            Keys::Discovered => {
                let metadata = places.find(&self.metadata, now).await;
                let metadata = metadata.ok_or(Unverified::Unavailable)?;
                let url = metadata.jwks_uri.as_ref().ok_or_else(|| {
                    tracing::error!(issuer, "the metadata name no keys");
                    Unverified::Unavailable
                })?;
                self.verified(&jwt, url, now).await?
            }
        };
        let claims = claims.map_err(|fault| refused(&fault))?;
        access_token::judge(claims, issuer, is_typed, now).map_err(|fault| refused(&fault))
    }

    /// Verified with the keys at `url`, which are fetched once more if the key is not among those known.
    async fn verified<'jwt>(
        &self,
        jwt: &'jwt ForeignJwt<'_>,
        url: &str,
        now: UnixTime,
    ) -> Result<Result<&'jwt crate::seal::foreign::ForeignClaims, ForeignFault>, Unverified> {
        let unavailable = |reason: Unobtainable<_>| {
            tracing::error!(url, ?reason, "the keys of an issuer cannot be had");
            Unverified::Unavailable
        };
        let keys = self.keys.get(url, now).await.map_err(unavailable)?;
        Ok(match jwt.verify(&keys) {
            Err(ForeignFault::KeyUnknown) => {
                jwt.verify(&*self.keys.refetch(url, now).await.map_err(unavailable)?)
            }
            outcome => outcome,
        })
    }

    async fn introspected(
        &self,
        introspected: &Introspected,
        places: &Places,
        access_token: &str,
        now: UnixTime,
    ) -> Result<Verified, Unverified> {
        let discovered;
        let endpoint = if let Some(endpoint) = &introspected.endpoint {
            endpoint
        } else {
            let metadata = places.find(&self.metadata, now).await;
            discovered = metadata.ok_or(Unverified::Unavailable)?;
            discovered.introspection_endpoint.as_ref().ok_or_else(|| {
                let issuer = &introspected.issuer;
                tracing::error!(issuer, "the metadata name no introspection endpoint");
                Unverified::Unavailable
            })?
        };
        let asking = Asking {
            issuer: &introspected.issuer,
            endpoint,
            client_id: &introspected.client_id,
            client_secret: &introspected.client_secret,
            resource: &self.resource,
            remembered_seconds: introspected.remembered_seconds,
        };
        self.answers.about(&asking, access_token, now).await
    }
}

impl Sealed {
    async fn opened(&self, access_token: &str, now: UnixTime) -> Result<Verified, Unverified> {
        let claims = self.seal.open::<AccessClaims>(access_token, now);
        let claims = claims.map_err(|_| Unverified::NotAccepted)?;
        let grant = claims.stage(&self.issuer).ok_or(Unverified::NotAccepted)?;
        if let Some(ledger) = &self.ledger {
            match ledger.is_revoked(grant.holder(), now).await {
                Ok(false) => {}
                Ok(true) => return Err(Unverified::NotAccepted),
                Err(reason) => {
                    tracing::error!(%reason, "the ledger does not answer");
                    return Err(Unverified::Unavailable);
                }
            }
        }
        Ok(Verified {
            issuer: self.issuer.clone(),
            subject: grant.subject.to_text(),
            family: Some(grant.family),
            client: URL_SAFE_NO_PAD.encode(grant.client.0),
            scopes: grant.scope.iter().map(|scope| scope.as_str().to_owned()).collect(),
            audience: vec![grant.resource.as_str().to_owned()],
            expires_at: grant.expires_at,
            binding: Binding::Nobody,
        })
    }
}

impl Verify for Authorities {
    /// What the one authority says whose token it can be.
    async fn verify(&self, access_token: &str) -> Result<Verified, Unverified> {
        let now = self.world.now();
        let shape = Shape::of(access_token);
        for (authority, places) in &self.known {
            match &authority.0 {
                Means::Signed(signed) if shape.names(&signed.issuer) => {
                    return self.signed(signed, places, access_token, now).await;
                }
                Means::Introspected(asked) if shape.names(&asked.issuer) => {
                    return self.introspected(asked, places, access_token, now).await;
                }
                Means::Introspected(asked) if shape == Shape::Opaque => {
                    return self.introspected(asked, places, access_token, now).await;
                }
                Means::Sealed(sealed) => {
                    // What does not open may be for another authority.
                    let opened = sealed.opened(access_token, now).await;
                    if opened != Err(Unverified::NotAccepted) {
                        return opened;
                    }
                }
                Means::Signed(_) | Means::Introspected(_) => {}
            }
        }
        Err(Unverified::NotAccepted)
    }
}
