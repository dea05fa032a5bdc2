//! Registers as each client does, and begins an authorization with what came back: only when the operator asks for it.
//!
//! Source: RFC 7591 §3, RFC 6749 §3.1.2, draft-ietf-oauth-client-id-metadata-document §3.

use hyper::Method;
use serde_json::{Map, Value, json};
use url::Url;

use super::ask::Asker;
use super::clients::{CLIENTS, Client, Way};
use super::document::{Answer, Document, field, list, text};
use super::finding::{Code, Note};
use super::survey::{Authority, CHALLENGE};
use crate::upstream::Question;

/// What became of one way of one client.
#[derive(Clone, Debug)]
pub(super) struct Registered {
    pub(super) client: &'static str,
    pub(super) way: Way,
    /// What the client stumbles over.
    pub(super) fault: Option<Note>,
}

/// Whether the metadata let a client be known by a document: both members, or clients do not try.
pub(super) fn takes_documents(document: &Map<String, Value>) -> bool {
    let methods = list(document, "token_endpoint_auth_methods_supported");
    document.get("client_id_metadata_document_supported") == Some(&Value::Bool(true))
        && methods.is_some_and(|methods| methods.contains(&"none"))
}

/// Tries every way of every client.
pub(super) async fn register(asker: &mut Asker<'_>, authority: &Authority) -> Vec<Registered> {
    let Some(document) = authority.document() else { return Vec::new() };
    let url = |name: &str| Url::parse(text(document, name)?).ok();
    let Some(authorize) = url("authorization_endpoint") else { return Vec::new() };
    let register = url("registration_endpoint");
    let mut registered = Vec::new();
    for client in &CLIENTS {
        for way in client.ways.iter().copied() {
            let fault = match (way, &register) {
                (Way::Document(id), _) if takes_documents(document) => {
                    begin(asker, &authorize, client, id).await
                }
                (Way::Registration, Some(register)) => {
                    let question = registration(register, client);
                    let answer = asker.ask("registration", question).await;
                    match client_id(client, &answer) {
                        Ok(id) => begin(asker, &authorize, client, &id).await,
                        Err(note) => Some(note),
                    }
                }
                (Way::Document(_) | Way::Registration, _) => continue,
            };
            registered.push(Registered { client: client.name, way, fault });
        }
    }
    registered
}

/// What a client registers.
fn registration(url: &Url, client: &Client) -> Question {
    let metadata = json!({
        "client_name": client.registered_name,
        "redirect_uris": client.redirect_uris,
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": client.auth_method,
    });
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("accept", "application/json".to_owned()),
    ];
    Question { method: Method::POST, url: url.clone(), headers, body: metadata.to_string() }
}

/// The id in the answer to a registration, if the client can use it.
fn client_id(client: &Client, answer: &Answer) -> Result<String, Note> {
    let note = |code, seen: String| Note { code, seen: format!("{}: {seen}", client.name) };
    let refused = |seen: String| note(Code::RegistrationRefused, seen);
    let wrong = |seen: &str| note(Code::RegistrationAnswer, seen.to_owned());
    let reply = answer.as_ref().map_err(|reason| refused(reason.to_string()))?;
    let status = reply.status.as_u16();
    if !matches!(status, 200 | 201) {
        let said: Option<Value> = serde_json::from_slice(&reply.body).ok();
        let said = said.as_ref().and_then(Value::as_object);
        let said = said.and_then(|said| text(said, "error_description").or(text(said, "error")));
        return Err(refused(format!("{status}: {}", said.unwrap_or("no reason in JSON"))));
    }
    let members: Value = serde_json::from_slice(&reply.body).map_err(|_| wrong("no JSON"))?;
    let members = members.as_object().ok_or_else(|| wrong("no JSON object"))?;
    if let Some((name, _)) = members.iter().find(|(_, value)| value.is_null()) {
        return Err(wrong(&format!("`{name}` is null")));
    }
    let has_secret = members.contains_key("client_secret");
    if has_secret && !members.contains_key("client_secret_expires_at") {
        return Err(wrong("client_secret without client_secret_expires_at"));
    }
    let redirect_uris = list(members, "redirect_uris").unwrap_or_default();
    if !redirect_uris.iter().any(|uri| client.redirect_uris.contains(uri)) {
        return Err(wrong("none of its redirect_uris was registered"));
    }
    let method = text(members, "token_endpoint_auth_method");
    if method.is_none_or(|method| method != "none" && !has_secret) {
        return Err(wrong("token_endpoint_auth_method is missing, or needs what was not issued"));
    }
    text(members, "client_id").map(str::to_owned).ok_or_else(|| wrong("no client_id"))
}

/// Begins an authorization: nobody logs in, but whether the client and its redirect URI are accepted can be seen.
async fn begin(asker: &mut Asker<'_>, authorize: &Url, client: &Client, id: &str) -> Option<Note> {
    let redirect_uri = client.redirect_uris[0];
    let mut url = authorize.clone();
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", id)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("state", "examined")
        .append_pair("code_challenge", CHALLENGE)
        .append_pair("code_challenge_method", "S256");
    let answer = asker.ask("authorization", Question::get(url)).await;
    let seen = match &answer {
        // A document that cannot be fetched at the moment says nothing about the client.
        Ok(reply) if reply.status.as_u16() < 400 || reply.status.as_u16() == 503 => return None,
        Ok(reply) if reply.status.as_u16() == 429 => return None,
        Ok(reply) => {
            let said = match Document::of(&answer) {
                Document::Read(said) => text(&said, "error").map(str::to_owned),
                Document::Absent(_) | Document::Broken(_) => None,
            };
            let kind = field(&reply.headers, "content-type").unwrap_or("no type").to_owned();
            format!("{} ({})", reply.status.as_u16(), said.unwrap_or(kind))
        }
        Err(reason) => reason.to_string(),
    };
    let seen = format!("{} with {redirect_uri}: {seen}", client.name);
    Some(Note { code: Code::RedirectUriRefused, seen })
}
