//! Everything that is asked of a deployment, once, for all clients. What it means is decided elsewhere.
//!
//! Source: RFC 9728 §3.1, RFC 8414 §3.1, OpenID Connect Discovery 1.0 §4, MCP authorization 2026-07-28 (discovery).

use hyper::Method;
use serde_json::json;
use url::Url;

use super::ask::Asker;
use super::clients::{ResourcePlace, ServerPlace};
use super::document::{Answer, Challenge, Document, list, redirect, text};
use super::registration::Registered;
use crate::upstream::Question;

/// The origin of a page in whose name CORS is tried.
pub(super) const PAGE: &str = "http://localhost:6274";
/// How many redirects of a document are followed.
const MOVES_MAX: usize = 3;
/// How many authorization servers are looked at: what the resource names, and the host of the endpoint.
const AUTHORITIES_MAX: usize = 3;
/// A verifier's challenge for requests that nobody finishes.
pub(super) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A place that was looked at.
#[derive(Clone, Debug)]
pub(super) struct Looked<P> {
    pub(super) place: P,
    pub(super) url: Url,
    /// Where it was sent to instead, one after the other.
    pub(super) moves: Vec<Url>,
    pub(super) answer: Answer,
    pub(super) document: Document,
}

/// An MCP endpoint.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) url: Url,
    pub(super) post: Answer,
    pub(super) get: Answer,
    pub(super) head: Answer,
    pub(super) delete: Answer,
    /// The same with a slash at the end, or without.
    pub(super) other: Option<(Url, Answer)>,
    /// As a page sends it.
    pub(super) from_page: Answer,
    pub(super) preflight: Answer,
    pub(super) documents: Vec<Looked<ResourcePlace>>,
    /// The first of them, as a page reads it.
    pub(super) document_from_page: Option<Answer>,
}

impl Server {
    pub(super) fn challenge(&self) -> Option<Challenge> {
        self.post.as_ref().ok().and_then(|reply| Challenge::of(&reply.headers))
    }

    pub(super) fn at(&self, place: ResourcePlace) -> Option<&Looked<ResourcePlace>> {
        self.documents.iter().find(|looked| looked.place == place)
    }
}

/// An authorization server.
#[derive(Debug)]
pub(super) struct Authority {
    /// As it was named, without a slash at the end.
    pub(super) issuer: String,
    pub(super) documents: Vec<Looked<ServerPlace>>,
    pub(super) document_from_page: Option<Answer>,
    /// A token request that cannot succeed, where the metadata say, else at `/token`.
    pub(super) token: Option<(Url, Answer)>,
    pub(super) token_preflight: Option<Answer>,
    /// A registration that cannot succeed, where the metadata say, else at `/register`.
    pub(super) register: Option<(Url, Answer)>,
    pub(super) register_preflight: Option<Answer>,
    /// An authorization request of a client that is not known.
    pub(super) authorize: Option<(Url, Answer)>,
    pub(super) keys: Option<(Url, Answer)>,
    pub(super) registered: Vec<Registered>,
}

impl Authority {
    /// The first document that there is.
    pub(super) fn document(&self) -> Option<&serde_json::Map<String, serde_json::Value>> {
        self.documents.iter().find_map(|looked| looked.document.read())
    }
}

/// Everything that was found out.
#[derive(Debug)]
pub(super) struct Survey {
    /// `None` where an issuer was named, and no resource of its own is known.
    pub(super) server: Option<Server>,
    /// What was named if it is an issuer.
    pub(super) issuer: Option<String>,
    pub(super) authorities: Vec<Authority>,
}

impl Survey {
    /// The issuers that answered with a document, as they call themselves.
    pub(super) fn issuers(&self) -> Vec<String> {
        let documents = self.authorities.iter().filter_map(Authority::document);
        let named = documents.filter_map(|document| text(document, "issuer"));
        let mut issuers: Vec<_> = named.map(str::to_owned).collect();
        issuers.dedup();
        issuers
    }

    /// The authorization server of this name, with or without a slash at the end.
    pub(super) fn authority(&self, issuer: &str) -> Option<&Authority> {
        let issuer = issuer.trim_end_matches('/');
        self.authorities.iter().find(|authority| authority.issuer == issuer)
    }
}

/// Asks everything.
pub(super) async fn survey(asker: &mut Asker<'_>, typed: &Url, register: bool) -> Survey {
    let mut server = survey_server(asker, typed).await;
    let mut authorities = Vec::new();
    let mut issuer = None;
    if !matches!(&server.post, Ok(reply) if reply.status.as_u16() == 401) && asker.was_answered() {
        let named = typed.as_str().trim_end_matches('/');
        let authority = survey_authority(asker, named).await;
        let its_own = authority.document().and_then(|document| text(document, "issuer"));
        if let Some(its_own) = its_own.filter(|issuer| issuer.trim_end_matches('/') == named) {
            issuer = Some(its_own.to_owned());
            authorities.push(authority);
        }
    }
    let mut has_server = true;
    if issuer.is_some() {
        let resource = server.at(ResourcePlace::Root).and_then(|looked| looked.document.read());
        let resource = resource.and_then(|document| Url::parse(text(document, "resource")?).ok());
        match resource.filter(|url| url.origin() == typed.origin() && url != typed) {
            Some(resource) => server = survey_server(asker, &resource).await,
            None => has_server = false,
        }
    }
    let server = has_server.then_some(server);
    for named in named_by(server.as_ref()) {
        let is_known = authorities.iter().any(|authority: &Authority| authority.issuer == named);
        if !is_known && authorities.len() < AUTHORITIES_MAX && asker.was_answered() {
            authorities.push(survey_authority(asker, &named).await);
        }
    }
    for authority in &mut authorities {
        survey_endpoints(asker, authority).await;
        if register {
            authority.registered = super::registration::register(asker, authority).await;
        }
    }
    Survey { server, issuer, authorities }
}

/// The authorization servers that clients of `server` may choose, without slashes at the end.
fn named_by(server: Option<&Server>) -> Vec<String> {
    let Some(server) = server else { return Vec::new() };
    let read = server.documents.iter().filter_map(|looked| looked.document.read());
    let first =
        read.filter_map(|document| list(document, "authorization_servers")?.first().copied());
    let mut named: Vec<_> = first.map(|issuer| issuer.trim_end_matches('/').to_owned()).collect();
    named.push(server.url.origin().ascii_serialization());
    named
}

async fn survey_server(asker: &mut Asker<'_>, url: &Url) -> Server {
    let post = asker.ask("endpoint, POST", initialize(url, None)).await;
    let get = asker.ask("endpoint, GET", as_stream(Method::GET, url)).await;
    let head = asker.ask("endpoint, HEAD", as_stream(Method::HEAD, url)).await;
    let delete = asker.ask("endpoint, DELETE", as_stream(Method::DELETE, url)).await;
    let other = match other_spelling(url) {
        Some(other) => {
            let answer = asker.ask("endpoint, other spelling", initialize(&other, None)).await;
            Some((other, answer))
        }
        None => None,
    };
    let from_page = asker.ask("endpoint, from a page", initialize(url, Some(PAGE))).await;
    let headers = "authorization,content-type,mcp-protocol-version";
    let preflight = asker.ask("endpoint, preflight", preflight(url, headers)).await;
    let challenged = post.as_ref().ok().and_then(|reply| Challenge::of(&reply.headers));
    let challenged = challenged.and_then(|challenge| url.join(&challenge.resource_metadata?).ok());
    let mut documents = Vec::new();
    if let Some(challenged) = challenged {
        documents.push(look(asker, ResourcePlace::Challenge, challenged).await);
    }
    let segment = "/.well-known/oauth-protected-resource";
    for (place, path) in [
        (ResourcePlace::Path, format!("{segment}{}", url.path().trim_end_matches('/'))),
        (ResourcePlace::Root, segment.to_owned()),
    ] {
        documents.push(look_once(asker, place, below_origin(url, &path), &documents).await);
    }
    let first = documents.iter().find(|looked| looked.document.read().is_some());
    let document_from_page = match first.map(|looked| looked.url.clone()) {
        Some(url) => Some(asker.ask("resource metadata, from a page", read_by_page(url)).await),
        None => None,
    };
    Server {
        url: url.clone(),
        post,
        get,
        head,
        delete,
        other,
        from_page,
        preflight,
        documents,
        document_from_page,
    }
}

async fn survey_authority(asker: &mut Asker<'_>, issuer: &str) -> Authority {
    let mut documents: Vec<Looked<ServerPlace>> = Vec::new();
    if let Ok(url) = Url::parse(issuer) {
        let path = url.path().trim_end_matches('/').to_owned();
        for place in ServerPlace::ALL {
            let at = match place {
                ServerPlace::OAuth => format!("/.well-known/oauth-authorization-server{path}"),
                ServerPlace::OpenIdInserted => format!("/.well-known/openid-configuration{path}"),
                ServerPlace::OpenIdAppended => format!("{path}/.well-known/openid-configuration"),
            };
            documents.push(look_once(asker, place, below_origin(&url, &at), &documents).await);
        }
    }
    Authority {
        issuer: issuer.to_owned(),
        documents,
        document_from_page: None,
        token: None,
        token_preflight: None,
        register: None,
        register_preflight: None,
        authorize: None,
        keys: None,
        registered: Vec::new(),
    }
}

/// Asks the endpoints that the metadata name, or those that clients guess without metadata.
async fn survey_endpoints(asker: &mut Asker<'_>, authority: &mut Authority) {
    let Ok(issuer) = Url::parse(&authority.issuer) else { return };
    let read = authority.documents.iter().find(|looked| looked.document.read().is_some());
    let read_at = read.map(|looked| looked.url.clone());
    let document = authority.document().cloned();
    let named = |name: &str, guessed: &str| match &document {
        Some(document) => Url::parse(text(document, name)?).ok(),
        None => (!guessed.is_empty()).then(|| below_origin(&issuer, guessed)),
    };
    let endpoints =
        (named("token_endpoint", "/token"), named("registration_endpoint", "/register"));
    let (authorize, keys) = (named("authorization_endpoint", ""), named("jwks_uri", ""));
    if let Some(url) = read_at {
        let question = read_by_page(url);
        authority.document_from_page =
            Some(asker.ask("server metadata, from a page", question).await);
    }
    if let Some(url) = endpoints.0 {
        let answer = asker.ask("token endpoint", impossible_exchange(&url)).await;
        if document.is_some() {
            let question = preflight(&url, "content-type");
            authority.token_preflight =
                Some(asker.ask("token endpoint, preflight", question).await);
        }
        authority.token = Some((url, answer));
    }
    if let Some(url) = endpoints.1 {
        let answer = asker.ask("registration endpoint", impossible_registration(&url)).await;
        if document.is_some() {
            let question = preflight(&url, "content-type");
            let answer = asker.ask("registration endpoint, preflight", question).await;
            authority.register_preflight = Some(answer);
        }
        authority.register = Some((url, answer));
    }
    if let Some(url) = authorize {
        let question = read_by_page(stranger(&url));
        let answer = asker.ask("authorization endpoint, unknown client", question).await;
        authority.authorize = Some((url, answer));
    }
    if let Some(url) = keys {
        let answer = asker.ask("key set", Question::get(url.clone())).await;
        authority.keys = Some((url, answer));
    }
}

/// Looks at a place unless it was looked at under another name.
async fn look_once<P: Copy>(
    asker: &mut Asker<'_>,
    place: P,
    url: Url,
    known: &[Looked<P>],
) -> Looked<P> {
    match known.iter().find(|looked| looked.url == url) {
        Some(looked) => Looked { place, ..looked.clone() },
        None => look(asker, place, url).await,
    }
}

/// Looks at a place, and where it is sent to.
async fn look<P>(asker: &mut Asker<'_>, place: P, url: Url) -> Looked<P> {
    let (mut moves, mut at) = (Vec::new(), url.clone());
    loop {
        let question = Question {
            headers: vec![
                ("accept", "application/json".to_owned()),
                ("mcp-protocol-version", "2025-11-25".to_owned()),
            ],
            ..Question::get(at.clone())
        };
        let answer = asker.ask("metadata", question).await;
        match redirect(&answer, &at) {
            Some(to) if moves.len() < MOVES_MAX => {
                moves.push(to.clone());
                at = to;
            }
            _ => return Looked { place, url, moves, document: Document::of(&answer), answer },
        }
    }
}

pub(super) fn below_origin(url: &Url, path: &str) -> Url {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.set_path(path);
    url
}

/// The same endpoint with a slash at its end, or without; the root has one spelling only.
fn other_spelling(url: &Url) -> Option<Url> {
    let path = url.path();
    let other = path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned);
    (!other.is_empty()).then(|| below_origin(url, &other))
}

/// The first message of a client.
fn initialize(url: &Url, page: Option<&str>) -> Question {
    let message = json!({
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": { "name": "sealbearer-doctor", "version": env!("CARGO_PKG_VERSION") },
        },
    });
    let mut headers = vec![
        ("accept", "application/json, text/event-stream".to_owned()),
        ("content-type", "application/json".to_owned()),
    ];
    headers.extend(page.map(|page| ("origin", page.to_owned())));
    Question { method: Method::POST, url: url.clone(), headers, body: message.to_string() }
}

fn as_stream(method: Method, url: &Url) -> Question {
    let headers = vec![("accept", "text/event-stream".to_owned())];
    Question { method, headers, ..Question::get(url.clone()) }
}

fn preflight(url: &Url, headers: &str) -> Question {
    let headers = vec![
        ("origin", PAGE.to_owned()),
        ("access-control-request-method", "POST".to_owned()),
        ("access-control-request-headers", headers.to_owned()),
    ];
    Question { method: Method::OPTIONS, headers, ..Question::get(url.clone()) }
}

fn read_by_page(url: Url) -> Question {
    Question { headers: vec![("origin", PAGE.to_owned())], ..Question::get(url) }
}

/// A code that nobody issued.
fn impossible_exchange(url: &Url) -> Question {
    let form = "grant_type=authorization_code&client_id=sealbearer-doctor&code=examined\
                &code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk\
                &redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcallback";
    let headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
    Question { method: Method::POST, url: url.clone(), headers, body: form.to_owned() }
}

/// A registration that is none, so that nothing is registered.
fn impossible_registration(url: &Url) -> Question {
    let headers = vec![("content-type", "application/json".to_owned())];
    Question { method: Method::POST, url: url.clone(), headers, body: "[]".to_owned() }
}

/// An authorization request of a client that nobody registered.
fn stranger(url: &Url) -> Url {
    let mut url = url.clone();
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", "sealbearer-doctor-unknown")
        .append_pair("redirect_uri", "https://doctor.invalid/callback")
        .append_pair("state", "examined")
        .append_pair("code_challenge", CHALLENGE)
        .append_pair("code_challenge_method", "S256");
    url
}
