//! The contract as the generator sees it: everything resolved, nothing left of YAML.

/// The whole contract.
pub struct Contract {
    /// The title of the service.
    pub title: String,
    /// Tags with their descriptions.
    pub tags: Vec<(String, String)>,
    /// Object and enumeration schemas.
    pub schemas: Vec<Schema>,
    /// Ways to show who one is.
    pub security_schemes: Vec<SecurityScheme>,
    /// Operations in the order written.
    pub operations: Vec<Operation>,
}

/// A named schema.
pub struct Schema {
    /// Its name, which is the name of the Rust type.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it holds.
    pub shape: Shape,
}

/// What a named schema holds.
pub enum Shape {
    /// An object with these members.
    Object(Vec<Field>),
    /// One of these texts.
    Listed(Vec<String>),
}

/// A member of an object, or a parameter.
#[derive(Clone, PartialEq)]
pub struct Field {
    /// The name on the wire.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// Whether an absent list is an empty one (`default: []`).
    pub absent_is_empty: bool,
}

/// The type of a value.
#[derive(Clone, PartialEq)]
pub enum Kind {
    /// A string.
    Text,
    /// A boolean.
    Flag,
    /// A 64-bit integer that is not negative.
    Unsigned,
    /// Any JSON object.
    Free,
    /// A named enumeration.
    Listed(String),
    /// A named object.
    Named(String),
    /// A list.
    List(Box<Kind>),
}

/// A security scheme.
pub struct SecurityScheme {
    /// Its name in the document.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Its type.
    pub kind: SecurityKind,
}

/// The type of a security scheme.
pub enum SecurityKind {
    /// HTTP authentication with this scheme.
    Http(String),
    /// OAuth 2.0 with these flows.
    OAuth {
        /// Authorization and token URL of the code flow.
        authorization_code: Option<(String, String)>,
        /// Token URL of the client credentials flow.
        client_credentials: Option<String>,
    },
}

/// An operation.
pub struct Operation {
    /// Its path, as in the document.
    pub path: String,
    /// Its HTTP method in small letters.
    pub http_method: String,
    /// Its `operationId`.
    pub id: String,
    /// Its tag.
    pub tag: String,
    /// One line on it.
    pub summary: String,
    /// More on it.
    pub description: String,
    /// The method of the trait that answers it, in snake case.
    pub method: String,
    /// Whether the method writes the HTTP response itself.
    pub raw: bool,
    /// What is answered if it cannot be read; only where something is read.
    pub malformed: Option<MalformedAnswer>,
    /// The parameter in its path.
    pub path_parameter: Option<PathParameter>,
    /// What is read from the query.
    pub query: Option<Query>,
    /// What is read from the body.
    pub body: Body,
    /// Alternatives of security; an empty name means none is fine too.
    pub security: Vec<String>,
    /// The answers, by status.
    pub answers: Vec<Answer>,
}

/// A parameter in a path.
pub struct PathParameter {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether it may hold several segments.
    pub spans_segments: bool,
}

/// What is read from a query.
pub struct Query {
    /// The name of the Rust type.
    pub type_name: String,
    /// Its parameters.
    pub fields: Vec<Field>,
    /// Whether the type is a named schema already.
    pub shared: bool,
}

/// What is read from a body.
#[derive(PartialEq)]
pub enum Body {
    /// Nothing.
    None,
    /// A form, read into this schema.
    Form(String),
    /// A JSON object, read into this schema.
    Json(String),
    /// Any JSON object, read by the method.
    Raw,
}

/// How a request that could not be read is answered.
#[derive(Clone, PartialEq)]
pub enum MalformedAnswer {
    /// With a page.
    Page,
    /// With OAuth JSON that has this error code.
    Code(String),
}

/// One possible answer of an operation.
#[derive(Clone, PartialEq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its name, if it is one that operations share.
    pub component: Option<String>,
    /// When it is given.
    pub description: String,
    /// Its headers.
    pub headers: Vec<Header>,
    /// Media types and what they hold.
    pub content: Vec<(String, Kind)>,
}

/// A header of an answer.
#[derive(Clone, PartialEq)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// What it says.
    pub description: String,
    /// Whether it is always sent.
    pub required: bool,
    /// Whether it may be sent several times.
    pub repeatable: bool,
    /// What it holds.
    pub value: HeaderValue,
}

/// What a header holds.
#[derive(Clone, PartialEq)]
pub enum HeaderValue {
    /// Always this.
    Constant(String),
    /// A string.
    Text,
    /// An integer.
    Unsigned,
}
