//! Each stage of the protocol survives being sealed, with every member.

use protocol::flow::account::AwaitingAccount;
use protocol::flow::code::CodeIssued;
use protocol::flow::consent::AwaitingConsent;
use protocol::flow::login::AwaitingLogin;
use protocol::flow::logout::{AwaitingLogout, Destination};
use protocol::flow::prompt::Prompt;
use protocol::flow::request::AuthorizationRequest;
use protocol::flow::session::{Allowed, ConsentDigest, ConsentMemory, LoginSession};
use protocol::flow::ticket::{BrowserDigest, Ticket};
use protocol::grant::{AccessGrant, GrantType, RefreshIssued};
use protocol::identity::Authentication;
use protocol::ids::{CodeId, FamilyId, TokenId};
use protocol::oauth::built_in::BuiltIn;
use protocol::oauth::client::{ClientThumbprint, KeySource};
use protocol::oauth::pkce::{Challenge, CodeChallenge};
use protocol::oauth::post_logout::PostLogoutRedirectUri;
use protocol::oauth::redirect_uri::{
    MatchedRedirectUri, RedirectDigest, RedirectRules, RegisteredRedirectUri,
};
use protocol::oauth::resource::Resource;
use protocol::oauth::scope::Scope;
use protocol::oauth::subject::{Subject, SubjectDigest};
use protocol::oauth::time::UnixTime;
use protocol::registration::dynamic::{Registration, RegistrationKind};
use protocol::replay::Revocation;
use protocol::revocation::Order;
use sealbearer::seal::Artefact;
use sealbearer::seal::claims::{
    AccessClaims, AccountTicketClaims, CodeClaims, ConsentClaims, ConsentTicketClaims,
    LoginTicketClaims, LogoutTicketClaims, OrderClaims, RefreshClaims, RegistrationClaims,
    SessionClaims,
};

use super::{ISSUER, NOW, node, seal};

/// The claims as another node reads them, and the end that it reads with them.
pub(super) fn carried<A: Artefact>(claims: &A) -> (A, Option<u64>) {
    let carried: A = seal().open(&node().seal(claims, NOW), NOW).expect("they were sealed");
    assert_eq!(carried.issued_at(), claims.issued_at());
    let end = carried.expires_at().map(|end| end.seconds_since(carried.issued_at()));
    (carried, end)
}

fn alice() -> Subject {
    Subject::Person("alice".to_owned())
}

fn scope() -> Scope {
    Scope::parse("read write").expect("it is in the grammar")
}

fn resource(text: &str) -> Resource {
    Resource::parse(text).expect("it is a URL")
}

pub(super) fn request(resource_text: &str) -> AuthorizationRequest {
    AuthorizationRequest {
        client_id: "client".to_owned(),
        redirect_uri: MatchedRedirectUri::unsealed("http://127.0.0.1:1/cb".to_owned()),
        state: Some("a b".to_owned()),
        code_challenge: Challenge::unsealed(Some(CodeChallenge::from_bytes([1; 32]))),
        scope: scope(),
        resource: resource(resource_text),
        prompt: Prompt::CONSENT.and(Prompt::SELECT_ACCOUNT),
        max_age_seconds: Some(60),
        nonce: Some("n-0S6_WzA2Mj".to_owned()),
        hinted: Some(alice()),
        login_hint: Some("alice@example.com".to_owned()),
    }
}

/// Of this deployment, at its root, and of another one.
const RESOURCES: [&str; 3] =
    ["https://auth.example.com/mcp", "https://auth.example.com", "https://other.example/mcp"];

/// What PKCE left behind: a hash, one that is all zeros, or nothing.
fn challenges() -> [Challenge; 3] {
    let hash = |byte| Some(CodeChallenge::from_bytes([byte; 32]));
    [hash(4), hash(0), None].map(Challenge::unsealed)
}

#[test]
fn codes_survive() {
    for (resource_text, code_challenge) in RESOURCES.into_iter().zip(challenges()) {
        let code = CodeIssued {
            id: CodeId([1; 16]),
            client: ClientThumbprint([2; 16]),
            redirect_uri: RedirectDigest([3; 12]),
            code_challenge,
            scope: scope(),
            resource: resource(resource_text),
            subject: alice(),
            issued_at: NOW,
            offline_declined: false,
            authentication: None,
            bond: None,
        };
        let (claims, end) = carried(&CodeClaims::new(&code, ISSUER));
        assert_eq!((claims.stage(ISSUER), end), (Some(code.clone()), Some(60)));
        let offline = BuiltIn::OfflineAccess.token();
        let asked = CodeIssued {
            scope: code.scope.union(&[offline].into_iter().collect()),
            ..code.clone()
        };
        let declined = CodeIssued { offline_declined: true, ..code.clone() };
        let login = |nonce: Option<&str>| Authentication {
            authenticated_at: UnixTime(NOW.0 - 43_200),
            nonce: nonce.map(str::to_owned),
            profile: None,
        };
        let known = CodeIssued { authentication: Some(login(None)), ..code.clone() };
        let named = CodeIssued { authentication: Some(login(Some("n \"0\""))), ..code };
        for code in [asked, declined, known, named] {
            let (claims, _) = carried(&CodeClaims::new(&code, ISSUER));
            assert_eq!(claims.stage(ISSUER), Some(code));
        }
    }
}

#[test]
fn tokens_survive() {
    for generation in [0, 1, u32::MAX] {
        let access = AccessGrant {
            family: FamilyId([1; 16]),
            generation,
            client: ClientThumbprint([2; 16]),
            subject: alice(),
            scope: scope(),
            resource: resource(RESOURCES[0]),
            issued_at: NOW,
            expires_at: NOW.plus_seconds(3_600),
            lifetime_seconds: 3_600,
        };
        let (claims, end) = carried(&AccessClaims::new(&access, ISSUER));
        assert_eq!((claims.stage(ISSUER), end), (Some(access), Some(3_600)));
        for age in [0, 7] {
            let refresh = RefreshIssued {
                family: FamilyId([1; 16]),
                generation,
                client: ClientThumbprint([2; 16]),
                subject: alice(),
                scope: scope(),
                resource: resource(RESOURCES[0]),
                issued_at: NOW,
                founded_at: UnixTime(NOW.0 - age),
                bond: None,
            };
            let (claims, end) = carried(&RefreshClaims::new(&refresh, ISSUER));
            assert_eq!((claims.stage(ISSUER), end), (Some(refresh.clone()), Some(365 * 86_400)));
            let offline = BuiltIn::OfflineAccess.token();
            let scope = refresh.scope.union(&[offline].into_iter().collect());
            let asked = RefreshIssued { scope, ..refresh };
            let (claims, _) = carried(&RefreshClaims::new(&asked, ISSUER));
            assert_eq!(claims.stage(ISSUER), Some(asked));
        }
    }
}

/// What is zero is not written: most tokens are the first of their family.
#[test]
fn members_that_are_zero_take_no_room() {
    let refresh = |generation, age| RefreshIssued {
        family: FamilyId([1; 16]),
        generation,
        client: ClientThumbprint([2; 16]),
        subject: alice(),
        scope: scope(),
        resource: resource(RESOURCES[0]),
        issued_at: NOW,
        founded_at: UnixTime(NOW.0 - age),
        bond: None,
    };
    let members = |generation, age| {
        let claims = RefreshClaims::new(&refresh(generation, age), ISSUER);
        let written = serde_json::to_value(claims).expect("claims are JSON");
        [written.get("n").is_some(), written.get("x").is_some()]
    };
    assert_eq!(members(0, 0), [false, false]);
    assert_eq!(members(1, 0), [true, false]);
    assert_eq!(members(0, 1), [false, true]);
}

/// Most resources are served by the node that seals their tokens, and only those are shortened.
#[test]
fn resources_of_the_issuer_are_written_as_their_paths() {
    let written = |text: &str| {
        let login = AwaitingLogin::unsealed(request(text));
        let ticket = Ticket::new(login, BrowserDigest([5; 16]), NOW);
        let claims = LoginTicketClaims::new(&ticket, ISSUER);
        let claims = serde_json::to_value(claims).expect("claims are JSON");
        claims["k"]["a"].as_str().map(str::to_owned)
    };
    let foreign = "https://auth.example.com.evil.example/mcp";
    let texts = [RESOURCES[0], RESOURCES[1], RESOURCES[2], foreign].map(written);
    let expected = ["/mcp", "", RESOURCES[2], foreign].map(|text| Some(text.to_owned()));
    assert_eq!(texts, expected);
}

#[test]
fn tickets_survive() {
    let browser = BrowserDigest([5; 16]);
    let login = Ticket::new(AwaitingLogin::unsealed(request(RESOURCES[0])), browser, NOW);
    let (claims, end) = carried(&LoginTicketClaims::new(&login, ISSUER));
    let read = claims.ticket(ISSUER).expect("every member can be read");
    assert_eq!((read.stage(), read.browser(), read.asked_at()), (login.stage(), browser, NOW));
    assert_eq!(end, Some(600));
    for code_challenge in challenges() {
        let request = AuthorizationRequest { code_challenge, ..request(RESOURCES[0]) };
        let ticket = Ticket::new(AwaitingLogin::unsealed(request), browser, NOW);
        let (claims, _) = carried(&LoginTicketClaims::new(&ticket, ISSUER));
        let read = claims.ticket(ISSUER).expect("every member can be read");
        assert_eq!(read.stage(), ticket.stage());
    }
    let earlier = UnixTime(NOW.0 - 9);
    let stage = AwaitingConsent::unsealed(request(RESOURCES[2]), alice(), earlier);
    let consent = Ticket::new(stage, browser, NOW);
    let (claims, end) = carried(&ConsentTicketClaims::new(&consent, ISSUER));
    let read = claims.ticket(ISSUER).expect("every member can be read");
    assert_eq!((read.stage(), read.browser(), read.asked_at()), (consent.stage(), browser, NOW));
    assert_eq!(end, Some(600));
    let stage = AwaitingAccount::unsealed(request(RESOURCES[1]), alice());
    let account = Ticket::new(stage, browser, NOW);
    let (claims, end) = carried(&AccountTicketClaims::new(&account, ISSUER));
    let read = claims.ticket(ISSUER).expect("every member can be read");
    assert_eq!((read.stage(), read.browser(), read.asked_at()), (account.stage(), browser, NOW));
    assert_eq!(end, Some(600));
}

#[test]
fn logout_tickets_survive() {
    let location = "https://app.example.com/done?state=a+b".to_owned();
    for vouched in [false, true] {
        for destination in [None, Some(Destination { location: location.clone(), vouched })] {
            let stage = AwaitingLogout::unsealed(destination);
            let ticket = Ticket::new(stage, BrowserDigest([5; 16]), NOW);
            let (claims, end) = carried(&LogoutTicketClaims::new(&ticket));
            let read = claims.ticket();
            let parts = (read.stage(), read.browser(), read.asked_at());
            assert_eq!(parts, (ticket.stage(), ticket.browser(), NOW));
            assert_eq!(end, Some(600));
        }
    }
}

/// A ticket of a request that asks for nothing in particular has no member for it.
#[test]
fn what_is_not_asked_takes_no_room() {
    let plain = AuthorizationRequest {
        prompt: Prompt::default(),
        max_age_seconds: None,
        nonce: None,
        hinted: None,
        login_hint: None,
        ..request(RESOURCES[0])
    };
    let members = |request| {
        let ticket = Ticket::new(AwaitingLogin::unsealed(request), BrowserDigest([5; 16]), NOW);
        let claims = serde_json::to_value(LoginTicketClaims::new(&ticket, ISSUER));
        let claims = claims.expect("claims are JSON");
        ["m", "x", "n", "u", "w"].map(|name| claims["k"].get(name).is_some())
    };
    assert_eq!(members(plain), [false; 5]);
    assert_eq!(members(request(RESOURCES[0])), [true; 5]);
}

#[test]
fn orders_survive() {
    let (before, id) = (NOW.plus_seconds(1), [1; 16]);
    let all = [
        Revocation::Token { token: TokenId(id), until: before },
        Revocation::Family { family: FamilyId(id), until: before },
        Revocation::Subject { subject: SubjectDigest(id), before },
        Revocation::Client { client: ClientThumbprint(id), before },
        Revocation::Everything { before },
    ];
    for what in all {
        let order = Order { what, ordered_at: NOW };
        let (claims, end) = carried(&OrderClaims::new(&order));
        assert_eq!((claims.stage(), end), (Some(order), Some(300)));
    }
    // What another release may order: a kind that is not known here, or a name too few or too many.
    for text in [r#"{"k":6,"b":1,"t":2}"#, r#"{"k":1,"b":1,"t":2}"#] {
        let claims: OrderClaims = serde_json::from_str(text).expect("claims of the right shape");
        assert_eq!(claims.stage(), None, "{text}");
    }
}

#[test]
fn cookies_survive() {
    let earlier = UnixTime(NOW.0 - 9);
    let session = LoginSession::begin(alice(), earlier).salted([3; 8]);
    let session = LoginSession { seen_at: NOW, ..session };
    let (claims, end) = carried(&SessionClaims::new(&session));
    assert_eq!((claims.stage(), end), (Some(session), Some(43_200 - 9)));
    let allowed = |byte, at| Allowed { digest: ConsentDigest([byte; 12]), at };
    let memory = ConsentMemory { allowed: vec![allowed(1, earlier), allowed(2, NOW)] };
    let (claims, end) = carried(&ConsentClaims::new(&memory, NOW));
    assert_eq!((claims.stage(), end), (memory, Some(43_200)));
}

fn registration(uris: &[&str], grant_types: &[GrantType]) -> Registration {
    let rules = RedirectRules { out_of_band: true, ..RedirectRules::default() };
    let parse = |uri: &&str| RegisteredRedirectUri::parse(uri, &rules).expect("it is acceptable");
    Registration {
        name: Some("Editor".to_owned()),
        redirect_uris: uris.iter().map(parse).collect(),
        post_logout_redirect_uris: uris
            .iter()
            .filter_map(|uri| PostLogoutRedirectUri::parse(uri, &rules).ok())
            .collect(),
        kind: RegistrationKind::Confidential { salt: [6; 8] },
        grant_types: grant_types.to_vec(),
        scope: Some(scope()),
    }
}

#[test]
fn registrations_survive() {
    let grants = GrantType::ALL;
    for chosen in [&grants[..], &grants[..1], &grants[1..2], &grants[2..], &[grants[0], grants[2]]]
    {
        let kinds = [
            RegistrationKind::Public,
            RegistrationKind::Confidential { salt: [6; 8] },
            RegistrationKind::Keyed(KeySource::Inline("{\"keys\":[]}".to_owned())),
            RegistrationKind::Keyed(KeySource::Remote("https://a.example/jwks".to_owned())),
        ];
        for kind in kinds {
            for uris in [&[][..], &["https://a.example/cb", "http://localhost/cb"]] {
                let registration =
                    Registration { kind: kind.clone(), ..registration(uris, chosen) };
                let (claims, end) = carried(&RegistrationClaims::new(&registration));
                assert_eq!(claims.stage(&RedirectRules::default()), Some(registration));
                assert_eq!(end, None);
            }
        }
    }
}

/// A stricter configuration reaches clients that registered before it.
#[test]
fn redirect_uris_that_are_no_longer_accepted_are_dropped() {
    const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";
    let stage = |uris: &[&str]| {
        let claims = RegistrationClaims::new(&registration(uris, &GrantType::ALL));
        claims.stage(&RedirectRules::default())
    };
    let kept = registration(&["https://a.example/cb"], &GrantType::ALL);
    assert_eq!(stage(&["https://a.example/cb", OUT_OF_BAND]), Some(kept));
    assert_eq!(stage(&[OUT_OF_BAND]), None, "nothing is left, and defaults were not asked for");
}
