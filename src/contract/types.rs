//! What is in requests and responses.
//! Generated from `openapi.yaml` by `make generate`; do not edit.

/// RFC 6749 §4.1.1; all optional here, the protocol judges what is missing.
#[derive(Clone, PartialEq, Default, poem_openapi::Object)]
pub struct AuthorizationRequest {
    /// `code` (RFC 6749 §3.1.1).
    #[oai(skip_serializing_if_is_none)]
    pub response_type: Option<String>,
    /// Who asks (RFC 6749 §2.2).
    #[oai(skip_serializing_if_is_none)]
    pub client_id: Option<String>,
    /// Where the answer goes (RFC 6749 §3.1.2).
    #[oai(skip_serializing_if_is_none)]
    pub redirect_uri: Option<String>,
    /// Scope tokens, separated by spaces (RFC 6749 §3.3).
    #[oai(skip_serializing_if_is_none)]
    pub scope: Option<String>,
    /// Returned as sent (RFC 6749 §4.1.1).
    #[oai(skip_serializing_if_is_none)]
    pub state: Option<String>,
    /// RFC 7636 §4.2.
    #[oai(skip_serializing_if_is_none)]
    pub code_challenge: Option<String>,
    /// `S256` (RFC 7636 §4.3).
    #[oai(skip_serializing_if_is_none)]
    pub code_challenge_method: Option<String>,
    /// Where the token will be used; may repeat (RFC 8707 §2).
    #[oai(default)]
    pub resource: Vec<String>,
    /// `query`.
    #[oai(skip_serializing_if_is_none)]
    pub response_mode: Option<String>,
    /// A request object (RFC 9101 §5.1); refused where not supported.
    #[oai(skip_serializing_if_is_none)]
    pub request: Option<String>,
    /// Where the request object is (RFC 9101 §5.2); refused where not supported.
    #[oai(skip_serializing_if_is_none)]
    pub request_uri: Option<String>,
    /// `none`, or any of `login`, `consent` and `select_account`, separated by spaces; others are ignored (OpenID Connect Core §3.1.2.1).
    #[oai(skip_serializing_if_is_none)]
    pub prompt: Option<String>,
    /// Seconds; after an older login the person logs in again (OpenID Connect Core §3.1.2.1).
    #[oai(skip_serializing_if_is_none)]
    pub max_age: Option<String>,
    /// The user name that the login page begins with (OpenID Connect Core §3.1.2.1).
    #[oai(skip_serializing_if_is_none)]
    pub login_hint: Option<String>,
    /// Returned in the ID token (OpenID Connect Core §3.1.2.1).
    #[oai(skip_serializing_if_is_none)]
    pub nonce: Option<String>,
    /// An ID token of this server, expired or not: whom the request is about (OpenID Connect Core §3.1.2.1).
    #[oai(skip_serializing_if_is_none)]
    pub id_token_hint: Option<String>,
}
/// Without what is secret.
impl std::fmt::Debug for AuthorizationRequest {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("AuthorizationRequest")
            .field("response_type", &self.response_type)
            .field("client_id", &self.client_id)
            .field("redirect_uri", &self.redirect_uri)
            .field("scope", &self.scope)
            .field("state", &self.state)
            .field("code_challenge", &self.code_challenge)
            .field("code_challenge_method", &self.code_challenge_method)
            .field("resource", &self.resource)
            .field("response_mode", &self.response_mode)
            .field("request", &self.request)
            .field("request_uri", &self.request_uri)
            .field("prompt", &self.prompt)
            .field("max_age", &self.max_age)
            .field("login_hint", &self.login_hint)
            .field("nonce", &self.nonce)
            .field(
                "id_token_hint",
                &self.id_token_hint.as_ref().map(|_| super::wire::Hidden),
            )
            .finish()
    }
}
impl super::wire::FromPairs for AuthorizationRequest {
    const NAMES: &'static [&'static str] = &[
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "code_challenge",
        "code_challenge_method",
        "resource",
        "response_mode",
        "request",
        "request_uri",
        "prompt",
        "max_age",
        "login_hint",
        "nonce",
        "id_token_hint",
    ];
    fn from_pairs(
        pairs: &mut super::wire::Pairs,
    ) -> Result<Self, super::wire::Malformed> {
        Ok(Self {
            response_type: pairs.optional("response_type")?,
            client_id: pairs.optional("client_id")?,
            redirect_uri: pairs.optional("redirect_uri")?,
            scope: pairs.optional("scope")?,
            state: pairs.optional("state")?,
            code_challenge: pairs.optional("code_challenge")?,
            code_challenge_method: pairs.optional("code_challenge_method")?,
            resource: pairs.several("resource"),
            response_mode: pairs.optional("response_mode")?,
            request: pairs.optional("request")?,
            request_uri: pairs.optional("request_uri")?,
            prompt: pairs.optional("prompt")?,
            max_age: pairs.optional("max_age")?,
            login_hint: pairs.optional("login_hint")?,
            nonce: pairs.optional("nonce")?,
            id_token_hint: pairs.optional("id_token_hint")?,
        })
    }
}
/// What the login page sends.
#[derive(Clone, PartialEq, Default, poem_openapi::Object)]
pub struct LoginForm {
    /// The sealed authorization request, from the page.
    pub ticket: String,
    /// As typed.
    #[oai(skip_serializing_if_is_none)]
    pub username: Option<String>,
    /// As typed.
    #[oai(skip_serializing_if_is_none)]
    pub password: Option<String>,
    /// The `id` of an identity provider, if its button was pressed instead.
    #[oai(skip_serializing_if_is_none)]
    pub provider: Option<String>,
}
/// Without what is secret.
impl std::fmt::Debug for LoginForm {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("LoginForm")
            .field("ticket", &super::wire::Hidden)
            .field("username", &self.username)
            .field("password", &self.password.as_ref().map(|_| super::wire::Hidden))
            .field("provider", &self.provider)
            .finish()
    }
}
impl super::wire::FromPairs for LoginForm {
    const NAMES: &'static [&'static str] = &[
        "ticket",
        "username",
        "password",
        "provider",
    ];
    fn from_pairs(
        pairs: &mut super::wire::Pairs,
    ) -> Result<Self, super::wire::Malformed> {
        Ok(Self {
            ticket: pairs.required("ticket")?,
            username: pairs.optional("username")?,
            password: pairs.optional("password")?,
            provider: pairs.optional("provider")?,
        })
    }
}
/// What the account page sends.
#[derive(Clone, PartialEq, poem_openapi::Object)]
pub struct AccountForm {
    /// The sealed authorization request, from the page.
    pub ticket: String,
    #[doc = concat!(
        " ", "`keep` is to go on as who is logged in, `switch` to use another account."
    )]
    pub account: Account,
}
/// Without what is secret.
impl std::fmt::Debug for AccountForm {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("AccountForm")
            .field("ticket", &super::wire::Hidden)
            .field("account", &self.account)
            .finish()
    }
}
impl super::wire::FromPairs for AccountForm {
    const NAMES: &'static [&'static str] = &["ticket", "account"];
    fn from_pairs(
        pairs: &mut super::wire::Pairs,
    ) -> Result<Self, super::wire::Malformed> {
        Ok(Self {
            ticket: pairs.required("ticket")?,
            account: pairs.required_listed("account", Account::from_wire)?,
        })
    }
}
/// `keep` is to go on as who is logged in, `switch` to use another account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, poem_openapi::Enum)]
pub enum Account {
    /// `keep`.
    #[oai(rename = "keep")]
    Keep,
    /// `switch`.
    #[oai(rename = "switch")]
    Switch,
}
impl Account {
    /// The value with this spelling.
    #[must_use]
    pub fn from_wire(text: &str) -> Option<Self> {
        match text {
            "keep" => Some(Self::Keep),
            "switch" => Some(Self::Switch),
            _ => None,
        }
    }
}
/// What the consent page sends.
#[derive(Clone, PartialEq, poem_openapi::Object)]
pub struct ConsentForm {
    /// The sealed authorization request and login, from the page.
    pub ticket: String,
    #[doc = concat!(" ", "What the person decided; `switch` is to use another account.")]
    pub decision: Decision,
    /// Sent by a page that offers boxes to tick: then only what `scope` names is allowed, and what cannot be left out. Without it everything the page names is.
    #[oai(skip_serializing_if_is_none)]
    pub choice: Option<String>,
    /// A scope token whose box is ticked.
    #[oai(default)]
    pub scope: Vec<String>,
}
/// Without what is secret.
impl std::fmt::Debug for ConsentForm {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("ConsentForm")
            .field("ticket", &super::wire::Hidden)
            .field("decision", &self.decision)
            .field("choice", &self.choice)
            .field("scope", &self.scope)
            .finish()
    }
}
impl super::wire::FromPairs for ConsentForm {
    const NAMES: &'static [&'static str] = &["ticket", "decision", "choice", "scope"];
    fn from_pairs(
        pairs: &mut super::wire::Pairs,
    ) -> Result<Self, super::wire::Malformed> {
        Ok(Self {
            ticket: pairs.required("ticket")?,
            decision: pairs.required_listed("decision", Decision::from_wire)?,
            choice: pairs.optional("choice")?,
            scope: pairs.several("scope"),
        })
    }
}
/// What the person decided; `switch` is to use another account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, poem_openapi::Enum)]
pub enum Decision {
    /// `allow`.
    #[oai(rename = "allow")]
    Allow,
    /// `deny`.
    #[oai(rename = "deny")]
    Deny,
    /// `switch`.
    #[oai(rename = "switch")]
    Switch,
}
impl Decision {
    /// The value with this spelling.
    #[must_use]
    pub fn from_wire(text: &str) -> Option<Self> {
        match text {
            "allow" => Some(Self::Allow),
            "deny" => Some(Self::Deny),
            "switch" => Some(Self::Switch),
            _ => None,
        }
    }
}
/// OpenID Connect RP-Initiated Logout §2; all optional.
#[derive(Clone, PartialEq, Default, poem_openapi::Object)]
pub struct LogoutRequest {
    /// An ID token of this server, expired or not: whom the request is about (OpenID Connect Core §3.1.2.1).
    #[oai(skip_serializing_if_is_none)]
    pub id_token_hint: Option<String>,
    /// Who asks (RFC 6749 §2.2).
    #[oai(skip_serializing_if_is_none)]
    pub client_id: Option<String>,
    /// Where the browser goes after the logout, exactly as registered (RP-Initiated Logout §2).
    #[oai(skip_serializing_if_is_none)]
    pub post_logout_redirect_uri: Option<String>,
    /// Returned as sent (RFC 6749 §4.1.1).
    #[oai(skip_serializing_if_is_none)]
    pub state: Option<String>,
}
/// Without what is secret.
impl std::fmt::Debug for LogoutRequest {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("LogoutRequest")
            .field(
                "id_token_hint",
                &self.id_token_hint.as_ref().map(|_| super::wire::Hidden),
            )
            .field("client_id", &self.client_id)
            .field("post_logout_redirect_uri", &self.post_logout_redirect_uri)
            .field("state", &self.state)
            .finish()
    }
}
impl super::wire::FromPairs for LogoutRequest {
    const NAMES: &'static [&'static str] = &[
        "id_token_hint",
        "client_id",
        "post_logout_redirect_uri",
        "state",
    ];
    fn from_pairs(
        pairs: &mut super::wire::Pairs,
    ) -> Result<Self, super::wire::Malformed> {
        Ok(Self {
            id_token_hint: pairs.optional("id_token_hint")?,
            client_id: pairs.optional("client_id")?,
            post_logout_redirect_uri: pairs.optional("post_logout_redirect_uri")?,
            state: pairs.optional("state")?,
        })
    }
}
/// What the logout page sends.
#[derive(Clone, PartialEq, poem_openapi::Object)]
pub struct LogoutForm {
    /// The sealed logout request, from the page.
    pub ticket: String,
    #[doc = concat!(" ", "`end` is to log out, `stay` to stay logged in.")]
    pub logout: Logout,
}
/// Without what is secret.
impl std::fmt::Debug for LogoutForm {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("LogoutForm")
            .field("ticket", &super::wire::Hidden)
            .field("logout", &self.logout)
            .finish()
    }
}
impl super::wire::FromPairs for LogoutForm {
    const NAMES: &'static [&'static str] = &["ticket", "logout"];
    fn from_pairs(
        pairs: &mut super::wire::Pairs,
    ) -> Result<Self, super::wire::Malformed> {
        Ok(Self {
            ticket: pairs.required("ticket")?,
            logout: pairs.required_listed("logout", Logout::from_wire)?,
        })
    }
}
/// `end` is to log out, `stay` to stay logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, poem_openapi::Enum)]
pub enum Logout {
    /// `end`.
    #[oai(rename = "end")]
    End,
    /// `stay`.
    #[oai(rename = "stay")]
    Stay,
}
impl Logout {
    /// The value with this spelling.
    #[must_use]
    pub fn from_wire(text: &str) -> Option<Self> {
        match text {
            "end" => Some(Self::End),
            "stay" => Some(Self::Stay),
            _ => None,
        }
    }
}
/// RFC 6749 §4.1.3, §4.4.2, §6; all optional here, the protocol judges what is missing.
#[derive(Clone, PartialEq, Default, poem_openapi::Object)]
pub struct TokenRequest {
    /// `authorization_code`, `refresh_token` or `client_credentials`.
    #[oai(skip_serializing_if_is_none)]
    pub grant_type: Option<String>,
    /// The authorization code (RFC 6749 §4.1.3).
    #[oai(skip_serializing_if_is_none)]
    pub code: Option<String>,
    /// As in the authorization request, where it was sent.
    #[oai(skip_serializing_if_is_none)]
    pub redirect_uri: Option<String>,
    /// RFC 7636 §4.1.
    #[oai(skip_serializing_if_is_none)]
    pub code_verifier: Option<String>,
    /// RFC 6749 §2.2.
    #[oai(skip_serializing_if_is_none)]
    pub client_id: Option<String>,
    /// RFC 6749 §2.3.1.
    #[oai(skip_serializing_if_is_none)]
    pub client_secret: Option<String>,
    /// RFC 6749 §6.
    #[oai(skip_serializing_if_is_none)]
    pub refresh_token: Option<String>,
    /// Scope tokens, separated by spaces (RFC 6749 §3.3).
    #[oai(skip_serializing_if_is_none)]
    pub scope: Option<String>,
    /// Where the token will be used; may repeat (RFC 8707 §2.2).
    #[oai(default)]
    pub resource: Vec<String>,
    /// RFC 7521 §4.2.
    #[oai(skip_serializing_if_is_none)]
    pub client_assertion: Option<String>,
    /// RFC 7521 §4.2.
    #[oai(skip_serializing_if_is_none)]
    pub client_assertion_type: Option<String>,
}
/// Without what is secret.
impl std::fmt::Debug for TokenRequest {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("TokenRequest")
            .field("grant_type", &self.grant_type)
            .field("code", &self.code.as_ref().map(|_| super::wire::Hidden))
            .field("redirect_uri", &self.redirect_uri)
            .field(
                "code_verifier",
                &self.code_verifier.as_ref().map(|_| super::wire::Hidden),
            )
            .field("client_id", &self.client_id)
            .field(
                "client_secret",
                &self.client_secret.as_ref().map(|_| super::wire::Hidden),
            )
            .field(
                "refresh_token",
                &self.refresh_token.as_ref().map(|_| super::wire::Hidden),
            )
            .field("scope", &self.scope)
            .field("resource", &self.resource)
            .field(
                "client_assertion",
                &self.client_assertion.as_ref().map(|_| super::wire::Hidden),
            )
            .field("client_assertion_type", &self.client_assertion_type)
            .finish()
    }
}
impl super::wire::FromPairs for TokenRequest {
    const NAMES: &'static [&'static str] = &[
        "grant_type",
        "code",
        "redirect_uri",
        "code_verifier",
        "client_id",
        "client_secret",
        "refresh_token",
        "scope",
        "resource",
        "client_assertion",
        "client_assertion_type",
    ];
    fn from_pairs(
        pairs: &mut super::wire::Pairs,
    ) -> Result<Self, super::wire::Malformed> {
        Ok(Self {
            grant_type: pairs.optional("grant_type")?,
            code: pairs.optional("code")?,
            redirect_uri: pairs.optional("redirect_uri")?,
            code_verifier: pairs.optional("code_verifier")?,
            client_id: pairs.optional("client_id")?,
            client_secret: pairs.optional("client_secret")?,
            refresh_token: pairs.optional("refresh_token")?,
            scope: pairs.optional("scope")?,
            resource: pairs.several("resource"),
            client_assertion: pairs.optional("client_assertion")?,
            client_assertion_type: pairs.optional("client_assertion_type")?,
        })
    }
}
/// RFC 6749 §5.1.
#[derive(Clone, PartialEq, Default, poem_openapi::Object)]
pub struct TokenResult {
    /// Opaque to the client.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: String,
    /// Seconds.
    pub expires_in: u64,
    /// Opaque to the client.
    #[oai(skip_serializing_if_is_none)]
    pub refresh_token: Option<String>,
    /// What was granted (RFC 6749 §3.3).
    pub scope: String,
    /// Who logged in; where the scope `openid` was granted (OpenID Connect Core §3.1.3.3).
    #[oai(skip_serializing_if_is_none)]
    pub id_token: Option<String>,
}
/// Without what is secret.
impl std::fmt::Debug for TokenResult {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("TokenResult")
            .field("access_token", &super::wire::Hidden)
            .field("token_type", &self.token_type)
            .field("expires_in", &self.expires_in)
            .field(
                "refresh_token",
                &self.refresh_token.as_ref().map(|_| super::wire::Hidden),
            )
            .field("scope", &self.scope)
            .field("id_token", &self.id_token)
            .finish()
    }
}
/// OpenID Connect Core §5.3.2; members by scope.
#[derive(Clone, PartialEq, Debug, Default, poem_openapi::Object)]
pub struct UserInfo {
    /// The person; as in the ID token.
    pub sub: String,
    /// What they are called; scope `profile`.
    #[oai(skip_serializing_if_is_none)]
    pub name: Option<String>,
    /// What they log in with; scope `profile`.
    #[oai(skip_serializing_if_is_none)]
    pub preferred_username: Option<String>,
    /// Their address; scope `email`.
    #[oai(skip_serializing_if_is_none)]
    pub email: Option<String>,
}
/// RFC 7009 §2.1, RFC 7662 §2.1; all optional here, the protocol judges what is missing.
#[derive(Clone, PartialEq, Default, poem_openapi::Object)]
pub struct PresentedToken {
    /// The token in question.
    #[oai(skip_serializing_if_is_none)]
    pub token: Option<String>,
    /// `access_token` or `refresh_token`; not needed, and anything else is ignored.
    #[oai(skip_serializing_if_is_none)]
    pub token_type_hint: Option<String>,
    /// RFC 6749 §2.2.
    #[oai(skip_serializing_if_is_none)]
    pub client_id: Option<String>,
    /// RFC 6749 §2.3.1.
    #[oai(skip_serializing_if_is_none)]
    pub client_secret: Option<String>,
    /// RFC 7521 §4.2.
    #[oai(skip_serializing_if_is_none)]
    pub client_assertion: Option<String>,
    /// RFC 7521 §4.2.
    #[oai(skip_serializing_if_is_none)]
    pub client_assertion_type: Option<String>,
}
/// Without what is secret.
impl std::fmt::Debug for PresentedToken {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("PresentedToken")
            .field("token", &self.token)
            .field("token_type_hint", &self.token_type_hint)
            .field("client_id", &self.client_id)
            .field(
                "client_secret",
                &self.client_secret.as_ref().map(|_| super::wire::Hidden),
            )
            .field(
                "client_assertion",
                &self.client_assertion.as_ref().map(|_| super::wire::Hidden),
            )
            .field("client_assertion_type", &self.client_assertion_type)
            .finish()
    }
}
impl super::wire::FromPairs for PresentedToken {
    const NAMES: &'static [&'static str] = &[
        "token",
        "token_type_hint",
        "client_id",
        "client_secret",
        "client_assertion",
        "client_assertion_type",
    ];
    fn from_pairs(
        pairs: &mut super::wire::Pairs,
    ) -> Result<Self, super::wire::Malformed> {
        Ok(Self {
            token: pairs.optional("token")?,
            token_type_hint: pairs.optional("token_type_hint")?,
            client_id: pairs.optional("client_id")?,
            client_secret: pairs.optional("client_secret")?,
            client_assertion: pairs.optional("client_assertion")?,
            client_assertion_type: pairs.optional("client_assertion_type")?,
        })
    }
}
/// RFC 7662 §2.2; an answer that is not active has no other member.
#[derive(Clone, PartialEq, Debug, Default, poem_openapi::Object)]
pub struct Introspection {
    /// Whether the token is good for anything now.
    pub active: bool,
    /// What it allows (RFC 6749 §3.3).
    #[oai(skip_serializing_if_is_none)]
    pub scope: Option<String>,
    /// Who may use it, where the caller is that client or the operator configured it. Other ids are not in the token.
    #[oai(skip_serializing_if_is_none)]
    pub client_id: Option<String>,
    /// Tells clients apart: the first 16 bytes of the SHA-256 of the `client_id`, base64url.
    #[oai(skip_serializing_if_is_none)]
    pub client_thumbprint: Option<String>,
    /// The login name of the person it speaks for.
    #[oai(skip_serializing_if_is_none)]
    pub username: Option<String>,
    /// `Bearer`; absent for a refresh token.
    #[oai(skip_serializing_if_is_none)]
    pub token_type: Option<String>,
    /// Seconds since 1970 until which it is good.
    #[oai(skip_serializing_if_is_none)]
    pub exp: Option<u64>,
    /// Seconds since 1970 when it was issued.
    #[oai(skip_serializing_if_is_none)]
    pub iat: Option<u64>,
    /// Whom it speaks for, as in the token.
    #[oai(skip_serializing_if_is_none)]
    pub sub: Option<String>,
    /// Where it is good (RFC 8707 §2).
    #[oai(skip_serializing_if_is_none)]
    pub aud: Option<String>,
    /// Who issued it.
    #[oai(skip_serializing_if_is_none)]
    pub iss: Option<String>,
    /// Its name; absent for a refresh token.
    #[oai(skip_serializing_if_is_none)]
    pub jti: Option<String>,
}
/// What `sealbearer revoke` sends.
#[derive(Clone, PartialEq, Debug, Default, poem_openapi::Object)]
pub struct OrderRequest {
    /// The order, sealed with the key ring.
    #[oai(skip_serializing_if_is_none)]
    pub order: Option<String>,
}
impl super::wire::FromPairs for OrderRequest {
    const NAMES: &'static [&'static str] = &["order"];
    fn from_pairs(
        pairs: &mut super::wire::Pairs,
    ) -> Result<Self, super::wire::Malformed> {
        Ok(Self {
            order: pairs.optional("order")?,
        })
    }
}
/// How far a revocation reaches.
#[derive(Clone, PartialEq, Debug, Default, poem_openapi::Object)]
pub struct OrderResult {
    /// The kind of the ledger that remembers it.
    pub ledger: String,
    /// Whether every node knows of it, or only the one that answers.
    pub every_node: bool,
    /// Whether it is remembered after a restart.
    pub survives_restart: bool,
}
/// RFC 6749 §5.2.
#[derive(Clone, PartialEq, Debug, Default, poem_openapi::Object)]
pub struct OAuthError {
    /// The error code.
    pub error: String,
    /// The error in words, for the developer of the client.
    #[oai(skip_serializing_if_is_none)]
    pub error_description: Option<String>,
}
/// RFC 6750 §3.1, with what the challenge says for clients that show the body to the person.
#[derive(Clone, PartialEq, Debug, Default, poem_openapi::Object)]
pub struct InsufficientScopeError {
    /// `insufficient_scope`, or `forbidden`.
    pub error: String,
    /// The error in words, for the developer of the client.
    #[oai(skip_serializing_if_is_none)]
    pub error_description: Option<String>,
    /// All scopes that the operation needs.
    #[oai(skip_serializing_if_is_none)]
    pub scope: Option<String>,
}
/// RFC 7591 §2; unknown members are ignored.
#[derive(Clone, PartialEq, Debug, Default, poem_openapi::Object)]
pub struct ClientMetadata {
    /// RFC 6749 §3.1.2.
    #[oai(skip_serializing_if_is_none)]
    pub redirect_uris: Option<Vec<String>>,
    /// `none`, `client_secret_basic`, `client_secret_post` or `private_key_jwt`.
    #[oai(skip_serializing_if_is_none)]
    pub token_endpoint_auth_method: Option<String>,
    /// RFC 7591 §2.
    #[oai(skip_serializing_if_is_none)]
    pub grant_types: Option<Vec<String>>,
    /// RFC 7591 §2.
    #[oai(skip_serializing_if_is_none)]
    pub response_types: Option<Vec<String>>,
    /// Shown to the person.
    #[oai(skip_serializing_if_is_none)]
    pub client_name: Option<String>,
    /// A page about the client.
    #[oai(skip_serializing_if_is_none)]
    pub client_uri: Option<String>,
    /// A picture of the client.
    #[oai(skip_serializing_if_is_none)]
    pub logo_uri: Option<String>,
    /// Scope tokens, separated by spaces.
    #[oai(skip_serializing_if_is_none)]
    pub scope: Option<String>,
    /// How to reach the people behind the client.
    #[oai(skip_serializing_if_is_none)]
    pub contacts: Option<Vec<String>>,
    /// Terms of service.
    #[oai(skip_serializing_if_is_none)]
    pub tos_uri: Option<String>,
    /// How data are treated.
    #[oai(skip_serializing_if_is_none)]
    pub policy_uri: Option<String>,
    /// Where the keys of the client are.
    #[oai(skip_serializing_if_is_none)]
    pub jwks_uri: Option<String>,
    /// The keys of the client (RFC 7517 §5).
    #[oai(skip_serializing_if_is_none)]
    pub jwks: Option<std::collections::BTreeMap<String, serde_json::Value>>,
    /// The same for every installation.
    #[oai(skip_serializing_if_is_none)]
    pub software_id: Option<String>,
    /// Of the client software.
    #[oai(skip_serializing_if_is_none)]
    pub software_version: Option<String>,
    /// RFC 7591 §2.3.
    #[oai(skip_serializing_if_is_none)]
    pub software_statement: Option<String>,
    /// `native` or `web` (OpenID Connect Registration §2).
    #[oai(skip_serializing_if_is_none)]
    pub application_type: Option<String>,
    /// Where a browser may go after a logout (OpenID Connect RP-Initiated Logout §3.1).
    #[oai(skip_serializing_if_is_none)]
    pub post_logout_redirect_uris: Option<Vec<String>>,
}
impl super::wire::FromMembers for ClientMetadata {
    fn from_members(
        members: &mut super::wire::Members,
    ) -> Result<Self, super::wire::Malformed> {
        Ok(Self {
            redirect_uris: members.optional("redirect_uris", super::wire::texts)?,
            token_endpoint_auth_method: members
                .optional("token_endpoint_auth_method", super::wire::text)?,
            grant_types: members.optional("grant_types", super::wire::texts)?,
            response_types: members.optional("response_types", super::wire::texts)?,
            client_name: members.optional("client_name", super::wire::text)?,
            client_uri: members.optional("client_uri", super::wire::text)?,
            logo_uri: members.optional("logo_uri", super::wire::text)?,
            scope: members.optional("scope", super::wire::text)?,
            contacts: members.optional("contacts", super::wire::texts)?,
            tos_uri: members.optional("tos_uri", super::wire::text)?,
            policy_uri: members.optional("policy_uri", super::wire::text)?,
            jwks_uri: members.optional("jwks_uri", super::wire::text)?,
            jwks: members.optional("jwks", super::wire::object)?,
            software_id: members.optional("software_id", super::wire::text)?,
            software_version: members.optional("software_version", super::wire::text)?,
            software_statement: members
                .optional("software_statement", super::wire::text)?,
            application_type: members.optional("application_type", super::wire::text)?,
            post_logout_redirect_uris: members
                .optional("post_logout_redirect_uris", super::wire::texts)?,
        })
    }
}
/// RFC 7591 §3.2.1; what is absent is not sent.
#[derive(Clone, PartialEq, Default, poem_openapi::Object)]
pub struct ClientInformation {
    /// The registration itself, sealed.
    pub client_id: String,
    /// For confidential clients.
    #[oai(skip_serializing_if_is_none)]
    pub client_secret: Option<String>,
    /// Seconds since 1970.
    #[oai(skip_serializing_if_is_none)]
    pub client_id_issued_at: Option<u64>,
    /// 0 is never (RFC 7591 §3.2.1).
    #[oai(skip_serializing_if_is_none)]
    pub client_secret_expires_at: Option<u64>,
    /// RFC 6749 §3.1.2.
    #[oai(skip_serializing_if_is_none)]
    pub redirect_uris: Option<Vec<String>>,
    /// `none`, `client_secret_basic`, `client_secret_post` or `private_key_jwt`.
    #[oai(skip_serializing_if_is_none)]
    pub token_endpoint_auth_method: Option<String>,
    /// RFC 7591 §2.
    #[oai(skip_serializing_if_is_none)]
    pub grant_types: Option<Vec<String>>,
    /// RFC 7591 §2.
    #[oai(skip_serializing_if_is_none)]
    pub response_types: Option<Vec<String>>,
    /// Shown to the person.
    #[oai(skip_serializing_if_is_none)]
    pub client_name: Option<String>,
    /// A page about the client.
    #[oai(skip_serializing_if_is_none)]
    pub client_uri: Option<String>,
    /// A picture of the client.
    #[oai(skip_serializing_if_is_none)]
    pub logo_uri: Option<String>,
    /// Scope tokens, separated by spaces.
    #[oai(skip_serializing_if_is_none)]
    pub scope: Option<String>,
    /// How to reach the people behind the client.
    #[oai(skip_serializing_if_is_none)]
    pub contacts: Option<Vec<String>>,
    /// Terms of service.
    #[oai(skip_serializing_if_is_none)]
    pub tos_uri: Option<String>,
    /// How data are treated.
    #[oai(skip_serializing_if_is_none)]
    pub policy_uri: Option<String>,
    /// Where the keys of the client are.
    #[oai(skip_serializing_if_is_none)]
    pub jwks_uri: Option<String>,
    /// The keys of the client (RFC 7517 §5).
    #[oai(skip_serializing_if_is_none)]
    pub jwks: Option<std::collections::BTreeMap<String, serde_json::Value>>,
    /// The same for every installation.
    #[oai(skip_serializing_if_is_none)]
    pub software_id: Option<String>,
    /// Of the client software.
    #[oai(skip_serializing_if_is_none)]
    pub software_version: Option<String>,
    /// RFC 7591 §2.3.
    #[oai(skip_serializing_if_is_none)]
    pub software_statement: Option<String>,
    /// `native` or `web` (OpenID Connect Registration §2).
    #[oai(skip_serializing_if_is_none)]
    pub application_type: Option<String>,
    /// Where a browser may go after a logout (OpenID Connect RP-Initiated Logout §3.1).
    #[oai(skip_serializing_if_is_none)]
    pub post_logout_redirect_uris: Option<Vec<String>>,
}
/// Without what is secret.
impl std::fmt::Debug for ClientInformation {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("ClientInformation")
            .field("client_id", &self.client_id)
            .field(
                "client_secret",
                &self.client_secret.as_ref().map(|_| super::wire::Hidden),
            )
            .field("client_id_issued_at", &self.client_id_issued_at)
            .field("client_secret_expires_at", &self.client_secret_expires_at)
            .field("redirect_uris", &self.redirect_uris)
            .field("token_endpoint_auth_method", &self.token_endpoint_auth_method)
            .field("grant_types", &self.grant_types)
            .field("response_types", &self.response_types)
            .field("client_name", &self.client_name)
            .field("client_uri", &self.client_uri)
            .field("logo_uri", &self.logo_uri)
            .field("scope", &self.scope)
            .field("contacts", &self.contacts)
            .field("tos_uri", &self.tos_uri)
            .field("policy_uri", &self.policy_uri)
            .field("jwks_uri", &self.jwks_uri)
            .field("jwks", &self.jwks)
            .field("software_id", &self.software_id)
            .field("software_version", &self.software_version)
            .field("software_statement", &self.software_statement)
            .field("application_type", &self.application_type)
            .field("post_logout_redirect_uris", &self.post_logout_redirect_uris)
            .finish()
    }
}
/// What an access token grants here.
#[derive(Clone, PartialEq, Debug, Default, poem_openapi::Object)]
pub struct GrantedAccess {
    /// Who allowed it.
    pub subject: String,
    /// Who may use it.
    pub client_id: String,
    /// What it allows (RFC 6749 §3.3).
    pub scope: String,
    /// Where it is good (RFC 8707 §2).
    pub audience: String,
    /// Seconds since 1970.
    pub expires_at: u64,
}
/// RFC 8414 §2; members only for what is on.
#[derive(Clone, PartialEq, Debug, Default, poem_openapi::Object)]
pub struct AuthorizationServerMetadata {
    /// RFC 8414 §2.
    pub issuer: String,
    /// RFC 6749 §3.1.
    pub authorization_endpoint: String,
    /// RFC 6749 §3.2.
    pub token_endpoint: String,
    /// RFC 7591 §3.
    #[oai(skip_serializing_if_is_none)]
    pub registration_endpoint: Option<String>,
    /// RFC 7009 §2.
    #[oai(skip_serializing_if_is_none)]
    pub revocation_endpoint: Option<String>,
    /// RFC 7662 §2.
    #[oai(skip_serializing_if_is_none)]
    pub introspection_endpoint: Option<String>,
    /// OpenID Connect Core §5.3.
    #[oai(skip_serializing_if_is_none)]
    pub userinfo_endpoint: Option<String>,
    /// OpenID Connect RP-Initiated Logout §2.1.
    #[oai(skip_serializing_if_is_none)]
    pub end_session_endpoint: Option<String>,
    /// RFC 7517 §5.
    #[oai(skip_serializing_if_is_none)]
    pub jwks_uri: Option<String>,
    /// RFC 6749 §3.3.
    #[oai(skip_serializing_if_is_none)]
    pub scopes_supported: Option<Vec<String>>,
    /// `code`.
    pub response_types_supported: Vec<String>,
    /// `query`.
    #[oai(skip_serializing_if_is_none)]
    pub response_modes_supported: Option<Vec<String>>,
    /// RFC 8414 §2.
    #[oai(skip_serializing_if_is_none)]
    pub grant_types_supported: Option<Vec<String>>,
    /// RFC 8414 §2.
    #[oai(skip_serializing_if_is_none)]
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// What client assertions may be signed with (RFC 8414 §2).
    #[oai(skip_serializing_if_is_none)]
    pub token_endpoint_auth_signing_alg_values_supported: Option<Vec<String>>,
    /// `S256` (RFC 7636 §4.3).
    #[oai(skip_serializing_if_is_none)]
    pub code_challenge_methods_supported: Option<Vec<String>>,
    /// OpenID Connect Discovery §3.
    #[oai(skip_serializing_if_is_none)]
    pub claims_supported: Option<Vec<String>>,
    /// OpenID Connect Prompt Create §4.2.
    #[oai(skip_serializing_if_is_none)]
    pub prompt_values_supported: Option<Vec<String>>,
    /// OpenID Connect Discovery §3.
    #[oai(skip_serializing_if_is_none)]
    pub request_uri_parameter_supported: Option<bool>,
    /// OpenID Connect Discovery §3.
    #[oai(skip_serializing_if_is_none)]
    pub subject_types_supported: Option<Vec<String>>,
    /// OpenID Connect Discovery §3.
    #[oai(skip_serializing_if_is_none)]
    pub id_token_signing_alg_values_supported: Option<Vec<String>>,
    /// A page for developers.
    #[oai(skip_serializing_if_is_none)]
    pub service_documentation: Option<String>,
    /// RFC 9207 §3.
    #[oai(skip_serializing_if_is_none)]
    pub authorization_response_iss_parameter_supported: Option<bool>,
    /// Client ID metadata documents.
    #[oai(skip_serializing_if_is_none)]
    pub client_id_metadata_document_supported: Option<bool>,
}
/// RFC 9728 §2.
#[derive(Clone, PartialEq, Debug, Default, poem_openapi::Object)]
pub struct ProtectedResourceMetadata {
    /// The canonical resource.
    pub resource: String,
    /// Shown to the person.
    #[oai(skip_serializing_if_is_none)]
    pub resource_name: Option<String>,
    /// A page for developers.
    #[oai(skip_serializing_if_is_none)]
    pub resource_documentation: Option<String>,
    /// Issuers.
    pub authorization_servers: Vec<String>,
    /// RFC 6749 §3.3.
    #[oai(skip_serializing_if_is_none)]
    pub scopes_supported: Option<Vec<String>>,
    /// `header` (RFC 6750 §2.1).
    #[oai(skip_serializing_if_is_none)]
    pub bearer_methods_supported: Option<Vec<String>>,
    /// Algorithms of proofs of possession (RFC 9728 §2, RFC 9449 §5.1); only where they are understood.
    #[oai(skip_serializing_if_is_none)]
    pub dpop_signing_alg_values_supported: Option<Vec<String>>,
    /// Whether a proof of possession must come with every token (RFC 9728 §2).
    #[oai(skip_serializing_if_is_none)]
    pub dpop_bound_access_tokens_required: Option<bool>,
    /// RFC 7517 §5.
    #[oai(skip_serializing_if_is_none)]
    pub jwks_uri: Option<String>,
}
/// RFC 7517 §5.
#[derive(Clone, PartialEq, Debug, Default, poem_openapi::Object)]
pub struct JwkSet {
    /// Public keys only.
    pub keys: Vec<std::collections::BTreeMap<String, serde_json::Value>>,
}
/// What a node says of itself.
#[derive(Clone, PartialEq, Debug, Default, poem_openapi::Object)]
pub struct Health {
    /// `ok`, or why not.
    pub status: String,
    /// A fingerprint of keys and configuration, at `/readyz`; nodes of one deployment say the same.
    #[oai(skip_serializing_if_is_none)]
    pub configuration: Option<String>,
}
/// What is read from the query.
#[derive(Clone, PartialEq, Default)]
pub struct CallbackQuery {
    /// The authorization code.
    pub code: Option<String>,
    /// What the client sent as `state`.
    pub state: Option<String>,
    /// The issuer that answered (RFC 9207 §2).
    pub iss: Option<String>,
    /// The error code (RFC 6749 §4.1.2.1).
    pub error: Option<String>,
    /// The error in words, for the developer of the client.
    pub error_description: Option<String>,
}
/// Without what is secret.
impl std::fmt::Debug for CallbackQuery {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("CallbackQuery")
            .field("code", &self.code.as_ref().map(|_| super::wire::Hidden))
            .field("state", &self.state)
            .field("iss", &self.iss)
            .field("error", &self.error)
            .field("error_description", &self.error_description)
            .finish()
    }
}
impl super::wire::FromPairs for CallbackQuery {
    const NAMES: &'static [&'static str] = &[
        "code",
        "state",
        "iss",
        "error",
        "error_description",
    ];
    fn from_pairs(
        pairs: &mut super::wire::Pairs,
    ) -> Result<Self, super::wire::Malformed> {
        Ok(Self {
            code: pairs.optional("code")?,
            state: pairs.optional("state")?,
            iss: pairs.optional("iss")?,
            error: pairs.optional("error")?,
            error_description: pairs.optional("error_description")?,
        })
    }
}
/// What is read from the query.
#[derive(Clone, PartialEq, Default)]
pub struct ProviderCallbackQuery {
    /// The provider's authorization code.
    pub code: Option<String>,
    /// What the browser left with.
    pub state: Option<String>,
    /// The provider that answered (RFC 9207 §2).
    pub iss: Option<String>,
    /// The error code (RFC 6749 §4.1.2.1).
    pub error: Option<String>,
    /// The error in the provider's words; never shown.
    pub error_description: Option<String>,
}
/// Without what is secret.
impl std::fmt::Debug for ProviderCallbackQuery {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("ProviderCallbackQuery")
            .field("code", &self.code.as_ref().map(|_| super::wire::Hidden))
            .field("state", &self.state)
            .field("iss", &self.iss)
            .field("error", &self.error)
            .field("error_description", &self.error_description)
            .finish()
    }
}
impl super::wire::FromPairs for ProviderCallbackQuery {
    const NAMES: &'static [&'static str] = &[
        "code",
        "state",
        "iss",
        "error",
        "error_description",
    ];
    fn from_pairs(
        pairs: &mut super::wire::Pairs,
    ) -> Result<Self, super::wire::Malformed> {
        Ok(Self {
            code: pairs.optional("code")?,
            state: pairs.optional("state")?,
            iss: pairs.optional("iss")?,
            error: pairs.optional("error")?,
            error_description: pairs.optional("error_description")?,
        })
    }
}
