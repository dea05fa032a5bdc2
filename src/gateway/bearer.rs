//! Reading the access token of a request: one `Authorization` header, and no other place.
//! Source: RFC 6750 §2.1, OAuth 2.1 §5.1 (the header; query and form no longer exist), RFC 9110 §11.4, RFC 9449 §7.1.

use url::form_urlencoded;

use super::Refusal;

/// How long an access token may be. Ours stay below 1 kB; foreign ones are seen up to some kB.
pub const TOKEN_BYTES_MAX: usize = 8192;

/// Every place of a request where somebody might put an access token.
#[derive(Clone, Debug, Default)]
pub struct Carriers<'a> {
    /// Each value of the `Authorization` header.
    pub authorization: Vec<&'a [u8]>,
    /// The query of the request target.
    pub query: Option<&'a str>,
    /// The body, if it is a form.
    pub form: Option<&'a [u8]>,
}

/// How a token is presented.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scheme {
    /// By whoever holds it.
    Bearer,
    /// By the owner of a key, with a proof. Source: RFC 9449 §7.1.
    Dpop,
}

impl Scheme {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
        }
    }
}

/// An access token as it was presented.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Presented<'a> {
    /// How.
    pub scheme: Scheme,
    /// The token.
    pub access_token: &'a str,
}

/// The bearer token that was presented, or `None` if another scheme was used, or none.
/// # Errors
/// As [`present`].
pub fn read<'a>(carriers: &Carriers<'a>) -> Result<Option<&'a str>, Refusal> {
    let presented = present(carriers, &[Scheme::Bearer])?;
    Ok(presented.map(|presented| presented.access_token))
}

/// The access token that was presented, or `None` if none of `schemes` was used.
/// # Errors
/// [`Refusal::TokenElsewhere`], [`Refusal::TokenRepeated`], [`Refusal::TokenMalformed`], [`Refusal::TokenTooLong`].
/// # Source
/// RFC 6750 §2 (one method per request), §2.1 (grammar `b64token`); the scheme's case does not matter.
pub fn present<'a>(
    carriers: &Carriers<'a>,
    schemes: &[Scheme],
) -> Result<Option<Presented<'a>>, Refusal> {
    let elsewhere = is_token_form(carriers.query.unwrap_or_default().as_bytes())
        || carriers.form.is_some_and(is_token_form);
    let presented = match carriers.authorization.as_slice() {
        [] => None,
        [one] => schemes.iter().find_map(|scheme| Some((*scheme, value_of(*scheme, one)?))),
        _ => return Err(Refusal::TokenRepeated),
    };
    match (presented, elsewhere) {
        (None, false) => Ok(None),
        (None, true) => Err(Refusal::TokenElsewhere),
        (Some(_), true) => Err(Refusal::TokenRepeated),
        (Some((scheme, value)), false) => {
            b64token(value).map(|access_token| Some(Presented { scheme, access_token }))
        }
    }
}

/// Whether these form-encoded parameters carry an access token.
fn is_token_form(parameters: &[u8]) -> bool {
    form_urlencoded::parse(parameters).any(|(name, _)| name == "access_token")
}

/// What follows the scheme, if it is this one.
fn value_of(wanted: Scheme, header: &[u8]) -> Option<&[u8]> {
    let end = header.iter().position(|byte| *byte == b' ').unwrap_or(header.len());
    let (scheme, value) = header.split_at(end);
    scheme.eq_ignore_ascii_case(wanted.as_str().as_bytes()).then(|| value.trim_ascii())
}

fn b64token(value: &[u8]) -> Result<&str, Refusal> {
    if value.len() > TOKEN_BYTES_MAX {
        return Err(Refusal::TokenTooLong);
    }
    if value.contains(&b',') {
        return Err(Refusal::TokenRepeated); // Two headers, joined on the way as RFC 9110 §5.3 lets anybody do.
    }
    let padding = value.iter().rev().take_while(|byte| **byte == b'=').count();
    let body = &value[..value.len() - padding];
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte);
    if body.is_empty() || !body.iter().all(fits) {
        return Err(Refusal::TokenMalformed);
    }
    std::str::from_utf8(value).map_err(|_| Refusal::TokenMalformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_is_read() {
        let carriers =
            Carriers { authorization: vec![b"Bearer mF_9.B5f-4.1JqM"], ..Carriers::default() };
        assert_eq!(read(&carriers), Ok(Some("mF_9.B5f-4.1JqM")));
    }
}
