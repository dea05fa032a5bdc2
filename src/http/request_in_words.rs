//! What pages say of a client and its request: who asks, where the answer goes, each scope in words, for how long it counts,
//! and why to be careful.

use protocol::flow::request::AuthorizationRequest;
use protocol::oauth::client::{Client, ClientOrigin, RotationRule};
use protocol::oauth::redirect_uri::{RedirectKind, same_origin};
use protocol::oauth::scope::{Scope, ScopeToken};
use protocol::policy::Policy;
use protocol::registration::document;
use url::Url;

use crate::ui::{ScopeLine, Voucher, display_text, duration};

/// How many characters of a client's name are shown.
const NAME_CHARS_MAX: usize = 64;

/// Each scope that is asked for.
pub(super) fn scope_lines(asked: &Scope, fixed: &Scope, policy: &Policy) -> Vec<ScopeLine> {
    let ticked = policy.scopes.ticked(asked);
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

/// What the client calls itself.
pub(super) fn client_name(client: &Client) -> String {
    let name = client.name.as_deref().map(|name| display_text(name, NAME_CHARS_MAX));
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| "An application without a name".to_owned())
}

/// Who vouches for that.
pub(super) fn voucher(client: &Client) -> Voucher {
    match client.origin {
        ClientOrigin::Preregistered => Voucher::Operator,
        ClientOrigin::Document => Voucher::Host(host_of(&client.id)),
        ClientOrigin::Registered => Voucher::Nobody,
    }
}

/// Who hears the answer.
pub(super) fn redirect_target(request: &AuthorizationRequest) -> String {
    match request.redirect_uri.kind() {
        RedirectKind::Web => request.redirect_uri.host(),
        RedirectKind::Loopback => format!("{} (this computer)", request.redirect_uri.host()),
        RedirectKind::PrivateUse => {
            format!("{} (an application on this device)", request.redirect_uri.host())
        }
        RedirectKind::OutOfBand => "nowhere: the code is shown for you to copy".to_owned(),
    }
}

/// Why to be careful.
pub(super) fn warnings(
    client: &Client,
    request: &AuthorizationRequest,
    policy: &Policy,
) -> Vec<&'static str> {
    let is_document = client.origin == ClientOrigin::Document;
    let elsewhere = is_document && !same_origin(request.redirect_uri.as_str(), &client.id);
    let about_the_answer = match request.redirect_uri.kind() {
        RedirectKind::Web if elsewhere => Some(
            "The answer goes to another site than the one that vouches for this application. Continue only if you know both.",
        ),
        RedirectKind::Web => None,
        RedirectKind::Loopback => Some(
            "An application on this computer will receive access. Continue only if you just started it.",
        ),
        RedirectKind::PrivateUse => Some(
            "An application on this device will receive access. Continue only if you just started it.",
        ),
        RedirectKind::OutOfBand => Some(
            "The code you will see gives access to whoever has it. Paste it only into an application you started yourself.",
        ),
    };
    let doubtful = document::host_of(&client.id).is_some_and(|host| {
        is_document && policy.documents.as_ref().is_some_and(|rules| rules.hosts.warn_of(&host))
    });
    let about_the_host = doubtful.then_some(
        "Whoever runs this server does not know the site that vouches for this application. Continue only if you do.",
    );
    about_the_host.into_iter().chain(about_the_answer).collect()
}

/// The host, with its port, of one of our own addresses or of a link we made.
pub(super) fn host_of(url: &str) -> String {
    let Ok(url) = Url::parse(url) else { return String::new() };
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => format!("{}:", url.scheme()),
    }
}
