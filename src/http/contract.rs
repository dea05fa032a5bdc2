//! The server as the contract wants it: wire types in, wire types out, and one line per operation in between.

use std::sync::atomic::Ordering;

use poem::http::StatusCode;
use poem::{Body as HttpBody, Endpoint as _, Request, Response};
use protocol::flow::refusal::Rejection;
use protocol::oauth::scope::ScopeToken;

use super::account::AccountForm;
use super::answer::{Answer, Body};
use super::consent::{ConsentForm, Decision};
use super::cookies::Visitor;
use super::correlation::CorrelationId;
use super::documents::not_found;
use super::login::LoginForm;
use super::logout::LogoutForm;
use super::{
    Server, account, authorize, callback, consent, identity, introspect, login, logout, order,
    pages, raw, register, revoke, test, token, views,
};
use crate::contract::{
    AccountResponse, Api, AuthorizationRequest, AuthorizeResponse, CallbackQuery, CallbackResponse,
    ClientMetadata, ConsentResponse, HomeResponse, IntrospectResponse, LoginResponse,
    LogoutConfirmResponse, LogoutRequest, LogoutResponse, Malformed, OrderRequest, OrderResponse,
    PresentedToken, ProviderCallbackQuery, ProviderCallbackResponse, RegisterResponse,
    RevokeResponse, TestResponse, TokenRequest, TokenResponse, UserinfoResponse,
};
use crate::upstream::FAILURE_SECONDS;

/// What a ready node says whose key ring file cannot be used.
const RING_IS_STALE: &str = "ok, with the key ring of before: its file cannot be used";

/// Writes an [`Answer`] as one of the response enums of pages, which have the same variants.
macro_rules! as_response {
    ($response:ident, $answer:expr, $http:expr) => {{
        let Answer { status, body, cookies: set_cookie } = $answer;
        let (page, policy) = match body {
            Body::Redirect { location } => return $response::SeeOther { location, set_cookie },
            Body::Page { html, policy } => (html, Some(policy)),
            Body::Problem(problem) => (problem.page(&CorrelationId::of($http).to_string()), None),
            Body::Later { problem, wait_seconds: retry_after } => {
                let page = problem.page(&CorrelationId::of($http).to_string());
                return match status {
                    StatusCode::TOO_MANY_REQUESTS => {
                        $response::TooManyRequests { retry_after, page }
                    }
                    _ => $response::ServiceUnavailable { retry_after, page },
                };
            }
        };
        let content_security_policy = policy;
        match status {
            StatusCode::OK => $response::Ok { content_security_policy, set_cookie, page },
            StatusCode::FORBIDDEN => {
                $response::Forbidden { content_security_policy, set_cookie, page }
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                $response::ServiceUnavailable { retry_after: FAILURE_SECONDS, page }
            }
            _ => $response::BadRequest { content_security_policy, set_cookie, page },
        }
    }};
}

impl Api for Server {
    async fn home(&self, _: &Request) -> HomeResponse {
        HomeResponse::Ok { page: pages::home(self) }
    }

    async fn authorization_server_metadata(&self, http: &Request) -> Response {
        self.documents.authorization_server.respond(http)
    }

    async fn authorization_server_metadata_at(&self, http: &Request, path: String) -> Response {
        let document = self.documents.authorization_server_at(&path);
        document.map_or_else(not_found, |document| document.respond(http))
    }

    async fn openid_configuration(&self, http: &Request) -> Response {
        self.documents.openid_configuration.respond(http)
    }

    async fn openid_configuration_at(&self, http: &Request, path: String) -> Response {
        let document = self.documents.openid_configuration_at(&path);
        document.map_or_else(not_found, |document| document.respond(http))
    }

    async fn openid_configuration_under(&self, http: &Request, path: String) -> Response {
        self.openid_configuration_at(http, path).await
    }

    async fn protected_resource_metadata(&self, http: &Request) -> Response {
        self.protected_resource_metadata_at(http, String::new()).await
    }

    async fn protected_resource_metadata_at(&self, http: &Request, path: String) -> Response {
        let document = self.documents.protected_resource_at(&path);
        document.map_or_else(not_found, |document| document.respond(http))
    }

    async fn jwks(&self, http: &Request) -> Response {
        self.documents.jwks.load().respond(http)
    }

    async fn authorize(&self, http: &Request, sent: AuthorizationRequest) -> AuthorizeResponse {
        let now = self.world.now();
        let visitor = Visitor::read(http, self, now).await;
        let answer = authorize::authorize(self, http, &visitor, sent, now).await;
        as_response!(AuthorizeResponse, answer.with_cookies(visitor.renewal(self)), http)
    }

    async fn login(&self, http: &Request, form: crate::contract::LoginForm) -> LoginResponse {
        let now = self.world.now();
        let visitor = Visitor::read(http, self, now).await;
        let form = LoginForm {
            ticket: form.ticket,
            username: form.username.unwrap_or_default(),
            password: form.password.unwrap_or_default(),
            provider: form.provider,
        };
        as_response!(LoginResponse, login::login(self, http, &visitor, form, now).await, http)
    }

    async fn account(&self, http: &Request, form: crate::contract::AccountForm) -> AccountResponse {
        let now = self.world.now();
        let visitor = Visitor::read(http, self, now).await;
        let keep = match form.account {
            crate::contract::Account::Keep => true,
            crate::contract::Account::Switch => false,
        };
        let form = AccountForm { ticket: form.ticket, keep };
        as_response!(
            AccountResponse,
            account::account(self, http, &visitor, &form, now).await,
            http
        )
    }

    async fn consent(&self, http: &Request, form: crate::contract::ConsentForm) -> ConsentResponse {
        let now = self.world.now();
        let visitor = Visitor::read(http, self, now).await;
        let decision = match form.decision {
            crate::contract::Decision::Allow => Decision::Allow,
            crate::contract::Decision::Deny => Decision::Deny,
            crate::contract::Decision::Switch => Decision::Switch,
        };
        // A token that is in no catalogue was on no page.
        let known = form.scope.iter().filter_map(|name| ScopeToken::parse(name).ok());
        let ticked = form.choice.is_some().then(|| known.collect());
        let form = ConsentForm { ticket: form.ticket, decision, ticked };
        as_response!(
            ConsentResponse,
            consent::consent(self, http, &visitor, &form, now).await,
            http
        )
    }

    async fn logout(&self, http: &Request, sent: LogoutRequest) -> LogoutResponse {
        let now = self.world.now();
        let visitor = Visitor::read(http, self, now).await;
        as_response!(LogoutResponse, logout::logout(self, http, &visitor, sent, now).await, http)
    }

    async fn logout_confirm(
        &self,
        http: &Request,
        form: crate::contract::LogoutForm,
    ) -> LogoutConfirmResponse {
        let now = self.world.now();
        let visitor = Visitor::read(http, self, now).await;
        let end = match form.logout {
            crate::contract::Logout::End => true,
            crate::contract::Logout::Stay => false,
        };
        let form = LogoutForm { ticket: form.ticket, end };
        as_response!(
            LogoutConfirmResponse,
            logout::confirm(self, http, &visitor, &form, now).await,
            http
        )
    }

    async fn callback(&self, _: &Request, query: CallbackQuery) -> CallbackResponse {
        CallbackResponse::Ok { page: pages::callback(self, query) }
    }

    async fn provider_callback(
        &self,
        http: &Request,
        provider: String,
        query: ProviderCallbackQuery,
    ) -> ProviderCallbackResponse {
        let now = self.world.now();
        let visitor = Visitor::read(http, self, now).await;
        let answer = callback::callback(self, http, &visitor, &provider, query, now).await;
        as_response!(ProviderCallbackResponse, answer, http)
    }

    async fn token(&self, http: &Request, parameters: TokenRequest) -> TokenResponse {
        token::token(self, http, parameters).await
    }

    async fn introspect(&self, http: &Request, sent: PresentedToken) -> IntrospectResponse {
        introspect::introspect(self, http, sent).await
    }

    async fn revoke(&self, http: &Request, sent: PresentedToken) -> RevokeResponse {
        revoke::revoke(self, http, sent).await
    }

    async fn order(&self, _: &Request, sent: OrderRequest) -> OrderResponse {
        order::order(self, sent).await
    }

    async fn register(&self, _: &Request, metadata: ClientMetadata) -> RegisterResponse {
        register::register(self, metadata, self.world.now())
    }

    async fn userinfo(&self, http: &Request) -> UserinfoResponse {
        identity::userinfo(self, http).await
    }

    async fn test(&self, http: &Request) -> TestResponse {
        test::test(self, http).await
    }

    async fn mcp(&self, http: &Request, body: HttpBody) -> Response {
        let path = http.uri().path().trim_end_matches('/');
        let Some(resource) = self.resources.get(path) else { return not_found() };
        let inner = raw::with_body(http, body);
        resource.endpoint.get_response(inner).await
    }

    async fn protected_tools(&self, http: &Request) -> Response {
        views::list(self, http, "tools/list", "tools").await
    }

    async fn protected_resources(&self, http: &Request) -> Response {
        views::list(self, http, "resources/list", "resources").await
    }

    async fn protected_call(&self, http: &Request, tool_name: String, body: HttpBody) -> Response {
        views::call(self, http, tool_name, body).await
    }

    async fn healthz(&self, _: &Request) -> Response {
        raw::health()
    }

    async fn readyz(&self, _: &Request) -> Response {
        let fingerprint = self.fingerprint();
        if self.is_draining() {
            return raw::readiness(StatusCode::SERVICE_UNAVAILABLE, "draining", &fingerprint);
        }
        if let Err(unavailable) = self.ledger.check().await {
            tracing::error!(reason = %unavailable.reason, "the ledger does not answer");
            let (status, word) = (StatusCode::SERVICE_UNAVAILABLE, "the ledger does not answer");
            return raw::readiness(status, word, &fingerprint);
        }
        // A node with yesterday's keys serves everybody; one that is taken away serves nobody.
        let is_stale = self.ring_is_stale.load(Ordering::Relaxed);
        raw::readiness(StatusCode::OK, if is_stale { RING_IS_STALE } else { "ok" }, &fingerprint)
    }

    async fn openapi_json(&self, http: &Request) -> Response {
        self.documents.openapi_json.respond(http)
    }

    async fn openapi_yaml(&self, http: &Request) -> Response {
        self.documents.openapi_yaml.respond(http)
    }

    async fn docs(&self, _: &Request) -> Response {
        pages::docs(self).map_or_else(not_found, |docs| raw::page(&docs.page))
    }

    async fn docs_receiver(&self, _: &Request) -> Response {
        pages::docs(self).map_or_else(not_found, |docs| raw::page(&docs.receiver))
    }

    fn malformed_page(&self, http: &Request, malformed: Malformed) -> String {
        let answer = Answer::malformed(&malformed.to_string());
        tracing::info!(%malformed, reason = ?Rejection::ParametersMalformed, "rejected");
        match answer.body {
            Body::Problem(problem) | Body::Later { problem, .. } => {
                problem.page(&CorrelationId::of(http).to_string())
            }
            Body::Page { html, .. } => html,
            Body::Redirect { location } => location,
        }
    }
}
