//! `[[clients]]`: clients that are known before they ask.

use super::ClientSecretHash;

/// A pre-registered client. Source: RFC 6749 §2.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// Its `client_id`: 1 to 64 of `A-Z a-z 0-9 . _ ~ -`, never in the form of a registration or a URL.
    pub id: String,
    /// What the consent page calls it. Default: the id.
    pub name: String,
    /// What its secret hashes to; `None` makes it a public client.
    pub secret: Option<ClientSecretHash>,
    /// Where answers may go: https, http on loopback (any port), an allowed private-use scheme, or
    /// `urn:ietf:wg:oauth:2.0:oob`. Compared exactly. Needed for `authorization_code`.
    pub redirect_uris: Vec<String>,
    /// Grants it may use. Default `authorization_code` and `refresh_token`.
    pub grant_types: Vec<GrantTypeName>,
    /// The most it can ask for. Default: every scope.
    pub scopes: Vec<String>,
    /// When the person is asked. Default `always`.
    pub consent: ConsentMode,
    /// Seconds its access tokens live, if not as `[tokens]` says; the same bounds.
    pub access_lifetime_seconds: Option<u64>,
    /// Seconds its previous refresh token stays usable, if not as `[tokens]` says; the same bounds.
    pub refresh_grace_seconds: Option<u64>,
    /// Whether its refresh tokens rotate. Default true; `false` only for a confidential client (OAuth 2.1 §4.3.1).
    pub refresh_rotation: bool,
}

impl ClientConfig {
    /// Whether it may use `grant_type`.
    #[must_use]
    pub fn allows(&self, grant_type: GrantTypeName) -> bool {
        self.grant_types.contains(&grant_type)
    }
}

/// Grant types of this release, as the file spells them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum GrantTypeName {
    /// `authorization_code`
    AuthorizationCode,
    /// `refresh_token`
    RefreshToken,
    /// `client_credentials`: confidential clients only.
    ClientCredentials,
}

impl GrantTypeName {
    /// Each, with its spelling.
    pub(super) const SPELLINGS: &[(&str, Self)] = &[
        ("authorization_code", Self::AuthorizationCode),
        ("refresh_token", Self::RefreshToken),
        ("client_credentials", Self::ClientCredentials),
    ];
}

/// When the person is asked whether the client may.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ConsentMode {
    /// `always`: at every authorization.
    Always,
    /// `remembered`: once per browser, client, redirect URI and scope.
    Remembered,
    /// `implied`: never, because the client is ours. Only for a confidential client or one whose redirect URIs are all
    /// https: anything else on the person's machine could pose as it. Source: RFC 8252 §8.6.
    Implied,
}
