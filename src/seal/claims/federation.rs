//! What travels of a login with an identity provider: the approval ticket, the transaction, and what is said of the person.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::flow::approval::AwaitingApproval;
use protocol::flow::provider::{AwaitingProvider, Handshake};
use protocol::flow::ticket::{BrowserDigest, TICKET_LIFETIME_SECONDS, Ticket};
use protocol::identity::{Bond, Credential, FederatedLogin, Profile};
use protocol::ids::GrantName;
use protocol::oauth::scope::Scope;
use protocol::oauth::time::UnixTime;
use serde::{Deserialize, Serialize};

use super::tickets::RequestClaims;
use super::wire::{Bytes, is_default};
use crate::seal::{Artefact, Purpose};

/// How long a transaction can be opened, in seconds: longer than it counts, so that who comes late can be told so.
pub const TRANSACTION_KEPT_SECONDS: u64 = 3_600;

/// `k` request, `b` browser, `v` provider, `t` asked at.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalTicketClaims {
    k: RequestClaims,
    b: Bytes<16>,
    v: String,
    t: u64,
}

/// `k` request, `b` browser and handshake, `p` provider, `d` whether `offline_access` was declined, `t` departed at.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TransactionClaims {
    k: RequestClaims,
    b: Bytes<64>,
    p: String,
    #[serde(default, skip_serializing_if = "is_default")]
    d: bool,
    t: u64,
}

/// `t` arrived at, `i` who they are, `o` the most that can be allowed.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LoginClaims {
    t: u64,
    i: ProfileClaims,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    o: Option<String>,
}

/// `n` name, `u` preferred user name, `e` e-mail address.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileClaims {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    u: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    e: Option<String>,
}

/// What the name of a grant begins with that a ledger keeps. No token that is carried begins so.
const KEPT: &str = "k.";

/// `p` provider, `s` subject there, `c` what it is asked with, or its name behind `k.`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BondClaims {
    p: String,
    s: String,
    c: String,
}

impl std::fmt::Debug for BondClaims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BondClaims(..)")
    }
}

impl ApprovalTicketClaims {
    /// The sealed form of `ticket`.
    #[must_use]
    pub fn new(ticket: &Ticket<AwaitingApproval>, issuer: &str) -> Self {
        Self {
            k: RequestClaims::new(ticket.stage().request(), issuer),
            b: Bytes(ticket.browser().0),
            v: ticket.stage().provider().to_owned(),
            t: ticket.asked_at().0,
        }
    }

    /// The ticket; `None` if a member cannot be read.
    #[must_use]
    pub fn ticket(self, issuer: &str) -> Option<Ticket<AwaitingApproval>> {
        let stage = AwaitingApproval::unsealed(self.k.request(issuer)?, &self.v);
        Some(Ticket::new(stage, BrowserDigest(self.b.0), UnixTime(self.t)))
    }
}

impl TransactionClaims {
    /// The sealed form of `transaction`. The hint for the provider has done its work.
    #[must_use]
    pub fn new(transaction: &Ticket<AwaitingProvider>, issuer: &str) -> Self {
        let asked = transaction.stage();
        let (state, secret) = asked.handshake().bytes();
        let mut bytes = [0; 64];
        bytes[..16].copy_from_slice(&transaction.browser().0);
        bytes[16..32].copy_from_slice(&state);
        bytes[32..].copy_from_slice(&secret);
        Self {
            k: RequestClaims::new(asked.request(), issuer),
            b: Bytes(bytes),
            p: asked.provider().to_owned(),
            d: asked.offline_declined(),
            t: transaction.asked_at().0,
        }
    }

    /// When the browser was sent away.
    #[must_use]
    pub fn departed_at(&self) -> UnixTime {
        UnixTime(self.t)
    }

    /// The transaction; `None` if a member cannot be read.
    #[must_use]
    pub fn transaction(self, issuer: &str) -> Option<Ticket<AwaitingProvider>> {
        let (browser, rest) = self.b.0.split_first_chunk::<16>()?;
        let (state, secret) = rest.split_first_chunk::<16>()?;
        let handshake = Handshake::new(*state, *secret.first_chunk()?);
        let (request, departed_at) = (self.k.request(issuer)?, UnixTime(self.t));
        let asked = AwaitingProvider::unsealed(request, &self.p, self.d, handshake, departed_at);
        Some(Ticket::new(asked, BrowserDigest(*browser), departed_at))
    }
}

impl ProfileClaims {
    pub(super) fn new(profile: &Profile) -> Self {
        Self {
            n: profile.name.clone(),
            u: profile.preferred_username.clone(),
            e: profile.email.clone(),
        }
    }

    pub(super) fn profile(self) -> Profile {
        Profile { name: self.n, preferred_username: self.u, email: self.e }
    }
}

impl LoginClaims {
    pub(super) fn new(login: &FederatedLogin) -> Self {
        Self {
            t: login.arrived_at.0,
            i: ProfileClaims::new(&login.profile),
            o: login.most.as_ref().map(ToString::to_string),
        }
    }

    pub(super) fn arrived_at(&self) -> UnixTime {
        UnixTime(self.t)
    }

    pub(super) fn login(self) -> Option<FederatedLogin> {
        Some(FederatedLogin {
            arrived_at: UnixTime(self.t),
            profile: self.i.profile(),
            most: match self.o {
                Some(most) => Some(Scope::parse(&most).ok()?),
                None => None,
            },
        })
    }
}

impl BondClaims {
    pub(super) fn new(bond: &Bond) -> Self {
        let (provider, subject) = (bond.provider.clone(), bond.subject.clone());
        let credential = match &bond.credential {
            Credential::Carried(token) => token.clone(),
            Credential::Kept(name) => format!("{KEPT}{}", URL_SAFE_NO_PAD.encode(name.0)),
        };
        Self { p: provider, s: subject, c: credential }
    }

    pub(super) fn bond(self) -> Bond {
        let name = self.c.strip_prefix(KEPT).and_then(|name| URL_SAFE_NO_PAD.decode(name).ok());
        let name = name.and_then(|name| name.try_into().ok()).map(GrantName);
        let credential = name.map_or(Credential::Carried(self.c), Credential::Kept);
        Bond { provider: self.p, subject: self.s, credential }
    }
}

impl Artefact for ApprovalTicketClaims {
    const PURPOSE: Purpose = Purpose::ApprovalTicket;

    fn issued_at(&self) -> UnixTime {
        UnixTime(self.t)
    }

    fn expires_at(&self) -> Option<UnixTime> {
        Some(UnixTime(self.t).plus_seconds(TICKET_LIFETIME_SECONDS))
    }
}

impl Artefact for TransactionClaims {
    const PURPOSE: Purpose = Purpose::ProviderTransaction;

    fn issued_at(&self) -> UnixTime {
        UnixTime(self.t)
    }

    fn expires_at(&self) -> Option<UnixTime> {
        Some(UnixTime(self.t).plus_seconds(TRANSACTION_KEPT_SECONDS))
    }
}
