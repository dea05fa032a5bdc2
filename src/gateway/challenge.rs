//! The `WWW-Authenticate` header: what is missing and where to get it.
//! Source: RFC 6750 §3 (parameters and their characters), RFC 9728 §5.1 (`resource_metadata`), RFC 9110 §11.2, RFC 9449
//! §7.1 (the scheme `DPoP` and its `algs`).

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use protocol::oauth::algorithm::SigningAlgorithm;

use super::{Refusal, bearer::Scheme};

/// What could end the quoted string that a URL stands in, or is not visible.
const UNQUOTABLE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'\\');

/// Writes the challenge for `refusal` to send a bearer token; `None` where authentication would not help.
///
/// As [`challenge_of`].
#[must_use]
pub fn challenge(refusal: Refusal, resource_metadata: &str, scopes: &[String]) -> Option<String> {
    challenge_of(Scheme::Bearer, refusal, resource_metadata, scopes)
}

/// Writes the challenge for `refusal` to use `scheme`; `None` where authentication would not help.
///
/// `resource_metadata`: the URL of the document of RFC 9728. `scopes`: for [`Refusal::InsufficientScope`] all that
/// this one operation needs, otherwise what to ask for to begin with. Whatever characters come in, the result is one
/// well-formed challenge of visible ASCII.
#[must_use]
pub fn challenge_of(
    scheme: Scheme,
    refusal: Refusal,
    resource_metadata: &str,
    scopes: &[String],
) -> Option<String> {
    describing(scheme, refusal, refusal.description(), resource_metadata, scopes)
}

/// The same with a `description` of this one case, of printable ASCII without quotes.
pub(super) fn describing(
    scheme: Scheme,
    refusal: Refusal,
    description: &str,
    resource_metadata: &str,
    scopes: &[String],
) -> Option<String> {
    if refusal == Refusal::Unavailable {
        return None;
    }
    let mut parameters = Vec::new();
    // What is wrong with a proof says nothing to who would send none.
    let about_proof = refusal == Refusal::ProofInvalid;
    let code = refusal.code().filter(|_| scheme == Scheme::Dpop || !about_proof);
    if let Some(code) = code {
        parameters.push(format!("error=\"{code}\""));
        parameters.push(format!("error_description=\"{description}\""));
    }
    parameters.push(format!(
        "resource_metadata=\"{}\"",
        utf8_percent_encode(resource_metadata, UNQUOTABLE)
    ));
    let scope = scope(scopes);
    if !scope.is_empty() {
        parameters.push(format!("scope=\"{scope}\""));
    }
    if scheme == Scheme::Dpop {
        let algorithms = SigningAlgorithm::ALL.map(SigningAlgorithm::as_str);
        parameters.push(format!("algs=\"{}\"", algorithms.join(" ")));
    }
    Some(format!("{} {}", scheme.as_str(), parameters.join(", ")))
}

/// The scope tokens joined; what is no scope token (RFC 6749 §3.3) cannot have been granted and is left out.
fn scope(scopes: &[String]) -> String {
    let fits = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    let tokens: Vec<&str> = scopes
        .iter()
        .map(String::as_str)
        .filter(|token| !token.is_empty() && token.bytes().all(fits))
        .collect();
    tokens.join(" ")
}
