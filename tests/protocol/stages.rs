//! What a stage was made of is what those who seal, send and show it read: a member that is lost here is lost for good.

use protocol::flow::approval::AwaitingApproval;
use protocol::flow::consent::AwaitingConsent;
use protocol::flow::provider::{Arrival, AwaitingProvider, Handshake};
use protocol::flow::ticket::{BrowserDigest, Ticket};
use protocol::grant::AccessGrant;
use protocol::identity::{FederatedLogin, Identified, Profile};
use protocol::ids::{CodeId, FamilyId};
use protocol::metadata::{PossessionRule, ResourceMetadata, authorization_server};
use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::client::ClientKind;
use protocol::oauth::pkce::PkceRule;
use protocol::oauth::redirect_uri::{OUT_OF_BAND, RedirectFault, RegisteredRedirectUri};
use protocol::policy::{OfflineAccess, Policy, RefreshMode, TokenForm};
use protocol::registration::document::{ClientDocument, DOCUMENT_BYTES_MAX};
use serde_json::json;

use super::support::{
    CALLBACK, GITHUB, HANDSHAKE, IDP, NOW, OTHER_RESOURCE, RESOURCE, alice, bond, client,
    client_at, identified, parameters, policy, provider, request, resource, rules, scope,
};

const BROWSER: &str = "ours";

#[test]
fn an_approval_knows_the_provider_and_what_cannot_be_left_out() {
    let mut policy = policy();
    policy.resources[0].required = scope("mcp:tools");
    let stage = AwaitingApproval::unsealed(request(), "github");
    assert_eq!((stage.request(), stage.provider()), (&request(), "github"));
    assert_eq!(stage.fixed(&policy), scope("mcp:tools"));
}

#[test]
fn a_departure_knows_where_when_and_with_what_the_browser_left() {
    let earlier = NOW.minus_seconds(9);
    for declined in [false, true] {
        let stage = AwaitingProvider::unsealed(request(), "idp", declined, HANDSHAKE, earlier);
        let read = (stage.provider(), stage.offline_declined(), stage.departed_at());
        assert_eq!((stage.request(), read), (&request(), ("idp", declined, earlier)));
    }
    assert_eq!(Handshake::new([3; 16], [4; 32]).bytes(), ([3; 16], [4; 32]));
}

#[test]
fn a_consent_knows_what_the_provider_said_and_what_was_declined() {
    let login = FederatedLogin { arrived_at: NOW, profile: Profile::default(), most: None };
    for declined in [false, true] {
        let stage = AwaitingConsent::unsealed(request(), alice(), NOW);
        assert_eq!(
            (stage.federated(), stage.bond(), stage.offline_declined()),
            (None, None, false)
        );
        let stage =
            AwaitingConsent::unsealed_federated(stage, login.clone(), Some(bond()), declined);
        assert_eq!(stage.federated(), Some(&login));
        assert_eq!((stage.bond(), stage.offline_declined()), (Some(&bond()), declined));
    }
}

/// What renews somebody reaches the code, whether they are asked again or not.
#[test]
fn what_renews_a_person_is_in_their_code() {
    for most in [None, Some(scope("mcp:read"))] {
        let sent = protocol::flow::request::AuthorizationParameters {
            scope: Some("mcp:tools mcp:read".to_owned()),
            ..parameters()
        };
        let asked = protocol::flow::request::Requested::parse(sent, &client(), &policy());
        let stage = asked.expect("nothing is wrong").sign_in_needed().expect("pages are allowed");
        let stage = stage.provider_chosen("idp").approved(HANDSHAKE, NOW);
        let browser = BrowserDigest::of(BROWSER);
        let ticket = Ticket::new(stage, browser, NOW);
        let answered = ticket.answered("idp", &HANDSHAKE.state(), Some(browser), NOW);
        let person = Identified { bond: Some(bond()), most, ..identified(IDP, "1") };
        let id = CodeId([5; 16]);
        let arrival = answered.expect("nothing is wrong").arrived(person, &policy(), id, NOW);
        let code = match arrival.expect("something is left") {
            Arrival::Code(code) => code,
            Arrival::Consent(stage) => stage.consent_given(id, NOW),
        };
        assert_eq!(code.bond, Some(bond()));
    }
}

/// A link for a person, but where nothing listens at its end.
#[test]
fn a_refusal_has_a_way_back_to_a_client_that_has_a_place() {
    let way_back = |uri: &str| {
        let sent = protocol::flow::request::AuthorizationParameters {
            redirect_uri: Some(uri.to_owned()),
            ..parameters()
        };
        let asked = protocol::flow::request::Requested::parse(sent, &client_at(&[uri]), &policy());
        let request = asked.expect("nothing is wrong").request().clone();
        let refusal = AwaitingConsent::unsealed(request, alice(), NOW).consent_denied();
        (refusal.way_back(&policy()), refusal.location(&policy()))
    };
    let (link, location) = way_back(CALLBACK);
    assert_eq!(link.as_ref(), Some(&location));
    assert!(location.starts_with(&format!("{CALLBACK}?error=access_denied")), "{location}");
    assert_eq!(way_back(OUT_OF_BAND).0, None);
    // RFC 6749 §4.1.2: the query that is there is kept, and joined once.
    for (uri, begins) in [
        ("https://app.example/cb?", "https://app.example/cb?error="),
        ("https://app.example/cb?a=b", "https://app.example/cb?a=b&error="),
        ("https://app.example/cb?a=b&", "https://app.example/cb?a=b&error="),
    ] {
        let (_, location) = way_back(uri);
        assert!(location.starts_with(begins), "{location}");
    }
}

/// The name of a token as others read it begins with that of its family, and tells it from the others.
#[test]
fn a_name_within_its_family() {
    let grant = |generation| AccessGrant {
        family: FamilyId([9; 16]),
        generation,
        client: client().thumbprint(),
        subject: alice(),
        scope: scope("mcp:tools"),
        resource: resource(RESOURCE),
        issued_at: NOW,
        expires_at: NOW.plus_seconds(60),
        lifetime_seconds: 60,
    };
    let names = [0, 1].map(|generation| grant(generation).jti());
    assert!(names.iter().all(|name| name[..16] == [9; 16]));
    assert_ne!(names[0], names[1]);
    assert_eq!(names[0][16..], grant(0).id().0[..8]);
}

#[test]
fn an_algorithm_is_read_as_it_is_written() {
    for algorithm in SigningAlgorithm::ALL {
        assert_eq!(SigningAlgorithm::parse(algorithm.as_str()), Some(algorithm));
        for form in [TokenForm::Signed(algorithm), TokenForm::SealedTo(algorithm)] {
            assert_eq!(form.algorithm(), Some(algorithm));
        }
    }
    assert_eq!(SigningAlgorithm::parse("es256"), None);
    assert_eq!(TokenForm::Sealed.algorithm(), None);
    assert_eq!(policy().form_of(&resource(RESOURCE)), Some(TokenForm::Sealed));
    assert_eq!(policy().form_of(&resource(OTHER_RESOURCE)), None);
}

#[test]
fn a_weakened_rule_says_what_it_leaves_out() {
    for (optional, plain) in [(false, false), (false, true), (true, false), (true, true)] {
        let rule = PkceRule::weakened(ClientKind::Confidential, optional, plain);
        let rule = rule.expect("it keeps a secret");
        assert_eq!((rule.is_optional(), rule.allows_plain()), (optional, plain));
    }
}

/// Where there is nobody with a password, and one provider, nobody has to choose.
#[test]
fn who_has_one_way_to_log_in() {
    let only = |providers: usize, people: bool| {
        let mut policy = policy();
        policy.providers = vec![provider("github", GITHUB, false), provider("idp", IDP, true)]
            [..providers]
            .to_vec();
        if !people {
            policy.people.clear();
        }
        policy.only_provider().map(|known| known.id.clone())
    };
    assert_eq!(only(1, false).as_deref(), Some("github"));
    assert_eq!([only(1, true), only(0, false), only(2, false)], [None, None, None]);
}

#[test]
fn offline_access_is_named_where_that_is_wanted_and_refresh_tokens_are_issued() {
    let named = |is_advertised, refresh| {
        let offline_access = OfflineAccess { is_needed: false, is_advertised };
        let policy = Policy { offline_access, refresh, ..policy() };
        authorization_server(&policy)["scopes_supported"].to_string().contains("offline_access")
    };
    assert!(named(true, RefreshMode::Rotating));
    assert!(!named(true, RefreshMode::Off));
    assert!(!named(false, RefreshMode::Rotating));
}

/// RFC 9728 §2.
#[test]
fn a_resource_says_whether_tokens_are_bound() {
    let told = |possession| {
        let resource = ResourceMetadata {
            resource: RESOURCE,
            authorization_servers: &[],
            scopes: Vec::new(),
            name: None,
            possession,
        };
        let document = resource.document();
        (
            document.get("dpop_bound_access_tokens_required").cloned(),
            document.get("dpop_signing_alg_values_supported").is_some(),
        )
    };
    assert_eq!(told(PossessionRule::Refused), (None, false));
    assert_eq!(told(PossessionRule::Allowed), (Some(json!(false)), true));
    assert_eq!(told(PossessionRule::Required), (Some(json!(true)), true));
}

#[test]
fn a_document_knows_where_it_is_from() {
    let url = "https://client.example/client.json";
    let body = json!({
        "client_id": url, "client_name": "Editor", "redirect_uris": ["https://client.example/cb"],
    });
    let document = ClientDocument::read(url, body.to_string().as_bytes()).expect("it is complete");
    assert_eq!(document.url(), url);
    assert_eq!(DOCUMENT_BYTES_MAX, 5_120);
}

/// Who writes a star means any host, and nothing here means that.
#[test]
fn a_star_is_no_host() {
    let fault = |uri: &str| RegisteredRedirectUri::parse(uri, &rules()).err();
    for uri in ["https://*.example/cb", "https://*/cb", "https://app*.example/cb"] {
        assert_eq!(fault(uri), Some(RedirectFault::Malformed), "{uri}");
    }
    assert_eq!(fault("https://app.example/*"), None, "in a path it is a character");
}
