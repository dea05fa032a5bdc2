//! A client: it registers, sends people to the authorization endpoint, and talks to the token endpoint.

use serde_json::{Value, json};

use super::ask::encoded;
use super::{Ask, Browser, Reply, Serve};

/// The verifier of RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Its challenge.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A client and how it proves who it is.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
    pub(crate) redirect_uri: String,
}

/// What a token answer brought.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
}

/// The parameters of an authorization request.
#[derive(Clone, Debug)]
pub(crate) struct Request(Vec<(String, String)>);

impl Client {
    /// A client of the configuration.
    pub(crate) fn known(id: &str, secret: Option<&str>, redirect_uri: &str) -> Self {
        let (id, redirect_uri) = (id.to_owned(), redirect_uri.to_owned());
        Self { id, secret: secret.map(str::to_owned), redirect_uri }
    }

    /// Registers `metadata`.
    pub(crate) fn register(at: &impl Serve, metadata: &Value) -> Self {
        Self::of(&at.serve(&Ask::json("/oauth/register", metadata)))
    }

    /// The client of a registration answer.
    pub(crate) fn of(reply: &Reply) -> Self {
        assert_eq!(reply.status, 201, "{}", reply.body);
        let answer = reply.json();
        Self {
            id: reply.text("client_id"),
            secret: answer["client_secret"].as_str().map(str::to_owned),
            redirect_uri: answer["redirect_uris"][0].as_str().unwrap_or_default().to_owned(),
        }
    }

    /// A public client with a web server of its own, as most register.
    pub(crate) fn public(at: &impl Serve) -> Self {
        Self::register(
            at,
            &json!({
                "client_name": "Example",
                "redirect_uris": ["https://app.example.com/callback"],
                "token_endpoint_auth_method": "none",
            }),
        )
    }

    /// The same with a secret.
    pub(crate) fn confidential(at: &impl Serve) -> Self {
        Self::register(
            at,
            &json!({
                "client_name": "Example",
                "redirect_uris": ["https://app.example.com/callback"],
            }),
        )
    }

    /// An ordinary authorization request.
    pub(crate) fn request(&self) -> Request {
        let fields = [
            ("response_type", "code"),
            ("client_id", self.id.as_str()),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("scope", "mcp:tools"),
            ("state", "xyz"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        Request(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }

    /// A code that alice allowed, in a browser of her own.
    pub(crate) fn code(&self, at: &impl Serve) -> String {
        self.request().code(at)
    }

    /// The fields of a redemption.
    pub(crate) fn redemption(&self, code: &str) -> Request {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("code_verifier", VERIFIER),
            ("redirect_uri", self.redirect_uri.as_str()),
        ];
        self.credentials(&fields)
    }

    /// The fields of a refresh.
    pub(crate) fn renewal(&self, refresh_token: &str) -> Request {
        self.credentials(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)])
    }

    /// `fields` with what identifies the client.
    pub(crate) fn credentials(&self, fields: &[(&str, &str)]) -> Request {
        let secret = self.secret.as_deref().map(|secret| ("client_secret", secret));
        let fields = fields.iter().copied().chain([("client_id", self.id.as_str())]).chain(secret);
        Request(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// What the server tells this client of a token.
    pub(crate) fn introspect(&self, at: &impl Serve, token: &str) -> Reply {
        at.serve(&self.credentials(&[("token", token)]).post_to("/oauth/introspect"))
    }

    /// This client gives a token back.
    pub(crate) fn revoke(&self, at: &impl Serve, token: &str) -> Reply {
        at.serve(&self.credentials(&[("token", token)]).post_to("/oauth/revoke"))
    }

    pub(crate) fn redeem(&self, at: &impl Serve, code: &str) -> Reply {
        at.serve(&self.redemption(code).post())
    }

    pub(crate) fn refresh(&self, at: &impl Serve, refresh_token: &str) -> Reply {
        at.serve(&self.renewal(refresh_token).post())
    }

    /// Tokens that alice allowed.
    pub(crate) fn tokens(&self, at: &impl Serve) -> Tokens {
        Tokens::of(&self.redeem(at, &self.code(at)))
    }
}

impl Request {
    /// These parameters.
    pub(crate) fn of(fields: &[(&str, &str)]) -> Self {
        Self(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// The same with a parameter replaced, or added if it was not there.
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        self.without(name).and(name, value)
    }

    /// The same without a parameter.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(other, _)| other != name);
        self
    }

    /// The same with one more parameter, even if it is there already.
    pub(crate) fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn query(&self) -> String {
        encoded(self.0.iter().map(|(name, value)| (name, value)))
    }

    /// Names and values.
    pub(crate) fn fields(&self) -> &[(String, String)] {
        &self.0
    }

    /// The authorization URL, as this server sees it.
    pub(crate) fn uri(&self) -> String {
        format!("/oauth/authorize?{}", self.query())
    }

    /// The code that alice allows, in a browser of her own.
    pub(crate) fn code(&self, at: &impl Serve) -> String {
        Browser::default().allow(at, &self.uri(), super::ALICE).code()
    }

    /// As a token request.
    pub(crate) fn post(&self) -> Ask {
        self.post_to("/oauth/token")
    }

    /// As a form for another endpoint.
    pub(crate) fn post_to(&self, path: &str) -> Ask {
        Ask::post(path, "application/x-www-form-urlencoded", self.query())
    }
}

impl Tokens {
    /// The tokens of an answer that brought some.
    pub(crate) fn of(reply: &Reply) -> Self {
        assert_eq!(reply.status, 200, "{}", reply.body);
        let refresh = reply.json()["refresh_token"].as_str().map(str::to_owned);
        Self { access: reply.text("access_token"), refresh }
    }

    /// The refresh token, which there must be.
    pub(crate) fn refresh(&self) -> &str {
        self.refresh.as_deref().expect("a refresh token was issued")
    }
}
