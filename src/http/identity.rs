//! Who the person is: the ID token beside an access token, and `GET|POST /oauth/userinfo`.
//!
//! Source: OpenID Connect Core 1.0 §2, §3.1.3.6, §5.3; RFC 6750 §3. Access tokens name the resource they are for; this
//! endpoint is part of the server that issued them, so it takes each of them that was granted `openid`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poem::Request;
use poem::http::HeaderValue;
use poem::http::header::AUTHORIZATION;
use protocol::identity::{Hint, IdTokenHint, IdentityGrant, Profile, sub, subject_of};
use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::built_in::BuiltIn;
use protocol::oauth::dpop::Binding;
use protocol::oauth::scope::{Scope, ScopeToken};
use protocol::oauth::subject::Subject;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256, Sha512};

use super::Server;
use crate::contract::{InsufficientScopeError, OAuthError, UserInfo, UserinfoResponse};
use crate::gateway::bearer::{self, Carriers};
use crate::gateway::{Refusal, Verified, Verify as _};
use crate::seal::SignedType;

/// The claims of an ID token, in their registered spelling.
#[derive(Serialize)]
struct IdTokenClaims<'a> {
    iss: &'a str,
    sub: String,
    aud: &'a str,
    iat: u64,
    exp: u64,
    auth_time: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    at_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    amr: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
}

/// The claims of an ID token that say whose it is.
#[derive(Deserialize)]
struct HintClaims {
    iss: String,
    sub: String,
    aud: String,
}

/// What an `id_token_hint` says. Its end is no matter: the login it tells of may well be over.
///
/// # Source
///
/// OpenID Connect Core 1.0 §3.1.2.1, RP-Initiated Logout 1.0 §2 and §4.
pub(super) fn hint(server: &Server, sent: Option<&str>) -> Hint {
    let Some(text) = sent else { return Hint::Absent };
    let opened = server.seal.open_signed::<HintClaims>(SignedType::IdToken, text).ok();
    let ours = opened.filter(|claims| claims.iss == server.policy.issuer);
    let hint = ours.and_then(|claims| {
        Some(IdTokenHint { audience: claims.aud, subject: subject_of(&claims.sub)? })
    });
    hint.map_or(Hint::Unreadable, Hint::IdToken)
}

/// The ID token that goes with `access_token`; none where the deployment signs none any more.
pub(super) fn id_token(
    server: &Server,
    grant: &IdentityGrant,
    access_token: &str,
) -> Option<String> {
    let algorithm = server.policy.identity?;
    let told = grant.authentication.profile.clone();
    let is_ours = told.is_none();
    let profile = told.unwrap_or_else(|| profile(server, &grant.subject)).within(&grant.scope);
    let claims = IdTokenClaims {
        iss: &server.policy.issuer,
        sub: sub(&grant.subject),
        aud: &grant.audience,
        iat: grant.issued_at.0,
        exp: grant.expires_at.0,
        auth_time: grant.authentication.authenticated_at.0,
        nonce: grant.authentication.nonce.as_deref(),
        at_hash: at_hash(algorithm, access_token),
        // How somebody proved it elsewhere is not known here.
        amr: is_ours.then_some(["pwd"]),
        name: profile.name,
        preferred_username: profile.preferred_username,
        email: profile.email,
    };
    let signed = server.seal.sign(algorithm, SignedType::IdToken, &claims);
    signed.inspect_err(|missing| tracing::error!(%missing, "an ID token cannot be signed")).ok()
}

/// The left half of the hash that the algorithm of the ID token uses (OpenID Connect Core 1.0 §3.1.3.6).
fn at_hash(algorithm: SigningAlgorithm, access_token: &str) -> String {
    match algorithm {
        SigningAlgorithm::Es256 | SigningAlgorithm::Rs256 => {
            URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token)[..16])
        }
        SigningAlgorithm::EdDsa => URL_SAFE_NO_PAD.encode(&Sha512::digest(access_token)[..32]),
    }
}

fn profile(server: &Server, subject: &Subject) -> Profile {
    match subject {
        // What an identity provider said of a person is in no token but the code, and is kept nowhere.
        Subject::Client(_) | Subject::Federated { .. } => Profile::default(),
        Subject::Person(name) => match server.users.find(name) {
            None => Profile::default(),
            Some(user) => Profile {
                name: Some(user.display_name.clone()),
                preferred_username: Some(user.name.clone()),
                email: user.email.clone(),
            },
        },
    }
}

/// Answers with what the access token allows to know.
pub(super) async fn userinfo(server: &Server, http: &Request) -> UserinfoResponse {
    match claims(server, http).await {
        Ok(body) => UserinfoResponse::Ok { body },
        Err(refusal) => refuse(refusal),
    }
}

async fn claims(server: &Server, http: &Request) -> Result<UserInfo, Refusal> {
    let authorization =
        http.headers().get_all(AUTHORIZATION).iter().map(HeaderValue::as_bytes).collect();
    let carriers = Carriers { authorization, query: http.uri().query(), form: None };
    let presented = bearer::read(&carriers)?.ok_or(Refusal::NoCredentials)?;
    let verified = server.tokens.verify(presented).await?;
    let Verified { subject, scopes, expires_at, binding, .. } = verified;
    if binding != Binding::Nobody {
        return Err(Refusal::SenderConstrained);
    }
    if expires_at <= server.world.now() {
        return Err(Refusal::TokenExpired);
    }
    let scope: Scope = scopes.iter().filter_map(|name| ScopeToken::parse(name).ok()).collect();
    let subject = Subject::parse(&subject).ok_or(Refusal::TokenUnknown)?;
    if server.policy.identity.is_none() || !BuiltIn::OpenId.is_in(&scope) {
        return Err(Refusal::InsufficientScope);
    }
    let profile = profile(server, &subject).within(&scope);
    Ok(UserInfo {
        sub: sub(&subject),
        name: profile.name,
        preferred_username: profile.preferred_username,
        email: profile.email,
    })
}

/// RFC 6750 §3: the challenge names what went wrong, and the scope that is needed.
fn refuse(refusal: Refusal) -> UserinfoResponse {
    let error = refusal.body_code().to_owned();
    let error_description = Some(refusal.description().to_owned());
    let scope = BuiltIn::OpenId.as_str();
    let www_authenticate = match refusal.code() {
        Some(code) => format!(
            "Bearer error=\"{code}\", error_description=\"{}\", scope=\"{scope}\"",
            refusal.description()
        ),
        None => format!("Bearer scope=\"{scope}\""),
    };
    let body = OAuthError { error: error.clone(), error_description: error_description.clone() };
    match refusal.status() {
        400 => UserinfoResponse::BadRequest { www_authenticate, body },
        403 => {
            let scope = Some(scope.to_owned());
            let body = InsufficientScopeError { error, error_description, scope };
            UserinfoResponse::Forbidden { www_authenticate, body }
        }
        503 => UserinfoResponse::ServiceUnavailable { retry_after: 1, body },
        _ => UserinfoResponse::Unauthorized { www_authenticate, body },
    }
}
