//! What travels of a login with an identity provider survives being sealed, with every member.

use protocol::flow::approval::AwaitingApproval;
use protocol::flow::consent::AwaitingConsent;
use protocol::flow::provider::{AwaitingProvider, Handshake};
use protocol::flow::session::LoginSession;
use protocol::flow::ticket::{BrowserDigest, Ticket};
use protocol::identity::{Bond, Credential, FederatedLogin, Profile};
use protocol::ids::GrantName;
use protocol::oauth::scope::Scope;
use protocol::oauth::subject::Subject;
use protocol::oauth::time::UnixTime;
use sealbearer::seal::claims::{
    ApprovalTicketClaims, ConsentTicketClaims, SessionClaims, TransactionClaims,
};

use super::stages::{carried, request};
use super::{ISSUER, NOW};

const BROWSER: BrowserDigest = BrowserDigest([5; 16]);

fn mona() -> Subject {
    Subject::federated("https://idp.example", "https://idp.example", "583231").expect("a name")
}

/// Somebody of whom much is said, and somebody of whom nothing is.
fn logins() -> [FederatedLogin; 2] {
    let profile = Profile {
        name: Some("Mona".to_owned()),
        preferred_username: Some("octocat".to_owned()),
        email: Some("mona@idp.example".to_owned()),
    };
    let most = Scope::parse("read").ok();
    let nothing = FederatedLogin { arrived_at: NOW, profile: Profile::default(), most: None };
    [FederatedLogin { arrived_at: NOW, profile, most }, nothing]
}

fn bonds() -> [Option<Bond>; 3] {
    let with = |credential| {
        Some(Bond { provider: "idp".to_owned(), subject: "583231".to_owned(), credential })
    };
    let carried = Credential::Carried("k.of the provider".to_owned());
    [None, with(carried), with(Credential::Kept(GrantName([8; 16])))]
}

fn parts<S>(ticket: &Ticket<S>) -> (&S, BrowserDigest, UnixTime) {
    (ticket.stage(), ticket.browser(), ticket.asked_at())
}

#[test]
fn what_waits_for_an_approval_survives() {
    let stage = AwaitingApproval::unsealed(request("https://auth.example.com/mcp"), "idp");
    let ticket = Ticket::new(stage, BROWSER, NOW);
    let (claims, end) = carried(&ApprovalTicketClaims::new(&ticket, ISSUER));
    let read = claims.ticket(ISSUER).expect("every member can be read");
    assert_eq!((parts(&read), end), (parts(&ticket), Some(600)));
}

#[test]
fn what_waits_for_a_provider_survives_without_the_hint_for_it() {
    for offline_declined in [false, true] {
        let request = request("https://other.example/mcp");
        let handshake = Handshake::new([3; 16], [4; 32]);
        let stage =
            AwaitingProvider::unsealed(request.clone(), "idp", offline_declined, handshake, NOW);
        let ticket = Ticket::new(stage, BROWSER, NOW);
        let (claims, end) = carried(&TransactionClaims::new(&ticket, ISSUER));
        assert_eq!(claims.departed_at(), NOW);
        let read = claims.transaction(ISSUER).expect("every member can be read");
        assert_eq!((parts(&read), end), (parts(&ticket), Some(3_600)));
    }
}

#[test]
fn who_is_asked_after_the_provider_named_them_survives() {
    for login in logins() {
        for bond in bonds() {
            for offline_declined in [false, true] {
                let request = request("https://auth.example.com");
                let stage = AwaitingConsent::unsealed(request, mona(), NOW);
                let (login, bond) = (login.clone(), bond.clone());
                let stage =
                    AwaitingConsent::unsealed_federated(stage, login, bond, offline_declined);
                let ticket = Ticket::new(stage, BROWSER, NOW);
                let (claims, end) = carried(&ConsentTicketClaims::new(&ticket, ISSUER));
                let read = claims.ticket(ISSUER).expect("every member can be read");
                assert_eq!((parts(&read), end), (parts(&ticket), Some(600)));
                assert_eq!(read.stage().offline_declined(), offline_declined);
            }
        }
    }
}

#[test]
fn a_federated_login_survives() {
    for login in logins() {
        let session = LoginSession { federated: Some(login), ..LoginSession::begin(mona(), NOW) };
        let (claims, end) = carried(&SessionClaims::new(&session));
        assert_eq!((claims.stage(), end), (Some(session), Some(43_200)));
    }
}
