//! How tools and resources of the notes server are described to a client.
//! Source: MCP tools and resources (templates: RFC 6570).

use std::sync::Arc;

use rmcp::model::{JsonObject, Resource, ResourceTemplate, Tool, ToolAnnotations};
use serde_json::{Value, json};

use super::{CONTENT_BYTES_MAX, TITLE_CHARS_MAX};

/// The URI of the profile.
pub(super) const PROFILE: &str = "user://profile";
/// What the URI of a note begins with.
pub(super) const NOTE: &str = "user://notes/";

/// The names of the tools.
pub(super) const TOOLS: [&str; 4] =
    ["get_user_profile", "create_secure_note", "list_secure_notes", "get_api_usage"];

/// The tools.
pub(super) fn tools() -> Vec<Tool> {
    let nothing = || json!({ "type": "object", "properties": {} });
    let note = json!({
        "type": "object",
        "properties": {
            "title": { "type": "string", "minLength": 1, "maxLength": TITLE_CHARS_MAX, "description": "What the note is called" },
            "content": { "type": "string", "minLength": 1, "maxLength": CONTENT_BYTES_MAX, "description": "What it says" },
        },
        "required": ["content", "title"],
    });
    vec![
        tool(
            TOOLS[0],
            "My profile",
            "Says who is signed in, through which client, and with which scopes.",
            nothing(),
            true,
        ),
        tool(TOOLS[1], "Write a note", "Keeps a note that nobody else can read.", note, false),
        tool(
            TOOLS[2],
            "My notes",
            "Lists the notes of whoever is signed in, oldest first.",
            nothing(),
            true,
        ),
        tool(
            TOOLS[3],
            "My usage",
            "Counts what whoever is signed in has used since this server began.",
            nothing(),
            true,
        ),
    ]
}

fn tool(
    name: &'static str,
    title: &'static str,
    description: &'static str,
    schema: Value,
    reads: bool,
) -> Tool {
    let schema = if let Value::Object(members) = schema { members } else { JsonObject::new() };
    let hints = ToolAnnotations::with_title(title).read_only(reads).destructive(false);
    Tool::new(name, description, Arc::new(schema))
        .with_title(title)
        .with_annotations(hints.idempotent(reads).open_world(false))
}

/// The profile; notes are listed beside it.
pub(super) fn profile() -> Resource {
    Resource::new(PROFILE, "profile")
        .with_title("My profile")
        .with_description("Who is signed in, through which client, and with which scopes")
        .with_mime_type("application/json")
}

/// A note in a list.
pub(super) fn note(id: &str, title: &str) -> Resource {
    Resource::new(format!("{NOTE}{id}"), id.to_owned())
        .with_title(title.to_owned())
        .with_mime_type("application/json")
}

/// The form of the URIs of notes.
pub(super) fn note_template() -> ResourceTemplate {
    ResourceTemplate::new(format!("{NOTE}{{note_id}}"), "note")
        .with_title("A note")
        .with_description("One note of whoever is signed in")
        .with_mime_type("application/json")
}
