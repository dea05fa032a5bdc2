//! The deployment of every history: one person, one client, one resource that is asked for and another one.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::event::{Named, Settings, Verifier, Wish};
use crate::epochs::Epochs;
use crate::flow::prompt::Prompt;
use crate::flow::request::{AuthorizationParameters, Requested};
use crate::flow::session::LoginSession;
use crate::grant::GrantType;
use crate::metadata::PossessionRule;
use crate::oauth::client::{
    Client, ClientKind, ClientOrigin, ConsentRule, Lifetimes, RotationRule,
};
use crate::oauth::pkce::PkceRule;
use crate::oauth::redirect_uri::{RedirectRules, RegisteredRedirectUri};
use crate::oauth::resource::Resource;
use crate::oauth::scope::{Scope, ScopeToken};
use crate::oauth::subject::{IssuerTag, Subject};
use crate::oauth::time::UnixTime;
use crate::policy::{
    KnownProvider, OfflineAccess, Policy, ProtectedResource, RefreshMode, ScopeCatalogue, TokenForm,
};

/// Where codes go.
pub(super) const CALLBACK: &str = "https://client.example/cb";
/// How long refresh tokens live unused, in seconds.
pub const IDLE_SECONDS: u64 = 86_400;
/// How long families live, in seconds.
pub const ABSOLUTE_SECONDS: u64 = 3 * 86_400;
const IDP: &str = "https://idp.example";
const RESOURCE: &str = "https://auth.example/mcp";
const OTHER_RESOURCE: &str = "https://auth.example/other";
const VERIFIER: &str = "a-verifier-that-is-forty-three-characters-long-or-more";
const GRANTED: &str = "read write";
const FIXED: &str = "the world of the tests is well formed";

pub(super) fn policy(settings: Settings) -> Policy {
    let mut scopes = ScopeCatalogue::default();
    for name in ["read", "write", "admin"] {
        let token = ScopeToken::parse(name).expect(FIXED);
        scopes.add(token, String::new(), Scope::default(), name == "read");
    }
    let resource = |text| ProtectedResource {
        resource: Resource::parse(text).expect(FIXED),
        name: String::new(),
        scope: Scope::default(),
        is_served: true,
        form: TokenForm::Sealed,
        authorization_servers: Vec::new(),
        possession: PossessionRule::Refused,
        required: Scope::default(),
    };
    Policy {
        issuer: "https://auth.example".to_owned(),
        advertise_iss: true,
        identity: None,
        scopes,
        resources: vec![resource(RESOURCE), resource(OTHER_RESOURCE)],
        clients: BTreeMap::new(),
        people: [("alice".to_owned(), None)].into(),
        providers: vec![KnownProvider {
            id: super::federation::PROVIDER.to_owned(),
            name: String::new(),
            tag: IssuerTag::of(IDP),
            binds: false,
            lends_to: Vec::new(),
        }],
        registration: None,
        documents: None,
        offline_access: OfflineAccess::default(),
        refresh: if settings.convergent { RefreshMode::Convergent } else { RefreshMode::Rotating },
        retry_window_seconds: settings.retry_window_seconds,
        epochs: Epochs::default(),
        introspection: BTreeMap::new(),
        revocation: true,
    }
}

pub(super) fn client(id: &str, settings: Settings) -> Client {
    let callback = RegisteredRedirectUri::parse(CALLBACK, &RedirectRules::default());
    Client {
        id: id.to_owned(),
        name: None,
        origin: ClientOrigin::Preregistered,
        redirect_uris: vec![callback.expect(FIXED)],
        post_logout_redirect_uris: Vec::new(),
        kind: ClientKind::Public,
        keys: None,
        grant_types: GrantType::ALL.to_vec(),
        scope: Scope::parse("read write admin").expect(FIXED),
        consent: ConsentRule::Always,
        lifetimes: Lifetimes {
            access_seconds: 3_600,
            refresh_idle_seconds: IDLE_SECONDS,
            refresh_absolute_seconds: ABSOLUTE_SECONDS,
            rotation: match settings.grace_seconds {
                Some(grace_seconds) => RotationRule::Rotate { grace_seconds },
                None => RotationRule::Keep,
            },
        },
        pkce: PkceRule::STRICT,
    }
}

/// The person as their identity provider calls them.
pub(super) fn federated() -> Subject {
    Subject::federated(IDP, IDP, "alice").expect(FIXED)
}

pub(super) fn person() -> Subject {
    Subject::Person("alice".to_owned())
}

/// The person's login of so many seconds ago.
pub(super) fn session(login_age: Option<u64>, now: UnixTime) -> Option<LoginSession> {
    let begin = |age| LoginSession::begin(person(), now.minus_seconds(age));
    login_age.map(begin)
}

/// The request number `number`.
pub(super) fn request(
    client: &Client,
    policy: &Policy,
    number: usize,
    prompt: Prompt,
    max_age: Option<u64>,
) -> Option<Requested> {
    let words = Prompt::VALUES.into_iter().filter(|(_, page)| prompt.demands(*page));
    let words: Vec<_> = words.map(|(word, _)| word).collect();
    let parameters = AuthorizationParameters {
        state: Some(number.to_string()),
        prompt: Some(words.join(" ")),
        max_age: max_age.map(|seconds| seconds.to_string()),
        response_type: Some("code".to_owned()),
        scope: Some(GRANTED.to_owned()),
        code_challenge: Some(URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))),
        code_challenge_method: Some("S256".to_owned()),
        resource: vec![RESOURCE.to_owned()],
        ..AuthorizationParameters::default()
    };
    Requested::parse(parameters, client, policy).ok()
}

pub(super) fn redirect_uri(named: Named) -> Option<&'static str> {
    match named {
        Named::Absent => None,
        Named::Same => Some(CALLBACK),
        Named::Other => Some("https://thief.example/cb"),
    }
}

pub(super) fn verifier(verifier: Verifier) -> Option<&'static str> {
    match verifier {
        Verifier::Right => Some(VERIFIER),
        Verifier::Wrong => Some("a-guess-that-is-also-forty-three-characters-long-or-more"),
        Verifier::Absent => None,
        Verifier::Malformed => Some("short"),
    }
}

pub(super) fn resource(named: Named) -> Vec<String> {
    match named {
        Named::Absent => vec![],
        Named::Same => vec![RESOURCE.to_owned()],
        Named::Other => vec![OTHER_RESOURCE.to_owned()],
    }
}

pub(super) fn wish(wish: Wish) -> Option<&'static str> {
    match wish {
        Wish::Absent => None,
        Wish::Narrower => Some("read"),
        Wish::Wider => Some("read write admin"),
        Wish::Malformed => Some("\"read\""),
    }
}
