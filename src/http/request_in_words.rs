//! What the consent page says of a request: each scope in words, and for how long it counts.

use protocol::flow::consent::AwaitingConsent;
use protocol::oauth::client::{Client, RotationRule};
use protocol::oauth::scope::{Scope, ScopeToken};
use protocol::policy::Policy;

use crate::ui::{ScopeLine, duration};

/// Each scope that is asked for.
pub(super) fn scope_lines(stage: &AwaitingConsent, policy: &Policy) -> Vec<ScopeLine> {
    let asked = &stage.request().scope;
    let (fixed, ticked) = (stage.fixed(policy), policy.scopes.ticked(asked));
    let one = |token: &ScopeToken| -> Scope { [token.clone()].into_iter().collect() };
    let words = |token: &ScopeToken| {
        let words = policy.scopes.description(token).filter(|words| !words.is_empty());
        words.unwrap_or(token.as_str()).to_owned()
    };
    let line = |token: &ScopeToken| ScopeLine {
        description: words(token),
        name: token.as_str().to_owned(),
        includes: policy
            .scopes
            .closure(&one(token))
            .without(&one(token))
            .iter()
            .map(words)
            .collect(),
        ticked: ticked.contains_all(&one(token)),
        fixed: fixed.contains_all(&one(token)),
    };
    asked.iter().map(line).collect()
}

/// For how long.
pub(super) fn how_long(client: &Client, scope: &Scope, policy: &Policy) -> String {
    let lifetimes = client.lifetimes;
    let refreshes = policy.issues_refresh_tokens(client, scope);
    let access = duration(lifetimes.access_seconds);
    if !refreshes {
        return format!("Access lasts for {access}.");
    }
    let most = duration(lifetimes.refresh_absolute_seconds);
    match lifetimes.rotation {
        RotationRule::Keep => format!("It can renew its access for {most} without asking again."),
        RotationRule::Rotate { .. } => format!(
            "It can renew its access for {most} without asking again, unless it is not used for {}.",
            duration(lifetimes.refresh_idle_seconds)
        ),
    }
}
