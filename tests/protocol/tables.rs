//! Tables a reviewer should read whenever they change.

use std::collections::BTreeSet;

use protocol::flow::refusal::{RefusalReason, Rejection};
use protocol::grant::GrantError;
use protocol::introspection::IntrospectionError;
use protocol::oauth::error::ErrorCode;
use protocol::registration::dynamic::RegistrationError;
use protocol::revocation::{OrderError, RevocationError};

/// Why a token request fails, and what the client hears (RFC 6749 §5.2).
#[test]
fn every_reason_of_the_token_endpoint() {
    let lines = GrantError::ALL.map(|reason| {
        format!("{reason:?} -> {}: {}", reason.code().as_str(), reason.description())
    });
    insta::assert_snapshot!(lines.join("\n"), @"
    Malformed -> invalid_request: a parameter is repeated or cannot be read
    GrantTypeMissing -> invalid_request: grant_type is missing
    GrantTypeUnsupported -> unsupported_grant_type: this grant_type is not supported; see grant_types_supported
    GrantTypeNotAllowed -> unauthorized_client: this client is not registered for this grant_type
    ClientMissing -> invalid_request: client_id is missing
    ClientTwice -> invalid_request: authenticate the client in one way only, under one client_id
    AssertionType -> invalid_request: client_assertion needs client_assertion_type urn:ietf:params:oauth:client-assertion-type:jwt-bearer
    ClientUnreadable -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    ClientUnknown -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    ClientNotAuthenticated(SecretMissing) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    ClientNotAuthenticated(SecretWrong) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    ClientNotAuthenticated(SecretUnexpected) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    ClientNotAuthenticated(AssertionMissing) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    ClientNotAuthenticated(AssertionUnexpected) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    ClientNotAuthenticated(Assertion(Unreadable)) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    ClientNotAuthenticated(Assertion(KeysUnusable)) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    ClientNotAuthenticated(Assertion(Signature)) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    ClientNotAuthenticated(Assertion(Subject)) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    ClientNotAuthenticated(Assertion(Issuer)) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    ClientNotAuthenticated(Assertion(Audience)) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    ClientNotAuthenticated(Assertion(EndMissing)) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    ClientNotAuthenticated(Assertion(Expired)) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    ClientNotAuthenticated(Assertion(Early)) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    ClientNotAuthenticated(Assertion(TooLong)) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    ClientNotAuthenticated(Assertion(Id)) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    ClientNotAuthenticated(Assertion(Replayed)) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    CodeMissing -> invalid_request: code is missing
    CodeUnreadable -> invalid_grant: the code or refresh token is expired, used, revoked, or was issued for another request; authorize again
    CodeExpired -> invalid_grant: the code or refresh token is expired, used, revoked, or was issued for another request; authorize again
    CodeReplayed -> invalid_grant: the code or refresh token is expired, used, revoked, or was issued for another request; authorize again
    ClientMismatch -> invalid_grant: the code or refresh token is expired, used, revoked, or was issued for another request; authorize again
    RedirectUriMismatch -> invalid_grant: the code or refresh token is expired, used, revoked, or was issued for another request; authorize again
    VerifierMissing -> invalid_grant: the code or refresh token is expired, used, revoked, or was issued for another request; authorize again
    VerifierUnexpected -> invalid_grant: the code or refresh token is expired, used, revoked, or was issued for another request; authorize again
    VerifierMalformed -> invalid_request: code_verifier must be 43 to 128 unreserved characters
    VerifierMismatch -> invalid_grant: the code or refresh token is expired, used, revoked, or was issued for another request; authorize again
    RefreshMissing -> invalid_request: refresh_token is missing
    RefreshUnreadable -> invalid_grant: the code or refresh token is expired, used, revoked, or was issued for another request; authorize again
    RefreshExpired -> invalid_grant: the code or refresh token is expired, used, revoked, or was issued for another request; authorize again
    RefreshReused -> invalid_grant: the code or refresh token is expired, used, revoked, or was issued for another request; authorize again
    FamilyRevoked -> invalid_grant: the code or refresh token is expired, used, revoked, or was issued for another request; authorize again
    FamilyUnknown -> invalid_grant: the code or refresh token is expired, used, revoked, or was issued for another request; authorize again
    SubjectGone -> invalid_grant: the code or refresh token is expired, used, revoked, or was issued for another request; authorize again
    BondMissing -> invalid_grant: the code or refresh token is expired, used, revoked, or was issued for another request; authorize again
    NotVouchedFor -> invalid_grant: the code or refresh token is expired, used, revoked, or was issued for another request; authorize again
    ProviderUnavailable -> temporarily_unavailable: the identity provider does not answer; try again
    RevokedBefore -> invalid_grant: the code or refresh token is expired, used, revoked, or was issued for another request; authorize again
    ScopeMalformed -> invalid_scope: scope has a character that scopes cannot have, or is too long
    ScopeNotGranted -> invalid_scope: scope exceeds what was granted; authorize again to get more
    Target(Malformed) -> invalid_target: resource must be an absolute URI without a fragment
    Target(Unknown) -> invalid_target: resource is not protected by this server; see the protected resource metadata
    Target(Missing) -> invalid_target: resource is missing, and this server protects more than one
    Target(Several) -> invalid_target: ask for one resource at a time
    ResourceNotGranted -> invalid_target: resource differs from the one that was granted; authorize again for another
    LedgerUnavailable -> temporarily_unavailable: the ledger does not answer; try again
    ClientUnavailable -> temporarily_unavailable: the client metadata document cannot be fetched at the moment; try again
    KeysUnavailable -> temporarily_unavailable: the keys of the client cannot be fetched at the moment; try again
    Busy -> temporarily_unavailable: more clients authenticate than can be checked at once; try again
    ");
    assert!(GrantError::ALL.iter().all(|reason| reason.to_string() == reason.description()));
}

/// Why an authorization request is refused, and what the client hears (RFC 6749 §4.1.2.1).
#[test]
fn every_reason_of_the_authorization_endpoint() {
    let lines = RefusalReason::ALL.map(|reason| {
        format!("{reason:?} -> {}: {}", reason.code().as_str(), reason.description())
    });
    insta::assert_snapshot!(lines.join("\n"), @"
    ResponseTypeMissing -> invalid_request: response_type is missing; send response_type=code
    ResponseTypeUnsupported -> unsupported_response_type: only response_type=code is supported
    ResponseModeUnsupported -> invalid_request: only response_mode=query is supported
    GrantTypeNotAllowed -> unauthorized_client: this client is not registered for the authorization_code grant
    RequestObject -> request_not_supported: request objects are not supported
    RequestUri -> request_uri_not_supported: request_uri is not supported
    ChallengeMissing -> invalid_request: code_challenge is missing; PKCE is required (was the address cut off?)
    ChallengeMalformed -> invalid_request: code_challenge must be 43 base64url characters without padding
    PlainChallengeMalformed -> invalid_request: code_challenge of the method plain must be 43 to 128 unreserved characters
    ChallengeMethodUnsupported -> invalid_request: code_challenge_method must be S256; without it, plain would be meant (was the address cut off?)
    ScopeMalformed -> invalid_scope: scope has a character that scopes cannot have, or is too long
    Target(Malformed) -> invalid_target: resource must be an absolute URI without a fragment
    Target(Unknown) -> invalid_target: resource is not protected by this server; see the protected resource metadata
    Target(Missing) -> invalid_target: resource is missing, and this server protects more than one
    Target(Several) -> invalid_target: ask for one resource at a time
    PromptContradictory -> invalid_request: prompt=none cannot stand beside another value
    MaxAgeMalformed -> invalid_request: max_age must be a whole number of seconds
    NonceMalformed -> invalid_request: nonce can have 256 characters of printable ASCII at most
    HintUnusable -> invalid_request: id_token_hint is no ID token that this server issued to this client
    LoginRequired -> login_required: nobody is logged in, or not recently enough; ask again without prompt=none
    ConsentRequired -> consent_required: the person must be asked; ask again without prompt=none
    AnotherPerson -> login_required: somebody else logged in than the person of id_token_hint
    Denied -> access_denied: the request was denied
    NothingToAllow -> access_denied: the person who logged in cannot allow any of the scope
    LoginNotProven -> login_required: the identity provider does not say that the person logged in as recently as asked
    NotIdentified -> access_denied: the identity provider did not say who the person is
    ");
}

/// Why an introspection request is refused, and what the caller hears (RFC 7662 §2.3); what is wrong with a token is none.
#[test]
fn every_reason_of_the_introspection_endpoint() {
    let of_clients = GrantError::ALL.into_iter().filter(|reason| is_about_a_client(*reason));
    let all = of_clients.map(IntrospectionError::Caller).chain(IntrospectionError::ALL);
    let lines = all.map(|reason| {
        format!("{reason:?} -> {}: {}", reason.code().as_str(), reason.description())
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
    Caller(ClientMissing) -> invalid_client: client_id is missing
    Caller(ClientTwice) -> invalid_request: authenticate the client in one way only, under one client_id
    Caller(ClientUnreadable) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    Caller(ClientUnknown) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    Caller(ClientNotAuthenticated(SecretMissing)) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    Caller(ClientNotAuthenticated(SecretWrong)) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    Caller(ClientNotAuthenticated(SecretUnexpected)) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    Caller(ClientNotAuthenticated(AssertionMissing)) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    Caller(ClientNotAuthenticated(AssertionUnexpected)) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    Caller(ClientNotAuthenticated(Assertion(Unreadable))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Caller(ClientNotAuthenticated(Assertion(KeysUnusable))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Caller(ClientNotAuthenticated(Assertion(Signature))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Caller(ClientNotAuthenticated(Assertion(Subject))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Caller(ClientNotAuthenticated(Assertion(Issuer))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Caller(ClientNotAuthenticated(Assertion(Audience))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Caller(ClientNotAuthenticated(Assertion(EndMissing))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Caller(ClientNotAuthenticated(Assertion(Expired))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Caller(ClientNotAuthenticated(Assertion(Early))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Caller(ClientNotAuthenticated(Assertion(TooLong))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Caller(ClientNotAuthenticated(Assertion(Id))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Caller(ClientNotAuthenticated(Assertion(Replayed))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Caller(ClientUnavailable) -> temporarily_unavailable: the client metadata document cannot be fetched at the moment; try again
    CallerIsPublic -> invalid_client: only a client that keeps a secret may ask about tokens
    TokenMissing -> invalid_request: token is missing
    LedgerUnavailable -> temporarily_unavailable: the ledger does not answer; try again
    ");
}

/// Why a revocation request is refused, and what the client hears (RFC 7009 §2.2.1).
#[test]
fn every_reason_of_the_revocation_endpoint() {
    let of_clients = GrantError::ALL.into_iter().filter(|reason| is_about_a_client(*reason));
    let all = of_clients.map(RevocationError::Client).chain(RevocationError::ALL);
    let lines = all.map(|reason| {
        format!("{reason:?} -> {}: {}", reason.code().as_str(), reason.description())
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
    Client(ClientMissing) -> invalid_request: client_id is missing
    Client(ClientTwice) -> invalid_request: authenticate the client in one way only, under one client_id
    Client(ClientUnreadable) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    Client(ClientUnknown) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    Client(ClientNotAuthenticated(SecretMissing)) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    Client(ClientNotAuthenticated(SecretWrong)) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    Client(ClientNotAuthenticated(SecretUnexpected)) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    Client(ClientNotAuthenticated(AssertionMissing)) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    Client(ClientNotAuthenticated(AssertionUnexpected)) -> invalid_client: unknown client or failed client authentication; register again if the registration is lost
    Client(ClientNotAuthenticated(Assertion(Unreadable))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Client(ClientNotAuthenticated(Assertion(KeysUnusable))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Client(ClientNotAuthenticated(Assertion(Signature))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Client(ClientNotAuthenticated(Assertion(Subject))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Client(ClientNotAuthenticated(Assertion(Issuer))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Client(ClientNotAuthenticated(Assertion(Audience))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Client(ClientNotAuthenticated(Assertion(EndMissing))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Client(ClientNotAuthenticated(Assertion(Expired))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Client(ClientNotAuthenticated(Assertion(Early))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Client(ClientNotAuthenticated(Assertion(TooLong))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Client(ClientNotAuthenticated(Assertion(Id))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Client(ClientNotAuthenticated(Assertion(Replayed))) -> invalid_client: the client assertion was not taken: it must be signed by a key of the client with RS256, ES256 or EdDSA, have the client_id as iss and sub, this issuer alone as aud, exp and jti, end soon, and be used once
    Client(ClientUnavailable) -> temporarily_unavailable: the client metadata document cannot be fetched at the moment; try again
    TokenMissing -> invalid_request: token is missing
    AnotherClient -> invalid_client: the token was issued to another client, which alone can give it back
    LedgerUnavailable -> temporarily_unavailable: the ledger does not answer; the token may still be good, try again
    ");
}

/// Why an order of the operator's is not obeyed, and what the command hears.
#[test]
fn every_reason_of_the_order_endpoint() {
    let lines = OrderError::ALL.map(|reason| {
        format!("{reason:?} -> {}: {}", reason.code().as_str(), reason.description())
    });
    insta::assert_snapshot!(lines.join("\n"), @"
    Unreadable -> invalid_request: the order was not sealed with the key ring and the public_url of this server
    Expired -> invalid_request: the order is older than five minutes; compare the clocks
    LedgerUnavailable -> temporarily_unavailable: the ledger does not answer; nothing was revoked, try again
    ");
}

/// The reasons that client authentication has.
fn is_about_a_client(reason: GrantError) -> bool {
    format!("{reason:?}").starts_with("Client") && reason != GrantError::ClientMismatch
}

/// Why a registration is refused, and what the client hears (RFC 7591 §3.2.2).
#[test]
fn every_reason_of_the_registration_endpoint() {
    let lines = RegistrationError::ALL.map(|reason| {
        format!("{reason:?} -> {}: {}", reason.code().as_str(), reason.description())
    });
    insta::assert_snapshot!(lines.join("\n"), @r#"
    Malformed -> invalid_client_metadata: the body must be a JSON object with client metadata (RFC 7591)
    Closed -> invalid_client_metadata: this server does not take registrations; ask its operator for a client_id
    TooManyRedirectUris -> invalid_redirect_uri: at most 10 redirect_uris can be registered
    RedirectUris(TooLong) -> invalid_redirect_uri: a redirect URI can have 512 characters at most
    RedirectUris(Malformed) -> invalid_redirect_uri: a redirect URI must be an absolute URI in printable ASCII
    RedirectUris(Fragment) -> invalid_redirect_uri: a redirect URI cannot have a fragment
    RedirectUris(UserInformation) -> invalid_redirect_uri: a redirect URI cannot have user information
    RedirectUris(Scheme) -> invalid_redirect_uri: redirect URIs of this scheme are not accepted here
    RedirectUris(InsecureHost) -> invalid_redirect_uri: http redirect URIs are accepted for 127.0.0.1, [::1] and localhost only; use https
    RedirectUrisMissing -> invalid_redirect_uri: redirect_uris is missing
    ResponseTypes -> invalid_client_metadata: response_types must contain code
    GrantTypes -> invalid_client_metadata: none of the grant_types can be given to this client
    ScopeMalformed -> invalid_client_metadata: scope has a character that scopes cannot have, or is too long
    KeysTwice -> invalid_client_metadata: send jwks or jwks_uri, not both
    Keys("what is wrong with the keys") -> invalid_client_metadata: what is wrong with the keys
    KeysUri -> invalid_client_metadata: jwks_uri is no https URL that this server fetches keys from
    TooLarge -> invalid_client_metadata: the metadata is too large; use fewer or shorter redirect_uris, or jwks_uri instead of jwks
    "#);
}

/// What a person is told where no client can be.
#[test]
fn every_page_that_ends_the_flow() {
    let lines =
        Rejection::ALL.map(|reason| format!("{reason:?}: {} {}", reason.cause(), reason.remedy()));
    insta::assert_snapshot!(lines.join("\n"), @"
    ClientMissing: The address does not say which application is asking. It may have been cut off. Copy the whole address from the application, or start again from there.
    ClientUnknown: The application that sent you here is not known to this server. In the application, remove this connection and add it again; it will then register anew.
    DocumentUnavailable: The application says who it is by a document on its own site, and that document cannot be read at the moment. Nothing is wrong with your account or your connection. Wait a minute, then start again from the application.
    DocumentInvalid(ClientId): The client_id in the document must be the URL of the document, character by character. Nothing you can change: tell the makers of the application what it says above.
    HostDenied: Whoever runs this server does not accept applications from that site. Ask whoever runs this server to accept that site.
    RedirectUriUnknown: The application asked for an answer at an address it has not registered. In the application, remove this connection and add it again. If you run this server, compare the address with the client's redirect URIs.
    StateTooLong: The application sent a state value that is too long to be returned. Start again from the application. If it happens again, tell its makers.
    ParametersMalformed: The address contains a part twice, or a part that cannot be read. Start again from the application. If it happens again, tell its makers.
    TicketUnreadable: The form does not belong to this server, or was changed. Go back to the application and start again.
    TicketExpired: The form was open for too long. Go back to the application and start again.
    BrowserMismatch: The form was opened in another browser, or cookies are turned off. Allow cookies for this site, then go back to the application and start again in this browser.
    ForeignOrigin: The form was sent by another web site. Do not continue from the other site. Start again from the application.
    ProviderUnknown: This server has no identity provider of that name. Start again from the application. If you run this server, compare the callback address at the identity provider with the README.
    TransactionUnknown: This browser is not waiting for this answer. The login was begun in another browser, or is already over. If you did not begin to log in here yourself, close this page. Otherwise start again from the application, in this browser.
    ProviderMismatch: The answer came from another identity provider than the one you were sent to. Do not continue from the other site. Start again from the application.
    TransactionExpired: The login took longer than ten minutes. Start again from the application.
    TransactionUsed: This login was already finished. Start again from the application.
    TransactionTooLarge: The application's request is longer than what a browser can keep while you log in. Nothing you can change: tell the makers of the application what it says above.
    ");
    assert!(Rejection::ALL.iter().all(|reason| reason.to_string() == reason.cause()));
}

/// RFC 6749 §5.2 and Appendix A.8: a description has no character that could leave its quotes.
#[test]
fn every_description_fits_its_grammar() {
    let grants = GrantError::ALL.map(GrantError::description);
    let refusals = RefusalReason::ALL.map(RefusalReason::description);
    let registrations = RegistrationError::ALL.map(RegistrationError::description);
    for text in grants.iter().chain(&refusals).chain(&registrations) {
        let fits = |byte: u8| matches!(byte, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        assert!(!text.is_empty() && text.bytes().all(fits), "{text}");
    }
}

/// The codes a token endpoint may use: those of RFC 6749 §5.2 and RFC 8707, and one for our own trouble.
#[test]
fn every_code_is_used_and_registered() {
    let used: BTreeSet<_> = (GrantError::ALL.iter().map(|reason| reason.code().as_str()))
        .chain(RefusalReason::ALL.iter().map(|reason| reason.code().as_str()))
        .chain(RegistrationError::ALL.iter().map(|reason| reason.code().as_str()))
        .collect();
    let known: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(used, known);
    assert_eq!(known.len(), ErrorCode::ALL.len());
}
