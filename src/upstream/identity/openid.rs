//! `OpenID` providers: discovery, ID tokens, and the `UserInfo` endpoint where an ID token does not say enough.
//!
//! Source: OpenID Connect Core 1.0 §3.1.2 to §3.1.3, §5.3, §12; Discovery 1.0 §4.3; RFC 9207 §2.4.

use protocol::federation::email::domain_of;
use protocol::federation::id_token::{
    Expected, ExpectedIssuer, IdTokenClaims, Occasion, ProvenPerson,
};
use protocol::federation::told::{Groups, Told};
use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::time::UnixTime;
use serde_json::Value;

use super::{
    Arrival, ClientAuthentication, Departure, Identity, LoginAsked, Metadata, OpenId, Provider,
    ProviderFault, ProviderTokens, Secret, over,
};
use crate::seal::foreign::{ClaimFault, ForeignClaims, ForeignFault, ForeignJwt, ForeignKind};
use crate::upstream::Unobtainable;
use std::sync::Arc;

/// The longest ID token that is read, in bytes: one with two hundred groups fits.
pub const ID_TOKEN_BYTES_MAX: usize = 16 * 1_024;
/// Google runs these domains itself.
const DOMAINS_OF_GOOGLE: [&str; 2] = ["gmail.com", "googlemail.com"];

/// What a provider says about a person. Its thumbprints of certificates choose no key here.
pub const ID_TOKEN: ForeignKind = ForeignKind {
    bytes_max: ID_TOKEN_BYTES_MAX,
    types: &["jwt", "id_token+jwt"],
    untyped: true,
    ignored_members: &["x5t", "x5t#S256"],
    algorithms: &[SigningAlgorithm::Rs256, SigningAlgorithm::Es256, SigningAlgorithm::EdDsa],
};

/// Whether an answer names its issuer, where one must, and no other. It is compared as it came.
pub(super) fn confirm_issuer(
    openid: &OpenId,
    metadata: &Metadata,
    iss: Option<&str>,
) -> Result<(), ProviderFault> {
    let is_ours = |iss: &str| match &openid.issuer {
        ExpectedIssuer::One(_) | ExpectedIssuer::Renamed { .. } => iss == metadata.issuer,
        // Whose tenant it is shows in the ID token; here it must be one of them.
        ExpectedIssuer::AnyTenant { before, after } => {
            iss.starts_with(before.as_str()) && iss.ends_with(after.as_str())
        }
    };
    match iss {
        Some(iss) if is_ours(iss) => Ok(()),
        None if !metadata.names_issuer => Ok(()),
        Some(_) | None => Err(ProviderFault::OtherIssuer),
    }
}

impl Provider {
    /// What the provider says of itself, if it is the provider that was configured.
    pub(super) async fn metadata(
        &self,
        openid: &OpenId,
        now: UnixTime,
    ) -> Result<Arc<Metadata>, ProviderFault> {
        let metadata = self.metadata.get(&openid.discovery_url, now).await;
        let metadata = metadata.map_err(|reason| match reason {
            Unobtainable::Url(_) => ProviderFault::BadAnswer("its issuer is no place to ask"),
            Unobtainable::Busy => ProviderFault::Busy,
            Unobtainable::Unavailable => ProviderFault::Unreachable,
            Unobtainable::Invalid(fault) => ProviderFault::BadAnswer(fault.description()),
        })?;
        if metadata.issuer != openid.announced_issuer {
            let problem = "its discovery document is that of another issuer";
            return Err(ProviderFault::BadAnswer(problem));
        }
        Ok(metadata)
    }

    pub(super) async fn depart_openid(
        &self,
        openid: &OpenId,
        asked: &LoginAsked<'_>,
    ) -> Result<Departure, ProviderFault> {
        let metadata = self.metadata(openid, asked.now).await?;
        let endpoint = self.target(&metadata.authorization_endpoint)?;
        let prompt = prompt(openid, asked.prompt);
        let max_age = asked.max_age_seconds.map(|seconds| seconds.to_string());
        let maybe = [
            ("nonce", asked.nonce),
            ("login_hint", asked.login_hint),
            ("prompt", prompt.as_deref()),
            ("max_age", max_age.as_deref()),
        ];
        let maybe = maybe.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let always = openid.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let more: Vec<_> = maybe.chain(always).collect();
        Ok(self.request_to(&endpoint, asked, &more))
    }

    pub(super) async fn arrive_openid(
        &self,
        openid: &OpenId,
        arrival: &Arrival<'_>,
    ) -> Result<Identity, ProviderFault> {
        let now = arrival.now;
        let metadata = self.metadata(openid, now).await?;
        confirm_issuer(openid, &metadata, arrival.iss)?;
        let nonce = arrival.nonce.ok_or(ProviderFault::IdTokenInvalid("no nonce was sent"))?;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", arrival.code),
            ("redirect_uri", arrival.redirect_uri),
            ("code_verifier", arrival.code_verifier),
        ];
        let tokens = self.tokens_of(&metadata, &form, now).await?;
        let id_token = tokens.id_token.clone();
        let id_token = id_token.ok_or(ProviderFault::BadAnswer("it has no ID token"))?;
        let max_age_seconds = arrival.max_age_seconds;
        let occasion = Occasion::Login { nonce, max_age_seconds };
        let read = self.read_id_token(openid, &metadata, &id_token, occasion, &tokens, now).await?;
        if arrival.iss.is_some_and(|iss| iss != metadata.issuer && iss != read.person.issuer()) {
            return Err(ProviderFault::OtherIssuer);
        }
        self.identity(openid, &metadata, read, tokens).await
    }

    pub(super) async fn renew_openid(
        &self,
        openid: &OpenId,
        refresh: &Secret,
        subject: &str,
        now: UnixTime,
    ) -> Result<Identity, ProviderFault> {
        let metadata = self.metadata(openid, now).await?;
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.expose())];
        let mut tokens = self.tokens_of(&metadata, &form, now).await.map_err(over)?;
        tokens.refresh = tokens.refresh.take().or_else(|| Some(refresh.clone()));
        let Some(id_token) = tokens.id_token.clone() else {
            return self.identity_of_known(openid, &metadata, subject, tokens).await;
        };
        let occasion = Occasion::Renewal { subject };
        let read = self.read_id_token(openid, &metadata, &id_token, occasion, &tokens, now).await?;
        self.identity(openid, &metadata, read, tokens).await
    }

    /// Whether an access token that never ends still tells about the same person.
    pub(super) async fn look_again_openid(
        &self,
        openid: &OpenId,
        access: Secret,
        subject: &str,
        now: UnixTime,
    ) -> Result<Identity, ProviderFault> {
        let metadata = self.metadata(openid, now).await?;
        let tokens = ProviderTokens::endless(access);
        self.identity_of_known(openid, &metadata, subject, tokens).await
    }

    async fn tokens_of(
        &self,
        metadata: &Metadata,
        form: &[(&str, &str)],
        now: UnixTime,
    ) -> Result<ProviderTokens, ProviderFault> {
        let endpoint = self.target(&metadata.token_endpoint)?;
        let wanted = if metadata.takes_basic {
            ClientAuthentication::Basic
        } else {
            ClientAuthentication::Post
        };
        let authentication = self.settings.client_authentication.unwrap_or(wanted);
        self.request_tokens(&endpoint, authentication, form, now).await
    }

    async fn read_id_token(
        &self,
        openid: &OpenId,
        metadata: &Metadata,
        id_token: &Secret,
        occasion: Occasion<'_>,
        tokens: &ProviderTokens,
        now: UnixTime,
    ) -> Result<Read, ProviderFault> {
        let jwt = ForeignJwt::parse(id_token.expose(), &ID_TOKEN)?;
        let claims = self.verified(&jwt, &metadata.jwks_uri, now).await?;
        let expected = Expected {
            issuer: &openid.issuer,
            client_id: &self.settings.client_id,
            occasion,
            access_token: tokens.access.expose(),
            algorithm: jwt.algorithm(),
        };
        let problem = "a claim of its ID token has another type than its standard says";
        let person = judge(claims, &expected, now);
        let person = person.map_err(|ClaimFault| ProviderFault::IdTokenInvalid(problem))??;
        let told = self.settings.claims.read(claims.members());
        let hosted_domain = claims.text("hd").ok().flatten().map(str::to_owned);
        Ok(Read { person, told, hosted_domain })
    }

    /// The claims, if a key signed them that the provider publishes; asked for once more if it is new.
    async fn verified<'jwt>(
        &self,
        jwt: &'jwt ForeignJwt<'_>,
        jwks_uri: &str,
        now: UnixTime,
    ) -> Result<&'jwt ForeignClaims, ProviderFault> {
        let no_keys = |reason| match reason {
            Unobtainable::Url(_) => ProviderFault::BadAnswer("its keys are at no place to ask"),
            Unobtainable::Busy => ProviderFault::Busy,
            Unobtainable::Unavailable => ProviderFault::Unreachable,
            Unobtainable::Invalid(fault) => {
                tracing::warn!(?fault, "the keys of a provider cannot be used");
                ProviderFault::BadAnswer("its keys cannot be used")
            }
        };
        let keys = self.keys.get(jwks_uri, now).await.map_err(no_keys)?;
        match jwt.verify(&keys) {
            Err(ForeignFault::KeyUnknown) => {
                let keys = self.keys.refetch(jwks_uri, now).await.map_err(no_keys)?;
                Ok(jwt.verify(&keys)?)
            }
            outcome => Ok(outcome?),
        }
    }

    /// Somebody whose ID token was read, with what it does not tell.
    async fn identity(
        &self,
        openid: &OpenId,
        metadata: &Metadata,
        read: Read,
        tokens: ProviderTokens,
    ) -> Result<Identity, ProviderFault> {
        let Read { person, mut told, hosted_domain } = read;
        let asked_for = |scope: &str| self.settings.scopes.iter().any(|asked| asked == scope);
        let lacks = (told.email.is_none() && asked_for("email"))
            || (told.name.is_none() && asked_for("profile"))
            || (told.groups == Groups::Untold && self.settings.wants_groups);
        if let Some(endpoint) = metadata.userinfo_endpoint.as_deref().filter(|_| lacks) {
            let later = self.user_info(endpoint, person.subject(), &tokens.access).await?;
            told = told.completed_by(later);
        }
        let (issuer, subject) = (person.issuer().to_owned(), person.subject().to_owned());
        let mut identity = Identity::of(issuer, subject, told, tokens);
        identity.authenticated_at = person.authenticated_at();
        identity.hosted_domain = hosted_domain;
        if openid.trusts_hosted_addresses_only {
            let is_hosted = |email| {
                domain_of(email).is_some_and(|at| DOMAINS_OF_GOOGLE.contains(&at))
                    || identity.hosted_domain.is_some()
            };
            identity.email_verified &= identity.email.as_deref().is_some_and(is_hosted);
        }
        Ok(identity)
    }

    /// Somebody who is known already, by what the provider tells of them now.
    async fn identity_of_known(
        &self,
        openid: &OpenId,
        metadata: &Metadata,
        subject: &str,
        tokens: ProviderTokens,
    ) -> Result<Identity, ProviderFault> {
        let problem = "it neither renews its ID token nor tells about people";
        let endpoint = metadata.userinfo_endpoint.as_deref();
        let endpoint = endpoint.ok_or(ProviderFault::BadAnswer(problem))?;
        let told = self.user_info(endpoint, subject, &tokens.access).await?;
        let issuer = match &openid.issuer {
            ExpectedIssuer::One(name) | ExpectedIssuer::Renamed { name, .. } => name.clone(),
            ExpectedIssuer::AnyTenant { .. } => {
                return Err(ProviderFault::BadAnswer("it does not renew its ID token"));
            }
        };
        let mut identity = Identity::of(issuer, subject.to_owned(), told, tokens);
        identity.email_verified &= !openid.trusts_hosted_addresses_only;
        Ok(identity)
    }

    /// What the `UserInfo` endpoint tells, if it is about the same person.
    async fn user_info(
        &self,
        endpoint: &str,
        subject: &str,
        access: &Secret,
    ) -> Result<Told, ProviderFault> {
        let (status, answer) = self.look_at(endpoint, "application/json", access).await?;
        match (status, answer) {
            (200, Value::Object(members)) => {
                let told = self.settings.claims.read(&members);
                if members.get("sub").and_then(Value::as_str) == Some(subject) {
                    Ok(told)
                } else {
                    Err(ProviderFault::BadAnswer("it tells about another person than was asked"))
                }
            }
            (401 | 403, _) => Err(ProviderFault::AccessEnded),
            (500.., _) => Err(ProviderFault::Failed),
            _ => Err(ProviderFault::BadAnswer("it tells nothing about the person")),
        }
    }
}

/// What an ID token said.
struct Read {
    person: ProvenPerson,
    told: Told,
    hosted_domain: Option<String>,
}

fn judge(
    claims: &ForeignClaims,
    expected: &Expected<'_>,
    now: UnixTime,
) -> Result<Result<ProvenPerson, ProviderFault>, ClaimFault> {
    let audience = claims.texts("aud")?;
    let claims = IdTokenClaims {
        issuer: claims.text("iss")?,
        tenant: claims.text("tid")?,
        subject: claims.text("sub")?,
        audience: &audience,
        authorized_party: claims.text("azp")?,
        nonce: claims.text("nonce")?,
        expires_at: claims.instant("exp")?,
        issued_at: claims.instant("iat")?,
        not_before: claims.instant("nbf")?,
        authenticated_at: claims.instant("auth_time")?,
        access_token_hash: claims.text("at_hash")?,
    };
    Ok(claims.judge(expected, now).map_err(ProviderFault::from))
}

/// What the client wants the person asked, in the provider's words, and what renewals need. `none` stands alone.
fn prompt(openid: &OpenId, asked: Option<&str>) -> Option<String> {
    let mut words: Vec<&str> = Vec::new();
    for word in asked.unwrap_or_default().split(' ').filter(|word| !word.is_empty()) {
        match (word, &openid.prompt_for_login) {
            ("none", _) => return Some("none".to_owned()),
            ("login", Some(theirs)) => words.push(theirs),
            _ => words.push(word),
        }
    }
    words.extend(openid.prompt.as_deref());
    words.sort_unstable();
    words.dedup();
    (!words.is_empty()).then(|| words.join(" "))
}
