//! Writing answers: the little that every generated response enum shares.
//! Copied as it is into the contract by the generator.

use std::marker::PhantomData;

use poem::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use poem::http::StatusCode;
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{
    MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry,
};
use poem_openapi::types::{ToJSON, Type};

/// An answer while it is written.
pub struct Reply {
    response: Response,
    spoilt: bool,
}

impl Reply {
    /// An answer with this status and nothing else.
    #[must_use]
    pub fn new(status: StatusCode) -> Self {
        Self { response: Response::builder().status(status).finish(), spoilt: false }
    }

    /// Adds a header the contract fixes.
    #[must_use]
    pub fn constant(mut self, name: &HeaderName, value: &'static str) -> Self {
        self.response.headers_mut().insert(name, HeaderValue::from_static(value));
        self
    }

    /// Adds a header, unless its value is absent.
    #[must_use]
    pub fn header(self, name: &HeaderName, value: Option<String>) -> Self {
        self.several(name, value.into_iter().collect())
    }

    /// Adds a header as often as there are values. If a header cannot hold a value (it has a line break, say), the
    /// whole answer becomes an empty 500: neither dropping the value nor cutting it is safe.
    #[must_use]
    pub fn several(mut self, name: &HeaderName, values: Vec<String>) -> Self {
        for value in values {
            match HeaderValue::try_from(value) {
                Ok(value) => {
                    self.response.headers_mut().append(name, value);
                }
                Err(_) => self.spoilt = true,
            }
        }
        self
    }

    /// Ends the answer without a body.
    #[must_use]
    pub fn empty(self) -> Response {
        if self.spoilt { StatusCode::INTERNAL_SERVER_ERROR.into() } else { self.response }
    }

    /// Ends the answer with a text.
    #[must_use]
    pub fn text(mut self, media_type: &'static str, text: String) -> Response {
        self.response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        self.response.set_body(text);
        self.empty()
    }

    /// Ends the answer with JSON.
    #[must_use]
    pub fn json(self, body: &impl ToJSON) -> Response {
        self.text("application/json", body.to_json_string())
    }
}

/// One possible answer in the document.
pub struct Answer(MetaResponse);

impl Answer {
    /// An answer without headers or body.
    #[must_use]
    pub fn new(status: u16, description: &'static str) -> Self {
        let (status, status_range, content, headers) = (Some(status), None, Vec::new(), Vec::new());
        Self(MetaResponse { description, status, status_range, content, headers })
    }

    /// Adds a header the contract fixes.
    #[must_use]
    pub fn constant(self, name: &str, required: bool, description: &str, value: &str) -> Self {
        let enum_items = vec![value.into()];
        self.described(name, required, description, MetaSchema { enum_items, ..MetaSchema::new("string") })
    }

    /// Adds a header.
    #[must_use]
    pub fn header<T: Type>(self, name: &str, required: bool, description: &str) -> Self {
        match T::schema_ref() {
            MetaSchemaRef::Inline(schema) => self.described(name, required, description, *schema),
            MetaSchemaRef::Reference(_) => unreachable!("the generator writes plain types only"),
        }
    }

    fn described(mut self, name: &str, required: bool, description: &str, schema: MetaSchema) -> Self {
        self.0.headers.push(MetaHeader {
            name: name.to_owned(),
            description: Some(description.to_owned()),
            required,
            deprecated: false,
            schema: MetaSchemaRef::Inline(Box::new(schema)),
        });
        self
    }

    /// Adds a body.
    #[must_use]
    pub fn body<T: Type>(mut self, content_type: &'static str) -> Self {
        self.0.content.push(MetaMediaType { content_type, schema: T::schema_ref() });
        self
    }

    /// Ends the description.
    #[must_use]
    pub fn done(self) -> MetaResponse {
        self.0
    }
}

/// The possible answers of an operation that writes its own.
pub trait Answers {
    /// The answers.
    fn answers() -> Vec<MetaResponse>;
    /// Registers the schemas they name.
    fn register(registry: &mut Registry);
}

/// An answer that a method wrote itself; `T` is what the document says of it.
pub struct Raw<T>(Response, PhantomData<T>);

impl<T> Raw<T> {
    /// Passes the answer on.
    #[must_use]
    pub fn new(response: Response) -> Self {
        Self(response, PhantomData)
    }
}

impl<T: Send> IntoResponse for Raw<T> {
    fn into_response(self) -> Response {
        self.0
    }
}

impl<T: Answers> ApiResponse for Raw<T> {
    fn meta() -> MetaResponses {
        MetaResponses { responses: T::answers() }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}
