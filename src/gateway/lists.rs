//! Lists without what their reader may not use: in a JSON answer, and in an event of a stream.
//! Source: MCP tools, resources and prompts (list results, all revisions); HTML §9.2.6 (event streams).
//!
//! This hides, it does not protect: whoever names what is hidden is refused as before.

use hyper::body::Bytes;
use protocol::operation::Primitive;
use serde_json::Value;

use super::events;

/// The members of a result that hold lists, what they list, and what of an element is its name.
const LISTS: [(&str, Primitive, &str); 4] = [
    ("tools", Primitive::Tool, "name"),
    ("resources", Primitive::Resource, "uri"),
    ("resourceTemplates", Primitive::Resource, "uriTemplate"),
    ("prompts", Primitive::Prompt, "name"),
];

/// Whether the reader may use what has this name.
pub type MayUse = Box<dyn Fn(Primitive, &str) -> bool + Send + Sync>;

/// Takes out of a message, or out of each of a batch, what the reader may not use. Whether anything changed.
///
/// A filtered list is for its reader only, so that it is never left marked for every cache. What has no name that can be
/// read is taken out.
pub fn withhold(message: &mut Value, may_use: &MayUse) -> bool {
    if let Value::Array(messages) = message {
        let changes = messages.iter_mut().map(|one| withhold(one, may_use));
        return changes.collect::<Vec<_>>().contains(&true);
    }
    let Some(Value::Object(result)) = message.get_mut("result") else { return false };
    let (mut is_list, mut changed) = (false, false);
    for (member, primitive, key) in LISTS {
        let Some(Value::Array(elements)) = result.get_mut(member) else { continue };
        let before = elements.len();
        elements.retain(|element| {
            element.get(key).and_then(Value::as_str).is_some_and(|name| may_use(primitive, name))
        });
        is_list = true;
        changed |= elements.len() != before;
    }
    match result.get_mut("cacheScope") {
        Some(scope) if is_list && scope == "public" => {
            *scope = Value::from("private");
            true
        }
        _ => changed,
    }
}

/// A JSON answer without what the reader may not use; as it came where that is nothing. `None` if it is no JSON.
#[must_use]
pub fn answer(body: Bytes, may_use: &MayUse) -> Option<Bytes> {
    let mut message = serde_json::from_slice(&body).ok()?;
    Some(if withhold(&mut message, may_use) { message.to_string().into() } else { body })
}

/// One event, from its first line to the empty line behind it, without what the reader may not use.
///
/// What is no JSON object or list passes; what looks like one and cannot be read is dropped.
#[must_use]
pub fn event(event: Bytes, may_use: &MayUse) -> Bytes {
    let text = String::from_utf8_lossy(&event);
    let payload = events::payload(&text);
    if !payload.trim_start().starts_with(['{', '[']) {
        return event;
    }
    let Ok(mut message) = serde_json::from_str(&payload) else {
        tracing::warn!("an event that cannot be read was not passed on");
        return Bytes::new();
    };
    if !withhold(&mut message, may_use) {
        return event;
    }
    let others = events::lines(&text).filter(|line| events::payload_of(line).is_none());
    let mut written: String = others.flat_map(|line| [line, "\n"]).collect();
    written.extend(["data: ", &message.to_string(), "\n\n"]);
    written.into()
}
