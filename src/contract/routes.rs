//! The operations as poem-openapi routes, each handed to its method of the trait.
//! Generated from `openapi.yaml` by `make generate`; do not edit.

use std::collections::HashMap;
use std::sync::Arc;
use poem::Request;
use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem_openapi::OpenApi;
use poem_openapi::registry::{MetaApi, Registry};
use super::api::Api;
use super::paths::Tag;
/// Every operation of the contract, answered by `A`.
pub struct Routes<A>(pub Arc<A>);
/// Paths in the document that the macro cannot spell.
const DOCUMENTED: &[(&str, &str)] = &[("/mcp/~", "/mcp/")];
/// Paths in the router that the macro cannot spell.
const ROUTED: &[(&str, &str)] = &[
    (
        "/.well-known/oauth-authorization-server/:param0",
        "/.well-known/oauth-authorization-server/*param0",
    ),
    (
        "/.well-known/openid-configuration/:param0",
        "/.well-known/openid-configuration/*param0",
    ),
    (
        "/.well-known/oauth-protected-resource/:param0",
        "/.well-known/oauth-protected-resource/*param0",
    ),
    ("/mcp/~", "/mcp/"),
];
fn respelt(table: &[(&str, &'static str)], path: String) -> String {
    table.iter().find(|(from, _)| *from == path).map_or(path, |(_, to)| (*to).to_owned())
}
impl<A: Api> OpenApi for Routes<A> {
    fn meta() -> Vec<MetaApi> {
        let mut apis = <Operations<A> as OpenApi>::meta();
        for path in apis.iter_mut().flat_map(|api| &mut api.paths) {
            path.path = respelt(DOCUMENTED, std::mem::take(&mut path.path));
        }
        apis
    }
    fn register(registry: &mut Registry) {
        <Operations<A> as OpenApi>::register(registry);
    }
    fn add_routes(
        self,
        table: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>,
    ) {
        let mut spelt = HashMap::new();
        OpenApi::add_routes(Operations(self.0), &mut spelt);
        table
            .extend(
                spelt.into_iter().map(|(path, methods)| (respelt(ROUTED, path), methods)),
            );
    }
}
struct Operations<A>(Arc<A>);
#[OpenApi]
impl<A: Api> Operations<A> {
    /// Landing page
    ///
    /// Says what this server is and where to go next.
    #[oai(path = "/", method = "get", operation_id = "home", tag = "Tag::Documentation")]
    async fn home(&self, http: &Request) -> super::responses::HomeResponse {
        self.0.home(http).await
    }
    /// Authorization server metadata
    ///
    /// RFC 8414 §3. The document of an issuer without a path.
    #[oai(
        path = "/.well-known/oauth-authorization-server",
        method = "get",
        operation_id = "authorizationServerMetadata",
        tag = "Tag::Discovery"
    )]
    async fn authorization_server_metadata(
        &self,
        http: &Request,
    ) -> super::reply::Raw<super::responses::AuthorizationServerMetadataAnswers> {
        super::reply::Raw::new(self.0.authorization_server_metadata(http).await)
    }
    /// Authorization server metadata, path inserted
    ///
    /// RFC 8414 §3.1. The document of the issuer that has this path; some clients ask with the path of the resource.
    #[oai(
        path = "/.well-known/oauth-authorization-server/:path",
        method = "get",
        operation_id = "authorizationServerMetadataAt",
        tag = "Tag::Discovery"
    )]
    async fn authorization_server_metadata_at(
        &self,
        http: &Request,
        /// The path of the issuer or resource, without its first slash.
        #[oai(name = "path")]
        path: poem_openapi::param::Path<String>,
    ) -> super::reply::Raw<super::responses::AuthorizationServerMetadataAnswers> {
        super::reply::Raw::new(
            self.0.authorization_server_metadata_at(http, path.0).await,
        )
    }
    /// OpenID provider configuration
    ///
    /// The same document for clients that look only here (OpenID Connect Discovery §4).
    #[oai(
        path = "/.well-known/openid-configuration",
        method = "get",
        operation_id = "openidConfiguration",
        tag = "Tag::Discovery"
    )]
    async fn openid_configuration(
        &self,
        http: &Request,
    ) -> super::reply::Raw<super::responses::AuthorizationServerMetadataAnswers> {
        super::reply::Raw::new(self.0.openid_configuration(http).await)
    }
    /// OpenID provider configuration, path inserted
    ///
    /// The form that MCP clients try second for an issuer with a path.
    #[oai(
        path = "/.well-known/openid-configuration/:path",
        method = "get",
        operation_id = "openidConfigurationAt",
        tag = "Tag::Discovery"
    )]
    async fn openid_configuration_at(
        &self,
        http: &Request,
        /// The path of the issuer or resource, without its first slash.
        #[oai(name = "path")]
        path: poem_openapi::param::Path<String>,
    ) -> super::reply::Raw<super::responses::AuthorizationServerMetadataAnswers> {
        super::reply::Raw::new(self.0.openid_configuration_at(http, path.0).await)
    }
    /// OpenID provider configuration, path appended
    ///
    /// OpenID Connect Discovery §4.1. For an issuer whose path has one segment.
    #[oai(
        path = "/:path/.well-known/openid-configuration",
        method = "get",
        operation_id = "openidConfigurationUnder",
        tag = "Tag::Discovery"
    )]
    async fn openid_configuration_under(
        &self,
        http: &Request,
        /// The path of the issuer, without its first slash.
        #[oai(name = "path")]
        path: poem_openapi::param::Path<String>,
    ) -> super::reply::Raw<super::responses::AuthorizationServerMetadataAnswers> {
        super::reply::Raw::new(self.0.openid_configuration_under(http, path.0).await)
    }
    /// Protected resource metadata
    ///
    /// RFC 9728 §3. The document of the only, or the root, resource.
    #[oai(
        path = "/.well-known/oauth-protected-resource",
        method = "get",
        operation_id = "protectedResourceMetadata",
        tag = "Tag::Discovery"
    )]
    async fn protected_resource_metadata(
        &self,
        http: &Request,
    ) -> super::reply::Raw<super::responses::ProtectedResourceMetadataAnswers> {
        super::reply::Raw::new(self.0.protected_resource_metadata(http).await)
    }
    /// Protected resource metadata, path inserted
    ///
    /// RFC 9728 §3.1. The document of the resource that has this path.
    #[oai(
        path = "/.well-known/oauth-protected-resource/:path",
        method = "get",
        operation_id = "protectedResourceMetadataAt",
        tag = "Tag::Discovery"
    )]
    async fn protected_resource_metadata_at(
        &self,
        http: &Request,
        /// The path of the issuer or resource, without its first slash.
        #[oai(name = "path")]
        path: poem_openapi::param::Path<String>,
    ) -> super::reply::Raw<super::responses::ProtectedResourceMetadataAnswers> {
        super::reply::Raw::new(self.0.protected_resource_metadata_at(http, path.0).await)
    }
    /// Public keys
    ///
    /// RFC 7517 §5. The keys that verify what this server signs for others; empty if it signs nothing.
    #[oai(
        path = "/.well-known/jwks.json",
        method = "get",
        operation_id = "jwks",
        tag = "Tag::Discovery"
    )]
    async fn jwks(
        &self,
        http: &Request,
    ) -> super::reply::Raw<super::responses::JwksAnswers> {
        super::reply::Raw::new(self.0.jwks(http).await)
    }
    /// Authorization endpoint
    ///
    /// RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 8707 §2.1. Answers with the login page, the consent page or a redirect. Until client and redirect URI are trusted an error is a page, after that a redirect that carries `error`, `state` and `iss` (RFC 9207 §2). Of OpenID Connect Core §3.1.2.1 `display`, `ui_locales`, `claims_locales`, `acr_values` and `claims` are ignored.
    #[oai(
        path = "/oauth/authorize",
        method = "get",
        operation_id = "authorizeGet",
        tag = "Tag::Authorization"
    )]
    async fn authorize_get(
        &self,
        http: &Request,
        /// `code` (RFC 6749 §3.1.1).
        #[oai(name = "response_type")]
        _response_type: super::extract::Documented<Option<String>>,
        /// Who asks (RFC 6749 §2.2).
        #[oai(name = "client_id")]
        _client_id: super::extract::Documented<Option<String>>,
        /// Where the answer goes (RFC 6749 §3.1.2).
        #[oai(name = "redirect_uri")]
        _redirect_uri: super::extract::Documented<Option<String>>,
        /// Scope tokens, separated by spaces (RFC 6749 §3.3).
        #[oai(name = "scope")]
        _scope: super::extract::Documented<Option<String>>,
        /// Returned as sent (RFC 6749 §4.1.1).
        #[oai(name = "state")]
        _state: super::extract::Documented<Option<String>>,
        /// RFC 7636 §4.2.
        #[oai(name = "code_challenge")]
        _code_challenge: super::extract::Documented<Option<String>>,
        /// `S256` (RFC 7636 §4.3).
        #[oai(name = "code_challenge_method")]
        _code_challenge_method: super::extract::Documented<Option<String>>,
        /// Where the token will be used; may repeat (RFC 8707 §2).
        #[oai(name = "resource", default)]
        _resource: super::extract::Documented<Vec<String>>,
        /// `query`.
        #[oai(name = "response_mode")]
        _response_mode: super::extract::Documented<Option<String>>,
        /// A request object (RFC 9101 §5.1); refused where not supported.
        #[oai(name = "request")]
        _request: super::extract::Documented<Option<String>>,
        /// Where the request object is (RFC 9101 §5.2); refused where not supported.
        #[oai(name = "request_uri")]
        _request_uri: super::extract::Documented<Option<String>>,
        /// `none`, or any of `login`, `consent` and `select_account`, separated by spaces; others are ignored (OpenID Connect Core §3.1.2.1).
        #[oai(name = "prompt")]
        _prompt: super::extract::Documented<Option<String>>,
        /// Seconds; after an older login the person logs in again (OpenID Connect Core §3.1.2.1).
        #[oai(name = "max_age")]
        _max_age: super::extract::Documented<Option<String>>,
        /// The user name that the login page begins with (OpenID Connect Core §3.1.2.1).
        #[oai(name = "login_hint")]
        _login_hint: super::extract::Documented<Option<String>>,
        /// Returned in the ID token (OpenID Connect Core §3.1.2.1).
        #[oai(name = "nonce")]
        _nonce: super::extract::Documented<Option<String>>,
        /// An ID token of this server, expired or not: whom the request is about (OpenID Connect Core §3.1.2.1).
        #[oai(name = "id_token_hint")]
        _id_token_hint: super::extract::Documented<Option<String>>,
        read: super::extract::Query<super::types::AuthorizationRequest>,
    ) -> super::responses::AuthorizeResponse {
        match read.0 {
            Ok(parameters) => self.0.authorize(http, parameters).await,
            Err(malformed) => {
                super::responses::AuthorizeResponse::malformed(
                    malformed,
                    self.0.malformed_page(http, malformed),
                )
            }
        }
    }
    /// Authorization endpoint, parameters in the body
    ///
    /// RFC 6749 §3.1. The same as GET for requests too long for a URL.
    #[oai(
        path = "/oauth/authorize",
        method = "post",
        operation_id = "authorizePost",
        tag = "Tag::Authorization"
    )]
    async fn authorize_post(
        &self,
        http: &Request,
        read: super::extract::Form<super::types::AuthorizationRequest>,
    ) -> super::responses::AuthorizeResponse {
        match read.0 {
            Ok(parameters) => self.0.authorize(http, parameters).await,
            Err(malformed) => {
                super::responses::AuthorizeResponse::malformed(
                    malformed,
                    self.0.malformed_page(http, malformed),
                )
            }
        }
    }
    /// Authorization endpoint, at the root
    ///
    /// For clients of the revision 2025-03-26 that do not read metadata.
    #[oai(
        path = "/authorize",
        method = "get",
        operation_id = "authorizeGetAtRoot",
        tag = "Tag::Authorization"
    )]
    async fn authorize_get_at_root(
        &self,
        http: &Request,
        /// `code` (RFC 6749 §3.1.1).
        #[oai(name = "response_type")]
        _response_type: super::extract::Documented<Option<String>>,
        /// Who asks (RFC 6749 §2.2).
        #[oai(name = "client_id")]
        _client_id: super::extract::Documented<Option<String>>,
        /// Where the answer goes (RFC 6749 §3.1.2).
        #[oai(name = "redirect_uri")]
        _redirect_uri: super::extract::Documented<Option<String>>,
        /// Scope tokens, separated by spaces (RFC 6749 §3.3).
        #[oai(name = "scope")]
        _scope: super::extract::Documented<Option<String>>,
        /// Returned as sent (RFC 6749 §4.1.1).
        #[oai(name = "state")]
        _state: super::extract::Documented<Option<String>>,
        /// RFC 7636 §4.2.
        #[oai(name = "code_challenge")]
        _code_challenge: super::extract::Documented<Option<String>>,
        /// `S256` (RFC 7636 §4.3).
        #[oai(name = "code_challenge_method")]
        _code_challenge_method: super::extract::Documented<Option<String>>,
        /// Where the token will be used; may repeat (RFC 8707 §2).
        #[oai(name = "resource", default)]
        _resource: super::extract::Documented<Vec<String>>,
        /// `query`.
        #[oai(name = "response_mode")]
        _response_mode: super::extract::Documented<Option<String>>,
        /// A request object (RFC 9101 §5.1); refused where not supported.
        #[oai(name = "request")]
        _request: super::extract::Documented<Option<String>>,
        /// Where the request object is (RFC 9101 §5.2); refused where not supported.
        #[oai(name = "request_uri")]
        _request_uri: super::extract::Documented<Option<String>>,
        /// `none`, or any of `login`, `consent` and `select_account`, separated by spaces; others are ignored (OpenID Connect Core §3.1.2.1).
        #[oai(name = "prompt")]
        _prompt: super::extract::Documented<Option<String>>,
        /// Seconds; after an older login the person logs in again (OpenID Connect Core §3.1.2.1).
        #[oai(name = "max_age")]
        _max_age: super::extract::Documented<Option<String>>,
        /// The user name that the login page begins with (OpenID Connect Core §3.1.2.1).
        #[oai(name = "login_hint")]
        _login_hint: super::extract::Documented<Option<String>>,
        /// Returned in the ID token (OpenID Connect Core §3.1.2.1).
        #[oai(name = "nonce")]
        _nonce: super::extract::Documented<Option<String>>,
        /// An ID token of this server, expired or not: whom the request is about (OpenID Connect Core §3.1.2.1).
        #[oai(name = "id_token_hint")]
        _id_token_hint: super::extract::Documented<Option<String>>,
        read: super::extract::Query<super::types::AuthorizationRequest>,
    ) -> super::responses::AuthorizeResponse {
        match read.0 {
            Ok(parameters) => self.0.authorize(http, parameters).await,
            Err(malformed) => {
                super::responses::AuthorizeResponse::malformed(
                    malformed,
                    self.0.malformed_page(http, malformed),
                )
            }
        }
    }
    /// Authorization endpoint, at the root, parameters in the body
    ///
    /// The same as GET for requests too long for a URL.
    #[oai(
        path = "/authorize",
        method = "post",
        operation_id = "authorizePostAtRoot",
        tag = "Tag::Authorization"
    )]
    async fn authorize_post_at_root(
        &self,
        http: &Request,
        read: super::extract::Form<super::types::AuthorizationRequest>,
    ) -> super::responses::AuthorizeResponse {
        match read.0 {
            Ok(parameters) => self.0.authorize(http, parameters).await,
            Err(malformed) => {
                super::responses::AuthorizeResponse::malformed(
                    malformed,
                    self.0.malformed_page(http, malformed),
                )
            }
        }
    }
    /// Login form
    ///
    /// Takes what the person typed into the login page, with the sealed ticket of the authorization request. A wrong password is answered 403 with the same page.
    #[oai(
        path = "/oauth/login",
        method = "post",
        operation_id = "login",
        tag = "Tag::Authorization"
    )]
    async fn login(
        &self,
        http: &Request,
        read: super::extract::Form<super::types::LoginForm>,
    ) -> super::responses::LoginResponse {
        match read.0 {
            Ok(parameters) => self.0.login(http, parameters).await,
            Err(malformed) => {
                super::responses::LoginResponse::malformed(
                    malformed,
                    self.0.malformed_page(http, malformed),
                )
            }
        }
    }
    /// Account form
    ///
    /// Takes the person's answer to `prompt=select_account`, with the sealed ticket of the page that asked. Goes on with the consent page, the login page or a redirect.
    #[oai(
        path = "/oauth/account",
        method = "post",
        operation_id = "account",
        tag = "Tag::Authorization"
    )]
    async fn account(
        &self,
        http: &Request,
        read: super::extract::Form<super::types::AccountForm>,
    ) -> super::responses::AccountResponse {
        match read.0 {
            Ok(parameters) => self.0.account(http, parameters).await,
            Err(malformed) => {
                super::responses::AccountResponse::malformed(
                    malformed,
                    self.0.malformed_page(http, malformed),
                )
            }
        }
    }
    /// Consent form
    ///
    /// Takes the person's decision, with the sealed ticket of the consent page. Answers with a redirect to the client, or with a page where a redirect cannot reach it (private-use schemes, the out-of-band URN).
    #[oai(
        path = "/oauth/consent",
        method = "post",
        operation_id = "consent",
        tag = "Tag::Authorization"
    )]
    async fn consent(
        &self,
        http: &Request,
        read: super::extract::Form<super::types::ConsentForm>,
    ) -> super::responses::ConsentResponse {
        match read.0 {
            Ok(parameters) => self.0.consent(http, parameters).await,
            Err(malformed) => {
                super::responses::ConsentResponse::malformed(
                    malformed,
                    self.0.malformed_page(http, malformed),
                )
            }
        }
    }
    /// End of a login
    ///
    /// OpenID Connect RP-Initiated Logout §2. Ends the login of this browser at once where `id_token_hint` is about whoever is logged in, else asks. Goes on to `post_logout_redirect_uri` if the client registered exactly that. An `id_token_hint` that is not ours, or of another client than `client_id`, counts for nothing, and neither does `logout_hint`. What clients were given stays as it is: they give it back at the revocation endpoint.
    #[oai(
        path = "/oauth/logout",
        method = "get",
        operation_id = "logoutGet",
        tag = "Tag::Authorization"
    )]
    async fn logout_get(
        &self,
        http: &Request,
        /// An ID token of this server, expired or not: whom the request is about (OpenID Connect Core §3.1.2.1).
        #[oai(name = "id_token_hint")]
        _id_token_hint: super::extract::Documented<Option<String>>,
        /// Who asks (RFC 6749 §2.2).
        #[oai(name = "client_id")]
        _client_id: super::extract::Documented<Option<String>>,
        /// Where the browser goes after the logout, exactly as registered (RP-Initiated Logout §2).
        #[oai(name = "post_logout_redirect_uri")]
        _post_logout_redirect_uri: super::extract::Documented<Option<String>>,
        /// Returned as sent (RFC 6749 §4.1.1).
        #[oai(name = "state")]
        _state: super::extract::Documented<Option<String>>,
        read: super::extract::Query<super::types::LogoutRequest>,
    ) -> super::responses::LogoutResponse {
        match read.0 {
            Ok(parameters) => self.0.logout(http, parameters).await,
            Err(malformed) => {
                super::responses::LogoutResponse::malformed(
                    malformed,
                    self.0.malformed_page(http, malformed),
                )
            }
        }
    }
    /// End of a login, parameters in the body
    ///
    /// The same as GET. Browsers send no login cookie with a form of another site, so the person is asked.
    #[oai(
        path = "/oauth/logout",
        method = "post",
        operation_id = "logoutPost",
        tag = "Tag::Authorization"
    )]
    async fn logout_post(
        &self,
        http: &Request,
        read: super::extract::Form<super::types::LogoutRequest>,
    ) -> super::responses::LogoutResponse {
        match read.0 {
            Ok(parameters) => self.0.logout(http, parameters).await,
            Err(malformed) => {
                super::responses::LogoutResponse::malformed(
                    malformed,
                    self.0.malformed_page(http, malformed),
                )
            }
        }
    }
    /// Logout form
    ///
    /// Takes the person's answer to the logout page, with the sealed ticket of that page.
    #[oai(
        path = "/oauth/logout/confirm",
        method = "post",
        operation_id = "logoutConfirm",
        tag = "Tag::Authorization"
    )]
    async fn logout_confirm(
        &self,
        http: &Request,
        read: super::extract::Form<super::types::LogoutForm>,
    ) -> super::responses::LogoutConfirmResponse {
        match read.0 {
            Ok(parameters) => self.0.logout_confirm(http, parameters).await,
            Err(malformed) => {
                super::responses::LogoutConfirmResponse::malformed(
                    malformed,
                    self.0.malformed_page(http, malformed),
                )
            }
        }
    }
    /// Test redirect URI
    ///
    /// Shows what an authorization response carried (RFC 6749 §4.1.2); for trying the flow by hand.
    #[oai(
        path = "/oauth/callback",
        method = "get",
        operation_id = "callback",
        tag = "Tag::Authorization"
    )]
    async fn callback(
        &self,
        http: &Request,
        /// The authorization code.
        #[oai(name = "code")]
        _code: super::extract::Documented<Option<String>>,
        /// What the client sent as `state`.
        #[oai(name = "state")]
        _state: super::extract::Documented<Option<String>>,
        /// The issuer that answered (RFC 9207 §2).
        #[oai(name = "iss")]
        _iss: super::extract::Documented<Option<String>>,
        /// The error code (RFC 6749 §4.1.2.1).
        #[oai(name = "error")]
        _error: super::extract::Documented<Option<String>>,
        /// The error in words, for the developer of the client.
        #[oai(name = "error_description")]
        _error_description: super::extract::Documented<Option<String>>,
        read: super::extract::Query<super::types::CallbackQuery>,
    ) -> super::responses::CallbackResponse {
        match read.0 {
            Ok(parameters) => self.0.callback(http, parameters).await,
            Err(malformed) => {
                super::responses::CallbackResponse::malformed(
                    malformed,
                    self.0.malformed_page(http, malformed),
                )
            }
        }
    }
    /// Return from an identity provider
    ///
    /// Where the identity provider of this name sends people back to (RFC 6749 §4.1.2, RFC 9207 §2). It takes an answer that this browser waits for, once and within ten minutes, and goes on with a redirect to the client or with the consent page. Each provider has a place of its own; a form (`response_mode=form_post`) is not taken.
    #[oai(
        path = "/oauth/callback/:provider",
        method = "get",
        operation_id = "providerCallback",
        tag = "Tag::Authorization"
    )]
    async fn provider_callback(
        &self,
        http: &Request,
        /// The `id` of the provider in the configuration.
        #[oai(name = "provider")]
        path: poem_openapi::param::Path<String>,
        /// The provider's authorization code.
        #[oai(name = "code")]
        _code: super::extract::Documented<Option<String>>,
        /// What the browser left with.
        #[oai(name = "state")]
        _state: super::extract::Documented<Option<String>>,
        /// The provider that answered (RFC 9207 §2).
        #[oai(name = "iss")]
        _iss: super::extract::Documented<Option<String>>,
        /// The error code (RFC 6749 §4.1.2.1).
        #[oai(name = "error")]
        _error: super::extract::Documented<Option<String>>,
        /// The error in the provider's words; never shown.
        #[oai(name = "error_description")]
        _error_description: super::extract::Documented<Option<String>>,
        read: super::extract::Query<super::types::ProviderCallbackQuery>,
    ) -> super::responses::ProviderCallbackResponse {
        match read.0 {
            Ok(parameters) => self.0.provider_callback(http, path.0, parameters).await,
            Err(malformed) => {
                super::responses::ProviderCallbackResponse::malformed(
                    malformed,
                    self.0.malformed_page(http, malformed),
                )
            }
        }
    }
    /// Token endpoint
    ///
    /// RFC 6749 §3.2. Grants `authorization_code` (with PKCE, RFC 7636 §4.5), `refresh_token` and `client_credentials`. Clients authenticate with HTTP Basic, with `client_id` and `client_secret` in the body, or not at all.
    #[oai(
        path = "/oauth/token",
        method = "post",
        operation_id = "token",
        tag = "Tag::Token"
    )]
    async fn token(
        &self,
        http: &Request,
        _secured: super::extract::SecuredBy<super::paths::ClientBasic, true>,
        read: super::extract::Form<super::types::TokenRequest>,
    ) -> super::responses::TokenResponse {
        match read.0 {
            Ok(parameters) => self.0.token(http, parameters).await,
            Err(malformed) => super::responses::TokenResponse::malformed(malformed),
        }
    }
    /// Token endpoint, at the root
    ///
    /// For clients of the revision 2025-03-26 that do not read metadata.
    #[oai(
        path = "/token",
        method = "post",
        operation_id = "tokenAtRoot",
        tag = "Tag::Token"
    )]
    async fn token_at_root(
        &self,
        http: &Request,
        _secured: super::extract::SecuredBy<super::paths::ClientBasic, true>,
        read: super::extract::Form<super::types::TokenRequest>,
    ) -> super::responses::TokenResponse {
        match read.0 {
            Ok(parameters) => self.0.token(http, parameters).await,
            Err(malformed) => super::responses::TokenResponse::malformed(malformed),
        }
    }
    /// Token introspection
    ///
    /// RFC 7662 §2. Tells a confidential client what a token is good for: its own tokens, and access tokens for the resources that the configuration lets it ask about (`introspects`). Whatever else is sent is not active, and nothing more is said of it.
    #[oai(
        path = "/oauth/introspect",
        method = "post",
        operation_id = "introspect",
        tag = "Tag::Token"
    )]
    async fn introspect(
        &self,
        http: &Request,
        _secured: super::extract::SecuredBy<super::paths::ClientBasic, true>,
        read: super::extract::Form<super::types::PresentedToken>,
    ) -> super::responses::IntrospectResponse {
        match read.0 {
            Ok(parameters) => self.0.introspect(http, parameters).await,
            Err(malformed) => super::responses::IntrospectResponse::malformed(malformed),
        }
    }
    /// Token revocation
    ///
    /// RFC 7009 §2. A refresh token goes with everything that descends from the same consent; an access token goes alone. What is unknown, expired or revoked already is answered like what was revoked now. Served where the ledger can revoke.
    #[oai(
        path = "/oauth/revoke",
        method = "post",
        operation_id = "revoke",
        tag = "Tag::Token"
    )]
    async fn revoke(
        &self,
        http: &Request,
        _secured: super::extract::SecuredBy<super::paths::ClientBasic, true>,
        read: super::extract::Form<super::types::PresentedToken>,
    ) -> super::responses::RevokeResponse {
        match read.0 {
            Ok(parameters) => self.0.revoke(http, parameters).await,
            Err(malformed) => super::responses::RevokeResponse::malformed(malformed),
        }
    }
    /// Revocation by the operator
    ///
    /// Where `sealbearer revoke` sends what an operator wants revoked: a token, a family, or everything of a person, of a client or at all that is older than an instant. Whoever holds the key ring can seal an order; it is obeyed for five minutes, and sending it again changes nothing. Served where the ledger can revoke.
    #[oai(
        path = "/oauth/order",
        method = "post",
        operation_id = "order",
        tag = "Tag::Operation"
    )]
    async fn order(
        &self,
        http: &Request,
        read: super::extract::Form<super::types::OrderRequest>,
    ) -> super::responses::OrderResponse {
        match read.0 {
            Ok(parameters) => self.0.order(http, parameters).await,
            Err(malformed) => super::responses::OrderResponse::malformed(malformed),
        }
    }
    /// Client registration
    ///
    /// RFC 7591 §3. The `client_id` that is returned is the registration itself, sealed; nothing is kept. Unknown members are ignored, `null` counts as absent.
    #[oai(
        path = "/oauth/register",
        method = "post",
        operation_id = "register",
        tag = "Tag::Registration"
    )]
    async fn register(
        &self,
        http: &Request,
        read: super::extract::Json<super::types::ClientMetadata>,
    ) -> super::responses::RegisterResponse {
        match read.0 {
            Ok(body) => self.0.register(http, body).await,
            Err(malformed) => super::responses::RegisterResponse::malformed(malformed),
        }
    }
    /// Client registration, at the root
    ///
    /// For clients of the revision 2025-03-26 that do not read metadata.
    #[oai(
        path = "/register",
        method = "post",
        operation_id = "registerAtRoot",
        tag = "Tag::Registration"
    )]
    async fn register_at_root(
        &self,
        http: &Request,
        read: super::extract::Json<super::types::ClientMetadata>,
    ) -> super::responses::RegisterResponse {
        match read.0 {
            Ok(body) => self.0.register(http, body).await,
            Err(malformed) => super::responses::RegisterResponse::malformed(malformed),
        }
    }
    /// Who the person is
    ///
    /// OpenID Connect Core §5.3. Takes every access token of this server that was granted `openid`, whichever resource it is for.
    #[oai(
        path = "/oauth/userinfo",
        method = "get",
        operation_id = "userinfo",
        tag = "Tag::Protected"
    )]
    async fn userinfo(
        &self,
        http: &Request,
        _secured: super::extract::SecuredBy<super::paths::Oauth2, false>,
    ) -> super::responses::UserinfoResponse {
        self.0.userinfo(http).await
    }
    /// Who the person is, by POST
    ///
    /// The same as GET; the access token is in the header.
    #[oai(
        path = "/oauth/userinfo",
        method = "post",
        operation_id = "userinfoPost",
        tag = "Tag::Protected"
    )]
    async fn userinfo_post(
        &self,
        http: &Request,
        _secured: super::extract::SecuredBy<super::paths::Oauth2, false>,
    ) -> super::responses::UserinfoResponse {
        self.0.userinfo(http).await
    }
    /// Says what the presented access token grants
    ///
    /// A protected resource for trying an access token by hand (RFC 6750 §2.1).
    #[oai(
        path = "/oauth/test",
        method = "get",
        operation_id = "test",
        tag = "Tag::Protected"
    )]
    async fn test(
        &self,
        http: &Request,
        _secured: super::extract::SecuredBy<super::paths::Oauth2, false>,
    ) -> super::responses::TestResponse {
        self.0.test(http).await
    }
    /// MCP endpoint, server stream
    ///
    /// MCP, streamable HTTP. Opens a stream of messages from the server, where the revision has one.
    #[oai(
        path = "/mcp",
        method = "get",
        operation_id = "mcpGet",
        tag = "Tag::Protected"
    )]
    async fn mcp_get(
        &self,
        http: &Request,
        _secured: super::extract::SecuredBy<super::paths::Oauth2, false>,
        body: super::extract::UndocumentedBody,
    ) -> super::reply::Raw<super::responses::McpAnswers> {
        super::reply::Raw::new(self.0.mcp(http, body.0).await)
    }
    /// MCP endpoint
    ///
    /// MCP, streamable HTTP. Takes one JSON-RPC message; answers JSON or a stream.
    #[oai(
        path = "/mcp",
        method = "post",
        operation_id = "mcpPost",
        tag = "Tag::Protected"
    )]
    async fn mcp_post(
        &self,
        http: &Request,
        _secured: super::extract::SecuredBy<super::paths::Oauth2, false>,
        body: super::extract::RawBody,
    ) -> super::reply::Raw<super::responses::McpAnswers> {
        super::reply::Raw::new(self.0.mcp(http, body.0).await)
    }
    /// MCP endpoint, end of session
    ///
    /// MCP, streamable HTTP. Ends a session, where the revision has one.
    #[oai(
        path = "/mcp",
        method = "delete",
        operation_id = "mcpDelete",
        tag = "Tag::Protected"
    )]
    async fn mcp_delete(
        &self,
        http: &Request,
        _secured: super::extract::SecuredBy<super::paths::Oauth2, false>,
        body: super::extract::UndocumentedBody,
    ) -> super::reply::Raw<super::responses::McpAnswers> {
        super::reply::Raw::new(self.0.mcp(http, body.0).await)
    }
    /// MCP endpoint, server stream, with a final slash
    ///
    /// For clients that were given the URL with a slash.
    #[oai(
        path = "/mcp/~",
        method = "get",
        operation_id = "mcpGetSlash",
        tag = "Tag::Protected"
    )]
    async fn mcp_get_slash(
        &self,
        http: &Request,
        _secured: super::extract::SecuredBy<super::paths::Oauth2, false>,
        body: super::extract::UndocumentedBody,
    ) -> super::reply::Raw<super::responses::McpAnswers> {
        super::reply::Raw::new(self.0.mcp(http, body.0).await)
    }
    /// MCP endpoint, with a final slash
    ///
    /// For clients that were given the URL with a slash.
    #[oai(
        path = "/mcp/~",
        method = "post",
        operation_id = "mcpPostSlash",
        tag = "Tag::Protected"
    )]
    async fn mcp_post_slash(
        &self,
        http: &Request,
        _secured: super::extract::SecuredBy<super::paths::Oauth2, false>,
        body: super::extract::RawBody,
    ) -> super::reply::Raw<super::responses::McpAnswers> {
        super::reply::Raw::new(self.0.mcp(http, body.0).await)
    }
    /// MCP endpoint, end of session, with a final slash
    ///
    /// For clients that were given the URL with a slash.
    #[oai(
        path = "/mcp/~",
        method = "delete",
        operation_id = "mcpDeleteSlash",
        tag = "Tag::Protected"
    )]
    async fn mcp_delete_slash(
        &self,
        http: &Request,
        _secured: super::extract::SecuredBy<super::paths::Oauth2, false>,
        body: super::extract::UndocumentedBody,
    ) -> super::reply::Raw<super::responses::McpAnswers> {
        super::reply::Raw::new(self.0.mcp(http, body.0).await)
    }
    /// The tools of `/mcp` as plain JSON
    ///
    /// For programs that speak no MCP. What `tools/list` lists, all pages of it, to the same tokens.
    #[oai(
        path = "/mcp/protected/tools",
        method = "get",
        operation_id = "protectedTools",
        tag = "Tag::Protected"
    )]
    async fn protected_tools(
        &self,
        http: &Request,
        _secured: super::extract::SecuredBy<super::paths::Oauth2, false>,
    ) -> super::reply::Raw<super::responses::ProtectedToolsAnswers> {
        super::reply::Raw::new(self.0.protected_tools(http).await)
    }
    /// The resources of `/mcp` as plain JSON
    ///
    /// For programs that speak no MCP. What `resources/list` lists, all pages of it, to the same tokens.
    #[oai(
        path = "/mcp/protected/resources",
        method = "get",
        operation_id = "protectedResources",
        tag = "Tag::Protected"
    )]
    async fn protected_resources(
        &self,
        http: &Request,
        _secured: super::extract::SecuredBy<super::paths::Oauth2, false>,
    ) -> super::reply::Raw<super::responses::ProtectedToolsAnswers> {
        super::reply::Raw::new(self.0.protected_resources(http).await)
    }
    /// Calls a tool of `/mcp`
    ///
    /// For programs that speak no MCP. Needs the scopes that `tools/call` needs for this tool.
    #[oai(
        path = "/mcp/protected/call/:tool_name",
        method = "post",
        operation_id = "protectedCall",
        tag = "Tag::Protected"
    )]
    async fn protected_call(
        &self,
        http: &Request,
        _secured: super::extract::SecuredBy<super::paths::Oauth2, false>,
        /// The name of the tool.
        #[oai(name = "tool_name")]
        path: poem_openapi::param::Path<String>,
        body: super::extract::RawBody,
    ) -> super::reply::Raw<super::responses::ProtectedCallAnswers> {
        super::reply::Raw::new(self.0.protected_call(http, path.0, body.0).await)
    }
    /// Lives
    ///
    /// Answers as long as the process can answer; for restarts.
    #[oai(
        path = "/healthz",
        method = "get",
        operation_id = "healthz",
        tag = "Tag::Operation"
    )]
    async fn healthz(
        &self,
        http: &Request,
    ) -> super::reply::Raw<super::responses::HealthzAnswers> {
        super::reply::Raw::new(self.0.healthz(http).await)
    }
    /// Is ready
    ///
    /// Answers 503 while draining or while the ledger cannot be reached; for load balancers. Says so, and goes on, while the key ring file is one that cannot be used.
    #[oai(
        path = "/readyz",
        method = "get",
        operation_id = "readyz",
        tag = "Tag::Operation"
    )]
    async fn readyz(
        &self,
        http: &Request,
    ) -> super::reply::Raw<super::responses::ReadyzAnswers> {
        super::reply::Raw::new(self.0.readyz(http).await)
    }
    /// This contract as JSON
    ///
    /// The same content as `/openapi.yaml`.
    #[oai(
        path = "/openapi.json",
        method = "get",
        operation_id = "openapiJson",
        tag = "Tag::Documentation"
    )]
    async fn openapi_json(
        &self,
        http: &Request,
    ) -> super::reply::Raw<super::responses::OpenapiJsonAnswers> {
        super::reply::Raw::new(self.0.openapi_json(http).await)
    }
    /// This contract as written
    ///
    /// The file the server was generated from.
    #[oai(
        path = "/openapi.yaml",
        method = "get",
        operation_id = "openapiYaml",
        tag = "Tag::Documentation"
    )]
    async fn openapi_yaml(
        &self,
        http: &Request,
    ) -> super::reply::Raw<super::responses::OpenapiYamlAnswers> {
        super::reply::Raw::new(self.0.openapi_yaml(http).await)
    }
    /// Swagger UI
    ///
    /// Reads this contract in the browser; its *Authorize* runs the code flow with PKCE.
    #[oai(
        path = "/docs",
        method = "get",
        operation_id = "docs",
        tag = "Tag::Documentation"
    )]
    async fn docs(
        &self,
        http: &Request,
    ) -> super::reply::Raw<super::responses::DocsAnswers> {
        super::reply::Raw::new(self.0.docs(http).await)
    }
    /// Redirect URI of Swagger UI
    ///
    /// Hands the authorization response to the page that opened it.
    #[oai(
        path = "/docs/oauth-receiver.html",
        method = "get",
        operation_id = "docsReceiver",
        tag = "Tag::Documentation"
    )]
    async fn docs_receiver(
        &self,
        http: &Request,
    ) -> super::reply::Raw<super::responses::DocsAnswers> {
        super::reply::Raw::new(self.0.docs_receiver(http).await)
    }
}
