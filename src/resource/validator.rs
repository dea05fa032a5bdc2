//! One protected resource, and everything that decides who gets in. Mistakes are told when it is made, not when it is used.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use poem::http::{HeaderMap, Method, Response, Uri};
use protocol::metadata::{PossessionRule, ResourceMetadata};
use url::Url;

use super::authority::{Authorities, Authority, Means};
use super::possession::Proofs;
use super::tower::ProtectLayer;
use crate::gateway::{Admitted, Door, Gate, Possession, Refusal, Shortfall, metadata};
use crate::ledger::{Capacity, Ledger, Memory};
use crate::upstream::{Limits, Reach, RealNetwork, Settings, Target, Upstream};
use crate::world::{RealWorld, World};

/// How many uses of proofs one process remembers, if nothing else is said: so many requests in ten minutes.
const USES_MAX: usize = 200_000;

/// Lets requests in, or says what to answer. Clones share what they learnt.
#[derive(Clone)]
pub struct Validator(Arc<Shared>);

struct Shared {
    gate: Gate<Authorities>,
    required: Vec<String>,
    metadata_path: String,
    metadata: String,
}

/// What is wrong with a [`Builder`]; the display form says how to mend it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Mistake {
    /// The resource is no URL that people could give to a client.
    #[error(
        "the resource \"{0}\" must be an https URL (http on a loopback host) without user information or fragment"
    )]
    Resource(String),
    /// Nobody is trusted.
    #[error("no authority is trusted; add one with `trusts`")]
    NoAuthority,
    /// A URL is none that can be asked.
    #[error("{what} \"{url}\" cannot be asked: {problem}")]
    Url {
        /// What it is for.
        what: &'static str,
        /// As written.
        url: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Two authorities have one name.
    #[error("\"{0}\" is trusted twice; keep one of the two")]
    Twice(String),
    /// A token that does not say whose it is would be sent to more than one of them.
    #[error(
        "\"{0}\" and another authority are asked about tokens that name no issuer; keep one of the two"
    )]
    TwoAsked(String),
}

/// Proofs of possession at a resource (RFC 9449).
#[derive(Clone)]
pub struct Dpop {
    is_required: bool,
    base_url: Option<String>,
    ledger: Option<Arc<dyn Ledger>>,
}

impl Dpop {
    /// Tokens may be bound to keys.
    #[must_use]
    pub fn allowed() -> Self {
        Self { is_required: false, base_url: None, ledger: None }
    }

    /// Tokens must be bound to keys.
    #[must_use]
    pub fn required() -> Self {
        Self { is_required: true, ..Self::allowed() }
    }

    /// What stands in front of a request's path in the URL that clients know. Without: the origin of the resource.
    #[must_use]
    pub fn base_url(self, base_url: &str) -> Self {
        Self { base_url: Some(base_url.trim_end_matches('/').to_owned()), ..self }
    }

    /// Where uses are remembered that several processes must know of. Without: in this process, 200,000 of them.
    #[must_use]
    pub fn ledger(self, ledger: Arc<dyn Ledger>) -> Self {
        Self { ledger: Some(ledger), ..self }
    }
}

/// A [`Validator`] to be.
#[derive(Clone)]
pub struct Builder {
    resource: String,
    authorities: Vec<Authority>,
    required: Vec<String>,
    first: Vec<String>,
    name: Option<String>,
    dpop: Option<Dpop>,
    upstream: Option<Arc<Upstream>>,
    world: Arc<dyn World>,
}

impl Builder {
    /// Takes the tokens of this authority too.
    #[must_use]
    pub fn trusts(mut self, authority: impl Into<Authority>) -> Self {
        self.authorities.push(authority.into());
        self
    }

    /// Lets only those in who were granted all of these scopes.
    #[must_use]
    pub fn requires<T: Into<String>>(mut self, scopes: impl IntoIterator<Item = T>) -> Self {
        self.required.extend(scopes.into_iter().map(Into::into));
        self
    }

    /// Tells clients to ask for these scopes to begin with, besides those that are required.
    #[must_use]
    pub fn offers<T: Into<String>>(mut self, scopes: impl IntoIterator<Item = T>) -> Self {
        self.first.extend(scopes.into_iter().map(Into::into));
        self
    }

    /// Is called this by its metadata.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..self }
    }

    /// Checks proofs of possession. Without: tokens that are bound to a key are refused.
    #[must_use]
    pub fn dpop(self, dpop: Dpop) -> Self {
        Self { dpop: Some(dpop), ..self }
    }

    /// Asks through this way out.
    #[must_use]
    pub fn upstream(self, upstream: Arc<Upstream>) -> Self {
        Self { upstream: Some(upstream), ..self }
    }

    /// With this clock.
    #[must_use]
    pub fn world(self, world: Arc<dyn World>) -> Self {
        Self { world, ..self }
    }

    /// The validator.
    /// # Errors
    /// The first [`Mistake`].
    pub fn build(self) -> Result<Validator, Mistake> {
        let resource = self.resource_url()?;
        self.check_authorities()?;
        let mut first = self.required.clone();
        first.extend(self.first.into_iter().filter(|scope| !self.required.contains(scope)));
        let upstream = self.upstream.unwrap_or_else(upstream);
        let authorities =
            Authorities::new(&self.resource, self.authorities, &upstream, Arc::clone(&self.world));
        let issuers: Vec<_> = authorities.issuers().collect();
        let possession = match &self.dpop {
            None => PossessionRule::Refused,
            Some(dpop) if dpop.is_required => PossessionRule::Required,
            Some(_) => PossessionRule::Allowed,
        };
        let document = ResourceMetadata {
            resource: &self.resource,
            authorization_servers: &issuers,
            scopes: first.iter().map(String::as_str).collect(),
            name: self.name.as_deref(),
            possession,
        };
        let metadata = document.document().to_string();
        let metadata_url = metadata::location(&resource);
        let origin = resource.origin().ascii_serialization();
        let metadata_path = metadata_url.strip_prefix(&origin).unwrap_or_default();
        let metadata_path = metadata_path.split('?').next().unwrap_or_default().to_owned();
        let door = Door { resource: self.resource, metadata_url, first_scopes: first };
        let mut gate = Gate::new(door, Arc::new(authorities), self.world);
        if let Some(Dpop { is_required, base_url, ledger }) = self.dpop {
            let capacity = Capacity { codes_max: USES_MAX, families_max: 0 };
            let ledger = ledger.unwrap_or_else(|| Arc::new(Memory::new(capacity)));
            let prover = Arc::new(Proofs::new(ledger));
            let base_url = base_url.unwrap_or(origin);
            gate = gate.with_possession(Possession { is_required, base_url, prover });
        }
        Ok(Validator(Arc::new(Shared { gate, required: self.required, metadata_path, metadata })))
    }

    fn resource_url(&self) -> Result<Url, Mistake> {
        let mistake = || Mistake::Resource(self.resource.clone());
        let url = Url::parse(&self.resource).map_err(|_| mistake())?;
        let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let is_safe = url.scheme() == "https" || url.scheme() == "http" && loopback;
        let is_plain = url.username().is_empty() && url.password().is_none();
        if is_safe && is_plain && url.fragment().is_none() { Ok(url) } else { Err(mistake()) }
    }

    fn check_authorities(&self) -> Result<(), Mistake> {
        if self.authorities.is_empty() {
            return Err(Mistake::NoAuthority);
        }
        let mut asked = 0;
        for (at, authority) in self.authorities.iter().enumerate() {
            for (what, url) in authority.urls() {
                // An issuer without a path is written without a slash, which no URL parser writes back.
                let url_of_issuer = || Url::parse(url).map_or(url.to_owned(), String::from);
                let parsed = Target::parse(url, Reach::Configured)
                    .or_else(|_| Target::parse(&url_of_issuer(), Reach::Configured));
                parsed.map_err(|fault| Mistake::Url {
                    what,
                    url: url.to_owned(),
                    problem: fault.description(),
                })?;
            }
            let issuer = authority.issuer();
            if self.authorities[..at].iter().any(|other| other.issuer() == issuer) {
                return Err(Mistake::Twice(issuer.to_owned()));
            }
            asked += usize::from(matches!(authority.0, Means::Introspected(_)));
            if asked > 1 {
                return Err(Mistake::TwoAsked(issuer.to_owned()));
            }
        }
        Ok(())
    }
}

/// The way out to the authorities.
fn upstream() -> Arc<Upstream> {
    let settings = Settings {
        user_agent: format!("Sealbearer/{} (resource server)", env!("CARGO_PKG_VERSION")),
        limits: Limits::of_operator(),
        ..Settings::default()
    };
    Arc::new(Upstream::of_operator(settings, Arc::new(RealNetwork::default())))
}

/// A request that is not let in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refused {
    /// Why.
    pub refusal: Refusal,
    /// What the token lacks, if that is why.
    pub shortfall: Option<Shortfall>,
}

impl Validator {
    /// A validator to be, for the resource with this URL: what people give to their MCP client, and what tokens name as
    /// their audience.
    #[expect(clippy::new_ret_no_self, reason = "it takes at least one authority to make one")]
    #[must_use]
    pub fn new(resource: &str) -> Builder {
        Builder {
            resource: resource.to_owned(),
            authorities: Vec::new(),
            required: Vec::new(),
            first: Vec::new(),
            name: None,
            dpop: None,
            upstream: None,
            world: Arc::new(RealWorld),
        }
    }

    /// Lets a request in that begins like this, if its access token is good here and reaches as far as every request must.
    /// # Errors
    /// [`Refused`], for [`Self::answer`].
    pub async fn admit(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<Admitted, Refused> {
        let Shared { gate, required, .. } = &*self.0;
        let admitted = gate
            .enter_with(method, uri, headers)
            .await
            .map_err(|refusal| Refused { refusal, shortfall: None })?;
        self.permit(&admitted, required)?;
        Ok(admitted)
    }

    /// Lets somebody who is in do what needs these scopes; each must have been granted.
    /// # Errors
    /// [`Refused`], for [`Self::answer`].
    pub fn permit(&self, admitted: &Admitted, needed: &[String]) -> Result<(), Refused> {
        let missing = admitted.missing(needed, |_, _| false);
        if missing.is_empty() {
            return Ok(());
        }
        let shortfall = Some(Shortfall::of(&[], needed.to_vec(), missing));
        Err(Refused { refusal: Refusal::InsufficientScope, shortfall })
    }

    /// What to answer to a request that is not let in: 400, 401, 403 or 503, with challenge and a small JSON body.
    #[must_use]
    pub fn answer(&self, refused: &Refused) -> Response<String> {
        tracing::info!(reason = ?refused.refusal, "a request is not let in");
        let gate = &self.0.gate;
        match &refused.shortfall {
            Some(shortfall) => gate.refuse_short(shortfall),
            None => gate.refuse_with(refused.refusal, &gate.door().first_scopes),
        }
    }

    /// The path at which [`Self::metadata`] must be served, to everybody.
    #[must_use]
    pub fn metadata_path(&self) -> &str {
        &self.0.metadata_path
    }

    /// What the resource says of itself (RFC 9728), JSON.
    #[must_use]
    pub fn metadata(&self) -> &str {
        &self.0.metadata
    }

    /// How long somebody who was let in may be answered: a stream that is still open then is to be ended. Layer and
    /// middleware do so.
    #[must_use]
    pub fn lifetime(&self, admitted: &Admitted) -> Duration {
        self.0.gate.lifetime(admitted)
    }

    /// The gate that decides, for endpoints of this program.
    pub(crate) fn gate(&self) -> Gate<Authorities> {
        self.0.gate.clone()
    }

    /// This validator as a layer around `tower` services.
    #[must_use]
    pub fn layer(&self) -> ProtectLayer {
        ProtectLayer::new(self.clone())
    }
}

impl fmt::Debug for Validator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Validator")
            .field("door", self.0.gate.door())
            .finish_non_exhaustive()
    }
}
