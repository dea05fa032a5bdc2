//! `upstream = "management"`: what such a resource demands, and who has it.

use protocol::oauth::scope::ScopeToken;
use protocol::operation::{OperationRules, Pattern, Primitive, Rule};

use super::{ResourceConfig, ScopeConfig};
use crate::mcp::management::task::OFFERS;
use crate::mcp::management::{READ, WRITE};

/// The two scopes of the management server. Nobody is asked for them by default, and no box of theirs is ticked.
pub(super) fn scopes() -> [ScopeConfig; 2] {
    let scope = |name: &str, description: &str, implies: &[&str]| ScopeConfig {
        name: name.to_owned(),
        description: description.to_owned(),
        implies: implies.iter().map(|&name| name.to_owned()).collect(),
        default: false,
        advertised: false,
        preselected: false,
    };
    [
        scope(READ, "Look at how this server is run", &[]),
        scope(
            WRITE,
            "Change how this server is run: revoke, register clients, rotate keys",
            &[READ],
        ),
    ]
}

/// Whether having the scope `name` is having one of the two.
pub(super) fn is_reserved(name: &str, scopes: &[ScopeConfig]) -> bool {
    [READ, WRITE].iter().any(|own| name == *own || ScopeConfig::implies(scopes, name, own))
}

/// `resource` as the management server wants it.
pub(super) fn demanding(mut resource: ResourceConfig) -> ResourceConfig {
    if !resource.scopes_required.iter().any(|scope| scope == READ) {
        resource.scopes_required.push(READ.to_owned());
    }
    let own = OFFERS.iter().map(|offer| Rule {
        primitive: Primitive::Tool,
        pattern: Pattern::parse(offer.name).expect("a tool has a plain name"),
        scope: offer.scopes().iter().filter_map(|name| ScopeToken::parse(name).ok()).collect(),
    });
    resource.rules = OperationRules::new(resource.rules.iter().cloned().chain(own).collect());
    resource.scopes_supported.retain(|scope| [READ, WRITE].contains(&scope.as_str()));
    resource
}
