//! What identity providers gave for people, where the ledger keeps it: begun at a login, given to the family of tokens that
//! the login yields, and renewed by one at a time, whichever node they are at.
//!
//! Source: RFC 9700 §4.14.2 (refresh tokens are replaced when they are used, so two who renew with the same one lose both).
//! Who renews first puts a lease into what is kept, and the others wait for what comes of it.

use std::sync::Arc;
use std::time::Duration;

use protocol::flow::code::CODE_LIFETIME_SECONDS;
use protocol::flow::ticket::TICKET_LIFETIME_SECONDS;
use protocol::grant::GrantError;
use protocol::identity::{CARRIED_BYTES_MAX, Credential};
use protocol::ids::{FamilyId, GrantName};
use protocol::oauth::scope::Scope;
use protocol::oauth::time::UnixTime;
use tokio::time::sleep;

use super::provider::{Federated, Providers};
use crate::ledger::{KEPT_CHARACTERS_MAX, Keep, Keeping, Ledger, Unavailable};
use crate::seal::Seal;
use crate::seal::claims::{ProviderGrant, ProviderGrantClaims};
use crate::upstream::identity::{Identity, Secret};
use crate::world::World;

/// [`CARRIED_BYTES_MAX`] and the mark of its kind, together with the 255 bytes at most that a provider calls the person.
const CARRIED_BYTES_MAX_WITHOUT_LEDGER: usize = CARRIED_BYTES_MAX + 255 + 2;
/// The same where it would be kept until the next restart. Where it is kept for good none is carried: tokens stay short, and
/// a retry renews with what is newest.
const CARRIED_BYTES_MAX_BESIDE_MEMORY: usize = CARRIED_BYTES_MAX;
/// How long a grant waits for its family: as long as its person may look at a page and its client may hold a code.
const BEGUN_SECONDS: u64 = TICKET_LIFETIME_SECONDS + CODE_LIFETIME_SECONDS + 60;
/// How long who renews is waited for: longer than a provider is asked, also where clocks differ.
const LEASE_SECONDS: u64 = 30;
/// How often it is looked whether somebody else's renewal has ended, and how long in between.
const LOOKS_MAX: u32 = 60;
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// How often a renewed grant is given to a ledger that does not answer: what it replaces is void by then.
const KEEP_ATTEMPTS_MAX: u32 = 3;
/// An access token that ends within so many seconds is renewed before it is used.
const SPARE_SECONDS: u64 = 30;
/// A grant is not renewed again within so many seconds because somebody did not like its token.
const SPURNED_AGAIN_SECONDS: u64 = 60;

/// What is kept of people's grants.
pub struct Grants {
    /// Who gave them.
    pub providers: Arc<Providers>,
    /// Who keeps them.
    pub ledger: Arc<dyn Ledger>,
    /// What makes them unreadable to it.
    pub seal: Arc<Seal>,
    /// Clock and entropy.
    pub world: Arc<dyn World>,
}

/// Why there is nothing to go on with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Lost {
    /// The provider vouches for the person no longer, or what it gave is gone.
    Over,
    /// The provider or the ledger does not answer; later they may.
    Later,
}

impl From<Unavailable> for Lost {
    fn from(unavailable: Unavailable) -> Self {
        tracing::error!(reason = %unavailable.reason, "the ledger does not answer");
        Self::Later
    }
}

impl From<Lost> for GrantError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Over => Self::NotVouchedFor,
            Lost::Later => Self::ProviderUnavailable,
        }
    }
}

/// Why what a provider gave is not held.
#[derive(Debug)]
pub(super) enum NotHeld {
    /// It is too long.
    TooLong,
    /// The ledger does not answer.
    Unavailable(Unavailable),
}

impl From<Unavailable> for NotHeld {
    fn from(unavailable: Unavailable) -> Self {
        Self::Unavailable(unavailable)
    }
}

/// What is held of an answer of a provider.
#[derive(Clone, Copy)]
pub(super) struct Holding<'a> {
    /// Which one, as the configuration calls it.
    pub(super) provider: &'a str,
    /// Its answer.
    pub(super) identity: &'a Identity,
    /// Whether a resource is handed its access token.
    pub(super) lends: bool,
}

/// A grant, and which version of it.
pub(super) struct Found {
    grant: ProviderGrant,
    version: u64,
}

/// Whose turn it is to renew.
enum Turn {
    /// Nobody's: it is good as it is.
    Enough(ProviderGrant),
    /// Ours; nobody else renews meanwhile.
    Ours(Found),
}

impl Federated {
    /// Who `subject` is by now, and the most they can allow, if the provider vouches for them and the rules let them in.
    pub(super) async fn vouches_for(
        &self,
        renewal: &str,
        subject: &str,
        now: UnixTime,
    ) -> Result<(Identity, Option<Scope>), Lost> {
        let identity = self.provider.renew(renewal, subject, now).await.map_err(|fault| {
            tracing::warn!(?fault, "a grant of a provider was not renewed");
            if fault.is_passing() { Lost::Later } else { Lost::Over }
        })?;
        let admitted = self.admission.admit(&identity.facts()).map_err(|reason| {
            tracing::info!(cause = reason.cause(), "somebody may not stay");
            Lost::Over
        })?;
        let most = admitted.grantable().cloned();
        Ok((identity, most))
    }
}

impl Grants {
    /// Holds what a provider gave at a login, whose family is not founded yet.
    pub(super) async fn begin(
        &self,
        holding: Holding<'_>,
        now: UnixTime,
    ) -> Result<Credential, NotHeld> {
        let name = GrantName(self.world.random());
        self.hold(holding, name, now.plus_seconds(BEGUN_SECONDS), now).await
    }

    /// Holds what a provider gave: in what depends on it if that is enough, else under `name` in the ledger.
    pub(super) async fn hold(
        &self,
        holding: Holding<'_>,
        name: GrantName,
        expires_at: UnixTime,
        now: UnixTime,
    ) -> Result<Credential, NotHeld> {
        let Holding { provider, identity, lends } = holding;
        let renewal = identity.tokens.renewal();
        if let Some(renewal) = renewal.as_ref().filter(|_| !lends)
            && renewal.expose().len() + identity.subject.len() <= self.carried_bytes_max()
        {
            return Ok(Credential::Carried(renewal.expose().to_owned()));
        }
        if !self.ledger.guarantee().keeps.holds() {
            return Err(NotHeld::TooLong);
        }
        let grant = ProviderGrant {
            name,
            provider: provider.to_owned(),
            subject: identity.subject.clone(),
            renewal,
            access: lends.then(|| identity.tokens.access.clone()),
            access_expires_at: identity.tokens.expires_at,
            leased_until: None,
            given_at: now,
            expires_at,
        };
        let text = self.sealed(&grant, now).ok_or(NotHeld::TooLong)?;
        // Whoever was here before holds the same: this is the retry of a lost answer.
        self.ledger.keep(Keep { name, text, replaces: None, expires_at }, now).await?;
        Ok(Credential::Kept(name))
    }

    fn carried_bytes_max(&self) -> usize {
        let guarantee = self.ledger.guarantee();
        match (guarantee.keeps.holds(), guarantee.survives_restart) {
            (true, true) => 0,
            (true, false) => CARRIED_BYTES_MAX_BESIDE_MEMORY,
            (false, _) => CARRIED_BYTES_MAX_WITHOUT_LEDGER,
        }
    }

    /// What is kept under `name`, if it is what this deployment put there.
    pub(super) async fn find(
        &self,
        name: GrantName,
        now: UnixTime,
    ) -> Result<Option<Found>, Unavailable> {
        let Some(kept) = self.ledger.kept(name, now).await? else { return Ok(None) };
        let claims = self.seal.open::<ProviderGrantClaims>(&kept.text, now).ok();
        let grant = claims.and_then(|claims| claims.grant(name));
        if grant.is_none() {
            tracing::error!("the ledger keeps what this deployment did not put there");
        }
        Ok(grant.map(|grant| Found { grant, version: kept.version }))
    }

    /// Gives what was found to `family`, whose last token ends at `expires_at`. A retry changes nothing: what the family
    /// has may be newer.
    pub(super) async fn give(
        &self,
        found: Found,
        family: FamilyId,
        expires_at: UnixTime,
        now: UnixTime,
    ) -> Result<(), Unavailable> {
        let grant = ProviderGrant { name: GrantName::of(family), expires_at, ..found.grant };
        self.put(&grant, None, now).await.map(drop)
    }

    /// Renews what is kept under `name`, and says the most that its person can allow by now.
    pub(super) async fn renew(self: &Arc<Self>, name: GrantName) -> Result<Option<Scope>, Lost> {
        match self.turn(name, |_, _| false).await? {
            Turn::Enough(_) => Err(Lost::Later),
            Turn::Ours(found) => self.renew_undisturbed(found).await.map(|(_, most)| most),
        }
    }

    /// The access token of the person whose grant is kept under `name`, renewed if it has ended, or if it is the one that
    /// was `spurned` by who was handed it.
    pub(super) async fn access(
        self: &Arc<Self>,
        name: GrantName,
        spurned: Option<&Secret>,
    ) -> Result<Secret, Lost> {
        let is_enough = |grant: &ProviderGrant, now: UnixTime| {
            let soon = now.plus_seconds(SPARE_SECONDS);
            let is_fresh = grant.access_expires_at.is_none_or(|end| soon < end);
            let is_spurned = grant.access.as_ref() == spurned;
            let is_new = now < grant.given_at.plus_seconds(SPURNED_AGAIN_SECONDS);
            grant.access.is_some() && is_fresh && (!is_spurned || is_new)
        };
        let grant = match self.turn(name, is_enough).await? {
            Turn::Enough(grant) => grant,
            Turn::Ours(found) => self.renew_undisturbed(found).await?.0,
        };
        grant.access.ok_or(Lost::Over)
    }

    /// Waits for the turn to renew, unless what is there `is_enough`.
    async fn turn(
        &self,
        name: GrantName,
        is_enough: impl Fn(&ProviderGrant, UnixTime) -> bool,
    ) -> Result<Turn, Lost> {
        for _ in 0..LOOKS_MAX {
            let now = self.world.now();
            let Some(Found { grant, version }) = self.find(name, now).await? else {
                return Err(Lost::Over);
            };
            if is_enough(&grant, now) {
                return Ok(Turn::Enough(grant));
            }
            if grant.leased_until.is_none_or(|until| until <= now) {
                let leased_until = Some(now.plus_seconds(LEASE_SECONDS));
                let grant = ProviderGrant { leased_until, ..grant };
                if let Keeping::Kept { version } = self.put(&grant, Some(version), now).await? {
                    return Ok(Turn::Ours(Found { grant, version }));
                }
                continue;
            }
            sleep(LOOK_AGAIN).await;
        }
        Err(Lost::Later)
    }

    /// Renews to the end even if nobody waits for it any more: what the provider gives is given once.
    async fn renew_undisturbed(
        self: &Arc<Self>,
        found: Found,
    ) -> Result<(ProviderGrant, Option<Scope>), Lost> {
        let grants = Arc::clone(self);
        let renewing = tokio::spawn(async move { grants.renew_leased(found).await });
        renewing.await.unwrap_or(Err(Lost::Later))
    }

    async fn renew_leased(&self, found: Found) -> Result<(ProviderGrant, Option<Scope>), Lost> {
        let Found { grant, version } = found;
        let now = self.world.now();
        let asked = match (self.providers.get(&grant.provider), &grant.renewal) {
            (Some(federated), Some(renewal)) => {
                federated.vouches_for(renewal.expose(), &grant.subject, now).await
            }
            (None, _) | (_, None) => Err(Lost::Over),
        };
        let (identity, most) = match asked {
            Ok(vouched) => vouched,
            Err(Lost::Over) => return Err(Lost::Over),
            Err(Lost::Later) => {
                let freed = ProviderGrant { leased_until: None, ..grant };
                self.put(&freed, Some(version), now).await?;
                return Err(Lost::Later);
            }
        };
        let tokens = &identity.tokens;
        let renewed = ProviderGrant {
            renewal: tokens.renewal().or(grant.renewal),
            access: grant.access.map(|_| tokens.access.clone()),
            access_expires_at: tokens.expires_at,
            leased_until: None,
            given_at: now,
            ..grant
        };
        for _ in 0..KEEP_ATTEMPTS_MAX {
            match self.put(&renewed, Some(version), now).await {
                Ok(Keeping::Kept { .. }) => return Ok((renewed, most)),
                // Its family was revoked meanwhile, or who waited gave up on us.
                Ok(Keeping::Overtaken) => return Err(Lost::Later),
                Err(_) => sleep(LOOK_AGAIN).await,
            }
        }
        tracing::error!("what a provider renewed could not be kept");
        Err(Lost::Later)
    }

    async fn put(
        &self,
        grant: &ProviderGrant,
        replaces: Option<u64>,
        now: UnixTime,
    ) -> Result<Keeping, Unavailable> {
        let Some(text) = self.sealed(grant, now) else {
            tracing::error!("what a provider gave is longer than what can be kept");
            return Ok(Keeping::Overtaken);
        };
        let (name, expires_at) = (grant.name, grant.expires_at);
        self.ledger.keep(Keep { name, text, replaces, expires_at }, now).await
    }

    /// What the ledger gets to see; `None` if it is longer than that may be.
    fn sealed(&self, grant: &ProviderGrant, now: UnixTime) -> Option<String> {
        let text = self.seal.seal(&ProviderGrantClaims::new(grant), now);
        (text.len() <= KEPT_CHARACTERS_MAX).then_some(text)
    }
}
