//! What the built-in server offers and which scopes each offer needs: the only table of its kind.
//! Source: MCP 2026-07-28 authorization (scopes of an operation), RFC 6749 §3.3 (scope tokens).

use super::message::{Operation, Primitive};

/// One tool, resource or prompt.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Offer {
    /// What it is.
    pub primitive: Primitive,
    /// Its name; of a resource, its URI.
    pub name: &'static str,
    /// Every scope that using it needs.
    pub scopes: &'static [&'static str],
}

/// Everything there is.
pub const OFFERS: [Offer; 7] = [
    Offer { primitive: Primitive::Tool, name: "echo", scopes: &["mcp:tools"] },
    Offer { primitive: Primitive::Tool, name: "system_info", scopes: &["mcp:tools"] },
    Offer { primitive: Primitive::Tool, name: "calculator", scopes: &["mcp:tools"] },
    Offer {
        primitive: Primitive::Resource,
        name: "system://metrics",
        scopes: &["mcp:resources", "system:read"],
    },
    Offer { primitive: Primitive::Resource, name: "system://platform", scopes: &["mcp:resources"] },
    Offer { primitive: Primitive::Prompt, name: "explain_access", scopes: &["mcp:prompts"] },
    Offer { primitive: Primitive::Prompt, name: "summarize_metrics", scopes: &["mcp:prompts"] },
];

/// The scopes `operation` needs at the built-in server. A name nobody offers costs what its kind costs, so that a refusal
/// does not tell names apart.
#[must_use]
pub fn scopes_of(operation: &Operation) -> &'static [&'static str] {
    let offered = OFFERS.iter().find(|offer| match operation {
        Operation::Use { primitive, name } => {
            offer.primitive == *primitive && Some(offer.name) == name.as_deref()
        }
        Operation::List(_) | Operation::Other => false,
    });
    offered.map_or_else(|| scopes_of_kind(operation), |offer| offer.scopes)
}

/// The scopes `operation` needs at any MCP server, by what kind of thing it uses.
///
/// Lists and the handshake need none beyond a valid token: clients send them all on connecting, and a refusal there
/// would lock out a person who granted the tools only.
#[must_use]
pub fn scopes_of_kind(operation: &Operation) -> &'static [&'static str] {
    match operation {
        Operation::Use { primitive: Primitive::Tool, .. } => &["mcp:tools"],
        Operation::Use { primitive: Primitive::Resource, .. } => &["mcp:resources"],
        Operation::Use { primitive: Primitive::Prompt, .. } => &["mcp:prompts"],
        Operation::List(_) | Operation::Other => &[],
    }
}
