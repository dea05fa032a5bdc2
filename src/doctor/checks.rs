//! What is wrong whether or not a client stumbles over it. Each check is one line of [`CHECKS`].

use serde_json::{Map, Value};

use super::ask::Asker;
use super::clients::ResourcePlace;
use super::cors;
use super::document::{Document, field, is_json, list, redirect, text};
use super::finding::{Code, Note};
use super::survey::{PAGE, Survey};

/// How far two clocks may be apart, in seconds.
const SKEW_SECONDS_MAX: u64 = 60;
/// How long the head of an answer may be, in bytes.
const HEAD_BYTES_MAX: usize = 8 * 1024;
/// Members of a key that only its owner may know (RFC 7518 §6).
const PRIVATE_MEMBERS: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

/// What was found out, and what was noticed beside it.
pub(super) struct Facts<'a> {
    pub(super) survey: &'a Survey,
    pub(super) skew_seconds: Option<i64>,
    pub(super) longest_head: (usize, String),
}

impl<'a> Facts<'a> {
    pub(super) fn new(survey: &'a Survey, asker: &Asker<'_>) -> Self {
        let (skew_seconds, longest_head) = (asker.skew_seconds, asker.longest_head.clone());
        Self { survey, skew_seconds, longest_head }
    }

    /// The documents of authorization servers that there are.
    fn server_documents(&self) -> impl Iterator<Item = &'a Map<String, Value>> {
        self.survey.authorities.iter().filter_map(|authority| authority.document())
    }
}

/// What it looks at, and what it saw where something is wrong.
type Check = fn(&Facts<'_>) -> Vec<String>;

const CHECKS: [(Code, Check); 17] = [
    (Code::MethodNotProtected, method_not_protected),
    (Code::OtherSpelling, other_spelling),
    (Code::ResourceMetadataNotAtPath, |facts| not_at(facts, ResourcePlace::Path)),
    (Code::ResourceMetadataNotAtRoot, |facts| not_at(facts, ResourcePlace::Root)),
    (Code::ResourceMetadataDiffers, resource_metadata_differs),
    (Code::OfflineAccessInResource, offline_access_in_resource),
    (Code::MetadataRedirects, metadata_redirects),
    (Code::MetadataContentType, metadata_content_type),
    (Code::IssuerSlash, issuer_slash),
    (Code::PkceNotNamed, pkce_not_named),
    (Code::UnknownClientRedirected, unknown_client_redirected),
    (Code::CorsAtAuthorize, cors_at_authorize),
    (Code::IssNotNamed, iss_not_named),
    (Code::KeysBroken, keys_broken),
    (Code::KeysPrivate, keys_private),
    (Code::HeadersLarge, headers_large),
    (Code::ClockSkew, clock_skew),
];

/// Everything that the checks see.
pub(super) fn all(facts: &Facts<'_>) -> Vec<Note> {
    let seen = CHECKS
        .iter()
        .flat_map(|(code, check)| check(facts).into_iter().map(|seen| Note { code: *code, seen }));
    seen.collect()
}

fn method_not_protected(facts: &Facts<'_>) -> Vec<String> {
    let Some(server) = &facts.survey.server else { return Vec::new() };
    if !matches!(&server.post, Ok(reply) if reply.status.as_u16() == 401) {
        return Vec::new();
    }
    let others = [("GET", &server.get), ("HEAD", &server.head), ("DELETE", &server.delete)];
    let open = others.into_iter().filter_map(|(name, answer)| {
        let status = answer.as_ref().ok()?.status;
        status.is_success().then(|| format!("{name} without a token: {}", status.as_u16()))
    });
    open.collect()
}

fn other_spelling(facts: &Facts<'_>) -> Vec<String> {
    let Some(server) = &facts.survey.server else { return Vec::new() };
    let (Some((url, other)), Ok(post)) = (&server.other, &server.post) else { return Vec::new() };
    match other {
        Ok(reply) if reply.status == post.status => Vec::new(),
        Ok(reply) => {
            let to = redirect(other, url).map_or_else(String::new, |to| format!(" to {to}"));
            vec![format!("POST {url}: {}{to}", reply.status.as_u16())]
        }
        Err(reason) => vec![format!("POST {url}: {reason}")],
    }
}

fn not_at(facts: &Facts<'_>, place: ResourcePlace) -> Vec<String> {
    let Some(server) = &facts.survey.server else { return Vec::new() };
    let somewhere = server.documents.iter().any(|looked| looked.document.read().is_some());
    let absent = server.at(place).filter(|looked| looked.document.read().is_none());
    let absent = absent.filter(|_| somewhere);
    absent.map(|looked| looked.url.to_string()).into_iter().collect()
}

fn resource_metadata_differs(facts: &Facts<'_>) -> Vec<String> {
    let Some(server) = &facts.survey.server else { return Vec::new() };
    let mut read = server.documents.iter().filter(|looked| looked.document.read().is_some());
    let Some(first) = read.next() else { return Vec::new() };
    let other = read.find(|looked| looked.document != first.document);
    other.map(|other| format!("{} and {}", first.url, other.url)).into_iter().collect()
}

fn offline_access_in_resource(facts: &Facts<'_>) -> Vec<String> {
    let Some(server) = &facts.survey.server else { return Vec::new() };
    let challenged = server.challenge().and_then(|challenge| challenge.scope).unwrap_or_default();
    let mut seen = Vec::new();
    if challenged.split(' ').any(|scope| scope == "offline_access") {
        seen.push("in the challenge".to_owned());
    }
    let read = server.documents.iter().find_map(|looked| looked.document.read());
    let scopes = read.and_then(|document| list(document, "scopes_supported")).unwrap_or_default();
    if scopes.contains(&"offline_access") {
        seen.push("in scopes_supported".to_owned());
    }
    seen
}

fn metadata_redirects(facts: &Facts<'_>) -> Vec<String> {
    let resources = facts.survey.server.iter().flat_map(|server| &server.documents);
    let resources = resources.map(|looked| (&looked.url, &looked.moves));
    let servers = facts.survey.authorities.iter().flat_map(|authority| &authority.documents);
    let servers = servers.map(|looked| (&looked.url, &looked.moves));
    let moved = resources.chain(servers).filter_map(|(url, moves)| Some((url, moves.last()?)));
    let mut seen: Vec<_> = moved.map(|(url, to)| format!("{url} to {to}")).collect();
    seen.dedup();
    seen
}

fn metadata_content_type(facts: &Facts<'_>) -> Vec<String> {
    let resources = facts.survey.server.iter().flat_map(|server| &server.documents);
    let resources = resources.map(|looked| (&looked.url, &looked.document, &looked.answer));
    let servers = facts.survey.authorities.iter().flat_map(|authority| &authority.documents);
    let servers = servers.map(|looked| (&looked.url, &looked.document, &looked.answer));
    let wrong = resources.chain(servers).filter_map(|(url, document, answer)| {
        let headers = &answer.as_ref().ok()?.headers;
        let is_wrong = document.read().is_some() && !is_json(headers);
        is_wrong.then(|| format!("{url}: {}", field(headers, "content-type").unwrap_or("none")))
    });
    let mut seen: Vec<_> = wrong.collect();
    seen.dedup();
    seen
}

fn issuer_slash(facts: &Facts<'_>) -> Vec<String> {
    let issuers = facts.server_documents().filter_map(|document| text(document, "issuer"));
    issuers.filter(|issuer| issuer.ends_with('/')).map(str::to_owned).collect()
}

fn pkce_not_named(facts: &Facts<'_>) -> Vec<String> {
    let named = "code_challenge_methods_supported";
    let without = facts.server_documents().filter(|document| !document.contains_key(named));
    without.map(|_| format!("no {named}")).collect()
}

fn unknown_client_redirected(facts: &Facts<'_>) -> Vec<String> {
    let asked =
        facts.survey.authorities.iter().filter_map(|authority| authority.authorize.as_ref());
    let led = asked.filter_map(|(url, answer)| redirect(answer, url));
    let astray = led.filter(|to| to.host_str() == Some("doctor.invalid"));
    astray.map(|to| to.to_string()).collect()
}

fn cors_at_authorize(facts: &Facts<'_>) -> Vec<String> {
    let asked =
        facts.survey.authorities.iter().filter_map(|authority| authority.authorize.as_ref());
    let open = asked.filter(|(_, answer)| cors::lets_read(answer, PAGE));
    open.map(|(url, _)| url.to_string()).collect()
}

fn iss_not_named(facts: &Facts<'_>) -> Vec<String> {
    let name = "authorization_response_iss_parameter_supported";
    let silent =
        facts.server_documents().filter(|document| document.get(name) != Some(&Value::Bool(true)));
    silent.map(|_| format!("no {name}")).collect()
}

fn keys_broken(facts: &Facts<'_>) -> Vec<String> {
    let asked = facts.survey.authorities.iter().filter_map(|authority| authority.keys.as_ref());
    let broken = asked.filter_map(|(url, answer)| match Document::of(answer) {
        Document::Read(members) if members.get("keys").is_some_and(Value::is_array) => None,
        Document::Read(_) => Some(format!("{url}: no `keys`")),
        Document::Absent(status) => Some(format!("{url}: {status}")),
        Document::Broken(why) => Some(format!("{url}: {why}")),
    });
    broken.collect()
}

fn keys_private(facts: &Facts<'_>) -> Vec<String> {
    let asked = facts.survey.authorities.iter().filter_map(|authority| authority.keys.as_ref());
    let told = asked.filter_map(|(url, answer)| {
        let document = Document::of(answer);
        let keys = document.read()?.get("keys")?.as_array()?.iter().filter_map(Value::as_object);
        let mut members = keys.flat_map(Map::keys);
        let member = members.find(|name| PRIVATE_MEMBERS.contains(&name.as_str()))?;
        Some(format!("{url}: a key has `{member}`"))
    });
    told.collect()
}

fn headers_large(facts: &Facts<'_>) -> Vec<String> {
    let (bytes, url) = &facts.longest_head;
    if *bytes > HEAD_BYTES_MAX { vec![format!("{url}: {bytes} bytes")] } else { Vec::new() }
}

fn clock_skew(facts: &Facts<'_>) -> Vec<String> {
    let skew = facts.skew_seconds.filter(|skew| skew.unsigned_abs() > SKEW_SECONDS_MAX);
    skew.map(|skew| format!("{skew:+} s")).into_iter().collect()
}
