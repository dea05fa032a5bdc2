//! GitHub: OAuth 2.0 of its own kind, and an API that tells whose a token is.
//!
//! Source: GitHub documentation, "Authorizing OAuth apps" (PKCE; errors with 200), "Refreshing user access tokens",
//! REST API "Check a token", "Get the authenticated user", "List email addresses", "Get an organization membership for
//! the authenticated user", "Get team membership for a user". A person is known by the number, since names are given anew.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use protocol::federation::told::{Groups, Told};
use protocol::json;
use protocol::oauth::time::UnixTime;
use serde_json::{Map, Value};
use tokio::try_join;

use super::{
    ANSWER_BYTES_MAX, Arrival, ClientAuthentication, Departure, GitHub, Identity, LoginAsked,
    Membership, Provider, ProviderFault, ProviderTokens, Secret, over, plain,
};
use crate::upstream::{Asking, Form, Posted};

const ACCEPT: &str = "application/vnd.github+json";
/// Any of these lets the API tell organisations and teams.
const SCOPES_FOR_MEMBERSHIPS: [&str; 3] = ["read:org", "write:org", "admin:org"];

impl Provider {
    pub(super) fn depart_github(
        &self,
        github: &GitHub,
        asked: &LoginAsked<'_>,
    ) -> Result<Departure, ProviderFault> {
        let endpoint = self.target(&format!("{}/login/oauth/authorize", github.site))?;
        let wants_choice = asked.prompt.is_some_and(|prompt| {
            prompt.split(' ').any(|word| matches!(word, "login" | "select_account"))
        });
        let maybe =
            [("login", asked.login_hint), ("prompt", wants_choice.then_some("select_account"))];
        let more: Vec<_> =
            maybe.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        Ok(self.request_to(&endpoint, asked, &more))
    }

    pub(super) async fn arrive_github(
        &self,
        github: &GitHub,
        arrival: &Arrival<'_>,
    ) -> Result<Identity, ProviderFault> {
        plain::confirm_issuer(&github.issuer(), arrival.iss)?;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", arrival.code),
            ("redirect_uri", arrival.redirect_uri),
            ("code_verifier", arrival.code_verifier),
        ];
        let tokens = self.tokens_of_github(github, &form, arrival.now).await?;
        self.person_of_github(github, tokens).await
    }

    pub(super) async fn renew_github(
        &self,
        github: &GitHub,
        refresh: &Secret,
        now: UnixTime,
    ) -> Result<Identity, ProviderFault> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.expose())];
        let tokens = self.tokens_of_github(github, &form, now).await.map_err(over)?;
        self.person_of_github(github, tokens).await
    }

    pub(super) async fn look_again_github(
        &self,
        github: &GitHub,
        access: Secret,
    ) -> Result<Identity, ProviderFault> {
        self.person_of_github(github, ProviderTokens::endless(access)).await
    }

    async fn tokens_of_github(
        &self,
        github: &GitHub,
        form: &[(&str, &str)],
        now: UnixTime,
    ) -> Result<ProviderTokens, ProviderFault> {
        let endpoint = self.target(&format!("{}/login/oauth/access_token", github.site))?;
        let authentication = ClientAuthentication::Post;
        let tokens = self.request_tokens(&endpoint, authentication, form, now).await?;
        if !github.memberships.is_empty() && !tokens.may_any(&SCOPES_FOR_MEMBERSHIPS) {
            return Err(ProviderFault::ScopeMissing("read:org"));
        }
        Ok(tokens)
    }

    /// Whose the token is, once it is known to be ours.
    async fn person_of_github(
        &self,
        github: &GitHub,
        tokens: ProviderTokens,
    ) -> Result<Identity, ProviderFault> {
        let user = format!("{}/user", github.api);
        let (owner, (status, user)) = try_join!(
            self.owner(github, &tokens.access),
            self.look_at(&user, ACCEPT, &tokens.access)
        )?;
        let user = member_of(status, user)?;
        let id = user.get("id").and_then(Value::as_u64);
        if id != Some(owner) {
            return Err(ProviderFault::BadAnswer("it tells about another person than was asked"));
        }
        if user.get("suspended_at").is_some_and(|at| !at.is_null()) {
            return Err(ProviderFault::AccessEnded);
        }
        let text = |name: &str| user.get(name).and_then(Value::as_str).map(str::to_owned);
        let login = text("login").unwrap_or_default();
        let (email, groups) = try_join!(
            self.address(github, &tokens.access),
            self.memberships(github, &login, &tokens.access)
        )?;
        let mut told = self.settings.claims.read(&user);
        told = Told {
            preferred_username: told.preferred_username.or(text("login")),
            email_verified: email.is_some(),
            email,
            groups,
            ..told
        };
        Ok(Identity::of(github.issuer(), owner.to_string(), told, tokens))
    }

    /// Whose an access token is, by the word of who issued it to us: one that was issued to another application is not
    /// known there.
    async fn owner(&self, github: &GitHub, access: &Secret) -> Result<u64, ProviderFault> {
        let client_id = &self.settings.client_id;
        let encoded = utf8_percent_encode(client_id, NON_ALPHANUMERIC);
        let target = self.target(&format!("{}/applications/{encoded}/token", github.api))?;
        let secret = self.settings.client_secret.as_ref().map_or("", Secret::expose);
        let credentials = Form::new().basic(client_id, secret);
        let body = serde_json::json!({ "access_token": access.expose() }).to_string();
        let asking = Asking {
            accept: ACCEPT,
            authorization: credentials.authorization(),
            posted: Some(Posted::Json(body)),
        };
        let reply = self.upstream.question(&target, &asking, ANSWER_BYTES_MAX).await?;
        match reply.status {
            200 => {}
            401 => return Err(ProviderFault::Refused { error: "invalid_client".to_owned() }),
            500.. => return Err(ProviderFault::Failed),
            _ => return Err(ProviderFault::AccessEnded),
        }
        let answer = json::parse(&reply.bytes);
        let answer = answer.map_err(|_| ProviderFault::BadAnswer("it is not JSON"))?;
        if answer["app"]["client_id"].as_str() != Some(client_id) {
            return Err(ProviderFault::BadAnswer("its token belongs to another application"));
        }
        let problem = "it does not say whose its token is";
        answer["user"]["id"].as_u64().ok_or(ProviderFault::BadAnswer(problem))
    }

    /// The primary address, if it is verified; none where the application may not see it.
    async fn address(
        &self,
        github: &GitHub,
        access: &Secret,
    ) -> Result<Option<String>, ProviderFault> {
        let url = format!("{}/user/emails?per_page=100", github.api);
        let (status, answer) = self.look_at(&url, ACCEPT, access).await?;
        match status {
            200 => {}
            500.. => return Err(ProviderFault::Failed),
            _ => return Ok(None),
        }
        let is_primary = |entry: &&Value| {
            entry["primary"] == Value::Bool(true) && entry["verified"] == Value::Bool(true)
        };
        let primary = answer.as_array().and_then(|addresses| addresses.iter().find(is_primary));
        Ok(primary.and_then(|entry| entry["email"].as_str()).map(str::to_owned))
    }

    /// Which of the organisations and teams that matter `login` belongs to.
    async fn memberships(
        &self,
        github: &GitHub,
        login: &str,
        access: &Secret,
    ) -> Result<Groups, ProviderFault> {
        let mut belongs = Vec::new();
        for membership in &github.memberships {
            if self.belongs(github, membership, login, access).await? {
                belongs.push(membership.to_text());
            }
        }
        Ok(if github.memberships.is_empty() { Groups::Untold } else { Groups::These(belongs) })
    }

    async fn belongs(
        &self,
        github: &GitHub,
        membership: &Membership,
        login: &str,
        access: &Secret,
    ) -> Result<bool, ProviderFault> {
        let Membership { organisation, team } = membership;
        let url = match team {
            None => format!("{}/user/memberships/orgs/{organisation}", github.api),
            Some(team) => {
                let login = utf8_percent_encode(login, NON_ALPHANUMERIC);
                format!("{}/orgs/{organisation}/teams/{team}/memberships/{login}", github.api)
            }
        };
        let (status, answer) = self.look_at(&url, ACCEPT, access).await?;
        match status {
            200 => Ok(answer["state"] == "active"),
            401 => Err(ProviderFault::AccessEnded),
            500.. => Err(ProviderFault::Failed),
            _ => Ok(false),
        }
    }
}

fn member_of(status: u16, user: Value) -> Result<Map<String, Value>, ProviderFault> {
    match (status, user) {
        (200, Value::Object(members)) => Ok(members),
        (401 | 403, _) => Err(ProviderFault::AccessEnded),
        (500.., _) => Err(ProviderFault::Failed),
        _ => Err(ProviderFault::BadAnswer("it tells nothing about the person")),
    }
}
