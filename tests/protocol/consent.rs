//! What a person leaves out of a request is in nothing that comes of it.
//! Source: RFC 6749 §3.3, OpenID Connect Core 1.0 §11, MCP 2026-07-28 (scope hierarchies).

use proptest::prelude::*;
use protocol::flow::consent::{AwaitingConsent, Reduced};
use protocol::flow::request::AuthorizationRequest;
use protocol::ids::CodeId;
use protocol::oauth::built_in::BuiltIn;
use protocol::oauth::client::Client;
use protocol::oauth::scope::Scope;
use protocol::policy::{OfflineAccess, Policy, RefreshMode};
use protocol::replay::{Claim, FirstUse};

use super::support::{NOW, alice, client, policy, redemption, request, scope};

const NAMES: [&str; 6] =
    ["mcp:admin", "mcp:read", "mcp:tools", "offline_access", "openid", "profile"];

/// The usual deployment with the scopes that the server knows itself; `mcp:read` is needed at the door.
fn deployment() -> Policy {
    let mut policy = policy();
    for scope in BuiltIn::ALL {
        policy.scopes.add_built_in(scope);
    }
    policy.resources[0].required = scope("mcp:read");
    policy
}

fn stage(asked: &Scope) -> AwaitingConsent {
    let request = AuthorizationRequest { scope: asked.clone(), ..request() };
    AwaitingConsent::unsealed(request, alice(), NOW)
}

fn some_of_them() -> impl Strategy<Value = Scope> {
    prop::sample::subsequence(NAMES.to_vec(), 0..=6).prop_map(|names| scope(&names.join(" ")))
}

proptest! {
    #![proptest_config(super::config())]

    /// CON-10: whatever is ticked, code, access token and refresh token have that, what follows from it and what cannot be
    /// left out, as far as it was asked for, and nothing else.
    #[test]
    fn what_is_left_out_is_in_nothing_that_follows(asked in some_of_them(), ticked in some_of_them()) {
        let policy = deployment();
        let stage = stage(&asked);
        let fixed = stage.fixed(&policy);
        prop_assert_eq!(&fixed, &asked.intersection(&scope("mcp:read openid")));
        let expected = asked.intersection(&policy.scopes.closure(&asked.intersection(&ticked).union(&fixed)));
        let stage = match stage.reduced_to(&ticked, &policy) {
            Reduced::To(stage) => stage,
            Reduced::Nothing(stage) => {
                prop_assert!(expected.without(&scope("offline_access")).is_empty());
                prop_assert_eq!(&stage.request().scope, &asked, "asked again for all of it");
                return Ok(());
            }
        };
        prop_assert_eq!(&stage.request().scope, &expected);
        let code = stage.consent_given(CodeId([7; 16]), NOW);
        prop_assert_eq!(&code.scope, &expected);
        prop_assert_eq!(code.authentication.is_some(), expected.contains_all(&scope("openid")));
        let declined = asked.contains_all(&scope("offline_access")) && !expected.contains_all(&scope("offline_access"));
        prop_assert_eq!(code.offline_declined, declined);
        let id = code.id;
        let redeemable = code.present(&redemption(&client()), &policy, NOW).expect("nothing is wrong");
        let first = FirstUse::judge(id, Claim::First, 0, NOW).expect("nobody claimed it");
        let redeemed = redeemable.redeem(&first, &client(), &policy);
        prop_assert_eq!(&redeemed.scope, &expected);
        prop_assert_eq!(&redeemed.access.scope, &expected.without(&scope("offline_access")));
        prop_assert_eq!(redeemed.refresh.is_some(), !declined);
        prop_assert!(redeemed.refresh.is_none_or(|token| token.scope == expected));
        prop_assert_eq!(redeemed.identity.is_some(), expected.contains_all(&scope("openid")));
    }
}

/// MCP26-AS-17, CB-41: who gets a refresh token, by what was asked and what the deployment wants.
#[test]
fn who_gets_a_refresh_token() {
    let without =
        Client { grant_types: vec![protocol::grant::GrantType::AuthorizationCode], ..client() };
    let mut lines = Vec::new();
    for is_needed in [false, true] {
        let offline_access = OfflineAccess { is_needed, is_advertised: false };
        let policy = Policy { offline_access, ..deployment() };
        let off = Policy { refresh: RefreshMode::Off, ..policy.clone() };
        for asked in ["mcp:tools", "mcp:tools offline_access"] {
            let issues = |policy: &Policy, client: &Client| {
                policy.issues_refresh_tokens(client, &scope(asked))
            };
            lines.push(format!(
                "needed: {is_needed}, {asked}: {}, without the grant: {}, where there are none: {}",
                issues(&policy, &client()),
                issues(&policy, &without),
                issues(&off, &client()),
            ));
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    needed: false, mcp:tools: true, without the grant: false, where there are none: false
    needed: false, mcp:tools offline_access: true, without the grant: false, where there are none: false
    needed: true, mcp:tools: false, without the grant: false, where there are none: false
    needed: true, mcp:tools offline_access: true, without the grant: false, where there are none: false
    ");
}
