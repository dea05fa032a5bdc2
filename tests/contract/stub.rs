//! An implementation of the contract that only writes down who was called with what: for tests of the generated code.

use std::sync::{Arc, Mutex};

use poem::http::StatusCode;
use poem::http::header::CONTENT_TYPE;
use poem::test::TestClient;
use poem::{Body, Endpoint, Request, Response};
use poem_openapi::OpenApiService;
use sealbearer::contract::{
    AccountForm, AccountResponse, Api, AuthorizationRequest, AuthorizeResponse, CallbackQuery,
    CallbackResponse, ClientInformation, ClientMetadata, ConsentForm, ConsentResponse,
    GrantedAccess, HomeResponse, IntrospectResponse, Introspection, LoginForm, LoginResponse,
    LogoutConfirmResponse, LogoutForm, LogoutRequest, LogoutResponse, Malformed, OrderRequest,
    OrderResponse, OrderResult, PresentedToken, ProviderCallbackQuery, ProviderCallbackResponse,
    RegisterResponse, RevokeResponse, Routes, TestResponse, TokenRequest, TokenResponse,
    TokenResult, UserInfo, UserinfoResponse,
};

/// Each call as `method: arguments`.
#[derive(Default)]
pub(super) struct Stub(Mutex<Vec<String>>);

/// A client of a stub, and the stub.
pub(super) fn client() -> (TestClient<impl Endpoint>, Arc<Stub>) {
    let stub = Arc::new(Stub::default());
    let service = OpenApiService::new(Routes(stub.clone()), "Stub", "0");
    (TestClient::new(service), stub)
}

impl Stub {
    /// The calls since the last time this was asked.
    pub(super) fn calls(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("no test panics while it holds this"))
    }

    fn called(&self, call: String) {
        self.0.lock().expect("no test panics while it holds this").push(call);
    }

    fn page(&self, call: String) -> String {
        self.called(call);
        "page".to_owned()
    }

    fn json(&self, call: &str, body: &'static str) -> Response {
        self.called(call.to_owned());
        Response::builder().header(CONTENT_TYPE, "application/json").body(body)
    }

    fn text(&self, call: &str, media_type: &'static str) -> Response {
        self.called(call.to_owned());
        Response::builder().header(CONTENT_TYPE, media_type).body("text")
    }
}

const METADATA: &str = r#"{"issuer": "i", "authorization_endpoint": "a", "token_endpoint": "t",
    "response_types_supported": ["code"]}"#;
const RESOURCE: &str = r#"{"resource": "r", "authorization_servers": []}"#;

impl Api for Stub {
    async fn home(&self, _: &Request) -> HomeResponse {
        HomeResponse::Ok { page: self.page("home".into()) }
    }

    async fn authorization_server_metadata(&self, _: &Request) -> Response {
        self.json("authorization_server_metadata", METADATA)
    }

    async fn authorization_server_metadata_at(&self, _: &Request, path: String) -> Response {
        self.json(&format!("authorization_server_metadata_at: {path}"), METADATA)
    }

    async fn openid_configuration(&self, _: &Request) -> Response {
        self.json("openid_configuration", METADATA)
    }

    async fn openid_configuration_at(&self, _: &Request, path: String) -> Response {
        self.json(&format!("openid_configuration_at: {path}"), METADATA)
    }

    async fn openid_configuration_under(&self, _: &Request, path: String) -> Response {
        self.json(&format!("openid_configuration_under: {path}"), METADATA)
    }

    async fn protected_resource_metadata(&self, _: &Request) -> Response {
        self.json("protected_resource_metadata", RESOURCE)
    }

    async fn protected_resource_metadata_at(&self, _: &Request, path: String) -> Response {
        self.json(&format!("protected_resource_metadata_at: {path}"), RESOURCE)
    }

    async fn jwks(&self, _: &Request) -> Response {
        self.json("jwks", r#"{"keys": []}"#)
    }

    async fn authorize(&self, _: &Request, parameters: AuthorizationRequest) -> AuthorizeResponse {
        let page = self.page(format!("authorize: {parameters:?}"));
        AuthorizeResponse::Ok {
            content_security_policy: None,
            set_cookie: vec!["a=1".to_owned(), "b=2".to_owned()],
            page,
        }
    }

    async fn login(&self, _: &Request, parameters: LoginForm) -> LoginResponse {
        self.called(format!("login: {parameters:?}"));
        LoginResponse::SeeOther {
            location: "https://client.example/".to_owned(),
            set_cookie: Vec::new(),
        }
    }

    async fn account(&self, _: &Request, parameters: AccountForm) -> AccountResponse {
        AccountResponse::Ok {
            content_security_policy: None,
            set_cookie: Vec::new(),
            page: self.page(format!("account: {parameters:?}")),
        }
    }

    async fn consent(&self, _: &Request, parameters: ConsentForm) -> ConsentResponse {
        self.called(format!("consent: {parameters:?}"));
        ConsentResponse::SeeOther {
            location: "https://client.example/\r\nx: y".to_owned(),
            set_cookie: Vec::new(),
        }
    }

    async fn logout(&self, _: &Request, parameters: LogoutRequest) -> LogoutResponse {
        LogoutResponse::Ok {
            content_security_policy: None,
            set_cookie: Vec::new(),
            page: self.page(format!("logout: {parameters:?}")),
        }
    }

    async fn logout_confirm(&self, _: &Request, parameters: LogoutForm) -> LogoutConfirmResponse {
        LogoutConfirmResponse::Ok {
            content_security_policy: None,
            set_cookie: Vec::new(),
            page: self.page(format!("logout_confirm: {parameters:?}")),
        }
    }

    async fn callback(&self, _: &Request, parameters: CallbackQuery) -> CallbackResponse {
        CallbackResponse::Ok { page: self.page(format!("callback: {parameters:?}")) }
    }

    async fn provider_callback(
        &self,
        _: &Request,
        provider: String,
        parameters: ProviderCallbackQuery,
    ) -> ProviderCallbackResponse {
        ProviderCallbackResponse::Ok {
            content_security_policy: None,
            set_cookie: Vec::new(),
            page: self.page(format!("provider_callback: {provider} {parameters:?}")),
        }
    }

    async fn token(&self, _: &Request, parameters: TokenRequest) -> TokenResponse {
        self.called(format!("token: {parameters:?}"));
        TokenResponse::Ok {
            body: TokenResult { access_token: "a".to_owned(), ..TokenResult::default() },
        }
    }

    async fn introspect(&self, _: &Request, parameters: PresentedToken) -> IntrospectResponse {
        self.called(format!("introspect: {parameters:?}"));
        IntrospectResponse::Ok { body: Introspection::default() }
    }

    async fn revoke(&self, _: &Request, parameters: PresentedToken) -> RevokeResponse {
        self.called(format!("revoke: {parameters:?}"));
        RevokeResponse::Ok
    }

    async fn order(&self, _: &Request, parameters: OrderRequest) -> OrderResponse {
        self.called(format!("order: {parameters:?}"));
        OrderResponse::Ok { body: OrderResult::default() }
    }

    async fn register(&self, _: &Request, body: ClientMetadata) -> RegisterResponse {
        self.called(format!("register: {body:?}"));
        RegisterResponse::Created {
            body: ClientInformation { client_id: "c".to_owned(), ..Default::default() },
        }
    }

    async fn userinfo(&self, _: &Request) -> UserinfoResponse {
        self.called("userinfo".to_owned());
        UserinfoResponse::Ok { body: UserInfo::default() }
    }

    async fn test(&self, _: &Request) -> TestResponse {
        self.called("test".to_owned());
        TestResponse::Ok { body: GrantedAccess::default() }
    }

    async fn mcp(&self, http: &Request, body: Body) -> Response {
        let body = body.into_string().await.expect("a readable body");
        self.called(format!("mcp: {} {body}", http.method()));
        StatusCode::ACCEPTED.into()
    }

    async fn protected_tools(&self, _: &Request) -> Response {
        self.json("protected_tools", "[]")
    }

    async fn protected_resources(&self, _: &Request) -> Response {
        self.json("protected_resources", "[]")
    }

    async fn protected_call(&self, _: &Request, tool_name: String, body: Body) -> Response {
        let body = body.into_string().await.expect("a readable body");
        self.called(format!("protected_call: {tool_name} {body}"));
        Response::builder().header(CONTENT_TYPE, "application/json").body("{}")
    }

    async fn healthz(&self, _: &Request) -> Response {
        self.json("healthz", r#"{"status": "ok"}"#)
    }

    async fn readyz(&self, _: &Request) -> Response {
        self.json("readyz", r#"{"status": "ok"}"#)
    }

    async fn openapi_json(&self, _: &Request) -> Response {
        self.json("openapi_json", "{}")
    }

    async fn openapi_yaml(&self, _: &Request) -> Response {
        self.text("openapi_yaml", "application/yaml")
    }

    async fn docs(&self, _: &Request) -> Response {
        self.text("docs", "text/html; charset=utf-8")
    }

    async fn docs_receiver(&self, _: &Request) -> Response {
        self.text("docs_receiver", "text/html; charset=utf-8")
    }

    fn malformed_page(&self, _: &Request, malformed: Malformed) -> String {
        self.page(format!("malformed_page: {malformed}"))
    }
}
