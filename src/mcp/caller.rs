//! Who is calling, as the tools get to know it: a name, a client and scopes, never the token they came with.

/// The signed-in party of one request, put into the request's extensions by whoever checked the access token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Caller {
    /// Who issued the access token, and so whose name for somebody `subject` is.
    pub issuer: String,
    /// Whom the access token speaks for.
    pub subject: String,
    /// The client that presented it.
    pub client: String,
    /// What was granted, one scope token each.
    pub scopes: Vec<String>,
}
