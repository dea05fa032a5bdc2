//! What an `OpenID` provider says of itself.
//!
//! Source: OpenID Connect Discovery 1.0 §3 and §4; RFC 8414 §2; RFC 9207 §3.

use protocol::json;
use protocol::oauth::algorithm::SigningAlgorithm;
use serde_json::{Map, Value};

use crate::upstream::Document;

/// The longest discovery document that is read, in bytes.
pub const METADATA_BYTES_MAX: usize = 64 * 1_024;

/// What is used of a discovery document. None of its URLs was judged yet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Metadata {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) jwks_uri: String,
    pub(super) userinfo_endpoint: Option<String>,
    pub(super) end_session_endpoint: Option<String>,
    /// Whether every authorization response names its issuer.
    pub(super) names_issuer: bool,
    /// Whether a secret may be sent in the header. Default: yes.
    pub(super) takes_basic: bool,
}

/// Why a discovery document is of no use.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum MetadataFault {
    /// It is no JSON object without repeated members.
    Malformed,
    /// A member that must be there is not, or is no text.
    Incomplete,
    /// It does not know codes.
    NoCode,
    /// It does not know `S256`.
    NoS256,
    /// It signs with nothing that is taken here.
    NoAlgorithm,
}

impl MetadataFault {
    /// What is wrong, as half a sentence about the provider's answer.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Malformed => "its discovery document is not JSON",
            Self::Incomplete => "its discovery document lacks an endpoint",
            Self::NoCode => "its discovery document has no response type \"code\"",
            Self::NoS256 => "its discovery document has no code challenge method S256",
            Self::NoAlgorithm => {
                "its discovery document has none of the algorithms RS256, ES256 and EdDSA"
            }
        }
    }
}

impl Document for Metadata {
    const BODY_BYTES_MAX: usize = METADATA_BYTES_MAX;
    type Fault = MetadataFault;

    fn read(_url: &str, body: &[u8]) -> Result<Self, MetadataFault> {
        let document = json::parse(body).map_err(|_| MetadataFault::Malformed)?;
        let members = document.as_object().ok_or(MetadataFault::Malformed)?;
        let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        let needed = |name: &str| text(name).ok_or(MetadataFault::Incomplete);
        if !has(members, "response_types_supported", |kind| kind == "code") {
            return Err(MetadataFault::NoCode);
        }
        if !has(members, "code_challenge_methods_supported", |method| method == "S256") {
            return Err(MetadataFault::NoS256);
        }
        let is_known = |name: &str| name == "Ed25519" || SigningAlgorithm::parse(name).is_some();
        if !has(members, "id_token_signing_alg_values_supported", is_known) {
            return Err(MetadataFault::NoAlgorithm);
        }
        let names_issuer = members.get("authorization_response_iss_parameter_supported");
        let methods = "token_endpoint_auth_methods_supported";
        Ok(Self {
            issuer: needed("issuer")?,
            authorization_endpoint: needed("authorization_endpoint")?,
            token_endpoint: needed("token_endpoint")?,
            jwks_uri: needed("jwks_uri")?,
            userinfo_endpoint: text("userinfo_endpoint"),
            end_session_endpoint: text("end_session_endpoint"),
            names_issuer: names_issuer == Some(&Value::Bool(true)),
            takes_basic: has(members, methods, |method| method == "client_secret_basic"),
        })
    }
}

/// Whether a list that is there has something that fits; one that is not there leaves it open.
fn has(members: &Map<String, Value>, name: &str, fits: impl Fn(&str) -> bool) -> bool {
    let list = members.get(name).and_then(Value::as_array);
    list.is_none_or(|list| list.iter().filter_map(Value::as_str).any(fits))
}
