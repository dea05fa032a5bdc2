//! Whether a reply is one that the contract allows: for every test that gets one.

use std::sync::LazyLock;

use poem::http::HeaderMap;
use sealbearer::contract::{DOCUMENT_JSON, methods_of};
use serde_json::Value;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(DOCUMENT_JSON).expect("openapi.json is JSON"));

/// Fails the test if the reply to `method` on `path` (without its query) is not as the contract says.
pub(crate) fn assert_fits(method: &str, path: &str, status: u16, headers: &HeaderMap, body: &[u8]) {
    if let Err(what) = fits(method, path, status, headers, body) {
        panic!("{method} {path} -> {status} does not fit the contract: {what}");
    }
}

/// Whether a reply is as the contract says, or what is not.
pub(crate) fn fits(
    method: &str,
    path: &str,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), String> {
    let Some(methods) = methods_of(path) else {
        return if status == 404 { Ok(()) } else { Err("the contract has no such path".into()) };
    };
    if !methods.contains(&method) {
        return fits_no_operation(method, status, headers, methods);
    }
    let written_as = if method == "HEAD" { "get".to_owned() } else { method.to_lowercase() };
    let item = DOCUMENT["paths"]
        .as_object()
        .and_then(|paths| paths.iter().find(|(one, _)| is_path(one, path)));
    let operation = &item.ok_or("the document has no such path")?.1[&written_as];
    let answer = resolved(&operation["responses"][status.to_string()]);
    if answer.is_null() {
        return Err("the operation has no such status".into());
    }
    fits_headers(answer, headers)?;
    fits_content(answer, headers, body, method == "HEAD")
}

/// A method that the path does not have: a preflight, or 405 with `Allow`.
fn fits_no_operation(
    method: &str,
    status: u16,
    headers: &HeaderMap,
    methods: &[&str],
) -> Result<(), String> {
    if method == "OPTIONS" && status < 300 {
        return Ok(());
    }
    let allow = headers.get("allow").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let allowed: Vec<_> = allow.split(',').map(str::trim).collect();
    let all = methods.iter().all(|method| allowed.contains(method));
    if status == 405 && all {
        Ok(())
    } else {
        Err(format!("must be 405 with Allow: {}", methods.join(", ")))
    }
}

fn is_path(written: &str, path: &str) -> bool {
    let parameter = written
        .split_once('{')
        .and_then(|(before, rest)| rest.split_once('}').map(|(name, after)| (before, name, after)));
    let Some((before, name, after)) = parameter else { return written == path };
    let inside = path.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    inside.is_some_and(|inside| {
        !inside.is_empty() && ((name == "path" && after.is_empty()) || !inside.contains('/'))
    })
}

fn resolved(value: &'static Value) -> &'static Value {
    let target =
        value.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
    target.map_or(value, |target| DOCUMENT.pointer(target).unwrap_or(&Value::Null))
}

fn fits_headers(answer: &'static Value, headers: &HeaderMap) -> Result<(), String> {
    for (name, written) in answer["headers"].as_object().into_iter().flatten() {
        let written = resolved(written);
        let sent: Vec<_> = headers.get_all(name).iter().collect();
        if sent.is_empty() && written["required"] == true {
            return Err(format!("{name} is missing"));
        }
        if sent.len() > 1 && written["x-repeatable"] != true {
            return Err(format!("{name} is sent several times"));
        }
        for value in sent {
            let text = value.to_str().map_err(|_| format!("{name} is not text"))?;
            let integer = written["schema"]["type"] == "integer";
            let value =
                if integer { serde_json::from_str(text).unwrap_or_default() } else { text.into() };
            fits_schema(name, &written["schema"], &value)?;
        }
    }
    Ok(())
}

fn fits_content(
    answer: &'static Value,
    headers: &HeaderMap,
    body: &[u8],
    head: bool,
) -> Result<(), String> {
    let sent = headers.get("content-type").and_then(|value| value.to_str().ok());
    let Some(content) = answer["content"].as_object() else {
        return if body.is_empty() { Ok(()) } else { Err("there must be no body".into()) };
    };
    let media_type = sent.ok_or("Content-Type is missing")?;
    let media = content.get(media_type).or_else(|| content.get(media_type.split(';').next()?));
    let schema = &media.ok_or(format!("Content-Type is {media_type}"))?["schema"];
    if head {
        return Ok(());
    }
    if media_type.starts_with("application/json") {
        let value = serde_json::from_slice(body)
            .map_err(|error| format!("the body is not JSON: {error}"))?;
        return fits_schema("body", schema, &value);
    }
    std::str::from_utf8(body).map(|_| ()).map_err(|_| "the body is not UTF-8".into())
}

/// The part of JSON Schema that the generator lets the contract use; an object may have no members but those listed.
fn fits_schema(at: &str, schema: &'static Value, value: &Value) -> Result<(), String> {
    let schema = resolved(schema);
    let wrong = |what: &str| Err(format!("{at} {what}"));
    if let Some(listed) = schema["enum"].as_array()
        && !listed.contains(value)
    {
        return wrong("has a value that is not listed");
    }
    match schema["type"].as_str() {
        Some("string") if value.is_string() => Ok(()),
        Some("boolean") if value.is_boolean() => Ok(()),
        Some("integer") if value.is_u64() => Ok(()),
        Some("array") => {
            let elements = value.as_array().ok_or(format!("{at} is not an array"))?;
            elements
                .iter()
                .try_for_each(|element| fits_schema(&format!("{at}[]"), &schema["items"], element))
        }
        Some("object") => {
            let members = value.as_object().ok_or(format!("{at} is not an object"))?;
            for name in
                schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
            {
                if !members.contains_key(name) {
                    return wrong(&format!("has no {name}"));
                }
            }
            for (name, member) in members {
                match schema["properties"].get(name) {
                    Some(property) => fits_schema(&format!("{at}.{name}"), property, member)?,
                    None if schema["additionalProperties"].is_object() => {}
                    None => return wrong(&format!("has the strange member {name}")),
                }
            }
            Ok(())
        }
        Some(kind) => wrong(&format!("is not a {kind}")),
        None => wrong("has a schema without a type"),
    }
}
