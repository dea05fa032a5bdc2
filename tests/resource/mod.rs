//! The validator as a library: whose tokens it takes, what it answers otherwise, and how it is put in front of a server.
//! Source: RFC 6750, RFC 7662, RFC 8414, RFC 9068, RFC 9449, RFC 9728; MCP 2026-07-28 authorization.

mod building;
mod example;
mod introspected;
mod layers;
mod possession;
mod process;
mod sealed;
mod served;
mod signed;

#[expect(dead_code, reason = "tests call what its main calls")]
#[path = "../../examples/protect_axum.rs"]
mod protect_axum;

use std::sync::Arc;

use poem::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use protocol::oauth::algorithm::SigningAlgorithm;
use sealbearer::gateway::{Admitted, Refusal};
use sealbearer::resource::{Builder, Validator};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::signer::encoded;
use crate::support::{Clock, FixedWorld, Signer};

/// The resource of these tests.
const RESOURCE: &str = "https://mcp.example.com/mcp";

/// An issuer on loopback that is not ours.
struct Issuer {
    site: MockServer,
    signer: Signer,
}

impl Issuer {
    /// With metadata by RFC 8414 and one key.
    async fn start() -> Self {
        let issuer = Self::silent().await;
        let name = issuer.name();
        issuer.publish("/.well-known/oauth-authorization-server", issuer.metadata(&name)).await;
        issuer.publish("/jwks", issuer.signer.key_set()).await;
        issuer
    }

    /// With nothing.
    async fn silent() -> Self {
        let site = MockServer::start().await;
        Self { site, signer: Signer::new(SigningAlgorithm::Es256, "k1") }
    }

    fn name(&self) -> String {
        self.site.uri()
    }

    fn metadata(&self, issuer: &str) -> String {
        let site = self.site.uri();
        json!({
            "issuer": issuer,
            "jwks_uri": format!("{site}/jwks"),
            "introspection_endpoint": format!("{site}/introspect"),
        })
        .to_string()
    }

    async fn publish(&self, at: &str, body: impl Into<Vec<u8>>) {
        let answer = ResponseTemplate::new(200).set_body_raw(body.into(), "application/json");
        Mock::given(method("GET")).and(path(at)).respond_with(answer).mount(&self.site).await;
    }

    /// How often a path was asked.
    async fn asked(&self, at: &str) -> usize {
        let requests = self.site.received_requests().await.expect("they are recorded");
        requests.iter().filter(|request| request.url.path() == at).count()
    }

    /// The claims of a good token of an hour.
    fn claims(&self, clock: &Clock) -> Value {
        let now = clock.now().0;
        json!({
            "iss": self.name(), "sub": "alice", "aud": RESOURCE, "exp": now + 3_600, "iat": now,
            "jti": "1", "client_id": "client-1", "scope": "notes:read notes:write",
        })
    }

    /// A token as RFC 9068 has it.
    fn token(&self, claims: &Value) -> String {
        self.token_of("at+jwt", claims)
    }

    fn token_of(&self, typ: &str, claims: &Value) -> String {
        let mut header = self.signer.header();
        header["typ"] = json!(typ);
        self.signer.sign_texts(&header.to_string(), &claims.to_string())
    }
}

/// A validator to be with the clock of a test.
fn builder(clock: &Clock) -> Builder {
    Validator::new(RESOURCE).world(Arc::new(FixedWorld::new(clock.clone(), 0)))
}

/// The headers of a request.
fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let header = |(name, value): &(&str, &str)| {
        let name: HeaderName = name.parse().expect("it is a name");
        (name, HeaderValue::from_str(value).expect("it is a value"))
    };
    let mut headers = HeaderMap::new();
    for (name, value) in pairs.iter().map(header) {
        headers.append(name, value);
    }
    headers
}

/// What comes of a request with these headers.
async fn enter(validator: &Validator, pairs: &[(&str, &str)]) -> Result<Admitted, Refusal> {
    enter_at(validator, "/mcp", pairs).await
}

async fn enter_at(
    validator: &Validator,
    target: &str,
    pairs: &[(&str, &str)],
) -> Result<Admitted, Refusal> {
    let uri: Uri = target.parse().expect("it is a request target");
    let admitted = validator.admit(&Method::POST, &uri, &headers(pairs)).await;
    admitted.map_err(|refused| refused.refusal)
}

/// What comes of a request with this bearer token.
async fn bearing(validator: &Validator, access_token: &str) -> Result<Admitted, Refusal> {
    enter(validator, &[("authorization", &format!("Bearer {access_token}"))]).await
}

/// A JWT of these parts that nobody signed.
fn unsigned(header: &Value, claims: &Value) -> String {
    format!(
        "{}.{}.",
        encoded(header.to_string().as_bytes()),
        encoded(claims.to_string().as_bytes())
    )
}
