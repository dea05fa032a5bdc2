//! What every test starts from: one deployment, its clients and people, and strategies that lean on edges.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use protocol::epochs::Epochs;
use protocol::flow::approval::AwaitingApproval;
use protocol::flow::code::{CodeIssued, Redemption};
use protocol::flow::consent::AwaitingConsent;
use protocol::flow::provider::Handshake;
use protocol::flow::request::{AuthorizationParameters, AuthorizationRequest, Found, Requested};
use protocol::flow::session::LoginSession;
use protocol::grant::GrantType;
use protocol::identity::{Bond, Credential, Identified, Profile};
use protocol::ids::CodeId;
use protocol::metadata::PossessionRule;
use protocol::oauth::client::{
    Client, ClientKind, ClientOrigin, ConsentRule, Lifetimes, RotationRule,
};
use protocol::oauth::pkce::{CodeChallenge, PkceRule};
use protocol::oauth::redirect_uri::{RedirectRules, RegisteredRedirectUri};
use protocol::oauth::resource::Resource;
use protocol::oauth::scope::{Scope, ScopeToken};
use protocol::oauth::subject::{IssuerTag, Subject};
use protocol::oauth::time::UnixTime;
use protocol::policy::{
    DocumentPolicy, KnownProvider, OfflineAccess, Policy, ProtectedResource, RefreshMode,
    RegistrationPolicy, ScopeCatalogue, TokenForm,
};
use protocol::registration::hosts::HostRules;
use sha2::{Digest as _, Sha256};

pub(crate) const NOW: UnixTime = UnixTime(1_700_000_000);
pub(crate) const ISSUER: &str = "https://auth.example";
pub(crate) const RESOURCE: &str = "https://auth.example/mcp";
pub(crate) const OTHER_RESOURCE: &str = "https://auth.example/other";
pub(crate) const CALLBACK: &str = "https://client.example/cb";
/// The issuer of the identity provider `idp`, which each refresh asks.
pub(crate) const IDP: &str = "https://idp.example";
pub(crate) const GITHUB: &str = "https://github.com/login/oauth";
pub(crate) const VERIFIER: &str = "a-verifier-that-is-forty-three-characters-long-or-more";

/// A deployment with one resource, three scopes (`mcp:admin` implies `mcp:tools` implies `mcp:read`), and two people:
/// alice may allow everything, bob only to read.
pub(crate) fn policy() -> Policy {
    let mut scopes = ScopeCatalogue::default();
    let mut add = |name: &str, implies: &str, by_default| {
        let token = ScopeToken::parse(name).expect("a scope token");
        scopes.add(token, format!("What {name} means"), scope(implies), by_default);
    };
    add("mcp:read", "", false);
    add("mcp:tools", "mcp:read", true);
    add("mcp:admin", "mcp:tools", false);
    Policy {
        issuer: ISSUER.to_owned(),
        advertise_iss: true,
        identity: None,
        scopes,
        resources: vec![protected(RESOURCE)],
        clients: BTreeMap::new(),
        providers: vec![provider("github", GITHUB, false), provider("idp", IDP, true)],
        people: [("alice".to_owned(), None), ("bob".to_owned(), Some(scope("mcp:read")))].into(),
        registration: Some(RegistrationPolicy {
            redirect_rules: rules(),
            default_redirect_uris: Vec::new(),
            client_credentials: true,
            scope: scope("mcp:tools"),
            lifetimes: lifetimes(),
        }),
        documents: Some(DocumentPolicy {
            redirect_rules: RedirectRules { out_of_band: false, ..rules() },
            same_origin_redirects: false,
            allow_loopback: false,
            hosts: HostRules::default(),
            scope: scope("mcp:tools"),
            lifetimes: lifetimes(),
        }),
        offline_access: OfflineAccess::default(),
        refresh: RefreshMode::Rotating,
        retry_window_seconds: 0,
        epochs: Epochs::default(),
        introspection: BTreeMap::new(),
        revocation: true,
    }
}

/// The same deployment with a second resource, so that the choice is no longer obvious.
pub(crate) fn policy_with_two_resources() -> Policy {
    let mut policy = policy();
    policy.resources.push(protected(OTHER_RESOURCE));
    policy
}

pub(crate) fn protected(resource: &str) -> ProtectedResource {
    ProtectedResource {
        resource: self::resource(resource),
        name: "Demo".to_owned(),
        scope: scope("mcp:tools"),
        is_served: true,
        form: TokenForm::Sealed,
        authorization_servers: Vec::new(),
        possession: PossessionRule::Refused,
        required: scope(""),
    }
}

pub(crate) fn provider(id: &str, issuer: &str, binds: bool) -> KnownProvider {
    let (id, name) = (id.to_owned(), id.to_uppercase());
    KnownProvider { id, name, tag: IssuerTag::of(issuer), binds, lends_to: Vec::new() }
}

/// What the browser leaves with in tests.
pub(crate) const HANDSHAKE: Handshake = Handshake::new([3; 16], [4; 32]);

/// A request that waits to be allowed before the provider `github` is asked who is there.
pub(crate) fn approval() -> AwaitingApproval {
    requested().sign_in_needed().expect("pages are allowed").provider_chosen("github")
}

/// Somebody whom the provider of `issuer` named just now.
pub(crate) fn identified(issuer: &str, name: &str) -> Identified {
    Identified {
        subject: Subject::federated(issuer, issuer, name).expect("a name"),
        authenticated_at: Some(NOW),
        profile: Profile { name: Some(name.to_owned()), ..Profile::default() },
        most: None,
        bond: None,
    }
}

/// What access depends on that the provider `idp` gave.
pub(crate) fn bond() -> Bond {
    Bond {
        provider: "idp".to_owned(),
        subject: "248289761001".to_owned(),
        credential: Credential::Carried("upstream-refresh".to_owned()),
    }
}

pub(crate) fn rules() -> RedirectRules {
    RedirectRules {
        private_use_schemes: vec!["cursor".to_owned(), "vscode".to_owned()],
        reverse_domain_schemes: true,
        out_of_band: true,
    }
}

pub(crate) fn lifetimes() -> Lifetimes {
    Lifetimes {
        access_seconds: 3_600,
        refresh_idle_seconds: 30 * 86_400,
        refresh_absolute_seconds: 90 * 86_400,
        rotation: RotationRule::Rotate { grace_seconds: 60 },
    }
}

/// A pre-registered public client with one web redirect URI and every grant.
pub(crate) fn client() -> Client {
    client_at(&[CALLBACK])
}

pub(crate) fn client_at(redirect_uris: &[&str]) -> Client {
    Client {
        id: "owner".to_owned(),
        name: Some("Owner".to_owned()),
        origin: ClientOrigin::Preregistered,
        redirect_uris: redirect_uris.iter().map(|uri| registered(uri)).collect(),
        post_logout_redirect_uris: Vec::new(),
        kind: ClientKind::Public,
        keys: None,
        grant_types: GrantType::ALL.to_vec(),
        scope: scope("mcp:tools"),
        consent: ConsentRule::Always,
        lifetimes: lifetimes(),
        pkce: PkceRule::STRICT,
    }
}

/// Another client, equal in everything but its name.
pub(crate) fn thief() -> Client {
    Client { id: "thief".to_owned(), ..client() }
}

pub(crate) fn registered(uri: &str) -> RegisteredRedirectUri {
    RegisteredRedirectUri::parse(uri, &rules()).expect("an acceptable redirect URI")
}

pub(crate) fn scope(text: &str) -> Scope {
    Scope::parse(text).expect("a scope")
}

pub(crate) fn resource(text: &str) -> Resource {
    Resource::parse(text).expect("a resource")
}

pub(crate) fn alice() -> Subject {
    Subject::Person("alice".to_owned())
}

/// The challenge a well-behaved client derives from `verifier`.
pub(crate) fn challenge_of(verifier: &str) -> CodeChallenge {
    CodeChallenge::parse(&challenge_text(verifier)).expect("43 characters")
}

pub(crate) fn challenge_text(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// A request with nothing wrong, for [`client`] at [`policy`].
pub(crate) fn parameters() -> AuthorizationParameters {
    AuthorizationParameters {
        response_type: Some("code".to_owned()),
        redirect_uri: Some(CALLBACK.to_owned()),
        scope: Some("mcp:tools".to_owned()),
        state: Some("af0ifjsldkj".to_owned()),
        code_challenge: Some(challenge_text(VERIFIER)),
        code_challenge_method: Some("S256".to_owned()),
        resource: vec![RESOURCE.to_owned()],
        ..AuthorizationParameters::default()
    }
}

pub(crate) fn requested() -> Requested {
    Requested::parse(parameters(), &client(), &policy()).expect("nothing is wrong")
}

pub(crate) fn request() -> AuthorizationRequest {
    requested().request().clone()
}

/// Alice's login of `age` seconds before [`NOW`].
pub(crate) fn session(age: u64) -> LoginSession {
    LoginSession::begin(alice(), NOW.minus_seconds(age))
}

/// What follows for somebody who is logged in, where the client asks for no page in particular.
pub(crate) fn consent_of(requested: Requested) -> AwaitingConsent {
    match requested.session_found(&session(0), NOW) {
        Ok(Found::Consent(stage)) => stage,
        other => panic!("nothing else was asked for: {other:?}"),
    }
}

/// A code that alice allowed at [`NOW`].
pub(crate) fn code() -> CodeIssued {
    consent_of(requested()).consent_given(CodeId([7; 16]), NOW)
}

/// A redemption with nothing wrong, for [`code`].
pub(crate) fn redemption(client: &Client) -> Redemption<'_> {
    Redemption { client, redirect_uri: None, code_verifier: Some(VERIFIER), resource: &[] }
}

/// Any `code_verifier` RFC 7636 §4.1 allows.
pub(crate) fn verifier() -> impl Strategy<Value = String> {
    "[A-Za-z0-9._~-]{43,128}"
}

/// Numbers within `range`, every other one next to one of `edges`: uniform draws rarely land there.
pub(crate) fn leaning_on(
    edges: Vec<u64>,
    range: RangeInclusive<u64>,
) -> impl Strategy<Value = u64> {
    let (least, most) = range.clone().into_inner();
    let near = (prop::sample::select(edges), 0..=2_u64)
        .prop_map(move |(edge, step)| (edge + step).saturating_sub(1).clamp(least, most));
    prop_oneof![near, range]
}

/// A scope made of the catalogue's tokens and one that does not exist.
pub(crate) fn any_scope() -> impl Strategy<Value = Scope> {
    let tokens = ["mcp:read", "mcp:tools", "mcp:admin", "mcp:unknown"];
    prop::sample::subsequence(tokens.to_vec(), 0..=4).prop_map(|tokens| scope(&tokens.join(" ")))
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
