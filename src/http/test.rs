//! `GET /oauth/test`: says what an access token for the first protected resource allows.
//!
//! Source: RFC 6750 §2.1 and §3.

use poem::Request;
use poem::http::header::WWW_AUTHENTICATE;

use super::Server;
use crate::contract::{GrantedAccess, OAuthError, TestResponse};

pub(super) async fn test(server: &Server, http: &Request) -> TestResponse {
    let first = server.policy.served().next();
    let gate = first.and_then(|first| server.gate_of(&first.resource));
    let (Some(first), Some(gate)) = (first, gate) else {
        let body =
            OAuthError { error: "temporarily_unavailable".to_owned(), error_description: None };
        return TestResponse::ServiceUnavailable { retry_after: 1, body };
    };
    match gate.enter(http).await {
        Ok(admitted) => TestResponse::Ok {
            body: GrantedAccess {
                subject: admitted.subject().to_owned(),
                client_id: admitted.client().to_owned(),
                scope: admitted.scopes().join(" "),
                audience: first.resource.as_str().to_owned(),
                expires_at: admitted.expires_at().0,
            },
        },
        Err(refusal) => {
            let response = gate.refuse(refusal);
            let www_authenticate = response.header(WWW_AUTHENTICATE).unwrap_or_default().to_owned();
            let body = OAuthError {
                error: refusal.body_code().to_owned(),
                error_description: Some(refusal.description().to_owned()),
            };
            match refusal.status() {
                400 => TestResponse::BadRequest { www_authenticate, body },
                503 => TestResponse::ServiceUnavailable { retry_after: 1, body },
                _ => TestResponse::Unauthorized { www_authenticate, body },
            }
        }
    }
}
