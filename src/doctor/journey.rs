//! How far a client comes with what was found out: the same decisions as its own, and none of ours.

mod server;

use serde::Serialize;
use serde_json::{Map, Value};
use url::Url;

use super::clients::{CLIENTS, Client, First, ResourcePlace, ResourceRule};
use super::cors;
use super::document::{Challenge, Document, difference, list, text};
use super::finding::{Code, Note};
use super::survey::{Server, Survey};

/// What a client does, in order.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Reaches the endpoint and is challenged.
    Challenge,
    /// Reads the protected resource metadata.
    ResourceMetadata,
    /// Reads the authorization server metadata.
    ServerMetadata,
    /// Becomes known.
    Registration,
    /// Sends the person to the authorization endpoint.
    Authorization,
    /// Exchanges the code.
    Token,
}

/// How it ended.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As it should.
    Works,
    /// In another way than the client would like best.
    WorksWithFallback,
    /// It cannot connect.
    Fails,
}

/// What one client met.
#[derive(Clone, Debug)]
pub(super) struct Journey {
    pub(super) client: &'static Client,
    pub(super) failed_at: Option<Step>,
    pub(super) notes: Vec<(Step, Note)>,
}

impl Journey {
    pub(super) fn outcome(&self) -> Outcome {
        match (self.failed_at, self.notes.is_empty()) {
            (Some(_), _) => Outcome::Fails,
            (None, false) => Outcome::WorksWithFallback,
            (None, true) => Outcome::Works,
        }
    }
}

/// Lets every client go.
pub(super) fn all(survey: &Survey) -> Vec<Journey> {
    CLIENTS.iter().map(|client| Walk { client, survey, notes: Vec::new() }.go()).collect()
}

/// The client stops here.
struct Stop(Step, Note);

/// The authorization server that a client has settled on.
struct Named {
    issuer: String,
    /// Nobody named it: it is the host of the endpoint.
    is_guess: bool,
}

struct Walk<'a> {
    client: &'static Client,
    survey: &'a Survey,
    notes: Vec<(Step, Note)>,
}

fn stop<T>(step: Step, code: Code, seen: impl Into<String>) -> Result<T, Stop> {
    Err(Stop(step, Note { code, seen: seen.into() }))
}

impl<'a> Walk<'a> {
    fn go(mut self) -> Journey {
        let stopped = self.steps().err();
        let failed_at = stopped.as_ref().map(|Stop(step, _)| *step);
        self.notes.extend(stopped.map(|Stop(step, note)| (step, note)));
        Journey { client: self.client, failed_at, notes: self.notes }
    }

    fn note(&mut self, step: Step, code: Code, seen: impl Into<String>) {
        self.notes.push((step, Note { code, seen: seen.into() }));
    }

    fn steps(&mut self) -> Result<(), Stop> {
        let survey = self.survey;
        let named = match (&survey.server, &survey.issuer) {
            (Some(server), _) => {
                let challenge = self.challenge(server)?;
                self.resource(server, challenge.as_ref())?
            }
            (None, Some(issuer)) => Named { issuer: issuer.clone(), is_guess: false },
            (None, None) => return Ok(()),
        };
        let Some(authority) = survey.authority(&named.issuer) else {
            let seen = format!("{} cannot be asked", named.issuer);
            return stop(Step::ServerMetadata, Code::ServerMetadataMissing, seen);
        };
        if let Some(document) = self.metadata(authority, &named)? {
            self.offered(document)?;
            self.known(authority, document)?;
        }
        self.token(authority)
    }

    /// Without a token: what the client learns from being refused.
    fn challenge(&mut self, server: &Server) -> Result<Option<Challenge>, Stop> {
        let step = Step::Challenge;
        if server.url.scheme() == "http" && !is_loopback(&server.url) {
            if self.client.is_hosted {
                return stop(step, Code::PlainHttp, server.url.as_str());
            }
            self.note(step, Code::PlainHttp, server.url.as_str());
        }
        let status = match &server.post {
            Ok(reply) => reply.status.as_u16(),
            Err(reason) => return stop(step, Code::WrongStatus, format!("POST: {reason}")),
        };
        match status {
            401 => {}
            200..=299 => {
                return stop(step, Code::NotProtected, format!("POST without a token: {status}"));
            }
            300..=399 => {
                let to = super::document::redirect(&server.post, &server.url);
                let to = to.map_or_else(|| "nowhere".to_owned(), |to| to.to_string());
                let seen = format!("POST {}: {status} to {to}", server.url);
                // These two keep method and body; after the others a POST is a GET.
                if !matches!(status, 307 | 308) {
                    return stop(step, Code::EndpointRedirects, seen);
                }
                self.note(step, Code::EndpointRedirects, seen);
                return Ok(None);
            }
            _ => return stop(step, Code::WrongStatus, format!("POST without a token: {status}")),
        }
        let first = match self.client.first {
            First::Post => &server.post,
            First::Get => &server.get,
            First::Head => &server.head,
        };
        let first = first.as_ref().ok().filter(|reply| reply.status.as_u16() == 401);
        let challenge = first.and_then(|reply| Challenge::of(&reply.headers));
        let challenge = challenge.or_else(|| server.challenge());
        match &challenge {
            None => self.note(step, Code::ChallengeMissing, "401 without WWW-Authenticate: Bearer"),
            Some(Challenge { resource_metadata: None, .. }) => {
                self.note(step, Code::ChallengeWithoutMetadata, "no resource_metadata");
            }
            Some(_) => {}
        }
        Ok(self.challenge_in_page(server, challenge))
    }

    fn challenge_in_page(
        &mut self,
        server: &Server,
        challenge: Option<Challenge>,
    ) -> Option<Challenge> {
        let step = Step::Challenge;
        let Some(page) = self.client.page else { return challenge };
        if !cors::lets_in(&server.preflight, page) || !cors::lets_read(&server.from_page, page) {
            // It has a proxy of its own for the endpoint, though not for what follows.
            self.note(step, Code::CorsMissing, format!("{} from {page}", server.url));
            return challenge;
        }
        if challenge.is_some() && !cors::exposes(&server.from_page, "www-authenticate") {
            let seen = "WWW-Authenticate is not in Access-Control-Expose-Headers";
            self.note(step, Code::ChallengeUnreadableInBrowser, seen);
            return None;
        }
        challenge
    }

    fn resource(
        &mut self,
        server: &'a Server,
        challenge: Option<&Challenge>,
    ) -> Result<Named, Stop> {
        let step = Step::ResourceMetadata;
        let is_told = challenge.is_some_and(|challenge| challenge.resource_metadata.is_some());
        let mut found = None;
        let mut absent_at_path = false;
        for place in self.client.resource_places {
            let skipped = match place {
                ResourcePlace::Challenge => !is_told,
                ResourcePlace::Path | ResourcePlace::Root => {
                    is_told && self.client.trusts_challenge_alone
                }
            };
            let Some(looked) = server.at(*place).filter(|_| !skipped) else { continue };
            match &looked.document {
                Document::Read(members) => {
                    found = Some(members);
                    break;
                }
                Document::Absent(status) if *place == ResourcePlace::Challenge => {
                    let seen = format!("the challenge names {}, which is {status}", looked.url);
                    self.note(step, Code::ResourceMetadataMissing, seen);
                }
                Document::Absent(_) => absent_at_path |= *place == ResourcePlace::Path,
                Document::Broken(why) => {
                    let seen = format!("{}: {why}", looked.url);
                    self.note(step, Code::ResourceMetadataBroken, seen);
                    if self.client.gives_up_on_broken {
                        break;
                    }
                }
            }
        }
        let origin = Named { issuer: server.url.origin().ascii_serialization(), is_guess: true };
        let Some(document) = found else {
            if self.notes.iter().all(|(at, _)| *at != step) {
                let seen = "neither at the path nor at the root";
                self.note(step, Code::ResourceMetadataMissing, seen);
            }
            return Ok(origin);
        };
        if absent_at_path && !is_told {
            self.note(step, Code::ResourceMetadataNotAtPath, "found at the root");
        }
        if let (Some(page), Some(answer)) = (self.client.page, &server.document_from_page)
            && !cors::lets_read(answer, page)
        {
            self.note(step, Code::CorsMissing, format!("resource metadata from {page}"));
            return Ok(origin);
        }
        if !self.is_for(document, &server.url)? {
            return Ok(origin);
        }
        let named = list(document, "authorization_servers").unwrap_or_default();
        let Some(issuer) = named.first() else {
            self.note(step, Code::AuthorizationServersMissing, "no authorization_servers");
            return Ok(origin);
        };
        Ok(Named { issuer: (*issuer).to_owned(), is_guess: false })
    }

    /// Whether the document is for `url`, as this client compares; else it stops or does without.
    fn is_for(&mut self, document: &Map<String, Value>, url: &Url) -> Result<bool, Stop> {
        let step = Step::ResourceMetadata;
        let resource = text(document, "resource").unwrap_or_default();
        let parsed = Url::parse(resource).ok();
        let is_equal = parsed.as_ref() == Some(url);
        let fits = match self.client.resource_rule {
            ResourceRule::Exact => {
                // What this client builds: scheme, host and path, nothing else.
                resource == &url[..url::Position::AfterPath]
            }
            ResourceRule::Equal | ResourceRule::EqualOrIgnored => is_equal,
            ResourceRule::Prefix => parsed.is_some_and(|resource| is_below(url, &resource)),
        };
        if fits {
            return Ok(true);
        }
        let how = difference(resource, url.as_str()).unwrap_or_default();
        let seen = format!("`resource` is {resource:?}, not {:?}: {how}", url.as_str());
        if self.client.resource_rule == ResourceRule::EqualOrIgnored {
            self.note(step, Code::ResourceMismatch, seen);
            return Ok(false);
        }
        stop(step, Code::ResourceMismatch, seen)
    }
}

pub(super) fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// Whether `url` is at the origin of `resource` and below its path.
fn is_below(url: &Url, resource: &Url) -> bool {
    let with_slash = |path: &str| format!("{}/", path.trim_end_matches('/'));
    url.origin() == resource.origin()
        && with_slash(url.path()).starts_with(&with_slash(resource.path()))
}
