//! What the node sealed before an input arrives, and the names that stand for it in inputs.

use protocol::flow::account::AwaitingAccount;
use protocol::flow::approval::AwaitingApproval;
use protocol::flow::code::{CODE_LIFETIME_SECONDS, CodeIssued};
use protocol::flow::consent::AwaitingConsent;
use protocol::flow::logout::AwaitingLogout;
use protocol::flow::provider::Handshake;
use protocol::flow::request::{AuthorizationParameters, Found, Requested};
use protocol::flow::session::{ConsentMemory, LoginSession};
use protocol::flow::ticket::{BrowserDigest, TICKET_LIFETIME_SECONDS, Ticket};
use protocol::grant::{AccessGrant, GrantType, RefreshIssued};
use protocol::ids::{CodeId, FamilyId, GrantName};
use protocol::oauth::client::{Client, ClientThumbprint};
use protocol::oauth::redirect_uri::RegisteredRedirectUri;
use protocol::oauth::subject::Subject;
use protocol::oauth::time::UnixTime;
use protocol::registration::dynamic::{Registration, RegistrationKind};
use protocol::replay::Revocation;
use protocol::revocation::Order;

use super::deployment::{ISSUER, NOW, PASSWORD};
use crate::http::Server;
use crate::seal::Artefact;
use crate::seal::claims::{
    AccessClaims, AccountTicketClaims, ApprovalTicketClaims, CodeClaims, ConsentClaims,
    ConsentTicketClaims, LoginTicketClaims, LogoutTicketClaims, OrderClaims, ProviderGrant,
    ProviderGrantClaims, RefreshClaims, RegistrationClaims, SessionClaims, TransactionClaims,
};
use crate::upstream::identity::Secret;

/// RFC 7636 appendix B.
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// The name of the browser that tickets without `other` in their name were made for.
pub(super) const BROWSER: &str = "0123456789abcdef0123456789abcdef";
const OTHER_BROWSER: &str = "fedcba9876543210fedcba9876543210";
/// The identity provider that transactions are with.
pub(super) const PROVIDER: &str = "idp";
const HANDSHAKE: Handshake = Handshake::new([9; 16], [10; 32]);
const WELL_FORMED: &str = "what inputs start from is well formed";

/// Everything that was sealed for the client `web` and the person `alice`, unless a comment says otherwise.
pub(super) struct Values {
    pub(super) code: String,
    /// Its last second is over.
    pub(super) expired_code: String,
    pub(super) access: String,
    pub(super) refresh: String,
    /// A public client that registered itself.
    pub(super) registered: String,
    /// A client with a secret that registered itself.
    pub(super) confidential: String,
    /// The secret of that client.
    pub(super) secret: String,
    pub(super) login_ticket: String,
    pub(super) consent_ticket: String,
    pub(super) account_ticket: String,
    pub(super) logout_ticket: String,
    pub(super) provider_grant: String,
    /// For another browser.
    pub(super) other_login_ticket: String,
    /// For another browser.
    pub(super) other_consent_ticket: String,
    /// Its last second is over.
    pub(super) expired_login_ticket: String,
    pub(super) session: String,
    pub(super) consents: String,
    /// To revoke everything that is older than the node.
    pub(super) order: String,
    /// For the provider [`PROVIDER`], like the next.
    pub(super) approval_ticket: String,
    pub(super) transaction: String,
    /// For another browser.
    pub(super) other_transaction: String,
    /// Its last second is over.
    pub(super) expired_transaction: String,
    /// What the provider returns with the transactions.
    pub(super) upstream_state: String,
}

impl Values {
    /// What a name in braces stands for.
    fn named(&self, name: &[u8]) -> Option<&str> {
        Some(match name {
            b"code" => &self.code,
            b"expired-code" => &self.expired_code,
            b"access" => &self.access,
            b"refresh" => &self.refresh,
            b"registered" => &self.registered,
            b"confidential" => &self.confidential,
            b"secret" => &self.secret,
            b"login-ticket" => &self.login_ticket,
            b"consent-ticket" => &self.consent_ticket,
            b"account-ticket" => &self.account_ticket,
            b"logout-ticket" => &self.logout_ticket,
            b"provider-grant" => &self.provider_grant,
            b"order" => &self.order,
            b"approval-ticket" => &self.approval_ticket,
            b"transaction" => &self.transaction,
            b"other-transaction" => &self.other_transaction,
            b"expired-transaction" => &self.expired_transaction,
            b"upstream-state" => &self.upstream_state,
            b"slot" => &self.upstream_state[..8],
            b"other-login-ticket" => &self.other_login_ticket,
            b"other-consent-ticket" => &self.other_consent_ticket,
            b"expired-login-ticket" => &self.expired_login_ticket,
            b"session" => &self.session,
            b"consents" => &self.consents,
            b"verifier" => VERIFIER,
            b"challenge" => CHALLENGE,
            b"browser" => BROWSER,
            b"password" => PASSWORD,
            b"origin" => ISSUER,
            _ => return None,
        })
    }

    /// `input` with every name in braces replaced by what it stands for.
    pub(super) fn fill_in(&self, input: &[u8]) -> Vec<u8> {
        let (mut filled, mut rest) = (Vec::new(), input);
        while let Some(open) = rest.iter().position(|byte| *byte == b'{') {
            filled.extend_from_slice(&rest[..open]);
            rest = &rest[open..];
            let close = rest.iter().position(|byte| *byte == b'}');
            let value = close.and_then(|close| Some((close, self.named(&rest[1..close])?)));
            let (taken, replacement) = match value {
                Some((close, value)) => (close + 1, value.as_bytes()),
                None => (1, &rest[..1]),
            };
            filled.extend_from_slice(replacement);
            rest = &rest[taken..];
        }
        filled.extend_from_slice(rest);
        filled
    }
}

/// Seals everything.
pub(super) fn sealed_by(server: &Server) -> Values {
    let sealing = Sealing { server };
    let earlier = |seconds: u64| UnixTime(NOW.0 - seconds);
    let issued = |at| sealing.consent(at).consent_given(CodeId([7; 16]), at);
    let code = |at| sealing.seal(&CodeClaims::new(&issued(at), ISSUER), at);
    let confidential = sealing.registration(RegistrationKind::Confidential { salt: [7; 8] });
    let session = LoginSession::begin(sealing.alice(), NOW);
    let memory = ConsentMemory::default();
    Values {
        code: code(NOW),
        expired_code: code(earlier(CODE_LIFETIME_SECONDS)),
        access: sealing.access(&issued(NOW)),
        refresh: sealing.refresh(&issued(NOW)),
        registered: sealing.registration(RegistrationKind::Public),
        secret: server.seal.client_secret(&confidential),
        confidential,
        login_ticket: sealing.login_ticket(BROWSER, NOW),
        consent_ticket: sealing.consent_ticket(BROWSER, NOW),
        account_ticket: sealing.account_ticket(BROWSER, NOW),
        logout_ticket: sealing.logout_ticket(BROWSER, NOW),
        provider_grant: sealing.provider_grant(),
        order: sealing.order(NOW),
        approval_ticket: sealing.approval_ticket(BROWSER, NOW),
        transaction: sealing.transaction(BROWSER, NOW),
        other_transaction: sealing.transaction(OTHER_BROWSER, NOW),
        expired_transaction: sealing.transaction(BROWSER, earlier(TICKET_LIFETIME_SECONDS)),
        upstream_state: HANDSHAKE.state(),
        other_login_ticket: sealing.login_ticket(OTHER_BROWSER, NOW),
        other_consent_ticket: sealing.consent_ticket(OTHER_BROWSER, NOW),
        expired_login_ticket: sealing.login_ticket(BROWSER, earlier(TICKET_LIFETIME_SECONDS)),
        session: sealing.seal(&SessionClaims::new(&session), NOW),
        consents: sealing.seal(&ConsentClaims::new(&memory, NOW), NOW),
    }
}

struct Sealing<'a> {
    server: &'a Server,
}

impl Sealing<'_> {
    fn seal(&self, artefact: &impl Artefact, at: UnixTime) -> String {
        self.server.seal.seal(artefact, at)
    }

    fn alice(&self) -> Subject {
        let name = self.server.users.iter().next().expect(WELL_FORMED).name.clone();
        Subject::Person(name)
    }

    fn web(&self) -> &Client {
        &self.server.policy.clients["web"]
    }

    fn requested(&self) -> Requested {
        let parameters = AuthorizationParameters {
            response_type: Some("code".to_owned()),
            redirect_uri: Some("https://web.example/cb".to_owned()),
            state: Some("a b".to_owned()),
            code_challenge: Some(CHALLENGE.to_owned()),
            code_challenge_method: Some("S256".to_owned()),
            ..AuthorizationParameters::default()
        };
        Requested::parse(parameters, self.web(), &self.server.policy).expect(WELL_FORMED)
    }

    fn consent(&self, at: UnixTime) -> AwaitingConsent {
        let session = LoginSession::begin(self.alice(), at);
        match self.requested().session_found(&session, at) {
            Ok(Found::Consent(stage)) => stage,
            other => panic!("nothing else was asked for: {other:?}"),
        }
    }

    fn login_ticket(&self, browser: &str, at: UnixTime) -> String {
        let stage = self.requested().sign_in_needed().expect(WELL_FORMED);
        let ticket = Ticket::new(stage, BrowserDigest::of(browser), at);
        self.seal(&LoginTicketClaims::new(&ticket, ISSUER), at)
    }

    fn consent_ticket(&self, browser: &str, at: UnixTime) -> String {
        let ticket = Ticket::new(self.consent(at), BrowserDigest::of(browser), at);
        self.seal(&ConsentTicketClaims::new(&ticket, ISSUER), at)
    }

    fn order(&self, at: UnixTime) -> String {
        let order = Order { what: Revocation::Everything { before: UnixTime(1) }, ordered_at: at };
        self.seal(&OrderClaims::new(&order), at)
    }

    fn logout_ticket(&self, browser: &str, at: UnixTime) -> String {
        let ticket = Ticket::new(AwaitingLogout::unsealed(None), BrowserDigest::of(browser), at);
        self.seal(&LogoutTicketClaims::new(&ticket), at)
    }

    fn account_ticket(&self, browser: &str, at: UnixTime) -> String {
        let request = self.requested().request().clone();
        let ticket = Ticket::new(
            AwaitingAccount::unsealed(request, self.alice()),
            BrowserDigest::of(browser),
            at,
        );
        self.seal(&AccountTicketClaims::new(&ticket, ISSUER), at)
    }

    fn approval(&self) -> AwaitingApproval {
        self.requested().sign_in_needed().expect(WELL_FORMED).provider_chosen(PROVIDER)
    }

    fn approval_ticket(&self, browser: &str, at: UnixTime) -> String {
        let ticket = Ticket::new(self.approval(), BrowserDigest::of(browser), at);
        self.seal(&ApprovalTicketClaims::new(&ticket, ISSUER), at)
    }

    fn transaction(&self, browser: &str, at: UnixTime) -> String {
        let stage = self.approval().approved(HANDSHAKE, at);
        let ticket = Ticket::new(stage, BrowserDigest::of(browser), at);
        self.seal(&TransactionClaims::new(&ticket, ISSUER), at)
    }

    fn registration(&self, kind: RegistrationKind) -> String {
        let rules = self.server.policy.registration.as_ref().expect(WELL_FORMED);
        let uris = ["https://app.example/cb", "http://localhost/cb"];
        let uris = uris.map(|uri| RegisteredRedirectUri::parse(uri, &rules.redirect_rules));
        let registration = Registration {
            name: Some("An application".to_owned()),
            redirect_uris: uris.into_iter().collect::<Result<_, _>>().expect(WELL_FORMED),
            post_logout_redirect_uris: Vec::new(),
            kind,
            grant_types: GrantType::ALL.into(),
            scope: None,
        };
        self.seal(&RegistrationClaims::new(&registration), NOW)
    }

    fn access(&self, code: &CodeIssued) -> String {
        let lifetime_seconds = self.web().lifetimes.access_seconds;
        let grant = AccessGrant {
            family: FamilyId([8; 16]),
            generation: 0,
            client: ClientThumbprint::of("web"),
            subject: code.subject.clone(),
            scope: code.scope.clone(),
            resource: code.resource.clone(),
            issued_at: NOW,
            expires_at: NOW.plus_seconds(lifetime_seconds),
            lifetime_seconds,
        };
        self.seal(&AccessClaims::new(&grant, ISSUER), NOW)
    }

    fn provider_grant(&self) -> String {
        let grant = ProviderGrant {
            name: GrantName([9; 16]),
            provider: "corp".to_owned(),
            subject: "ada".to_owned(),
            renewal: Some(Secret::new("r.upstream-refresh")),
            access: Some(Secret::new("upstream-access")),
            access_expires_at: Some(NOW.plus_seconds(600)),
            leased_until: None,
            given_at: NOW,
            expires_at: NOW.plus_seconds(86_400),
        };
        self.seal(&ProviderGrantClaims::new(&grant), NOW)
    }

    fn refresh(&self, code: &CodeIssued) -> String {
        let token = RefreshIssued {
            family: FamilyId([8; 16]),
            generation: 0,
            client: ClientThumbprint::of("web"),
            subject: code.subject.clone(),
            scope: code.scope.clone(),
            resource: code.resource.clone(),
            issued_at: NOW,
            founded_at: NOW,
            bond: None,
        };
        self.seal(&RefreshClaims::new(&token, ISSUER), NOW)
    }
}
