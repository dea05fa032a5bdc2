//! Dynamic registration: what is accepted, what is changed, what is refused. Source: RFC 7591 §2, §3; CB-02 to CB-11.

use proptest::prelude::*;
use protocol::grant::GrantType;
use protocol::oauth::client::{ClientKind, ClientOrigin, ConsentRule, KeySource};
use protocol::oauth::redirect_uri::RedirectFault;
use protocol::policy::{Policy, RefreshMode, RegistrationPolicy};
use protocol::registration::dynamic::{
    Accepted, ClientMetadata, NAME_CHARS_MAX, REDIRECT_URIS_MAX, Registration, RegistrationError,
    RegistrationKind,
};

use super::support::{lifetimes, policy, registered, scope};

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// A public client that wants what most want.
fn metadata() -> ClientMetadata {
    ClientMetadata {
        client_name: Some("Editor".to_owned()),
        post_logout_redirect_uris: Vec::new(),
        redirect_uris: owned(&["http://127.0.0.1:33418/", "https://editor.example/redirect"]),
        token_endpoint_auth_method: Some("none".to_owned()),
        grant_types: Some(owned(&["authorization_code", "refresh_token"])),
        response_types: Some(owned(&["code"])),
        scope: None,
        jwks: None,
        jwks_uri: None,
    }
}

fn accept(metadata: &ClientMetadata) -> Result<Accepted, RegistrationError> {
    Registration::accept(metadata, [1; 8], &policy())
}

/// The deployment with its registration rules changed.
fn policy_where(change: impl FnOnce(&mut RegistrationPolicy)) -> Policy {
    let mut policy = policy();
    change(policy.registration.as_mut().expect("registration is open"));
    policy
}

fn any_metadata() -> impl Strategy<Value = ClientMetadata> {
    let uris = [
        "https://a.example/cb",
        "https://b.example/cb",
        "http://127.0.0.1:1/cb",
        "http://127.0.0.1:2/cb",
        "http://localhost/cb",
        "cursor://cb",
        "com.example.app:/cb",
        "http://a.example/cb",
        "javascript:alert(1)",
        "https://a.example/#f",
        "http://127.0.0.1:1/cb",
    ];
    let grants = ["authorization_code", "refresh_token", "client_credentials", "implicit", "urn:x"];
    let methods = [
        "none",
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
        "client_secret_jwt",
        "x",
    ];
    let texts = |all: &'static [&'static str]| {
        prop::sample::subsequence(all.to_vec(), 0..=all.len())
            .prop_map(|some| owned(&some))
            .prop_shuffle()
    };
    let uris: &'static [&'static str] = Vec::leak(uris.to_vec());
    let grants: &'static [&'static str] = Vec::leak(grants.to_vec());
    (
        prop::option::of("\\PC{0,5}[a-zA-Z \u{202e}\n<&]{0,80}"),
        texts(uris),
        prop::option::of(prop::sample::select(methods.to_vec())),
        prop::option::of(texts(grants)),
        prop::option::of(prop::sample::select(vec![
            "",
            "mcp:tools",
            "mcp:read mcp:admin",
            "unknown",
            "a\"b",
        ])),
    )
        .prop_map(|(client_name, redirect_uris, method, grant_types, scope)| ClientMetadata {
            client_name,
            post_logout_redirect_uris: redirect_uris.clone(),
            redirect_uris,
            token_endpoint_auth_method: method.map(str::to_owned),
            grant_types,
            response_types: None,
            scope: scope.map(str::to_owned),
            jwks: None,
            jwks_uri: None,
        })
}

/// What the client would send if it registered again from what it was answered.
fn from_its_own_answer(accepted: &Accepted) -> ClientMetadata {
    let registration = &accepted.registration;
    let grants = registration.grant_types.iter().map(|grant| grant.as_str().to_owned());
    let code = registration.grant_types.contains(&GrantType::AuthorizationCode);
    let after_logout = registration.post_logout_redirect_uris.iter();
    ClientMetadata {
        client_name: registration.name.clone(),
        redirect_uris: accepted.redirect_uris.clone(),
        post_logout_redirect_uris: after_logout.map(|uri| uri.as_str().to_owned()).collect(),
        token_endpoint_auth_method: Some(accepted.auth_method.to_owned()),
        grant_types: Some(grants.collect()),
        response_types: Some(if code { owned(&["code"]) } else { vec![] }),
        scope: registration.scope.as_ref().map(ToString::to_string),
        ..ClientMetadata::default()
    }
}

proptest! {
    #![proptest_config(super::config())]

    /// What was accepted is accepted again from its own answer, unchanged.
    #[test]
    fn accepted_stays_accepted(metadata in any_metadata()) {
        if let Ok(accepted) = accept(&metadata) {
            let again = accept(&from_its_own_answer(&accepted));
            prop_assert_eq!(again.map(|again| again.registration), Ok(accepted.registration));
        }
    }

    /// CB-08: the same public client is the same registration, whatever the salt and whichever ports it tries.
    #[test]
    fn a_public_client_is_always_the_same(metadata in any_metadata(), salt in any::<[u8; 8]>(), port in 1..9_999_u16) {
        let accepted = accept(&metadata);
        let moved = |uri: &String| uri.replace("127.0.0.1:1/", &format!("127.0.0.1:{port}/"));
        let redirect_uris = metadata.redirect_uris.iter().map(moved).collect();
        let again = ClientMetadata { redirect_uris, ..metadata };
        let again = Registration::accept(&again, salt, &policy());
        match (accepted, again) {
            (Ok(accepted), Ok(again)) => {
                let same = accepted.registration == again.registration;
                let public = accepted.registration.kind == RegistrationKind::Public;
                prop_assert_eq!(same, public || salt == [1; 8]);
            }
            (accepted, again) => prop_assert_eq!(accepted.err(), again.err()),
        }
    }

    /// Nothing is registered that the deployment does not give.
    #[test]
    fn no_more_is_registered_than_the_deployment_gives(metadata in any_metadata()) {
        let Ok(accepted) = accept(&metadata) else { return Ok(()) };
        let Accepted { registration, auth_method, redirect_uris } = accepted;
        prop_assert!(registration.redirect_uris.len() <= REDIRECT_URIS_MAX);
        prop_assert!(redirect_uris.iter().all(|uri| metadata.redirect_uris.contains(uri)));
        prop_assert!(!redirect_uris.iter().any(|uri| uri.starts_with("javascript") || uri.contains('#')));
        prop_assert!(registration.name.is_none_or(|name| name.chars().count() <= NAME_CHARS_MAX));
        let most = scope("mcp:read mcp:tools");
        prop_assert!(registration.scope.as_ref().is_none_or(|scope| most.contains_all(scope) && !scope.is_empty()));
        let public = registration.kind == RegistrationKind::Public;
        prop_assert_eq!(public, auth_method == "none");
        prop_assert!(!(public && registration.grant_types.contains(&GrantType::ClientCredentials)));
        prop_assert!(registration.grant_types.iter().any(|grant| *grant != GrantType::RefreshToken));
        let needs_uri = registration.grant_types.contains(&GrantType::AuthorizationCode);
        prop_assert!(!needs_uri || !registration.redirect_uris.is_empty());
    }
}

#[test]
fn what_most_clients_send_is_accepted() {
    let Accepted { registration, auth_method, redirect_uris } =
        accept(&metadata()).expect("it is ordinary");
    assert_eq!(registration.name.as_deref(), Some("Editor"));
    let kept = [registered("http://127.0.0.1/"), registered("https://editor.example/redirect")];
    assert_eq!(registration.redirect_uris, kept);
    assert_eq!(redirect_uris, metadata().redirect_uris);
    assert_eq!(registration.kind, RegistrationKind::Public);
    assert_eq!(registration.grant_types, [GrantType::AuthorizationCode, GrantType::RefreshToken]);
    assert_eq!((registration.scope, auth_method), (None, "none"));
}

/// CB-02: no method is a reason to refuse; the answer says which one it will be.
#[test]
fn every_authentication_method_gets_an_answer() {
    let method = |asked: Option<&str>| {
        let token_endpoint_auth_method = asked.map(str::to_owned);
        accept(&ClientMetadata { token_endpoint_auth_method, ..metadata() })
            .map(|accepted| accepted.auth_method)
    };
    assert_eq!(method(None), Ok("client_secret_basic"));
    assert_eq!(method(Some("client_secret_basic")), Ok("client_secret_basic"));
    assert_eq!(method(Some("client_secret_jwt")), Ok("client_secret_basic"));
    assert_eq!(method(Some("client_secret_post")), Ok("client_secret_post"));
    assert_eq!(method(Some("none")), Ok("none"));
    assert_eq!(method(Some("private_key_jwt")), Ok("none"));
}

/// CB-03: the acceptable redirect URIs are registered; only if none is left is the fault of the first told.
#[test]
fn unacceptable_redirect_uris_are_left_out() {
    let with = |uris: &[&str]| {
        let accepted = accept(&ClientMetadata { redirect_uris: owned(uris), ..metadata() });
        accepted.map(|accepted| accepted.redirect_uris.join(" "))
    };
    assert_eq!(
        with(&["http://a.example", "https://a.example/cb"]),
        Ok("https://a.example/cb".to_owned())
    );
    let fault = |fault| Err(RegistrationError::RedirectUris(fault));
    assert_eq!(with(&["http://a.example", "javascript:x"]), fault(RedirectFault::InsecureHost));
    assert_eq!(with(&["javascript:x", "http://a.example"]), fault(RedirectFault::Scheme));
    let many: Vec<_> = (0..=REDIRECT_URIS_MAX).map(|n| format!("https://a.example/{n}")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    assert_eq!(with(&many), Err(RegistrationError::TooManyRedirectUris));
    assert!(with(&many[..REDIRECT_URIS_MAX]).is_ok());
}

/// DCR-05: grants that cannot be given are left out; a registration without any use is refused.
#[test]
fn grants_that_cannot_be_given_are_left_out() {
    let names = |grants: &[GrantType]| {
        grants.iter().map(|grant| grant.as_str()).collect::<Vec<_>>().join(" ")
    };
    let ask = |grants: Option<&[&str]>, method: &str, uris: &[&str], policy: &Policy| {
        let metadata = ClientMetadata {
            grant_types: grants.map(owned),
            token_endpoint_auth_method: Some(method.to_owned()),
            redirect_uris: owned(uris),
            ..metadata()
        };
        Registration::accept(&metadata, [1; 8], policy)
            .map(|accepted| names(&accepted.registration.grant_types))
    };
    let uri = &["https://a.example/cb"][..];
    let ok = |text: &str| Ok(text.to_owned());
    let open = policy();
    let (basic, none) = ("client_secret_basic", "none");
    assert_eq!(ask(None, none, uri, &open), ok("authorization_code refresh_token"));
    assert_eq!(ask(Some(&[]), none, uri, &open), ok("authorization_code refresh_token"));
    assert_eq!(
        ask(None, basic, uri, &open),
        ok("authorization_code refresh_token client_credentials")
    );
    assert_eq!(
        ask(Some(&["implicit", "authorization_code"]), none, uri, &open),
        ok("authorization_code")
    );
    assert_eq!(ask(Some(&["client_credentials"]), basic, &[], &open), ok("client_credentials"));
    let nothing = Err(RegistrationError::GrantTypes);
    assert_eq!(ask(Some(&["client_credentials"]), none, uri, &open), nothing);
    assert_eq!(ask(Some(&["refresh_token"]), none, uri, &open), nothing);
    assert_eq!(ask(Some(&["implicit"]), none, uri, &open), nothing);
    assert_eq!(
        ask(Some(&["authorization_code"]), basic, &[], &open),
        Err(RegistrationError::RedirectUrisMissing)
    );
    assert_eq!(ask(None, basic, &[], &open), ok("client_credentials"));
    assert_eq!(ask(None, none, &[], &open), nothing);
    let both = &["client_credentials", "refresh_token"][..];
    assert_eq!(ask(Some(both), basic, &[], &open), ok("client_credentials"));
    let people_only = policy_where(|rules| rules.client_credentials = false);
    assert_eq!(ask(Some(&["client_credentials"]), basic, uri, &people_only), nothing);
    let without_refresh = Policy { refresh: RefreshMode::Off, ..policy() };
    assert_eq!(ask(None, none, uri, &without_refresh), ok("authorization_code"));
}

#[test]
fn response_types_must_leave_room_for_a_code() {
    let ask = |types: &[&str], grants: &[&str]| {
        let metadata = ClientMetadata {
            response_types: Some(owned(types)),
            grant_types: Some(owned(grants)),
            token_endpoint_auth_method: None,
            ..metadata()
        };
        accept(&metadata).map(|_| ())
    };
    assert_eq!(ask(&["code"], &["authorization_code"]), Ok(()));
    assert_eq!(ask(&["token", "code"], &["authorization_code"]), Ok(()));
    assert_eq!(ask(&[], &["authorization_code"]), Ok(()));
    assert_eq!(ask(&["token"], &["authorization_code"]), Err(RegistrationError::ResponseTypes));
    assert_eq!(ask(&["token"], &["client_credentials"]), Ok(()));
}

/// CB-10, DCR-09: a scope is taken as a wish; nobody registers for more than the deployment gives.
#[test]
fn a_scope_is_cut_to_what_is_given() {
    let ask = |asked: Option<&str>| {
        let accepted = accept(&ClientMetadata { scope: asked.map(str::to_owned), ..metadata() });
        accepted.map(|accepted| accepted.registration.scope.map(|scope| scope.to_string()))
    };
    assert_eq!(ask(None), Ok(None));
    assert_eq!(ask(Some("")), Ok(None));
    assert_eq!(ask(Some("unknown")), Ok(None));
    assert_eq!(ask(Some("mcp:tools")), Ok(None), "all there is needs no room in the client id");
    assert_eq!(ask(Some("mcp:read mcp:admin")), Ok(Some("mcp:read".to_owned())));
    assert_eq!(ask(Some("a\"b")), Err(RegistrationError::ScopeMalformed));
}

/// DCR-02: a name is text for people, without what would disturb a page or a log.
#[test]
fn dcr_02_a_name_is_plain_and_short() {
    let name = |text: &str| {
        let accepted = accept(&ClientMetadata { client_name: Some(text.to_owned()), ..metadata() });
        accepted.expect("a name is never a reason to refuse").registration.name
    };
    assert_eq!(name("  Editor\r\n2 ").as_deref(), Some("Editor2"));
    assert_eq!(name(" \t\n"), None);
    assert_eq!(name("<b>").as_deref(), Some("<b>"));
    assert_eq!(name(&"n".repeat(NAME_CHARS_MAX + 1)), Some("n".repeat(NAME_CHARS_MAX)));
    assert_eq!(name(&"é".repeat(NAME_CHARS_MAX)), Some("é".repeat(NAME_CHARS_MAX)));
    assert_eq!(name("Ed\u{202e}itor\u{200b}\u{2066}").as_deref(), Some("Editor"));
}

#[test]
fn default_redirect_uris_serve_who_names_none() {
    let policy =
        policy_where(|rules| rules.default_redirect_uris = vec![registered("http://localhost/cb")]);
    let nameless = ClientMetadata { redirect_uris: vec![], ..metadata() };
    let accepted = Registration::accept(&nameless, [1; 8], &policy).expect("there is a default");
    assert_eq!(accepted.redirect_uris, ["http://localhost/cb"]);
    assert_eq!(accepted.registration.redirect_uris, []);
    let client =
        accepted.registration.client("id".to_owned(), &policy).expect("registration is open");
    assert_eq!(client.redirect_uris, [registered("http://localhost/cb")]);
    let machine = ClientMetadata {
        grant_types: Some(owned(&["client_credentials"])),
        token_endpoint_auth_method: None,
        ..nameless
    };
    let accepted =
        Registration::accept(&machine, [1; 8], &policy).expect("it needs no redirect URI");
    assert_eq!(accepted.redirect_uris, Vec::<String>::new());
}

#[test]
fn a_registration_becomes_a_client() {
    let confidential = ClientMetadata {
        token_endpoint_auth_method: None,
        scope: Some("mcp:read".to_owned()),
        ..metadata()
    };
    let registration = accept(&confidential).expect("it is ordinary").registration;
    assert_eq!(registration.kind, RegistrationKind::Confidential { salt: [1; 8] });
    let client =
        registration.clone().client("id".to_owned(), &policy()).expect("registration is open");
    assert_eq!((client.id.as_str(), client.name.as_deref()), ("id", Some("Editor")));
    assert_eq!((client.origin, client.kind), (ClientOrigin::Registered, ClientKind::Confidential));
    assert_eq!((client.consent, client.lifetimes), (ConsentRule::Always, lifetimes()));
    assert_eq!(
        (client.scope, client.redirect_uris),
        (scope("mcp:read"), registration.redirect_uris.clone())
    );
    assert_eq!(client.grant_types, registration.grant_types);
    let public = accept(&metadata()).expect("it is ordinary").registration;
    let client = public.client("id".to_owned(), &policy()).expect("registration is open");
    assert_eq!((client.kind, client.scope), (ClientKind::Public, scope("mcp:tools")));
    let closed = Policy { registration: None, ..policy() };
    assert_eq!(registration.client("id".to_owned(), &closed), None);
    let outcome = Registration::accept(&metadata(), [1; 8], &closed).map(|_| ());
    assert_eq!(outcome, Err(RegistrationError::Closed));
}

/// RFC 7591 §2: keys are given in one way, and count for who asks to be known by them.
#[test]
fn a_client_is_known_by_the_keys_it_gives() {
    let with = |method: &str, jwks: Option<&str>, jwks_uri: Option<&str>| {
        accept(&ClientMetadata {
            token_endpoint_auth_method: Some(method.to_owned()),
            grant_types: None,
            jwks: jwks.map(str::to_owned),
            jwks_uri: jwks_uri.map(str::to_owned),
            ..metadata()
        })
        .map(|accepted| (accepted.auth_method, accepted.registration))
    };
    let keys = KeySource::Inline("keys".to_owned());
    let (method, registration) = with("private_key_jwt", Some("keys"), None).expect("accepted");
    assert_eq!(method, "private_key_jwt");
    assert_eq!(registration.kind, RegistrationKind::Keyed(keys.clone()));
    assert!(registration.grant_types.contains(&GrantType::ClientCredentials));
    let client = registration.client("id".to_owned(), &policy()).expect("registration is open");
    assert_eq!((client.kind, client.keys), (ClientKind::Keyed, Some(keys)));
    let url = KeySource::Remote("url".to_owned());
    let kind =
        |outcome: Result<(_, Registration), _>| outcome.map(|(method, one)| (method, one.kind));
    let keyed = kind(with("private_key_jwt", None, Some("url")));
    assert_eq!(keyed, Ok(("private_key_jwt", RegistrationKind::Keyed(url))));
    let without = kind(with("private_key_jwt", None, None));
    assert_eq!(without, Ok(("none", RegistrationKind::Public)), "it is told that it has none");
    let public = kind(with("none", Some("keys"), None));
    assert_eq!(public, Ok(("none", RegistrationKind::Public)));
    let secret = kind(with("client_secret_post", Some("keys"), None));
    let confidential = RegistrationKind::Confidential { salt: [1; 8] };
    assert_eq!(secret, Ok(("client_secret_post", confidential)));
    for method in ["private_key_jwt", "none"] {
        let both = with(method, Some("keys"), Some("url"));
        assert_eq!(both.err(), Some(RegistrationError::KeysTwice));
    }
}
