//! Login, account and consent tickets, as forms carry them.

use protocol::flow::account::AwaitingAccount;
use protocol::flow::consent::AwaitingConsent;
use protocol::flow::login::AwaitingLogin;
use protocol::flow::prompt::Prompt;
use protocol::flow::request::AuthorizationRequest;
use protocol::flow::ticket::{BrowserDigest, Ticket};
use protocol::oauth::pkce::{Challenge, CodeChallenge};
use protocol::oauth::redirect_uri::MatchedRedirectUri;
use protocol::oauth::scope::Scope;
use protocol::oauth::subject::Subject;
use protocol::oauth::time::UnixTime;
use serde::{Deserialize, Serialize};

use super::federation::{BondClaims, LoginClaims};
use super::wire::{Bytes, is_default, lengthen, shorten};
use crate::seal::{Artefact, Purpose};

/// `i` client, `r` redirect URI, `q` state, `h` challenge if there is one, `o` scope, `a` resource, `m` prompt as bits,
/// `x` greatest age of the login in seconds, `n` nonce, `u` hint for an identity provider, `w` whom the client means.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestClaims {
    i: String,
    r: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    h: Option<Bytes<32>>,
    o: String,
    a: String,
    #[serde(default, skip_serializing_if = "is_default")]
    m: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    x: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    w: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    u: Option<String>,
}

/// `k` request, `b` browser, `t` asked at.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LoginTicketClaims {
    k: RequestClaims,
    b: Bytes<16>,
    t: u64,
}

/// `k` request, `b` browser, `s` subject, `t` asked at.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AccountTicketClaims {
    k: RequestClaims,
    b: Bytes<16>,
    s: String,
    t: u64,
}

/// `k` request, `b` browser, `s` subject, `l` authenticated at, `t` asked at, `g` what an identity provider said of the
/// subject, `y` what their access depends on, `d` whether `offline_access` was declined.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentTicketClaims {
    k: RequestClaims,
    b: Bytes<16>,
    s: String,
    l: u64,
    t: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    g: Option<LoginClaims>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    y: Option<BondClaims>,
    #[serde(default, skip_serializing_if = "is_default")]
    d: bool,
}

impl RequestClaims {
    pub(super) fn new(request: &AuthorizationRequest, issuer: &str) -> Self {
        Self {
            i: request.client_id.clone(),
            r: request.redirect_uri.as_str().to_owned(),
            q: request.state.clone(),
            h: request.code_challenge.hash().map(|hash| Bytes(*hash.as_bytes())),
            o: request.scope.to_string(),
            a: shorten(&request.resource, issuer),
            m: request.prompt.bits(),
            x: request.max_age_seconds,
            n: request.nonce.clone(),
            w: request.hinted.as_ref().map(Subject::to_text),
            u: request.login_hint.clone(),
        }
    }

    pub(super) fn request(self, issuer: &str) -> Option<AuthorizationRequest> {
        Some(AuthorizationRequest {
            client_id: self.i,
            redirect_uri: MatchedRedirectUri::unsealed(self.r),
            state: self.q,
            code_challenge: Challenge::unsealed(self.h.map(|h| CodeChallenge::from_bytes(h.0))),
            scope: Scope::parse(&self.o).ok()?,
            resource: lengthen(&self.a, issuer)?,
            prompt: Prompt::from_bits(self.m)?,
            max_age_seconds: self.x,
            nonce: self.n,
            hinted: match &self.w {
                None => None,
                Some(subject) => Some(Subject::parse(subject)?),
            },
            login_hint: self.u,
        })
    }
}

impl LoginTicketClaims {
    /// The sealed form of `ticket`.
    #[must_use]
    pub fn new(ticket: &Ticket<AwaitingLogin>, issuer: &str) -> Self {
        Self {
            k: RequestClaims::new(ticket.stage().request(), issuer),
            b: Bytes(ticket.browser().0),
            t: ticket.asked_at().0,
        }
    }

    /// The ticket; `None` if a member cannot be read.
    #[must_use]
    pub fn ticket(self, issuer: &str) -> Option<Ticket<AwaitingLogin>> {
        let stage = AwaitingLogin::unsealed(self.k.request(issuer)?);
        Some(Ticket::new(stage, BrowserDigest(self.b.0), UnixTime(self.t)))
    }
}

impl AccountTicketClaims {
    /// The sealed form of `ticket`.
    #[must_use]
    pub fn new(ticket: &Ticket<AwaitingAccount>, issuer: &str) -> Self {
        Self {
            k: RequestClaims::new(ticket.stage().request(), issuer),
            b: Bytes(ticket.browser().0),
            s: ticket.stage().subject().to_text(),
            t: ticket.asked_at().0,
        }
    }

    /// The ticket; `None` if a member cannot be read.
    #[must_use]
    pub fn ticket(self, issuer: &str) -> Option<Ticket<AwaitingAccount>> {
        let subject = Subject::parse(&self.s)?;
        let stage = AwaitingAccount::unsealed(self.k.request(issuer)?, subject);
        Some(Ticket::new(stage, BrowserDigest(self.b.0), UnixTime(self.t)))
    }
}

impl ConsentTicketClaims {
    /// The sealed form of `ticket`.
    #[must_use]
    pub fn new(ticket: &Ticket<AwaitingConsent>, issuer: &str) -> Self {
        let stage = ticket.stage();
        Self {
            k: RequestClaims::new(stage.request(), issuer),
            b: Bytes(ticket.browser().0),
            s: stage.subject().to_text(),
            l: stage.authenticated_at().0,
            t: ticket.asked_at().0,
            g: stage.federated().map(LoginClaims::new),
            y: stage.bond().map(BondClaims::new),
            d: stage.offline_declined(),
        }
    }

    /// The ticket; `None` if a member cannot be read.
    #[must_use]
    pub fn ticket(self, issuer: &str) -> Option<Ticket<AwaitingConsent>> {
        let subject = Subject::parse(&self.s)?;
        let stage = AwaitingConsent::unsealed(self.k.request(issuer)?, subject, UnixTime(self.l));
        let stage = match self.g {
            Some(login) => {
                let bond = self.y.map(BondClaims::bond);
                AwaitingConsent::unsealed_federated(stage, login.login()?, bond, self.d)
            }
            None => stage,
        };
        Some(Ticket::new(stage, BrowserDigest(self.b.0), UnixTime(self.t)))
    }
}

impl Artefact for LoginTicketClaims {
    const PURPOSE: Purpose = Purpose::LoginTicket;

    fn issued_at(&self) -> UnixTime {
        UnixTime(self.t)
    }

    fn expires_at(&self) -> Option<UnixTime> {
        Some(UnixTime(self.t).plus_seconds(protocol::flow::ticket::TICKET_LIFETIME_SECONDS))
    }
}

impl Artefact for AccountTicketClaims {
    const PURPOSE: Purpose = Purpose::AccountTicket;

    fn issued_at(&self) -> UnixTime {
        UnixTime(self.t)
    }

    fn expires_at(&self) -> Option<UnixTime> {
        Some(UnixTime(self.t).plus_seconds(protocol::flow::ticket::TICKET_LIFETIME_SECONDS))
    }
}

impl Artefact for ConsentTicketClaims {
    const PURPOSE: Purpose = Purpose::ConsentTicket;

    fn issued_at(&self) -> UnixTime {
        UnixTime(self.t)
    }

    fn expires_at(&self) -> Option<UnixTime> {
        Some(UnixTime(self.t).plus_seconds(protocol::flow::ticket::TICKET_LIFETIME_SECONDS))
    }
}
