//! `Registration`, as a `client_id` carries it. Nothing in it is secret, and it never expires.

use protocol::grant::GrantType;
use protocol::oauth::client::KeySource;
use protocol::oauth::post_logout::PostLogoutRedirectUri;
use protocol::oauth::redirect_uri::{RedirectRules, RegisteredRedirectUri};
use protocol::oauth::scope::Scope;
use protocol::oauth::time::UnixTime;
use protocol::registration::dynamic::{Registration, RegistrationKind};
use serde::{Deserialize, Serialize};

use super::wire::Bytes;
use crate::seal::{Artefact, Purpose};

/// `n` name, `r` redirect URIs, `l` post-logout redirect URIs, `k` salt of a confidential client, `j` keys of a client that
/// signs, `u` where they are, `g` grant types as bits, `o` scope.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrationClaims {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    r: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    l: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    k: Option<Bytes<8>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    j: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    u: Option<String>,
    g: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    o: Option<String>,
}

impl RegistrationClaims {
    /// The sealed form of `registration`.
    #[must_use]
    pub fn new(registration: &Registration) -> Self {
        Self {
            n: registration.name.clone(),
            r: registration.redirect_uris.iter().map(|uri| uri.as_str().to_owned()).collect(),
            l: registration
                .post_logout_redirect_uris
                .iter()
                .map(|uri| uri.as_str().to_owned())
                .collect(),
            k: match registration.kind {
                RegistrationKind::Confidential { salt } => Some(Bytes(salt)),
                RegistrationKind::Public | RegistrationKind::Keyed(_) => None,
            },
            j: match &registration.kind {
                RegistrationKind::Keyed(KeySource::Inline(keys)) => Some(keys.clone()),
                _ => None,
            },
            u: match &registration.kind {
                RegistrationKind::Keyed(KeySource::Remote(url)) => Some(url.clone()),
                _ => None,
            },
            g: registration.grant_types.iter().map(|grant| bit(*grant)).sum(),
            o: registration.scope.as_ref().map(ToString::to_string),
        }
    }

    /// The registration, as far as `rules` still allow its redirect URIs.
    #[must_use]
    pub fn stage(&self, rules: &RedirectRules) -> Option<Registration> {
        let parse = |text: &String| RegisteredRedirectUri::parse(text, rules).ok();
        let redirect_uris: Vec<_> = self.r.iter().filter_map(parse).collect();
        if redirect_uris.is_empty() && !self.r.is_empty() {
            return None;
        }
        Some(Registration {
            name: self.n.clone(),
            redirect_uris,
            post_logout_redirect_uris: PostLogoutRedirectUri::acceptable(&self.l, rules),
            kind: match (self.k, &self.j, &self.u) {
                (None, None, None) => RegistrationKind::Public,
                (Some(salt), None, None) => RegistrationKind::Confidential { salt: salt.0 },
                (None, Some(keys), None) => {
                    RegistrationKind::Keyed(KeySource::Inline(keys.clone()))
                }
                (None, None, Some(url)) => RegistrationKind::Keyed(KeySource::Remote(url.clone())),
                _ => return None,
            },
            grant_types: GrantType::ALL
                .into_iter()
                .filter(|grant| self.g & bit(*grant) != 0)
                .collect(),
            scope: self.o.as_deref().map(Scope::parse).transpose().ok()?,
        })
    }
}

/// The bit of a grant type. Never reused for another.
fn bit(grant: GrantType) -> u8 {
    match grant {
        GrantType::AuthorizationCode => 1,
        GrantType::RefreshToken => 2,
        GrantType::ClientCredentials => 4,
    }
}

impl Artefact for RegistrationClaims {
    const PURPOSE: Purpose = Purpose::ClientRegistration;

    fn issued_at(&self) -> UnixTime {
        UnixTime(0)
    }

    fn expires_at(&self) -> Option<UnixTime> {
        None
    }
}
