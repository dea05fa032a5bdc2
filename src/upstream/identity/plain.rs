//! Providers that know OAuth 2.0 only: whose an access token is, a URL tells.
//!
//! Source: RFC 6749 §4.1. That the token was made for us and for nobody else follows from where it came from: our own code,
//! with our own secret and verifier, from its token endpoint.

use protocol::oauth::time::UnixTime;
use serde_json::Value;

use super::{
    Arrival, ClientAuthentication, Departure, Identity, LoginAsked, OAuth2, Provider,
    ProviderFault, ProviderTokens, Secret, over,
};

/// An answer may name nobody, or whom it should.
pub(super) fn confirm_issuer(issuer: &str, iss: Option<&str>) -> Result<(), ProviderFault> {
    match iss {
        Some(iss) if iss != issuer => Err(ProviderFault::OtherIssuer),
        Some(_) | None => Ok(()),
    }
}

impl Provider {
    pub(super) fn depart_plain(
        &self,
        oauth2: &OAuth2,
        asked: &LoginAsked<'_>,
    ) -> Result<Departure, ProviderFault> {
        let endpoint = self.target(&oauth2.authorization_endpoint)?;
        Ok(self.request_to(&endpoint, asked, &[]))
    }

    pub(super) async fn arrive_plain(
        &self,
        oauth2: &OAuth2,
        arrival: &Arrival<'_>,
    ) -> Result<Identity, ProviderFault> {
        confirm_issuer(&oauth2.issuer, arrival.iss)?;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", arrival.code),
            ("redirect_uri", arrival.redirect_uri),
            ("code_verifier", arrival.code_verifier),
        ];
        let tokens = self.tokens_of_plain(oauth2, &form, arrival.now).await?;
        self.person_of_plain(oauth2, tokens).await
    }

    pub(super) async fn renew_plain(
        &self,
        oauth2: &OAuth2,
        refresh: &Secret,
        now: UnixTime,
    ) -> Result<Identity, ProviderFault> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.expose())];
        let mut tokens = self.tokens_of_plain(oauth2, &form, now).await.map_err(over)?;
        tokens.refresh = tokens.refresh.take().or_else(|| Some(refresh.clone()));
        self.person_of_plain(oauth2, tokens).await
    }

    pub(super) async fn look_again_plain(
        &self,
        oauth2: &OAuth2,
        access: Secret,
    ) -> Result<Identity, ProviderFault> {
        self.person_of_plain(oauth2, ProviderTokens::endless(access)).await
    }

    async fn tokens_of_plain(
        &self,
        oauth2: &OAuth2,
        form: &[(&str, &str)],
        now: UnixTime,
    ) -> Result<ProviderTokens, ProviderFault> {
        let endpoint = self.target(&oauth2.token_endpoint)?;
        let authentication = self.settings.client_authentication;
        let authentication = authentication.unwrap_or(ClientAuthentication::Basic);
        self.request_tokens(&endpoint, authentication, form, now).await
    }

    async fn person_of_plain(
        &self,
        oauth2: &OAuth2,
        tokens: ProviderTokens,
    ) -> Result<Identity, ProviderFault> {
        let url = &oauth2.userinfo_endpoint;
        let (status, answer) = self.look_at(url, "application/json", &tokens.access).await?;
        match (status, answer) {
            (200, Value::Object(members)) => {
                let mut told = self.settings.claims.read(&members);
                let problem = "it does not say who the person is";
                let subject = told.subject.take().ok_or(ProviderFault::BadAnswer(problem))?;
                Ok(Identity::of(oauth2.issuer.clone(), subject, told, tokens))
            }
            (401 | 403, _) => Err(ProviderFault::AccessEnded),
            (500.., _) => Err(ProviderFault::Failed),
            _ => Err(ProviderFault::BadAnswer("it tells nothing about the person")),
        }
    }
}
