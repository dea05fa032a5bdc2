//! The second half of a journey: from the issuer that was named to the token endpoint.

use serde_json::{Map, Value};
use url::Url;

use super::{Named, Step, Stop, Walk, is_loopback, stop};
use crate::doctor::clients::{IssuerRule, ServerPlace, Way};
use crate::doctor::cors;
use crate::doctor::document::{Answer, Document, difference, list, text};
use crate::doctor::finding::Code;
use crate::doctor::registration::takes_documents;
use crate::doctor::survey::Authority;

impl<'a> Walk<'a> {
    pub(super) fn metadata(
        &mut self,
        authority: &'a Authority,
        named: &Named,
    ) -> Result<Option<&'a Map<String, Value>>, Stop> {
        let step = Step::ServerMetadata;
        let mut found = None;
        for looked in &authority.documents {
            match &looked.document {
                Document::Read(document) => {
                    found = Some((looked, document));
                    break;
                }
                Document::Absent(_) => {}
                Document::Broken(why) => {
                    let seen = format!("{}: {why}", looked.url);
                    if self.client.gives_up_on_broken {
                        return stop(step, Code::ServerMetadataBroken, seen);
                    }
                    self.note(step, Code::ServerMetadataBroken, seen);
                }
            }
        }
        let Some((looked, document)) = found else {
            let seen = format!("none for {}", authority.issuer);
            let answers =
                authority.token.as_ref().is_some_and(|(_, answer)| is_token_error(answer));
            if !(self.client.guesses_endpoints && answers) {
                return stop(step, Code::ServerMetadataMissing, seen);
            }
            self.note(step, Code::ServerMetadataMissing, format!("{seen}; /token answers"));
            return Ok(None);
        };
        if let (Some(page), Some(answer)) = (self.client.page, &authority.document_from_page)
            && !cors::lets_read(answer, page)
        {
            return stop(step, Code::CorsMissing, format!("server metadata from {page}"));
        }
        if looked.place != ServerPlace::OAuth {
            self.note(step, Code::ServerMetadataOnlyOpenid, looked.url.as_str());
        }
        self.complete(document, looked.place)?;
        self.issuer(document, named)?;
        let bytes = looked.answer.as_ref().map_or(0, |reply| reply.body.len());
        if self.client.metadata_bytes_max.is_some_and(|most| bytes > most) {
            let seen = format!("{bytes} bytes; on macOS the login is not kept");
            self.note(step, Code::ServerMetadataLarge, seen);
        }
        Ok(Some(document))
    }

    /// Whether everything is there that the client's parser wants.
    fn complete(&self, document: &Map<String, Value>, place: ServerPlace) -> Result<(), Stop> {
        const ALWAYS: [&str; 3] = ["issuer", "authorization_endpoint", "token_endpoint"];
        const STRICT: [&str; 1] = ["response_types_supported"];
        const OPENID: [&str; 3] =
            ["jwks_uri", "subject_types_supported", "id_token_signing_alg_values_supported"];
        let is_strict = self.client.gives_up_on_broken;
        let strict = STRICT.iter().filter(|_| is_strict);
        let openid = OPENID.iter().filter(|_| is_strict && place != ServerPlace::OAuth);
        let mut wanted = ALWAYS.iter().chain(strict).chain(openid);
        match wanted.find(|name| !document.contains_key(**name)) {
            Some(name) => {
                stop(Step::ServerMetadata, Code::ServerMetadataIncomplete, format!("no `{name}`"))
            }
            None => Ok(()),
        }
    }

    fn issuer(&self, document: &Map<String, Value>, named: &Named) -> Result<(), Stop> {
        let issuer = text(document, "issuer").unwrap_or_default();
        let without = |text: &str| text.trim_end_matches('/').to_owned();
        let fits = issuer == named.issuer || named.is_guess && without(issuer) == named.issuer;
        if fits || self.client.issuer_rule == IssuerRule::Unchecked {
            return Ok(());
        }
        let how = difference(issuer, &named.issuer).unwrap_or_default();
        let seen = format!("`issuer` is {issuer:?}, not {:?}: {how}", named.issuer);
        stop(Step::ServerMetadata, Code::IssuerMismatch, seen)
    }

    /// Whether the server offers what the flow needs.
    pub(super) fn offered(&mut self, document: &Map<String, Value>) -> Result<(), Stop> {
        let step = Step::Authorization;
        for name in ["authorization_endpoint", "token_endpoint", "registration_endpoint"] {
            let url = text(document, name).and_then(|url| Url::parse(url).ok());
            if let Some(url) = url.filter(|url| url.scheme() == "http" && !is_loopback(url)) {
                return stop(step, Code::EndpointsPlainHttp, format!("{name} is {url}"));
            }
        }
        let lacks = |name: &str, word: &str| {
            list(document, name).is_some_and(|words| !words.contains(&word))
        };
        if lacks("response_types_supported", "code")
            || lacks("grant_types_supported", "authorization_code")
        {
            return stop(step, Code::CodeNotSupported, "not in the metadata");
        }
        match list(document, "code_challenge_methods_supported") {
            None if self.client.insists_on_pkce => {
                return stop(step, Code::PkceNotNamed, "no code_challenge_methods_supported");
            }
            Some(methods) if !methods.contains(&"S256") => {
                return stop(step, Code::PkceMissing, format!("only {methods:?}"));
            }
            None | Some(_) => {}
        }
        if lacks("grant_types_supported", "refresh_token") {
            self.note(step, Code::RefreshNotSupported, "not in grant_types_supported");
        }
        Ok(())
    }

    /// How the client becomes known, the first way that is open.
    pub(super) fn known(
        &mut self,
        authority: &Authority,
        document: &Map<String, Value>,
    ) -> Result<(), Stop> {
        let step = Step::Registration;
        for way in self.client.ways {
            let tried = authority.registered.iter();
            let mut tried =
                tried.filter(|tried| tried.client == self.client.name && tried.way == *way);
            match way {
                Way::Document(_) if !takes_documents(document) => continue,
                Way::Document(_) => {}
                Way::Registration => {
                    let Some((url, answer)) = &authority.register else { break };
                    self.registers(authority, document, url, answer)?;
                    if self.client.ways.len() > 1 {
                        let seen = "the metadata do not offer it";
                        self.note(step, Code::DocumentsNotSupported, seen);
                    }
                }
            }
            return match tried.find_map(|tried| tried.fault.clone()) {
                Some(note) if note.code == Code::RedirectUriRefused => {
                    Err(Stop(Step::Authorization, note))
                }
                Some(note) => Err(Stop(step, note)),
                None => Ok(()),
            };
        }
        stop(step, Code::NoRegistration, "neither documents nor registration_endpoint")
    }

    fn registers(
        &mut self,
        authority: &Authority,
        document: &Map<String, Value>,
        url: &Url,
        answer: &Answer,
    ) -> Result<(), Stop> {
        let step = Step::Registration;
        match answer {
            Ok(reply) if matches!(reply.status.as_u16(), 401 | 403..=405 | 500..=599) => {
                let seen = format!("POST {url}: {}", reply.status.as_u16());
                return stop(step, Code::RegistrationClosed, seen);
            }
            Err(reason) => return stop(step, Code::RegistrationClosed, format!("{url}: {reason}")),
            Ok(_) => {}
        }
        if let (Some(page), Some(preflight)) = (self.client.page, &authority.register_preflight)
            && !cors::lets_in(preflight, page)
        {
            return stop(step, Code::CorsMissing, format!("{url} from {page}"));
        }
        let methods = list(document, "token_endpoint_auth_methods_supported");
        let public = methods.is_some_and(|methods| methods.contains(&"none"));
        if !public && self.client.auth_method == "none" {
            self.note(step, Code::NoPublicClients, "no `none` among the methods");
        }
        Ok(())
    }

    pub(super) fn token(&mut self, authority: &Authority) -> Result<(), Stop> {
        let step = Step::Token;
        let Some((url, answer)) = &authority.token else {
            return stop(step, Code::TokenEndpointBroken, "token_endpoint is no URL");
        };
        match answer {
            Err(reason) => {
                return stop(step, Code::TokenEndpointBroken, format!("{url}: {reason}"));
            }
            Ok(reply) if matches!(reply.status.as_u16(), 300..=399 | 404 | 405 | 500..=599) => {
                let seen = format!("POST {url}: {}", reply.status.as_u16());
                return stop(step, Code::TokenEndpointBroken, seen);
            }
            Ok(reply) if !is_token_error(answer) && reply.status.as_u16() != 429 => {
                let seen =
                    format!("an unknown code: {} without `error` in JSON", reply.status.as_u16());
                self.note(step, Code::TokenErrors, seen);
            }
            Ok(_) => {}
        }
        if let (Some(page), Some(preflight)) = (self.client.page, &authority.token_preflight)
            && !cors::lets_in(preflight, page)
        {
            return stop(step, Code::CorsMissing, format!("{url} from {page}"));
        }
        Ok(())
    }
}

/// Whether an answer refuses a code as RFC 6749 §5.2 says.
fn is_token_error(answer: &Answer) -> bool {
    let Ok(reply) = answer else { return false };
    let said: Option<Value> = serde_json::from_slice(&reply.body).ok();
    let has_error = said.is_some_and(|said| said.get("error").is_some_and(Value::is_string));
    matches!(reply.status.as_u16(), 400 | 401) && has_error
}
