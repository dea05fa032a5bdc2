//! A form that is sent to a host, and the credentials that go with it. Nothing of it is ever shown.
//!
//! Source: RFC 6749 §2.3.1 (credentials are form-encoded before they are joined), Appendix B.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded::{Serializer, byte_serialize};
use zeroize::Zeroizing;

/// Fields in the order they were added, and the credentials of whoever sends them.
#[derive(Clone, Default)]
pub struct Form {
    fields: Vec<(String, Zeroizing<String>)>,
    authorization: Option<Zeroizing<String>>,
}

impl Form {
    /// An empty form.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With one field more.
    #[must_use]
    pub fn field(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), Zeroizing::new(value.to_owned())));
        self
    }

    /// As the client `id`, whose secret is `secret` (`client_secret_basic`).
    #[must_use]
    pub fn basic(mut self, id: &str, secret: &str) -> Self {
        let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let pair = Zeroizing::new(format!("{}:{}", encoded(id), encoded(secret)));
        self.authorization = Some(Zeroizing::new(format!("Basic {}", STANDARD.encode(&*pair))));
        self
    }

    /// The value of the `Authorization` header, if there is one.
    pub(super) fn authorization(&self) -> Option<&str> {
        self.authorization.as_ref().map(|value| value.as_str())
    }

    /// The body.
    pub(super) fn encoded(&self) -> String {
        let mut body = Serializer::new(String::new());
        for (name, value) in &self.fields {
            body.append_pair(name, value);
        }
        body.finish()
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Form").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_encoded_before_they_are_joined() {
        let form = Form::new().field("token", "a b&c").basic("an id:", "p%ss");
        assert_eq!(form.authorization(), Some("Basic YW4raWQlM0E6cCUyNXNz"));
        assert_eq!(form.encoded(), "token=a+b%26c");
        assert_eq!(format!("{form:?}"), "Form { .. }");
    }
}
