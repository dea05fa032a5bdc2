//! Which authority a token can be of, by its own word: to choose whose keys to try, and for nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What a token looks like, before anybody vouched for it.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Shape {
    /// A JWT of this issuer, by its own word.
    Jwt(String),
    /// Nothing that says whose it is.
    Opaque,
}

impl Shape {
    /// Read without believing any of it.
    pub(super) fn of(access_token: &str) -> Self {
        let payload =
            access_token.split('.').nth(1).filter(|_| access_token.split('.').count() == 3);
        let payload = payload.and_then(|payload| URL_SAFE_NO_PAD.decode(payload).ok());
        let claims = payload.and_then(|payload| protocol::json::parse(&payload).ok());
        let issuer = claims.as_ref().and_then(|claims| claims.get("iss")?.as_str());
        issuer.map_or(Self::Opaque, |issuer| Self::Jwt(issuer.to_owned()))
    }

    /// Whether it is a JWT of this issuer.
    pub(super) fn names(&self, issuer: &str) -> bool {
        matches!(self, Self::Jwt(named) if named == issuer)
    }
}
