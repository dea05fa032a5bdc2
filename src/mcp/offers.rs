//! How the offers of the catalogue are described to a client: schemas, titles, hints.
//! Source: MCP tools, resources and prompts (all revisions; what is newer than a client's revision is ignored by it).

use std::sync::Arc;

use rmcp::model::{JsonObject, Prompt, PromptArgument, Resource, Tool, ToolAnnotations};
use serde_json::{Value, json};

use super::calculator::Arithmetic;

/// The tools, in the order of the catalogue.
pub(super) fn tools() -> Vec<Tool> {
    vec![
        tool(
            "echo",
            "Echo",
            "Answers with the message it was sent.",
            json!({
                "type": "object",
                "properties": { "message": { "type": "string", "description": "What to send back" } },
                "required": ["message"],
            }),
        ),
        tool(
            "system_info",
            "System information",
            "Names this server, its platform, the MCP revisions it speaks, and who is signed in.",
            json!({ "type": "object", "properties": {} }),
        ),
        tool(
            "calculator",
            "Calculator",
            "Adds, subtracts, multiplies, divides two numbers, or raises the first to the power of the second.",
            json!({
                "type": "object",
                "properties": {
                    "operation": {
                        "type": "string",
                        "enum": Arithmetic::ALL.map(Arithmetic::name),
                        "description": "What to do with the two numbers",
                    },
                    "a": { "type": "number", "description": "The first number" },
                    "b": { "type": "number", "description": "The second number" },
                },
                "required": ["operation", "a", "b"],
            }),
        ),
    ]
}

fn tool(name: &'static str, title: &'static str, description: &'static str, schema: Value) -> Tool {
    let hints =
        ToolAnnotations::with_title(title).read_only(true).destructive(false).idempotent(true);
    Tool::new(name, description, Arc::new(object(schema)))
        .with_title(title)
        .with_annotations(hints.open_world(false))
}

fn object(value: Value) -> JsonObject {
    match value {
        Value::Object(members) => members,
        _ => JsonObject::new(),
    }
}

/// The resources, in the order of the catalogue.
pub(super) fn resources() -> Vec<Resource> {
    vec![
        Resource::new("system://metrics", "metrics")
            .with_title("System metrics")
            .with_description("Uptime, memory of this process, load of the machine")
            .with_mime_type("application/json"),
        Resource::new("system://platform", "platform")
            .with_title("Platform")
            .with_description("Operating system, architecture, version, MCP revisions")
            .with_mime_type("application/json"),
    ]
}

/// The prompts, in the order of the catalogue.
pub(super) fn prompts() -> Vec<Prompt> {
    vec![
        Prompt::new(
            "explain_access",
            Some("Explains in plain words what the signed-in client may do here."),
            Some(vec![
                PromptArgument::new("reader")
                    .with_description("Who the explanation is for")
                    .with_required(false),
            ]),
        )
        .with_title("Explain my access"),
        Prompt::new(
            "summarize_metrics",
            Some("Reads the server's metrics and says whether anything deserves attention."),
            Some(vec![
                PromptArgument::new("focus")
                    .with_description("What to look at first")
                    .with_required(false),
            ]),
        )
        .with_title("Summarize the metrics"),
    ]
}
