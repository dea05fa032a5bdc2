//! The operations as a trait: what a server must do.
//! Generated from `openapi.yaml` by `make generate`; do not edit.

/// What a server of the contract Sealbearer does.
pub trait Api: Send + Sync + 'static {
    /// Landing page: `GET /`.
    ///
    /// Says what this server is and where to go next.
    fn home(
        &self,
        http: &poem::Request,
    ) -> impl Future<Output = super::responses::HomeResponse> + Send;
    /// Authorization server metadata: `GET /.well-known/oauth-authorization-server`.
    ///
    /// RFC 8414 §3. The document of an issuer without a path.
    fn authorization_server_metadata(
        &self,
        http: &poem::Request,
    ) -> impl Future<Output = poem::Response> + Send;
    /// Authorization server metadata, path inserted: `GET /.well-known/oauth-authorization-server/{path}`.
    ///
    /// RFC 8414 §3.1. The document of the issuer that has this path; some clients ask with the path of the resource.
    fn authorization_server_metadata_at(
        &self,
        http: &poem::Request,
        path: String,
    ) -> impl Future<Output = poem::Response> + Send;
    /// OpenID provider configuration: `GET /.well-known/openid-configuration`.
    ///
    /// The same document for clients that look only here (OpenID Connect Discovery §4).
    fn openid_configuration(
        &self,
        http: &poem::Request,
    ) -> impl Future<Output = poem::Response> + Send;
    /// OpenID provider configuration, path inserted: `GET /.well-known/openid-configuration/{path}`.
    ///
    /// The form that MCP clients try second for an issuer with a path.
    fn openid_configuration_at(
        &self,
        http: &poem::Request,
        path: String,
    ) -> impl Future<Output = poem::Response> + Send;
    /// OpenID provider configuration, path appended: `GET /{path}/.well-known/openid-configuration`.
    ///
    /// OpenID Connect Discovery §4.1. For an issuer whose path has one segment.
    fn openid_configuration_under(
        &self,
        http: &poem::Request,
        path: String,
    ) -> impl Future<Output = poem::Response> + Send;
    /// Protected resource metadata: `GET /.well-known/oauth-protected-resource`.
    ///
    /// RFC 9728 §3. The document of the only, or the root, resource.
    fn protected_resource_metadata(
        &self,
        http: &poem::Request,
    ) -> impl Future<Output = poem::Response> + Send;
    /// Protected resource metadata, path inserted: `GET /.well-known/oauth-protected-resource/{path}`.
    ///
    /// RFC 9728 §3.1. The document of the resource that has this path.
    fn protected_resource_metadata_at(
        &self,
        http: &poem::Request,
        path: String,
    ) -> impl Future<Output = poem::Response> + Send;
    /// Public keys: `GET /.well-known/jwks.json`.
    ///
    /// RFC 7517 §5. The keys that verify what this server signs for others; empty if it signs nothing.
    fn jwks(&self, http: &poem::Request) -> impl Future<Output = poem::Response> + Send;
    /// Authorization endpoint: `GET /oauth/authorize`, `POST /oauth/authorize`, `GET /authorize`, `POST /authorize`.
    ///
    /// RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 8707 §2.1. Answers with the login page, the consent page or a redirect. Until client and redirect URI are trusted an error is a page, after that a redirect that carries `error`, `state` and `iss` (RFC 9207 §2). Of OpenID Connect Core §3.1.2.1 `display`, `ui_locales`, `claims_locales`, `acr_values` and `claims` are ignored.
    fn authorize(
        &self,
        http: &poem::Request,
        parameters: super::types::AuthorizationRequest,
    ) -> impl Future<Output = super::responses::AuthorizeResponse> + Send;
    /// Login form: `POST /oauth/login`.
    ///
    /// Takes what the person typed into the login page, with the sealed ticket of the authorization request. A wrong password is answered 403 with the same page.
    fn login(
        &self,
        http: &poem::Request,
        parameters: super::types::LoginForm,
    ) -> impl Future<Output = super::responses::LoginResponse> + Send;
    /// Account form: `POST /oauth/account`.
    ///
    /// Takes the person's answer to `prompt=select_account`, with the sealed ticket of the page that asked. Goes on with the consent page, the login page or a redirect.
    fn account(
        &self,
        http: &poem::Request,
        parameters: super::types::AccountForm,
    ) -> impl Future<Output = super::responses::AccountResponse> + Send;
    /// Consent form: `POST /oauth/consent`.
    ///
    /// Takes the person's decision, with the sealed ticket of the consent page. Answers with a redirect to the client, or with a page where a redirect cannot reach it (private-use schemes, the out-of-band URN).
    fn consent(
        &self,
        http: &poem::Request,
        parameters: super::types::ConsentForm,
    ) -> impl Future<Output = super::responses::ConsentResponse> + Send;
    /// End of a login: `GET /oauth/logout`, `POST /oauth/logout`.
    ///
    /// OpenID Connect RP-Initiated Logout §2. Ends the login of this browser at once where `id_token_hint` is about whoever is logged in, else asks. Goes on to `post_logout_redirect_uri` if the client registered exactly that. An `id_token_hint` that is not ours, or of another client than `client_id`, counts for nothing, and neither does `logout_hint`. What clients were given stays as it is: they give it back at the revocation endpoint.
    fn logout(
        &self,
        http: &poem::Request,
        parameters: super::types::LogoutRequest,
    ) -> impl Future<Output = super::responses::LogoutResponse> + Send;
    /// Logout form: `POST /oauth/logout/confirm`.
    ///
    /// Takes the person's answer to the logout page, with the sealed ticket of that page.
    fn logout_confirm(
        &self,
        http: &poem::Request,
        parameters: super::types::LogoutForm,
    ) -> impl Future<Output = super::responses::LogoutConfirmResponse> + Send;
    /// Test redirect URI: `GET /oauth/callback`.
    ///
    /// Shows what an authorization response carried (RFC 6749 §4.1.2); for trying the flow by hand.
    fn callback(
        &self,
        http: &poem::Request,
        parameters: super::types::CallbackQuery,
    ) -> impl Future<Output = super::responses::CallbackResponse> + Send;
    /// Return from an identity provider: `GET /oauth/callback/{provider}`.
    ///
    /// Where the identity provider of this name sends people back to (RFC 6749 §4.1.2, RFC 9207 §2). It takes an answer that this browser waits for, once and within ten minutes, and goes on with a redirect to the client or with the consent page. Each provider has a place of its own; a form (`response_mode=form_post`) is not taken.
    fn provider_callback(
        &self,
        http: &poem::Request,
        path: String,
        parameters: super::types::ProviderCallbackQuery,
    ) -> impl Future<Output = super::responses::ProviderCallbackResponse> + Send;
    /// Token endpoint: `POST /oauth/token`, `POST /token`.
    ///
    /// RFC 6749 §3.2. Grants `authorization_code` (with PKCE, RFC 7636 §4.5), `refresh_token` and `client_credentials`. Clients authenticate with HTTP Basic, with `client_id` and `client_secret` in the body, or not at all.
    fn token(
        &self,
        http: &poem::Request,
        parameters: super::types::TokenRequest,
    ) -> impl Future<Output = super::responses::TokenResponse> + Send;
    /// Token introspection: `POST /oauth/introspect`.
    ///
    /// RFC 7662 §2. Tells a confidential client what a token is good for: its own tokens, and access tokens for the resources that the configuration lets it ask about (`introspects`). Whatever else is sent is not active, and nothing more is said of it.
    fn introspect(
        &self,
        http: &poem::Request,
        parameters: super::types::PresentedToken,
    ) -> impl Future<Output = super::responses::IntrospectResponse> + Send;
    /// Token revocation: `POST /oauth/revoke`.
    ///
    /// RFC 7009 §2. A refresh token goes with everything that descends from the same consent; an access token goes alone. What is unknown, expired or revoked already is answered like what was revoked now. Served where the ledger can revoke.
    fn revoke(
        &self,
        http: &poem::Request,
        parameters: super::types::PresentedToken,
    ) -> impl Future<Output = super::responses::RevokeResponse> + Send;
    /// Revocation by the operator: `POST /oauth/order`.
    ///
    /// Where `sealbearer revoke` sends what an operator wants revoked: a token, a family, or everything of a person, of a client or at all that is older than an instant. Whoever holds the key ring can seal an order; it is obeyed for five minutes, and sending it again changes nothing. Served where the ledger can revoke.
    fn order(
        &self,
        http: &poem::Request,
        parameters: super::types::OrderRequest,
    ) -> impl Future<Output = super::responses::OrderResponse> + Send;
    /// Client registration: `POST /oauth/register`, `POST /register`.
    ///
    /// RFC 7591 §3. The `client_id` that is returned is the registration itself, sealed; nothing is kept. Unknown members are ignored, `null` counts as absent.
    fn register(
        &self,
        http: &poem::Request,
        body: super::types::ClientMetadata,
    ) -> impl Future<Output = super::responses::RegisterResponse> + Send;
    /// Who the person is: `GET /oauth/userinfo`, `POST /oauth/userinfo`.
    ///
    /// OpenID Connect Core §5.3. Takes every access token of this server that was granted `openid`, whichever resource it is for.
    fn userinfo(
        &self,
        http: &poem::Request,
    ) -> impl Future<Output = super::responses::UserinfoResponse> + Send;
    /// Says what the presented access token grants: `GET /oauth/test`.
    ///
    /// A protected resource for trying an access token by hand (RFC 6750 §2.1).
    fn test(
        &self,
        http: &poem::Request,
    ) -> impl Future<Output = super::responses::TestResponse> + Send;
    /// MCP endpoint, server stream: `GET /mcp`, `POST /mcp`, `DELETE /mcp`, `GET /mcp/`, `POST /mcp/`, `DELETE /mcp/`.
    ///
    /// MCP, streamable HTTP. Opens a stream of messages from the server, where the revision has one.
    fn mcp(
        &self,
        http: &poem::Request,
        body: poem::Body,
    ) -> impl Future<Output = poem::Response> + Send;
    /// The tools of `/mcp` as plain JSON: `GET /mcp/protected/tools`.
    ///
    /// For programs that speak no MCP. What `tools/list` lists, all pages of it, to the same tokens.
    fn protected_tools(
        &self,
        http: &poem::Request,
    ) -> impl Future<Output = poem::Response> + Send;
    /// The resources of `/mcp` as plain JSON: `GET /mcp/protected/resources`.
    ///
    /// For programs that speak no MCP. What `resources/list` lists, all pages of it, to the same tokens.
    fn protected_resources(
        &self,
        http: &poem::Request,
    ) -> impl Future<Output = poem::Response> + Send;
    /// Calls a tool of `/mcp`: `POST /mcp/protected/call/{tool_name}`.
    ///
    /// For programs that speak no MCP. Needs the scopes that `tools/call` needs for this tool.
    fn protected_call(
        &self,
        http: &poem::Request,
        path: String,
        body: poem::Body,
    ) -> impl Future<Output = poem::Response> + Send;
    /// Lives: `GET /healthz`.
    ///
    /// Answers as long as the process can answer; for restarts.
    fn healthz(
        &self,
        http: &poem::Request,
    ) -> impl Future<Output = poem::Response> + Send;
    /// Is ready: `GET /readyz`.
    ///
    /// Answers 503 while draining or while the ledger cannot be reached; for load balancers. Says so, and goes on, while the key ring file is one that cannot be used.
    fn readyz(
        &self,
        http: &poem::Request,
    ) -> impl Future<Output = poem::Response> + Send;
    /// This contract as JSON: `GET /openapi.json`.
    ///
    /// The same content as `/openapi.yaml`.
    fn openapi_json(
        &self,
        http: &poem::Request,
    ) -> impl Future<Output = poem::Response> + Send;
    /// This contract as written: `GET /openapi.yaml`.
    ///
    /// The file the server was generated from.
    fn openapi_yaml(
        &self,
        http: &poem::Request,
    ) -> impl Future<Output = poem::Response> + Send;
    /// Swagger UI: `GET /docs`.
    ///
    /// Reads this contract in the browser; its *Authorize* runs the code flow with PKCE.
    fn docs(&self, http: &poem::Request) -> impl Future<Output = poem::Response> + Send;
    /// Redirect URI of Swagger UI: `GET /docs/oauth-receiver.html`.
    ///
    /// Hands the authorization response to the page that opened it.
    fn docs_receiver(
        &self,
        http: &poem::Request,
    ) -> impl Future<Output = poem::Response> + Send;
    /// The page that tells a person that the request could not be read, and why.
    fn malformed_page(
        &self,
        http: &poem::Request,
        malformed: super::wire::Malformed,
    ) -> String;
}
