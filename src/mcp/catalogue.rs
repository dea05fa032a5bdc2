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

/// The scopes `operation` needs.
///
/// Lists and the handshake need none beyond a valid token: clients send them all on connecting, and a refusal there
/// would lock out a person who granted the tools only. A name nobody offers costs what its kind costs, so that a
/// refusal does not tell names apart.
#[must_use]
pub fn scopes_of(operation: &Operation) -> &'static [&'static str] {
    match operation {
        Operation::Use { primitive, name } => OFFERS
            .iter()
            .find(|offer| offer.primitive == *primitive && Some(offer.name) == name.as_deref())
            .map_or_else(|| scopes_of_kind(*primitive), |offer| offer.scopes),
        Operation::Other => &[],
    }
}

fn scopes_of_kind(primitive: Primitive) -> &'static [&'static str] {
    match primitive {
        Primitive::Tool => &["mcp:tools"],
        Primitive::Resource => &["mcp:resources"],
        Primitive::Prompt => &["mcp:prompts"],
    }
}
