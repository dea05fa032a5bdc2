//! `token explain`: what a sealed value is, in words. Needs the key ring and the issuer it was sealed with, so it takes
//! the options of `serve`. It never prints a secret, and the value itself is read from standard input.

use std::{collections::BTreeMap, fmt::Write as _};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use protocol::{
    oauth::{client::ClientThumbprint, scope::Scope, subject::Subject, time::UnixTime},
    registration::dynamic::RegistrationKind,
};

use super::{
    Failure,
    arguments::ServeArguments,
    console::{self, instant},
    serve,
};
use crate::{
    config::{Config, KeySource},
    seal::{
        Artefact, Seal, Unsealable, Wall,
        claims::{
            AccessClaims, AccountTicketClaims, CodeClaims, ConsentClaims, ConsentTicketClaims,
            LoginTicketClaims, LogoutTicketClaims, OrderClaims, RefreshClaims, RegistrationClaims,
            SessionClaims,
        },
    },
    world::{RealWorld, World as _},
};

/// What is said about a value, line by line.
type Lines = Vec<(&'static str, String)>;

/// Reads a value and explains it.
pub(super) fn explain(
    arguments: ServeArguments,
    environment: BTreeMap<String, String>,
) -> Result<(), Failure> {
    let mut config = serve::load(arguments, environment)?;
    if let KeySource::File { create, .. } = &mut config.keys {
        // A ring made now cannot have sealed anything.
        *create = false;
    }
    let now = RealWorld.now();
    let ring =
        config.keys.open(now).map_err(|reason| Failure::Failed(format!("key ring: {reason}")))?;
    let text = console::read_line("The value to explain:")?;
    let seal = Seal::new(config.public_url.as_str(), &ring);
    let said = explain_value(&config, &seal, text.trim(), now).map_err(Failure::Failed)?;
    console::print(&said)
}

/// What `text` is, in lines for people.
/// # Errors
/// Why it is nothing that `seal` made.
pub(crate) fn explain_value(
    config: &Config,
    seal: &Seal,
    text: &str,
    now: UnixTime,
) -> Result<String, String> {
    Reader { seal, config, now }.explain(text).map_err(|wall| why_not(wall).to_owned())
}

/// Everything that is needed to open and to name what was opened.
struct Reader<'a> {
    seal: &'a Seal,
    config: &'a Config,
    now: UnixTime,
}

impl Reader<'_> {
    /// Tries one purpose after the other.
    /// # Errors
    /// The furthest wall at which any of them failed.
    fn explain(&self, text: &str) -> Result<String, Wall> {
        let attempts = [
            self.open("access token", text, |claims| self.access(claims)),
            self.open("refresh token", text, |claims| self.refresh(claims)),
            self.open("authorization code", text, |claims| self.code(claims)),
            self.open("client_id of a registration", text, |claims| self.registration(claims)),
            self.open("login ticket", text, |claims: &LoginTicketClaims| self.lasting(claims)),
            self.open("account ticket", text, |claims: &AccountTicketClaims| self.lasting(claims)),
            self.open("logout ticket", text, |claims: &LogoutTicketClaims| self.lasting(claims)),
            self.open("consent ticket", text, |claims: &ConsentTicketClaims| self.lasting(claims)),
            self.open("login session", text, |claims: &SessionClaims| {
                let subject = claims.stage().map(|session| ("subject", name(&session.subject)));
                subject.into_iter().chain(self.lasting(claims)).collect()
            }),
            self.open("revocation order", text, |claims: &OrderClaims| {
                let kind = claims.stage().map(|order| ("revokes", order.what.kind().to_owned()));
                kind.into_iter().chain(self.lasting(claims)).collect()
            }),
            self.open("memory of consents", text, |claims: &ConsentClaims| self.lasting(claims)),
        ];
        let mut furthest = Wall::Length;
        for attempt in attempts {
            match attempt {
                Ok(said) => return Ok(said),
                Err(wall) if depth(wall) > depth(furthest) => furthest = wall,
                Err(_) => {}
            }
        }
        Err(furthest)
    }

    fn open<A: Artefact>(
        &self,
        purpose: &str,
        text: &str,
        describe: impl Fn(&A) -> Lines,
    ) -> Result<String, Wall> {
        let claims: A =
            self.seal.open(text, self.now).map_err(|reason: Unsealable| reason.wall())?;
        let mut said = format!("{:<10} {purpose}, {} characters\n", "this is a", text.len());
        for (name, value) in describe(&claims) {
            let value: String = value.chars().filter(|letter| !letter.is_control()).collect();
            writeln!(said, "{name:<10} {value}").expect("writing to a String cannot fail");
        }
        Ok(said)
    }

    fn access(&self, claims: &AccessClaims) -> Lines {
        let Some(grant) = claims.stage(self.config.public_url.as_str()) else {
            return self.lasting(claims);
        };
        let whom =
            self.parties(&grant.subject, grant.client, &grant.scope, grant.resource.as_str());
        whom.into_iter().chain(self.lasting(claims)).collect()
    }

    /// A refresh token has no end of its own: the settings of today decide.
    fn refresh(&self, claims: &RefreshClaims) -> Lines {
        let Some(token) = claims.stage(self.config.public_url.as_str()) else {
            return self.lasting(claims);
        };
        let tokens = &self.config.tokens;
        let idle = token.issued_at.plus_seconds(tokens.refresh_idle_seconds);
        let absolute = token.founded_at.plus_seconds(tokens.refresh_absolute_seconds);
        let mut lines =
            self.parties(&token.subject, token.client, &token.scope, token.resource.as_str());
        lines.push((
            "generation",
            format!("{} since {}", token.generation, instant(token.founded_at)),
        ));
        lines.push(("issued", instant(token.issued_at)));
        lines.push(("expires", self.until(idle.min(absolute))));
        lines
    }

    fn code(&self, claims: &CodeClaims) -> Lines {
        let Some(code) = claims.stage(self.config.public_url.as_str()) else {
            return self.lasting(claims);
        };
        let whom = self.parties(&code.subject, code.client, &code.scope, code.resource.as_str());
        whom.into_iter().chain(self.lasting(claims)).collect()
    }

    fn registration(&self, claims: &RegistrationClaims) -> Lines {
        let rules = self.config.registration.redirect_rules(self.config.registration.out_of_band);
        let Some(registration) = claims.stage(&rules) else {
            return vec![("but", "none of its redirect URIs is allowed any more".to_owned())];
        };
        let kind = match registration.kind {
            RegistrationKind::Public => "public",
            RegistrationKind::Keyed(_) => "signs assertions",
            RegistrationKind::Confidential { .. } => "confidential",
        };
        let grants: Vec<_> = registration.grant_types.iter().map(|grant| grant.as_str()).collect();
        let mut lines = vec![
            ("name", registration.name.unwrap_or_else(|| "none".to_owned())),
            ("client", kind.to_owned()),
            ("grants", grants.join(" ")),
        ];
        lines.extend(
            registration.redirect_uris.iter().map(|uri| ("redirects", uri.as_str().to_owned())),
        );
        lines.extend(registration.scope.map(|scope| ("scope", scope.to_string())));
        lines.push(("expires", "never".to_owned()));
        lines
    }

    fn parties(
        &self,
        subject: &Subject,
        client: ClientThumbprint,
        scope: &Scope,
        resource: &str,
    ) -> Lines {
        let known =
            self.config.clients.iter().find(|known| ClientThumbprint::of(&known.id) == client);
        let thumbprint = || format!("one with the thumbprint {}", URL_SAFE_NO_PAD.encode(client.0));
        vec![
            ("subject", name(subject)),
            ("client", known.map_or_else(thumbprint, |known| known.id.clone())),
            ("scope", scope.to_string()),
            ("resource", resource.to_owned()),
        ]
    }

    /// When a value was made, and until when it is valid.
    fn lasting(&self, claims: &impl Artefact) -> Lines {
        let expires = claims.expires_at().map(|at| ("expires", self.until(at)));
        [("issued", instant(claims.issued_at()))].into_iter().chain(expires).collect()
    }

    /// An instant, and how far away it is.
    fn until(&self, at: UnixTime) -> String {
        if at > self.now {
            format!("{}, in {}", instant(at), span(at.seconds_since(self.now)))
        } else {
            format!("{}, {} ago", instant(at), span(self.now.seconds_since(at)))
        }
    }
}

fn name(subject: &Subject) -> String {
    match subject {
        Subject::Person(name) => format!("{name} (a person)"),
        Subject::Client(tag) => format!("{tag} (a client on its own behalf)"),
        Subject::Federated { issuer, id } => {
            format!("{id} (a person, of the identity provider {})", issuer.to_text())
        }
    }
}

/// The two largest units of a span.
fn span(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        3_600..86_400 => format!("{} h {} min", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds / 3_600 % 24),
    }
}

/// How many walls a value had passed.
fn depth(wall: Wall) -> u8 {
    match wall {
        Wall::Length => 0,
        Wall::Alphabet => 1,
        Wall::Shape => 2,
        Wall::Header => 3,
        Wall::Cipher => 4,
        Wall::Mac => 5,
        Wall::Tag => 6,
        Wall::Json => 7,
        Wall::Claims => 8,
        Wall::Dates => 9,
    }
}

fn why_not(wall: Wall) -> &'static str {
    match wall {
        Wall::Length => "This is longer than anything this server seals.",
        Wall::Alphabet => {
            "This has characters that no sealed value has; was more copied than the value?"
        }
        Wall::Shape => "This has not the form of anything this server seals; was it copied whole?",
        Wall::Header => {
            "This was sealed under a key that is not in this ring, or is no value of this server."
        }
        Wall::Cipher | Wall::Mac => {
            "This names a key of the ring but does not open: it was changed, or sealed for another public_url or purpose."
        }
        Wall::Tag | Wall::Json | Wall::Claims | Wall::Dates => {
            "This opens, but its content is none of this release's: another release sealed it."
        }
    }
}
