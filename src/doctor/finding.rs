//! What can be wrong with a deployment, and what to do about it.

use serde::Serialize;

use Weight::{Error, Notice, Warning};

/// What can be wrong. The spelling in reports never changes its meaning.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is described by its fault")]
pub enum Code {
    EndpointRedirects,
    NotProtected,
    WrongStatus,
    MethodNotProtected,
    ChallengeMissing,
    ChallengeWithoutMetadata,
    ChallengeUnreadableInBrowser,
    OtherSpelling,
    PlainHttp,
    ResourceMetadataMissing,
    ResourceMetadataBroken,
    ResourceMetadataNotAtPath,
    ResourceMetadataNotAtRoot,
    ResourceMetadataDiffers,
    ResourceMismatch,
    AuthorizationServersMissing,
    OfflineAccessInResource,
    ServerMetadataMissing,
    ServerMetadataBroken,
    ServerMetadataOnlyOpenid,
    ServerMetadataIncomplete,
    ServerMetadataLarge,
    MetadataRedirects,
    MetadataContentType,
    IssuerMismatch,
    IssuerSlash,
    EndpointsPlainHttp,
    PkceMissing,
    PkceNotNamed,
    CodeNotSupported,
    RefreshNotSupported,
    NoPublicClients,
    NoRegistration,
    RegistrationClosed,
    DocumentsNotSupported,
    RegistrationRefused,
    RegistrationAnswer,
    RedirectUriRefused,
    UnknownClientRedirected,
    TokenEndpointBroken,
    TokenErrors,
    CorsMissing,
    CorsAtAuthorize,
    IssNotNamed,
    KeysBroken,
    KeysPrivate,
    HeadersLarge,
    ClockSkew,
}

/// How much it matters where no client stumbles over it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Worth knowing.
    Notice,
    /// Works, but not as it should.
    Warning,
    /// Must be mended.
    Error,
}

/// A kind of fault.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// Its name.
    pub code: Code,
    /// How much it matters by itself.
    pub weight: Weight,
    /// What is wrong.
    pub title: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// Which rule it breaks.
    pub source: &'static str,
}

/// A fault as it was seen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Note {
    pub(super) code: Code,
    pub(super) seen: String,
}

impl Code {
    /// What it stands for.
    #[must_use]
    pub fn fault(self) -> &'static Fault {
        &FAULTS[self as usize]
    }
}

const fn fault(
    code: Code,
    weight: Weight,
    source: &'static str,
    title: &'static str,
    remedy: &'static str,
) -> Fault {
    Fault { code, weight, title, remedy, source }
}

/// Every kind of fault, in the order of [`Code`].
#[rustfmt::skip] // one line is one fault, or nobody reads the table
pub const FAULTS: [Fault; 48] = [
    fault(Code::EndpointRedirects, Error, "MCP transports", "The MCP endpoint answers with a redirect", "Serve the endpoint where clients are told it is, with and without a slash at the end, and never redirect a POST."),
    fault(Code::NotProtected, Error, "MCP authorization, error handling", "A request without a token is not refused", "Answer 401 with a Bearer challenge to every request without a valid token."),
    fault(Code::WrongStatus, Error, "MCP authorization, error handling", "A request without a token is refused with something else than 401", "Answer 401; 403 and 404 tell clients that logging in would not help."),
    fault(Code::MethodNotProtected, Warning, "MCP authorization, token usage", "A method other than POST is let in without a token", "Check the token on every method, GET, DELETE and HEAD too."),
    fault(Code::ChallengeMissing, Warning, "RFC 6750 section 3", "The 401 has no Bearer challenge", "Add WWW-Authenticate: Bearer resource_metadata=\"URL of the protected resource metadata\"; a proxy may have removed it."),
    fault(Code::ChallengeWithoutMetadata, Warning, "RFC 9728 section 5.1", "The challenge does not say where the resource metadata are", "Add resource_metadata=\"URL\" to the Bearer challenge."),
    fault(Code::ChallengeUnreadableInBrowser, Warning, "Fetch Standard", "Web pages cannot read the challenge", "Allow CORS at the MCP endpoint and expose WWW-Authenticate and Mcp-Session-Id."),
    fault(Code::OtherSpelling, Notice, "RFC 3986 section 6", "The endpoint is not the same with and without a slash at the end", "Route both spellings to the same endpoint, without a redirect."),
    fault(Code::PlainHttp, Warning, "MCP security, communication", "It is reached without encryption", "Put a proxy with TLS in front and give clients the https URL."),
    fault(Code::ResourceMetadataMissing, Warning, "RFC 9728 section 3", "There are no protected resource metadata", "Serve the document at /.well-known/oauth-protected-resource followed by the path of the endpoint, and at the root."),
    fault(Code::ResourceMetadataBroken, Warning, "RFC 9728 section 3.2", "Protected resource metadata are not a JSON document", "Answer 200 with a JSON object of type application/json, and 404 where there is none; no login and no bot protection before it."),
    fault(Code::ResourceMetadataNotAtPath, Notice, "RFC 9728 section 3.1", "Protected resource metadata are not where the path of the endpoint says", "Serve the document at /.well-known/oauth-protected-resource followed by the path of the endpoint."),
    fault(Code::ResourceMetadataNotAtRoot, Notice, "MCP authorization server discovery", "Protected resource metadata are not at the root", "Serve a copy at /.well-known/oauth-protected-resource: some clients look only there."),
    fault(Code::ResourceMetadataDiffers, Notice, "RFC 9728 section 3.3", "Two places have different protected resource metadata", "Serve the same document at the root as at the path, or none at the root where several endpoints share a host."),
    fault(Code::ResourceMismatch, Error, "RFC 9728 section 3.3", "The metadata are for another resource than the URL that clients were given", "Make `resource` exactly the URL that people paste, from a configured public URL and not from the Host header."),
    fault(Code::AuthorizationServersMissing, Warning, "MCP authorization server discovery", "The resource metadata name no authorization server", "Add authorization_servers with the issuer."),
    fault(Code::OfflineAccessInResource, Notice, "MCP authorization, refresh tokens", "The resource names the scope offline_access", "Remove it from scopes_supported of the resource and from challenges: refresh tokens are no business of a resource."),
    fault(Code::ServerMetadataMissing, Error, "RFC 8414 section 3", "There are no authorization server metadata", "Serve the document at /.well-known/oauth-authorization-server (path of the issuer after it)."),
    fault(Code::ServerMetadataBroken, Error, "RFC 8414 section 3.2", "Authorization server metadata are not a JSON document", "Answer 200 with a JSON object of type application/json, and 404 where there is none; no login and no bot protection before it."),
    fault(Code::ServerMetadataOnlyOpenid, Warning, "RFC 8414 section 3", "Only the OpenID form of the authorization server metadata exists", "Serve the same document at /.well-known/oauth-authorization-server too."),
    fault(Code::ServerMetadataIncomplete, Error, "RFC 8414 section 2", "A member that clients need is not in the authorization server metadata", "Add the member."),
    fault(Code::ServerMetadataLarge, Warning, "anthropics/claude-code issue 28542", "The authorization server metadata are larger than some clients can keep", "Leave out what is empty, decorative or the default; stay below 1 KB."),
    fault(Code::MetadataRedirects, Notice, "RFC 8414 section 3.2", "Metadata are answered with a redirect", "Serve the document where it is asked for: not every client follows."),
    fault(Code::MetadataContentType, Notice, "RFC 8414 section 3.2", "Metadata have another type than application/json", "Send Content-Type: application/json."),
    fault(Code::IssuerMismatch, Error, "RFC 8414 section 3.3", "The issuer in the metadata is not the one they were asked of", "Use one issuer, letter by letter the same, in authorization_servers, in `issuer`, in `iss` of answers and of tokens."),
    fault(Code::IssuerSlash, Notice, "RFC 8414 section 2", "The issuer ends with a slash", "Write it without, everywhere: clients build URLs from it and compare it letter by letter."),
    fault(Code::EndpointsPlainHttp, Error, "MCP security, communication", "An endpoint is named with http", "Set the public URL to https; behind a proxy the server may have derived it from its own socket."),
    fault(Code::PkceMissing, Error, "RFC 7636, MCP security", "S256 is not among the code challenge methods", "Support S256 and name it in code_challenge_methods_supported."),
    fault(Code::PkceNotNamed, Warning, "MCP security, authorization code protection", "The metadata do not say whether PKCE is supported", "Add code_challenge_methods_supported: [\"S256\"]; clients that hold the specification refuse to go on without."),
    fault(Code::CodeNotSupported, Error, "RFC 8414 section 2", "The authorization code flow is not offered", "Name `code` in response_types_supported and authorization_code in grant_types_supported."),
    fault(Code::RefreshNotSupported, Notice, "RFC 8414 section 2", "Refresh tokens are not offered", "Support refresh_token and name it in grant_types_supported; else people log in whenever an access token ends."),
    fault(Code::NoPublicClients, Warning, "RFC 8414 section 2", "Clients without a secret are not offered", "Name `none` first in token_endpoint_auth_methods_supported; most clients run on people's own machines."),
    fault(Code::NoRegistration, Error, "MCP client registration", "A client has no way to become known", "Offer client_id_metadata_document_supported or a registration_endpoint, best both; else people must type a client_id."),
    fault(Code::RegistrationClosed, Error, "RFC 7591 section 3", "Registration is named but not open", "Open it, or leave registration_endpoint out of the metadata."),
    fault(Code::DocumentsNotSupported, Notice, "draft-ietf-oauth-client-id-metadata-document", "Clients that are known by a document must register instead", "Support client ID metadata documents and say so: client_id_metadata_document_supported, with `none` among the methods."),
    fault(Code::RegistrationRefused, Error, "RFC 7591 section 3.2", "A registration was refused", "Accept what the client sends; answer with what was registered instead of refusing what is not supported."),
    fault(Code::RegistrationAnswer, Error, "RFC 7591 section 3.2.1", "A registration was answered in a form that the client cannot use", "Answer 201 with client_id, redirect_uris and token_endpoint_auth_method, without null members, and client_secret_expires_at beside a secret."),
    fault(Code::RedirectUriRefused, Error, "RFC 8252 section 7.3", "The redirect URI of a client is refused", "Compare redirect URIs exactly, but for the port of loopback addresses and of localhost."),
    fault(Code::UnknownClientRedirected, Error, "RFC 6749 section 4.1.2.1", "An unknown client is answered with a redirect to where it wants", "Show an error page: a redirect to an unregistered URI is an open redirector."),
    fault(Code::TokenEndpointBroken, Error, "RFC 6749 section 3.2", "The token endpoint does not answer", "Serve it where token_endpoint says, by POST."),
    fault(Code::TokenErrors, Warning, "RFC 6749 section 5.2", "Errors of the token endpoint are not what clients understand", "Answer 400 (401 for invalid_client) with a JSON object that has `error`."),
    fault(Code::CorsMissing, Warning, "Fetch Standard", "Clients that run in a web page cannot read an answer", "Allow any origin at the metadata, token, registration and MCP endpoints, and answer preflights without a token."),
    fault(Code::CorsAtAuthorize, Notice, "OAuth 2.1 section 3.1", "The authorization endpoint can be read by web pages of other origins", "Send no Access-Control-Allow-Origin there."),
    fault(Code::IssNotNamed, Notice, "RFC 9207 section 3", "Answers do not name their issuer", "Send `iss` with every authorization response and set authorization_response_iss_parameter_supported."),
    fault(Code::KeysBroken, Warning, "RFC 7517 section 5", "The key set cannot be read", "Serve a JSON object with `keys` at jwks_uri, or leave jwks_uri out."),
    fault(Code::KeysPrivate, Error, "RFC 7518 section 6", "The key set has private keys in it", "Replace those keys at once: whoever read them can sign tokens. Publish public members only."),
    fault(Code::HeadersLarge, Notice, "RFC 9110 section 5.4", "An answer has more than 8 KB of header fields", "Send fewer or shorter fields; proxies refuse more than 8 KB."),
    fault(Code::ClockSkew, Warning, "RFC 7519 section 4.1.4", "Its clock differs from ours by more than a minute", "Set the clock by NTP; tokens and assertions end or begin at the wrong time."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_stands_at_the_place_of_its_code() {
        for fault in &FAULTS {
            assert_eq!(fault.code.fault().code, fault.code);
            assert!(fault.remedy.ends_with('.') && !fault.title.ends_with('.'), "{fault:?}");
        }
        assert_eq!(FAULTS.len(), Code::ClockSkew as usize + 1);
    }
}
